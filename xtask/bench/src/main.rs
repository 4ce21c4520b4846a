//! `xtask-bench FOLDER ROUNDS`: rewrites the marked pages in FOLDER with Parvis and with its neighbors.
//!
//! Everything is measured in one process, interleaved: each round runs every contender on every page, and a number is
//! the median of the rounds. A ratio is what to quote; a time is of this machine at this hour. The spread (half of
//! the distance between the quartiles, of the median) says how far to trust it.

use std::cell::RefCell;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use lol_html::html_content::ContentType;
use lol_html::{HtmlRewriter, Settings, element};
use parvis::html::blocks;
use parvis::html::plan::{Piece, Plan, Splices, Version};
use parvis::html::splice::{Edit, Operation, Splicer};
use xtask_bench::{half_quartiles, quantile};

/// Bytes a network hands over at once.
const CHUNK: usize = 16 * 1024;
/// Blocks that are changed on each page, of the twenty that are marked.
const EDITS: usize = 5;
/// A measurement repeats until it has lasted this long, so that the clock's grain does not show.
const LEAST: Duration = Duration::from_millis(4);
/// What plans are made for; one and the same here.
const SCOPE: u64 = 1;
const CONTENT: &str = "<h2>Welcome back</h2><p>The lamps you looked at are still here, and two of them \
    would stand well together.</p><a href=\"/c/lamps\">See the lamps</a>";

/// One way to treat a page: reads it and writes what goes to the visitor.
type Contender = fn(&Page, &mut Vec<u8>);

const CONTENDERS: [Contender; 6] =
    [pass_through, parvis_rewrite, parvis_find, lol_html_rewrite, parvis_plan, parvis_planning];
const PASS: usize = 0;
const REWRITE: usize = 1;
const FIND: usize = 2;
const LOL: usize = 3;
const PLAN: usize = 4;
const PLANNING: usize = 5;

struct Page {
    name: String,
    bytes: Vec<u8>,
    /// Blocks of the page that are changed.
    ids: Vec<String>,
    /// All blocks of the page.
    declared: Vec<String>,
    plan: Vec<u8>,
    version: Version,
    /// What a request would decide.
    edits: Vec<Edit>,
    /// Room to work in, as an instance that stays has it.
    splices: RefCell<Splices>,
}

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, rounds] = arguments.as_slice() else { bail!("usage: xtask-bench FOLDER ROUNDS") };
    let rounds: usize = rounds.parse().with_context(|| format!("`{rounds}` is no number of rounds"))?;
    ensure!(rounds > 2, "`{rounds}` rounds are too few for a median: use at least 3");
    let pages = read(Path::new(folder))?;
    println!(
        "{} pages, {EDITS} of 20 blocks replaced, pieces of {CHUNK} bytes, median of {rounds} interleaved rounds\n",
        pages.len()
    );
    let agreed = pages.iter().filter(|page| agree(page)).count();
    // times[page][contender] has one entry a round, in nanoseconds for one pass over the page.
    let mut times = vec![vec![Vec::with_capacity(rounds); CONTENDERS.len()]; pages.len()];
    for round in 0..rounds {
        for (page, times) in pages.iter().zip(&mut times) {
            // The order turns with the round, so that nobody always runs in somebody's warm cache.
            for turn in 0..CONTENDERS.len() {
                let which = (turn + round) % CONTENDERS.len();
                times[which].push(measure(CONTENDERS[which], page));
            }
        }
        eprint!("\rround {} of {rounds}", round + 1);
    }
    eprintln!();
    report(&pages, &times);
    println!(
        "\nsame bytes out of Parvis streaming, Parvis from a plan, and lol_html: {agreed} of {} pages",
        pages.len()
    );
    Ok(())
}

fn read(folder: &Path) -> anyhow::Result<Vec<Page>> {
    let listed = std::fs::read_dir(folder).with_context(|| format!("no folder `{}`", folder.display()))?;
    let mut files: Vec<PathBuf> = listed.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "html"));
    files.sort();
    ensure!(!files.is_empty(), "no pages in `{}`", folder.display());
    files
        .iter()
        .map(|path| {
            let bytes = std::fs::read(path)?;
            let found = blocks::find(&bytes, blocks::MARKER).blocks;
            let step = found.len().div_ceil(EDITS).max(1);
            let declared: Vec<String> = found.into_iter().map(|block| block.id).collect();
            let ids: Vec<String> = declared.iter().step_by(step).cloned().collect();
            let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let version = Version::of_page(&bytes);
            let edits = ids.iter().map(|id| edit(id)).collect();
            let mut page = Page {
                name,
                bytes,
                ids,
                declared,
                plan: Vec::new(),
                version,
                edits,
                splices: RefCell::default(),
            };
            page.plan = stream(&page, &mut Vec::new()).context("a page without a plan")?;
            Ok(page)
        })
        .collect()
}

/// Nanoseconds for one pass over the page.
fn measure(contender: Contender, page: &Page) -> f64 {
    let mut out = Vec::with_capacity(page.bytes.len() * 2);
    let started = Instant::now();
    let mut passes = 0_u32;
    while passes == 0 || started.elapsed() < LEAST {
        out.clear();
        contender(black_box(page), &mut out);
        black_box(&out);
        passes += 1;
    }
    started.elapsed().as_secs_f64() * 1e9 / f64::from(passes)
}

fn pass_through(page: &Page, out: &mut Vec<u8>) {
    for piece in page.bytes.chunks(CHUNK) {
        out.extend_from_slice(black_box(piece));
    }
}

fn parvis_rewrite(page: &Page, out: &mut Vec<u8>) {
    let mut splicer = Splicer::new(blocks::MARKER, page.ids.iter().map(|id| edit(id)).collect());
    for piece in page.bytes.chunks(CHUNK) {
        splicer.push(piece, out);
    }
    splicer.end(out);
}

fn edit(id: &str) -> Edit {
    Edit { id: id.to_owned(), operation: Operation::ReplaceInner, content: CONTENT.into() }
}

/// The first sight of a page: it streams, and a plan is made of all its blocks.
fn stream(page: &Page, out: &mut Vec<u8>) -> Option<Vec<u8>> {
    let edits = page.ids.iter().map(|id| edit(id)).collect();
    let mut splicer = Splicer::planning(blocks::MARKER, edits, page.declared.clone(), SCOPE);
    for piece in page.bytes.chunks(CHUNK) {
        splicer.push(piece, out);
    }
    splicer.end(out);
    splicer.plan(page.version)
}

fn parvis_planning(page: &Page, out: &mut Vec<u8>) {
    black_box(stream(page, out));
}

/// Any later sight: the plan is checked against the page, and its pieces leave.
fn parvis_plan(page: &Page, out: &mut Vec<u8>) {
    let mut splices = page.splices.borrow_mut();
    let plan = Plan::open(&page.plan).filter(|plan| plan.is_for(page.version, SCOPE));
    if !plan.is_some_and(|plan| plan.apply(&page.edits, Some(&page.bytes), &mut splices)) {
        return;
    }
    for piece in splices.pieces() {
        match *piece {
            Piece::Page { from, to } => out.extend_from_slice(black_box(&page.bytes[from..to])),
            Piece::Content(at) => out.extend_from_slice(&page.edits[at].content),
        }
    }
}

fn parvis_find(page: &Page, _: &mut Vec<u8>) {
    black_box(blocks::find(&page.bytes, blocks::MARKER));
}

fn lol_html_rewrite(page: &Page, out: &mut Vec<u8>) {
    let handler = element!("[data-block]", |block| {
        if block.get_attribute(blocks::MARKER).is_some_and(|id| page.ids.contains(&id)) {
            block.set_inner_content(CONTENT, ContentType::Html);
        }
        Ok(())
    });
    let settings = Settings::new().append_element_content_handler(handler);
    let mut rewriter = HtmlRewriter::new(settings, |piece: &[u8]| out.extend_from_slice(piece));
    // A page that it refuses is seen by `agree`.
    let done = page.bytes.chunks(CHUNK).try_for_each(|piece| rewriter.write(piece));
    let _ = done.and_then(|()| rewriter.end());
}

fn agree(page: &Page) -> bool {
    let [mut ours, mut planned, mut theirs] = [Vec::new(), Vec::new(), Vec::new()];
    parvis_rewrite(page, &mut ours);
    parvis_plan(page, &mut planned);
    lol_html_rewrite(page, &mut theirs);
    ours == theirs && ours == planned
}

fn report(pages: &[Page], times: &[Vec<Vec<f64>>]) {
    let ratios = ["rewrite/pass", "planning/pass", "plan/pass", "lol/rewrite", "lol/find", "lol/plan"];
    print!("{:<24}{:>8}{:>7}", "page", "KB", "edits");
    for what in ["pass", "rewrite", "find", "lol", "plan", "planning"] {
        print!("{:>13}", format!("{what} µs"));
    }
    ratios.iter().for_each(|what| print!("{what:>14}"));
    println!("{:>9}", "spread");
    let mut logs = [0.0; 6];
    for (page, times) in pages.iter().zip(times) {
        let medians: Vec<f64> = times.iter().map(|rounds| quantile(rounds, 0.5)).collect();
        let spread = times.iter().map(|rounds| half_quartiles(rounds)).fold(0.0, f64::max);
        let ratio = |over: usize, under: usize| medians[over] / medians[under];
        let ratios = [
            ratio(REWRITE, PASS),
            ratio(PLANNING, PASS),
            ratio(PLAN, PASS),
            ratio(LOL, REWRITE),
            ratio(LOL, FIND),
            ratio(LOL, PLAN),
        ];
        let kilobytes = page.bytes.len() as f64 / 1024.0;
        print!("{:<24}{kilobytes:>8.0}{:>7}", page.name, page.ids.len());
        medians.iter().for_each(|median| print!("{:>12.1}", median / 1e3));
        for (log, ratio) in logs.iter_mut().zip(ratios) {
            *log += ratio.ln();
            print!("{ratio:>13.2}x");
        }
        println!("{:>8.0}%", spread * 100.0);
    }
    print!("{:<111}", "geometric mean");
    logs.iter().for_each(|log| print!("{:>13.2}x", (log / pages.len() as f64).exp()));
    println!();
}
