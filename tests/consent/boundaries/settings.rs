//! Settings of a site in their compiled form, cookie names, values and headers at their longest, and deletions.

use parvis::author::consent_draft::ConsentDraft;
use parvis::base::calendar;
use parvis::consent::evidence::Evidence;
use parvis::consent::purpose::{Purpose, PurposeSet};
use parvis::consent::settings::{Defaults, REGIMES_AS_OF, Regime, Settings, Slot};
use parvis::consent::source::Banner;
use parvis::consent::stored::StoredSettings;
use parvis::facts::{BrowserFacts, Facts};
use parvis::limits;
use serde_json::{Value, json};

use super::table::ask;

fn compiled(draft: &Value) -> Vec<u8> {
    let draft: ConsentDraft = serde_json::from_value(draft.clone()).unwrap();
    assert_eq!(draft.check(), []);
    draft.encode()
}

/// A section cut at any byte is refused, and so is one with a byte more or of another version.
#[test]
fn a_section_is_whole_or_none() {
    let bytes = compiled(&json!({"names": {"klaro": ["k"]}, "meanings": {"klaro": {"a": ["profile"]}},
        "regimes": [{"region": "US-CA", "opt_in": true, "max_age_days": 3, "as_of": "2026-11-21"}],
        "complianz_policy": "p", "revision": 0x0403_0201, "tcf": {"vendor": 0x0605, "undisclosed_storage": ["DE"]},
        "gpc": {"last_update": "2026-11-21"}}));
    let opened = StoredSettings::open(&bytes).unwrap();
    assert_eq!((opened.vendor, opened.revision, opened.complianz_policy), (0x0605, 0x0403_0201, "p"));
    for end in 1..bytes.len() {
        assert!(StoredSettings::open(&bytes[..end]).is_none(), "{end} bytes");
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert!(StoredSettings::open(&longer).is_none());
    for version in (0..=255).filter(|version| *version != bytes[0]) {
        let mut other = bytes.clone();
        other[0] = version;
        assert!(StoredSettings::open(&other).is_none(), "version {version}");
    }
    assert!(StoredSettings::open(&[]).is_some());
}

/// Each switch by itself.
#[test]
fn every_switch_of_the_settings() {
    let read = |settings: &StoredSettings<'_>| {
        [
            settings.fallback_to_core(),
            settings.exempt_measurement() == Some(true),
            settings.exempt_measurement() == Some(false),
            settings.exempt_experimentation(),
            settings.dnt_as_gpc(),
            settings.tarteaucitron_presumes(),
            settings.special_purposes_only(),
        ]
    };
    let drafts = [
        json!({"tcf": {"fallback_to_core": true}}),
        json!({"exempt_measurement": true}),
        json!({"exempt_measurement": false}),
        json!({"exempt_experimentation": true}),
        json!({"dnt_as_gpc": true}),
        json!({"tarteaucitron_presumes": true}),
        json!({"tcf": {"special_purposes_only": true}}),
    ];
    assert_eq!(read(&Defaults.stored()), [false; 7]);
    for (place, draft) in drafts.iter().enumerate() {
        let bytes = compiled(draft);
        let settings = StoredSettings::open(&bytes).unwrap();
        assert_eq!(read(&settings).iter().position(|on| *on), Some(place), "{draft}");
        assert_eq!(read(&settings).iter().filter(|on| **on).count(), 1, "{draft}");
        for exempt in [false, true] {
            let decided = settings.deciding_measurement(exempt);
            assert_eq!(decided.exempt_measurement(), Some(exempt), "{draft}");
            assert_eq!(
                (decided.fallback_to_core(), decided.dnt_as_gpc()),
                (settings.fallback_to_core(), settings.dnt_as_gpc())
            );
        }
    }
    assert!(!Defaults.stored().undisclosed_storage(*b"DE"));
}

/// A subdivision comes before its country, and the site's regimes before the defaults.
#[test]
fn regimes_from_the_most_to_the_least_specific() {
    assert_eq!(REGIMES_AS_OF, "2026-11-21");
    let now = calendar::parse("2026-11-21");
    let cautious = Regime {
        opt_in: true,
        max_age_days: 184,
        exempt_measurement: false,
        contextual_objection: false,
        shows_opt_out: false,
    };
    assert_eq!(cautious, Regime::CAUTIOUS);
    let us = Regime { opt_in: false, max_age_days: 365, ..cautious };
    let california = Regime { shows_opt_out: true, ..us };
    let gb = Regime { exempt_measurement: true, contextual_objection: true, ..cautious };
    for (country, sub, expected) in [
        ("FR", "", cautious),
        ("", "", cautious),
        ("US", "", us),
        ("US", "CA", california),
        ("US", "TX", us),
        ("GB", "", gb),
        ("GB", "SCT", gb),
        ("us", "", cautious),
        ("U", "", cautious),
        ("USA", "", cautious),
        ("UB", "", cautious),
        ("GS", "", cautious),
        ("", "US", cautious),
    ] {
        assert_eq!(Defaults.stored().regime(country, sub, now), expected, "{country}-{sub}");
    }
    let regime = |region: &str, days: u16, exempt: bool| json!({"region": region, "opt_in": days % 2 == 1, "max_age_days": days, "exempt_measurement": exempt, "as_of": "2026-11-21"});
    let bytes = compiled(
        &json!({"regimes": [regime("US-CA", 257, true), regime("US", 2, false), regime("DE", 3, false),
        regime("GB-SCT", 4, false), regime("DE", 5, true)]}),
    );
    let settings = StoredSettings::open(&bytes).unwrap();
    for (country, sub, days, exempt) in [
        ("US", "CA", 257, true),
        ("US", "C", 2, false),
        ("US", "CAX", 2, false),
        ("US", "", 2, false),
        ("GB", "SCT", 4, false),
        ("GB", "", 184, true),
        ("GB", "SC", 184, true),
        ("FR", "CA", 184, false),
        // Of two rows of one region the later one holds.
        ("DE", "", 5, true),
        ("DE", "BY", 5, true),
    ] {
        let expected = Regime {
            opt_in: days % 2 == 1 || days == 184,
            max_age_days: days,
            exempt_measurement: exempt,
            // What the law of a region owes visitors stays, whatever the site's own row says of the rest.
            contextual_objection: country == "GB",
            shows_opt_out: country == "US" && sub == "CA",
        };
        assert_eq!(settings.regime(country, sub, now), expected, "{country}-{sub}");
    }
}

/// A row holds from its day on; without a clock none that begins some day makes anything looser.
#[test]
fn regimes_hold_from_their_day_on() {
    let at = |text: &str| calendar::parse(text);
    let gb = |now| Defaults.stored().regime("GB", "", now);
    assert!(!gb(at("2026-02-04T23:59:59Z")).exempt_measurement && !gb(None).exempt_measurement);
    assert!(gb(at("2026-02-05")).exempt_measurement);
    assert!(gb(None).contextual_objection, "an objection counts without a clock, too");
    let california = |now| Defaults.stored().regime("US", "CA", now);
    assert!(
        !california(at("2025-12-31T23:59:59Z")).shows_opt_out && california(at("2026-01-01")).shows_opt_out
    );
    assert!(!california(None).opt_in, "what has always held holds without a clock");
    let row = |from: &str, opt_in: bool, days: u16| json!({"region": "US-TX", "opt_in": opt_in, "max_age_days": days, "exempt_measurement": !opt_in, "from": from, "as_of": "2026-11-21"});
    let bytes = compiled(&json!({"regimes": [row("2027-01-01", true, 90), row("2028-01-01", false, 900)]}));
    let settings = StoredSettings::open(&bytes).unwrap();
    let texas = |now| {
        let regime = settings.regime("US", "TX", now);
        (regime.opt_in, regime.max_age_days, regime.exempt_measurement)
    };
    assert_eq!(texas(at("2026-12-31T23:59:59Z")), (false, 365, false));
    assert_eq!(texas(at("2027-01-01")), (true, 90, false));
    assert_eq!(texas(at("2028-01-01")), (false, 900, true));
    assert_eq!(texas(None), (true, 90, false));
    for from in ["tomorrow", "1969-12-31", "2027-01-01T00:00:00Z", "2200-01-01"] {
        let draft: ConsentDraft = serde_json::from_value(json!({"regimes": [row(from, true, 90)]})).unwrap();
        assert_eq!(draft.check().len(), 1, "{from}");
    }
}

/// Names of the site's own replace the defaults of their slot, and of no other.
#[test]
fn names_of_flags() {
    let bytes = compiled(
        &json!({"names": {"klaro": ["mine", "euconsent-v2"], "tcf": ["eupubconsent-v2"], "gpp": ["g"]}}),
    );
    let settings = StoredSettings::open(&bytes).unwrap();
    for (name, slot) in [
        ("mine", Some(Slot::Klaro)),
        ("klaro", None),
        ("gpp", None),
        ("OTGPPConsent", None),
        ("@gpp", Some(Slot::Gpp)),
        ("@tcf", Some(Slot::Tcf)),
        // One name is one kind of flag: the site's.
        ("euconsent-v2", Some(Slot::Klaro)),
        ("eupubconsent-v2", Some(Slot::Tcf)),
        ("g", Some(Slot::Gpp)),
        ("", None),
        ("other", None),
        ("min", None),
        ("mine2", None),
    ] {
        assert_eq!(settings.slot(name), slot, "{name}");
    }
    assert_eq!(Defaults.stored().slot(""), None);
}

/// The map of a banner is the site's where it says anything, and the default otherwise.
#[test]
fn meanings_of_banners() {
    let bytes = compiled(
        &json!({"meanings": {"onetrust": {"X": ["profile"], "Y": ["sale_share", "necessary"]}, "cookiebot": {}},
        "tcf": {"custom_purposes": {"9": ["measurement"]}}}),
    );
    let settings = StoredSettings::open(&bytes).unwrap();
    let entries = |banner| {
        settings
            .entries(banner)
            .map(|(key, purposes)| (key.to_owned(), purposes.iter().collect::<Vec<_>>()))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        entries(Banner::OneTrust),
        [
            ("X".to_owned(), vec![Purpose::DeviceStorage, Purpose::Profile]),
            ("Y".to_owned(), vec![Purpose::Necessary, Purpose::SaleShare])
        ]
    );
    assert!(entries(Banner::Cookiebot).is_empty());
    assert!(entries(Banner::Klaro).is_empty());
    assert_eq!(settings.entries(Banner::TcfCustom).map(|(key, _)| key).collect::<Vec<_>>(), ["9"]);
    assert_eq!(Defaults.stored().entries(Banner::TcfCustom).count(), 0);
    assert_eq!(entries(Banner::Shopify).len(), 4);
    assert_eq!(
        Defaults.stored().entries(Banner::Complianz).map(|(key, _)| key).collect::<Vec<_>>(),
        ["preferences", "statistics", "marketing"]
    );
}

/// Sixty-four entries are all counted, the first and the last too.
#[test]
fn a_map_of_as_many_entries_as_there_may_be() {
    let keys: Vec<String> = (0..64).map(|index| format!("k{index:02}")).collect();
    let map: serde_json::Map<String, Value> = keys
        .iter()
        .map(|key| {
            (
                key.clone(),
                json!([if key == "k00" {
                    "measurement"
                } else if key == "k63" {
                    "sale_share"
                } else {
                    "profile"
                }]),
            )
        })
        .collect();
    let row = |cookie: &str| json!({"case": "64", "settings": {"meanings": {"klaro": map, "orejime": map}}, "cookies": [cookie]});
    let ruling = |cookie: &str, purpose| ask(&row(cookie)).0.ruling(purpose).state.name();
    assert_eq!(ruling(r#"klaro={"k00":true}"#, Purpose::Measurement), "granted");
    assert_eq!(ruling(r#"klaro={"k63":true}"#, Purpose::SaleShare), "granted");
    assert_eq!(ruling(r#"klaro={"k63":false,"k62":true}"#, Purpose::SaleShare), "denied");
    let all: Vec<String> = keys.iter().map(|key| format!("\"{key}\":true")).collect();
    assert_eq!(ruling(&format!("orejime={{{}}}", all.join(",")), Purpose::SaleShare), "granted");
    assert_eq!(ruling(&format!("orejime={{{}}}", all[..63].join(",")), Purpose::Measurement), "unknown");
}

/// A value of 4,096 bytes is read, one more is not; what might be an opt-out then counts as one.
#[test]
fn values_and_headers_at_their_longest() {
    assert_eq!((limits::COOKIE_VALUE_BYTES, limits::COOKIE_HEADER_BYTES), (4096, 32 * 1024));
    let filled = |start: &str, end: &str, length: usize| {
        format!("{start}{}{end}", "x".repeat(length - start.len() - end.len()))
    };
    let seen = |name: &str, value: &str| {
        ask(&json!({"case": "long", "region": "US", "cookies": [format!("{name}={value}")]}))
    };
    for (name, start, end, fits, not) in [
        ("klaro", "{\"", "\":true}", "cmp:klaro: chosen", "cmp:klaro: value-too-long"),
        ("cookieyes-consent", "action:yes,x:", "", "cmp:cookieyes: chosen", "cmp:cookieyes: value-too-long"),
        ("usprivacy", "1YNN", "", "usp: malformed", "usp: value-too-long"),
        ("gpp", "", "", "gpp: malformed", "gpp: value-too-long"),
        ("euconsent-v2", "B", "", "tcf-pub: unsupported-version", "tcf-pub: value-too-long"),
        ("euconsent", "B", "", "tcf-1: unsupported-version", "tcf-pub: value-too-long"),
        ("parvis-consent", "1.", "", "api: malformed", "api: value-too-long"),
        ("osano_consentmanager", "", "", "cmp:osano: opaque", "cmp:osano: value-too-long"),
        (
            "OptanonConsent",
            "groups=C0002:1&x=",
            "",
            "cmp:onetrust: not chosen",
            "cmp:onetrust: value-too-long",
        ),
        ("cmplz_marketing", "deny", "", "cmp:complianz: malformed", "cmp:complianz: value-too-long"),
        ("notice_behavior", "expressed", "", "", "cmp:trustarc: value-too-long"),
    ] {
        for (length, expected) in [(4096, fits), (4097, not)] {
            let (resolution, found) = seen(name, &filled(start, end, length));
            assert_eq!(found.0.join(", "), expected, "{name} of {length}");
            // What cannot be read may hide a refusal.
            let closed = !expected.is_empty() && !expected.ends_with("chosen");
            let denied = resolution.said(Purpose::SaleShare).denied;
            assert_eq!(!denied.is_empty(), closed, "{name} of {length}");
        }
    }
    // The closing time of OneTrust is left out where it is too long, and the form is then nobody's choice.
    let closed = |length| filled("2026-11-01T00:00:00.", "Z", length).replace('x', "0");
    for (length, expected) in [(4096, "cmp:onetrust: chosen"), (4097, "cmp:onetrust: not chosen")] {
        let cookies =
            [format!("OptanonAlertBoxClosed={}", closed(length)), "OptanonConsent=groups=C0002:1".to_owned()];
        assert_eq!(ask(&json!({"case": "closed", "cookies": cookies})).1.0, [expected], "{length}");
    }
    // One of two forms is too long: the other one is read.
    let forms =
        [filled("OptanonConsent=groups=C0002:1&", "", 4096 + 16), "OptanonConsent=groups=C0002:1".to_owned()];
    assert_eq!(
        ask(&json!({"case": "forms", "cookies": forms})).1.0,
        ["cmp:onetrust: value-too-long", "cmp:onetrust: not chosen"]
    );
    let three = [forms[0].clone(), forms[1].clone(), forms[1].clone()];
    let found = ask(&json!({"case": "forms", "cookies": three})).1.0;
    assert_eq!(
        found,
        ["cmp:onetrust: value-too-long", "cmp:onetrust: not chosen", "cmp:onetrust: not chosen"]
    );
    // A header of 32 KB is read, and a longer one refuses what it may hold.
    for (length, expected) in
        [(32 * 1024, vec!["usp: chosen"]), (32 * 1024 + 1, vec!["cookies: value-too-long"])]
    {
        let (resolution, found) = ask(
            &json!({"case": "header", "region": "US", "cookies": [filled("usprivacy=1YNN; a=", "", length)]}),
        );
        assert_eq!(found.0, expected);
        assert_eq!(!resolution.said(Purpose::Profile).denied.is_empty(), length > 32 * 1024);
    }
    let two = ["a=b".to_owned(), filled("a=", "", 32 * 1024 + 1)];
    assert_eq!(ask(&json!({"case": "second header", "cookies": two})).1.0, ["cookies: value-too-long"]);
}

/// Pairs as they are cut from headers and storage.
#[test]
fn pairs_of_names_and_values() {
    let facts = Facts {
        cookies: ["a=1; b = 2 ;c;d=;=e; @f=3;g=h=i;\tj\t=\tk\t", "", "@tcf=x"].map(str::to_owned).into(),
        browser: Some(BrowserFacts {
            local_storage: vec![("@tcf".to_owned(), " y ".to_owned()), (" k ".to_owned(), String::new())],
            ..BrowserFacts::default()
        }),
        ..Facts::default()
    };
    let expected = [
        ("a", "1"),
        ("b", "2"),
        ("d", ""),
        ("", "e"),
        ("g", "h=i"),
        ("j", "k"),
        ("@tcf", " y "),
        (" k ", ""),
    ];
    assert_eq!(Evidence::of(&facts).pairs(), expected);
}

/// Sets of purposes hold ten bits.
#[test]
fn sets_of_purposes() {
    for (index, purpose) in Purpose::ALL.into_iter().enumerate() {
        let one = PurposeSet::EMPTY.with(purpose);
        assert_eq!(one.bits(), 1 << index);
        assert!(one.iter().eq([purpose]) && one.contains(purpose) && !one.is_empty());
        assert_eq!(Purpose::from_name(purpose.name()), Some(purpose));
        let others = PurposeSet::from_bits(0xffff).without(one);
        assert!(
            !others.contains(purpose)
                && others.union(one).bits() == 0x3ff
                && others.intersection(one).is_empty()
        );
        assert!(
            others.contains_all(others) && !others.contains_all(one) && others.union(one).contains_all(one)
        );
    }
    assert!(PurposeSet::EMPTY.is_empty() && PurposeSet::EMPTY.iter().next().is_none());
}

/// What became of the signal, and whom the site tells.
#[test]
fn what_the_site_states_about_the_signal() {
    use parvis::consent::statement::{Status, status};
    let status_of = |row: Value| status(&ask(&row).0).map(Status::name);
    let noticed = json!({"at": "2026-11-01", "granted": ["sale_share"], "notice": 1});
    assert_eq!(status_of(json!({"case": "silent", "region": "US-CA"})), None);
    assert_eq!(
        status_of(json!({"case": "joined", "region": "US-CA", "sec_gpc": ["1,1"]})),
        Some("processed")
    );
    assert_eq!(status_of(json!({"case": "sent", "region": "US-CA", "sec_gpc": ["1"]})), Some("processed"));
    // So is a stored opt-out, where the law of the region wants that shown.
    let stored = |region: &str, now: &str| json!({"case": "stored", "region": region, "now": now, "cookies": ["usprivacy=1YYN"]});
    assert_eq!(status_of(stored("US-CA", "2026-11-21")), Some("processed"));
    assert_eq!(status_of(stored("US-CA", "2025-12-31")), None);
    assert_eq!(status_of(stored("US-TX", "2026-11-21")), None);
    let overridden = json!({"case": "overridden", "region": "US-CA", "sec_gpc": ["1"], "mirror": noticed});
    assert_eq!(status_of(overridden), Some("overridden"));
    let nothing = json!({"case": "nothing to override", "region": "US-CA", "mirror": noticed});
    assert_eq!(status_of(nothing), None);

    let bytes = |header: &str, regions: &[&str]| {
        compiled(
            &json!({"gpc": {"last_update": "2026-11-21", "status_header": header, "status_regions": regions}}),
        )
    };
    let told = bytes("told", &["US-CA", "CA", "GB-SCT"]);
    let statement = StoredSettings::open(&told).unwrap().statement().unwrap();
    assert_eq!((statement.last_update(), statement.header()), ("2026-11-21", Some("told")));
    for (country, sub, tells) in [
        ("US", "CA", true),
        ("US", "C", false),
        ("US", "CAX", false),
        ("US", "", false),
        ("CA", "", true),
        ("CA", "QC", true),
        ("GB", "SCT", true),
        ("GB", "SC", false),
        ("GB", "", false),
        ("UB", "CA", false),
        ("", "", false),
        ("", "CA", false),
    ] {
        assert_eq!(statement.tells(country, sub), tells, "{country}-{sub}");
    }
    for silent in [bytes("", &["US-CA"]), bytes("told", &[])] {
        let statement = StoredSettings::open(&silent).unwrap().statement().unwrap();
        assert_eq!((statement.last_update(), statement.header()), ("2026-11-21", None));
        assert!(!statement.tells("US", "CA"));
    }
    assert!(Defaults.stored().statement().is_none());
}
