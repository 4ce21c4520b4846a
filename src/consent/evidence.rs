//! Evidence: the stored flags of one request, borrowed from its facts, and nothing else of them.

use alloc::string::String;

use crate::base::calendar::Millis;
use crate::facts::Facts;
use crate::limits;

use crate::base::split::{next, parts, trim};

/// White space around names and values.
const SPACE: &[u8] = b" \t";

/// The stored flags of one request.
///
/// Web storage entries count under their keys. The browser adds what its interfaces say under keys that no cookie can
/// have: `@tcf` and `@gpp` for the strings of `__tcfapi` and `__gpp`, `@consent-mode` for what the `update` commands of
/// Google Consent Mode come to, as `analytics_storage:granted,ad_storage:denied`, and `@osano` for the categories that
/// `Osano.cm` gives, as JSON.
#[derive(Clone, Copy, Debug, Default)]
pub struct Evidence<'f> {
    /// The values of all `Cookie` headers.
    pub cookies: &'f [String],
    /// The values of all `Sec-GPC` headers.
    pub sec_gpc: &'f [String],
    /// `navigator.globalPrivacyControl`.
    pub script_gpc: bool,
    /// Whether `DNT: 1` was sent.
    pub dnt: bool,
    /// Web storage entries of banners, by key.
    pub storage: &'f [(String, String)],
    /// ISO 3166-1 alpha-2 country, upper case; empty when unknown.
    pub country: &'f str,
    /// ISO 3166-2 subdivision without the country; empty when unknown.
    pub subdivision: &'f str,
    /// Whether an edge told the page that the law asks for opt-out where the visitor is.
    pub opt_out: bool,
    /// The time of the request; without one nothing that has an age grants.
    pub now: Option<Millis>,
}

impl<'f> Evidence<'f> {
    /// The evidence in the facts of a request.
    pub fn of(facts: &'f Facts) -> Evidence<'f> {
        let browser = facts.browser.as_ref();
        Evidence {
            cookies: facts.cookies.cookie_headers(),
            sec_gpc: &facts.sec_gpc,
            script_gpc: browser.is_some_and(|browser| browser.global_privacy_control),
            dnt: facts.dnt,
            storage: browser.map_or(&[], |browser| &browser.local_storage),
            country: facts.country.as_deref().unwrap_or_default(),
            subdivision: facts.subdivision.as_deref().unwrap_or_default(),
            opt_out: browser.is_some_and(|browser| browser.opt_out),
            now: facts.now,
        }
    }

    /// Calls `see` with every stored pair of name and value; a cookie whose name begins with `@` is left out.
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn each(&self, see: &mut dyn FnMut(&'f str, &'f str)) {
        // The rules of `http::cookies::pairs`, cut with the readers' own small cutter.
        for header in self.cookies.iter().filter(|header| header.len() <= limits::COOKIE_HEADER_BYTES) {
            for cookie in parts(header, b';') {
                let mut value = cookie;
                let name = next(&mut value, b'=');
                let trimmed = trim(name, SPACE);
                if name.len() < cookie.len() && !trimmed.starts_with('@') {
                    see(trimmed, trim(value, SPACE));
                }
            }
        }
        for (key, value) in self.storage {
            see(key, value);
        }
    }

    /// Every stored pair of name and value, as the readers see them.
    pub fn pairs(&self) -> alloc::vec::Vec<(&'f str, &'f str)> {
        let mut pairs = alloc::vec::Vec::new();
        self.each(&mut |name, value| pairs.push((name, value)));
        pairs
    }
}
