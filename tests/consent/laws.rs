//! Laws of consent that hold for every input: each is a property test over real and broken flags.
//!
//! For each there is a bug in `src/consent` that it must catch: `tests/model/planted.json` has them under `consent, law`. That
//! they can still be planted is tested with all else, and this plants each and sees it caught:
//!
//! ```console
//! $ PARVIS_PLANTED='consent, law' cargo test -p parvis-model --test planted -- --ignored --nocapture
//! ```
//!
//! Laws (i), (l) and (p), of what banners write, are in `answers.rs`. Law (f) is kept twice: here for the settings, and in `edge/browser/test/agree.test.mjs` for the module itself.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

use parvis::author::consent_draft::ConsentDraft;
use parvis::base::calendar::Millis;
use parvis::base::{base64, calendar, percent};
use parvis::consent::evidence::Evidence;
use parvis::consent::purpose::{Purpose, PurposeSet};
use parvis::consent::resolve::{Finding, Resolution, State, Witness, resolve, resolve_seen};
use parvis::consent::settings::{Defaults, Settings as _};
use parvis::consent::source::Source;
use parvis::consent::statement::status;
use parvis::consent::stored::StoredSettings;
use parvis::consent::{bits, bridge, gpp, json, tcf, us_privacy};
use parvis::facts::Facts;
use parvis::reason::Reason;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::json;

use crate::boundaries::tc;

/// 2026-11-21T12:00:00Z, the time of the vectors.
const NOW: i64 = 1_795_262_400_000;
const DAY: i64 = 86_400_000;
const REGIONS: [&str; 6] = ["FR", "GB", "US-CA", "US-TX", "CH", ""];

/// Every cookie of the vectors: real and broken flags of every kind.
fn corpus() -> Vec<(String, String)> {
    let text = include_str!("../../fixtures/consent/vectors.json");
    let vectors: serde_json::Value = serde_json::from_str(text).unwrap();
    let mut flags = Vec::new();
    for vector in vectors.as_array().unwrap() {
        for (name, value) in vector["cookies"].as_object().unwrap() {
            flags.push((name.clone(), value.as_str().unwrap().to_owned()));
        }
    }
    flags.push(("parvis-consent".to_owned(), "1.6abcde00.3ff.0.0.1".to_owned()));
    flags.extend(meeting());
    flags
}

/// Flags that bear on one another: choices of one banner made at different times, a dated no against a yes without a time.
fn meeting() -> Vec<(String, String)> {
    let flags = [
        ("OptanonAlertBoxClosed", "2026-05-01T00:00:00Z"),
        ("OptanonAlertBoxClosed", "2026-11-01T00:00:00Z"),
        ("OptanonConsent", "interactionCount=1&groups=C0002%3A1%2CC0003%3A1%2CC0004%3A1"),
        ("parvis-consent", "1.6abcde00.4.3f8.11"),
        ("cmplz_preferences", "allow"),
        ("cmplz_statistics", "allow"),
    ];
    flags.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

fn tc_strings() -> Vec<(String, String)> {
    corpus().into_iter().filter(|(name, _)| name.contains("consent-v2")).collect()
}

/// Beginnings of names that belong together: flags of one banner meet more often than chance would have it.
const THEMES: [&[&str]; 5] =
    [&["Optanon"], &["notice_", "cmapi"], &["cmplz"], &["eu", "gpp", "usp"], &["parvis", "eu", "Opt"]];

fn flags(count: usize) -> impl Strategy<Value = Vec<(String, String)>> {
    let all = proptest::collection::vec(select(corpus()), 0..count);
    let themed = select(&THEMES[..]).prop_flat_map(move |theme| {
        let belongs = |(name, _): &(String, String)| theme.iter().any(|start| name.starts_with(start));
        proptest::collection::vec(select(corpus().into_iter().filter(belongs).collect::<Vec<_>>()), 0..count)
    });
    let met = proptest::sample::subsequence(meeting(), 0..=meeting().len()).prop_shuffle();
    prop_oneof![all, themed, met]
}

/// Every name that is a flag, as the vectors have them: what the engine takes for one must not decide what is none.
fn known_names() -> Vec<String> {
    let mut names: Vec<String> = corpus().into_iter().map(|(name, _)| name).collect();
    let others = [
        "orejime",
        "osano_consentmanager",
        "ucData",
        "uc_settings",
        "uc_usprivacy",
        "TERMLY_API_CACHE",
        "tcmConsent",
        "__cmpccpausps12345",
    ];
    names.extend(others.map(str::to_owned));
    names.sort();
    names.dedup();
    names
}

#[test]
fn the_vectors_have_every_name() {
    let (names, known) = (known_names(), parvis::consent::settings::NAMES.iter());
    for (name, slot) in known.filter(|(name, _)| !name.starts_with('@')) {
        // A beginning stands for all names that have it.
        let is_it = |known: &String| match name.strip_suffix(['*', '#']) {
            Some(begin) => known.starts_with(begin) && Defaults.stored().slot(known) == Some(*slot),
            None => known == name,
        };
        assert!(names.iter().any(is_it), "`{name}` is in no vector");
    }
}

/// Any text, and such as decoders look at: long numbers, brackets, base64, half of an escape.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,200}",
        "[0-9]{1,40}",
        "[\\[{\":,}\\]]{0,60}",
        "[A-Za-z0-9_-]{0,200}",
        "(%[0-9a-fA-F]{0,2}){0,9}",
        "[.~!@&=,:|]{0,30}",
    ]
}

/// Names that are no flag, most of them nearly one: cut, lengthened, in another case, with something before them.
fn unknown_name() -> impl Strategy<Value = String> {
    let names = known_names();
    let near = (select(names.clone()), any::<Index>(), "[A-Za-z0-9_]{0,2}", 0..4).prop_map(
        |(name, at, more, how)| {
            let kept: String = name.chars().take(at.index(name.len() + 1)).collect();
            match how {
                0 => format!("{name}{more}"),
                1 => name.to_ascii_uppercase(),
                2 => format!("{more}{name}"),
                _ => format!("{kept}{more}"),
            }
        },
    );
    prop_oneof![1 => "[@a-z_]{1,12}", 4 => near].prop_filter("a known name", move |name| {
        !name.is_empty() && !names.contains(name) && Defaults.stored().slot(name).is_none()
    })
}

/// Flags that deny something and grant nothing.
fn denials() -> Vec<Vec<(&'static str, &'static str)>> {
    const REFUSED: &str =
        "interactionCount=1&groups=C0001%3A1%2CC0002%3A0%2CC0003%3A0%2CC0004%3A0%2CC0005%3A0";
    vec![
        vec![("usprivacy", "1YYN")],
        vec![("usprivacy", "broken")],
        vec![("gpp", "DBABLA~CVQVAAAAAACA.YA")],
        vec![("gpp", "hello~world")],
        vec![("euconsent-v2", "CQraFkAQraFkAEsACBFRB4FgAAAAAAAAAAqIAAAAAAAA.IF5wAQF5gAAA.YAAAAAAAAAAA")],
        vec![("OptanonConsent", REFUSED), ("OptanonAlertBoxClosed", "2026-11-01T00:00:00Z")],
        vec![("cmplz_preferences", "deny"), ("cmplz_statistics", "deny"), ("cmplz_marketing", "deny")],
        vec![("cookieconsent_status", "deny")],
        vec![(
            "cc_cookie",
            "%7B%22categories%22%3A%5B%5D%2C%22consentTimestamp%22%3A%222026-11-01T00%3A00%3A00Z%22%7D",
        )],
        vec![("parvis-consent", "1.6a000000.0.3ff.0")],
    ]
}

fn facts(flags: &[(String, String)], region: &str, now: i64) -> Facts {
    let (country, subdivision) = region.split_once('-').unwrap_or((region, ""));
    Facts {
        cookies: flags.iter().map(|(name, value)| format!("{name}={value}")).collect(),
        country: Some(country.to_owned()),
        subdivision: Some(subdivision.to_owned()),
        now: Some(Millis(now)),
        ..Facts::default()
    }
}

fn ask(facts: &Facts) -> Resolution {
    resolve(&Evidence::of(facts), &Defaults)
}

fn granted(resolution: &Resolution) -> PurposeSet {
    Purpose::ALL
        .into_iter()
        .filter(|purpose| resolution.ruling(*purpose).state == State::Granted)
        .fold(PurposeSet::EMPTY, PurposeSet::with)
}

fn same(left: &Resolution, right: &Resolution) -> bool {
    left.allowed() == right.allowed()
        && left.gpc() == right.gpc()
        && Purpose::ALL.into_iter().all(|purpose| left.ruling(purpose) == right.ruling(purpose))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// (a) No text traps a decoder, under any name.
    #[test]
    fn no_text_traps(value in text(), bytes in proptest::collection::vec(any::<u8>(), 0..300), at in any::<Index>()) {
        let lossy = String::from_utf8_lossy(&bytes).into_owned();
        let flags = corpus();
        for text in [value.as_str(), &lossy] {
            let mut spoiled = flags[at.index(flags.len())].clone();
            let cut = spoiled.1.char_indices().map(|(index, _)| index).nth(at.index(spoiled.1.chars().count().max(1))).unwrap_or(0);
            spoiled.1.insert_str(cut, text);
            let mut all = vec![spoiled];
            for (name, _) in &flags {
                all.push((name.clone(), text.to_owned()));
            }
            for region in REGIONS {
                let _ = ask(&facts(&all, region, NOW));
            }
            let mut buffer = [0; 64];
            let _ = (tcf::parse(text).is_ok(), gpp::parse(text).is_some(), us_privacy::parse(text), calendar::parse(text));
            let _ = (bridge::Mirrors::parse(text), json::walk(text, &mut |_, _| {}));
            let _ = (base64::decode_into(text, &mut buffer).is_some(), percent::decode(text, &mut buffer).is_some());
            for id in 7..28 {
                if let Some(section) = gpp::section::us_section(id, text) {
                    prop_assert!(section.values().count() < 64);
                }
            }
            let mut bits = bits::Bits::new(text);
            let _ = (bits.fibonacci(), bits.take(48), bits.skip(usize::MAX));
        }
        let _ = StoredSettings::open(&bytes).map(|settings| {
            (settings.slot(&value), settings.regime("US", "CA", Some(Millis(NOW))), settings.complianz_policy.len())
        });
    }

    /// (b) A prefix of a TC string never grants more than the string.
    #[test]
    fn a_prefix_grants_no_more(flag in select(tc_strings()), at in any::<Index>(), whole_segments in any::<bool>(), region in select(&REGIONS[..])) {
        // A string refused for what stands at its end has prefixes that are in order.
        prop_assume!(tcf::parse(&flag.1).is_ok());
        let whole = ask(&facts(std::slice::from_ref(&flag), region, NOW));
        let dots: Vec<usize> = flag.1.match_indices('.').map(|(at, _)| at).collect();
        let end = if whole_segments && !dots.is_empty() { dots[at.index(dots.len())] } else { at.index(flag.1.len()) };
        let cut = flag.1.chars().take(end).collect::<String>();
        let part = ask(&facts(&[(flag.0, cut)], region, NOW));
        prop_assert!(granted(&whole).contains_all(granted(&part)));
    }

    /// (c) Adding a flag that denies never enlarges what is allowed.
    #[test]
    fn a_denial_allows_no_more(flags in flags(6), denial in select(denials()), gpc in any::<bool>(), region in select(&REGIONS[..])) {
        let before = facts(&flags, region, NOW);
        let mut after = before.clone();
        if gpc {
            after.sec_gpc.push("1".to_owned());
        } else {
            after.cookies.extend(denial.iter().map(|(name, value)| format!("{name}={value}")));
        }
        let (before, after) = (ask(&before).allowed(), ask(&after).allowed());
        prop_assert!(before.contains_all(after), "{:?} became {:?}", before, after);
    }

    /// (d) With no new flag, permissions never grow as the clock advances.
    #[test]
    fn time_allows_no_more(flags in flags(6), from in -60i64..400, by in 0i64..800, region in select(&REGIONS[..])) {
        struct Future(bool);
        impl Witness for Future {
            fn saw(&mut self, finding: &Finding<'_>) {
                self.0 |= finding.answer.fault == Some(Reason::FromTheFuture);
            }
        }
        let earlier = facts(&flags, region, NOW + from * DAY);
        let mut future = Future(false);
        let before = resolve_seen(&Evidence::of(&earlier), &Defaults, &mut future).allowed();
        // A choice dated later than now is refused until then: that is a new flag.
        prop_assume!(!future.0);
        let after = ask(&facts(&flags, region, NOW + (from + by) * DAY)).allowed();
        prop_assert!(before.contains_all(after), "{:?} became {:?}", before, after);
        let clockless = Facts { now: None, ..earlier };
        prop_assert!(before.contains_all(ask(&clockless).allowed()));
    }

    /// (e) Unknown cookies change nothing.
    #[test]
    fn unknown_cookies_change_nothing(flags in flags(5), name in unknown_name(), like in any::<Index>(), value in "[ -:<-~]{0,40}", borrow in 0..4, region in select(&REGIONS[..])) {
        // A value of the flag that the name nearly is says most where the name is taken for it.
        let shares = |known: &str, length| known.get(..length).is_some_and(|start| name.contains(start));
        let (all, near): (Vec<_>, Vec<_>) = (corpus(), corpus().into_iter().filter(|(known, _)| shares(known, 4)).collect());
        let value = match borrow {
            0 => value,
            1 => all[like.index(all.len())].1.clone(),
            _ if near.is_empty() => value,
            _ => near[like.index(near.len())].1.clone(),
        };
        let before = facts(&flags, region, NOW);
        let mut after = before.clone();
        after.cookies = [(name, value)].iter().chain(&flags).map(|(name, value)| format!("{name}={value}")).collect();
        prop_assert!(same(&ask(&before), &ask(&after)));
    }

    /// (f) The settings of an empty playbook section, as edge and browser have them, are the defaults.
    #[test]
    fn edge_and_browser_agree(flags in flags(6), region in select(&REGIONS[..])) {
        let facts = facts(&flags, region, NOW);
        let stored = StoredSettings::open(&[]).unwrap();
        prop_assert!(same(&ask(&facts), &resolve(&Evidence::of(&facts), &stored)));
    }

    /// (g) The order of cookies, and how they are spread over headers, does not matter.
    #[test]
    fn order_does_not_matter(flags in flags(7).prop_flat_map(|flags| (Just(flags.clone()), Just(flags).prop_shuffle())), region in select(&REGIONS[..])) {
        let (flags, shuffled) = flags;
        let one = facts(&flags, region, NOW);
        let mut other = facts(&shuffled, region, NOW);
        other.cookies = [shuffled.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")].into();
        prop_assert!(same(&ask(&one), &ask(&other)));
    }

    /// (h) Where no refusal is a yes, what cannot be read may hide one: nothing goes to others, and nothing joins a profile.
    #[test]
    fn what_cannot_be_read_refuses_what_an_opt_out_refuses(flags in flags(3), flag in select(corpus()), value in text(), at in any::<Index>(), how in 0..3) {
        struct Unread { any: bool, opaque: Vec<Source>, read: Vec<Source> }
        impl Witness for Unread {
            fn saw(&mut self, finding: &Finding<'_>) {
                match finding.answer.fault {
                    None => self.read.push(finding.source),
                    // A banner that stored its choice twice is understood where one copy is.
                    Some(Reason::Opaque) => self.opaque.push(finding.source),
                    // What is refused there stays refused, and it is not known what else is.
                    Some(Reason::FromTheFuture | Reason::PolicyChanged) => {}
                    Some(_) => self.any = true,
                }
            }
        }
        let cut = flag.1.char_indices().map(|(index, _)| index).nth(at.index(flag.1.chars().count().max(1))).unwrap_or(0);
        let (start, end) = flag.1.split_at(cut);
        let spoiled = match how {
            0 => value,
            1 => start.to_owned(),
            _ => format!("{start}{value}{end}"),
        };
        let all: Vec<_> = flags.into_iter().chain([(flag.0, spoiled)]).collect();
        let facts = facts(&all, "US-CA", NOW);
        let mut unread = Unread { any: false, opaque: Vec::new(), read: Vec::new() };
        let resolution = resolve_seen(&Evidence::of(&facts), &Defaults, &mut unread);
        prop_assume!(!resolution.regime().opt_in);
        unread.any |= unread.opaque.iter().any(|source| !unread.read.contains(source));
        if unread.any {
            prop_assert!(!resolution.allowed().contains(Purpose::SaleShare) && !resolution.allowed().contains(Purpose::Profile));
        }
    }

    /// (j) Who was not asked did not refuse: a TC string whose publisher segment has none of our purposes leaves them to what
    /// else was said, and a string that names no vendor at all is no word on anything. A no to everybody is one to the site.
    #[test]
    fn not_asked_is_not_no(core in ids(24), interests in ids(24), others in ids(24), said in 0..3, region in select(&REGIONS[..])) {
        const OURS: [u64; 5] = [1, 5, 6, 8, 11];
        let others: Vec<u64> = others.into_iter().filter(|id| !OURS.contains(id)).collect();
        let segment = json!({"consents": others, "interests": others});
        let with_first: Vec<u64> = [1].into_iter().chain(core.clone()).collect();
        let without: Vec<u64> = core.into_iter().filter(|id| *id != 1).collect();
        let tc = match said {
            // The core says yes to the device, and the site did not ask.
            0 => json!({"consents": with_first, "interests": interests, "publisher": segment}),
            1 => json!({"disclosed": [], "publisher": {}}),
            _ => json!({"consents": without, "interests": interests, "publisher": segment}),
        };
        let string = ("euconsent-v2".to_owned(), tc::string(&tc));
        let alone = ask(&facts(std::slice::from_ref(&string), region, NOW));
        let yes = ("cc_cookie".to_owned(), ALL_YES.to_owned());
        let beside = ask(&facts(&[string, yes], region, NOW));
        for purpose in Purpose::ALL.into_iter().skip(2).filter(|purpose| *purpose != Purpose::SaleShare) {
            let (expected, joined) = if said == 2 { (State::Denied, State::Denied) } else { (State::Unknown, State::Granted) };
            prop_assert_eq!(alone.ruling(purpose).state, expected, "{:?} {}", purpose, tc);
            // No category of a banner grants precise location.
            let joined = if purpose == Purpose::PreciseGeo { expected } else { joined };
            prop_assert_eq!(beside.ruling(purpose).state, joined, "{:?} beside {}", purpose, tc);
        }
        prop_assert!(!alone.allowed().contains(Purpose::SaleShare));
    }

    /// (k) Nothing goes to others while the device may not be used.
    #[test]
    fn nothing_goes_to_others_without_the_device(flags in flags(6), mirror in (0u16..0x400, 0u16..0x400), region in select(&REGIONS[..])) {
        let own = ("parvis-consent".to_owned(), format!("1.6abcde00.{:x}.{:x}.0", mirror.0, mirror.1));
        for all in [flags.clone(), flags.into_iter().chain([own]).collect()] {
            let allowed = ask(&facts(&all, region, NOW)).allowed();
            prop_assert!(allowed.contains(Purpose::DeviceStorage) || !allowed.contains(Purpose::SaleShare));
        }
    }

    /// (m) A policy above the known ones is read as the last known one is, and what vendors may do is nothing to the site: a
    /// cleared bit of theirs is no objection.
    #[test]
    fn later_policies_and_bits_of_vendors_change_nothing(policy in 6..64u64, core in ids(24), publisher in ids(24), interests in ids(24), vendors in ids(40), region in select(&REGIONS[..])) {
        let tc = |policy: u64, vendors: &[u64]| {
            let tc = json!({"policy": policy, "consents": core, "vendors": vendors, "vendor_interests": vendors,
                "publisher": {"consents": publisher, "interests": interests}});
            ask(&facts(&[("euconsent-v2".to_owned(), tc::string(&tc))], region, NOW))
        };
        prop_assert!(same(&tc(5, &[]), &tc(policy, &vendors)));
    }

    /// (m) The bits of a vendor that has special purposes only are never set, which is no objection: the site's purposes are
    /// unknown then, whatever the policy, and a banner's yes counts. Of any other vendor a cleared bit is a no.
    #[test]
    fn a_vendor_of_special_purposes_objects_to_nothing(policy in 4..64u64, core in ids(24), interests in ids(24), others in ids(40), told in any::<bool>(), region in select(&REGIONS[..])) {
        const VENDOR: u64 = 7;
        // Somebody who agrees to nothing at all refuses the site, too.
        let core: Vec<u64> = [1].into_iter().chain(core.into_iter().filter(|id| *id != 1)).collect();
        let others: Vec<u64> = others.into_iter().filter(|id| *id != VENDOR).collect();
        let disclosed = if told { vec![VENDOR, 9] } else { vec![9] };
        let string = tc::string(&json!({"policy": policy, "consents": core, "interests": interests, "vendors": others,
            "vendor_interests": others, "disclosed": disclosed, "publisher": {}}));
        let yes = ("cc_cookie".to_owned(), ALL_YES.to_owned());
        let read = |special: bool, flags: &[(String, String)]| {
            let draft = json!({"tcf": {"vendor": VENDOR, "special_purposes_only": special}});
            let draft: ConsentDraft = serde_json::from_value(draft).unwrap();
            let bytes = draft.encode();
            resolve(&Evidence::of(&facts(flags, region, NOW)), &StoredSettings::open(&bytes).unwrap())
        };
        let string = ("euconsent-v2".to_owned(), string);
        let special = read(true, std::slice::from_ref(&string));
        let beside = read(true, &[string.clone(), yes]);
        let other = read(false, &[string]);
        for purpose in Purpose::ALL.into_iter().skip(2).filter(|purpose| *purpose != Purpose::SaleShare) {
            prop_assert_eq!(special.ruling(purpose).state, State::Unknown, "{:?}", purpose);
            if purpose != Purpose::PreciseGeo {
                prop_assert_eq!(beside.ruling(purpose).state, State::Granted, "{:?} beside a yes", purpose);
            }
            // Who was not told of the vendor was not asked.
            let expected = if told { State::Denied } else { State::Unknown };
            prop_assert_eq!(other.ruling(purpose).state, expected, "{:?} of another vendor", purpose);
        }
        let sold = core.contains(&3) && core.contains(&4);
        prop_assert_eq!(special.ruling(Purpose::SaleShare).state, if sold { State::Granted } else { State::Denied });
    }

    /// (n) The UK's exceptions hold from their day on and until objected to; so does no other region's, and history needs a yes.
    #[test]
    fn the_uk_counts_until_objected_from_its_day_on(days in -40i64..40, said in 0usize..4, region in select(&REGIONS[..])) {
        let denied: Option<Purpose> = [None, Some(Purpose::Measurement), Some(Purpose::Contextual), Some(Purpose::DeviceStorage)][said];
        let at = calendar::days(2026, 2, 5) + days;
        let mirror = denied.map(|purpose| ("parvis-consent".to_owned(), format!("1.{:x}.0.{:x}.0", at * 86_400, 1u16 << purpose as u16)));
        let flags: Vec<_> = mirror.into_iter().collect();
        let resolution = ask(&facts(&flags, region, at * DAY + DAY / 2));
        let uk = region == "GB" && days >= 0;
        prop_assert_eq!(resolution.allowed().contains(Purpose::Contextual), !(uk && denied == Some(Purpose::Contextual)));
        if region.starts_with("US") {
            return Ok(());
        }
        prop_assert_eq!(resolution.allowed().contains(Purpose::Measurement), uk && denied != Some(Purpose::Measurement));
        for purpose in [Purpose::SessionPersonalization, Purpose::PersistentPersonalization, Purpose::Profile, Purpose::Experimentation] {
            prop_assert!(!resolution.allowed().contains(purpose));
        }
    }

    /// (o) Where the law asks for it, what became of an opt-out is told, whoever holds it: the signal or a stored refusal.
    #[test]
    fn an_opt_out_is_told_where_the_law_asks_for_it(flags in flags(4), gpc in any::<bool>(), region in select(&REGIONS[..]), days in -40i64..40) {
        let at = (calendar::days(2026, 1, 1) + days) * DAY;
        let mut facts = facts(&flags, region, at);
        facts.sec_gpc.extend(gpc.then(|| "1".to_owned()));
        let resolution = ask(&facts);
        let told = status(&resolution).is_some();
        let due = region == "US-CA" && days >= 0 && !resolution.regime().opt_in;
        let refuses = resolution.ruling(Purpose::SaleShare).state == State::Denied;
        prop_assert_eq!(told, resolution.gpc() || (due && refuses));
    }
}

/// A banner's yes to all of its categories.
const ALL_YES: &str = "{\"categories\":[\"necessary\",\"functionality\",\"analytics\",\"marketing\"],\"consentTimestamp\":\"2026-11-01T00:00:00Z\"}";

/// Some of the numbers from 1 up to the last.
fn ids(last: u64) -> impl Strategy<Value = Vec<u64>> {
    let all: Vec<u64> = (1..=last).collect();
    let count = all.len();
    proptest::sample::subsequence(all, 0..=count)
}
