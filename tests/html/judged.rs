//! Random documents: blocks are where parse5 (npm) sees them, and every difference leaves bytes untouched.
//!
//! `judged/differences.json` lists the kinds of differences, each with a reason and an example that needs it. Set
//! PARVIS_PARSE5 to a folder that holds `node_modules/parse5`; PARVIS_JUDGED is the number of documents (else 200,000, with
//! PARVIS_LONG 2,000,000), PARVIS_SEED the first seed. Without parse5 the tests are counted skips.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

mod support;

use std::collections::BTreeMap;

use parvis::html::blocks::find;
use support::judge::{Judge, Seen};
use support::{case_page, extent, shared, soup};

/// A marker that we and parse5 judge differently.
#[derive(Clone, Debug)]
struct Difference {
    /// What we say: `found`, `missed`, or the code of a refusal.
    ours: &'static str,
    /// What parse5 says: `closed` by an end tag of its own, `open`, `nothing`.
    theirs: &'static str,
    /// The element's name.
    element: String,
}

/// A kind of difference that is known, and why it is right to differ.
#[derive(Debug, serde::Deserialize)]
struct Known {
    id: String,
    ours: String,
    theirs: String,
    /// The document holds all of these texts.
    #[serde(default)]
    with: Vec<String>,
    /// And one of these, if there are any.
    #[serde(default)]
    any: Vec<String>,
    /// The elements; any if there is none.
    #[serde(default)]
    elements: Vec<String>,
    example: String,
    why: String,
}

impl Known {
    fn explains(&self, difference: &Difference, page: &str) -> bool {
        self.ours == difference.ours
            && self.theirs == difference.theirs
            && (self.elements.is_empty() || self.elements.contains(&difference.element))
            && self.with.iter().all(|text| page.contains(text.as_str()))
            && (self.any.is_empty() || self.any.iter().any(|text| page.contains(text.as_str())))
    }
}

fn known() -> Vec<Known> {
    serde_json::from_str(include_str!("judged/differences.json")).unwrap()
}

/// Every marker about which we and parse5 differ, and how many blocks closed by their own end tag we see alike, of how many.
fn differences(page: &str, seen: &[Seen]) -> (Vec<Difference>, [u64; 2]) {
    let found = find(page.as_bytes(), "data-block");
    let mut differences = Vec::new();
    let mut note = |ours, theirs, start: usize| {
        let name = page.get(start + 1..).unwrap_or_default();
        let element = name.split([' ', '>', '/']).next().unwrap_or_default().to_owned();
        differences.push(Difference { ours, theirs, element });
    };
    let (mut closed, mut alike) = (0, 0);
    let says = |seen: Option<&Seen>| seen.map_or("nothing", |seen| if seen.3 { "closed" } else { "open" });
    for block in &found.blocks {
        let theirs = seen.iter().find(|seen| seen.1 == block.start);
        let void = block.open_end == block.end;
        if !theirs.is_some_and(|seen| seen.2 == block.end && (seen.3 || void)) {
            note("found", says(theirs), block.start);
        }
    }
    for refused in &found.refused {
        let (reason, theirs) =
            (refused.reason.code(), says(seen.iter().find(|seen| seen.1 == refused.start)));
        // What parse5 does not see closed by its own end tag is rightly no block.
        if theirs != "open" || !["unclosed", "optional-end"].contains(&reason) {
            note(reason, theirs, refused.start);
        }
    }
    for theirs in seen {
        let ours = found.blocks.iter().find(|block| block.start == theirs.1);
        if ours.is_none() && !found.refused.iter().any(|refused| refused.start == theirs.1) {
            note("missed", says(Some(theirs)), theirs.1);
        }
        if theirs.3 {
            closed += 1;
            alike += u64::from(ours.is_some_and(|ours| ours.end == theirs.2));
        }
    }
    (differences, [closed, alike])
}

#[test]
fn random_documents_have_the_blocks_that_parse5_sees() {
    let Some(judge) = Judge::start("html_judged documents") else { return };
    let known = known();
    let number = |name: &str| std::env::var(name).ok().map(|value| value.parse::<u64>().unwrap());
    let usual = if std::env::var_os("PARVIS_LONG").is_some() { 2_000_000 } else { 200_000 };
    let (count, seed) = (number("PARVIS_JUDGED").unwrap_or(usual), number("PARVIS_SEED").unwrap_or(1));
    let (mut uses, mut unexplained) = (BTreeMap::<&str, u64>::new(), Vec::new());
    let (mut documents, mut missed, mut closed, mut alike) = (0_u64, 0_u64, 0, 0);
    judge.ask_all((seed..seed + count).map(|seed| (seed, soup(seed))), |seed, page, seen| {
        documents += 1;
        let (differences, [these_closed, these_alike]) = differences(page, &seen);
        closed += these_closed;
        alike += these_alike;
        // Only where parse5 is known to be wrong may we have a block that it does not have.
        missed +=
            u64::from(differences.iter().any(|difference| ["missed", "found"].contains(&difference.ours)));
        for difference in differences {
            match known.iter().find(|known| known.explains(&difference, page)) {
                Some(known) => *uses.entry(known.id.as_str()).or_default() += 1,
                None => unexplained.push((seed, difference)),
            }
        }
    });
    println!(
        "{documents} documents from seed {seed}; {alike} of {closed} closed blocks alike; {missed} documents with a block that only one of us has; differences by kind:"
    );
    for (id, uses) in &uses {
        println!("{uses:>8} {id}");
    }
    parvis_skip::ran("html_judged documents", usize::try_from(documents).unwrap());
    let mut judge = Judge::start("html_judged documents").unwrap();
    let mut kinds = Vec::new();
    for (seed, difference) in &unexplained {
        let kind = (difference.ours, difference.theirs, &difference.element);
        if kinds.len() >= 40 || kinds.iter().filter(|other| **other == kind).count() >= 3 {
            continue;
        }
        kinds.push(kind);
        let least = minimized(&mut judge, &soup(*seed), difference);
        println!("unexplained in seed {seed}: {difference:?}, as in {least:?}");
    }
    assert_eq!(documents, count);
    assert!(
        unexplained.is_empty(),
        "{} differences that no kind in differences.json explains",
        unexplained.len()
    );
    assert!(missed * 10_000 <= count, "{missed} documents with blocks that only one of us has");
    assert!(alike * 1000 >= closed * 995, "{alike} of {closed} blocks alike: too many are refused");
}

/// The document without everything that the difference does not need.
fn minimized(judge: &mut Judge, page: &str, difference: &Difference) -> String {
    let mut pieces: Vec<&str> = page
        .split_inclusive('>')
        .flat_map(|piece| match piece.rfind('<') {
            Some(at) => <[&str; 2]>::from(piece.split_at(at)).to_vec(),
            None => vec![piece],
        })
        .filter(|piece| !piece.is_empty())
        .collect();
    let mut length = pieces.len() / 2;
    while length > 0 {
        let mut at = 0;
        while at < pieces.len() {
            let mut fewer = pieces.clone();
            fewer.drain(at..(at + length).min(pieces.len()));
            let joined = fewer.concat();
            let still = differences(&joined, &judge.ask(&joined)).0;
            let like = |other: &Difference| {
                (other.ours, other.theirs, &other.element)
                    == (difference.ours, difference.theirs, &difference.element)
            };
            if still.iter().any(like) { pieces = fewer } else { at += length }
        }
        length /= 2;
    }
    pieces.concat()
}

#[test]
fn every_known_difference_has_an_example_that_needs_it() {
    let Some(mut judge) = Judge::start("html_judged examples") else { return };
    let mut wrong = Vec::new();
    let known = known();
    parvis_skip::ran("html_judged examples", known.len());
    for (at, one) in known.iter().enumerate() {
        let found = differences(&one.example, &judge.ask(&one.example)).0;
        let explains =
            |known: &Known| found.iter().any(|difference| known.explains(difference, &one.example));
        if !explains(one) {
            wrong.push(format!("{}: its example shows {found:?}", one.id));
        }
        if let Some(other) = known[..at].iter().find(|other| explains(other)) {
            wrong.push(format!("{}: its example is explained by {}", one.id, other.id));
        }
        if one.why.len() < 40 || (one.ours == "found" && !one.id.starts_with("parse5-")) {
            wrong.push(format!("{}: no reason is good enough", one.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_shared_cases_say_what_parse5_sees() {
    let Some(mut judge) = Judge::start("html_judged html-blocks") else { return };
    let Some(path) = shared("vectors/html-blocks.json") else { return };
    let cases: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let (mut decided, mut undecided) = (0, 0);
    for case in cases.as_array().unwrap() {
        // A byte a character, so that offsets count bytes; parsers look at nothing beyond ASCII.
        let bytes = case_page(case);
        let page: String = bytes.iter().map(|byte| char::from(*byte)).collect();
        let seen = judge.ask(&page);
        let places: Vec<_> = seen.iter().map(|seen| (seen.1, seen.2, seen.3)).collect();
        let place = |block: &serde_json::Value| {
            let (_, start, end) = extent(block);
            (start, end)
        };
        let found = find(&bytes, "data-block");
        let ours: Vec<_> = found.blocks.iter().map(|block| (block.start, block.end)).collect();
        match case["markers"].as_array() {
            Some(markers) => {
                decided += 1;
                let wanted: Vec<_> = markers.iter().map(place).collect();
                let theirs: Vec<_> = places.iter().map(|(start, end, _)| (*start, *end)).collect();
                let comments = ours.iter().any(|(start, _)| bytes[*start..].starts_with(b"<!--"));
                assert!(comments || theirs == wanted, "{}: parse5 sees {seen:?}", case["name"]);
                assert_eq!(ours, wanted, "{}", case["name"]);
            }
            None => {
                undecided += 1;
                let tree: Vec<_> = case["tree"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|block| {
                        let (start, end) = place(block);
                        (start, end, block["endTag"].as_bool().unwrap())
                    })
                    .collect();
                assert_eq!(places, tree, "{}", case["name"]);
                assert_eq!(ours, [], "{}", case["name"]);
                let refused: Vec<_> = found.refused.iter().map(|refused| refused.start).collect();
                assert!(
                    places.iter().all(|(start, ..)| refused.contains(start)),
                    "{}: {refused:?}",
                    case["name"]
                );
            }
        }
    }
    println!("{decided} decided and {undecided} undecided cases");
    assert!(decided > 0 && undecided > 0);
}
