//! Laws of what banners write: a refusal needs no proof, what is not asked is not refused, and a key that the map does not have
//! refuses all the same.
//!
//! Each banner that stores its answers key by key has a row that writes any answers in its form, with what proves a choice and
//! without. They are laws (i), (l) and (p) of the list in `laws.rs`.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

use parvis::author::consent_draft::ConsentDraft;
use parvis::base::base64;
use parvis::base::calendar::Millis;
use parvis::consent::evidence::Evidence;
use parvis::consent::purpose::{Purpose, PurposeSet};
use parvis::consent::resolve::{Resolution, State, resolve};
use parvis::consent::source::Banner;
use parvis::consent::stored::StoredSettings;
use parvis::facts::{BrowserFacts, Facts};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

/// 2026-11-21T12:00:00Z, the time of the vectors.
const NOW: i64 = 1_795_262_400_000;
const AT: &str = "2026-11-01T00:00:00Z";
const OPT_OUT: [&str; 3] = ["US", "US-CA", "US-TX"];
const REGIONS: [&str; 6] = ["FR", "GB", "US-CA", "US-TX", "CH", ""];

type Answers<'a> = [(&'a str, bool)];
type Flags = Vec<(String, String)>;

/// How a banner writes, key by key.
struct Row {
    banner: Banner,
    /// Keys, each with a purpose that it stands for; the playbook maps them where `of_site`.
    keys: &'static [(&'static str, Purpose)],
    of_site: bool,
    /// A key that no map has; none where keys cannot be added, or what is refused is left out.
    other: Option<&'static str>,
    /// Whether a key that is not there was not asked.
    asks: bool,
    /// Whether there is a form that proves no choice.
    provable: bool,
    write: fn(&Answers<'_>, bool) -> Flags,
}

const F: Purpose = Purpose::PersistentPersonalization;
const S: Purpose = Purpose::Measurement;
const M: Purpose = Purpose::SaleShare;
/// Keys of a site's own services.
const OF_SITE: &[(&str, Purpose)] = &[("alpha", F), ("beta", S), ("gamma", M)];

fn one(name: &str, value: impl ToString) -> Flags {
    vec![(name.to_owned(), value.to_string())]
}

fn bools(answers: &Answers<'_>) -> Map<String, Value> {
    mapped(answers, json!(true), json!(false))
}

fn mapped(answers: &Answers<'_>, yes: Value, no: Value) -> Map<String, Value> {
    answers.iter().map(|(key, is)| ((*key).to_owned(), if *is { yes.clone() } else { no.clone() })).collect()
}

/// The fields of `more`, and those of `base`.
fn with(base: Value, more: Map<String, Value>) -> Value {
    let mut all = base.as_object().unwrap().clone();
    all.extend(more);
    Value::Object(all)
}

/// Answers in one text: `yes` or `no` behind each key.
fn joined(answers: &Answers<'_>, between: &str, yes: &str, no: &str) -> String {
    let texts: Vec<String> =
        answers.iter().map(|(key, is)| format!("{key}{}", if *is { yes } else { no })).collect();
    texts.join(between)
}

fn listed<'a>(answers: &Answers<'a>, wanted: bool) -> Vec<&'a str> {
    answers.iter().filter(|(_, is)| *is == wanted).map(|(key, _)| *key).collect()
}

/// One cookie a key.
fn spread(answers: &Answers<'_>, prefix: &str, yes: &str, no: &str) -> Flags {
    answers
        .iter()
        .map(|(key, is)| (format!("{prefix}{key}"), (if *is { yes } else { no }).to_owned()))
        .collect()
}

fn coded(value: &Value) -> String {
    base64::encode(value.to_string().as_bytes())
}

const fn row(
    banner: Banner,
    keys: &'static [(&'static str, Purpose)],
    write: fn(&Answers<'_>, bool) -> Flags,
) -> Row {
    Row { banner, keys, of_site: false, other: Some("zz9"), asks: true, provable: true, write }
}

const fn of_site(banner: Banner, write: fn(&Answers<'_>, bool) -> Flags) -> Row {
    Row { of_site: true, ..row(banner, OF_SITE, write) }
}

impl Row {
    const fn closed(self) -> Row {
        Row { other: None, ..self }
    }

    const fn other(self, key: &'static str) -> Row {
        Row { other: Some(key), ..self }
    }

    /// What it writes is a choice.
    const fn itself(self) -> Row {
        Row { provable: false, ..self }
    }

    /// It lists what was accepted, and nothing else.
    const fn list(self) -> Row {
        Row { asks: false, ..self.closed() }
    }
}

fn rows() -> Vec<Row> {
    vec![
        row(Banner::OneTrust, &[("C0003", F), ("C0002", S), ("C0004", M)], |answers, proven| {
            let groups = joined(answers, ",", ":1", ":0");
            let mut flags = one(
                "OptanonConsent",
                if proven {
                    format!("interactionCount=1&groups={groups}")
                } else {
                    format!("interactionCount=0&AwaitingReconsent=true&groups={groups}")
                },
            );
            flags.extend(proven.then(|| ("OptanonAlertBoxClosed".to_owned(), AT.to_owned())));
            flags
        })
        .other("C0042"),
        row(
            Banner::Cookiebot,
            &[("preferences", F), ("statistics", S), ("marketing", M)],
            |answers, proven| {
                let (stamp, method) = if proven { ("a", "explicit") } else { ("-1", "implied") };
                let answers = joined(answers, ",", ":true", ":false");
                one("CookieConsent", format!("{{stamp:'{stamp}',{answers},method:'{method}'}}"))
            },
        )
        .closed(),
        of_site(Banner::Didomi, |answers, _| {
            let lists = json!({"enabled": listed(answers, true), "disabled": listed(answers, false)});
            one("didomi_token", coded(&json!({"purposes": lists, "updated": AT})))
        })
        .itself(),
        of_site(Banner::Axeptio, |answers, proven| {
            one("axeptio_cookies", with(json!({"$$completed": proven, "$$date": AT}), bools(answers)))
        }),
        of_site(Banner::Tarteaucitron, |answers, _| {
            one("tarteaucitron", format!("!{}", joined(answers, "!", "=true", "=false")))
        })
        .itself(),
        of_site(Banner::Klaro, |answers, _| one("klaro", Value::Object(bools(answers)))).itself(),
        // It waits for an answer to every key of the map.
        Row {
            asks: false,
            ..of_site(Banner::Orejime, |answers, _| one("orejime", Value::Object(bools(answers)))).itself()
        },
        row(
            Banner::Vanilla,
            &[("functionality", F), ("analytics", S), ("marketing", M)],
            |answers, proven| {
                let base = json!({"categories": listed(answers, true), "revision": 0, "services": mapped(answers, json!([]), json!([]))});
                one(
                    "cc_cookie",
                    if proven {
                        with(base, Map::from_iter([("consentTimestamp".to_owned(), json!(AT))]))
                    } else {
                        base
                    },
                )
            },
        ),
        row(
            Banner::CookieYes,
            &[("functional", F), ("analytics", S), ("advertisement", M)],
            |answers, proven| {
                let action = if proven { "yes" } else { "" };
                one("cookieyes-consent", format!("action:{action},{}", joined(answers, ",", ":yes", ":no")))
            },
        ),
        row(Banner::Complianz, &[("preferences", F), ("statistics", S), ("marketing", M)], |answers, _| {
            spread(answers, "cmplz_", "allow", "deny")
        })
        .closed()
        .itself(),
        row(Banner::TrustArc, &[("1", S), ("2", M)], |answers, proven| {
            let behavior = if proven { "expressed,eu" } else { "implied,us" };
            let levels: Vec<&str> = ["0"].into_iter().chain(listed(answers, true)).collect();
            let mut flags = one("notice_behavior", behavior);
            flags.extend(one("notice_gdpr_prefs", format!("{}:", levels.join(","))));
            flags
        })
        .list(),
        row(Banner::Osano, &[("PERSONALIZATION", F), ("ANALYTICS", S), ("MARKETING", M)], |answers, _| {
            one("@osano", Value::Object(mapped(answers, json!("ACCEPT"), json!("DENY"))))
        })
        .itself(),
        row(Banner::Shopify, &[("p", F), ("a", S), ("m", M)], |answers, _| {
            let answers = mapped(answers, json!("1"), json!("0"));
            one("_tracking_consent", json!({"con": {"CMP": answers}, "v": "2.1"}))
        })
        .closed()
        .itself(),
        of_site(Banner::Usercentrics, |answers, _| {
            let services = mapped(answers, json!({"consent": true}), json!({"consent": false}));
            one("ucData", json!({"consent": {"services": services}}))
        })
        .itself(),
        row(
            Banner::ConsentMode,
            &[("personalization_storage", F), ("analytics_storage", S)],
            |answers, _| one("@consent-mode", joined(answers, ",", ":granted", ":denied")),
        )
        .itself(),
        row(
            Banner::CookieFirst,
            &[("functional", F), ("performance", S), ("advertising", M)],
            |answers, proven| {
                let base = if proven {
                    json!({"timestamp": 1_793_491_200, "type": "category"})
                } else {
                    json!({"type": "category"})
                };
                one("cookiefirst-consent", with(base, bools(answers)))
            },
        ),
        row(Banner::Iubenda, &[("3", F), ("4", S), ("5", M)], |answers, proven| {
            let base = if proven { json!({"timestamp": AT}) } else { json!({}) };
            one("_iub_cs-12345", with(base, Map::from_iter([("purposes".to_owned(), json!(bools(answers)))])))
        })
        .other("6"),
        row(
            Banner::CookieScript,
            &[("functionality", F), ("performance", S), ("targeting", M)],
            |answers, proven| {
                let categories = json!(listed(answers, true)).to_string();
                let action = if proven { "accept" } else { "close" };
                one("CookieScriptConsent", json!({"action": action, "categories": categories}))
            },
        )
        .list(),
        row(Banner::Civic, &[("preferences", F), ("analytics", S), ("marketing", M)], |answers, proven| {
            let answers = mapped(answers, json!("accepted"), json!("revoked"));
            one("CookieControl", json!({"interactedWith": proven, "optionalCookies": answers}))
        }),
        row(Banner::CookieNotice, &[("2", F), ("3", S), ("4", M)], |answers, proven| {
            one("hu-consent", json!({"consent": proven, "categories": bools(answers)}))
        })
        .other("9"),
        row(Banner::Moove, &[("preference", F), ("thirdparty", S), ("advanced", M)], |answers, _| {
            one("moove_gdpr_popup", Value::Object(mapped(answers, json!("1"), json!("0"))))
        })
        .itself(),
        row(
            Banner::WpConsentApi,
            &[("preferences", F), ("statistics", S), ("marketing", M)],
            |answers, _| spread(answers, "wp_consent_", "allow", "deny"),
        )
        .itself(),
        row(Banner::HubSpot, &[("3", F), ("1", S), ("2", M)], |answers, _| {
            one("__hs_cookie_cat_pref", joined(answers, ",", ":true", ":false"))
        })
        .other("9")
        .itself(),
        row(
            Banner::PiwikPro,
            &[("ab_testing_and_personalization", F), ("analytics", S), ("remarketing", M)],
            |answers, _| {
                let status = |status: u8| json!({"status": status, "updatedAt": AT});
                one("ppms_privacy_a", json!({"consents": mapped(answers, status(1), status(0))}))
            },
        )
        .itself(),
        row(Banner::Wix, &[("func", F), ("anl", S), ("adv", M)], |answers, proven| {
            let base = if proven { json!({"ts": 29_891_520}) } else { json!({}) };
            one("consent-policy", with(base, mapped(answers, json!(1), json!(0))))
        }),
        row(
            Banner::Squarespace,
            &[("ss_performanceCookiesAllowed", S), ("ss_marketingCookiesAllowed", M)],
            |answers, _| spread(answers, "", "true", "false"),
        )
        .closed()
        .itself(),
        row(
            Banner::Termly,
            &[("performance", F), ("analytics", S), ("advertising", M)],
            |answers, proven| {
                let mut consent = json!({"value": bools(answers)});
                if proven {
                    consent["createdAt"] = json!(1_793_491_200_000_u64);
                }
                one("TERMLY_API_CACHE", json!({"TERMLY_COOKIE_CONSENT": consent}))
            },
        ),
        row(
            Banner::Ketch,
            &[("personalization", F), ("analytics", S), ("targeted_advertising", M)],
            |answers, proven| {
                let source = if proven { "banner" } else { "legalBasisDefault" };
                let allowed = |is: &str| json!({"allowed": is, "legalBasisCode": "consent_optin"});
                let purposes = mapped(answers, allowed("true"), allowed("false"));
                one("_swb_consent_", coded(&json!({"context": {"source": source}, "purposes": purposes})))
            },
        ),
        row(
            Banner::Transcend,
            &[("Functional", F), ("Analytics", S), ("Advertising", M)],
            |answers, proven| {
                one("tcm", json!({"purposes": bools(answers), "timestamp": AT, "confirmed": proven}))
            },
        ),
        row(Banner::Fides, &[("functional", F), ("analytics", S), ("marketing", M)], |answers, proven| {
            let method = if proven { "save" } else { "script" };
            one("fides_consent", json!({"consent": bools(answers), "fides_meta": {"consentMethod": method}}))
        }),
        row(
            Banner::CookieHub,
            &[("preferences", F), ("analytics", S), ("marketing", M)],
            |answers, proven| {
                let categories: Vec<Value> =
                    answers.iter().map(|(key, is)| json!({"id": key, "value": is})).collect();
                one(
                    "cookiehub",
                    coded(&json!({"answered": proven, "categories": categories, "timestamp": AT})),
                )
            },
        ),
        row(
            Banner::C15t,
            &[("c.experience", F), ("c.measurement", S), ("c.marketing", M)],
            |answers, proven| {
                let accepted = listed(answers, true).into_iter().map(|key| format!("{key}:1"));
                let time = proven.then(|| "i.t:1793491200000".to_owned());
                let all = ["c.necessary:1".to_owned()].into_iter().chain(accepted).chain(time);
                one("c15t", all.collect::<Vec<_>>().join(","))
            },
        )
        .list()
        // What is left out is refused only where a time says that it was written at a choice.
        .itself(),
        row(
            Banner::CookieLawInfo,
            &[("functional", F), ("analytics", S), ("advertisement", M)],
            |answers, proven| {
                let mut flags = spread(answers, "cookielawinfo-checkbox-", "yes", "no");
                flags.extend(proven.then(|| ("viewed_cookie_policy".to_owned(), "yes".to_owned())));
                flags
            },
        ),
    ]
}

/// Banners that have no keys to answer, or whose keys stand for nothing by default and are listed where they were accepted.
const NO_ROW: [Banner; 12] = [
    Banner::Sourcepoint,
    Banner::Quantcast,
    Banner::CommandersAct,
    Banner::TcfCustom,
    Banner::Own1,
    Banner::Own2,
    Banner::Own3,
    Banner::Own4,
    Banner::Borlabs,
    Banner::RealCookieBanner,
    Banner::ConsentManager,
    Banner::Fccdcf,
];

#[test]
fn every_banner_has_a_row() {
    let rows = rows();
    let missing = |banner: &Banner| !rows.iter().any(|row| row.banner == *banner) && !NO_ROW.contains(banner);
    // Drupal's categories are the site's own, and its status alone says yes or no.
    let missing: Vec<_> = Banner::ALL.into_iter().filter(missing).map(|banner| banner.name()).collect();
    assert_eq!(missing, ["drupal-eu-cookie-compliance"]);
}

fn ask(row: &Row, flags: &Flags, region: &str) -> Resolution {
    let names: Map<String, Value> =
        row.keys.iter().map(|(key, purpose)| ((*key).to_owned(), json!([purpose.name()]))).collect();
    let draft = if row.of_site { json!({"meanings": {row.banner.name(): names}}) } else { json!({}) };
    let draft: ConsentDraft = serde_json::from_value(draft).unwrap();
    let section = draft.encode();
    let (country, subdivision) = region.split_once('-').unwrap_or((region, ""));
    let is_stored = |name: &str| name.starts_with('@') || ["ucData", "TERMLY_API_CACHE"].contains(&name);
    let (stored, cookies): (Flags, Flags) = flags.iter().cloned().partition(|(name, _)| is_stored(name));
    let facts = Facts {
        cookies: cookies.iter().map(|(name, value)| format!("{name}={value}")).collect(),
        browser: Some(BrowserFacts { local_storage: stored, ..BrowserFacts::default() }),
        country: Some(country.to_owned()),
        subdivision: Some(subdivision.to_owned()),
        now: Some(Millis(NOW)),
        ..Facts::default()
    };
    resolve(&Evidence::of(&facts), &StoredSettings::open(&section).unwrap())
}

fn states(resolution: &Resolution, state: State) -> PurposeSet {
    Purpose::ALL
        .into_iter()
        .filter(|purpose| resolution.ruling(*purpose).state == state)
        .fold(PurposeSet::EMPTY, PurposeSet::with)
}

/// Answers to the first keys of a row.
fn answers(row: &Row, given: &[Option<bool>; 3]) -> Vec<(&'static str, bool)> {
    row.keys.iter().zip(given).filter_map(|((key, _), is)| Some((*key, (*is)?))).collect()
}

fn some_row(wanted: fn(&Row) -> bool) -> impl Strategy<Value = usize> {
    let all: Vec<usize> = (0..).zip(rows()).filter(|(_, row)| wanted(row)).map(|(at, _)| at).collect();
    select(all)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    /// (i) A refusal needs no proof: without what shows that a person chose, what was refused stays refused.
    #[test]
    fn a_refusal_needs_no_proof(at in some_row(|row| row.provable), given in any::<[bool; 3]>(), region in select(&REGIONS[..])) {
        let row = &rows()[at];
        let answers = answers(row, &given.map(Some));
        prop_assume!(answers.iter().any(|(_, is)| !is));
        let [proven, unproven] = [true, false].map(|proven| (row.write)(&answers, proven));
        let (before, after) = (ask(row, &proven, region), ask(row, &unproven, region));
        let denied = states(&before, State::Denied);
        prop_assert!(!denied.is_empty(), "{proven:?} refuses nothing");
        prop_assert!(states(&after, State::Denied).contains_all(denied), "{unproven:?}: {denied:?} became {:?}", states(&after, State::Denied));
        let granted = states(&after, State::Granted);
        prop_assert!(granted.is_empty(), "{unproven:?} grants {granted:?}");
    }

    /// (l) A category that the banner does not have was not refused: each that it has is what was answered, and no other is known.
    #[test]
    fn a_category_that_is_not_asked_for_is_not_refused(at in some_row(|row| row.asks), given in any::<[Option<bool>; 3]>(), region in select(&REGIONS[..])) {
        let row = &rows()[at];
        let answers = answers(row, &given);
        prop_assume!(!answers.is_empty());
        let flags = (row.write)(&answers, true);
        let resolution = ask(row, &flags, region);
        for ((key, purpose), is) in row.keys.iter().zip(given) {
            let expected = match is {
                None => State::Unknown,
                Some(true) => State::Granted,
                Some(false) => State::Denied,
            };
            prop_assert_eq!(resolution.ruling(*purpose).state, expected, "{} of {:?}", key, flags);
        }
    }

    /// (p) A refusal under a key that the map does not have is one: nothing goes to others and nothing joins a profile where no
    /// refusal is a yes, and nowhere does it grant anything.
    #[test]
    fn a_refusal_under_an_unmapped_key_refuses(at in some_row(|row| row.other.is_some()), given in any::<[Option<bool>; 3]>(), proven in any::<bool>()) {
        let row = &rows()[at];
        let answers = answers(row, &given);
        let mut more = answers.clone();
        more.push((row.other.unwrap(), false));
        let flags = (row.write)(&more, proven);
        for region in OPT_OUT {
            let allowed = ask(row, &flags, region).allowed();
            prop_assert!(!allowed.contains(Purpose::SaleShare) && !allowed.contains(Purpose::Profile), "{flags:?} in {region}");
        }
        let without = if answers.is_empty() { Vec::new() } else { (row.write)(&answers, proven) };
        for region in REGIONS {
            let [with, without] = [&flags, &without].map(|flags| states(&ask(row, flags, region), State::Granted));
            prop_assert!(without.contains_all(with), "{flags:?} in {region} grants {with:?}, and without it {without:?}");
        }
    }
}
