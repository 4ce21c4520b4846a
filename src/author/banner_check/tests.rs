//! Descriptions of banners that are read, and those that are told.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]
use crate::author::consent_draft::ConsentDraft;
use crate::base::calendar::Millis;
use crate::consent::evidence::Evidence;
use crate::consent::purpose::Purpose;
use crate::consent::resolve::resolve;
use crate::consent::stored::StoredSettings;
use crate::facts::Facts;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// What is allowed of device storage, counting, sale and profile, as letters.
fn allowed(banners: &str, region: &str, cookie: &str) -> String {
    let draft: ConsentDraft = serde_json::from_str(&format!("{{\"banners\": {{{banners}}}}}")).unwrap();
    assert_eq!(draft.check(), [], "{banners}");
    let bytes = draft.encode();
    let settings = StoredSettings::open(&bytes).unwrap();
    let facts = Facts {
        cookies: [cookie.to_string()].into_iter().collect(),
        country: Some(region.to_string()),
        now: Some(Millis(1_795_262_400_000)),
        ..Facts::default()
    };
    let allowed = resolve(&Evidence::of(&facts), &settings).allowed();
    let letters = [
        ('d', Purpose::DeviceStorage),
        ('m', Purpose::Measurement),
        ('s', Purpose::SaleShare),
        ('p', Purpose::Profile),
    ];
    letters.into_iter().filter(|(_, purpose)| allowed.contains(*purpose)).map(|(letter, _)| letter).collect()
}

const MEANS: &str = r#""means": {"stats": ["measurement"], "ads": ["sale_share"]}"#;

/// The places of what is wrong with a banner of the cookie `c`.
fn told(description: &str) -> Vec<String> {
    let text = format!(r#"{{"banners": {{"own": {{"cookies": ["c"], {description}}}}}}}"#);
    let draft: ConsentDraft = serde_json::from_str(&text).unwrap();
    draft.check().into_iter().map(|problem| problem.place).collect()
}

#[test]
fn every_shape_is_read() {
    let json = format!(
        r#""own": {{"cookies": ["c"], "shape": "json", "answers": [{{"at": "a/*", "yes": ["true"], "no": ["false"]}}],
            "chosen": [{{"at": "at"}}, {{"at": "how", "is": ["click"]}}, {{"at": "auto", "is": ["0"], "optional": true}}],
            "decided": {{"at": "at", "unit": "seconds"}}, "version": {{"at": "v", "is": ["2"]}}, {MEANS}}}"#
    );
    let pairs = format!(
        r#""own": {{"cookies": ["c"], "shape": "pairs", "between": "|", "inside": ":",
            "answers": [{{"yes": ["y"], "no": ["n"], "neither": ["?"]}}], "chosen": [], {MEANS}}}"#
    );
    let list = format!(
        r#""own": {{"cookies": ["c"], "shape": "list", "between": ",", "accepted": [{{}}], "chosen": [], {MEANS}}}"#
    );
    let refused = format!(
        r#""own": {{"cookies": ["c"], "shape": "json", "refused": [{{"at": "[]"}}], "chosen": [], {MEANS}}}"#
    );
    let word = format!(
        r#""own": {{"cookies": ["c"], "shape": "word", "all": {{"yes": ["all"], "no": ["none"]}}, "chosen": [], {MEANS}}}"#
    );
    let characters = r#""own": {"cookies": ["c"], "shape": "characters", "answers": [{"yes": ["1"], "no": ["0"]}], "chosen": [],
            "means": {"0": ["measurement"], "1": ["sale_share"]}}"#;
    let together = format!(
        r#""own": {{"cookies": ["c-*", "closed"], "together": true, "shape": "word",
            "answers": [{{"yes": ["y"], "no": ["n"]}}], "chosen": [{{"at": "closed", "is": ["yes"]}}], {MEANS}}}"#
    );
    let encoded = format!(
        r#""own": {{"cookies": ["c"], "encoding": ["percent", "base64"], "shape": "json",
            "answers": [{{"yes": ["1"], "no": ["0"]}}], "every_key": true, "chosen": [], {MEANS}}}"#
    );
    for (banner, cookie, fr, us) in [
        (
            json.as_str(),
            r#"c={"a":{"stats":true,"ads":false},"at":1790841600,"how":"click","v":2}"#,
            "dm",
            "dm",
        ),
        (&json, r#"c={"a":{"stats":true,"ads":false},"at":1590841600,"how":"click","v":2}"#, "", "dm"),
        (&json, r#"c={"a":{"stats":true,"ads":false},"at":1790841600,"how":"click","v":1}"#, "", "dm"),
        (&json, r#"c={"a":{"stats":true,"ads":false},"at":1790841600,"how":"none","v":2}"#, "", "dm"),
        (
            &json,
            r#"c={"a":{"stats":true,"ads":true},"at":1790841600,"how":"click","auto":1,"v":2}"#,
            "",
            "dmsp",
        ),
        (
            &json,
            r#"c={"a":{"stats":true,"ads":true},"at":1790841600,"how":"click","auto":0,"v":2}"#,
            "dms",
            "dmsp",
        ),
        (&json, r#"c={"a":{"stats":true,"ads":true},"at":1790841600,"how":"click"}"#, "", "dmsp"),
        (&json, r#"c={"a":{"stats":true,"ads":true},"at":1790841600,"how":"never","v":2}"#, "", "dmsp"),
        (&json, r#"c={"a":{"stats":true,"ads":"true?"},"at":1790841600,"how":"click","v":2}"#, "", "dm"),
        (
            &json,
            r#"c={"a":{"stats":true,"ads":true,"chat":false},"at":1790841600,"how":"click","v":2}"#,
            "dms",
            "dm",
        ),
        (&json, r#"c={"b":{"stats":true,"ads":true},"at":1790841600,"how":"click"}"#, "", "dm"),
        (&json, r#"c={"a":{"stats":true,"ads":true},"at":1790841600,"how":"cli"#, "", "dm"),
        (&pairs, "c=stats:y|ads:n", "dm", "dm"),
        (&pairs, "c= stats : y | ads:n ", "dm", "dm"),
        (&pairs, "c=stats: y| ads :y", "dms", "dmsp"),
        // Nothing goes to others where the device may not be used.
        (&pairs, "c=stats:n|ads:?", "", ""),
        (&pairs, "c=stats:y|ads:y|ads", "", "dm"),
        (&pairs, "c=stats:y|ads:ystats:y|ads:y", "", "dm"),
        (&list, "c=stats", "dm", "dm"),
        (&list, "c=stats,ads", "dms", "dmsp"),
        (&list, "c=", "", ""),
        (&refused, r#"c=["ads"]"#, "dm", "dm"),
        (&refused, "c=[]", "dms", "dmsp"),
        (&refused, r#"c=["ads","chat"]"#, "", "dm"),
        (&word, "c=all", "dms", "dmsp"),
        (&word, "c=none", "", ""),
        (&word, "c=alls", "", "dm"),
        (characters, "c=10", "dm", "dm"),
        (characters, "c=11", "dms", "dmsp"),
        (characters, "c=111", "", "dm"),
        (characters, "c=1", "", "dm"),
        (&together, "c-stats=y; c-ads=n; closed=yes", "dm", "dm"),
        (&together, "c-stats=y; c-ads=n", "", "dm"),
        (&together, "c-stats=y; closed=no", "", "dmsp"),
        (&together, "c-stats=y; c-stats=n; closed=yes", "", ""),
        (&encoded, "c=eyJzdGF0cyI6MSwiYWRzIjoxfQ%3D%3D", "dms", "dmsp"),
        (&encoded, "c=eyJzdGF0cyI6MX0=", "", "dmsp"),
    ] {
        assert_eq!((&*allowed(banner, "FR", cookie), &*allowed(banner, "US", cookie)), (fr, us), "{cookie}");
    }
}

#[test]
fn what_is_not_named_refuses_and_does_not_grant() {
    let named = r#""klaro": true, "usercentrics": true"#;
    for (banners, cookie, fr, us) in [
        ("", "cookieyes-consent=action:yes,analytics:yes,advertisement:no", "dm", "dm"),
        (named, "cookieyes-consent=action:yes,analytics:yes,advertisement:no", "", "dm"),
        (r#""cookieyes": true"#, "cookieyes-consent=action:yes,analytics:yes,advertisement:no", "dm", "dm"),
        (named, "cookieyes-consent=action:yes,analytics:yes", "", "dmsp"),
        (named, "wp_consent_statistics=allow; wp_consent_marketing=allow", "", "dmsp"),
        (named, "parvis-consent=1.6abcde00.84.0.1", "dm", "dmsp"),
        (named, "usprivacy=1YYN", "", "dm"),
    ] {
        let found = (allowed(banners, "FR", cookie), allowed(banners, "US", cookie));
        assert_eq!((&*found.0, &*found.1), (fr, us), "{banners} {cookie}");
    }
}

/// What would be read as less of a refusal than it is.
#[test]
fn answers_that_would_not_be_read_are_told() {
    for (description, place) in [
        (
            r#""answers": [{"yes": ["1"], "no": ["0"]}, {"at": "sale", "yes": ["0"], "no": ["1"]}], "chosen": []"#,
            "answers.1.at",
        ),
        (
            r#""answers": [{"at": "a/*", "yes": ["1"], "no": ["0"]}, {"at": "a/*", "yes": ["y"], "no": ["n"]}], "chosen": []"#,
            "answers.1.at",
        ),
        (
            r#""answers": [{"yes": ["1"], "no": ["0"]}], "chosen": [{"at": "ads", "is": ["1"]}]"#,
            "chosen.0.at",
        ),
        (r#""accepted": [{"at": "consents/*"}], "chosen": []"#, "accepted.0.at"),
    ] {
        let found = told(&format!(r#""shape": "json", {description}, {MEANS}"#));
        assert_eq!(found, [format!("banners.own.{place}")], "{description}");
    }
    // The narrower of two paths is read first; a condition under no key of the map is none of the answers.
    let narrow = r#""own": {"cookies": ["c"], "shape": "json", "chosen": [{"at": "at"}],
        "answers": [{"at": "ads", "yes": ["0"], "no": ["1"]}, {"yes": ["1"], "no": ["0"]}],
        "means": {"stats": ["measurement"], "ads": ["sale_share"]}}"#;
    assert_eq!(allowed(narrow, "US", r#"c={"at":5,"ads":1,"stats":1}"#), "dm");
}

/// Keys and paths under which the shape has nothing, and words and signs that would make a yes of what is none.
#[test]
fn what_would_be_read_as_something_else_is_told() {
    const ANSWERS: &str = r#""answers": [{"yes": ["1"], "no": ["0"]}]"#;
    const TWO: &str = r#""means": {"0": ["measurement"], "1": ["sale_share"]}"#;
    for (description, places) in [
        (format!(r#""shape": "word", {ANSWERS}, {MEANS}"#), &["answers"][..]),
        (format!(r#""shape": "list", "between": ",", {ANSWERS}, {MEANS}"#), &["answers"]),
        (format!(r#""shape": "characters", {ANSWERS}, {TWO}"#), &[]),
        (format!(r#""shape": "characters", {ANSWERS}, {MEANS}"#), &["means.ads", "means.stats"]),
        (
            format!(r#""shape": "characters", {ANSWERS}, "means": {{"0": [], "2": ["measurement"]}}"#),
            &["means.2"],
        ),
        (
            format!(r#""shape": "json", "answers": [{{"yes": ["1", "null"], "no": ["0"]}}], {TWO}"#),
            &["answers.0"],
        ),
        (
            format!(
                r#""shape": "json", "accepted": [{{"at": "a", "divided_by": ",", "around": "-! "}}], {TWO}"#
            ),
            &["accepted.0.around"],
        ),
        (
            format!(r#""shape": "characters", "answers": [{{"at": "1", "yes": ["1"], "no": ["0"]}}], {TWO}"#),
            &["answers.0.at"],
        ),
    ] {
        let places: Vec<String> = places.iter().map(|place| format!("banners.own.{place}")).collect();
        assert_eq!(told(&format!(r#""chosen": [], {description}"#)), places, "{description}");
    }
}

#[test]
fn everything_wrong_is_told_at_its_place() {
    let draft: ConsentDraft = serde_json::from_str(
        r#"{"names": {"klaro": ["choices"]}, "banners": {
            "klaro": false, "onetrst": true, "cookieyes": {"shape": "word", "chosen": [], "means": {}},
            "Own": {"cookies": ["a b", "cc_cookie", "choices", "parvis-visit", "*", "fine", "fine"], "storage": ["x*"],
                "together": true, "shape": "pairs", "between": ",,", "encoding": ["percent", "base64", "base64"],
                "answers": [{"yes": ["1", "1"], "no": []}], "all": {"no": []}, "chosen": [{"at": "a/b/c/d/e/f/g/h/i"}], "means": {}},
            "own-2": {"cookies": ["c2"], "together": true, "every_key": true, "shape": "list", "accepted": [{"divided_by": ""}],
                "chosen": [{"at": "a\tb", "is": ["1"], "is_not": ["2"]}], "means": {"": []}},
            "own-3": {"shape": "json", "chosen": [], "means": {"a": []}},
            "x4": {"cookies": ["c4"], "shape": "word", "all": {"no": ["n"]}, "chosen": [], "means": {"a": []}},
            "x5": {"cookies": ["c5"], "shape": "word", "all": {"no": ["n"]}, "chosen": [], "means": {"a": []}}
        }}"#,
    )
    .unwrap();
    let places: Vec<String> = draft.check().into_iter().map(|problem| problem.place).collect();
    assert_eq!(
        places,
        [
            "banners.Own",
            "banners.cookieyes",
            "banners.klaro",
            "banners.onetrst",
            "banners.Own.cookies.0",
            "banners.Own.cookies.1",
            "banners.Own.cookies.2",
            "banners.Own.cookies.3",
            "banners.Own.cookies.4",
            "banners.Own.cookies.6",
            "banners.Own.storage.0",
            "banners.Own.between",
            "banners.Own.inside",
            "banners.Own.encoding",
            "banners.Own.answers.0",
            "banners.Own.all",
            "banners.Own.means",
            "banners.Own.answers.0",
            "banners.Own.chosen.0.at",
            "banners.own-2.every_key",
            "banners.own-2.together",
            "banners.own-2.between",
            "banners.own-2.accepted.0.divided_by",
            "banners.own-2.chosen.0",
            "banners.own-2.chosen.0.at",
            "banners.own-3",
            "banners.own-3",
            "banners.x5",
            "banners.own-2.means.",
        ]
    );
    assert!(StoredSettings::open(&draft.encode()).is_some(), "what is wrong is left out");
}
