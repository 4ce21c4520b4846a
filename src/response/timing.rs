//! What a response tells the page's own scripts in `Server-Timing`, the one header that a page can read of itself.
//!
//! The page takes over from there: which campaign and variant each block shows, the purposes without which it would not, and
//! what tells the page whether the consent that was used is still the visitor's. It says no reason, no region and nothing of the
//! visitor that scripts of the page could not find out. `site.opaque_ids` writes hashes in place of ids, and
//! `site.server_timing` turns all of it off; [`CachePolicy::cache_control`] then keeps the page out of the browser's cache.
//!
//! [`CachePolicy::cache_control`]: crate::response::cache_policy::CachePolicy::cache_control

use alloc::string::String;

use crate::base::checksum::fnv1a;
use crate::base::text::{is_id, push_hex};
use crate::consent::evidence::Evidence;
use crate::consent::resolve::Resolution;
use crate::consent::settings::Slot;
use crate::consent::stored::StoredSettings;
use crate::facts::Facts;
use crate::html::blocks::MARKER;
use crate::names;
use crate::playbook::Playbook;
use crate::response::outcome::{Content, Decision};

/// The value of the header: decisions, the consent they used if nobody shares the response, an unusual marker and names.
///
/// Without the first two it says what is the same for everybody, and nothing where nothing is unusual.
pub(crate) fn value(
    decisions: Option<&[Decision]>,
    consent: Option<&Resolution>,
    playbook: &Playbook,
    facts: &Facts,
) -> String {
    let mut text = String::new();
    if playbook.site().is_silent {
        return text;
    }
    if let Some(decisions) = decisions {
        let mut all = String::new();
        for decision in decisions {
            describe(decision, playbook, &mut all);
        }
        entry(names::TIMING, &all, &mut text);
    }
    let settings = StoredSettings::open(playbook.consent_section()).unwrap_or_default();
    if let Some(consent) = consent {
        let mut used = String::new();
        push_hex(&mut used, digest(facts, &settings).into(), 8);
        used.push_str(if consent.regime().opt_in { "" } else { "+" });
        entry(names::TIMING_CONSENT, &used, &mut text);
    }
    let marker = playbook.site().marker;
    if decisions.is_some() && marker != MARKER && is_id(marker) {
        entry(names::TIMING_MARKER, marker, &mut text);
    }
    let own = own_names(&settings);
    if !own.is_empty() {
        entry(names::TIMING_NAMES, &own, &mut text);
    }
    text
}

/// Adds an entry with a description.
fn entry(name: &str, description: &str, text: &mut String) {
    let before = if text.is_empty() { "" } else { ", " };
    for piece in [before, name, ";desc=\"", description, "\""] {
        text.push_str(piece);
    }
}

/// `block=campaign/variant:bits` for what is shown, with the bits of its purposes; `block=campaign/variant:` for a control;
/// `block` for default content.
fn describe(decision: &Decision, playbook: &Playbook, text: &mut String) {
    if !text.is_empty() {
        text.push(' ');
    }
    text.push_str(&playbook.told(playbook.block(decision.block).map_or("", |block| block.id)));
    let Some(chosen) = decision.chosen else { return };
    let Some(campaign) = playbook.campaign(chosen.campaign) else { return };
    text.push('=');
    text.push_str(&playbook.told(campaign.id()));
    text.push('/');
    let variant = campaign.variants().nth(usize::from(chosen.variant));
    text.push_str(&playbook.told(variant.map_or("", |variant| variant.id)));
    // Ids may have colons, so that the last one ends the variant of a control too.
    text.push(':');
    if decision.content != Content::Default {
        push_hex(text, decision.needs.bits().into(), 3);
    }
}

/// A digest of the stored flags of a request and of Global Privacy Control, which the page computes of its own cookies.
///
/// No other cookie is in it, above all none that scripts may not see. The order of cookies says nothing. A flag that scripts cannot
/// see makes the page compare in vain, and ask.
fn digest(facts: &Facts, settings: &StoredSettings<'_>) -> u32 {
    let evidence = Evidence::of(facts);
    let mut sum = u32::from(evidence.sec_gpc.iter().any(|value| value == "1"));
    for (name, value) in evidence.pairs() {
        if is_usual(name) || settings.slot(name).is_some() {
            sum = sum.wrapping_add(fnv1a(name.bytes().chain([b'=']).chain(value.bytes())));
        }
    }
    sum
}

/// Whether a cookie of this name is a flag where the playbook says nothing of it, which a page knows before it has the playbook.
fn is_usual(name: &str) -> bool {
    StoredSettings::default().slot(name).is_some()
}

/// The names of the mirror cookie, spaces between, if they are not the usual one; behind a comma other names that the playbook
/// gives flags, and after a `@` keys of web storage that it describes.
fn own_names(settings: &StoredSettings<'_>) -> String {
    let mut all = String::new();
    let mirrors = || settings.names(Slot::Mirror);
    if !mirrors().eq([names::MIRROR]) {
        mirrors().for_each(|name| word(name, &mut all));
    }
    let mut others = String::new();
    for name in settings.own_names().filter(|name| !is_usual(name)) {
        if !mirrors().any(|mirror| mirror == name) {
            word(name, &mut others);
        }
    }
    for key in settings.stored_keys() {
        word(&["@", key].concat(), &mut others);
    }
    if !others.is_empty() {
        all.push(',');
        all.push_str(&others);
    }
    all
}

/// Adds a word; what could end the description is left out, as no name of a cookie.
fn word(name: &str, text: &mut String) {
    if name.bytes().any(|byte| !byte.is_ascii_graphic() || matches!(byte, b'"' | b'\\' | b',' | b';')) {
        return;
    }
    if !text.is_empty() {
        text.push(' ');
    }
    text.push_str(name);
}
