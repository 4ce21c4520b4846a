//! Rewriting large pages in a module, to see how far its memory grows; `memory.mjs` looks.

#[path = "../../../tests/html/support/endless.rs"]
mod endless;

use std::hint::black_box;

use parvis::html::splice::{Edit, Operation, Sink, Splicer};

/// Counts what leaves and keeps nothing.
struct Gone(usize);

impl Sink for Gone {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = self.0.wrapping_add(black_box(bytes).len());
    }
}

fn ids() -> impl Iterator<Item = String> {
    (0..endless::BLOCKS).map(|number| format!("b{number}"))
}

fn splicer() -> Splicer {
    let edit =
        |id| Edit { id, operation: Operation::ReplaceInner, content: vec![b'n'; 2000], tests: Vec::new() };
    Splicer::planning("data-block", ids().map(edit).collect(), ids().collect(), 1)
}

/// Lets the heavy page pass; returns how many bytes left.
#[unsafe(no_mangle)]
pub extern "C" fn pass_heavy() -> usize {
    let mut gone = Gone(0);
    endless::heavy(&mut |bytes| gone.write(bytes));
    gone.0
}

/// Rewrites the heavy page and makes its plan; returns how many bytes left.
#[unsafe(no_mangle)]
pub extern "C" fn rewrite_heavy() -> usize {
    let (mut splicer, mut gone) = (splicer(), Gone(0));
    endless::heavy(&mut |bytes| splicer.push(bytes, &mut gone));
    splicer.end(&mut gone);
    gone.0
}

/// How many endless pages there are.
#[unsafe(no_mangle)]
pub extern "C" fn endless_pages() -> usize {
    endless::ENDLESS.len()
}

/// Rewrites so many MiB of an endless page; returns how many bytes left.
#[unsafe(no_mangle)]
pub extern "C" fn rewrite_endless(page: usize, mebibytes: u32) -> usize {
    let (mut splicer, mut gone) = (splicer(), Gone(0));
    if let Some((_, begin, unit)) = endless::ENDLESS.get(page) {
        endless::endless(begin, unit, u64::from(mebibytes) * 1024 * 1024, &mut |bytes| {
            splicer.push(bytes, &mut gone);
        });
    }
    splicer.end(&mut gone);
    gone.0
}
