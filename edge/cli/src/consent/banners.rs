//! The views of what banners store, with the names that `shared/vectors/consent.json` uses.

use parvis::base::{calendar, percent};
use parvis::consent::cmp::{
    Scratch, commanders_act::Privacy, consent_mode, cookiebot, cookieyes, didomi, onetrust, quantcast,
    tarteaucitron, trustarc,
};
use parvis::consent::evidence::Evidence;
use parvis::consent::settings::Slot;
use parvis::consent::shown::View;
use parvis::consent::source::Banner;
use parvis::consent::stored::StoredSettings;
use parvis::limits;
use parvis::reason::Reason;
use serde_json::{Value, json};

use super::json::{object, tree};
use super::report::Seen;
use super::{described, gpp};

/// The decoded value of a banner, with the other cookies of the request; null if it cannot be read.
pub(super) fn decoded(
    banner: Banner,
    seen: &Seen,
    settings: &StoredSettings<'_>,
    evidence: &Evidence<'_>,
) -> Value {
    let (slot, value) = (settings.slot(&seen.place), seen.value.as_str());
    let beside = Beside { evidence, settings };
    let is_opaque = seen.answer.fault == Some(Reason::Opaque);
    let read = match (banner.shown().view, slot) {
        (_, Some(Slot::Mirror)) => None,
        // Of these a part can be read that is no answer.
        (View::Own, _)
            if is_opaque && matches!(banner, Banner::Sourcepoint | Banner::Quantcast | Banner::Shopify) =>
        {
            own(banner, slot, value, &beside)
        }
        _ if is_opaque => Some(json!({ "opaque": true })),
        (View::Json, _) => json_value(value),
        (View::JsonIn(name), _) => json_value(value).map(|json| object([(name, json)].into_iter())),
        (View::Own, _) => own(banner, slot, value, &beside),
        (_, Some(Slot::Fccdcf)) => json_value(value),
        // What it refuses all the same is told as the denials that it is.
        (View::Described, _) if seen.answer.fault == Some(Reason::Malformed) => None,
        (View::Described, Some(slot)) => described::view(banner, slot, value, settings, evidence),
        (View::Nothing | View::Described, _) => None,
    };
    read.unwrap_or(Value::Null)
}

/// The view of a banner that does not store plain JSON, or stores it with more than its answers.
fn own(banner: Banner, slot: Option<Slot>, value: &str, beside: &Beside<'_, '_>) -> Option<Value> {
    let mut scratch: Scratch = [0; limits::COOKIE_VALUE_BYTES];
    match (banner, slot) {
        (Banner::OneTrust, _) => onetrust(value, beside),
        (Banner::Cookiebot, _) => cookiebot(value, &mut scratch),
        (Banner::Didomi, _) => didomi::decode(value, &mut scratch).and_then(tree),
        (Banner::Axeptio, _) => axeptio(value, beside.evidence),
        (Banner::Tarteaucitron, _) => {
            let services = tarteaucitron::services(value).map(|(service, answer)| (service, json!(answer)));
            Some(json!({ "services": object(services) }))
        }
        (Banner::CookieYes, _) => percent::decode(value, &mut scratch)
            .map(|text| object(cookieyes::pairs(text).map(|(name, value)| (name, json!(value))))),
        (Banner::Complianz, _) => Some(complianz(beside)),
        (Banner::TrustArc, _) => Some(trustarc(beside)),
        (Banner::Osano, Some(Slot::OsanoCategories)) => tree(value),
        (Banner::Osano, _) => Some(json!({ "status": value })),
        (Banner::Sourcepoint, _) => Some(json!({ "consentDate": cookie(beside.evidence, "consentDate") })),
        (Banner::Quantcast, _) => quantcast::parts(value).map(|(version, ids)| {
            json!({ "addtlConsent": { "version": version.parse::<u32>().ok(), "providerIdsRaw": ids } })
        }),
        (Banner::CommandersAct, _) => {
            percent::decode(value, &mut scratch).and_then(Privacy::parse).map(|privacy| {
                json!({
                    "status": if privacy.opted_out { "optout" } else { "optin" },
                    "categories": privacy.categories().collect::<Vec<_>>(),
                    "updated": privacy.updated.map(|at| at.0),
                })
            })
        }
        (Banner::Shopify, _) => shopify(value),
        (Banner::Usercentrics, Some(Slot::UsercentricsUs)) => Some(gpp::us_privacy(value)),
        (Banner::Usercentrics, _) => usercentrics(value),
        (Banner::ConsentMode, _) => {
            Some(object(consent_mode::types(value).map(|(name, yes)| (name, json!(yes)))))
        }
        _ => None,
    }
}

fn json_value(value: &str) -> Option<Value> {
    let mut scratch: Scratch = [0; limits::COOKIE_VALUE_BYTES];
    tree(value).or_else(|| tree(percent::decode(value, &mut scratch)?))
}

/// The other cookies of the request, by kind of flag, under any configured name.
struct Beside<'e, 's> {
    evidence: &'s Evidence<'e>,
    settings: &'s StoredSettings<'s>,
}

impl<'e> Beside<'e, '_> {
    fn flag(&self, slot: Slot) -> Option<&'e str> {
        let mut pairs = self.evidence.pairs().into_iter();
        pairs.find(|(name, _)| self.settings.slot(name) == Some(slot)).map(|(_, value)| value)
    }
}

/// A cookie that is not a consent flag: it is only reported, under the banner's own name.
fn cookie<'e>(evidence: &Evidence<'e>, name: &str) -> Option<&'e str> {
    evidence.pairs().into_iter().find(|(candidate, _)| *candidate == name).map(|(_, value)| value)
}

fn onetrust(value: &str, beside: &Beside<'_, '_>) -> Option<Value> {
    let mut scratch: Scratch = [0; limits::COOKIE_VALUE_BYTES];
    let field =
        |wanted: &str| onetrust::fields(value).find(|(name, _)| *name == wanted).map(|(_, value)| value);
    let groups = percent::decode(field("groups")?, &mut scratch)?;
    let groups = object(onetrust::groups(groups).map(|(group, yes)| (group, json!(yes))));
    let closed = beside.flag(Slot::OneTrustClosed).filter(|closed| {
        let mut scratch: Scratch = [0; limits::COOKIE_VALUE_BYTES];
        percent::decode(closed, &mut scratch).and_then(calendar::parse).is_some()
    });
    Some(json!({
        "groups": groups,
        "interactionCount": field("interactionCount").and_then(|count| count.parse::<u32>().ok()),
        "gpc": field("isGpcEnabled") == Some("1") || field("browserGpcFlag") == Some("1"),
        "awaitingReconsent": field("AwaitingReconsent") == Some("true"),
        "implicit": field("implicitConsentCountry").is_some(),
        "consentId": field("consentId"),
        "alertBoxClosed": closed,
    }))
}

fn cookiebot(value: &str, scratch: &mut Scratch) -> Option<Value> {
    if value == "-1" {
        return Some(json!({ "outsideRegion": true }));
    }
    let members = cookiebot::members(percent::decode(value, scratch)?)?;
    Some(object(members.map(|(name, value)| {
        let value = match (name, value) {
            (_, "true") => json!(true),
            (_, "false") => json!(false),
            ("ver" | "utc", number) => {
                number.parse::<i64>().map_or_else(|_| json!(number), |number| json!(number))
            }
            (_, text) => json!(text),
        };
        (name, value)
    })))
}

fn axeptio(value: &str, evidence: &Evidence<'_>) -> Option<Value> {
    let Value::Object(fields) = json_value(value)? else { return None };
    let vendors =
        fields.iter().filter(|(_, value)| value.is_boolean()).filter(|(name, _)| !name.starts_with("$$"));
    let list = |name: &str| {
        let mut scratch: Scratch = [0; limits::COOKIE_VALUE_BYTES];
        let text = percent::decode(cookie(evidence, name)?, &mut scratch)?;
        Some(text.split(',').filter(|vendor| !vendor.is_empty()).map(str::to_owned).collect::<Vec<_>>())
    };
    Some(json!({
        "completed": fields.get("$$completed"),
        "date": fields.get("$$date"),
        "vendors": object(vendors.map(|(name, value)| (name.as_str(), value.clone()))),
        "authorizedVendors": list("axeptio_authorized_vendors"),
        "allVendors": list("axeptio_all_vendors"),
    }))
}

fn complianz(beside: &Beside<'_, '_>) -> Value {
    // The main site of a network has a prefix of its own.
    let either = |name: &str, main: &str| cookie(beside.evidence, name).or(cookie(beside.evidence, main));
    json!({
        "categories": {
            "functional": either("cmplz_functional", "cmplz_rt_functional"),
            "preferences": beside.flag(Slot::ComplianzPreferences),
            "statistics": beside.flag(Slot::ComplianzStatistics),
            "marketing": beside.flag(Slot::ComplianzMarketing),
        },
        "bannerStatus": either("cmplz_banner-status", "cmplz_rt_banner-status"),
        "policyId": beside.flag(Slot::ComplianzPolicy),
    })
}

fn trustarc(beside: &Beside<'_, '_>) -> Value {
    let read = |slot: Slot, levels: fn(&str) -> Option<u16>| {
        let mut scratch: Scratch = [0; limits::COOKIE_VALUE_BYTES];
        percent::decode(beside.flag(slot)?, &mut scratch).and_then(levels)
    };
    let bits = read(Slot::TrustArcLevels, trustarc::levels)
        .or_else(|| read(Slot::TrustArcHighest, trustarc::up_to_highest))
        .or_else(|| read(Slot::TrustArcPermits, trustarc::permits));
    let levels: Option<Vec<u8>> = bits.map(|bits| (0..16).filter(|level| bits >> level & 1 == 1).collect());
    json!({
        "maxLevel": levels.as_ref().and_then(|levels| levels.last().copied()),
        "levels": levels,
        "behavior": beside.flag(Slot::TrustArcBehavior),
    })
}

fn shopify(value: &str) -> Option<Value> {
    if let Some(rest) = value.strip_prefix("3.") {
        let mut parts = rest.split('_');
        let letters: Vec<String> = parts.next()?.chars().map(String::from).collect();
        let region = parts.next()?;
        return Some(json!({
            "version": "3",
            "lettersPresent": letters,
            "region": region,
            "flags": parts.filter(|flag| flag.len() == 1).collect::<Vec<_>>(),
        }));
    }
    let fields = json_value(value)?;
    Some(json!({
        "version": fields.get("v"),
        "explicit": fields.pointer("/con/CMP"),
        "purposes": fields.get("purposes"),
        "region": fields.get("region"),
    }))
}

fn usercentrics(value: &str) -> Option<Value> {
    let fields = json_value(value)?;
    let services = fields.pointer("/consent/services").and_then(Value::as_object);
    let services = services
        .into_iter()
        .flatten()
        .filter_map(|(name, service)| Some((name.as_str(), service.get("consent")?.clone())));
    Some(json!({ "services": object(services), "gcm": fields.get("gcm") }))
}
