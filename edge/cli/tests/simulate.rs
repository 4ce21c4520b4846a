//! `parvis simulate`: invented visitors, real decisions, the same figures each time.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a failing test may panic")]

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

const NOW: &str = "2026-11-21T00:00:00Z";

#[test]
fn the_same_seed_gives_the_same_figures_and_another_one_others() {
    let shop = fixture("07-shop");
    let run = |seed: &str| {
        simulate(&[&shop, "--visitors", "200", "--seed", seed, "--now", NOW, "--format", "json"])
    };
    assert_eq!(run("7"), run("7"));
    assert_ne!(run("7"), run("8"));
}

#[test]
fn shares_are_whole_and_consent_decides_who_sees_what() {
    let report = json(&[&fixture("07-shop"), "--visitors", "2000"]);
    assert_eq!(report["visitors"], 2000);
    assert_eq!(report["purposes_nobody_allows"], serde_json::json!([]));
    for block in report["blocks"].as_array().unwrap() {
        let outcomes = block["outcomes"].as_array().unwrap();
        let pages: u64 = outcomes.iter().map(|outcome| outcome["pages"].as_u64().unwrap()).sum();
        assert_eq!(pages, block["pages"].as_u64().unwrap(), "every page is counted once: {block}");
        for group in ["by_consent", "by_country"] {
            for (name, _) in outcomes[0][group].as_object().unwrap() {
                let sum: f64 = outcomes.iter().map(|outcome| outcome[group][name].as_f64().unwrap()).sum();
                assert!((sum - 1.0).abs() < 0.001, "{group} {name}: {sum}");
            }
        }
    }
    // What the visit tells is used where it is allowed, and nowhere else.
    let thinking = outcome(&report, "hero", "thinking");
    assert!(thinking["by_consent"]["accepted"].as_f64().unwrap() > 0.2, "{thinking}");
    assert!(thinking["by_consent"]["not asked"].as_f64().unwrap() > 0.2, "{thinking}");
    for group in ["refused", "no answer"] {
        assert_eq!(thinking["by_consent"][group], 0.0, "{thinking}");
    }
    // Nobody has answered on the first page, where a campaign that needs consent could already run.
    for variant in block(&report, "offers")["outcomes"].as_array().unwrap() {
        if variant["campaign"] == "first-order" {
            assert_eq!(variant["by_consent"]["no answer"], 0.0, "{variant}");
            assert!(variant["by_consent"]["not asked"].as_f64().unwrap() > 0.05, "{variant}");
        }
    }
    // Memory is carried from one visit to the next in the sealed cookie.
    let again = outcome(&report, "hero", "welcome-back");
    assert!(again["pages"].as_u64().unwrap() > 20, "{again}");
    assert_eq!(again["by_consent"]["refused"], 0.0);
    // What only the address or the place tells needs nobody's consent.
    let spring = outcome(&report, "hero", "spring");
    assert!(spring["by_consent"]["refused"].as_f64().unwrap() > 0.0, "{spring}");
    let france = outcome(&report, "near", "france");
    assert_eq!((&france["by_country"]["FR"], &france["by_country"]["DE"]), (&1.0.into(), &0.0.into()));
    // An experiment shares out as its weights say: 40, 30, 30.
    let shares: Vec<f64> = block(&report, "offers")["outcomes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|outcome| outcome["campaign"] == "first-order")
        .map(|outcome| outcome["visitors"].as_f64().unwrap())
        .collect();
    let of = |part: f64| part / shares.iter().sum::<f64>();
    assert!((of(shares[0]) - 0.4).abs() < 0.06 && (of(shares[1]) - 0.3).abs() < 0.06, "{shares:?}");
    // Caps are told where they end a campaign.
    let reasons = block(&report, "offers")["reasons"].as_array().unwrap();
    let first = reasons.iter().find(|reasons| reasons["campaign"] == "first-order").unwrap();
    assert!(first["not_shown"]["capped"].as_u64() > Some(0), "{first}");
}

#[test]
fn purchases_are_made_where_campaigns_ask_for_them() {
    let report = json(&[&playbook("bought", BOUGHT), "--visitors", "2000"]);
    assert_eq!(assumptions(&report).len(), 3, "{}", report["assumptions"]);
    // Suppressed after a purchase and after a removal, cooled down, due again, greeted: each by some, none by all.
    for (id, campaign, reason) in
        [("hero", "still-thinking", "suppressed"), ("offer", "first-order", "cooling-down")]
    {
        let shown = outcome(&report, id, campaign)["pages"].as_u64().unwrap();
        let kept = not_shown(&report, id, campaign, reason);
        assert!(shown > 100 && kept > 20, "{campaign}: shown on {shown} pages, {reason} on {kept}");
    }
    for (id, campaign) in [("refill", "refill"), ("thanks", "thanks")] {
        let outcome = outcome(&report, id, campaign);
        assert!(outcome["visitors"].as_u64().unwrap() > 10, "{campaign}: {outcome}");
        assert_eq!(outcome["by_consent"]["refused"], 0.0, "{campaign}: {outcome}");
    }
    let removed = playbook("removed", &BOUGHT.replace("\"when\": \"bought\"", "\"when\": \"removed\""));
    assert!(not_shown(&json(&[&removed, "--visitors", "2000"]), "hero", "still-thinking", "suppressed") > 10);
}

#[test]
fn dates_and_places_are_drawn_where_campaigns_ask_for_them() {
    let report = json(&[&fixture("25-dates"), "--visitors", "2000"]);
    assert_eq!(assumptions(&report).len(), 2, "{}", report["assumptions"]);
    for (id, least) in [("trip", 5), ("back", 5), ("birthday", 2)] {
        let campaign = if id == "trip" { "packing" } else { id };
        let outcome = outcome(&report, id, campaign);
        let visitors = outcome["visitors"].as_u64().unwrap();
        assert!(visitors >= least, "{campaign}: {outcome}");
        assert_eq!(outcome["by_consent"]["refused"], 0.0, "{campaign}: {outcome}");
    }
    let report = json(&[&fixture("14-stores"), "--visitors", "2000"]);
    for (id, campaign) in [
        ("store", "nearest"),
        ("store", "several"),
        ("store", "too-far"),
        ("lamp", "lamp-near-you"),
        ("seen", "seen-near-you"),
        ("stock", "this-near-you"),
    ] {
        let share = outcome(&report, id, campaign)["share"].as_f64().unwrap();
        assert!(share > 0.02 && share < 0.9, "{campaign}: {share}");
    }
}

#[test]
fn searches_and_preferences_are_told_where_campaigns_ask_for_them() {
    let report = json(&[&fixture("52-searches"), "--visitors", "2000"]);
    assert!(report["assumptions"].to_string().contains("search once"), "{}", report["assumptions"]);
    let shown: u64 = seen_by(&report);
    assert!(shown > 50, "searches: {shown}");
    let report = json(&[&fixture("32-preferences"), "--visitors", "2000"]);
    let shown: u64 = seen_by(&report);
    assert!(shown > 50, "preferences: {shown}");
}

#[test]
fn what_campaigns_ask_for_and_nobody_does_is_named() {
    let report = json(&[&fixture("10-signals"), "--visitors", "50"]);
    let named = report["not_simulated"].as_str().unwrap();
    assert!(
        named.contains("the language of the browser") && named.contains("the site that visitors come from"),
        "{named}"
    );
    let text = simulate(&[&fixture("10-signals"), "--visitors", "50"]);
    assert!(text.contains(named), "{text}");
    assert!(
        simulate(&[&fixture("10-signals"), "--visitors", "50", "--format", "html"]).contains("Not simulated")
    );
    let report = json(&[&fixture("01-smallest"), "--visitors", "50"]);
    assert!(report["not_simulated"].is_null(), "{}", report["not_simulated"]);
}

/// How many visitors saw a variant of some campaign.
fn seen_by(report: &Value) -> u64 {
    let blocks = report["blocks"].as_array().unwrap().iter();
    let outcomes = blocks.flat_map(|block| block["outcomes"].as_array().unwrap());
    outcomes
        .filter(|outcome| !outcome["campaign"].is_null())
        .filter_map(|outcome| outcome["visitors"].as_u64())
        .sum()
}

#[test]
fn what_no_campaign_asks_for_nobody_does_and_the_rest_stays_the_same() {
    let shop = json(&[&fixture("07-shop"), "--visitors", "500"]);
    assert_eq!(assumptions(&shop).len(), 1, "{}", shop["assumptions"]);
    // With stores, which no campaign mentions, everybody does what they did.
    let stores = std::fs::read_to_string(fixture("07-shop")).unwrap().replacen(
        "\"pages\"",
        r#""stores": { "lyon": { "title": "Lyon", "url": "/lyon", "latitude": 45.7, "longitude": 4.8 } }, "pages""#,
        1,
    );
    let stores = json(&[&playbook("with-stores", &stores), "--visitors", "500"]);
    assert_eq!(assumptions(&stores).len(), 2);
    assert_eq!(shop["blocks"], stores["blocks"]);
    assert_eq!(shop["pages"], stores["pages"]);
}

#[test]
fn a_purchase_that_ends_a_campaign_shows_in_a_diff() {
    let without = BOUGHT.replace(r#""suppress": [{ "when": "bought", "what": "item", "days": 30 }],"#, "");
    let (old, new) = (playbook("diff-old", &without), playbook("diff-new", BOUGHT));
    let output = parvis(&["diff", &old, &new, "--visitors", "1000", "--now", NOW, "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let hero = &report["blocks"][0];
    assert_eq!((&hero["block"], report["blocks"].as_array().unwrap().len()), (&"hero".into(), 1), "{report}");
    let cause = &hero["causes"][0];
    assert_eq!((&cause["old"], &cause["new"]), (&"still-thinking / only".into(), &"default content".into()));
    assert!(hero["visitors"].as_u64().unwrap() > 10, "{report}");
}

/// A purchase ends the hero and the offer, is thanked for, and is due again after ten days.
const BOUGHT: &str = r#"{
  "format": 1,
  "site": { "name": "lumen", "host": "shop.example" },
  "pages": [{ "kind": "home", "path": "/" }, { "kind": "product", "path": "/p/{item}" }],
  "blocks": {
    "hero": { "pages": ["home"], "reserve": "4rem" },
    "offer": { "pages": ["home"], "reserve": "4rem" },
    "thanks": { "pages": ["home"], "reserve": "4rem" },
    "refill": { "pages": ["home"], "reserve": "4rem" }
  },
  "campaigns": [
    { "id": "still-thinking", "block": "hero", "suppress": [{ "when": "bought", "what": "item", "days": 30 }],
      "variants": [{ "id": "only", "html": "<p>Still thinking about {{visit.last_item.title}}?</p>" }] },
    { "id": "first-order", "block": "offer", "cooldown": { "days": 90 },
      "variants": [{ "id": "only", "html": "<p>Ten percent off</p>" }] },
    { "id": "thanks", "block": "thanks", "when": { "visitor.days_since_purchase": { "$lte": 7 } },
      "variants": [{ "id": "only", "html": "<p>Thank you</p>" }] },
    { "id": "refill", "block": "refill",
      "variants": [{ "id": "only", "html": "<p>Time for {{visitor.due_item.title}}?</p>" }] }
  ],
  "catalog": {
    "items": {
      "desk-lamp": { "title": "Desk lamp", "url": "/p/desk-lamp" },
      "lamp-oil": { "title": "Lamp oil", "url": "/p/lamp-oil", "replenish_days": 10 },
      "candles": { "title": "Candles", "url": "/p/candles", "replenish_days": 30 }
    }
  }
}"#;

#[test]
fn visitors_answer_in_the_words_of_the_banner_that_the_site_has() {
    let report = json(&[&fixture("08-consent"), "--visitors", "500"]);
    assert_eq!(report["purposes_nobody_allows"], serde_json::json!([]));
    assert!(outcome(&report, "seen", "seen")["by_consent"]["accepted"].as_f64().unwrap() > 0.2);
    // Experiments need statistics, of which this banner does not ask anybody.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("simulate-klaro.json");
    let playbook = std::fs::read_to_string(fixture("04-experiment")).unwrap();
    let consent = r#""consent": { "meanings": { "complianz": {}, "klaro": { "own": ["session_personalization"] } } }, "pages""#;
    std::fs::write(&folder, playbook.replacen("\"pages\"", consent, 1)).unwrap();
    let text = simulate(&[folder.to_str().unwrap(), "--visitors", "50", "--now", NOW]);
    assert!(text.contains("None of these visitors can allow experimentation"), "{text}");
}

#[test]
fn the_share_of_global_privacy_control_is_told_and_grows_with_2027() {
    let told = |more: &[&str]| {
        let shop = fixture("07-shop");
        let words = [&[&*shop, "--visitors", "2000", "--format", "json"][..], more].concat();
        let report: Value = serde_json::from_str(&simulate(&words)).unwrap();
        let by_signal = |name: &str| outcome(&report, "seen", "seen")["by_consent"][name].as_f64();
        (assumptions(&report)[0].as_str().unwrap().to_owned(), by_signal("GPC").is_some())
    };
    let sentence = |share: u32| {
        format!(
            "Of a hundred visitors who may object, {share} have browsers that send Global Privacy Control (`--gpc`)."
        )
    };
    assert_eq!(told(&["--now", "2026-12-31T23:59:59Z"]), (sentence(10), true));
    assert_eq!(told(&["--now", "2027-01-01T00:00:00Z"]), (sentence(30), true));
    assert_eq!(told(&["--now", NOW, "--gpc", "50"]), (sentence(50), true));
    assert_eq!(told(&["--now", NOW, "--gpc", "0"]), (sentence(0), false));
    let text = simulate(&[&fixture("07-shop"), "--visitors", "50", "--now", NOW, "--gpc", "50"]);
    assert!(text.contains(&sentence(50)), "{text}");
    assert_eq!(parvis(&["simulate", &fixture("07-shop"), "--gpc", "101"]).status.code(), Some(2));
}

#[test]
fn the_table_fits_a_terminal_and_says_why_not() {
    let text = simulate(&[&fixture("07-shop"), "--visitors", "300", "--now", NOW]);
    for line in text.lines().filter(|line| !line.contains("; ") && !line.contains("synthetic visitors")) {
        assert!(line.chars().count() <= 100, "{line}");
    }
    for part in
        ["300 synthetic visitors of lumen", "first-order / quiet (hidden)", "why not", "█", "by country"]
    {
        assert!(text.contains(part), "no `{part}` in\n{text}");
    }
}

#[test]
fn the_page_stands_by_itself_and_works_with_a_keyboard() {
    let html = simulate(&[&fixture("07-shop"), "--visitors", "300", "--now", NOW, "--format", "html"]);
    assert!(html.starts_with("<!doctype html>") && html.ends_with("</html>\n"));
    for foreign in ["http:", "https:", "<script", "@import", "url(", " src="] {
        assert!(!html.contains(foreign), "{foreign}");
    }
    for part in ["name=\"viewport\"", "prefers-color-scheme: dark", "focus-visible", "lang=\"en\""] {
        assert!(html.contains(part), "no {part}");
    }
    let parts = html.matches("<rect class=\"").count() - html.matches("aria-hidden=\"true\"><rect").count();
    assert_eq!(html.matches("<g tabindex=\"0\" role=\"img\" aria-label=\"").count(), parts);
    assert!(parts > 20);
    assert!(html.contains("everybody: first-order / quiet (hidden), "));
    let [overview, sizes, block] =
        ["<h2>Overview</h2>", "Audience sizes", "<h2>hero</h2>"].map(|part| html.find(part));
    assert!(overview.is_some() && overview < sizes && sizes < block, "the overview is first");
    assert!(html.contains("<g class=\"few\">") && html.contains("Groups of fewer than 30 visitors are grey"));
    for tag in ["section", "svg", "g", "table", "tr", "details", "ul", "li", "dl", "div"] {
        let open = html.matches(&format!("<{tag} ")).count() + html.matches(&format!("<{tag}>")).count();
        assert_eq!(open, html.matches(&format!("</{tag}>")).count(), "<{tag}>");
    }
}

#[test]
fn a_reader_that_stops_early_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_parvis"))
        .args(["simulate", &fixture("07-shop"), "--visitors", "100", "--now", NOW, "--format", "html"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_compiled_playbook_and_no_visitors_are_refused_in_a_sentence() {
    let compiled = Path::new(env!("CARGO_TARGET_TMPDIR")).join("simulate.bin");
    let shop = fixture("07-shop");
    let done = parvis(&["compile", &shop, "-o", compiled.to_str().unwrap()]);
    assert!(done.status.success());
    let output = parvis(&["simulate", compiled.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("is compiled; give the playbook as JSON"));
    assert_eq!(parvis(&["simulate", &shop, "--visitors", "0"]).status.code(), Some(2));
    assert_eq!(parvis(&["simulate", &shop, "--now", "soon"]).status.code(), Some(1));
}

/// A playbook of these words, in a file of this test.
fn playbook(name: &str, words: &str) -> String {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("simulate-{name}.json"));
    std::fs::write(&path, words).unwrap();
    path.to_str().unwrap().to_owned()
}

fn assumptions(report: &Value) -> &Vec<Value> {
    report["assumptions"].as_array().unwrap()
}

/// On how many pages a campaign was not shown for this reason.
fn not_shown(report: &Value, id: &str, campaign: &str, reason: &str) -> u64 {
    let reasons = block(report, id)["reasons"].as_array().unwrap();
    let of = reasons.iter().find(|reasons| reasons["campaign"] == campaign).unwrap();
    of["not_shown"][reason].as_u64().unwrap_or(0)
}

fn block<'r>(report: &'r Value, id: &str) -> &'r Value {
    report["blocks"].as_array().unwrap().iter().find(|block| block["block"] == id).unwrap()
}

fn outcome<'r>(report: &'r Value, id: &str, campaign: &str) -> &'r Value {
    let outcomes = block(report, id)["outcomes"].as_array().unwrap();
    outcomes.iter().find(|outcome| outcome["campaign"] == campaign).unwrap()
}

fn json(words: &[&str]) -> Value {
    let words: Vec<&str> = words.iter().copied().chain(["--now", NOW, "--format", "json"]).collect();
    serde_json::from_str(&simulate(&words)).unwrap()
}

fn simulate(words: &[&str]) -> String {
    let words: Vec<&str> = ["simulate"].into_iter().chain(words.iter().copied()).collect();
    let output = parvis(&words);
    if !output.status.success() {
        panic!("{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    String::from_utf8(output.stdout).unwrap()
}

fn parvis(words: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_parvis")).args(words).output().unwrap()
}

fn fixture(name: &str) -> String {
    format!("{}/../../fixtures/playbooks/valid/{name}.json", env!("CARGO_MANIFEST_DIR"))
}

/// An audience counts whoever is in it, whichever campaign is shown to them; drafts and paused campaigns reach nobody.
#[test]
fn audiences_have_sizes_and_what_does_not_run_reaches_nobody() {
    let shop = json(&[&fixture("07-shop"), "--visitors", "300"]);
    let size = |id: &str| {
        let all = shop["audiences"].as_array().unwrap();
        all.iter().find(|size| size["audience"] == id).unwrap().clone()
    };
    let france = size("in-france");
    assert!((50..100).contains(&france["visitors"].as_u64().unwrap()) && france["unknown"] == 0, "{france}");
    assert!(size("regulars")["unknown"].as_u64().unwrap() > 100, "who did not allow it is not known");
    let status = json(&[&fixture("61-status"), "--visitors", "100"]);
    assert_eq!(status["drafts"][0], "summer (Summer, not decided yet)");
    let outcomes = status["blocks"][0]["outcomes"].as_array().unwrap();
    assert_eq!(
        (&outcomes[0]["title"], &outcomes[0]["pages"]),
        (&"Hero: which words sell lamps?".into(), &0.into())
    );
    assert_eq!(
        status["blocks"][0]["reasons"][0]["not_shown"].as_object().unwrap().keys().collect::<Vec<_>>(),
        ["paused"]
    );
    let logins = simulate(&[&fixture("52-profile"), "--visitors", "50", "--now", NOW, "--format", "json"]);
    assert!(logins.contains("40 are signed in"));
}
