//! Tables of cases: what one request carries, and what its flags must come to.
//!
//! Every row is compared whole. `granted` and `denied` are the purposes in these states, and every other one is unknown; what is
//! allowed then follows from the last two steps of src/docs/consent.md, "How flags combine", which are written down here a second
//! time. `seen`, `sources`, `basis` and the like are compared where a row has them.

use std::collections::BTreeMap;

use parvis::author::consent_draft::ConsentDraft;
use parvis::base::calendar;
use parvis::consent::evidence::Evidence;
use parvis::consent::gpp::layout;
use parvis::consent::purpose::Purpose;
use parvis::consent::resolve::{Finding, Resolution, State, Witness, resolve_seen};
use parvis::consent::source::{Source, Sources};
use parvis::consent::stored::StoredSettings;
use parvis::facts::{BrowserFacts, Facts};
use serde_json::{Value, json};

use super::{tc, us};

/// The time of a row that names none.
const NOW: &str = "2026-11-21T12:00:00Z";
const FIELDS: [&str; 23] = [
    "case",
    "region",
    "now",
    "settings",
    "cookies",
    "storage",
    "sec_gpc",
    "script_gpc",
    "dnt",
    "tc",
    "gpp",
    "granted",
    "denied",
    "gpc",
    "seen",
    "source",
    "basis",
    "agreeing",
    "conflicts",
    "granted_at",
    "regime",
    "mirror",
    "note",
];

/// What was seen, in words: the source and why it counted or did not.
#[derive(Default)]
pub(crate) struct Seen(pub(crate) Vec<String>);

impl Witness for Seen {
    fn saw(&mut self, finding: &Finding<'_>) {
        let what = match (finding.answer.fault, finding.answer.chosen) {
            (Some(fault), chosen) => format!("{}{}", if chosen { "chosen, " } else { "" }, fault.code()),
            (None, true) => "chosen".to_owned(),
            (None, false) => "not chosen".to_owned(),
        };
        let stale = if finding.stale { ", stale" } else { "" };
        self.0.push(format!("{}: {what}{stale}", source_name(finding.source)));
    }
}

/// The name of a source as reports have it.
pub(crate) fn source_name(source: Source) -> String {
    if let Some(banner) = source.as_banner() {
        return format!("cmp:{}", banner.name());
    }
    match source.as_section() {
        Some(2) => return "gpp:tcfeuv2".to_owned(),
        Some(6) => return "gpp:uspv1".to_owned(),
        Some(id) => {
            return layout::layout(u32::from(id))
                .map_or(format!("gpp:{id}"), |layout| format!("gpp:{}", layout.name));
        }
        None => {}
    }
    let names = [
        (Source::TCF_PUBLISHER, "tcf-pub"),
        (Source::TCF_CORE, "tcf-core"),
        (Source::TCF_VENDOR, "tcf-vendor"),
        (Source::US_PRIVACY, "usp"),
        (Source::GPC, "gpc"),
        (Source::API, "api"),
        (Source::TCF_1, "tcf-1"),
        (Source::GPP, "gpp"),
        (Source::COOKIES, "cookies"),
    ];
    names.iter().find(|(known, _)| *known == source).unwrap().1.to_owned()
}

/// The names of purposes.
pub(crate) fn names(purposes: impl IntoIterator<Item = Purpose>) -> Vec<&'static str> {
    purposes.into_iter().map(Purpose::name).collect()
}

/// A record of the mirror cookie; `origin` is the code as it is written, 0 for a choice made through Parvis itself.
fn record(mirror: &Value) -> String {
    let at = calendar::parse(mirror["at"].as_str().unwrap()).unwrap().0;
    assert_eq!(at % 1000, 0, "a mirror has whole seconds");
    let bits = |name: &str| {
        let named = mirror[name].as_array().into_iter().flatten();
        named.fold(0u16, |bits, name| bits | 1 << Purpose::from_name(name.as_str().unwrap()).unwrap() as u16)
    };
    let more = u64::from(bits("interest")) + mirror["notice"].as_u64().unwrap_or(0);
    let origin = mirror["origin"].as_str().unwrap_or("0");
    format!("{:x}.{:x}.{:x}.{origin}.{more:x}", at / 1000, bits("granted"), bits("denied"))
}

/// The request of a row.
pub(crate) fn facts(row: &Value) -> Facts {
    for field in row.as_object().unwrap().keys() {
        assert!(FIELDS.contains(&field.as_str()), "{}: no field of a case: {field}", row["case"]);
    }
    let region = row["region"].as_str().unwrap_or("FR");
    let (country, subdivision) = region.split_once('-').unwrap_or((region, ""));
    let texts = |value: &Value| {
        value.as_array().into_iter().flatten().map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    let mut cookies: Vec<String> = texts(&row["cookies"]);
    // A list of strings is as many cookies.
    let several = |value: &Value| match value {
        Value::Null => Vec::new(),
        Value::Array(list) => list.clone(),
        one => vec![one.clone()],
    };
    cookies.extend(several(&row["tc"]).iter().map(|one| format!("euconsent-v2={}", tc::string(one))));
    cookies.extend(several(&row["gpp"]).iter().map(|one| format!("gpp={}", us::string(one))));
    cookies.extend(several(&row["mirror"]).iter().map(|one| format!("parvis-consent=1.{}", record(one))));
    let storage = row["storage"].as_object().into_iter().flatten();
    let local_storage: Vec<_> =
        storage.map(|(key, value)| (key.clone(), value.as_str().unwrap().to_owned())).collect();
    let global_privacy_control = row["script_gpc"] == true;
    let browser = (!local_storage.is_empty() || global_privacy_control).then(|| BrowserFacts {
        local_storage,
        global_privacy_control,
        ..BrowserFacts::default()
    });
    let now = match &row["now"] {
        Value::Null if row.get("now").is_some() => None,
        now => Some(calendar::parse(now.as_str().unwrap_or(NOW)).unwrap()),
    };
    Facts {
        cookies: cookies.into(),
        sec_gpc: texts(&row["sec_gpc"]),
        dnt: row["dnt"] == true,
        country: (!region.is_empty()).then(|| country.to_owned()),
        subdivision: (!subdivision.is_empty()).then(|| subdivision.to_owned()),
        now,
        browser,
        ..Facts::default()
    }
}

/// The compiled settings of a row.
pub(crate) fn section(row: &Value) -> Vec<u8> {
    if row["settings"].is_null() {
        return Vec::new();
    }
    let draft: ConsentDraft = serde_json::from_value(row["settings"].clone()).unwrap();
    assert_eq!(draft.check(), [], "{}", row["case"]);
    draft.encode()
}

/// What the engine makes of a row.
pub(crate) fn ask(row: &Value) -> (Resolution, Seen) {
    let section = section(row);
    let settings = StoredSettings::open(&section).unwrap();
    let mut seen = Seen::default();
    let resolution = resolve_seen(&Evidence::of(&facts(row)), &settings, &mut seen);
    (resolution, seen)
}

fn states(resolution: &Resolution, state: State) -> Vec<&'static str> {
    names(Purpose::ALL.into_iter().filter(|purpose| resolution.ruling(*purpose).state == state))
}

/// Steps 6 and 7 of src/docs/consent.md, "How flags combine": what is allowed, and what only device storage blocks.
fn settle(granted: &Value, denied: &Value, opt_in: bool, exempt: &[&str]) -> (Vec<String>, Vec<String>) {
    let has = |list: &Value, name: &str| list.as_array().into_iter().flatten().any(|one| one == name);
    let unasked = |name: &str| exempt.contains(&name) && !has(granted, name) && !has(denied, name);
    let free = |name: &str| match name {
        "necessary" | "contextual" => true,
        _ if has(denied, name) => false,
        _ if has(granted, name) || unasked(name) => true,
        name => !opt_in && name != "precise_geo",
    };
    // What others are given waits for the device, too: they store and read there.
    let on_device = [
        "sale_share",
        "session_personalization",
        "persistent_personalization",
        "profile",
        "precise_geo",
        "experimentation",
    ];
    let gated =
        |name: &str| free(name) && on_device.contains(&name) && !free("device_storage") && !unasked(name);
    let all = Purpose::ALL.map(Purpose::name);
    let pick =
        |kept: &dyn Fn(&str) -> bool| all.into_iter().filter(|name| kept(name)).map(str::to_owned).collect();
    (pick(&|name| free(name) && !gated(name)), pick(&gated))
}

/// What is wrong with a row.
pub(crate) fn problems(row: &Value) -> Vec<String> {
    let (resolution, seen) = ask(row);
    let mut problems = Vec::new();
    let mut same = |what: &str, expected: Value, found: Value| {
        if expected != found {
            problems.push(format!("{}: {what} should be {expected}, is {found}", row["case"]));
        }
    };
    let list = |name: &str| if row[name].is_null() { json!([]) } else { row[name].clone() };
    let (granted, denied) = (list("granted"), list("denied"));
    same("granted", granted.clone(), json!(states(&resolution, State::Granted)));
    same("denied", denied.clone(), json!(states(&resolution, State::Denied)));
    same("gpc", json!(row["gpc"] == true), json!(resolution.gpc()));
    let region = row["region"].as_str().unwrap_or("FR");
    let usual = if region.starts_with("US") { "opt-out" } else { "opt-in" };
    let regime = row["regime"].as_str().unwrap_or(usual);
    same("regime", json!(regime), json!(resolution.regime().name()));
    let mut exempt = Vec::new();
    let settings = &row["settings"];
    let counting = settings["exempt_measurement"].as_bool().unwrap_or(region == "GB");
    if regime == "opt-in" && counting {
        exempt.push("measurement");
    }
    if regime == "opt-in" && settings["exempt_experimentation"] == true {
        exempt.push("experimentation");
    }
    let (allowed, gated) = settle(&granted, &denied, regime == "opt-in", &exempt);
    same("allowed", json!(allowed), json!(names(resolution.allowed().iter())));
    let is_gated = |purpose: &Purpose| resolution.ruling(*purpose).gated;
    same("gated", json!(gated), json!(names(Purpose::ALL.into_iter().filter(is_gated))));
    let mut all_exempt = vec!["necessary", "contextual"];
    all_exempt.extend(exempt);
    same("exempt", json!(all_exempt.clone()), json!(names(resolution.exempt().iter())));
    let within = |list: &Value, name: &str| list.as_array().into_iter().flatten().any(|one| one == name);
    for purpose in Purpose::ALL {
        let name = purpose.name();
        let said = within(&granted, name) || within(&denied, name);
        let decision = match () {
            () if !allowed.iter().any(|one| one == name) => "block",
            () if ["necessary", "contextual"].contains(&name) || (all_exempt.contains(&name) && !said) => {
                "exempt"
            }
            () => "allow",
        };
        same(
            &format!("decision of {name}"),
            json!(decision),
            json!(resolution.ruling(purpose).decision.name()),
        );
    }
    if let Some(expected) = row.get("seen") {
        same("seen", expected.clone(), json!(seen.0));
    }
    let list = |sources: Sources| sources.iter().map(source_name).collect::<Vec<_>>();
    for purpose in Purpose::ALL {
        let (ruling, name) = (resolution.ruling(purpose), purpose.name());
        let said = resolution.said(purpose);
        let ungranted = json!(list(said.interest.without(said.granted)));
        same(&format!("interest in {name} beyond what is granted"), json!([]), ungranted);
        let found: BTreeMap<&str, Value> = BTreeMap::from([
            ("source", json!(ruling.source.map(source_name))),
            ("basis", json!(ruling.basis.name())),
            ("agreeing", json!(list(ruling.agreeing))),
            ("conflicts", json!(list(ruling.conflicts))),
            ("granted_at", json!(said.granted_at.map(|at| at.0))),
        ]);
        for (what, found) in found {
            if let Some(expected) = row[what].get(name) {
                let expected = match (what, expected.as_str()) {
                    ("granted_at", Some(text)) => json!(calendar::parse(text).unwrap().0),
                    _ => expected.clone(),
                };
                same(&format!("{what} of {name}"), expected, found);
            }
        }
    }
    problems
}

/// Checks every row of a table, which has exactly `count` of them, each with a name of its own.
#[track_caller]
pub(crate) fn check(table: &str, count: usize) {
    let rows: Vec<Value> = serde_json::from_str(table).unwrap();
    let mut names: Vec<&str> = rows.iter().map(|row| row["case"].as_str().unwrap()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!((rows.len(), names.len()), (count, count), "rows, and different names of them");
    let problems: Vec<String> = rows.iter().flat_map(problems).collect();
    assert!(problems.is_empty(), "{} problems\n{}", problems.len(), problems.join("\n"));
}
