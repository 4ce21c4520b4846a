//! What stands in an address leaves the engine only as the playbook declares it: in a response, a cookie or a record nothing is found
//! of any other parameter, nor of one in another form.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

use std::sync::LazyLock;

use parvis::author::compile_source;
use parvis::base::calendar;
use parvis::effect::{Body, Effect, OriginHead, Supply};
use parvis::engine::Engine;
use parvis::facts::Facts;
use parvis::playbook::Playbook;
use parvis::visitor::keyring::Keyring;
use proptest::prelude::*;

/// Templates that show every parameter wherever a value may stand, whether or not the others have one.
const BOOK: &str = r#"{
  "format": 1, "site": { "name": "lumen", "host": "shop.example" },
  "pages": [{ "kind": "home", "path": "/", "search": "q" }],
  "parameters": {
    "utm_campaign": { "form": "word", "max": 20 }, "utm_source": { "form": "words" }, "utm_medium": { "form": "number" },
    "utm_term": { "form": "word", "max": 9 }, "utm_content": { "form": "words", "max": 22 }, "promo": { "form": "word", "max": 20 }
  },
  "blocks": {
    "text": { "pages": ["home"] }, "list": { "pages": ["home"] }, "part": { "pages": ["home"] }, "seen": { "pages": ["home"] }
  },
  "campaigns": [
    { "id": "text", "block": "text", "variants": [{ "id": "only",
      "html": "<p title=\"{{campaign or '-'}} {{campaign.content or '-'}}\">{{campaign.source or '-'}} {{campaign.medium or '-'}} {{campaign.term or '-'}}</p>{{#if campaign}}<a href=\"/?c={{campaign}}\">x</a>{{/if}}" }] },
    { "id": "list", "block": "list", "when": { "query": { "$nin": ["a=b"] } }, "variants": [{ "id": "only",
      "html": "<ul>{{#each query}}<li title=\"{{item}}\">{{item}}</li>{{/each}}</ul>" }] },
    { "id": "part", "block": "part", "variants": [{ "id": "only",
      "parts": { "a": "{{campaign or '-'}} {{campaign.content or '-'}}", "a@title": "{{campaign.source or '-'}}" } }] },
    { "id": "seen", "block": "seen", "when": { "visit.searches": { "$exists": true }, "campaign": { "$exists": true } },
      "variants": [{ "id": "only", "html": "<p>{{visit.last_search or '-'}}</p>" }] }
  ]
}"#;
const PAGE: &str = "<!doctype html><body><div data-block=text>T</div><div data-block=list>L</div>\
    <div data-block=part><a data-part=a>P</a></div><div data-block=seen>S</div></body>";
/// Parameters, those with a declared form that words of ten letters have first, with the bytes that it takes.
const NAMES: [(&str, Option<(bool, usize)>); 11] = [
    ("utm_campaign", Some((false, 20))),
    ("utm_source", Some((true, 40))),
    ("utm_content", Some((true, 22))),
    ("promo", Some((false, 20))),
    ("utm_medium", None),
    ("utm_term", None),
    ("utm_id", None),
    ("ref", None),
    ("mc_eid", None),
    ("Promo", None),
    ("q", None),
];
/// What stands behind a word, with whether it is one word then, words, or neither.
const BEHIND: [(&str, bool, bool); 10] = [
    ("", true, true),
    ("-a_1", true, true),
    ("\u{e9}", true, true),
    (" and more", false, true),
    (" ", false, false),
    ("  b", false, false),
    ("!", false, false),
    ("<b>", false, false),
    ("@mail.example", false, false),
    (" 1234567", false, false),
];

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let keys = Keyring::parse(b"1:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n");
    Engine::new(Playbook::open(compile_source(BOOK).unwrap()), keys)
});

/// Everything that leaves the engine for a page at this address.
fn leaves(query: &str, agrees: bool) -> String {
    let mut exchange = ENGINE.begin(Facts {
        path: "/".to_owned(),
        query: query.to_owned(),
        cookies: if agrees { vec!["parvis-consent=1.6ae68100.c.0.0".to_owned()] } else { Vec::new() }.into(),
        country: Some("FR".to_owned()),
        now: calendar::parse("2026-11-21T12:00:00Z"),
        entropy: Some([7; 32]),
        ..Facts::default()
    });
    let mut left = format!("{:?}\n", exchange.step());
    let head = OriginHead { status: 200, content_type: Some("text/html"), content_encoding: None };
    exchange.supply(Supply::Head(head));
    let sent = exchange.step();
    left.push_str(&format!("{sent:?}\n"));
    let mut body = Vec::new();
    let Effect::Send(edits) = sent else { return left };
    if edits.body == Body::Rewrite {
        exchange.push(PAGE.as_bytes(), &mut body);
        exchange.end(&mut body);
    }
    left.push_str(&String::from_utf8(body).unwrap());
    left.push_str(&exchange.record().to_json());
    left
}

/// As a form sends it.
fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b' ' => "+".to_owned(),
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn nothing_of_an_address_leaves_but_in_a_form_that_is_declared(
        drawn in prop::collection::vec(("[g-z]{10}", 0..NAMES.len(), 0..BEHIND.len(), 0_usize..12), 1..20),
        agrees: bool,
    ) {
        let value = |(word, _, behind, more): &(String, usize, usize, usize)| format!("{word}{}{}", "x".repeat(*more), BEHIND[*behind].0);
        let pairs: Vec<String> = drawn.iter().map(|one| format!("{}={}", NAMES[one.1].0, encoded(&value(one)))).collect();
        let left = leaves(&pairs.join("&"), agrees);
        for (index, one) in drawn.iter().enumerate() {
            let (word, name, behind, _) = one;
            let (_, word_fits, words_fit) = BEHIND[*behind];
            let fits = NAMES[*name].1.is_some_and(|(words, most)| value(one).len() <= most && if words { words_fit } else { word_fits });
            // What was searched for is kept for who agreed, and shown to them; of one address the first search.
            let searched = agrees && NAMES[*name].0 == "q";
            prop_assert!(fits || searched || !left.contains(word.as_str()), "{} in {left}", pairs[index]);
            // The law is not kept by showing nothing.
            let first = drawn.iter().position(|other| other.1 == *name) == Some(index);
            prop_assert!(!fits || !first || index >= 16 || left.contains(word.as_str()), "{} not in {left}", pairs[index]);
        }
    }
}
