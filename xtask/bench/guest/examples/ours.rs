//! The engine: blocks of a page in memory, and one request in pieces, streaming or from a plan.

use parvis::html::blocks::{self, MARKER};
use parvis::html::plan::{Piece, Plan, Splices, Version};
use parvis::html::splice::{Sink as _, Splicer};
use xtask_bench_guest::{CHUNK, Out, append_range, edits, ids, next, with_page};

/// The blocks of the page in memory.
#[unsafe(no_mangle)]
pub extern "C" fn find() -> usize {
    with_page(|page, _| blocks::find(page, MARKER).blocks.len())
}

/// One request: the page streams.
#[unsafe(no_mangle)]
pub extern "C" fn stream() {
    let mut buffer = [0; CHUNK];
    let edits = edits(&mut buffer);
    run(Splicer::new(MARKER, edits), &mut buffer);
}

/// One request: the page streams and a plan of all its blocks is made.
#[unsafe(no_mangle)]
pub extern "C" fn planning() {
    let mut buffer = [0; CHUNK];
    let edits = edits(&mut buffer);
    let declared = ids(&mut buffer);
    let splicer = run(Splicer::planning(MARKER, edits, declared, 1), &mut buffer);
    // An edge knows the version from the response's head.
    if let Some(plan) = Version::of_etag("\"1\"", 1).and_then(|version| splicer.plan(version)) {
        Out.write(&plan);
    }
}

fn run(mut splicer: Splicer, buffer: &mut [u8]) -> Splicer {
    loop {
        let length = next(buffer);
        if length == 0 {
            splicer.end(&mut Out);
            return splicer;
        }
        splicer.push(buffer.get(..length).unwrap_or_default(), &mut Out);
    }
}

/// One request: the plan comes in, and the host sends ranges of the page that it keeps.
#[unsafe(no_mangle)]
pub extern "C" fn plan() {
    let mut buffer = [0; CHUNK];
    let edits = edits(&mut buffer);
    let length = next(&mut buffer);
    let mut splices = Splices::default();
    let plan = buffer.get(..length).and_then(Plan::open);
    if !plan.is_some_and(|plan| plan.apply(&edits, None, &mut splices)) {
        return;
    }
    for piece in splices.pieces() {
        match *piece {
            Piece::Page { from, to } => append_range(from, to),
            Piece::Content(at) => Out.write(edits.get(at).map_or(&[], |edit| &edit.content)),
            Piece::Part { edit, from, to } => {
                Out.write(edits.get(edit).and_then(|edit| edit.content.get(from..to)).unwrap_or_default());
            }
        }
    }
}
