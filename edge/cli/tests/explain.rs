//! `parvis explain` names the first condition that failed, what was found and what was asked for, in each language.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

/// A playbook of one block with these campaigns.
fn playbook(campaigns: &Value) -> Value {
    json!({
        "format": 1,
        "site": { "name": "s", "host": "shop.example" },
        "pages": [{ "kind": "home", "path": "/" }, { "kind": "product", "path": "/p/{item}" }],
        "blocks": { "hero": { "pages": ["home", "product"], "reserve": "4rem" } },
        "campaigns": campaigns,
        "catalog": { "items": { "lamp": { "title": "Lamp", "url": "/p/lamp" } } },
        "stores": {
            "lyon": { "title": "Lyon", "url": "/s/lyon", "latitude": 45.764, "longitude": 4.8357, "stock": ["desk"] }
        }
    })
}

fn campaign(id: &str, more: &Value) -> Value {
    let mut campaign =
        json!({ "id": id, "block": "hero", "variants": [{ "id": "only", "html": "<p>Hello</p>" }] });
    for (name, value) in more.as_object().unwrap() {
        campaign[name] = value.clone();
    }
    campaign
}

fn request(url: &str) -> Value {
    json!({
        "url": url, "geo": { "country": "FR" }, "device": "mobile", "now": "2026-11-21T19:00:00Z",
        "headers": { "accept-language": "fr", "referer": "https://www.example.org/" },
    })
}

/// What `parvis explain` prints of the campaigns, a line each.
fn explained(name: &str, campaigns: &Value, request: &Value, more: &[&str]) -> Vec<String> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("explain-{name}"));
    std::fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, value: &Value| {
        let path = folder.join(name);
        std::fs::write(&path, value.to_string()).unwrap();
        path
    };
    let (playbook, request) = (write("playbook.json", &playbook(campaigns)), write("request.json", request));
    let said = run(&playbook, &request, more);
    said.lines().filter_map(|line| line.strip_prefix("  ")).map(str::to_owned).collect()
}

fn run(playbook: &Path, request: &Path, more: &[&str]) -> String {
    let run = Command::new(env!("CARGO_BIN_EXE_parvis"))
        .arg("explain")
        .arg(playbook)
        .arg("--request")
        .arg(request)
        .args(more)
        .output()
        .unwrap();
    String::from_utf8(run.stdout).unwrap() + &String::from_utf8(run.stderr).unwrap()
}

/// Five conditions, of which one fails.
fn evening(more: &Value) -> Value {
    let mut when = json!({
        "country": "FR", "device": "mobile", "time": { "$gte": "18:00" }, "referrer": "search", "language": "fr",
    });
    for (name, value) in more.as_object().unwrap() {
        when[name] = value.clone();
    }
    json!([campaign("vip-evening", &json!({ "when": when }))])
}

#[test]
fn of_five_conditions_the_one_that_fails_is_named_with_what_was_found_and_asked() {
    let home = request("https://shop.example/");
    let campaigns = evening(&json!({}));
    assert_eq!(
        explained("fails", &campaigns, &home, &[]),
        ["campaign `vip-evening`: `referrer` is `other`; the campaign asks for `search`"]
    );
    assert_eq!(
        explained("fails", &campaigns, &home, &["--lang", "fr"]),
        ["campagne `vip-evening` : `referrer` vaut `other` ; la campagne demande `search`"]
    );
    let wins = explained("wins", &evening(&json!({ "referrer": { "$in": ["other", "mail"] } })), &home, &[]);
    assert_eq!(
        wins,
        [
            "campaign `vip-evening`: it applies, because `country` is `FR`, and `device` is `mobile`, and `time` is `19:00`, \
          and `referrer` is `other`, and `language` is `fr`"
        ]
    );
}

#[test]
fn each_kind_of_no_is_told_apart() {
    let shown = |html: &str| json!({ "variants": [{ "id": "only", "html": html }] });
    let campaigns = json!([
        campaign("a", &json!({ "when": { "visitor.visits": { "$gte": 2 } } })),
        campaign("b", &json!({ "when": { "campaign": { "$exists": true } } })),
        campaign("c", &json!({ "starts": "2026-12-01T08:00:00+01:00" })),
        campaign("d", &json!({ "ends": "2026-11-01T00:00:00Z" })),
        campaign("e", &json!({ "in_stock": { "item": "lamp" } })),
        campaign("f", &json!({ "in_stock": { "item_of": "page.item" } })),
        campaign("g", &shown("<p>{{page.item.title}}</p>")),
        campaign(
            "h",
            &json!({ "when": { "$or": [{ "country": { "$in": ["DE", "BE"] } }, { "hour": { "$lt": 12 } }] } })
        ),
        campaign("i", &json!({ "when": { "$nor": [{ "device": "tablet" }, { "device": "mobile" }] } })),
        campaign("j", &json!({ "when": { "query": { "$size": { "$gt": 1 } } } })),
        campaign("k", &json!({})),
    ]);
    let mut home = request("https://shop.example/?promo=summer");
    home["geo"] = json!({ "country": "FR", "latitude": 45.76, "longitude": 4.84 });
    let lines = explained("kinds", &campaigns, &home, &[]);
    let expected = [
        "campaign `a`: it needs data that the visitor did not allow to be used (`visitor.visits` is not permitted by the visitor; \
         the campaign asks for `2` or more, and it needs `persistent_personalization`)",
        "campaign `b`: `campaign` is not known; the campaign asks for any value",
        "campaign `c`: the campaign has not started (it starts on `2026-12-01 07:00 UTC`)",
        "campaign `d`: the campaign has ended (it ended on `2026-11-01 00:00 UTC`)",
        "campaign `e`: the nearest store does not have the item, or it is not known which store or item is meant \
         (the nearest store, `lyon`, does not have `lamp`)",
        "campaign `f`: the nearest store does not have the item, or it is not known which store or item is meant \
         (`page.item` is not known; the campaign asks for any value)",
        "campaign `g`: a value that the variant shows is not known (`page.item` is not known, and the variant shows it)",
        "campaign `h`: `country` is `FR`; the campaign asks for one of `DE`, `BE`, and `hour` is `19`; the campaign asks for \
         less than `12`",
        "campaign `i`: `device` is `mobile`; the campaign asks for anything but `mobile`",
        "campaign `j`: `query` is `promo=summer`; the campaign asks for a number of elements that is more than `1`",
        "campaign `k`: it applies to everybody who sees the block",
    ];
    assert_eq!(lines, expected);
    // Of an item that the catalog does not have, the field that is shown is missing.
    let strange = explained("strange", &json!([campaigns[6]]), &request("https://shop.example/p/x-99"), &[]);
    assert_eq!(
        strange,
        [
            "campaign `g`: a value that the variant shows is not known (the catalog has no `title` of `page.item`, which is `x-99`)"
        ]
    );
}

#[test]
fn a_site_adds_a_language_as_a_file_and_is_told_of_a_mistake_in_it() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let german = folder.join("explain-de.json");
    let words = json!({
        "language": "de",
        "words": { "campaign": "Kampagne {campaign}: {reason}", "fails": "{signal} ist {found}; verlangt wird {asked}" },
    });
    std::fs::write(&german, words.to_string()).unwrap();
    let home = request("https://shop.example/");
    let lang = ["--lang", german.to_str().unwrap()];
    assert_eq!(
        explained("german", &evening(&json!({})), &home, &lang),
        ["Kampagne `vip-evening`: `referrer` ist `other`; verlangt wird `search`"]
    );
    std::fs::write(&german, json!({ "words": { "camapign": "" } }).to_string()).unwrap();
    let files = ["playbook.json", "request.json"].map(|name| folder.join("explain-german").join(name));
    let [playbook, request] = &files;
    assert!(run(playbook, request, &lang).contains("there is no sentence `camapign`"));
    assert!(
        run(playbook, request, &["--lang", "xx"])
            .contains("there is no language `xx`: write en, fr, or a file")
    );
}
