//! The mirror cookie: what only the page hears reaches the edge, as it is now and never stronger.

use parvis::base::calendar::Millis;
use parvis::consent::bridge::Mirrors;
use parvis::consent::purpose::Purpose::{self, *};
use parvis::consent::source::{Banner, Source};
use parvis_browser::question::Place;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::world::{Jar, NOW, World};

const MIRROR: &str = "parvis-consent";
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

/// A visitor in a region, of the site of the package's own tests with two services of Usercentrics.
fn site(region: &str) -> World {
    let mut playbook: Value = serde_json::from_str(include_str!("../../test/playbook.json")).unwrap();
    playbook["consent"] = json!({ "meanings": { "usercentrics": {
        "svcA": ["device_storage", "session_personalization"], "svcB": ["profile", "sale_share"] } } });
    World::of(&playbook).in_region(region)
}

impl World {
    /// The mirror cookie; empty for none.
    fn mirror(&self) -> &str {
        self.browser.jar.get(MIRROR).unwrap_or_default()
    }

    fn allows(&mut self, purpose: Purpose) -> bool {
        self.visit().allowed.contains(purpose.name())
    }

    /// Asks, and holds the edge to what the page allows; what becomes of the mirror cookie.
    #[track_caller]
    fn agree(&mut self, records: &[[&str; 3]]) -> String {
        let (kept, page) = self.tell(records);
        let (edge, region) = (self.visit(), &self.edge.region);
        assert_eq!(edge.allowed, page.allowed, "{:?} in {region}: {kept}", self.browser.jar);
        kept
    }

    fn seen(&self) -> parvis::consent::bridge::Mirror {
        Mirrors::parse(self.mirror()).unwrap().seen.unwrap()
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
                let mut world = site(region).with_signal(gpc);
                let kept = world.agree(&[["s", key, text]]);
                assert!(kept.starts_with("=1."), "{key} in {region}: {kept}");
                if let Some(origin) = origin {
                    assert_eq!(world.seen().origin, origin, "{key}");
                }
                assert_eq!(world.agree(&[["s", key, text]]), "*", "{key}: the same again is left alone");
                if key.starts_with('@') {
                    assert_eq!(world.agree(&[]), "*", "{key}: not there yet");
                }
                assert_eq!(world.agree(&[SETTLED]), "", "{key}: gone");
                assert_eq!(world.agree(&[SETTLED]), "*");
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
        let mut world = site("FR");
        assert_eq!(world.agree(&[["s", key, text], SETTLED]), "*", "{key}: {text}");
        world.browser.jar.keep(MIRROR, Some("1.6a0f0000.1c.204.12"));
        assert_eq!(world.agree(&[["s", key, text], SETTLED]), "", "{key}: what became unknown is removed");
    }
}

#[test]
fn a_newer_choice_of_the_same_origin_replaces_the_older() {
    let mut world = site("FR");
    world.agree(&[["s", "@consent-mode", FUNCTIONAL]]);
    assert!(world.allows(SessionPersonalization));
    world.agree(&[["s", "@consent-mode", REFUSED]]);
    assert!(!world.allows(SessionPersonalization));
    assert_eq!(world.agree(&[]), "*", "the next page has not heard the banner yet");
    assert!(!world.allows(SessionPersonalization));
    world.agree(&[["s", "@consent-mode", FUNCTIONAL]]);
    assert!(world.allows(SessionPersonalization));
}

#[test]
fn web_storage_is_there_at_once_or_not_at_all() {
    let mut world = site("FR");
    world.agree(&[["s", "ucData", USERCENTRICS]]);
    assert!(world.allows(SessionPersonalization));
    assert_eq!(world.agree(&[]), "");
}

#[test]
fn what_the_edge_reads_by_itself_is_not_echoed() {
    let mut world = site("FR").with_cookies(Jar::of(&[("euconsent-v2", TC)]));
    assert_eq!(world.agree(&[["s", "@tcf", TC], SETTLED]), "*");
    world.browser.jar = Jar::of(&[("cmplz_preferences", "allow")]);
    assert_eq!(world.agree(&[["s", "@consent-mode", FUNCTIONAL], SETTLED]), "*");
    assert!(
        world.agree(&[["s", "@consent-mode", REFUSED], SETTLED]).starts_with("=1."),
        "a denial says more"
    );
    assert!(!world.allows(SessionPersonalization), "and wins");
}

#[test]
fn a_choice_without_a_time_counts_from_when_it_was_first_seen() {
    let mut world = site("FR");
    let kept = world.agree(&[["s", "@consent-mode", FUNCTIONAL]]);
    assert!(kept.ends_with("; Max-Age=15897600"), "{kept}");
    world.clock.days(100);
    assert_eq!(world.agree(&[["s", "@consent-mode", FUNCTIONAL]]), "*");
    assert_eq!(world.seen().decided_at, Millis(NOW));
    world.clock.days(85);
    assert!(!world.allows(SessionPersonalization), "older than the regime lets it be");
}

#[test]
fn a_tc_string_brings_its_own_time_and_its_law() {
    let mut world = site("US");
    world.agree(&[["s", "@tcf", TC]]);
    assert!(world.resolved(|resolution| resolution.regime().opt_in), "a TC string makes it opt-in");
    assert!(world.seen().decided_at < Millis(NOW - DAY), "{:?}", world.seen());
    let mut france = site("FR");
    france.agree(&[["s", "@tcf", INTEREST_TC]]);
    assert!(france.seen().interest.contains(Measurement), "{:?}", france.seen());
    assert!(france.allows(Measurement));
    france.browser.gpc = true;
    assert!(!france.allows(Measurement), "the signal ends what rests on interest, mirrored or not");
}

#[test]
fn what_us_law_grants_stays_in_the_us() {
    let mut world = site("US");
    world.agree(&[["s", "@gpp", OPEN_GPP], ["s", "@consent-mode", FUNCTIONAL]]);
    let seen = world.seen();
    assert_eq!(seen.origin, Source::banner(Banner::ConsentMode));
    assert!(!seen.granted.contains(SaleShare) && !seen.granted.contains(PreciseGeo), "{seen:?}");
}

#[test]
fn without_an_edge_nothing_is_mirrored_but_a_choice_of_our_own() {
    let browser = site("FR").browser;
    let place = Place { path: "/".to_owned(), now: Some(Millis(NOW)), ..Place::default() };
    let fields = ["", "FR", "", "", "", "", "s", "@consent-mode", FUNCTIONAL];
    assert_eq!(browser.page.decide(&fields.join("\0"), &place).split('\0').nth(5), Some("*"));
    let fields = ["", "FR", "", "", "", "", "a", "0 measurement", ""];
    assert!(browser.page.decide(&fields.join("\0"), &place).split('\0').nth(5).unwrap().starts_with("=1."));
}

#[test]
fn our_own_choice_is_kept_beside_the_banners() {
    let mut world = site("FR");
    world.agree(&[["s", "@consent-mode", FUNCTIONAL]]);
    world.agree(&[["a", "0 measurement", "persistent_personalization"], ["s", "@consent-mode", FUNCTIONAL]]);
    assert!(world.allows(Measurement) && world.allows(SessionPersonalization));
    assert!(!world.allows(PersistentPersonalization), "a denial wins over the banner's grant");
    let own = Mirrors::parse(world.mirror()).unwrap().own.unwrap();
    assert!(!own.granted.contains(DeviceStorage), "counting needs no device: {own:?}");
    // The banner is gone, the visitor's own choice stays.
    world.agree(&[SETTLED]);
    assert!(world.allows(Measurement) && !world.allows(SessionPersonalization));
    world.agree(&[["a", "0 session_personalization", ""]]);
    assert!(world.allows(SessionPersonalization), "the device is granted with what needs it");
    assert!(!world.allows(Measurement), "a newer choice replaces the older");
    world.agree(&[["a", "0", "*"]]);
    assert!(world.visit().allowed.iter().eq(["contextual", "necessary"]));
    assert_eq!(world.agree(&[["a", "0", ""]]), "", "a choice of nothing is none");
}

#[test]
fn half_a_choice_is_none() {
    for (grants, denials) in [
        ("0 measurment", ""),
        ("0 measurement", "profil"),
        ("0 necessary", ""),
        ("4096 sale_share", ""),
        ("1.5 sale_share", ""),
        ("-1 sale_share", ""),
        ("", "*"),
    ] {
        let mut world = site("FR");
        world.agree(&[["a", "0 session_personalization", ""]]);
        let before = world.mirror().to_owned();
        assert_eq!(world.agree(&[["a", grants, denials]]), "!", "{grants:?} {denials:?}");
        assert_eq!(world.mirror(), before);
    }
}

#[test]
fn only_an_answer_to_the_notice_overrides_the_signal_and_only_for_sale_in_the_us() {
    let choose = |region, grants: &str| {
        let mut world = site(region).with_signal(true);
        world.agree(&[["a", grants, ""]]);
        [SaleShare, Profile].map(|purpose| world.allows(purpose))
    };
    assert_eq!(choose("US-CA", "2 sale_share"), [true, false]);
    assert_eq!(choose("US-CA", "2 sale_share profile"), [true, false], "for sale alone");
    assert_eq!(choose("US-CA", "0 sale_share"), [false, false], "without a notice");
    assert_eq!(choose("FR", "2 sale_share"), [false, false], "outside the US");

    let mut world = site("US-CA").with_signal(true);
    world.agree(&[["a", "2 sale_share", ""]]);
    let said = world.resolved(|resolution| resolution.said(SaleShare));
    assert_eq!(said.granted.first(), Some(Source::API), "who said it");
    world.agree(&[["s", "@osano", r#"{"OPT_OUT":"ACCEPT"}"#]]);
    assert!(!world.allows(SaleShare), "an opt-out elsewhere still wins");
    // An older banner's grant with a notice in its last field is no override.
    world.browser.jar.keep(MIRROR, Some(&format!("1.{:x}.200.0.13.2", NOW / 1000)));
    assert!(!world.allows(SaleShare));
}

#[test]
fn the_largest_choices_fit() {
    let all = "4095 device_storage session_personalization persistent_personalization profile precise_geo measurement experimentation sale_share";
    let mut world = site("US");
    world.agree(&[["a", all, ""], ["s", "@tcf", TC]]);
    assert!(
        Mirrors::parse(world.mirror()).is_some_and(|mirrors| mirrors.own.is_some() && mirrors.seen.is_some())
    );
    assert!(world.mirror().len() <= 48, "{}", world.mirror());
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
        let mut world = site(region).with_signal(gpc).with_cookies(Jar::sent(&cookies[cookie]));
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
        let (kept, page) = world.tell(&records);
        let allowed = page.allowed;
        // What US law alone grants is not mirrored under another's name: then the edge may allow less, never more.
        let edge = world.visit().allowed;
        prop_assert!(edge.iter().all(|purpose| allowed.contains(purpose)), "{records:?} {kept}: {edge:?} {allowed:?}");
        let missing: Vec<&String> = allowed.difference(&edge).collect();
        prop_assert!(missing.iter().all(|purpose| *purpose == "precise_geo"), "{records:?} {kept}: {missing:?}");
        prop_assert!(world.mirror().len() <= 48);
    }
}
