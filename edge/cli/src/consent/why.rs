//! Finds where in a stored flag a purpose was decided: the group, category, service, TCF purpose or field, by name.

mod standards;

use parvis::consent::evidence::Evidence;
use parvis::consent::purpose::Purpose;
use parvis::consent::resolve::Ruling;
use parvis::consent::shown::{Answers, View};
use parvis::consent::source::{Banner, Source};
use parvis::consent::stored::StoredSettings;
use serde_json::Value;

use super::report::{Notebook, Seen, tcf_text};
use super::{banners, described};

/// The finding that decided the state of a purpose: the latest counted one of its most specific source.
pub(super) fn deciding<'n>(purpose: Purpose, ruling: &Ruling, notebook: &'n Notebook) -> Option<&'n Seen> {
    let source = ruling.source?;
    let granted = ruling.state == parvis::consent::resolve::State::Granted;
    let says = |seen: &&Seen| {
        let vote = &seen.answer.vote;
        seen.source == source && if granted { vote.granted } else { vote.denied }.contains(purpose)
    };
    let said = notebook
        .0
        .iter()
        .filter(says)
        .filter(|seen| !seen.stale || !granted)
        .max_by_key(|seen| seen.answer.vote.decided_at);
    said.or_else(|| notebook.0.iter().find(|seen| !granted && seen.source == source && seen.answer.hides))
}

/// The entries without a configured meaning that have this answer, or any, by their stored keys.
pub(super) fn without_meaning(
    banner: Banner,
    seen: &Seen,
    answer: Option<bool>,
    settings: &StoredSettings<'_>,
    evidence: &Evidence<'_>,
) -> Vec<String> {
    let decoded = banners::decoded(banner, seen, settings, evidence);
    let texts = |list: &Value| -> Vec<String> {
        list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let keys: Vec<String> = match banner.shown().answers {
        Answers::Flags(name) | Answers::Words(name) => {
            let members = within(&decoded, name).and_then(Value::as_object);
            members.into_iter().flat_map(|members| members.keys().cloned()).collect()
        }
        Answers::Own => {
            let lists = ["enabled", "disabled"].into_iter();
            let lists = lists.flat_map(|list| DIDOMI.map(|of| decoded.get(of).and_then(|of| of.get(list))));
            lists.flatten().flat_map(texts).collect()
        }
        Answers::Listed(name) => match has(&decoded) {
            Some(all) => all.keys().cloned().collect(),
            None => within(&decoded, name).map(texts).unwrap_or_default(),
        },
        Answers::Unknown => Vec::new(),
    };
    let mapped = |key: &str| settings.entries(banner).any(|(known, _)| known == key);
    // The answer to all keys at once, which a described banner tells under this key, is none of a key. Other fields of the value,
    // as times, are no answers.
    let fits = |key: &String| {
        let said = answered(banner, &decoded, key);
        key != "*" && !mapped(key) && said.is_some() && (answer.is_none() || said == answer)
    };
    keys.into_iter().filter(fits).collect()
}

/// The deciding part of the flag, as `group C0003` or `TCF purposes 5 and 6`; `None` if it has no name.
pub(super) fn detail(
    purpose: Purpose,
    seen: &Seen,
    granted: bool,
    settings: &StoredSettings<'_>,
    evidence: &Evidence<'_>,
) -> Option<String> {
    if let Some(banner) = seen.source.as_banner() {
        return banner_entries(purpose, banner, seen, granted, settings, evidence);
    }
    match seen.source {
        Source::TCF_PUBLISHER | Source::TCF_CORE | Source::TCF_VENDOR => {
            standards::tcf(purpose, granted, &tcf_text(seen, settings), seen.source, settings)
        }
        Source::US_PRIVACY => standards::us(&seen.value),
        source => match source.as_section()? {
            2 => {
                let vendor = settings.vendor != 0;
                let source = if vendor { Source::TCF_VENDOR } else { Source::TCF_PUBLISHER };
                standards::tcf(purpose, granted, &seen.value, source, settings)
            }
            6 => standards::us(&seen.value),
            id => standards::section(purpose, granted, u32::from(id), &seen.value),
        },
    }
}

/// The banner's term for its entries, and those that map to the purpose and have this answer.
fn banner_entries(
    purpose: Purpose,
    banner: Banner,
    seen: &Seen,
    granted: bool,
    settings: &StoredSettings<'_>,
    evidence: &Evidence<'_>,
) -> Option<String> {
    let keys = entries(purpose, banner, seen, granted, settings, evidence);
    if keys.is_empty() && !granted && purpose == Purpose::Profile {
        let keys = entries(Purpose::SaleShare, banner, seen, granted, settings, evidence);
        return (!keys.is_empty()).then(|| {
            format!("{}: who refuses the sale of data opts out of this too", counted(banner, &keys))
        });
    }
    let mut text = (!keys.is_empty()).then(|| counted(banner, &keys))?;
    if !granted && inferred(banner, seen, &keys, settings, evidence) {
        let verb = if keys.len() == 1 { "is" } else { "are" };
        text.push_str(&format!(", which {verb} not among what was accepted"));
    }
    Some(text)
}

/// The entries that map to the purpose and have this answer. What the stored value does not tell is not among them, as where the
/// browser has mirrored what only it sees.
pub(super) fn entries(
    purpose: Purpose,
    banner: Banner,
    seen: &Seen,
    granted: bool,
    settings: &StoredSettings<'_>,
    evidence: &Evidence<'_>,
) -> Vec<String> {
    let decoded = banners::decoded(banner, seen, settings, evidence);
    let mapped = settings.entries(banner).filter(|(_, purposes)| purposes.contains(purpose));
    // What the levels of TrustArc from 2 up stand for differs between sites, so that none is granted without the site's own map.
    let unsure = banner == Banner::TrustArc && granted && !settings.maps(banner);
    let told = mapped.map(|(key, _)| key).filter(|key| answered(banner, &decoded, key) == Some(granted));
    let told = told.filter(|key| !unsure || *key < "2");
    told.map(str::to_owned).collect()
}

/// Entries with the banner's term for them: `group C0003`, `levels 1 and 2`, `all categories`.
pub(super) fn counted(banner: Banner, keys: &[String]) -> String {
    let what = noun(banner);
    match keys {
        keys if keys.iter().any(|key| key == "*") => format!("all {}", plural(what)),
        [key] => format!("{what} {key}"),
        many => format!("{} {}", plural(what), list(many)),
    }
}

/// Whether entries count as refused only because the list of what was accepted has none of them.
pub(super) fn inferred(
    banner: Banner,
    seen: &Seen,
    keys: &[String],
    settings: &StoredSettings<'_>,
    evidence: &Evidence<'_>,
) -> bool {
    let shown = banner.shown();
    match (shown.answers, shown.view) {
        (Answers::Listed(_), _) => has(&banners::decoded(banner, seen, settings, evidence)).is_none(),
        (_, View::Described) => settings
            .slot(&seen.place)
            .is_some_and(|slot| described::leaves_out(banner, slot, &seen.value, keys, settings, evidence)),
        // Levels are listed too.
        _ => banner == Banner::TrustArc,
    }
}

/// Didomi has two kinds of entries, each with a list of accepted and one of refused ones.
const DIDOMI: [&str; 2] = ["purposes", "vendors"];

/// The part of a view with this name; an empty name is the view itself.
fn within<'v>(decoded: &'v Value, name: &str) -> Option<&'v Value> {
    if name.is_empty() { Some(decoded) } else { decoded.get(name) }
}

/// Everything that a banner which lists what was accepted asks for, where its value tells: version 3 of vanilla-cookieconsent
/// keeps the services of each of its categories.
fn has(decoded: &Value) -> Option<&serde_json::Map<String, Value>> {
    decoded.get("services")?.as_object().filter(|all| !all.is_empty())
}

/// What the visitor answered for one entry, where the view tells.
fn answered(banner: Banner, decoded: &Value, key: &str) -> Option<bool> {
    let lists = |list: &Value| list.as_array().map(|list| list.iter().any(|entry| entry == key));
    match banner {
        // Levels are numbers; what is not listed is refused.
        Banner::TrustArc => {
            let levels = decoded.get("levels")?.as_array()?;
            let wanted: Option<u64> = key.parse().ok();
            return Some(wanted.is_some() && levels.iter().any(|level| level.as_u64() == wanted));
        }
        // The word of the older banner is about everything at once, and names no category.
        Banner::Osano => {
            return match (key, decoded.get(key)?.as_str()?) {
                ("OPT_OUT", "ACCEPT") | (_, "DENY") => Some(false),
                (_, "ACCEPT") => Some(true),
                _ => None,
            };
        }
        _ => {}
    }
    match banner.shown().answers {
        Answers::Flags(name) => within(decoded, name)?.get(key)?.as_bool(),
        Answers::Words(name) => match within(decoded, name)?.get(key)?.as_str()? {
            "yes" | "allow" | "1" | "true" => Some(true),
            "no" | "deny" | "0" | "false" => Some(false),
            _ => None,
        },
        Answers::Listed(name) => {
            let asked = has(decoded).is_none_or(|all| all.contains_key(key));
            lists(within(decoded, name)?).filter(|_| asked)
        }
        Answers::Own => {
            let named = |list: &str| {
                DIDOMI.iter().any(|of| decoded.get(of).and_then(|of| lists(of.get(list)?)) == Some(true))
            };
            if named("disabled") { Some(false) } else { named("enabled").then_some(true) }
        }
        Answers::Unknown => None,
    }
}

/// What a banner calls its entries, in the singular; Didomi has purposes and vendors in one value.
pub(super) const fn noun(banner: Banner) -> &'static str {
    match banner {
        Banner::Didomi => "entry",
        banner => banner.shown().entry,
    }
}

pub(super) fn plural(noun: &str) -> String {
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ => format!("{noun}s"),
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn list(words: &[impl AsRef<str>]) -> String {
    joined(words, "and")
}

/// Words with commas between, and `last` before the last one: `a, b or c`.
pub(super) fn joined(words: &[impl AsRef<str>], last: &str) -> String {
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    match words.split_last() {
        Some((word, rest)) if !rest.is_empty() => format!("{} {last} {word}", rest.join(", ")),
        _ => words.concat(),
    }
}
