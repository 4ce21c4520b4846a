//! The mirror cookie: what only the page hears reaches the edge, as it is now and never stronger.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a failing test may panic")]

use parvis::author::check::check;
use parvis::author::compile::compile;
use parvis::base::calendar::Millis;
use parvis::consent::bridge::Mirrors;
use parvis::consent::evidence::Evidence;
use parvis::consent::purpose::Purpose::{self, *};
use parvis::consent::resolve::{Decision, Resolution, resolve};
use parvis::consent::source::{Banner, Source};
use parvis::consent::stored::StoredSettings;
use parvis::facts::Facts;
use parvis::playbook::Playbook;
use parvis_browser::question::Place;
use parvis_browser::session::Session;
use proptest::prelude::*;

/// 2026-11-21T12:00:00Z
const NOW: i64 = 1_795_262_400_000;
const DAY: i64 = 86_400_000;
/// Everything granted, of October 2026.
const TC: &str = "CQraFkAQraFkAEsACBFRB4FsAP_gAEPgAAqIF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYAA.IF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYAA.f_wACHwAAAAA";
/// Everything refused but what rests on interest.
const INTEREST_TC: &str = "CQraFkAQraFkAEsACBFRB4FgAAAAAEPgAAqIAAALzgEgACAAMAAiABQAIAAVAAuABkADgC8wAAAA.IF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYAA.YAAAAHwAAAAA";
/// US national sections: no opt-out, an opt-out, and no opt-out but Global Privacy Control.
const OPEN_GPP: &str = "DBABLA~CVQqAAAAAACA.QA";
const OUT_GPP: &str = "DBABLA~CVQVAAAAAACA.QA";
const GPC_GPP: &str = "DBABLA~CVQqAAAAAACA.YA";
const FUNCTIONAL: &str = "personalization_storage:granted";
const REFUSED: &str = "personalization_storage:denied";
const USERCENTRICS: &str = r#"{"consent":{"services":{"svcA":{"consent":true},"svcB":{"consent":false}}}}"#;

fn playbook() -> Vec<u8> {
    let text = include_str!("../test/playbook.json").replacen(
        "\"pages\"",
        r#""consent": { "meanings": { "usercentrics": {
            "svcA": ["device_storage", "session_personalization"], "svcB": ["profile", "sale_share"] } } }, "pages""#,
        1,
    );
    let checked = check(&text);
    compile(&checked.draft.unwrap_or_else(|| panic!("{:?}", checked.diagnostics))).unwrap()
}

/// A visitor's browser: cookies by hand, what the page hears, and the mirror as it was told to keep it.
struct Browser {
    session: Session,
    playbook: Playbook,
    cookies: String,
    mirror: String,
    region: &'static str,
    gpc: bool,
    now: i64,
}

impl Browser {
    fn new(region: &'static str) -> Browser {
        let bytes = playbook();
        let (session, playbook) = (Session::open(bytes.clone()), Playbook::open(bytes).unwrap());
        Browser {
            session,
            playbook,
            cookies: String::new(),
            mirror: String::new(),
            region,
            gpc: false,
            now: NOW,
        }
    }

    fn all_cookies(&self) -> String {
        let mirror =
            if self.mirror.is_empty() { String::new() } else { format!("parvis-consent={}", self.mirror) };
        [self.cookies.as_str(), &mirror]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join("; ")
    }

    /// Asks with records, keeps the mirror as the answer says, and gives that part of the answer and what is allowed.
    fn ask(&mut self, records: &[[&str; 3]]) -> (String, Vec<String>) {
        let cookies = self.all_cookies();
        let gpc = if self.gpc { "1" } else { "" };
        let mut fields = vec![cookies.as_str(), self.region, gpc, "1", "", ""];
        fields.extend(records.iter().flatten());
        let place = Place {
            path: "/".to_owned(),
            now: Some(Millis(self.now)),
            entropy: vec![7; 32],
            ..Place::default()
        };
        let answer = self.session.decide(&fields.join("\0"), &place);
        let fields: Vec<&str> = answer.split('\0').collect();
        let allowed = fields[3].split(' ').filter(|ruling| !ruling.is_empty() && !ruling.ends_with(":block"));
        let kept = fields[5].to_owned();
        match kept.strip_prefix('=') {
            Some(text) => self.mirror = text.split(';').next().unwrap().to_owned(),
            None if kept.is_empty() => self.mirror.clear(),
            None => {}
        }
        (kept, allowed.map(|ruling| ruling.split(':').next().unwrap().to_owned()).collect())
    }

    /// What the edge resolves for the same visitor's next request.
    fn edge<T>(&self, see: impl Fn(&Resolution) -> T) -> T {
        let (country, subdivision) = self.region.split_once('-').unwrap_or((self.region, ""));
        let facts = Facts {
            cookies: vec![self.all_cookies()],
            sec_gpc: if self.gpc { vec!["1".to_owned()] } else { Vec::new() },
            country: Some(country.to_owned()),
            subdivision: Some(subdivision.to_owned()),
            now: Some(Millis(self.now)),
            ..Facts::default()
        };
        see(&resolve(&Evidence::of(&facts), &StoredSettings::open(self.playbook.consent_section()).unwrap()))
    }

    fn edge_allows(&self) -> Vec<String> {
        self.edge(|resolution| {
            let allowed =
                Purpose::ALL.into_iter().filter(|p| resolution.ruling(*p).decision != Decision::Block);
            allowed.map(|purpose| purpose.name().to_owned()).collect()
        })
    }

    fn allows(&self, purpose: Purpose) -> bool {
        self.edge_allows().contains(&purpose.name().to_owned())
    }

    /// Asks, and holds the edge to what the browser allows.
    fn agree(&mut self, records: &[[&str; 3]]) -> String {
        let (kept, allowed) = self.ask(records);
        assert_eq!(self.edge_allows(), allowed, "{} in {}: {kept}", self.all_cookies(), self.region);
        kept
    }

    fn seen(&self) -> parvis::consent::bridge::Mirror {
        Mirrors::parse(&self.mirror).unwrap().seen.unwrap()
    }
}

const SETTLED: [&str; 3] = ["w", "", ""];

#[test]
fn each_source_reaches_the_edge_as_it_is() {
    for region in ["FR", "GB", "US", "US-CA", ""] {
        for gpc in [false, true] {
            for (key, text, origin) in [
                ("@consent-mode", FUNCTIONAL, Some(Source::banner(Banner::ConsentMode))),
                ("@consent-mode", "analytics_storage:granted,ad_storage:denied", None),
                (
                    "@osano",
                    r#"{"PERSONALIZATION":"ACCEPT","OPT_OUT":"ACCEPT"}"#,
                    Some(Source::banner(Banner::Osano)),
                ),
                ("@tcf", TC, Some(Source::TCF_PUBLISHER)),
                ("@gpp", OUT_GPP, Some(Source::section(7))),
                ("@gpp", GPC_GPP, None),
                ("@tcf", INTEREST_TC, Some(Source::TCF_PUBLISHER)),
                ("ucData", USERCENTRICS, Some(Source::banner(Banner::Usercentrics))),
            ] {
                let mut browser = Browser { gpc, ..Browser::new(region) };
                let kept = browser.agree(&[["s", key, text]]);
                assert!(kept.starts_with("=1."), "{key} in {region}: {kept}");
                if let Some(origin) = origin {
                    assert_eq!(browser.seen().origin, origin, "{key}");
                }
                assert_eq!(browser.agree(&[["s", key, text]]), "*", "{key}: the same again is left alone");
                if key.starts_with('@') {
                    assert_eq!(browser.agree(&[]), "*", "{key}: not there yet");
                }
                assert_eq!(browser.agree(&[SETTLED]), "", "{key}: gone");
                assert_eq!(browser.agree(&[SETTLED]), "*");
            }
        }
    }
}

#[test]
fn nobody_chose() {
    for (key, text) in [
        ("@consent-mode", ""),
        ("@consent-mode", "ad_storage"),
        ("@osano", "{}"),
        ("@tcf", "CPXXXX"),
        ("ucData", r#"{"consent":{"services":{}}}"#),
        ("ucData", "{"),
        ("uc_settings", r#"{"services":[]}"#),
    ] {
        let mut browser = Browser::new("FR");
        assert_eq!(browser.agree(&[["s", key, text], SETTLED]), "*", "{key}: {text}");
        browser.mirror = "1.6a0f0000.1c.204.12".to_owned();
        assert_eq!(browser.agree(&[["s", key, text], SETTLED]), "", "{key}: what became unknown is removed");
    }
}

#[test]
fn a_newer_choice_of_the_same_origin_replaces_the_older() {
    let mut browser = Browser::new("FR");
    browser.agree(&[["s", "@consent-mode", FUNCTIONAL]]);
    assert!(browser.allows(SessionPersonalization));
    browser.agree(&[["s", "@consent-mode", REFUSED]]);
    assert!(!browser.allows(SessionPersonalization));
    assert_eq!(browser.agree(&[]), "*", "the next page has not heard the banner yet");
    assert!(!browser.allows(SessionPersonalization));
    browser.agree(&[["s", "@consent-mode", FUNCTIONAL]]);
    assert!(browser.allows(SessionPersonalization));
}

#[test]
fn web_storage_is_there_at_once_or_not_at_all() {
    let mut browser = Browser::new("FR");
    browser.agree(&[["s", "ucData", USERCENTRICS]]);
    assert!(browser.allows(SessionPersonalization));
    assert_eq!(browser.agree(&[]), "");
}

#[test]
fn what_the_edge_reads_by_itself_is_not_echoed() {
    let mut browser = Browser { cookies: format!("euconsent-v2={TC}"), ..Browser::new("FR") };
    assert_eq!(browser.agree(&[["s", "@tcf", TC], SETTLED]), "*");
    browser.cookies = "cmplz_preferences=allow".to_owned();
    assert_eq!(browser.agree(&[["s", "@consent-mode", FUNCTIONAL], SETTLED]), "*");
    assert!(
        browser.agree(&[["s", "@consent-mode", REFUSED], SETTLED]).starts_with("=1."),
        "a denial says more"
    );
    assert!(!browser.allows(SessionPersonalization), "and wins");
}

#[test]
fn a_choice_without_a_time_counts_from_when_it_was_first_seen() {
    let mut browser = Browser::new("FR");
    let kept = browser.agree(&[["s", "@consent-mode", FUNCTIONAL]]);
    assert!(kept.ends_with("; Max-Age=15897600"), "{kept}");
    browser.now += 100 * DAY;
    assert_eq!(browser.agree(&[["s", "@consent-mode", FUNCTIONAL]]), "*");
    assert_eq!(browser.seen().decided_at, Millis(NOW));
    browser.now += 85 * DAY;
    assert!(!browser.allows(SessionPersonalization), "older than the regime lets it be");
}

#[test]
fn a_tc_string_brings_its_own_time_and_its_law() {
    let mut browser = Browser::new("US");
    browser.agree(&[["s", "@tcf", TC]]);
    assert!(browser.edge(|resolution| resolution.regime().opt_in), "a TC string makes it opt-in");
    assert!(browser.seen().decided_at < Millis(NOW - DAY), "{:?}", browser.seen());
    let mut france = Browser::new("FR");
    france.agree(&[["s", "@tcf", INTEREST_TC]]);
    assert!(france.seen().interest.contains(Measurement), "{:?}", france.seen());
    assert!(france.allows(Measurement));
    france.gpc = true;
    assert!(!france.allows(Measurement), "the signal ends what rests on interest, mirrored or not");
}

#[test]
fn what_us_law_grants_stays_in_the_us() {
    let mut browser = Browser::new("US");
    browser.agree(&[["s", "@gpp", OPEN_GPP], ["s", "@consent-mode", FUNCTIONAL]]);
    let seen = browser.seen();
    assert_eq!(seen.origin, Source::banner(Banner::ConsentMode));
    assert!(!seen.granted.contains(SaleShare) && !seen.granted.contains(PreciseGeo), "{seen:?}");
}

#[test]
fn without_an_edge_nothing_is_mirrored_but_a_choice_of_our_own() {
    let browser = Browser::new("FR");
    let place = Place { path: "/".to_owned(), now: Some(Millis(NOW)), ..Place::default() };
    let fields = ["", "FR", "", "", "", "", "s", "@consent-mode", FUNCTIONAL];
    assert_eq!(browser.session.decide(&fields.join("\0"), &place).split('\0').nth(5), Some("*"));
    let fields = ["", "FR", "", "", "", "", "a", "0 measurement", ""];
    assert!(
        browser.session.decide(&fields.join("\0"), &place).split('\0').nth(5).unwrap().starts_with("=1.")
    );
}

#[test]
fn our_own_choice_is_kept_beside_the_banners() {
    let mut browser = Browser::new("FR");
    browser.agree(&[["s", "@consent-mode", FUNCTIONAL]]);
    browser
        .agree(&[["a", "0 measurement", "persistent_personalization"], ["s", "@consent-mode", FUNCTIONAL]]);
    assert!(browser.allows(Measurement) && browser.allows(SessionPersonalization));
    assert!(!browser.allows(PersistentPersonalization), "a denial wins over the banner's grant");
    let own = Mirrors::parse(&browser.mirror).unwrap().own.unwrap();
    assert!(!own.granted.contains(DeviceStorage), "counting needs no device: {own:?}");
    // The banner is gone, the visitor's own choice stays.
    browser.agree(&[SETTLED]);
    assert!(browser.allows(Measurement) && !browser.allows(SessionPersonalization));
    browser.agree(&[["a", "0 session_personalization", ""]]);
    assert!(browser.allows(SessionPersonalization), "the device is granted with what needs it");
    assert!(!browser.allows(Measurement), "a newer choice replaces the older");
    browser.agree(&[["a", "0", "*"]]);
    assert_eq!(browser.edge_allows(), ["necessary", "contextual"]);
    assert_eq!(browser.agree(&[["a", "0", ""]]), "", "a choice of nothing is none");
}

#[test]
fn half_a_choice_is_none() {
    for (grants, denials) in [
        ("0 measurment", ""),
        ("0 measurement", "profil"),
        ("0 necessary", ""),
        ("0", "contextual"),
        ("4096 sale_share", ""),
        ("1.5 sale_share", ""),
        ("-1 sale_share", ""),
        ("", "*"),
    ] {
        let mut browser = Browser::new("FR");
        browser.agree(&[["a", "0 session_personalization", ""]]);
        let before = browser.mirror.clone();
        assert_eq!(browser.agree(&[["a", grants, denials]]), "!", "{grants:?} {denials:?}");
        assert_eq!(browser.mirror, before);
    }
}

#[test]
fn only_an_answer_to_the_notice_overrides_the_signal_and_only_for_sale_in_the_us() {
    let choose = |region, grants: &str| {
        let mut browser = Browser { gpc: true, ..Browser::new(region) };
        browser.agree(&[["a", grants, ""]]);
        [SaleShare, Profile].map(|purpose| browser.allows(purpose))
    };
    assert_eq!(choose("US-CA", "2 sale_share"), [true, false]);
    assert_eq!(choose("US-CA", "2 sale_share profile"), [true, false], "for sale alone");
    assert_eq!(choose("US-CA", "0 sale_share"), [false, false], "without a notice");
    assert_eq!(choose("FR", "2 sale_share"), [false, false], "outside the US");

    let mut browser = Browser { gpc: true, ..Browser::new("US-CA") };
    browser.agree(&[["a", "2 sale_share", ""]]);
    let said = browser.edge(|resolution| resolution.said(SaleShare));
    assert_eq!(said.granted.first(), Some(Source::API), "who said it");
    browser.agree(&[["s", "@osano", r#"{"OPT_OUT":"ACCEPT"}"#]]);
    assert!(!browser.allows(SaleShare), "an opt-out elsewhere still wins");
    // An older banner's grant with a notice in its last field is no override.
    browser.mirror = format!("1.{:x}.200.0.13.2", NOW / 1000);
    assert!(!browser.allows(SaleShare));
}

#[test]
fn the_largest_choices_fit() {
    let all = "4095 device_storage session_personalization persistent_personalization profile precise_geo measurement experimentation sale_share";
    let mut browser = Browser::new("US");
    browser.agree(&[["a", all, ""], ["s", "@tcf", TC]]);
    assert!(
        Mirrors::parse(&browser.mirror)
            .is_some_and(|mirrors| mirrors.own.is_some() && mirrors.seen.is_some())
    );
    assert!(browser.mirror.len() <= 48, "{}", browser.mirror);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// (f) Whatever the page hears and holds, the edge resolves the mirror to what the browser allows.
    #[test]
    fn edge_and_browser_agree(
        heard in proptest::collection::vec((0..6_usize, any::<bool>()), 0..4),
        own in proptest::option::of((0..3_usize, 0..4_u16)),
        cookie in 0..3_usize,
        region in prop::sample::select(vec!["FR", "GB", "US", "US-CA", ""]),
        gpc in any::<bool>(),
        settled in any::<bool>(),
    ) {
        let texts = [
            ["@consent-mode", FUNCTIONAL, "analytics_storage:granted,personalization_storage:denied"],
            ["@osano", r#"{"MARKETING":"ACCEPT","PERSONALIZATION":"ACCEPT"}"#, r#"{"ANALYTICS":"DENY","OPT_OUT":"ACCEPT"}"#],
            ["@tcf", TC, INTEREST_TC],
            ["ucData", USERCENTRICS, "{}"],
            ["@gpp", OPEN_GPP, OUT_GPP],
            ["@gpp", GPC_GPP, "nonsense"],
        ];
        let cookies = [String::new(), "cmplz_preferences=allow; cmplz_statistics=deny".to_owned(), format!("euconsent-v2={TC}")];
        let mut browser = Browser { gpc, cookies: cookies[cookie].clone(), ..Browser::new(region) };
        let mut records = Vec::new();
        if settled { records.push(SETTLED); }
        // A page has one text under a key.
        let mut keys = Vec::new();
        for (index, refused) in heard {
            let [key, yes, no] = texts[index];
            if !keys.contains(&key) {
                keys.push(key);
                records.push(["s", key, if refused { no } else { yes }]);
            }
        }
        let notice = own.map(|(which, notice)| (format!("{notice} {}", ["sale_share", "session_personalization profile", ""][which]), ["", "measurement", "*"][which]));
        if let Some((grants, denials)) = &notice { records.push(["a", grants, denials]); }
        let (kept, allowed) = browser.ask(&records);
        // What US law alone grants is not mirrored under another's name: then the edge may allow less, never more.
        let edge = browser.edge_allows();
        prop_assert!(edge.iter().all(|purpose| allowed.contains(purpose)), "{records:?} {kept}: {edge:?} {allowed:?}");
        let missing: Vec<&String> = allowed.iter().filter(|purpose| !edge.contains(purpose)).collect();
        prop_assert!(missing.iter().all(|purpose| *purpose == "precise_geo"), "{records:?} {kept}: {missing:?}");
        prop_assert!(browser.mirror.len() <= 48);
    }
}
