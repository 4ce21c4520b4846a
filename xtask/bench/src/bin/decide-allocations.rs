//! Counts what evaluating conditions and opening a playbook allocate, nothing, and what a whole decision does.
//!
//! A program of its own, since the counting allocator would slow what is measured beside it.

use anyhow::ensure;
use parvis::condition::{Fuel, Truth, eval};
use parvis::playbook::Playbook;
use xtask_bench::given::{Given, values};
use xtask_bench::policy::{playbook, selective, visitors};
use xtask_bench::site::{Site, returning};

fn main() -> anyhow::Result<()> {
    let visitors = visitors();
    let [with, without] = [selective(), Vec::new()].map(|conditions| Site::new(&playbook(&conditions)));
    let (with, without) = (with?, without?);
    let values: Vec<_> = visitors.iter().map(values).collect();
    let given: Vec<_> = values.iter().map(|values| Given::of(values)).collect();
    let mut holding = 0;
    let conditions = allocation_counter::measure(|| {
        for given in &given {
            for campaign in with.campaigns() {
                let [_, own] = campaign.conditions();
                holding += usize::from(eval(own, given, &mut Fuel::new()) == Truth::True);
            }
        }
    });
    let copy = with.compiled.clone();
    let mut opened = None;
    let opening = allocation_counter::measure(|| opened = Playbook::open(copy).ok());
    ensure!(holding > 0 && opened.is_some(), "nothing was evaluated");
    let decisions = |site: &Site| -> anyhow::Result<u64> {
        let facts = returning(&site.engine, &visitors)?;
        let count = facts.len() as u64;
        let mut exchanges: Vec<_> = facts.into_iter().map(|facts| site.engine.begin(facts)).collect();
        let made = allocation_counter::measure(|| {
            exchanges.iter_mut().for_each(|exchange| _ = std::hint::black_box(exchange.decide().is_ok()));
        });
        Ok(made.count_total / count)
    };
    println!(
        "\nallocations: {} in evaluating 200 conditions for 8 visitors, {} in opening; goal 0",
        conditions.count_total, opening.count_total
    );
    println!(
        "allocations of a whole decision: {} with 10 blocks filled from 200 campaigns, {} without campaigns",
        decisions(&with)?,
        decisions(&without)?
    );
    ensure!(conditions.count_total + opening.count_total == 0, "evaluating or opening allocates");
    Ok(())
}
