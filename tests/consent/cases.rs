//! Named cases of consent, with the traps of banners: choices that nobody made, names that contain another, odd encodings.

use parvis::author::consent_draft::ConsentDraft;
use parvis::base::calendar;
use parvis::consent::evidence::Evidence;
use parvis::consent::purpose::Purpose::{
    self, Contextual, DeviceStorage, Experimentation, Measurement, Necessary, PersistentPersonalization,
    PreciseGeo, Profile, SaleShare, SessionPersonalization,
};
use parvis::consent::resolve::{Basis, Resolution, State, resolve};
use parvis::consent::source::{Banner, Source};
use parvis::consent::stored::StoredSettings;
use parvis::facts::{BrowserFacts, Facts};

const NOW: &str = "2026-11-21T12:00:00Z";
const ACCEPT_TC: &str = "CQraFkAQraFkAEsACBFRB4FsAP_gAEPgAAqIF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYAA.IF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYAA.f_wACHwAAAAA";
const CORE_ONLY_TC: &str = "CQraFkAQraFkAEsACBFRB4FgAP_gAAAAAAqIF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYAAAAAAA.IF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYAA";
const RESTRICTED_TC: &str = "CQraFkAQraFkAEsACBFRB4FgAP_gAAAAAAqIF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYAAAARgAGAAQAEAA.IF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYAA.f_wAAAAAAAAA";
const INTEREST_TC: &str = "CQraFkAQraFkAEsACBFRB4FgAAAAAAAAAAqIAAAAAAAA.IF5wAQF5gAAA.YAAAADQAAAAA";
const REJECT_TC: &str = "CQraFkAQraFkAEsACBFRB4FgAAAAAAAAAAqIAAAAAAAA.IF5wAQF5gAAA.YAAAAAAAAAAA";

struct Case {
    facts: Facts,
    section: Vec<u8>,
}

fn case(region: &str, cookies: &[(&str, &str)]) -> Case {
    let (country, sub) = region.split_once('-').unwrap_or((region, ""));
    let facts = Facts {
        cookies: cookies.iter().map(|(name, value)| format!("{name}={value}")).collect(),
        country: Some(country.to_owned()),
        subdivision: Some(sub.to_owned()),
        now: calendar::parse(NOW),
        ..Facts::default()
    };
    Case { facts, section: Vec::new() }
}

impl Case {
    fn gpc(mut self) -> Case {
        self.facts.sec_gpc.push("1".to_owned());
        self
    }

    fn at(mut self, now: &str) -> Case {
        self.facts.now = calendar::parse(now);
        self
    }

    fn settings(mut self, draft: &str) -> Case {
        let draft: Result<ConsentDraft, _> = serde_json::from_str(draft);
        assert!(draft.is_ok(), "{draft:?}");
        self.section = draft.map(|draft| draft.encode()).unwrap_or_default();
        self
    }

    fn storage(mut self, key: &str, value: &str) -> Case {
        let browser = self.facts.browser.get_or_insert_with(BrowserFacts::default);
        browser.local_storage.push((key.to_owned(), value.to_owned()));
        self
    }

    fn resolve(&self) -> Resolution {
        let settings = StoredSettings::open(&self.section);
        assert!(settings.is_some());
        resolve(&Evidence::of(&self.facts), &settings.unwrap_or_default())
    }

    /// Checks that exactly these purposes are allowed beside the exempt two.
    #[track_caller]
    fn allows(&self, purposes: &[Purpose]) {
        let expected: Vec<Purpose> = Purpose::ALL
            .into_iter()
            .filter(|p| [Necessary, Contextual].contains(p) || purposes.contains(p))
            .collect();
        assert_eq!(self.resolve().allowed().iter().collect::<Vec<_>>(), expected);
    }

    fn state(&self, purpose: Purpose) -> State {
        self.resolve().ruling(purpose).state
    }
}

const VISIT: [Purpose; 3] = [DeviceStorage, SessionPersonalization, PersistentPersonalization];

#[test]
fn malformed_opt_outs_deny_sale_and_profile() {
    let open =
        [DeviceStorage, SessionPersonalization, PersistentPersonalization, Measurement, Experimentation];
    for (name, value) in [
        ("usprivacy", "1ynn"),
        ("usprivacy", ""),
        ("usprivacy", "1YXN"),
        ("gpp", "hello~world"),
        ("gpp", "DBABLA"),
        ("gpp", "DBABLA~"),
        ("gpp", "DBABLA~CVQ"),
        ("gpp", "DBABLA~CVQqAAAA$ACA"),
        ("gpp", "DBABBg~DUoAAACA"),
        ("OTGPPConsent", "DBABUYA~QhWQ"),
    ] {
        let case = case("US-CA", &[(name, value)]);
        case.allows(&open);
        assert_eq!(
            (case.state(SaleShare), case.state(Profile)),
            (State::Denied, State::Denied),
            "{name}={value}"
        );
    }
    let long = "1YNN".repeat(1025);
    case("US-CA", &[("usprivacy", &long)]).allows(&open);
}

#[test]
fn malformed_grants_grant_nothing() {
    for (name, value) in [
        ("euconsent-v2", ACCEPT_TC.trim_end_matches("AAAAA")),
        ("euconsent-v2", "CQraFkAQraFkAEsACBFRB4FsAP_gAEPgAAqIF5wC==="),
        ("cc_cookie", "%7B%22categories%22%3A%5B%22functionality%22%5D"),
        ("cc_cookie", "%7B%22categories%22%3A%5B%22functionality%22%5D%7D"),
        ("CookieConsent", "{stamp:%27-1%27%2Cpreferences:true%2Cmethod:%27explicit%27}"),
        ("CookieConsent", "{stamp:%27A%27%2Cpreferences:true%2Cmethod:%27implied%27}"),
        ("CookieConsent", "{preferences:true}"),
        ("cookieyes-consent", "consent:yes,functional:yes"),
        ("cookieyes-consent", "consent:yes,action:,functional:yes"),
        ("OptanonConsent", "interactionCount=1&groups=C0003%3A1"),
        ("_tracking_consent", "3.AMPS_FRIDF_f_f_A"),
        ("_tracking_consent", "%7B%22v%22%3A%222.1%22%2C%22purposes%22%3A%7B%22p%22%3Atrue%7D%7D"),
        ("cookieconsent_status", "dismiss"),
        ("notice_gdpr_prefs", "0,1,2:"),
        ("parvis-consent", "1.6abcde00.3ff.0"),
    ] {
        case("FR", &[(name, value)]).allows(&[]);
    }
}

#[test]
fn conflicting_duplicates_merge_with_deny() {
    for pair in [["allow", "deny"], ["deny", "allow"]] {
        let case = case("FR", &[("cmplz_preferences", pair[0]), ("cmplz_preferences", pair[1])]);
        case.allows(&[]);
    }
    for pair in [[ACCEPT_TC, REJECT_TC], [REJECT_TC, ACCEPT_TC]] {
        let case = case("FR", &[("euconsent-v2", pair[0]), ("euconsent-v2", pair[1])]);
        case.allows(&[]);
        let ruling = case.resolve().ruling(SessionPersonalization);
        assert!(ruling.conflicts.contains(Source::TCF_PUBLISHER));
    }
    case("FR", &[("cmplz_preferences", "allow"), ("cmplz_preferences", "allow")]).allows(&VISIT);
}

#[test]
fn a_choice_older_than_the_limit_is_unknown() {
    let tc = [("euconsent-v2", ACCEPT_TC)];
    let six = [
        DeviceStorage,
        SessionPersonalization,
        PersistentPersonalization,
        PreciseGeo,
        Measurement,
        Experimentation,
    ];
    let all: Vec<Purpose> = six.into_iter().chain([SaleShare]).collect();
    case("FR", &tc).at("2027-04-03T00:00:00Z").allows(&all);
    case("FR", &tc).at("2027-04-03T00:00:00.001Z").allows(&[]);
    assert_eq!(case("FR", &tc).at("2027-04-04").state(SaleShare), State::Unknown);
    // In an opt-out regime a refusal does not age.
    let closed = ("OptanonAlertBoxClosed", "2020-01-01T00:00:00Z");
    let refused = ("OptanonConsent", "interactionCount=1&groups=C0003:0,C0004:0");
    assert_eq!(case("US-CA", &[closed, refused]).state(SaleShare), State::Denied);
    assert_eq!(case("FR", &[closed, refused]).state(SaleShare), State::Unknown);
}

#[test]
fn a_grant_that_lost_does_not_return_when_the_refusal_grows_old() {
    // Complianz says yes without a time; the TC string refused on 1 October 2026.
    let both = [("cmplz_preferences", "allow"), ("euconsent-v2", REJECT_TC)];
    assert_eq!(case("FR", &both).state(SessionPersonalization), State::Denied);
    assert_eq!(case("FR", &both).at("2027-06-01").state(SessionPersonalization), State::Unknown);
    // A choice made after the refusal had lapsed is a new one.
    let later = [("OptanonConsent", "groups=C0003:1"), ("OptanonAlertBoxClosed", "2027-05-01"), both[1]];
    assert_eq!(case("FR", &later).at("2027-06-01").state(SessionPersonalization), State::Granted);
}

#[test]
fn a_choice_from_the_future_or_without_a_clock_grants_nothing() {
    case("FR", &[("euconsent-v2", ACCEPT_TC)]).at("2026-09-29T00:00:00Z").allows(&[]);
    let mut clockless = case("FR", &[("euconsent-v2", ACCEPT_TC)]);
    clockless.facts.now = None;
    clockless.allows(&[]);
}

#[test]
fn an_objection_outlives_its_age_where_counting_is_exempt() {
    case("GB", &[]).allows(&[Measurement]);
    case("GB", &[("euconsent-v2", REJECT_TC)]).allows(&[]);
    case("GB", &[("euconsent-v2", REJECT_TC)]).at("2028-01-01").allows(&[]);
    case("FR", &[]).settings(r#"{"exempt_measurement": true}"#).allows(&[Measurement]);
    case("GB", &[]).settings(r#"{"exempt_measurement": false}"#).allows(&[]);
}

#[test]
fn the_signal_objects_to_an_interest_however_old() {
    // Counting on legitimate interest, in GB, where counting is exempt until the visitor objects.
    let by_interest = [("euconsent-v2", INTEREST_TC)];
    for now in [NOW, "2027-09-01"] {
        case("GB", &by_interest).at(now).allows(&[Measurement]);
        case("GB", &by_interest).at(now).gpc().allows(&[]);
    }
    case("GB", &[]).gpc().allows(&[Measurement]);
}

#[test]
fn gpc_denies_sale_and_profile_everywhere() {
    let open =
        [DeviceStorage, SessionPersonalization, PersistentPersonalization, Measurement, Experimentation];
    case("US-TX", &[]).gpc().allows(&open);
    let mut joined = case("US-TX", &[]);
    joined.facts.sec_gpc.push("1, 1".to_owned());
    joined.allows(&open);
    let script = case("US-TX", &[]).storage("other", "");
    let mut script = script;
    script.facts.browser.iter_mut().for_each(|browser| browser.global_privacy_control = true);
    script.allows(&open);
    case("US-TX", &[("gpp", "DBABLA~CVQqAAAAAACA.YA")]).allows(&open);
}

#[test]
fn only_our_own_choice_after_a_notice_overrides_gpc_and_only_in_the_us() {
    // 2026-11-01, sale granted, by our own interface, after notice 1.
    let noticed = [("parvis-consent", "1.69056480.200.0.0.1")];
    let late = "2025-11-21T12:00:00Z";
    let silent = [("parvis-consent", "1.69056480.200.0.0")];
    assert_eq!(case("US-CA", &noticed).at(late).gpc().state(SaleShare), State::Granted);
    assert_eq!(case("US-CA", &silent).at(late).gpc().state(SaleShare), State::Denied);
    assert_eq!(case("FR", &noticed).at(late).gpc().state(SaleShare), State::Denied);
    assert_eq!(case("US-CA", &noticed).at(late).gpc().state(Profile), State::Denied);
    // Another refusal still wins.
    let refused = [noticed[0], ("usprivacy", "1YYN")];
    assert_eq!(case("US-CA", &refused).at(late).gpc().state(SaleShare), State::Denied);
    assert_eq!(
        case("US-CA", &noticed).gpc().state(SaleShare),
        State::Denied,
        "the choice is over a year old"
    );
}

#[test]
fn us_signals_grant_nothing_under_opt_in() {
    case("FR", &[("usprivacy", "1YNN")]).allows(&[]);
    case("FR", &[("gpp", "DBABLA~CVQqAAIAAACA")]).allows(&[]);
    assert_eq!(case("US-CO", &[("gpp", "DBABLA~CVQqAAIAAACA")]).state(PreciseGeo), State::Granted);
    assert_eq!(
        case("US-CO", &[("usprivacy", "1YNN")]).resolve().ruling(SaleShare).basis,
        Basis::OptOutRegime
    );
    // In California 2 only means "did not opt out".
    assert_eq!(case("US-CA", &[("gpp", "DBABBg~BUoIAACA")]).state(PreciseGeo), State::Unknown);
    assert_eq!(case("FR", &[("gpp", "DBABLA~CVQVAAAAAACA.YA")]).state(SaleShare), State::Denied);
}

#[test]
fn a_tc_string_outweighs_a_region_of_opt_out() {
    case("US-CA", &[]).allows(&[
        DeviceStorage,
        SessionPersonalization,
        PersistentPersonalization,
        Profile,
        Measurement,
        Experimentation,
        SaleShare,
    ]);
    let both = case("US-CA", &[("euconsent-v2", CORE_ONLY_TC)]);
    both.allows(&[]);
    assert!(both.resolve().regime().opt_in);
}

#[test]
fn the_reader_of_a_tc_string_is_configured() {
    case("FR", &[("euconsent-v2", CORE_ONLY_TC)]).allows(&[]);
    let fallback =
        case("FR", &[("euconsent-v2", CORE_ONLY_TC)]).settings(r#"{"tcf": {"fallback_to_core": true}}"#);
    assert_eq!(fallback.resolve().ruling(SessionPersonalization).source, Some(Source::TCF_CORE));
    // Vendor 2 is consented to and disclosed; the publisher forbids it purpose 6 in the second string.
    let vendor = r#"{"tcf": {"vendor": 2}}"#;
    let granted = |tc: &str, draft: &str| {
        case("FR", &[("euconsent-v2", tc)]).settings(draft).state(PersistentPersonalization)
    };
    assert_eq!(granted(ACCEPT_TC, vendor), State::Granted);
    assert_eq!(granted(RESTRICTED_TC, vendor), State::Denied);
    // Nobody was told of vendor 3, so nobody refused it.
    assert_eq!(granted(ACCEPT_TC, r#"{"tcf": {"vendor": 3}}"#), State::Unknown);
    // The site's own purpose 1 proves consent to a join.
    let custom = "CQraFkAQraFkAEsACBFRB4FgAIwAAAAAAAqIAAAAAAAA.IF5wAQF5gAAA.cYAAAAAAAdQA";
    let mapped = case("FR", &[("euconsent-v2", custom)])
        .settings(r#"{"tcf": {"custom_purposes": {"1": ["profile"]}}}"#);
    assert_eq!(mapped.state(Profile), State::Granted);
    let other = case("FR", &[("euconsent-v2", custom)])
        .settings(r#"{"tcf": {"custom_purposes": {"2": ["profile"]}}}"#);
    assert_eq!(other.state(Profile), State::Denied);
}

/// What says twice that somebody chose, and once that nobody did, is no choice; and no count of repetitions runs over.
#[test]
fn a_banner_that_contradicts_itself_is_no_choice() {
    let yes = "action:yes,functional:yes";
    let functional = [DeviceStorage, SessionPersonalization, PersistentPersonalization];
    case("FR", &[("cookieyes-consent", yes)]).allows(&functional);
    case("FR", &[("cookieyes-consent", &"action:yes,".repeat(370))]).allows(&[]);
    case("FR", &[("cookieyes-consent", &format!("action:no,{yes}"))]).allows(&[]);
    case("FR", &[("cookieyes-consent", &format!("{yes},action:no"))]).allows(&[]);
    let map = r#"{"meanings": {"axeptio": {"a": ["measurement"]}}}"#;
    let axeptio = |text| case("FR", &[("axeptio_cookies", text)]).settings(map);
    axeptio(r#"{"$$completed":true,"a":true}"#).allows(&[DeviceStorage, Measurement]);
    axeptio(r#"{"$$completed":true,"a":true,"$$completed":false}"#).allows(&[]);
    axeptio(r#"{"$$completed":false,"a":true,"$$completed":true}"#).allows(&[]);
}

#[test]
fn services_count_only_as_the_site_maps_them() {
    let map = r#"{"meanings": {"klaro": {"reco": ["session_personalization", "persistent_personalization"]},
        "orejime": {"reco": ["session_personalization"], "stats": ["measurement"]},
        "tarteaucitron": {"analytics": ["measurement"]}, "usercentrics": {"svcA": ["session_personalization"]},
        "commandersact": {"3": ["session_personalization"]}, "axeptio": {"reco": ["session_personalization"]},
        "didomi": {"contentpe-aaaaaaaa": ["session_personalization"]}}}"#;
    let klaro = [("klaro", "%7B%22reco%22%3Atrue%2C%22ads%22%3Atrue%7D")];
    case("FR", &klaro).allows(&[]);
    case("FR", &klaro).settings(map).allows(&VISIT);
    // A cookie from before a purpose was added is no choice.
    case("FR", &[("eu-consent", "{%22reco%22:true}")]).settings(map).allows(&[]);
    case("FR", &[("eu-consent", "{%22reco%22:true%2C%22stats%22:false}")])
        .settings(map)
        .allows(&[DeviceStorage, SessionPersonalization]);
    case("FR", &[("tarteaucitron", "!analytics=false!gtaganalytics=true")]).settings(map).allows(&[]);
    case("FR", &[("tarteaucitron", "!analytics=wait")]).settings(map).allows(&[]);
    // Found by fuzzing: quotes are part of a value wherever the banner writes none.
    case("FR", &[("tarteaucitron", "!analytics='true")]).settings(map).allows(&[]);
    case("FR", &[("tarteaucitron", "!analytics=true")]).settings(map).allows(&[DeviceStorage, Measurement]);
    case("FR", &[])
        .settings(map)
        .storage("ucData", r#"{"consent":{"services":{"svcA":{"consent":true}}}}"#)
        .allows(&[DeviceStorage, SessionPersonalization]);
    case("FR", &[("TC_PRIVACY", "0@1@1,3@2@1793491200000,1793491200000@")])
        .settings(map)
        .allows(&[DeviceStorage, SessionPersonalization]);
    case("FR", &[("TC_PRIVACY", "1@1@1,3@2@1793491200000@")]).settings(map).allows(&[]);
    let axeptio = r#"{"$$date":"2026-11-01T00:00:00Z","$$completed":true,"reco":true}"#;
    case("FR", &[("axeptio_cookies", axeptio)])
        .settings(map)
        .allows(&[DeviceStorage, SessionPersonalization]);
    let unfinished = axeptio.replace("true,", "false,");
    case("FR", &[("axeptio_cookies", &unfinished)]).settings(map).allows(&[]);
}

#[test]
fn what_only_the_browser_sees() {
    case("FR", &[("@tcf", ACCEPT_TC)]).allows(&[]);
    let mode = "personalization_storage:granted,ad_user_data:granted,analytics_storage:denied";
    case("FR", &[]).storage("@consent-mode", mode).allows(&VISIT);
    assert_eq!(case("FR", &[]).storage("@tcf", ACCEPT_TC).state(SessionPersonalization), State::Granted);
    let osano = r#"{"ESSENTIAL":"ACCEPT","PERSONALIZATION":"ACCEPT","ANALYTICS":"DENY","OPT_OUT":"DENY"}"#;
    case("FR", &[]).storage("@osano", osano).allows(&VISIT);
    let opted_out = case("US", &[]).storage("@osano", r#"{"OPT_OUT":"ACCEPT"}"#);
    assert_eq!([opted_out.state(Profile), opted_out.state(SaleShare)], [State::Denied; 2]);
    case("FR", &[]).storage("@osano", r#"{"OPT_OUT":"DENY","MARKETING":"?"}"#).allows(&[]);
    case("FR", &[]).storage("@osano", "undefined").allows(&[]);
    let mirrored = case("FR", &[("parvis-consent", "1.6a0f0000.1c.204.11")]).at("2026-06-01");
    assert_eq!(
        mirrored.resolve().ruling(SessionPersonalization).source,
        Some(Source::banner(Banner::Usercentrics))
    );
}

#[test]
fn one_answer_about_ads_given_twice_is_not_both() {
    let twice = "ad_user_data:granted,ad_user_data:granted";
    let both = "ad_user_data:granted,ad_personalization:granted";
    assert_eq!(case("FR", &[]).storage("@consent-mode", twice).state(SaleShare), State::Unknown);
    assert_eq!(case("FR", &[]).storage("@consent-mode", both).state(SaleShare), State::Granted);
}

#[test]
fn refusing_the_functional_category_refuses_precise_location() {
    let both = [("cmplz_preferences", "deny"), ("euconsent-v2", ACCEPT_TC)];
    assert_eq!(case("FR", &both).state(PreciseGeo), State::Denied);
    assert_eq!(case("FR", &[("cmplz_preferences", "allow")]).state(PreciseGeo), State::Unknown);
}

#[test]
fn without_device_storage_nothing_that_touches_the_device() {
    // Purposes 5, 6 and 8 without purpose 1, which was not shown in Germany.
    let hidden =
        "CQraFkAQraFkAEsACBFRB4FgAA0AAAAAAIYgAAAAAAAA.IF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYAA.YaAAAAAAAAAA";
    case("DE", &[("euconsent-v2", hidden)]).allows(&[Measurement]);
    case("DE", &[("euconsent-v2", hidden)]).settings(r#"{"tcf": {"undisclosed_storage": ["DE"]}}"#).allows(
        &[DeviceStorage, PersistentPersonalization, SessionPersonalization, Measurement, Experimentation],
    );
}
