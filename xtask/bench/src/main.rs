//! `xtask-bench FOLDER ROUNDS`: rewrites the marked pages in FOLDER with Parvis and with its neighbors.
//!
//! Everything is measured in one process, interleaved: each round runs every contender on every page, and a number is
//! the median of the rounds. A ratio is what to quote; a time is of this machine at this hour. The spread (half of
//! the distance between the quartiles, of the median) says how far to trust it.

use std::cell::RefCell;
use std::hint::black_box;
use std::path::Path;
use std::rc::Rc;

use anyhow::{Context as _, bail, ensure};
use lol_html::html_content::ContentType;
use lol_html::{HtmlRewriter, Settings, element};
use parvis::html::blocks;
use parvis::html::plan::{Piece, Plan, Splices};
use parvis::html::splice::{self, Edit, Splicer};
use xtask_bench::page::{CHUNK, CONTENT, EDITS, Page, SCOPE, edit};
use xtask_bench::rounds::{Contender, Times};
use xtask_bench::table;

/// One way to treat a page: reads it and writes what goes to the visitor.
type Way = fn(&Page, &mut Room);

/// Room to work in, as an instance that stays has it.
#[derive(Default)]
struct Room {
    out: Vec<u8>,
    splices: Splices,
    /// Of the pages that streamed before.
    splicer: splice::Room,
    /// What a request has decided: they go into the splicer and come out again.
    edits: Vec<Edit>,
}

const WAYS: [(&str, Way); 9] = [
    ("memcpy of pieces (pass-through)", pass_through),
    ("plan", parvis_plan),
    ("find", parvis_find),
    ("streaming, as after other pages", parvis_again),
    ("streaming in new memory", parvis_rewrite),
    ("streaming and planning", parvis_planning),
    ("lol_html, 1 selector, streaming", lol_html_1),
    ("lol_html, 5 selectors, streaming", lol_html_5),
    ("lol_html, 20 selectors, streaming", lol_html_20),
];
/// Number of the row that the others are compared with.
const LOL: usize = 6;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, rounds] = arguments.as_slice() else { bail!("usage: xtask-bench FOLDER ROUNDS") };
    let rounds: usize = rounds.parse().with_context(|| format!("`{rounds}` is no number of rounds"))?;
    ensure!(rounds > 2, "`{rounds}` rounds are too few for a median: use at least 3");
    let pages = Page::read_all(Path::new(folder))?;
    println!("{} pages, {EDITS} of 20 blocks replaced, pieces of {CHUNK} bytes", pages.len());
    let agreed = pages.iter().filter(|page| agree(page)).count();
    let room = Rc::new(RefCell::new(Room::default()));
    let mut contenders = WAYS.map(|(name, way)| {
        let (room, again) = (Rc::clone(&room), Rc::clone(&room));
        Contender {
            name,
            ready: Box::new(move |page: &Page| {
                let mut room = again.borrow_mut();
                room.out.reserve(page.bytes.len() * 2);
                room.edits.clone_from(&page.edits);
                Ok(())
            }),
            run: Box::new(move |page: &Page| {
                let mut room = room.borrow_mut();
                room.out.clear();
                way(black_box(page), &mut room);
                black_box(&room.out);
                Ok(())
            }),
        }
    });
    let times = Times::take(&mut contenders, &pages, rounds)?;
    println!("\nnative, medians of {rounds} interleaved rounds");
    table::speeds(&WAYS.map(|way| way.0), &times, &pages, LOL);
    println!("same bytes out of streaming, plan and lol_html: {agreed} of {} pages\n", pages.len());
    allocations(&pages);
    Ok(())
}

/// Allocations a page in a process that has treated all pages before; edits come from outside.
fn allocations(pages: &[Page]) {
    println!("allocations a page in steady state, the most of all pages");
    for (name, way) in WAYS {
        let mut room = Room::default();
        let mut most = 0;
        for pass in 0..3 {
            for page in pages {
                room.out.clear();
                room.edits.clone_from(&page.edits);
                let counted = allocation_counter::measure(|| way(page, &mut room)).count_total;
                most = if pass < 2 { 0 } else { most.max(counted) };
            }
        }
        println!("{name:<36}{most:>8}");
    }
}

fn pass_through(page: &Page, room: &mut Room) {
    for piece in page.bytes.chunks(CHUNK) {
        room.out.extend_from_slice(black_box(piece));
    }
}

/// A page in a process that has streamed others: their memory serves again.
fn parvis_again(page: &Page, room: &mut Room) {
    let (memory, edits) = (std::mem::take(&mut room.splicer), std::mem::take(&mut room.edits));
    let mut splicer = Splicer::in_room(memory, blocks::MARKER, edits);
    for piece in page.bytes.chunks(CHUNK) {
        splicer.push(piece, &mut room.out);
    }
    splicer.end(&mut room.out);
    (room.splicer, room.edits) = splicer.into_room();
}

/// The first page of a process, its edits made of what was decided.
fn parvis_rewrite(page: &Page, room: &mut Room) {
    let mut splicer = Splicer::new(blocks::MARKER, page.ids.iter().map(|id| edit(id)).collect());
    for piece in page.bytes.chunks(CHUNK) {
        splicer.push(piece, &mut room.out);
    }
    splicer.end(&mut room.out);
}

fn parvis_planning(page: &Page, room: &mut Room) {
    black_box(page.stream(&mut room.out));
}

/// Any later sight: the plan is checked against the page, and its pieces leave.
fn parvis_plan(page: &Page, room: &mut Room) {
    let Room { out, splices, .. } = room;
    let plan = Plan::open(&page.plan).filter(|plan| plan.is_for(page.version, SCOPE));
    if !plan.is_some_and(|plan| plan.apply(&page.edits, Some(&page.bytes), splices)) {
        return;
    }
    for piece in splices.pieces() {
        match *piece {
            Piece::Page { from, to } => out.extend_from_slice(black_box(&page.bytes[from..to])),
            Piece::Content(at) => out.extend_from_slice(&page.edits[at].content),
            Piece::Part { edit, from, to } => out.extend_from_slice(&page.edits[edit].content[from..to]),
        }
    }
}

fn parvis_find(page: &Page, _: &mut Room) {
    black_box(blocks::find(&page.bytes, blocks::MARKER));
}

fn lol_html_1(page: &Page, room: &mut Room) {
    lol_html(page, &["[data-block]"], &mut room.out);
}

fn lol_html_5(page: &Page, room: &mut Room) {
    lol_html(page, &NUMBERED[..5], &mut room.out);
}

fn lol_html_20(page: &Page, room: &mut Room) {
    lol_html(page, &NUMBERED, &mut room.out);
}

const NUMBERED: [&str; 20] = [
    "[data-block=b0]",
    "[data-block=b1]",
    "[data-block=b2]",
    "[data-block=b3]",
    "[data-block=b4]",
    "[data-block=b5]",
    "[data-block=b6]",
    "[data-block=b7]",
    "[data-block=b8]",
    "[data-block=b9]",
    "[data-block=b10]",
    "[data-block=b11]",
    "[data-block=b12]",
    "[data-block=b13]",
    "[data-block=b14]",
    "[data-block=b15]",
    "[data-block=b16]",
    "[data-block=b17]",
    "[data-block=b18]",
    "[data-block=b19]",
];

fn lol_html(page: &Page, selectors: &[&str], out: &mut Vec<u8>) {
    let mut settings = Settings::new();
    for selector in selectors {
        settings = settings.append_element_content_handler(element!(*selector, |block| {
            if block.get_attribute(blocks::MARKER).is_some_and(|id| page.ids.contains(&id)) {
                block.set_inner_content(CONTENT, ContentType::Html);
            }
            Ok(())
        }));
    }
    let mut rewriter = HtmlRewriter::new(settings, |piece: &[u8]| out.extend_from_slice(piece));
    // A page that it refuses is seen by `agree`.
    let done = page.bytes.chunks(CHUNK).try_for_each(|piece| rewriter.write(piece));
    let _ = done.and_then(|()| rewriter.end());
}

fn agree(page: &Page) -> bool {
    let mut outputs = [parvis_rewrite, parvis_again, parvis_plan, lol_html_1].map(|way: Way| {
        let mut room = Room { edits: page.edits.clone(), ..Room::default() };
        way(page, &mut room);
        room.out
    });
    outputs.sort();
    outputs[0] == outputs[3]
}
