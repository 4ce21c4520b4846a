//! `viceroy-bench FOLDER ROUNDS ESI`: guest CPU and host calls of the Fastly module under Viceroy, for the marked pages in
//! FOLDER, beside the module ESI, which fills the same blocks where they are tags of Edge Side Includes.
//!
//! Every round asks for every page in every way; a number is the median of the rounds. Guest CPU is what the host counts for
//! the guest, host calls included as far as they do not wait; Viceroy is built with few optimizations, so calls cost
//! more than they would elsewhere, and ratios are what to quote.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench may panic")]

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail, ensure};
use parvis::html::blocks::{MARKER, find};
use parvis_host_tests::origin::respond;
use parvis_host_tests::{Host, Kind, Origin, Setting, Stored};

/// Blocks that are declared, and every how many of them is replaced.
const BLOCKS: usize = 20;
const STEP: usize = 4;
const CONTENT: &str = "<h2>Welcome back</h2><p>The lamps you looked at are still here, and two of them would stand well \
    together.</p><a href='/c/lamps'>See the lamps</a>";

/// The ways: name, what is staged, query, more headers, and whether the URL is new each time.
const WAYS: [(&str, &str, &str, &[&str], bool); 6] = [
    ("bytes in and out", "pass=bytes", "", &[], false),
    ("host copies", "", "", &[], false),
    ("streaming", "", "utm_campaign=spring", &["Cache-Control: no-store"], false),
    ("first sight, kept", "", "utm_campaign=spring&", &[], true),
    ("from its plan", "", "utm_campaign=spring", &[], false),
    ("esi", "", "esi", &[], false),
];
/// Which of them asks the other module, and which one it must look like.
const ESI: usize = 5;
const STREAMING: usize = 2;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, rounds, esi] = arguments.as_slice() else { bail!("usage: viceroy-bench FOLDER ROUNDS ESI") };
    let rounds: usize = rounds.parse().with_context(|| format!("`{rounds}` is no number of rounds"))?;
    let pages = read(Path::new(folder))?;
    let origin = serving(pages.clone())?;
    let tagged = pages.iter().map(|(name, page)| (name.clone(), with_tags(page))).collect();
    let tagged = serving(tagged)?;
    let playbook = parvis::author::compile_source(&draft()).map_err(anyhow::Error::msg)?;
    let setting =
        Setting { playbook: Stored::Bytes(playbook), staged: true, ..Setting::new(origin.address()) };
    let other = Setting { module: Some(Path::new(esi).canonicalize()?), ..Setting::new(tagged.address()) };
    let hosts = [start(&setting)?, start(&other)?];
    let mut refused = Vec::new();
    for (name, _) in &pages {
        let ours = request(&hosts, name, STREAMING, 0, "")?;
        match request(&hosts, name, ESI, 0, "") {
            Ok(esi) => ensure!(ours.1 == esi.1, "esi makes another page of {name}"),
            Err(why) => {
                eprintln!("esi does not fill this page: {why:#}");
                refused.push(name.clone());
            }
        }
    }
    let fills = |name: &str, way: usize| way != ESI || !refused.iter().any(|refused| refused == name);
    let mut times = vec![vec![Vec::new(); WAYS.len()]; pages.len()];
    for round in 0..=rounds {
        for (page, (name, _)) in pages.iter().enumerate() {
            for turn in 0..WAYS.len() {
                let way = (turn + round) % WAYS.len();
                if !fills(name, way) {
                    continue;
                }
                let took = ask(&hosts, name, way, round)?;
                // The first round fills the cache.
                if round > 0 {
                    times[page][way].push(took);
                }
            }
        }
        eprint!("\rround {round} of {rounds}");
    }
    eprintln!();
    drop(hosts);
    let hosts = [start(&Setting { traced: true, ..setting })?, start(&Setting { traced: true, ..other })?];
    let mut calls = vec![vec![0; WAYS.len()]; pages.len()];
    for (page, (name, _)) in pages.iter().enumerate() {
        ask(&hosts, name, WAYS.len() - 2, 0)?;
        for (way, calls) in calls[page].iter_mut().enumerate() {
            let host = &hosts[usize::from(way == ESI)];
            if !fills(name, way) {
                continue;
            }
            host.calls();
            request(&hosts, name, way, 1, "")?;
            *calls = host.calls();
        }
    }
    report(&pages, &mut times, &calls);
    Ok(())
}

fn start(setting: &Setting) -> Result<Host> {
    Host::start(Kind::FASTLY, setting)?.context("there is no Viceroy")
}

/// An origin that has these pages.
fn serving(pages: Vec<(String, Vec<u8>)>) -> Result<Origin> {
    let origin = Origin::start()?;
    origin.does(move |asked| {
        let page = pages.iter().find(|(name, _)| asked.path.starts_with(&format!("/p/{name}?")));
        let page = page.map_or(b"".as_slice(), |(_, bytes)| bytes);
        let head = ["Content-Type: text/html; charset=utf-8", "Cache-Control: max-age=3600", "ETag: \"a\""];
        vec![respond(200, &head, page)]
    });
    Ok(origin)
}

/// The page with a tag in place of what our module replaces.
fn with_tags(page: &[u8]) -> Vec<u8> {
    let ids: Vec<String> = replaced().map(|number| format!("b{number}")).collect();
    let mut tagged = Vec::new();
    let mut from = 0;
    for block in find(page, MARKER).blocks {
        // Of two blocks with one id the first counts, and nothing inside of one that is replaced.
        let fresh = block.start >= from && block.open_end < block.end;
        if fresh && ids.contains(&block.id) {
            tagged.extend_from_slice(&page[from..block.open_end]);
            tagged.extend_from_slice(b"<esi:include src=\"http://shop.example/block\"/>");
            from = block.close;
        }
    }
    tagged.extend_from_slice(&page[from..]);
    tagged
}

/// Microseconds of guest CPU for one request.
fn ask(hosts: &[Host; 2], name: &str, way: usize, round: usize) -> Result<f64> {
    let (record, _) = request(hosts, name, way, round, "measure;")?;
    record["guest_us"].as_f64().with_context(|| format!("nothing was measured: {record}"))
}

/// The record and the page of one request.
fn request(
    hosts: &[Host; 2],
    name: &str,
    way: usize,
    round: usize,
    stage: &str,
) -> Result<(serde_json::Value, Vec<u8>)> {
    let (what, staged, query, more, new) = WAYS[way];
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    let case = format!("Parvis-Case: now={now};country=PT;subdivision=11;{stage}{staged}");
    let path = if new { format!("/p/{name}?{query}{round}") } else { format!("/p/{name}?{query}") };
    let headers: Vec<&str> = [case.as_str()].iter().chain(more).copied().collect();
    let (reply, record) = hosts[usize::from(way == ESI)].get(&path, &headers)?;
    ensure!(reply.status == 200 && reply.whole, "{what} {path}: {record}");
    let changed = reply.text().contains("Welcome back");
    ensure!(changed != query.is_empty(), "{what} {path} shows the wrong page: {record}");
    // A page with nonces is nobody else's, so that it is not kept and streams.
    let kept = round > 0 && what == "from its plan" && !reply.text().contains(" nonce=");
    ensure!(!kept || record["bytes"] == 0, "{path} was not put together: {record}");
    Ok((record, reply.body))
}

/// The numbers of the blocks that are replaced.
fn replaced() -> impl Iterator<Item = usize> {
    (0..BLOCKS).step_by(STEP)
}

fn report(pages: &[(String, Vec<u8>)], times: &mut [Vec<Vec<f64>>], calls: &[Vec<usize>]) {
    print!("{:<22}{:>8}", "page", "bytes");
    WAYS.iter().for_each(|(name, ..)| print!("{name:>26}"));
    println!();
    let mut ratios = vec![Vec::new(); WAYS.len()];
    for (page, (name, bytes)) in pages.iter().enumerate() {
        print!("{name:<22}{:>8}", bytes.len());
        let reference = median(&mut times[page][0]);
        for (way, times) in times[page].iter_mut().enumerate() {
            if times.is_empty() {
                print!("{:>26}", "refused");
                continue;
            }
            let took = median(times);
            ratios[way].push(took / reference);
            let ratio = took / reference;
            print!("{:>26}", format!("{took:.0} us {ratio:.2}x {} calls", calls[page][way]));
        }
        println!();
    }
    print!("{:<30}", "geometric mean");
    for ratios in &ratios {
        let count: f64 = ratios.iter().map(|_| 1.0).sum();
        print!("{:>26}", format!("{:.2}x", ratios.iter().product::<f64>().powf(1.0 / count)));
    }
    println!();
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn read(folder: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let listed = std::fs::read_dir(folder).with_context(|| format!("no folder `{}`", folder.display()))?;
    let mut files: Vec<PathBuf> = listed.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "html"));
    files.sort();
    files
        .iter()
        .map(|path| Ok((path.file_stem().unwrap().to_string_lossy().into_owned(), std::fs::read(path)?)))
        .collect()
}

fn draft() -> String {
    let blocks: Vec<String> =
        (0..BLOCKS).map(|n| format!(r#""b{n}": {{ "pages": ["home"], "reserve": "4rem" }}"#)).collect();
    let campaign = |n| {
        format!(
            r#"{{ "id": "c{n}", "block": "b{n}", "priority": 10, "when": {{ "campaign": "spring" }},
               "variants": [{{ "id": "only", "html": "{CONTENT}" }}] }}"#
        )
    };
    let campaigns: Vec<String> = replaced().map(campaign).collect();
    format!(
        r#"{{ "format": 1, "site": {{ "name": "bench", "host": "shop.example" }},
           "pages": [{{ "kind": "home", "path": "/p/{{item}}" }}],
           "blocks": {{ {} }}, "campaigns": [{}] }}"#,
        blocks.join(", "),
        campaigns.join(", ")
    )
}
