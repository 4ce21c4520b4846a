//! `consent ROUNDS`: time to decode consent strings, beside four libraries on the same strings.
//!
//! Each round measures every contender on every string, ours and the Rust libraries in this process, the JavaScript ones in
//! one Node process that has run them until they were compiled. A number is the median of the rounds; a ratio is what to
//! quote. Everybody decodes every field: ours visits every range of vendors, the others build lists or sets of them.

use std::hint::black_box;
use std::str::FromStr as _;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use iab_gpp::sections::tcfeuv2::TcfEuV2;
use iab_gpp::v1::GPPString;
use lib_tcstring::TcModelV2;
use parvis::consent::evidence::Evidence;
use parvis::consent::resolve::resolve;
use parvis::consent::settings::Defaults;
use xtask_bench::node::Node;
use xtask_bench::strings::{Sample, everything, publisher, samples, three_flags};
use xtask_bench::{half_quartiles, quantile};

/// Decodes a string; whether it was read.
type Contender = fn(&Sample) -> bool;

/// Ours twice, then the libraries in Rust.
const CONTENDERS: [Contender; 4] = [
    |sample| black_box(everything(sample)).is_some(),
    |sample| black_box(publisher(sample)).is_some(),
    |sample| sample.tcf && black_box(TcModelV2::try_from(sample.text.as_str())).is_ok(),
    |sample| {
        if sample.tcf {
            return black_box(TcfEuV2::from_str(&sample.text)).is_ok();
        }
        let Ok(read) = GPPString::from_str(&sample.text) else { return false };
        black_box(read.decode_all_sections()).iter().all(Result::is_ok)
    },
];
/// The column of the libraries in JavaScript, behind those in Rust.
const NODE: usize = CONTENDERS.len();
/// Nanoseconds that resolving a TC string, a GPP string and a banner may take.
const RESOLVE_GOAL: f64 = 3000.0;
/// A measurement lasts this long: shorter than a slice of the scheduler, so that on a busy machine most are undisturbed.
const LEAST: Duration = Duration::from_micros(500);

fn main() -> anyhow::Result<()> {
    let rounds = std::env::args().nth(1).context("usage: consent ROUNDS")?;
    let rounds: usize = rounds.parse().with_context(|| format!("`{rounds}` is no number of rounds"))?;
    ensure!(rounds > 2, "`{rounds}` rounds are too few for a median: use at least 3");
    let samples = samples();
    let mut node = libraries(&samples)?;
    let facts = three_flags();
    let readable: Vec<Vec<bool>> =
        samples.iter().map(|sample| CONTENDERS.iter().map(|reads| reads(sample)).collect()).collect();
    if let Some(refused) = readable.iter().position(|reads| !reads[0]) {
        bail!("we refuse `{}` ourselves: {}", samples[refused].name, samples[refused].text);
    }
    let mut times = vec![vec![Vec::new(); NODE + 1]; samples.len()];
    let mut resolving = Vec::with_capacity(rounds);
    for round in 0..rounds {
        for (times, took) in times.iter_mut().zip(node.round()?) {
            times[NODE].push(took);
        }
        for ((sample, times), reads) in samples.iter().zip(&mut times).zip(&readable) {
            for turn in 0..CONTENDERS.len() {
                // The order turns with the round, so that nobody always runs in somebody's warm cache.
                let which = (turn + round) % CONTENDERS.len();
                if reads[which] {
                    times[which].push(measure(|| {
                        CONTENDERS[which](black_box(sample));
                    }));
                }
            }
        }
        resolving.push(measure(|| {
            black_box(resolve(&Evidence::of(black_box(&facts)), &Defaults).allowed());
        }));
        eprint!("\rround {} of {rounds}", round + 1);
    }
    eprintln!();
    report(&samples, &times, rounds);
    let median = quantile(&resolving, 0.5);
    let verdict = if median <= RESOLVE_GOAL { "reached" } else { "MISSED" };
    println!(
        "\nresolving TCF + GPP + banner: {median:.0} ns, spread {:.0} %; goal {RESOLVE_GOAL:.0} ns: {verdict}",
        half_quartiles(&resolving) * 100.0
    );
    Ok(())
}

/// Nanoseconds of one call.
fn measure(mut call: impl FnMut()) -> f64 {
    let started = Instant::now();
    let mut passes = 0_u32;
    while started.elapsed() < LEAST {
        // The clock is asked once in ten calls: it takes a part of a short string's time.
        (0..10).for_each(|_| call());
        passes += 10;
    }
    started.elapsed().as_secs_f64() * 1e9 / f64::from(passes)
}

fn report(samples: &[Sample], times: &[Vec<Vec<f64>>], rounds: usize) {
    println!("ns for one decode, median of {rounds} interleaved rounds; in brackets: how many times ours");
    println!("javascript: @iabtechlabtcf/core, @iabgpp/cmpapi in Node, after warm-up (JIT-compiled)\n");
    println!(
        "{:<28}{:>8}{:>10}{:>11}{:>18}{:>18}{:>20}{:>9}",
        "string", "chars", "ours: all", "publisher", "lib_tcstring", "iab_gpp", "javascript", "spread"
    );
    for (sample, times) in samples.iter().zip(times) {
        let median = |which: usize| quantile(&times[which], 0.5);
        let other = |which: usize| {
            if times[which].is_empty() {
                let why = if sample.tcf { "refused" } else { "-" };
                return why.to_owned();
            }
            format!("{:.0} ({:.1}x)", median(which), median(which) / median(0))
        };
        let spread = times.iter().filter(|rounds| !rounds.is_empty()).map(|rounds| half_quartiles(rounds));
        println!(
            "{:<28}{:>8}{:>10.0}{:>11.0}{:>18}{:>18}{:>20}{:>8.0}%",
            sample.name,
            sample.text.len(),
            median(0),
            median(1),
            other(2),
            other(3),
            other(NODE),
            spread.fold(0.0, f64::max) * 100.0,
        );
    }
}

/// The JavaScript libraries, warm.
fn libraries(samples: &[Sample]) -> anyhow::Result<Node> {
    let kind = |sample: &Sample| if sample.tcf { "tcf" } else { "gpp" };
    let list: Vec<_> = samples
        .iter()
        .map(|sample| serde_json::json!({ "kind": kind(sample), "text": sample.text }))
        .collect();
    let mut node = Node::start("tests/oracles", "bench.mjs")?;
    node.tell(&serde_json::Value::from(list).to_string())?;
    Ok(node)
}
