//! The Wasm boundary: what `js/` calls. It imports nothing of its host.

use alloc::string::String;
use alloc::vec::Vec;
use core::panic::PanicInfo;

use dlmalloc::GlobalDlmalloc;
use parvis::base::calendar::Millis;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::conversation;

/// Memory that is freed is found again in constant time, and what lies side by side becomes one piece.
#[global_allocator]
static ALLOCATOR: GlobalDlmalloc = GlobalDlmalloc;

/// No path of ours panics; if a dependency does, the instance is over: `js/` makes a new one, and the page passes through.
///
/// The message is dropped, and with it the machinery of formatting.
#[panic_handler]
fn stop(_: &PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// Bytes that one room keeps from body to body; a longer piece is freed after its use.
const KEPT: usize = 256 * 1024;

/// Room for bytes on their way in and out. One is enough for all requests, because nothing waits between in and out.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct Room {
    input: Vec<u8>,
    output: Vec<u8>,
}

#[wasm_bindgen]
impl Room {
    /// An empty room.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Room {
        Room::default()
    }

    /// Where to write the next `length` bytes. Memory may move with this call.
    pub fn input(&mut self, length: usize) -> *const u8 {
        self.input.resize(length, 0);
        self.input.as_ptr()
    }

    /// Where to read what came out.
    pub fn output(&self) -> *const u8 {
        self.output.as_ptr()
    }

    fn begin(&mut self) {
        self.output.clear();
        self.output.shrink_to(KEPT);
    }
}

/// A playbook and keys.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Edge(conversation::Edge);

#[wasm_bindgen]
impl Edge {
    /// See [`conversation::Edge::open`].
    #[wasm_bindgen(constructor)]
    pub fn new(playbook: Option<Vec<u8>>, keys: Option<Vec<u8>>) -> Edge {
        Edge(conversation::Edge::open(playbook, keys.as_deref()))
    }

    /// See [`conversation::Edge::refused`].
    pub fn refused(&self) -> String {
        self.0.refused().into()
    }

    /// See [`conversation::Edge::others`].
    pub fn others(&self, header: &str) -> Option<String> {
        self.0.others(header)
    }

    /// See [`conversation::Edge::cut`].
    pub fn cut(&self, head: &str) -> String {
        self.0.cut(head)
    }

    /// See [`conversation::Edge::begin`]. `now` is in milliseconds since 1970.
    pub fn begin(&self, head: &str, now: Option<f64>, entropy: &[u8]) -> Conversation {
        Conversation(self.0.begin(head, now.map(millis), entropy))
    }
}

/// One request with its response.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Conversation(conversation::Conversation);

#[wasm_bindgen]
impl Conversation {
    /// See [`conversation::Conversation::start`].
    pub fn start(&mut self) -> String {
        self.0.start()
    }

    /// See [`conversation::Conversation::answer`].
    pub fn answer(&mut self) -> Vec<u8> {
        self.0.answer()
    }

    /// See [`conversation::Conversation::respond`].
    pub fn respond(&mut self, status: u16, head: &str) -> String {
        self.0.respond(status, head)
    }

    /// See [`conversation::Conversation::fail`].
    pub fn fail(&mut self) -> String {
        self.0.fail()
    }

    /// Rewrites what lies in the room, and gives the number of bytes that came out.
    pub fn push(&mut self, room: &mut Room) -> usize {
        room.begin();
        self.0.push(&room.input, &mut room.output);
        room.output.len()
    }

    /// The end of the body; gives the number of bytes that came out.
    pub fn end(&mut self, room: &mut Room) -> usize {
        room.begin();
        self.0.end(&mut room.output);
        room.output.len()
    }

    /// See [`conversation::Conversation::record`].
    pub fn record(&self) -> String {
        self.0.record()
    }
}

#[expect(clippy::cast_possible_truncation, reason = "whole milliseconds, and `as` saturates")]
fn millis(now: f64) -> Millis {
    Millis(now as i64)
}
