//! Numbers and names that documents give are those of the engine.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use parvis::author::draft;
use parvis::consent::settings::{NAMES, Slot, Store};
use parvis::consent::source::Banner;
use parvis::limits;
use parvis::names::{self, Place};
use parvis::signal::distance::NEAR_METERS;
use parvis::visitor::cookie;

use super::{document, root, text};

const README: &str = "README.md";
const CONSENT: &str = "src/consent/README.md";
const GUIDE: &str = "fixtures/playbooks/README.md";
const PLATFORM: &str = "PLATFORM.md";

#[test]
fn numbers_are_those_of_the_engine() {
    let word = |number: usize| ["no", "one", "two", "three", "four", "five", "six", "seven", "eight"][number];
    for (file, sentence) in [
        (README, format!("The playbook format is version {}.", draft::FORMAT)),
        (CONSENT, format!("| `{}`, plain, session |", cookie::VISIT)),
        (CONSENT, format!("| `{}`, sealed with XChaCha20-Poly1305, `HttpOnly` |", cookie::MEMORY)),
        (CONSENT, format!("{} days from first issue, never extended", limits::MEMORY_DAYS)),
        (
            CONSENT,
            format!(
                "the last {} items bought and {} removed",
                limits::MEMORY_PURCHASES,
                limits::MEMORY_REFUSALS
            ),
        ),
        (CONSENT, format!("its last {} searches", word(limits::VISIT_SEARCHES))),
        (CONSENT, format!("never one with `@` or {} digits", word(limits::SEARCH_DIGITS))),
        (CONSENT, format!("up to {} products of the cart that was left", word(limits::LEFT_ITEMS))),
        (CONSENT, format!("the variants of up to {} `sticky` ones", limits::STICKY)),
        (GUIDE, format!("with `@` or with {} or more digits is never stored", word(limits::SEARCH_DIGITS))),
        (GUIDE, format!("`visit.searches` the last {}", word(limits::VISIT_SEARCHES))),
        (GUIDE, format!("less than {} km farther away", NEAR_METERS / 1000)),
        (GUIDE, format!("keeps up to {} of its products", word(limits::LEFT_ITEMS))),
        (GUIDE, format!("At most {} experiments of a playbook can be sticky", word(limits::STICKY))),
    ] {
        let said = text(file).replace('\n', " ");
        assert!(said.contains(&sentence), "{file} does not say: {sentence}");
    }
}

/// The rows of the banners that store something, as the engine's table has them.
fn banners() -> String {
    let mut rows = String::from("| banner | where | a choice only if |\n|---|---|---|\n");
    for banner in Banner::ALL {
        let slots: Vec<Slot> =
            Slot::ALL.iter().copied().filter(|slot| slot.banner() == Some(banner)).collect();
        let named = |store: Store| {
            let names = NAMES.iter().filter(|(_, slot)| slots.contains(slot) && slot.store() == store);
            names.map(|(name, _)| format!("`{}`", name.replace('#', "*"))).collect::<Vec<_>>().join(", ")
        };
        let mut places = vec![named(Store::Cookie), named(Store::Cookies)];
        for (store, place) in
            [(Store::Both, "in a cookie or web storage"), (Store::WebStorage, "in web storage")]
        {
            let stored = named(store);
            if !stored.is_empty() {
                places.push(format!("{stored} {place}"));
            }
        }
        if !named(Store::Script).is_empty() {
            places.push("scripts of the page".to_owned());
        }
        places.retain(|place| !place.is_empty());
        if !places.is_empty() {
            let shown = banner.shown();
            rows.push_str(&format!("| {} | {} | {} |\n", shown.title, places.join(", "), shown.choice));
        }
    }
    rows
}

/// `PARVIS_WRITE=1 cargo test -p parvis-cli --test readme` writes the table.
#[test]
fn the_banners_are_those_of_the_engine() {
    const MARKS: [&str; 2] = ["<!-- banners -->\n", "<!-- /banners -->\n"];
    let page = text(CONSENT);
    let (before, rest) = page.split_once(MARKS[0]).unwrap();
    let (_, behind) = rest.split_once(MARKS[1]).unwrap();
    let wanted = format!("{before}{}{}{}{behind}", MARKS[0], banners(), MARKS[1]);
    if std::env::var_os("PARVIS_WRITE").is_some() {
        fs::write(root().join(CONSENT), &wanted).unwrap();
    }
    assert!(
        text(CONSENT) == wanted,
        "the table of banners is out of date: run `PARVIS_WRITE=1 cargo test -p parvis-cli --test readme`"
    );
}

/// Whatever the browser stores is in the page that privacy teams read.
#[test]
fn everything_that_the_browser_stores_is_named() {
    let page = text(CONSENT);
    for own in names::ALL.iter().filter(|own| own.place != Place::ServerTiming) {
        assert!(page.contains(&format!("| `{}`", own.name)), "{CONSENT} does not name `{}`", own.name);
    }
}

#[test]
fn targets_are_those_of_the_toolchain() {
    let toolchain = text("rust-toolchain.toml");
    let documents = document::all();
    let named: BTreeSet<String> = documents
        .iter()
        .flat_map(|document| document.codes())
        .filter(|code| code.starts_with("wasm32-"))
        .collect();
    assert_eq!(named.len(), 2);
    assert!(named.iter().all(|target| toolchain.contains(&format!("\"{target}\""))), "{named:?}");
}

#[test]
fn the_hosts_are_those_of_the_repository() {
    let page = document::one(PLATFORM);
    let row = |name: &str| {
        let start = format!("| {name} | ");
        page.text.lines().find_map(|line| line.strip_prefix(&start)).unwrap()
    };
    let folders = fs::read_dir(root().join("edge")).unwrap().map(|entry| entry.unwrap().file_name());
    let folders: BTreeSet<String> = folders.map(|name| name.into_string().unwrap()).collect();
    let linked = row("package").split("](edge/").skip(1).map(|rest| rest.split('/').next().unwrap());
    let mut hosts: BTreeSet<String> = linked.map(str::to_owned).collect();
    // The command is no host.
    hosts.insert("cli".to_owned());
    assert_eq!(hosts, folders);

    let counts = text("tests/cases/counts.txt");
    let counts: BTreeMap<&str, &str> = counts
        .lines()
        .map(|line| line.split(' ').collect::<Vec<_>>())
        .map(|words| (words[0], words[1]))
        .collect();
    let columns = row("ability").split(" | ").take_while(|column| *column != "shown by |");
    let played = |column| counts[if column == "browser" { "browser" } else { "edge" }];
    let expected: String = columns.map(|column| format!("{} | ", played(column))).collect();
    assert!(row("shared cases played").starts_with(&expected), "{PLATFORM} does not say: {expected}");
}
