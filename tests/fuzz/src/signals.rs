//! The signals of the IAB and of the W3C, and a whole request's headers.

use parvis::consent::evidence::Evidence;
use parvis::consent::gpp::layout::{Field, layout};
use parvis::consent::gpp::section::us_section;
use parvis::consent::purpose::{Purpose, PurposeSet};
use parvis::consent::resolve::resolve;
use parvis::consent::tcf::vendors::Vendors;
use parvis::consent::tcf::{self, Tcf};
use parvis::consent::{gpc as control, gpp as platform, us_privacy as california};

use crate::laws::{PLACES, SITE, Site, Visitor, granted, hold};

const URL_SAFE: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Every line is a `Cookie` header, but those that begin with `G` are `Sec-GPC` fields.
pub(crate) fn cookies(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let mut visitor = Visitor::default();
    for line in text.lines().take(6) {
        match line.strip_prefix('G') {
            Some(field) => visitor.sec_gpc.push(field.to_owned()),
            None => visitor.cookies.push(line.to_owned()),
        }
    }
    let place = PLACES[text.len() % PLACES.len()];
    let base = hold(&visitor, place);
    // How the cookies are spread over headers, and in which order they stand, says nothing.
    let mut pairs: Vec<&str> = visitor.cookies.iter().flat_map(|header| header.split(';')).collect();
    pairs.reverse();
    let one = Visitor { cookies: vec![pairs.join(";")], ..visitor.clone() };
    if one.cookies[0].len() <= parvis::limits::COOKIE_HEADER_BYTES {
        assert_eq!(
            base.allowed(),
            one.ask(place).allowed(),
            "spread over headers, the cookies say something else"
        );
    }
    // What a header cannot say, a cookie cannot claim.
    for (name, _) in visitor.evidence(place).pairs() {
        assert!(!name.starts_with('@'), "a cookie speaks for the browser: {name}");
    }
}

/// A TC string: its streams end, its prefixes grant no more, and nobody without the visitor's yes is granted anything.
pub(crate) fn tcf(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let visitor = Visitor::with("euconsent-v2", &text);
    let resolution = hold(&visitor, PLACES[0]);
    let Ok(read) = tcf::parse(&text) else {
        assert!(granted(&resolution).is_empty(), "granted by a string that is refused");
        return;
    };
    assert!(text.bytes().all(|byte| byte == b'.' || URL_SAFE.contains(&byte)), "foreign characters");
    streams_end(&read);
    let whole = granted(&resolution);
    for end in (0..text.len()).rev().take(24).chain([text.len() / 2, text.len() / 3]) {
        let part = Visitor::with("euconsent-v2", text.get(..end).unwrap_or_default()).granted(PLACES[0]);
        assert!(whole.contains_all(part), "its first {end} characters grant {part:?}, and it {whole:?}");
    }
    let padded = format!("{text}A");
    let more = tcf::parse(&padded).expect("a zero behind the last segment is padding");
    assert_eq!(format!("{:?}", read.publisher()), format!("{:?}", more.publisher()));
    assert_eq!(
        (read.consents(), read.updated(), read.country()),
        (more.consents(), more.updated(), more.country())
    );
    for vendor in [1, 7, u16::MAX] {
        for_vendor(&visitor, &read, vendor);
    }
}

fn streams_end(read: &Tcf<'_>) {
    let sets = [Some(read.vendor_consents), Some(read.vendor_interests), read.disclosed];
    for set in sets.into_iter().flatten() {
        ranges(set);
    }
    for restriction in read.restrictions {
        assert!(restriction.purpose < 64 && restriction.kind < 4);
        ranges(restriction.vendors);
    }
    for ids in [read.consents(), read.interests(), read.special_features()] {
        assert!(ids.iter().all(|id| ids.has(id) && id <= ids.count()));
        assert!(!ids.has(0) && !ids.has(ids.count() + 1));
    }
}

fn ranges(set: Vendors<'_>) {
    for (index, (start, end)) in set.enumerate() {
        assert!(start <= end, "a reversed range {start} to {end}");
        // Asking for a vendor walks the set again: a few are enough.
        assert!(index >= 4 || (set.contains(start) && set.contains(end)));
    }
}

/// For a vendor, whoever was neither disclosed nor consented to has nothing, but for what the core says of sale.
fn for_vendor(visitor: &Visitor, read: &Tcf<'_>, vendor: u16) {
    let site = Site { vendor };
    let evidence = visitor.evidence(PLACES[0]);
    let resolution = resolve(&evidence, &site);
    let disclosed = read.disclosed.is_some_and(|set| set.contains(vendor));
    let named = read.vendor_consents.contains(vendor) || read.vendor_interests.contains(vendor);
    if !(disclosed && named) {
        let rest = granted(&resolution).without(PurposeSet::EMPTY.with(Purpose::SaleShare));
        assert!(rest.is_empty(), "vendor {vendor} is granted {rest:?}");
    }
    let forbidden = |purpose: u8| {
        read.restrictions.into_iter().any(|restriction| {
            restriction.purpose == purpose && restriction.kind == 0 && restriction.vendors.contains(vendor)
        })
    };
    if forbidden(1) {
        assert!(!granted(&resolution).contains(Purpose::DeviceStorage), "against a publisher restriction");
    }
}

/// A GPP string: sections rise, an opt-out anywhere denies, and what cannot be read denies too.
pub(crate) fn gpp(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let visitor = Visitor::with("gpp", &text);
    let place = PLACES[text.len() % PLACES.len()];
    let resolution = hold(&visitor, place);
    let sold = granted(&resolution).contains(Purpose::SaleShare);
    let bare = !text.contains('~') && text.starts_with(|c: char| c == 'C' || c.is_ascii_digit());
    let Some(read) = platform::parse(&text) else {
        assert!(bare || !sold, "sale granted by a string that is refused");
        for id in 0..32 {
            opens(id, &text);
        }
        return;
    };
    let mut last = 0;
    let mut count = 0;
    for (id, section) in read.sections() {
        assert!(id > last, "section {id} stands behind {last}");
        (last, count) = (id, count + 1);
        let out = match id {
            6 => california::parse(section).is_none_or(|letters| letters.opt_out == b'Y'),
            7..=27 => opens(id, section),
            _ => false,
        };
        let blocked = !resolution.allowed().contains(Purpose::SaleShare);
        assert!(blocked || !out, "sale allowed against section {id}: {section}");
        assert_eq!(layout(id).is_some(), (7..=27).contains(&id));
    }
    assert_eq!(count, text.split('~').count() - 1, "as many ids as sections");
}

/// Reads a US section to its end; whether it opts out of the sale, or cannot be read.
fn opens(id: u32, text: &str) -> bool {
    let Some(section) = us_section(id, text) else { return layout(id).is_some() };
    let mut expected = 0;
    for (field, number, value) in section.values() {
        assert!(value < 4 && number >= 1 && number <= section.count(field), "{}", field.name());
        expected += 1;
        assert!(expected < 64, "no section has so many entries");
    }
    section.gpc == Some(true)
        || section.values().any(|(field, _, value)| {
            let opt_out =
                matches!(field, Field::SaleOptOut | Field::SharingOptOut | Field::TargetedAdvertisingOptOut);
            opt_out && matches!(value, 1 | 3)
        })
}

/// A US Privacy string: what its four letters say, and a refusal for anything else.
pub(crate) fn us_privacy(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let resolution = hold(&Visitor::with("usprivacy", &text), PLACES[1]);
    let letters = text.as_bytes();
    let among = |index: usize, set: &[u8]| letters.get(index).is_some_and(|letter| set.contains(letter));
    let strict = among(1, b"YN-") && among(2, b"YN") && among(3, b"YN-");
    let valid = letters.len() == 4 && among(0, b"1") && (strict || text == "1---");
    assert_eq!(california::parse(&text).is_some(), valid);
    let may_sell = resolution.allowed().contains(Purpose::SaleShare);
    assert_eq!(may_sell, valid && !among(2, b"Y"), "the sale of data");
}

/// Every line is a `Sec-GPC` field.
pub(crate) fn gpc(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let fields: Vec<String> = text.lines().take(8).map(str::to_owned).collect();
    let visitor = Visitor { sec_gpc: fields, ..Visitor::default() };
    let asked = visitor.sec_gpc.iter().any(|field| field.trim_matches([' ', '\t']) == "1");
    let joined = visitor
        .sec_gpc
        .iter()
        .any(|field| field.split(',').any(|part| part.trim_matches([' ', '\t']) == "1"));
    for place in PLACES {
        let resolution = hold(&visitor, place);
        assert_eq!(resolution.gpc(), asked);
        if joined {
            assert!(!resolution.allowed().contains(Purpose::SaleShare), "sold against the signal");
        }
    }
    assert!(visitor.sec_gpc.iter().all(|field| !control::asks(field) || control::seems(field)));
    let script = Evidence { script_gpc: true, ..visitor.evidence(PLACES[1]) };
    assert!(resolve(&script, &SITE).gpc());
}
