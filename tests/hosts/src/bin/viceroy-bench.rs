//! `viceroy-bench FOLDER ROUNDS`: guest CPU and host calls of the Fastly module under Viceroy, for the marked pages in FOLDER.
//!
//! Every round asks for every page in every way; a number is the median of the rounds. Guest CPU is what the host counts for
//! the guest, host calls included as far as they do not wait; Viceroy is built with few optimizations, so calls cost
//! more than they would elsewhere, and ratios are what to quote.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench may panic")]

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail, ensure};
use parvis_host_tests::origin::respond;
use parvis_host_tests::{Host, Kind, Origin, Setting, Stored};

/// Blocks that are declared, and every how many of them is replaced.
const BLOCKS: usize = 20;
const STEP: usize = 4;
const CONTENT: &str = "<h2>Welcome back</h2><p>The lamps you looked at are still here, and two of them would stand well \
    together.</p><a href='/c/lamps'>See the lamps</a>";

/// The ways: name, what is staged, query, more headers, and whether the URL is new each time.
const WAYS: [(&str, &str, &str, &[&str], bool); 5] = [
    ("bytes in and out", "pass=bytes", "", &[], false),
    ("host copies", "", "", &[], false),
    ("streaming", "", "utm_campaign=spring", &["Cache-Control: no-store"], false),
    ("first sight, kept", "", "utm_campaign=spring&", &[], true),
    ("from its plan", "", "utm_campaign=spring", &[], false),
];

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, rounds] = arguments.as_slice() else { bail!("usage: viceroy-bench FOLDER ROUNDS") };
    let rounds: usize = rounds.parse().with_context(|| format!("`{rounds}` is no number of rounds"))?;
    let pages = read(Path::new(folder))?;
    let origin = Origin::start()?;
    let served = pages.clone();
    origin.does(move |asked| {
        let page = served.iter().find(|(name, _)| asked.path.starts_with(&format!("/p/{name}?")));
        let page = page.map_or(b"".as_slice(), |(_, bytes)| bytes);
        let head = ["Content-Type: text/html; charset=utf-8", "Cache-Control: max-age=3600", "ETag: \"a\""];
        vec![respond(200, &head, page)]
    });
    let playbook = parvis::playbook::compile_source(&draft()).map_err(anyhow::Error::msg)?;
    let setting =
        Setting { playbook: Stored::Bytes(playbook), staged: true, ..Setting::new(origin.address()) };
    let Some(host) = Host::start(Kind::Fastly, &setting)? else { bail!("there is no Viceroy") };
    let mut times = vec![vec![Vec::new(); WAYS.len()]; pages.len()];
    for round in 0..=rounds {
        for (page, (name, _)) in pages.iter().enumerate() {
            for turn in 0..WAYS.len() {
                let way = (turn + round) % WAYS.len();
                let took = ask(&host, name, way, round)?;
                // The first round fills the cache.
                if round > 0 {
                    times[page][way].push(took);
                }
            }
        }
        eprint!("\rround {round} of {rounds}");
    }
    eprintln!();
    drop(host);
    let Some(host) = Host::start(Kind::Fastly, &Setting { traced: true, ..setting })? else {
        bail!("there is no Viceroy")
    };
    let mut calls = vec![vec![0; WAYS.len()]; pages.len()];
    for (page, (name, _)) in pages.iter().enumerate() {
        ask(&host, name, WAYS.len() - 1, 0)?;
        host.calls();
        for (way, calls) in calls[page].iter_mut().enumerate() {
            plain(&host, name, way, 1)?;
            *calls = host.calls();
        }
    }
    report(&pages, &mut times, &calls);
    Ok(())
}

/// Microseconds of guest CPU for one request.
fn ask(host: &Host, name: &str, way: usize, round: usize) -> Result<f64> {
    let record = request(host, name, way, round, "measure;")?;
    record["guest_us"].as_f64().with_context(|| format!("nothing was measured: {record}"))
}

fn plain(host: &Host, name: &str, way: usize, round: usize) -> Result<()> {
    request(host, name, way, round, "").map(drop)
}

fn request(host: &Host, name: &str, way: usize, round: usize, stage: &str) -> Result<serde_json::Value> {
    let (what, staged, query, more, new) = WAYS[way];
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    let case = format!("Parvis-Case: now={now};country=PT;subdivision=11;{stage}{staged}");
    let path = if new { format!("/p/{name}?{query}{round}") } else { format!("/p/{name}?{query}") };
    let headers: Vec<&str> = [case.as_str()].iter().chain(more).copied().collect();
    let (reply, record) = host.get(&path, &headers)?;
    ensure!(reply.status == 200 && reply.whole, "{what} {path}: {record}");
    let changed = reply.text().contains("Welcome back");
    ensure!(changed == query.starts_with("utm"), "{what} {path} shows the wrong page: {record}");
    let seen = record["bytes"].as_u64().unwrap_or(0) > 0;
    ensure!(round == 0 || what != "from its plan" || !seen, "{path} was not put together: {record}");
    Ok(record)
}

fn report(pages: &[(String, Vec<u8>)], times: &mut [Vec<Vec<f64>>], calls: &[Vec<usize>]) {
    print!("{:<22}{:>8}", "page", "bytes");
    WAYS.iter().for_each(|(name, ..)| print!("{name:>26}"));
    println!();
    let mut products = [1.0; WAYS.len()];
    for (page, (name, bytes)) in pages.iter().enumerate() {
        print!("{name:<22}{:>8}", bytes.len());
        let medians: Vec<f64> = times[page].iter_mut().map(|times| median(times)).collect();
        for (way, took) in medians.iter().enumerate() {
            let ratio = took / medians[0];
            products[way] *= ratio;
            print!("{:>26}", format!("{took:.0} us {ratio:.2}x {} calls", calls[page][way]));
        }
        println!();
    }
    print!("{:<30}", "geometric mean");
    let count: f64 = pages.iter().map(|_| 1.0).sum();
    products.iter().for_each(|product| print!("{:>26}", format!("{:.2}x", product.powf(1.0 / count))));
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
    let campaigns: Vec<String> = (0..BLOCKS).step_by(STEP).map(campaign).collect();
    format!(
        r#"{{ "format": 1, "site": {{ "name": "bench", "host": "shop.example" }},
           "pages": [{{ "kind": "home", "path": "/p/{{item}}" }}],
           "blocks": {{ {} }}, "campaigns": [{}] }}"#,
        blocks.join(", "),
        campaigns.join(", ")
    )
}
