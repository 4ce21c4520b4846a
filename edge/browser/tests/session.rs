//! The session as the JavaScript layer sees it: texts in, texts out, on the playbook of `test/`.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a failing test may panic")]

use parvis::author::check::check;
use parvis::author::compile::compile;
use parvis::base::calendar::Millis;
use parvis_browser::question::Place;
use parvis_browser::session::Session;
use proptest::prelude::*;

const CONSENT: &str = "cc_cookie=%7B%22categories%22%3A%5B%22necessary%22%2C%22functionality%22%5D%2C%22revision%22%3A0%2C%22consentTimestamp%22%3A%222026-11-20T10%3A00%3A00.000Z%22%2C%22lastConsentTimestamp%22%3A%222026-11-20T10%3A00%3A00.000Z%22%7D";
const REFUSAL: &str = "cc_cookie=%7B%22categories%22%3A%5B%22necessary%22%5D%2C%22revision%22%3A0%2C%22consentTimestamp%22%3A%222026-11-20T10%3A00%3A00.000Z%22%2C%22lastConsentTimestamp%22%3A%222026-11-20T10%3A00%3A00.000Z%22%7D";

fn playbook() -> Vec<u8> {
    let checked = check(include_str!("../test/playbook.json"));
    compile(&checked.draft.unwrap_or_else(|| panic!("{:?}", checked.diagnostics))).unwrap()
}

fn place(path: &str, query: &str) -> Place {
    Place {
        path: path.to_owned(),
        query: query.to_owned(),
        user_agent: "Mozilla/5.0 (X11; Linux x86_64)".to_owned(),
        // 2026-11-21T12:00:00Z
        now: Some(Millis(1_795_262_400_000)),
        entropy: vec![7; 32],
    }
}

/// An answer, split as js/wire.js splits it.
struct Answer(Vec<String>);

impl Answer {
    fn visit(&self) -> &str {
        &self.0[1]
    }

    fn memory(&self) -> &str {
        &self.0[2]
    }

    /// Campaign, variant, reason and content of a block.
    fn block(&self, id: &str) -> (&str, &str, &str, &str) {
        let row = self.0[8..].chunks_exact(6).find(|row| row[0] == id).unwrap();
        (&row[1], &row[2], &row[3], &row[4])
    }
}

/// Asks with a cookie string, then edge, arrives, memory and records as they come.
fn ask(place: &Place, cookies: &str, rest: &[&str]) -> Answer {
    let mut fields = vec![cookies, "FR", ""];
    fields.extend(rest);
    let answer = Session::open(playbook()).decide(&fields.join("\0"), place);
    Answer(answer.split('\0').map(str::to_owned).collect())
}

#[test]
fn without_a_choice_only_the_request_decides_and_nothing_is_kept() {
    let seen = ["1", "", "", "v", "desk-lamp", ""];
    let answer = ask(&place("/", "?utm_campaign=spring"), "", &seen);
    assert_eq!(answer.block("hero"), ("hero-spring", "shown", "matched", "+<h1>Spring</h1>"));
    assert_eq!(answer.block("recent"), ("", "", "not-permitted", ""));
    assert_eq!((answer.visit(), answer.memory()), ("", ""));
    assert!(answer.0[3].contains(" session_personalization:unknown:block"), "{}", answer.0[3]);
    assert!(answer.0[3].contains(" contextual:"), "{}", answer.0[3]);
}

#[test]
fn a_view_within_the_page_changes_the_blocks_of_the_visit() {
    let answer = ask(&place("/", ""), CONSENT, &["1", "", "", "v", "desk-lamp", ""]);
    assert_eq!(answer.block("hero"), ("hero-lamps", "shown", "matched", "+<h1>More light?</h1>"));
    let (campaign, _, _, content) = answer.block("recent");
    assert_eq!(campaign, "recent");
    assert_eq!(content, "+<ul><li><a href=\"/p/desk-lamp\">Desk &lt;lamp&gt;</a></li></ul>");
    assert!(answer.visit().starts_with("=a~"), "{}", answer.visit());
    assert_eq!(answer.memory(), "", "behind an edge memory is the edge's");
    assert_eq!(answer.block("again").2, "edge-only");
    assert!(answer.0[4].contains(" visit.last_item"), "{}", answer.0[4]);
}

#[test]
fn a_cart_within_the_page_hides_a_block() {
    let rest = ["1", "", "", "c", "", "", "l", "oak-desk", "2"];
    assert_eq!(ask(&place("/", ""), CONSENT, &rest).block("offer"), ("offer-hidden", "off", "matched", "-"));
    let emptied = ["1", "", "", "c", "", ""];
    let cookies = format!("{CONSENT}; parvis-visit=a~koak-desk*2");
    assert_eq!(ask(&place("/", ""), &cookies, &emptied).block("offer"), ("", "", "not-eligible", ""));
}

#[test]
fn without_an_edge_the_browser_keeps_memory_from_visit_to_visit() {
    let first = ask(&place("/p/desk-lamp", ""), CONSENT, &["", "1", ""]);
    assert!(first.memory().starts_with('='), "{}", first.memory());
    // A new visit: the visit cookie is gone, memory is there.
    let later = Place { now: Some(Millis(1_795_262_400_000 + 86_400_000)), ..place("/", "") };
    let (memory, seconds) = first.memory().split_once("; Max-Age=").unwrap();
    assert_eq!(seconds.parse::<i64>().unwrap() / 86_400, 179, "half a day of 180 is over at noon");
    let second = ask(&later, CONSENT, &["", "1", memory]);
    assert_eq!(second.block("again"), ("again", "shown", "matched", "+<p>Welcome back to Lighting</p>"));
}

#[test]
fn withdrawal_shows_default_content_and_deletes_what_was_kept() {
    let cookies = format!("{REFUSAL}; parvis-visit=a~idesk-lamp~clighting");
    let answer = ask(&place("/", ""), &cookies, &["", "", "=memory", "b", "hero", "hero-lamps"]);
    assert_eq!(answer.block("hero"), ("", "", "not-permitted", ""));
    assert_eq!((answer.visit(), answer.memory()), ("", ""));
}

#[test]
fn on_a_page_without_blocks_permits_are_told_and_only_what_they_cover_stays() {
    let given = ask(&place("/imprint", ""), CONSENT, &["1", "", ""]);
    assert_eq!((given.0[0].as_str(), given.visit(), given.memory()), ("path", "*", "*"));
    let refused = ask(&place("/imprint", ""), REFUSAL, &["1", "", ""]);
    assert_eq!((refused.0[0].as_str(), refused.visit(), refused.memory()), ("path", "", ""));
    assert!(refused.0[3].contains(" session_personalization:denied:block"), "{}", refused.0[3]);
}

#[test]
fn a_damaged_playbook_decides_nothing_and_says_so() {
    let whole = playbook();
    let cut = whole[..whole.len() / 2].to_vec();
    let session = Session::open(cut);
    assert_eq!(session.marker(), "");
    assert!(session.decide("", &place("/", "")).starts_with("playbook-damaged\0"));
    assert_eq!(Session::open(whole).marker(), "data-block");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Whatever is asked, the answer keeps its shape, and without consent nothing is to be written.
    #[test]
    fn any_question_is_answered_in_shape(question in "(\\PC|\0){0,200}", path in "/(\\PC){0,40}", query in "\\PC{0,40}") {
        let session = Session::open(playbook());
        let answer = session.decide(&question, &place(&path, &query));
        let fields: Vec<&str> = answer.split('\0').collect();
        prop_assert!(fields.len() % 6 == 2 && fields.len() >= 8, "{} fields", fields.len());
        prop_assert!(!fields[1].starts_with('=') && !fields[2].starts_with('='));
    }
}
