//! The Wasm boundary: what the page's JavaScript calls, and what the engine is told by the browser itself.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::panic::PanicInfo;

use js_sys::Date;
use lol_alloc::{FreeListAllocator, LockedAllocator};
use parvis::base::calendar::Millis;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Window;

use crate::question::Place;
use crate::session::Session;

/// Saves 3 KB gzip of the default allocator; the lock makes it safe Rust and costs nothing.
#[global_allocator]
static ALLOCATOR: LockedAllocator<FreeListAllocator> = LockedAllocator::new(FreeListAllocator::new());

/// No path of ours panics; if a dependency does, the module stops and the page keeps what it shows.
///
/// The message is dropped, and with it the machinery of formatting.
#[panic_handler]
fn stop(_: &PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// A session with one playbook.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Core {
    session: Session,
}

#[wasm_bindgen]
impl Core {
    /// A session with this compiled playbook.
    #[wasm_bindgen(constructor)]
    pub fn new(playbook: Vec<u8>) -> Core {
        Core { session: Session::open(playbook) }
    }

    /// The attribute by which the playbook marks blocks.
    pub fn marker(&self) -> String {
        self.session.marker().to_owned()
    }

    /// Answers `question` for the page in `window`, or for no page at all, which tells permits only.
    pub fn decide(&self, window: Option<Window>, question: &str, entropy: Vec<u8>) -> String {
        let mut place = Place { now: Some(now()), entropy, ..Place::default() };
        if let Some(window) = window {
            let location = window.location();
            place.path = location.pathname().unwrap_or_default();
            place.query = location.search().unwrap_or_default();
            place.user_agent = window.navigator().user_agent().unwrap_or_default();
        }
        self.session.decide(question, &place)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "whole milliseconds, and `as` saturates")]
fn now() -> Millis {
    Millis(Date::now() as i64)
}
