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

/// A fuzz target: takes any bytes, panics when a law is broken.
pub type Target = fn(&[u8]);

/// Every target by name; the names are those of the files in `corpus/` and of the programs in `libfuzzer/`.
pub const TARGETS: &[(&str, Target)] = &[
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
    ("onetrust", banners::onetrust),
    ("cookiebot", banners::cookiebot),
    ("didomi", banners::didomi),
    ("axeptio", banners::axeptio),
    ("tarteaucitron", banners::tarteaucitron),
    ("klaro", banners::klaro),
    ("orejime", banners::orejime),
    ("vanilla", banners::vanilla),
    ("cookieyes", banners::cookieyes),
    ("complianz", banners::complianz),
    ("trustarc", banners::trustarc),
    ("cookieconsent", banners::cookieconsent),
    ("quantcast", banners::quantcast),
    ("commanders_act", banners::commanders_act),
    ("shopify", banners::shopify),
    ("usercentrics", banners::usercentrics),
    ("consent_mode", banners::consent_mode),
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

/// Runs the target of this name.
///
/// # Panics
///
/// When a law does not hold for `input`, and when there is no such target.
pub fn run(name: &str, input: &[u8]) {
    let (_, target) = TARGETS
        .iter()
        .find(|(known, _)| *known == name)
        .unwrap_or_else(|| panic!("no fuzz target `{name}`: see TARGETS in tests/fuzz/src/lib.rs"));
    target(input);
}
