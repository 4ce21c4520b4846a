//! `decide ROUNDS DIST`: time to evaluate conditions, to decide, and to open a playbook, beside other formats and engines.
//!
//! Each round measures every contender, ours and the Rust libraries in this process, the JavaScript ones with our browser
//! module (in `DIST`) in one Node process. All say the same of every visitor, which is checked before anything is measured. A
//! number is the median of the rounds; a ratio is what to quote.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use parvis::condition::{Fuel, Truth, eval};
use parvis::engine::Engine;
use parvis::facts::Facts;
use parvis::playbook::Playbook;
use parvis::reason::Reason;
use parvis::signal::registry::Signal;
use serde_json::{Value as Json, json};
use xtask_bench::given::{Given, values};
use xtask_bench::loaded::{self, ArchivedPolicy, Policy};
use xtask_bench::node::Node;
use xtask_bench::policy::{CAMPAIGNS, NOW, Visitor, playbook, selective, unguarded, unselective, visitors};
use xtask_bench::site::{Site, keys, returning};
use xtask_bench::table::goal;
use xtask_bench::{half_quartiles, largest, quantile};

/// A measurement lasts this long: shorter than a slice of the scheduler, so that on a busy machine most are undisturbed.
const LEAST: Duration = Duration::from_micros(400);

/// How often a round measures each of ours and the Rust libraries: half a millisecond each, where Node takes much longer.
const REPEATS: usize = 5;

/// Something that is measured; the table divides by the row of its group that is named as reference.
struct Row<'c> {
    name: String,
    /// Decisions or files that one call goes through.
    times: usize,
    call: Box<dyn FnMut() + 'c>,
}

fn row<'c>(name: impl Into<String>, times: usize, call: impl FnMut() + 'c) -> Row<'c> {
    Row { name: name.into(), times, call: Box::new(call) }
}

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let rounds = arguments.next().context("usage: decide ROUNDS DIST")?;
    let rounds: usize = rounds.parse().with_context(|| format!("`{rounds}` is no number of rounds"))?;
    ensure!(rounds > 2, "`{rounds}` rounds are too few for a median: use at least 3");
    let dist = PathBuf::from(arguments.next().context("usage: decide ROUNDS DIST")?);
    let visitors = visitors();
    let mix = Site::new(&playbook(&selective()))?;
    let worst = Site::new(&playbook(&unselective()))?;
    let blind = Site::new(&playbook(&unguarded()))?;
    let none = Site::new(&playbook(&[]))?;
    let large = Site::new(&largest::playbook())?;
    let codes: BTreeMap<&str, u8> =
        Signal::ALL.iter().map(|signal| (signal.entry().name, signal.code())).collect();
    let owned = Policy::of(&mix.source, &codes);
    let owned_worst = Policy::of(&worst.source, &codes);
    let owned_blind = Policy::of(&blind.source, &codes);
    let values: Vec<_> = visitors.iter().map(values).collect();
    let given: Vec<Given<'_>> = values.iter().map(|values| Given::of(values)).collect();
    alike(&mix, &owned, &given, &values)?;
    alike(&worst, &owned_worst, &given, &values)?;
    alike(&blind, &owned_blind, &given, &values)?;
    let first = (&given[..1], &values[..1]);
    let holding: usize = in_place(&mix, &given);
    ensure!(in_place(&worst, first.0) == 0, "the worst case is to hold for nobody");
    ensure!(in_place(&blind, first.0) == 0, "the worst case is to hold for nobody");

    let (codes, codes_at_worst, codes_blind) = (mix.conditions(), worst.conditions(), blind.conditions());
    let facts = |site: &Site| returning(&site.engine, &visitors);
    let first_of = |site: &Site| -> anyhow::Result<Vec<Facts>> { Ok(vec![facts(site)?.remove(0)]) };
    let (with, without) = (facts(&mix)?, facts(&none)?);
    let (at_worst, at_blind, at_large) = (first_of(&worst)?, first_of(&blind)?, first_of(&large)?);
    let (mut lent, mut lent_large) = (Lent::new(&mix), Lent::new(&large));
    let (mut fresh, mut whole) = (Lent::new(&mix), Lent::new(&mix));
    let structs = serde_json::to_string(&owned)?;
    let posted = postcard::to_allocvec(&owned)?;
    let archived = rkyv::to_bytes::<rkyv::rancor::Error>(&owned)?;
    let text = mix.source.to_string();

    let mut groups: Vec<(&str, Vec<Row<'_>>)> = vec![
        (
            "all 200 conditions, as written: what selects comes first; mean of 8 visitors",
            vec![
                row("owned structs in memory, two-valued, no bounds", values.len(), || {
                    owned_conditions(&owned, &values)
                }),
                row("ours, compiled", given.len(), || {
                    _ = black_box(conditions(codes.iter().copied(), &given));
                }),
                row("  with finding each campaign in the file", given.len(), || {
                    _ = black_box(in_place(&mix, &given));
                }),
            ],
        ),
        at_last(
            "all 200 conditions, of each only the last test fails, a text of the URL: a guard tells",
            (&owned_worst, first.1),
            (&codes_at_worst, first.0),
        ),
        at_last(
            "all 200 conditions, worst of all: the last test is of a number, so that every test is made",
            (&owned_blind, first.1),
            (&codes_blind, first.0),
        ),
        (
            "a whole decision: consent, cookies, 10 blocks, variants, HTML, new cookies",
            vec![
                row("the same site without campaigns", without.len(), || decide(&none.engine, &without)),
                row("200 campaigns, first match wins; mean of 8 visitors", with.len(), || {
                    decide(&mix.engine, &with)
                }),
                row("  of a playbook just opened, as on Fastly", with.len(), || {
                    for facts in &with {
                        fresh.decide(facts);
                    }
                }),
                row("200 campaigns, none applies, a guard tells", 1, || decide(&worst.engine, &at_worst)),
                row("200 campaigns, worst of all: every test is made", 1, || {
                    decide(&blind.engine, &at_blind)
                }),
                row("the largest legal playbook, none applies", 1, || decide(&large.engine, &at_large)),
                row("of each: copying the request's facts", with.len(), || drop(black_box(with.clone()))),
            ],
        ),
        (
            "making the playbook ready",
            vec![
                row(format!("serde_json to structs ({} bytes)", structs.len()), 1, || {
                    drop(black_box(serde_json::from_str::<Policy>(&structs).unwrap()));
                }),
                row(format!("serde_json to Value ({} bytes)", text.len()), 1, || {
                    drop(black_box(serde_json::from_str::<Json>(&text).unwrap()));
                }),
                row(format!("postcard ({} bytes)", posted.len()), 1, || {
                    drop(black_box(postcard::from_bytes::<Policy>(&posted).unwrap()));
                }),
                row(format!("rkyv, checked ({} bytes)", archived.len()), 1, || {
                    black_box(rkyv::access::<ArchivedPolicy, rkyv::rancor::Error>(&archived).unwrap());
                }),
                row(format!("ours, opened for a request ({} bytes)", mix.compiled.len()), 1, || {
                    lent.open(Playbook::open_for_one);
                }),
                row("ours, opened and all of it looked through", 1, || whole.open(Playbook::open)),
                row(format!("ours, the largest legal one ({} bytes)", large.compiled.len()), 1, || {
                    lent_large.open(Playbook::open_for_one);
                }),
            ],
        ),
    ];
    let (mut node, names, applied) = engines(&dist, [(&mix, &visitors[..]), (&worst, &visitors[..1])])?;
    println!(
        "{} bytes of JSON; {holding} of {} conditions hold; all in Node fill the same {applied} blocks",
        text.len(),
        given.len() * CAMPAIGNS,
    );
    let mut times: Vec<Vec<Vec<f64>>> = groups.iter().map(|(_, rows)| vec![Vec::new(); rows.len()]).collect();
    let mut in_node: Vec<Vec<f64>> = vec![Vec::new(); names.iter().map(Vec::len).sum()];
    for round in 0..rounds {
        for (times, took) in in_node.iter_mut().zip(node.round()?) {
            times.push(took);
        }
        for ((_, rows), times) in groups.iter_mut().zip(&mut times) {
            let count = rows.len();
            for turn in 0..count * REPEATS {
                // The order turns with the round, so that nobody always runs in somebody's warm cache.
                let which = (turn + round) % count;
                times[which].push(measure(&mut rows[which]));
            }
        }
        eprint!("\rround {} of {rounds}", round + 1);
    }
    eprintln!();
    println!(
        "medians of {} interleaved rounds, {rounds} in Node; ratios are to the first row of each table",
        rounds * REPEATS
    );
    for ((title, rows), times) in groups.iter().zip(&times) {
        table(title, rows.iter().map(|row| row.name.as_str()), times);
    }
    let titles = [
        "in Node: 10 blocks, first match wins; mean of 8 visitors, the same winners",
        "in Node: 10 blocks, none of 200 campaigns applies, for them every test is made",
    ];
    let mut from = 0;
    for (title, names) in titles.iter().zip(&names) {
        let end = from + names.len();
        // The reference is GrowthBook's evaluation without its SDK: the leanest of the others.
        table_against(title, names.iter().map(String::as_str), &in_node[from..end], 1);
        from = end;
    }
    let median = |group: usize, row: usize| quantile(&times[group][row], 0.5);
    println!();
    println!("goals");
    goal("all 200 conditions as written, us", median(0, 1) / 1e3, 5.0, false);
    goal("  of each only the last test fails, a text of the URL, us", median(1, 1) / 1e3, 5.0, false);
    goal("  worst of all, every test is made, us", median(2, 1) / 1e3, 5.0, false);
    // What takes less than half a microsecond, whatever the size, counts as 0.
    goal("ready, us", (median(4, 4) / 1e3).round(), 0.0, false);
    println!(
        "  ready in {:.0} ns, the largest legal playbook in {:.0} ns; all sections together are held against their",
        median(4, 4),
        median(4, 6)
    );
    println!(
        "  digests in {:.1} us: natively once, at the start; in the browser once a page; on Fastly with each request,",
        median(4, 5) / 1e3
    );
    println!("  those that it reads");
    println!(
        "our whole decision in the browser module, as a share of what others take for the conditions alone"
    );
    let (mixed, unmatched) = in_node.split_at(names[0].len());
    for (times, what) in [(mixed, "first match wins"), (unmatched, "none applies")] {
        for (name, theirs) in names[0].iter().zip(times).skip(1) {
            let share = quantile(&times[0], 0.5) / quantile(theirs, 0.5);
            goal(&format!("  {what}: {}", name.split(',').next().unwrap_or_default()), share, 1.0, false);
        }
    }
    println!("our opening, as a share of what others take to load");
    for (other, name) in
        ["serde_json to structs", "serde_json to Value", "postcard", "rkyv, checked"].iter().enumerate()
    {
        goal(&format!("  {name}"), median(4, 4) / median(4, other), 1.0, false);
    }
    println!(
        "not in the mix, since not every engine can say it: `$ini`, `$nini` and `$size` (json-logic-js folds no"
    );
    println!("case and counts nothing), and what is unknown for lack of consent (only ours knows that)");
    Ok(())
}

/// Our browser module and the JavaScript engines, warm, with the names of both workloads' contenders.
fn engines(
    dist: &Path,
    workloads: [(&Site, &[Visitor]); 2],
) -> anyhow::Result<(Node, Vec<Vec<String>>, u64)> {
    let mut asked = Vec::new();
    for (number, (site, visitors)) in workloads.into_iter().enumerate() {
        let compiled = std::env::temp_dir().join(format!("parvis-bench-{}-{number}", std::process::id()));
        std::fs::write(&compiled, &site.compiled)?;
        let who = |visitor: &Visitor| json!({"visitor": visitor, "request": visitor.request()});
        asked.push(json!({
            "compiled": compiled, "playbook": site.source, "now": NOW,
            "visitors": visitors.iter().map(who).collect::<Vec<_>>(),
        }));
    }
    let client = std::fs::canonicalize("edge/browser/js/wire.js")?;
    let mut node = Node::start("xtask/bench/decide", "rounds.mjs")?;
    let answer = node.tell(&json!({"dist": dist, "client": client, "workloads": asked}).to_string())?;
    for workload in &asked {
        std::fs::remove_file(workload["compiled"].as_str().unwrap_or_default())?;
    }
    let answer: Json = serde_json::from_str(&answer).with_context(|| format!("from node: {answer}"))?;
    let names = serde_json::from_value(answer["names"].clone())?;
    Ok((node, names, answer["applied"].as_u64().unwrap_or(0)))
}

/// Conditions of which none holds for a visitor, in owned structs and as we have them.
fn at_last<'r>(
    title: &'static str,
    (owned, values): (&'r Policy, &'r [Vec<loaded::Value>]),
    (codes, given): (&'r [&[u8]], &'r [Given<'_>]),
) -> (&'static str, Vec<Row<'r>>) {
    let owned = row("owned structs in memory, two-valued, no bounds", 1, || owned_conditions(owned, values));
    let ours = row("ours, compiled", 1, || _ = black_box(conditions(codes.iter().copied(), given)));
    (title, vec![owned, ours])
}

/// How many of these conditions hold for these visitors together.
fn conditions<'c>(codes: impl Iterator<Item = &'c [u8]> + Clone, given: &[Given<'_>]) -> usize {
    let holding = |given: &Given<'_>| {
        given.forget();
        let mut fuel = Fuel::new();
        let holds = |code: &&[u8]| {
            fuel.refill();
            eval(code, given, &mut fuel) == Truth::True
        };
        codes.clone().filter(holds).count()
    };
    given.iter().map(holding).sum()
}

/// The same, from the playbook on: finding each campaign and its condition is part of it.
fn in_place(site: &Site, given: &[Given<'_>]) -> usize {
    let playbook = site.engine.playbook().ok();
    let campaign = |index| playbook.and_then(|playbook| playbook.campaign(index));
    conditions((0..=u16::MAX).map_while(campaign).map(|campaign| campaign.conditions()[1]), given)
}

fn owned_conditions(policy: &Policy, values: &[Vec<loaded::Value>]) {
    let hold = |values: &Vec<loaded::Value>| {
        policy.campaigns.iter().filter(|campaign| loaded::holds(&campaign.when, values)).count()
    };
    black_box(values.iter().map(hold).sum::<usize>());
}

/// Fails unless both evaluations say the same of every condition and visitor.
fn alike(
    site: &Site,
    owned: &Policy,
    given: &[Given<'_>],
    values: &[Vec<loaded::Value>],
) -> anyhow::Result<()> {
    for (given, values) in given.iter().zip(values) {
        for campaign in site.campaigns() {
            let [_, own] = campaign.conditions();
            let ours = eval(own, given, &mut Fuel::new());
            let theirs =
                owned.campaigns.iter().find(|owned| owned.id == campaign.id()).context("a campaign")?;
            let theirs = if loaded::holds(&theirs.when, values) { Truth::True } else { Truth::False };
            ensure!(ours == theirs, "{}: {ours:?}, but {theirs:?} in owned structs", campaign.id());
        }
    }
    Ok(())
}

/// A playbook that is opened again and again without copying the file, as a host has it.
struct Lent(Vec<u8>);

impl Lent {
    fn new(site: &Site) -> Lent {
        Lent(site.compiled.clone())
    }

    fn open(&mut self, open: fn(Vec<u8>) -> Result<Playbook, Reason>) {
        self.0 = black_box(open(std::mem::take(&mut self.0)).unwrap()).into_bytes();
    }

    fn decide(&mut self, facts: &Facts) {
        let playbook = Playbook::open_for_one(std::mem::take(&mut self.0));
        let engine = Engine::new(playbook, keys());
        black_box(engine.begin(facts.clone()).decide().is_ok());
        self.0 = engine.into_playbook().unwrap().into_bytes();
    }
}

fn decide(engine: &Engine, facts: &[Facts]) {
    for facts in facts {
        let mut exchange = engine.begin(facts.clone());
        black_box(exchange.decide().is_ok());
    }
}

/// Nanoseconds of one decision or file.
fn measure(row: &mut Row<'_>) -> f64 {
    let started = Instant::now();
    let mut passes = 0_usize;
    while passes == 0 || started.elapsed() < LEAST {
        (row.call)();
        passes += 1;
    }
    started.elapsed().as_secs_f64() * 1e9 / (passes * row.times) as f64
}

fn table<'n>(title: &str, names: impl Iterator<Item = &'n str>, times: &[Vec<f64>]) {
    table_against(title, names, times, 0);
}

fn table_against<'n>(title: &str, names: impl Iterator<Item = &'n str>, times: &[Vec<f64>], base: usize) {
    println!("\n{title}\n{:<56}{:>10}{:>9}{:>9}", "", "us", "ratio", "spread");
    let reference = quantile(&times[base], 0.5);
    for (name, times) in names.zip(times) {
        let median = quantile(times, 0.5);
        let spread = half_quartiles(times) * 100.0;
        println!("{name:<56}{:>10.2}{:>8.2}x{spread:>8.0}%", median / 1e3, median / reference);
    }
}
