//! Memory of a rewriting: bounded for the heaviest page, and the same after hundreds of megabytes as after one.
//!
//! The bytes of the allocator, natively; `xtask/probe/memory.mjs` measures the same in Wasm.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use crate::support::endless::{BLOCKS, ENDLESS, endless, heavy};
use crate::support::{ON_BLOCKS, edit};
use allocation_counter::measure;
use parvis::html::plan::Version;
use parvis::html::splice::{Edit, Sink, Splicer};

const MIB: u64 = 1024 * 1024;

/// Counts what leaves and keeps nothing.
#[derive(Default)]
struct Gone(u64);

impl Sink for Gone {
    fn write(&mut self, bytes: &[u8]) {
        self.0 += bytes.len() as u64;
    }
}

/// One edit of each block, operations in turns, and one of a block that never comes.
fn edits(content: usize) -> Vec<Edit> {
    let content = vec![b'n'; content];
    let turns = ON_BLOCKS.iter().cycle();
    let mut edits: Vec<Edit> = (0..BLOCKS)
        .zip(turns)
        .map(|(number, operation)| edit(&format!("b{number}"), *operation, &content))
        .collect();
    edits.push(edit("nowhere", ON_BLOCKS[0], &content));
    edits
}

fn splicer(planning: bool) -> Splicer {
    let declared = edits(0).into_iter().map(|edit| edit.id).chain(["long".into()]).collect();
    if planning {
        Splicer::planning("data-block", edits(2000), declared, 1)
    } else {
        Splicer::new("data-block", edits(2000))
    }
}

#[test]
fn a_heavy_page_takes_far_less_than_two_mebibytes() {
    for planning in [false, true] {
        let (mut came, mut gone, mut placed, mut plan) = (0, Gone::default(), 0, None);
        // What making the page takes is taken off: streaming it past nobody.
        let passing = measure(|| heavy(&mut |bytes| Gone::default().write(bytes)));
        let used = measure(|| {
            let mut splicer = splicer(planning);
            heavy(&mut |bytes| {
                came += bytes.len() as u64;
                splicer.push(bytes, &mut gone);
            });
            splicer.end(&mut gone);
            placed = splicer.report().filter(|(_, reason)| reason.code() == "placed").count();
            plan = splicer.plan(Version::of_etag("\"v\"", came).unwrap());
        });
        let most = used.bytes_max - passing.bytes_max;
        println!(
            "planning {planning}: {came} bytes came, {} left, {placed} blocks placed, {most} bytes at most",
            gone.0
        );
        assert!(came >= 6 * MIB && placed == BLOCKS, "{came} {placed}");
        assert_eq!(plan.is_some(), planning);
        assert!(most <= 300 * 1024, "{most} bytes");
    }
}

#[test]
fn a_page_that_never_ends_takes_no_more_later_than_at_first() {
    let long = std::env::var_os("PARVIS_LONG").is_some();
    for (name, begin, unit) in ENDLESS {
        let most = match (long, name) {
            (true, _) => 1024 * MIB,
            (false, "blocks") => 200 * MIB,
            _ => 8 * MIB,
        };
        for planning in [false, true] {
            let high_water = |bytes: u64| {
                let (mut came, mut gone) = (0, Gone::default());
                let used = measure(|| {
                    let mut splicer = splicer(planning);
                    endless(begin, unit, bytes, &mut |bytes| {
                        came += bytes.len() as u64;
                        splicer.push(bytes, &mut gone);
                    });
                    // What has not left yet is held; a block that may still end is no more than its bound.
                    assert!(splicer.held() <= parvis::limits::BLOCK_BYTES + parvis::limits::TAG_BYTES);
                    splicer.end(&mut gone);
                });
                assert!(came >= bytes && gone.0 > 0);
                used.bytes_max
            };
            let (early, late) = (high_water(MIB), high_water(most));
            println!(
                "{name}, planning {planning}: {early} bytes after 1 MiB, {late} after {} MiB",
                most / MIB
            );
            assert_eq!(early, late, "{name}, planning {planning}");
            assert!(early <= 600 * 1024, "{name}, planning {planning}: {early} bytes");
        }
    }
}
