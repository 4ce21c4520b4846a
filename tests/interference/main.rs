//! Non-interference: what a visitor denied changes nothing that leaves the engine.
//!
//! Two requests that differ only in what a denied purpose guards give the same effects, request to the origin, head, body,
//! record, cookies and storage, look for the same in stores, with as many effects and as much work. It is tried for every purpose and every pair of purposes, with every valid
//! playbook of the fixtures, under the laws of several regions, at the edge and in the browser. Visitors have a past that the
//! playbook knows, so that many pairs differ as soon as everything is granted, which is counted.
//!
//! One thing is declassified, in [`Seen::apart_from_deletion`]: that a cookie of ours is there, never what it says, causes its
//! deletion. That it does is a part of the law.
//!
//! ```console
//! $ cargo test -p parvis --test interference                                # 5,000 pairs, always the same
//! $ PARVIS_LONG=1 cargo test -p parvis --test interference                  # 100,000 pairs, new ones each time
//! $ PARVIS_INTERFERENCE=7:123 cargo test -p parvis --test interference what_is_denied_changes_nothing
//! ```
//!
//! The last command replays pair 123 of seed 7; a pair that fails prints its own, and one that plays its two requests as a case, which
//! it writes under `target/failed`. That the law would notice a leak is shown by
//! `tests/laws/leaks.rs`, which plants some in the engine.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a failing test may panic")]

mod books;
mod consent;
mod dice;
mod observed;
mod pairs;
mod story;
mod visitors;

use std::ops::Range;

use parvis::base::calendar::Millis;
use parvis::consent::evidence::Evidence;
use parvis::consent::purpose::{Purpose, PurposeSet};

use books::Book;
use dice::Dice;
use observed::{Seen, observe};
use pairs::{Flow, Pair, Request};
use visitors::Visitor;

/// The seed of runs that are always the same.
const SEED: u64 = 7;
/// When all pairs are asked for: 2026-11-21T19:00:00Z.
const NOW: Millis = Millis(1_795_287_600_000);
/// Visitors with a past, for each playbook.
const VISITORS: u64 = 16;
/// The purposes that can be denied; the others are exempt everywhere.
const DENIABLE: [Purpose; 8] = [
    Purpose::DeviceStorage,
    Purpose::SessionPersonalization,
    Purpose::PersistentPersonalization,
    Purpose::Profile,
    Purpose::PreciseGeo,
    Purpose::Measurement,
    Purpose::Experimentation,
    Purpose::SaleShare,
];
/// Those of them that let a request change a response when they are granted. Of the others, nothing in a request is guarded by
/// measurement and by sale, and no rule reads a place finer than a town even where that is granted.
const TELLING: [Purpose; 5] = [
    Purpose::DeviceStorage,
    Purpose::SessionPersonalization,
    Purpose::PersistentPersonalization,
    Purpose::Profile,
    Purpose::Experimentation,
];
/// What replays the pair that `PARVIS_INTERFERENCE` names.
const REPLAY: &str = "cargo test -p parvis --test interference what_is_denied_changes_nothing";
/// How the names of headers begin that are a host's or ours, as far as pairs have them.
const FORGED: [&str; 7] = ["parvis-", "x-", "cf-", "fastly-", "true-", "forwarded", "x_"];
const DELETE_VISIT: &str = "parvis-visit=; Path=/; Secure; SameSite=Lax; Max-Age=0";
const DELETE_MEMORY: &str = "__Host-parvis=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0";

/// All playbooks, with their visitors and with the purposes that are known to make a difference there.
struct World {
    seed: u64,
    books: Vec<(Book, Vec<Visitor>)>,
    /// By purpose of [`TELLING`]: the numbers of the playbooks.
    telling: Vec<Vec<usize>>,
}

/// How many pairs were tried, and how many of them differ once everything is granted.
#[derive(Debug, Default)]
struct Tally {
    pairs: u64,
    /// By purpose, where it alone is denied.
    alone: [(u64, u64); DENIABLE.len()],
    flows: Vec<(Flow, u64)>,
}

impl World {
    fn new(seed: u64) -> World {
        let books = books::all().into_iter().zip(0..).map(|(book, number)| {
            let mut dice = Dice::of(seed, u64::MAX - number);
            let visitors = (0..VISITORS).map(|_| Visitor::grown(&book, NOW, &mut dice)).collect();
            (book, visitors)
        });
        let mut world = World { seed, books: books.collect(), telling: Vec::new() };
        world.telling = TELLING.map(|purpose| world.where_it_tells(purpose)).to_vec();
        world
    }

    /// The playbooks with which at least one pair in three that `purpose` guards differs once granted.
    fn where_it_tells(&self, purpose: Purpose) -> Vec<usize> {
        let tells = |(book, visitors): &(Book, Vec<Visitor>)| {
            let mut dice = Dice::of(self.seed, purpose as u64);
            let mut differs = || {
                let pair = Pair::random(book, visitors, NOW, PurposeSet::EMPTY.with(purpose), &mut dice);
                let [one, other] = pair.granted(book).map(|request| observe(book, pair.flow, request));
                usize::from(one != other)
            };
            (0..24).map(|_| differs()).sum::<usize>() >= 8
        };
        (0..self.books.len()).filter(|number| tells(&self.books[*number])).collect()
    }

    /// The pair with this number: first each set of purposes with each playbook once, then those that tell more often.
    fn pair(&self, number: u64) -> (&Book, Pair) {
        let mut dice = Dice::of(self.seed, number);
        let sets = sets();
        let at = usize::try_from(number).unwrap();
        let purposes = sets[at % sets.len()];
        let round = at / sets.len();
        let telling: Vec<usize> = TELLING
            .iter()
            .zip(&self.telling)
            .filter(|(purpose, _)| purposes.contains(**purpose))
            .flat_map(|(_, books)| books.iter().copied())
            .collect();
        let book = if round < self.books.len() {
            round
        } else if telling.is_empty() || dice.one_in(8) {
            dice.below(self.books.len())
        } else {
            *dice.pick(&telling)
        };
        let (book, visitors) = &self.books[book];
        (book, Pair::random(book, visitors, NOW, purposes, &mut dice))
    }
}

/// Every purpose that can be denied and every pair of them.
fn sets() -> Vec<PurposeSet> {
    let one = |purpose| PurposeSet::EMPTY.with(purpose);
    let mut sets: Vec<PurposeSet> = DENIABLE.map(one).to_vec();
    for (index, first) in DENIABLE.iter().enumerate() {
        sets.extend(DENIABLE[index + 1..].iter().map(|second| one(*first).with(*second)));
    }
    sets
}

/// A way to look at a request; only a test of this test has another than [`observe`].
type Look = fn(&Book, Flow, Request) -> Seen;

/// Tries these pairs; the error says which one fails, how, and how to replay it.
fn run(world: &World, numbers: Range<u64>, look: Look) -> Result<Tally, String> {
    let seed = world.seed;
    let mut tally = Tally::default();
    for number in numbers {
        let (book, pair) = world.pair(number);
        let seen = pair.denied(book).map(|request| look(book, pair.flow, request));
        judge(&pair, &seen).map_err(|problem| {
            let purposes: Vec<&str> = pair.purposes.iter().map(Purpose::name).collect();
            format!(
                "{problem}\n{}, {:?}, {purposes:?} denied, {:?}, absent: {}, {:?}\nas a case: {}\nreplay it:\nPARVIS_INTERFERENCE={seed}:{number} {REPLAY}\n",
                book.name, pair.flow, pair.law, pair.absent, pair.answers, as_a_case(book, &pair, &format!("interference/pair-{seed}-{number}"), &pair.denied(book)),
            )
        })?;
        let [one, other] = pair.granted(book).map(|request| look(book, pair.flow, request));
        tally.count(&pair, one != other);
    }
    Ok(tally)
}

/// The command that plays two requests as a case of the runner, on the engine and on hosts.
fn as_a_case(book: &Book, pair: &Pair, name: &str, requests: &[Request; 2]) -> String {
    story::write(book, pair.flow, name, requests).unwrap_or_else(|why| format!("none, {why}"))
}

/// What is wrong with what was seen of a pair whose difference was denied.
fn judge(pair: &Pair, seen: &[Seen; 2]) -> Result<(), String> {
    let [one, other] = seen;
    let differ = |what: &str, one: String, other: String| Err(format!("{what} differs:\n{one}\n{other}"));
    let same = one == other || !pair.opens_none() && *one == Seen { work: one.work, ..other.clone() };
    if !pair.absent && !same {
        return differ("what leaves the engine", format!("{one:#?}"), format!("{other:#?}"));
    }
    let (left, right) = (one.apart_from_deletion(), other.apart_from_deletion());
    if left != right {
        return differ("more than the deletion", format!("{left:#?}"), format!("{right:#?}"));
    }
    let ours = |line: &&String| {
        ["parvis-visit", "__Host-parvis", "parvis-consent"].iter().any(|name| line.contains(name))
    };
    if let Some(line) = one.origin.iter().chain(&other.origin).find(ours) {
        return Err(format!("the origin gets a cookie of ours: {line}"));
    }
    let forged = |line: &&String| FORGED.iter().any(|name| line.starts_with(name));
    if let Some(line) = one.origin.iter().chain(&other.origin).find(forged) {
        return Err(format!("the origin gets what only a host may say: {line}"));
    }
    let denied = pair.answers.denied(pair.law);
    if denied.contains(Purpose::Measurement) && one.record.contains("\"variant\"") {
        return Err(format!("an exposure is counted: {}", one.record));
    }
    deleted(pair, one)
}

/// What is wrong with what becomes of cookies of ours that are denied: the first request has both.
fn deleted(pair: &Pair, seen: &Seen) -> Result<(), String> {
    let to_delete = pair.to_delete();
    if let Some(kept) = &seen.kept {
        let is_kept = kept.iter().zip(to_delete).any(|(kept, delete)| delete && kept.is_some());
        return if is_kept { Err(format!("the browser keeps what was denied: {kept:?}")) } else { Ok(()) };
    }
    if pair.flow == Flow::Faulty || pair.flow == Flow::Browser {
        return Ok(());
    }
    for (delete, deletion) in to_delete.into_iter().zip([DELETE_VISIT, DELETE_MEMORY]) {
        let name = deletion.split_inclusive('=').next().unwrap();
        let set: Vec<&String> = seen.set_cookies.iter().filter(|cookie| cookie.starts_with(name)).collect();
        if delete && set != [deletion] {
            return Err(format!("not deleted but {set:?}: {name}"));
        }
    }
    let any = to_delete.contains(&true);
    if any && !seen.private {
        return Err("a response that deletes is not private".to_owned());
    }
    if any && pair.flow != Flow::Own && !seen.record.contains("\"consent\":{") {
        return Err(format!("the deletion is not noted: {}", seen.record));
    }
    Ok(())
}

impl Tally {
    fn count(&mut self, pair: &Pair, differs: bool) {
        self.pairs += 1;
        for (purpose, (pairs, differ)) in DENIABLE.iter().zip(&mut self.alone) {
            if pair.purposes == PurposeSet::EMPTY.with(*purpose) {
                *pairs += 1;
                *differ += u64::from(differs);
            }
        }
        match self.flows.iter_mut().find(|(flow, _)| *flow == pair.flow) {
            Some((_, times)) => *times += 1,
            None => self.flows.push((pair.flow, 1)),
        }
    }
}

/// Seed and number of the one pair that `PARVIS_INTERFERENCE` asks for.
fn asked() -> Option<(u64, u64)> {
    let asked = std::env::var("PARVIS_INTERFERENCE").ok()?;
    let numbers =
        asked.split_once(':').and_then(|(seed, pair)| Some((seed.parse().ok()?, pair.parse().ok()?)));
    Some(numbers.unwrap_or_else(|| panic!("`{asked}` is no seed and pair, like 7:123")))
}

#[test]
fn what_is_denied_changes_nothing() {
    if let Some((seed, pair)) = asked() {
        println!("pair {pair} of seed {seed}");
        run(&World::new(seed), pair..pair + 1, observe).unwrap_or_else(|problem| panic!("{problem}"));
        return;
    }
    let long = std::env::var_os("PARVIS_LONG").is_some();
    let now = || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos();
    let (seed, pairs) =
        if long { (u64::try_from(now() % 1_000_000_000).unwrap(), 100_000) } else { (SEED, 5000) };
    let tally = run(&World::new(seed), 0..pairs, observe).unwrap_or_else(|problem| panic!("{problem}"));
    println!("seed {seed}: {tally:#?}");
    assert_eq!(tally.pairs, pairs);
    assert_eq!(tally.flows.len(), 12, "{:?}", tally.flows);
    for (purpose, (pairs, differ)) in DENIABLE.iter().zip(tally.alone) {
        if TELLING.contains(purpose) {
            assert!(
                differ * 100 >= pairs * 30,
                "{}: only {differ} of {pairs} pairs differ once granted, so the law proves little",
                purpose.name(),
            );
        }
    }
}

/// Whether the cookies of a request have this part.
fn has_cookie(request: &Request, part: &str) -> bool {
    Evidence::of(&request.facts).cookies.iter().any(|line| line.contains(part))
}

#[test]
fn the_law_notices_what_it_forbids() {
    let world = World::new(SEED);
    let faults: [(&str, Look); 11] = [
        ("what leaves the engine differs", |book, flow, request| {
            let length = Evidence::of(&request.facts).cookies.iter().map(String::len).sum::<usize>();
            let mut seen = observe(book, flow, request);
            seen.effects.push(format!("Log {length}"));
            seen
        }),
        ("what leaves the engine differs", |book, flow, request| {
            let agent = request.facts.user_agent.clone();
            let mut seen = observe(book, flow, request);
            seen.work.0 += u64::from(agent.contains("140"));
            seen
        }),
        ("more than the deletion differs", |book, flow, request| {
            let visit = has_cookie(&request, "parvis-visit=");
            let mut seen = observe(book, flow, request);
            seen.body.push_str(if visit { "seen before" } else { "" });
            seen
        }),
        ("the origin gets a cookie of ours", |book, flow, request| {
            let mut seen = observe(book, flow, request);
            seen.origin.push("cookie: __Host-parvis=always-the-same".to_owned());
            seen
        }),
        // The first pair that shows these may be one of presence, of which another part of the law is said.
        ("differs", |book, flow, request| {
            let cart = has_cookie(&request, "~k");
            let mut seen = observe(book, flow, request);
            seen.effects.truncate(if cart { 1 } else { 2 });
            seen
        }),
        ("differs", |book, flow, request| {
            let one = request.sent.iter().any(|(_, value)| value == "US");
            let mut seen = observe(book, flow, request);
            seen.origin.extend(one.then(|| "said: US".to_owned()));
            seen
        }),
        ("differs", |book, flow, request| {
            let cart = has_cookie(&request, "~k");
            let mut seen = observe(book, flow, request);
            seen.stores.retain(|_| !cart);
            seen
        }),
        ("the origin gets what only a host may say", |book, flow, request| {
            let mut seen = observe(book, flow, request);
            seen.origin.push("cf-ipcountry: FR".to_owned());
            seen
        }),
        ("not deleted", |book, flow, request| {
            let mut seen = observe(book, flow, request);
            seen.set_cookies.retain(|cookie| cookie != DELETE_MEMORY);
            seen
        }),
        ("a response that deletes is not private", |book, flow, request| Seen {
            private: false,
            ..observe(book, flow, request)
        }),
        ("the browser keeps what was denied", |book, flow, request| {
            let mut seen = observe(book, flow, request);
            seen.kept = seen.kept.map(|_| [Some("a".to_owned()), None]);
            seen
        }),
    ];
    for (problem, look) in faults {
        let Err(found) = run(&world, 0..500, look) else { panic!("not noticed: {problem}") };
        assert!(found.lines().next().is_some_and(|line| line.contains(problem)), "{problem}: {found}");
    }
}

#[test]
fn the_command_that_is_printed_replays_the_pair() {
    let look: Look = |book, flow, request| {
        let agent = request.facts.user_agent.clone();
        Seen { body: agent, ..observe(book, flow, request) }
    };
    let world = World::new(SEED);
    let found = run(&world, 0..500, look).unwrap_err();
    let (_, after) = found.split_once("PARVIS_INTERFERENCE=").unwrap();
    let (pair, command) = after.trim_end().split_once(' ').unwrap();
    let number: u64 = pair.split_once(':').unwrap().1.parse().unwrap();
    assert_eq!(run(&World::new(SEED), number..number + 1, look).unwrap_err(), found);
    // The engine has no such leak, so that the command itself finds nothing.
    let arguments = command.strip_prefix("cargo test -p parvis --test interference ").unwrap().split(' ');
    let ran = std::process::Command::new(std::env::current_exe().unwrap())
        .args(arguments)
        .args(["--exact", "--nocapture"])
        .env("PARVIS_INTERFERENCE", pair)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(said.contains(&format!("pair {number} of seed {SEED}\n")), "{said}");
    assert!(said.contains("1 passed"), "{said}");
}

/// Two requests that were granted may differ, so that the case of such a pair must fail at its second step, as one of a leak would.
#[test]
fn a_pair_that_fails_leaves_a_case_that_shows_it() {
    let world = World::new(SEED);
    let mut flows = Vec::new();
    for number in 0..400 {
        let (book, pair) = world.pair(number);
        let requests = pair.granted(book);
        let [one, other] = requests.clone().map(|request| observe(book, pair.flow, request));
        if flows.contains(&pair.flow)
            || one.body == other.body
            || [Flow::Kept, Flow::Own].contains(&pair.flow)
        {
            continue;
        }
        let name = format!("interference/granted-{number}");
        let command = as_a_case(book, &pair, &name, &requests);
        let folder = command.strip_prefix("PARVIS_CASES=").and_then(|rest| rest.split(' ').next());
        let path = std::path::Path::new(folder.unwrap_or_else(|| panic!("{:?}: {command}", pair.flow)))
            .join(format!("{name}.json"));
        assert!(
            command.ends_with(&format!("cargo test -p parvis-cases --test engine -- --exact {name}")),
            "{command}"
        );
        let case = parvis_cases::Case::read(&path).unwrap();
        let found = format!(
            "{:#}",
            parvis_cases::check(&case, &parvis_cases::engine::Direct::default()).unwrap_err()
        );
        assert!(found.starts_with("step 2 differs:"), "{:?}: {found}", pair.flow);
        flows.push(pair.flow);
    }
    assert!(flows.contains(&Flow::Page) && flows.contains(&Flow::Browser), "{flows:?}");
}
