//! What every fuzz target does, as plain functions from bytes to nothing: they panic when a law does not hold.
//!
//! libFuzzer runs them for minutes (`cargo xtask fuzz`, through `libfuzzer/`), and `tests/smoke.rs` runs them for a second
//! on the kept corpus and some mutations of it, on stable Rust. A law is more than "does not panic": see each module.

mod banners;
mod cache;
pub mod corpus;
pub mod dice;
mod fixtures;
mod html;
mod laws;
mod memory;
mod pieces;
mod playbook;
mod request;
mod response;
mod signals;
mod tape;
mod visit;

use parvis::consent::source::Banner;

/// What takes any bytes and panics when a law is broken.
pub type Laws = fn(&[u8]);

/// A fuzz target.
#[derive(Clone, Copy)]
pub enum Target {
    /// A function of its own.
    Laws(Laws),
    /// The laws of one banner of the table.
    Banner(Banner),
}

impl Target {
    /// Runs it.
    ///
    /// # Panics
    ///
    /// When a law does not hold for `input`.
    pub fn run(self, input: &[u8]) {
        match self {
            Target::Laws(laws) => laws(input),
            Target::Banner(banner) => banners::banner(banner, input),
        }
    }
}

/// Every target by name; the names are those of the files in `corpus/`. Those of the banners are their names in playbooks.
pub fn targets() -> impl Iterator<Item = (&'static str, Target)> {
    let laws = LAWS.iter().map(|(name, laws)| (*name, Target::Laws(*laws)));
    laws.chain(banners::all().map(|banner| (banner.name(), Target::Banner(banner))))
}

/// The targets with a function of their own.
const LAWS: &[(&str, Laws)] = &[
    ("cookies", signals::cookies),
    ("tcf", signals::tcf),
    ("gpp", signals::gpp),
    ("us_privacy", signals::us_privacy),
    ("gpc", signals::gpc),
    ("stored_settings", pieces::stored_settings),
    ("mirror", pieces::mirror),
    ("json", pieces::json),
    ("base64", pieces::base64),
    ("percent", pieces::percent),
    ("time", pieces::time),
    ("html_stream", html::html_stream),
    ("splice_plan", html::splice_plan),
    ("template_render", html::template_render),
    ("playbook", playbook::playbook),
    ("playbook_fitted", playbook::playbook_fitted),
    ("visit", visit::visit),
    ("memory", memory::memory),
    ("request", request::request),
    ("own_resource", request::own_resource),
    ("cache", cache::cache),
];

/// The target of this name.
///
/// # Panics
///
/// When there is none.
pub fn target(name: &str) -> Target {
    let found = targets().find(|(known, _)| *known == name);
    found.unwrap_or_else(|| panic!("no fuzz target `{name}`: see targets() in tests/fuzz/src/lib.rs")).1
}
