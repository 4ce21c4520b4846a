//! The form in which every decoder says what it read: fields by name, so that any two can be compared.
//!
//! TCF fields have the names of [`Tcf`], vendors as sorted ranges. GPP fields are prefixed with the id of their section; a
//! section that is refused is the field of its bare id. Where sets are equal, the way they were written does not show.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// What a decoder made of a string.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It read these fields.
    Read(Fields),
    /// It refused the string, with this message.
    Refused(String),
    /// It panicked, with this message.
    Panicked(String),
}

/// Fields by name.
pub type Fields = BTreeMap<String, Value>;

/// What a section that is refused has for its value, before the message.
pub const REFUSED: &str = "refused: ";

/// A publisher restriction: purpose, kind, vendors.
pub type Restriction = (u8, u8, Vec<(u16, u16)>);

/// A TC string as every decoder can tell it.
#[derive(Clone, Debug, Default)]
pub struct Tcf {
    /// Milliseconds since 1970.
    pub created: i64,
    /// Milliseconds since 1970.
    pub updated: i64,
    /// Banner, its version and screen, version of the vendor list, version of the policy.
    pub numbers: [u64; 5],
    /// Language and country.
    pub letters: [String; 2],
    /// Service specific, custom texts, purpose one hidden.
    pub flags: [bool; 3],
    /// Special features, consents, interests.
    pub ids: [Vec<u16>; 3],
    /// Vendors consented to, and on interest.
    pub vendors: [Vec<(u16, u16)>; 2],
    /// What the publisher forbids vendors.
    pub restrictions: Vec<Restriction>,
    /// Disclosed vendors; `None` without the segment.
    pub disclosed: Option<Vec<(u16, u16)>>,
    /// Consents and interests, custom consents and interests; `None` without the segment.
    pub publisher: Option<[Vec<u16>; 4]>,
    /// The number of custom purposes, where the decoder tells.
    pub custom_count: Option<u64>,
}

impl Tcf {
    /// Its fields, their names behind `prefix`.
    #[must_use]
    pub fn fields(&self, prefix: &str) -> Fields {
        let [cmp, cmp_version, screen, vendor_list, policy] = self.numbers;
        let [language, country] = &self.letters;
        let [service_specific, custom_texts, hidden] = self.flags;
        let [features, consents, interests] = &self.ids;
        let [vendor_consents, vendor_interests] = self.vendors.clone().map(joined);
        let publisher = |index: usize| self.publisher.as_ref().map(|lists| &lists[index]);
        let mut fields = json!({
            "created": self.created, "updated": self.updated,
            "cmp": cmp, "cmpVersion": cmp_version, "screen": screen, "language": language,
            "vendorList": vendor_list, "policy": policy,
            "serviceSpecific": service_specific, "customTexts": custom_texts,
            "specialFeatures": features, "consents": consents, "interests": interests,
            "purposeOneHidden": hidden, "country": country,
            "vendorConsents": vendor_consents, "vendorInterests": vendor_interests,
            "restrictions": grouped(&self.restrictions),
            "disclosed": self.disclosed.clone().map(joined),
            "publisherConsents": publisher(0), "publisherInterests": publisher(1),
            "customConsents": publisher(2), "customInterests": publisher(3),
        });
        if let Some(count) = self.custom_count {
            fields["customPurposes"] = json!(count);
        }
        let Value::Object(fields) = fields else { return Fields::new() };
        fields.into_iter().map(|(name, value)| (format!("{prefix}{name}"), value)).collect()
    }
}

/// Ranges in order, those that touch made one, reversed ones left out.
#[must_use]
pub fn joined(mut ranges: Vec<(u16, u16)>) -> Vec<(u16, u16)> {
    ranges.retain(|(start, end)| start <= end);
    ranges.sort_unstable();
    let mut out: Vec<(u16, u16)> = Vec::new();
    for (start, end) in ranges {
        match out.last_mut() {
            Some((_, last)) if start <= last.saturating_add(1) => *last = (*last).max(end),
            _ => out.push((start, end)),
        }
    }
    out
}

/// Single ids as ranges.
#[must_use]
pub fn ranges(ids: &[u16]) -> Vec<(u16, u16)> {
    joined(ids.iter().map(|id| (*id, *id)).collect())
}

/// Restrictions of one purpose and kind made one, those without vendors left out.
fn grouped(restrictions: &[Restriction]) -> Vec<Restriction> {
    let mut groups: BTreeMap<(u8, u8), Vec<(u16, u16)>> = BTreeMap::new();
    for (purpose, kind, vendors) in restrictions {
        groups.entry((*purpose, *kind)).or_default().extend(vendors);
    }
    groups
        .into_iter()
        .map(|((purpose, kind), vendors)| (purpose, kind, joined(vendors)))
        .filter(|(.., vendors)| !vendors.is_empty())
        .collect()
}
