//! Every name that a playbook can change, across edge and page: read under the new name at both, withdrawn at both, and
//! nothing under the old one.
//!
//! The kinds of flags are [`Slot::ALL`], and their values are the rows of `fixtures/consent`: a new kind is covered when it has
//! a row there, and fails here until then.

use std::collections::BTreeSet;

use parvis::author::consent_draft::ConsentDraft;
use parvis::consent::settings::{NAMES, Slot, Store};
use parvis::consent::stored::StoredSettings;
use serde_json::{Value, json};

use crate::flags::{Row, rows};
use crate::world::{Jar, NOW, World};

/// As many flags are set against each no: those of one kind are much the same.
const YES: usize = 8;
/// Purposes that nobody has to allow.
const FREE: usize = 2;

/// The names that a site gives a kind of flag in these tests.
fn new_names(slot: Slot) -> [String; 2] {
    [format!("site-{}", slot.name()), format!("site.2_{}", slot.name())]
}

/// The settings of a row, with new names for a kind of flag.
fn renaming(settings: &Value, slot: Slot) -> Value {
    let mut settings = settings.clone();
    settings["names"] = json!({ slot.name(): new_names(slot) });
    json!({ "consent": settings })
}

fn is_called(name: &str, slot: Slot) -> bool {
    StoredSettings::default().slot(name) == Some(slot)
}

/// A visitor of the row's site, whose flags of this kind have another name, or none at all.
fn visitor(members: &Value, row: &Row, slot: Slot, name: Option<&str>) -> World {
    let mut world = World::new(members).in_region(&row.region);
    world.clock.0 = row.now;
    for (known, value) in &row.cookies {
        if !is_called(known, slot) {
            world.browser.jar.0.push((known.clone(), value.clone()));
        } else if let Some(name) = name {
            world
                .browser
                .jar
                .0
                .push((if name.is_empty() { known.clone() } else { name.to_owned() }, value.clone()));
        }
    }
    world
}

/// What the journeys of one kind of flag have shown.
#[derive(Default)]
struct Shown {
    /// Rows in which the flag makes a difference.
    heard: usize,
    /// Those of them in which something is allowed that can be withdrawn.
    withdrawn: usize,
}

/// A row through all names of the flag.
fn journey(row: &Row, slot: Slot, shown: &mut Shown) {
    let usual = json!({ "consent": row.settings });
    let renamed = renaming(&row.settings, slot);
    let what = format!("{} as {}", row.case, slot.name());
    let both = |settings: &Value, name: Option<&str>| {
        let (mut edge, page) = visitor(settings, row, slot, name).both();
        // The page is told the new names.
        edge.headers.retain(|(name, _)| name != "server-timing");
        (edge, page)
    };
    let with = both(&usual, Some(""));
    let without = both(&usual, None);
    for name in &new_names(slot) {
        assert_eq!(both(&renamed, Some(name)), with, "{what}, called {name}");
    }
    let old = both(&renamed, Some(""));
    if slot == Slot::Mirror {
        // A denial counts under the usual name too: a page that knows no other has written it there.
        assert!(old.0.allowed.is_subset(&without.0.allowed), "{what} under the old name");
    } else {
        assert_eq!(old, without, "{what} under the old name");
    }
    if with == without {
        return;
    }
    shown.heard += 1;
    if with.0.allowed.len() > FREE {
        shown.withdrawn += 1;
        for name in &new_names(slot) {
            visitor(&renamed, row, slot, Some(name)).withdraw(&format!("{what}, called {name}"));
        }
    }
}

#[test]
fn every_flag_is_heard_under_its_new_names_and_under_no_other() {
    let rows = rows();
    for slot in Slot::ALL.iter().copied().filter(|slot| slot.store() == Store::Cookie) {
        let mut shown = Shown::default();
        for row in rows.iter().filter(|row| row.cookies.iter().any(|(name, _)| is_called(name, slot))) {
            journey(row, slot, &mut shown);
        }
        let Shown { heard, withdrawn } = shown;
        let name = slot.name();
        assert!(heard > 0 && withdrawn > 0, "`{name}` has no journey: give it a row in fixtures/consent");
    }
}

/// Of a yes and a no under two names of one list, the no wins, whichever name it has.
#[test]
fn a_stored_no_wins_over_a_yes_under_another_name() {
    let rows = rows();
    let alone = |row: &&Row| row.cookies.len() == 1;
    let mut pairs = BTreeSet::new();
    for slot in Slot::ALL.iter().copied().filter(|slot| slot.store() == Store::Cookie) {
        let of = |row: &&Row| row.cookies.iter().all(|(name, _)| is_called(name, slot));
        let rows: Vec<&Row> = rows.iter().filter(alone).filter(of).collect();
        for no in &rows {
            let refused = |row: &Row| -> Vec<String> {
                let states =
                    visitor(&json!({ "consent": row.settings }), row, slot, Some("")).both().1.states;
                states.iter().filter_map(|state| state.strip_suffix(" denied").map(str::to_owned)).collect()
            };
            // What only may hide a refusal counts as one where silence is a yes, and a TC string beside it asks for opt-in.
            let abroad = refused(&Row { region: "FR".to_owned(), ..(*no).clone() });
            let mut denied = refused(no);
            denied.retain(|purpose| abroad.contains(purpose));
            if denied.is_empty() {
                continue;
            }
            pairs.insert(slot.name());
            let site = |row: &Row| (row.settings.clone(), row.region.clone(), row.now);
            for yes in rows.iter().filter(|yes| site(yes) == site(no)).take(YES) {
                let yes = &yes.cookies[0].1;
                let [first, second] = new_names(slot);
                for jar in [
                    [(first.as_str(), &*no.cookies[0].1), (&second, yes)],
                    [(&first, yes), (&second, &no.cookies[0].1)],
                ] {
                    let mut world = visitor(&renaming(&no.settings, slot), no, slot, None);
                    world.browser.jar = Jar::of(&jar);
                    let (edge, _) = world.both();
                    let used: Vec<&String> =
                        denied.iter().filter(|purpose| edge.allowed.contains(*purpose)).collect();
                    assert!(used.is_empty(), "{used:?} with {jar:?}");
                }
            }
        }
    }
    assert!(pairs.contains("mirror") && pairs.len() >= 8, "{pairs:?}");
}

/// What is not stored in cookies keeps its names, and `check` says so at the place.
#[test]
fn what_has_no_cookie_cannot_be_named() {
    let rows = rows();
    let fixed = |slot: &Slot| !matches!(slot.store(), Store::Cookie | Store::Described);
    for slot in Slot::ALL.iter().copied().filter(fixed) {
        let draft: ConsentDraft =
            serde_json::from_value(renaming(&json!({}), slot)["consent"].clone()).unwrap();
        let problems = draft.check();
        let places: Vec<&str> = problems.iter().map(|problem| problem.place.as_str()).collect();
        assert_eq!(places, [format!("names.{}", slot.name())]);
        assert!(problems[0].message.contains(": leave it out"), "{problems:?}");
    }
    // Under its key it is heard, and the edge hears of it; under another key, or in a cookie of the key's name, it is nothing.
    for (key, slot) in NAMES
        .iter()
        .filter(|(key, slot)| !matches!(slot.store(), Store::Cookie | Store::Cookies) || key.starts_with('@'))
    {
        let mut heard = 0;
        for row in rows.iter().filter(|row| row.storage.iter().any(|(known, _)| known == key)) {
            let members = json!({ "consent": row.settings });
            let value = &row.storage[0].1;
            let mut world = visitor(&members, row, *slot, None);
            let [nothing, other] = [key, &*new_names(*slot)[0]].map(|name| {
                let mut world = visitor(&members, row, *slot, None);
                if name != *key { world.ask(&[["s", name, value]]) } else { world.ask(&[]) }
            });
            assert_eq!(nothing, other, "{} under another key", row.case);
            let page = world.ask(&[["s", key, value]]);
            let edge = world.visit();
            assert!(edge.allowed.is_subset(&page.allowed), "{}: {edge:?}, {page:?}", row.case);
            if page != nothing {
                heard += 1;
                world.withdraw(&row.case);
                let again = world.ask(&[["s", key, value]]);
                assert!(again.allowed.iter().eq(["contextual", "necessary"]), "{}: {again:?}", row.case);
            }
        }
        let is_opaque = *slot == Slot::UsercentricsOld;
        assert!(heard > 0 || is_opaque, "`{key}` has no journey: give it a row in fixtures/consent");
    }
}

/// A site that renames the mirror keeps the choices made before: the old name stays in the list, behind the new one.
#[test]
fn a_mirror_moves_to_its_new_name() {
    let members = json!({ "consent": { "names": { "mirror": ["my-consent", "parvis-consent"] } } });
    let seconds = |days: i64| format!("{:x}", (NOW - days * 86_400_000) / 1000);
    let (yes, no) = (format!("1.{}.c.0.0", seconds(1)), format!("1.{}.0.8.0", seconds(2)));
    let session = "session_personalization".to_owned();

    let mut world = World::new(&members).with_cookies(Jar::of(&[("parvis-consent", &yes)]));
    assert!(world.visit().allowed.contains(&session), "before the page was asked");
    let (edge, _) = world.both();
    assert!(edge.allowed.contains(&session));
    assert_eq!(world.browser.jar.names(), ["my-consent"]);
    assert_eq!(world.browser.jar.get("my-consent"), Some(&*yes), "moved as it is");
    world.withdraw("moved");
    assert_eq!(world.browser.jar.names(), ["my-consent"]);

    for (first, second) in [(&yes, &no), (&no, &yes)] {
        let jar = Jar::of(&[("my-consent", first), ("parvis-consent", second)]);
        let mut world = World::new(&members).with_cookies(jar);
        assert!(!world.visit().allowed.contains(&session), "an older no under another name");
        let (edge, _) = world.both();
        assert!(!edge.allowed.contains(&session), "{:?}", world.browser.jar);
        assert_eq!(world.browser.jar.names(), ["my-consent"], "one place holds both");
        // The visitor's next yes is not held back by a no that the page could not see.
        world.ask(&[["a", "0 session_personalization", ""]]);
        let (edge, _) = world.both();
        assert!(edge.allowed.contains(&session), "{:?}", world.browser.jar);
    }
}

/// What a banner that the playbook describes keeps in web storage: the page is told where it is, hears it, and the edge hears of
/// it in the mirror; under another key it is nothing.
#[test]
fn a_described_key_of_web_storage_is_heard() {
    let members = json!({ "consent": { "banners": { "own": {
        "storage": ["site.choice"], "shape": "json", "answers": [{ "yes": ["true"], "no": ["false"] }], "chosen": [],
        "means": { "reco": ["session_personalization"], "ads": ["sale_share"] },
    } } } });
    let session = "session_personalization".to_owned();
    for (region, value, heard) in [
        ("FR", "{\"reco\":true,\"ads\":false}", true),
        ("FR", "{\"reco\":true", false),
        ("US", "{\"reco\":false}", false),
        ("US", "{\"reco\":true}", true),
    ] {
        let mut world = World::new(&members).in_region(region);
        let page = world.ask(&[["s", "site.choice", value]]);
        assert_eq!(page.allowed.contains(&session), heard, "{value} in {region}: {page:?}");
        let edge = world.visit();
        assert_eq!(edge.allowed.contains(&session), heard, "{value} in {region}: {edge:?}");
        let mut world = World::new(&members).in_region(region);
        let nothing = world.ask(&[]);
        assert_eq!(world.ask(&[["s", "other.choice", value]]), nothing);
    }
}
