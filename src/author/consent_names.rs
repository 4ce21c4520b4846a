//! Checks the cookie names of consent flags: each name has one kind of flag, in the page and at the edge.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::cookie_name::is_cookie_name;
use crate::consent::settings::{NAMES, Slot, Store};

/// The names of a draft, by kind of flag.
type Listed = BTreeMap<String, Vec<String>>;

/// Prefixes of cookie names that browsers hide from scripts or from plain HTTP, in lower case.
const PREFIXES: [&str; 3] = ["__host-", "__secure-", "__http-"];

/// The kind of flag with this name.
pub(in crate::author) fn slot(kind: &str) -> Option<Slot> {
    let mut known = Slot::ALL.iter().copied().filter(|slot| slot.store() != Store::Described);
    known.find(|slot| slot.name() == kind)
}

/// The names that replace the defaults, by kind; those that [`check`] refuses as a whole are left out.
pub(in crate::author) fn renamed(listed: &Listed) -> impl Iterator<Item = (Slot, &[String])> {
    listed.iter().filter_map(|(kind, names)| {
        let slot = slot(kind).filter(|slot| slot.store() == Store::Cookie && !names.is_empty())?;
        Some((slot, names.as_slice()))
    })
}

/// Reports all problems of the names to `say`, with the place below `consent`.
pub(in crate::author) fn check(listed: &Listed, say: &mut impl FnMut(String, String)) {
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for (kind, names) in listed {
        let place = format!("names.{kind}");
        let Some(slot) = slot(kind) else {
            let known: Vec<&str> = renamable().map(Slot::name).collect();
            say(place, format!("`{kind}` is no kind of flag: use one of {}", known.join(", ")));
            continue;
        };
        match slot.store() {
            Store::Cookie => {}
            Store::WebStorage | Store::Both => {
                let message = "is kept in web storage, under keys that its banner fixes: leave it out";
                say(place, format!("`{kind}` {message}"));
                continue;
            }
            Store::Cookies => {
                let message = "is kept in cookies whose names say what each is about: leave it out";
                say(place, format!("`{kind}` {message}"));
                continue;
            }
            Store::Script | Store::Described => {
                let message = "is given by a script of the page and has no cookie: leave it out";
                say(place, format!("`{kind}` {message}"));
                continue;
            }
        }
        if names.is_empty() {
            let message = "no name is listed, so this flag would never be read";
            say(
                place.clone(),
                format!("{message}: list its cookies, or leave `{kind}` out to keep the usual names"),
            );
        }
        for (index, name) in names.iter().enumerate() {
            let place = format!("{place}.{index}");
            if !is_cookie_name(name) {
                let help = "use up to 255 letters, digits, `-` and `_`";
                say(place, format!("`{name}` cannot be the name of a cookie: {help}"));
            } else if let Some((_, other)) = seen.iter().find(|(known, _)| known == name) {
                say(place, format!("`{name}` is listed twice, before for `{other}`: keep one of them"));
            } else if let Some(other) =
                default_of(name).filter(|other| *other != slot && !is_renamed(listed, *other))
            {
                let other = other.name();
                let help =
                    format!("use another name, or list the cookies of `{other}` under `names.{other}`");
                say(
                    place,
                    format!(
                        "`{name}` is the usual name of `{other}`, which would not be read any more: {help}"
                    ),
                );
            } else if slot == Slot::Mirror && has_prefix(name) {
                let help = "leave the prefix out, as in `parvis-consent`";
                say(
                    place,
                    format!(
                        "`{name}` begins with a prefix with which browsers refuse cookies of scripts: {help}"
                    ),
                );
            }
            seen.push((name, kind));
        }
    }
}

/// The kinds of flags whose cookies a playbook can rename.
fn renamable() -> impl Iterator<Item = Slot> {
    Slot::ALL.iter().copied().filter(|slot| slot.store() == Store::Cookie)
}

/// The kind of flag for which a draft lists this name.
pub(in crate::author) fn named(listed: &Listed, name: &str) -> Option<Slot> {
    renamed(listed).find(|(_, names)| names.iter().any(|known| known == name)).map(|(slot, _)| slot)
}

/// The kind of flag that has this name by default.
pub(in crate::author) fn default_of(name: &str) -> Option<Slot> {
    NAMES.iter().find(|(known, _)| *known == name).map(|(_, slot)| *slot)
}

fn is_renamed(listed: &Listed, slot: Slot) -> bool {
    renamed(listed).any(|(other, _)| other == slot)
}

fn has_prefix(name: &str) -> bool {
    PREFIXES
        .iter()
        .any(|prefix| name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]
    use super::*;

    fn problems(names: &str) -> Vec<(String, String)> {
        let mut problems = Vec::new();
        check(&serde_json::from_str(names).unwrap(), &mut |place, message| problems.push((place, message)));
        problems
    }

    #[test]
    fn every_kind_in_a_cookie_can_be_named_and_no_other() {
        for slot in Slot::ALL {
            let kind = slot.name();
            let found = problems(&format!(r#"{{"{kind}": ["a-name-of-the-site"]}}"#));
            assert_eq!(found.is_empty(), slot.store() == Store::Cookie, "{found:?}");
            assert!(found.iter().all(|(place, _)| *place == format!("names.{kind}")), "{found:?}");
            let empty = problems(&format!(r#"{{"{kind}": []}}"#));
            assert_eq!(empty.len(), 1, "{kind}: {empty:?}");
        }
    }

    #[test]
    fn names_that_one_flag_takes_from_another() {
        for (names, place, wrong) in [
            (r#"{"klaro": ["euconsent-v2"]}"#, "names.klaro.0", "the usual name of `tcf`"),
            (r#"{"klaro": ["parvis-consent"]}"#, "names.klaro.0", "the usual name of `mirror`"),
            (r#"{"klaro": ["a", "ucData"]}"#, "names.klaro.1", "the usual name of `usercentrics`"),
            (r#"{"klaro": ["euconsent-v2"], "tcf": []}"#, "names.klaro.0", "the usual name of `tcf`"),
            (r#"{"klaro": ["a", "a"]}"#, "names.klaro.1", "listed twice, before for `klaro`"),
            (r#"{"klaro": ["a"], "orejime": ["b", "a"]}"#, "names.orejime.1", "before for `klaro`"),
            (r#"{"mirror": ["__Secure-choice"]}"#, "names.mirror.0", "begins with a prefix"),
            (r#"{"mirror": ["a", "__HTTP-choice"]}"#, "names.mirror.1", "begins with a prefix"),
            (r#"{"mirror": ["a b"]}"#, "names.mirror.0", "cannot be the name of a cookie"),
            (r#"{"mirror": ["@tcf"]}"#, "names.mirror.0", "cannot be the name of a cookie"),
        ] {
            let found = problems(names);
            let (at, message) = found.first().unwrap();
            assert!(at == place && message.contains(wrong) && message.contains(": "), "{names}: {found:?}");
        }
        for names in [
            r#"{"mirror": ["my-consent", "parvis-consent"]}"#,
            r#"{"klaro": ["euconsent-v2"], "tcf": ["mine"]}"#,
            r#"{"klaro": ["__Secure-klaro", "klaro"]}"#,
        ] {
            assert_eq!(problems(names), [], "{names}");
        }
    }
}
