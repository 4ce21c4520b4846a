//! The view of a TC string, with the names that `shared/vectors/consent.json` uses.

use parvis::consent::tcf::vendors::Vendors;
use parvis::consent::tcf::{Ids, Tcf, parse};
use serde_json::{Value, json};

use super::json::set_field;
use crate::calendar::iso;

/// Ranges above this number are summarized, as in the vectors.
const RANGES: usize = 100;

/// The decoded TC string; null if it is refused.
pub(super) fn decoded(text: &str) -> Value {
    parse(text).map_or(Value::Null, |tcf| view(&tcf))
}

fn view(tcf: &Tcf<'_>) -> Value {
    let restrictions: Vec<Value> = tcf
        .restrictions
        .map(|restriction| {
            json!({
                "purposeId": restriction.purpose,
                "restrictionType": restriction.kind,
                "vendorRanges": ranges(restriction.vendors),
            })
        })
        .collect();
    let publisher = tcf.publisher().map(|publisher| {
        json!({
            "consents": ids(publisher.consents),
            "legitimateInterests": ids(publisher.interests),
            "numCustomPurposes": publisher.custom_consents.count(),
            "customConsents": ids(publisher.custom_consents),
            "customLegitimateInterests": ids(publisher.custom_interests),
        })
    });
    json!({
        "version": 2,
        "created": iso(tcf.created()),
        "lastUpdated": iso(tcf.updated()),
        "cmpId": tcf.cmp(),
        "cmpVersion": tcf.cmp_version(),
        "consentScreen": tcf.screen(),
        "consentLanguage": letters(tcf.language()),
        "vendorListVersion": tcf.vendor_list(),
        "policyVersion": tcf.policy(),
        "isServiceSpecific": tcf.service_specific(),
        "useNonStandardTexts": tcf.custom_texts(),
        "specialFeatureOptins": ids(tcf.special_features()),
        "purposeConsents": ids(tcf.consents()),
        "purposeLegitimateInterests": ids(tcf.interests()),
        "purposeOneTreatment": tcf.purpose_one_hidden(),
        "publisherCountryCode": letters(tcf.country()),
        "vendorConsentRanges": ranges(tcf.vendor_consents),
        "vendorLegitimateInterestRanges": ranges(tcf.vendor_interests),
        "publisherRestrictions": restrictions,
        "disclosedVendorRanges": tcf.disclosed.map(ranges),
        "publisherTC": publisher,
    })
}

/// The same string as a section of GPP, with the names of the GPP library.
pub(super) fn section(text: &str) -> Option<Value> {
    let tcf = parse(text).ok()?;
    let set = |ids: Ids| json!({ "idsSet": ids.iter().collect::<Vec<_>>(), "length": ids.count() });
    let vendors = |vendors: Vendors<'_>| vendors.flat_map(|(start, end)| start..=end).collect::<Vec<_>>();
    let mut view = json!({
        "Version": 2,
        "Created": iso(tcf.created()),
        "LastUpdated": iso(tcf.updated()),
        "CmpId": tcf.cmp(),
        "CmpVersion": tcf.cmp_version(),
        "ConsentScreen": tcf.screen(),
        "ConsentLanguage": letters(tcf.language()),
        "VendorListVersion": tcf.vendor_list(),
        "PolicyVersion": tcf.policy(),
        "IsServiceSpecific": tcf.service_specific(),
        "UseNonStandardStacks": tcf.custom_texts(),
        "SpecialFeatureOptins": set(tcf.special_features()),
        "PurposeConsents": set(tcf.consents()),
        "PurposeLegitimateInterests": set(tcf.interests()),
        "PurposeOneTreatment": tcf.purpose_one_hidden(),
        "PublisherCountryCode": letters(tcf.country()),
        "VendorConsents": vendors(tcf.vendor_consents),
        "VendorLegitimateInterests": vendors(tcf.vendor_interests),
        "VendorsDisclosed": tcf.disclosed.map(vendors),
    });
    if let Some(publisher) = tcf.publisher() {
        set_field(&mut view, "PublisherConsents", set(publisher.consents));
        set_field(&mut view, "PublisherLegitimateInterests", set(publisher.interests));
        set_field(&mut view, "NumCustomPurposes", json!(publisher.custom_consents.count()));
    }
    Some(view)
}

fn ids(ids: Ids) -> Vec<u8> {
    ids.iter().collect()
}

fn letters(letters: [u8; 2]) -> String {
    String::from_utf8_lossy(&letters).into_owned()
}

fn ranges(vendors: Vendors<'_>) -> Value {
    let ranges: Vec<(u16, u16)> = vendors.collect();
    match (ranges.as_slice(), ranges.len()) {
        // The text is that of the vectors, whose longest list is of odd ids; it has the bounds of any long list.
        ([(first, _), .., (_, last)], count) if count > RANGES => {
            json!({ "pattern": format!("odd ids {first}..{last}"), "count": count })
        }
        _ => json!(ranges),
    }
}
