//! `xtask-bench-wasm PAGES MODULES ROUNDS`: the modules of `xtask/bench/guest` in Wasmtime, as Fastly runs ours.
//!
//! Warm, with the page in the module's memory, for the speed of finding; and as at the edge, where a fresh instance
//! answers each request, the page comes in pieces of 16 KB and leaves by calls of the host.

mod host;

use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use xtask_bench::page::Page;
use xtask_bench::rounds::{Contender, Times};

use host::{Fresh, Module, Warm};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [pages, modules, rounds] = arguments.as_slice() else {
        bail!("usage: xtask-bench-wasm PAGES MODULES ROUNDS")
    };
    let rounds: usize = rounds.parse().with_context(|| format!("`{rounds}` is no number of rounds"))?;
    ensure!(rounds > 2, "`{rounds}` rounds are too few for a median: use at least 3");
    let pages = Page::read_all(Path::new(pages))?;
    let engine = host::engine()?;
    let module = |name: &str| Module::compile(&engine, &Path::new(modules).join(name));
    let (edge, plain, whole) =
        (module("ours-edge.wasm")?, module("ours-edge-plain.wasm")?, module("ours-3.wasm")?);
    let (lol, lol_s) = (module("lol-3.wasm")?, module("lol-edge.wasm")?);
    warm(&pages, rounds, [&edge, &plain, &whole, &lol, &lol_s])?;
    fresh(&pages, rounds, [&edge, &lol, &lol_s])
}

/// Finding blocks in a page that is in the module's memory.
fn warm(pages: &[Page], rounds: usize, modules: [&Module; 5]) -> anyhow::Result<()> {
    let [edge, plain, whole, lol, lol_s] = modules;
    let rows: [(&'static str, &Module, &str, u32); 8] = [
        ("memcpy", edge, "copy", 0),
        ("find (what is deployed)", edge, "find", 0),
        ("find, no simd128", plain, "find", 0),
        ("find, whole module at opt 3", whole, "find", 0),
        ("lol_html, 1 selector, opt 3", lol, "find", 1),
        ("lol_html, 5 selectors, opt 3", lol, "find", 5),
        ("lol_html, 20 selectors, opt 3", lol, "find", 20),
        ("lol_html, 1 selector, opt s", lol_s, "find", 1),
    ];
    for page in pages {
        let [ours, theirs] = [(edge, 0), (lol, 1)].map(|(module, selectors)| -> anyhow::Result<u32> {
            let mut warm = Warm::new(module, "find", selectors)?;
            warm.load(page)?;
            warm.run()
        });
        let (ours, theirs) = (ours?, theirs?);
        ensure!(ours == theirs, "`{}`: {ours} blocks, but lol_html sees {theirs}", page.name);
    }
    let mut contenders = Vec::new();
    for (name, module, function, selectors) in &rows {
        let warm = std::rc::Rc::new(std::cell::RefCell::new(Warm::new(module, function, *selectors)?));
        let again = std::rc::Rc::clone(&warm);
        contenders.push(Contender {
            name,
            ready: Box::new(move |page: &Page| again.borrow_mut().load(page)),
            run: Box::new(move |_| warm.borrow_mut().run().map(drop)),
        });
    }
    let times = Times::take(&mut contenders, pages, rounds)?;
    let names: Vec<&str> = contenders.iter().map(|contender| contender.name).collect();
    println!("\nWasmtime 46, warm instance, whole page in the module's memory");
    xtask_bench::table::speeds(&names, &times, pages, 4);
    xtask_bench::table::goal(
        "find as deployed against lol_html at its fastest",
        times.total(4) / times.total(1),
        8.0,
        true,
    );
    Ok(())
}

/// One request an instance.
fn fresh(pages: &[Page], rounds: usize, modules: [&Module; 3]) -> anyhow::Result<()> {
    let [edge, lol, lol_s] = modules;
    let rows: [(&'static str, &Module, &str, Option<u32>); 7] = [
        ("pass-through", edge, "pass", None),
        ("plan", edge, "plan", None),
        ("streaming", edge, "stream", None),
        ("streaming and planning", edge, "planning", None),
        ("lol_html, 1 selector, opt 3", lol, "stream", Some(1)),
        ("lol_html, 20 selectors, opt 3", lol, "stream", Some(20)),
        ("lol_html, 1 selector, opt s", lol_s, "stream", Some(1)),
    ];
    let mut calls = Vec::new();
    for (_, module, function, selectors) in &rows {
        let mut fresh = Fresh::new(module, function, *selectors)?;
        let mut sum = 0;
        for page in pages {
            sum += fresh.run(page)?;
        }
        calls.push(sum as f64 / pages.len() as f64);
    }
    let agreed = pages
        .iter()
        .map(|page| -> anyhow::Result<bool> {
            let mut outputs = Vec::new();
            for (_, module, function, selectors) in &[rows[1], rows[2], rows[4]] {
                let mut fresh = Fresh::new(module, function, *selectors)?;
                fresh.run(page)?;
                outputs.push(fresh.out);
            }
            Ok(outputs.windows(2).all(|pair| pair[0] == pair[1]))
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    let mut contenders = Vec::new();
    for (name, module, function, selectors) in &rows {
        let mut fresh = Fresh::new(module, function, *selectors)?;
        contenders.push(Contender {
            name,
            ready: Box::new(|_| Ok(())),
            run: Box::new(move |page: &Page| fresh.run(page).map(drop)),
        });
    }
    let times = Times::take(&mut contenders, pages, rounds)?;
    println!(
        "\nWasmtime 46, a fresh instance for each request, pieces of 16 KB, output by calls of the host"
    );
    xtask_bench::table::requests(&rows.map(|row| row.0), &times, pages, &calls, 0, 4);
    println!(
        "same bytes out of plan, streaming and lol_html: {} of {} pages",
        agreed.iter().filter(|same| **same).count(),
        pages.len()
    );
    use xtask_bench::table::goal;
    let [pass, plan, stream, planning, lol] = [0, 1, 2, 3, 4].map(|row| times.total(row));
    goal("streaming against lol_html at its fastest", lol / stream, 4.0, true);
    goal("streaming and planning against it", lol / planning, 4.0, true);
    goal("streaming against pass-through", stream / pass, 4.0, false);
    goal("streaming and planning against pass-through", planning / pass, 4.0, false);
    goal("plan against pass-through", plan / pass, 1.0, false);
    Ok(())
}
