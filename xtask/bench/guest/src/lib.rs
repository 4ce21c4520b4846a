//! What both modules share: the calls that a host answers, and a page that stays in memory.
//!
//! A request comes in pieces that the host copies in and leaves in pieces that it takes, as at the edge. For the bench of
//! a warm instance a whole page is put into the module once.

use std::cell::RefCell;

use parvis::html::splice::{Edit, Operation, Sink};

/// Bytes a network hands over at once.
pub const CHUNK: usize = 16 * 1024;
/// What blocks are filled with.
pub const CONTENT: &str = "<h2>Welcome back</h2><p>The lamps you looked at are still here, and two of them \
    would stand well together.</p><a href=\"/c/lamps\">See the lamps</a>";

#[link(wasm_import_module = "host")]
unsafe extern "C" {
    safe fn read(into: *mut u8, most: usize) -> usize;
    safe fn write(from: *const u8, length: usize);
    safe fn append(from: usize, to: usize);
}

/// Fills `buffer` with the next bytes and gives how many came; none at the end.
pub fn next(buffer: &mut [u8]) -> usize {
    read(buffer.as_mut_ptr(), buffer.len())
}

/// Has the host send a range of the page that it keeps.
pub fn append_range(from: usize, to: usize) {
    append(from, to);
}

/// The visitor.
pub struct Out;

impl Sink for Out {
    fn write(&mut self, bytes: &[u8]) {
        write(bytes.as_ptr(), bytes.len());
    }
}

/// The ids of the blocks to be changed, which come first, one a line.
pub fn ids(buffer: &mut [u8]) -> Vec<String> {
    let length = next(buffer);
    let text = buffer.get(..length).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

/// The same as changes.
pub fn edits(buffer: &mut [u8]) -> Vec<Edit> {
    ids(buffer)
        .into_iter()
        .map(|id| Edit { id, operation: Operation::ReplaceInner, content: CONTENT.into(), tests: Vec::new() })
        .collect()
}

thread_local! {
    static PAGE: RefCell<(Vec<u8>, Vec<u8>)> = const { RefCell::new((Vec::new(), Vec::new())) };
}

/// Where the host puts a page of `length` bytes.
#[unsafe(no_mangle)]
pub extern "C" fn room(length: usize) -> *mut u8 {
    PAGE.with_borrow_mut(|(page, out)| {
        page.clear();
        page.resize(length, 0);
        out.clear();
        out.reserve(2 * length);
        page.as_mut_ptr()
    })
}

/// Runs `work` with the page that lies in memory and an empty output that has room.
pub fn with_page(work: impl FnOnce(&[u8], &mut Vec<u8>) -> usize) -> usize {
    PAGE.with_borrow_mut(|(page, out)| {
        out.clear();
        work(page, out)
    })
}

/// A copy in memory, the limit of everything that has a page in memory.
#[unsafe(no_mangle)]
pub extern "C" fn copy() -> usize {
    with_page(|page, out| {
        out.extend_from_slice(std::hint::black_box(page));
        out.len()
    })
}

/// One request that changes nothing.
#[unsafe(no_mangle)]
pub extern "C" fn pass() {
    let mut buffer = [0; CHUNK];
    ids(&mut buffer);
    loop {
        let length = next(&mut buffer);
        if length == 0 {
            return;
        }
        Out.write(buffer.get(..length).unwrap_or_default());
    }
}
