//! The consent strings that are decoded: one of each kind that sites really store.

use parvis::consent::gpp::layout::Field;
use parvis::consent::gpp::section::us_section;
use parvis::consent::tcf::vendors::Vendors;
use parvis::consent::tcf::{Ids, Tcf};
use parvis::consent::{gpp, tcf, us_privacy};
use parvis::facts::Facts;

/// A string, and what kind of string it is.
pub struct Sample {
    /// What it is, for the table.
    pub name: &'static str,
    /// Whether it is a TC string; otherwise it is a GPP string.
    pub tcf: bool,
    /// The string.
    pub text: String,
}

const ACCEPT: &str = "CQraFkAQraFkAEsACBFRB4FsAP_gAEPgAAqIF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYAA.IF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYAA.f_wACHwAAAAA";
const REJECT: &str = "CQraFkAQraFkAEsACBFRB4FgAAAAAAAAAAqIAAAAAAAA.IF5wAQF5gAAA.YAAAAAAAAAAA";
const RESTRICTED: &str = "CQraFkAQraFkAEsACBFRB4FgAP_gAAAAAAqIF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYAAAARgAGAAQAEAA.IF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYAA.f_wAAAAAAAAA";
/// The first 213 bits of [`ACCEPT`], in which every field of fixed length lies; the last half character is cut off.
const FIXED: usize = 35;

/// Every sample.
#[must_use]
pub fn samples() -> Vec<Sample> {
    let tcf = |name, text: &str| Sample { name, tcf: true, text: text.to_owned() };
    let gpp = |name, text: String| Sample { name, tcf: false, text };
    vec![
        tcf("tcf, refused", REJECT),
        tcf("tcf, 15 vendors in ranges", ACCEPT),
        tcf("tcf, 755 vendors in bits", &bit_fields()),
        tcf("tcf, publisher restriction", RESTRICTED),
        gpp("gpp, usnat with GPC", "DBABLA~CVQVAAAAAACA.YA".to_owned()),
        gpp("gpp, usca", "DBABBg~BUoAAACA".to_owned()),
        gpp("gpp, usde", "DBABUw~BFkAAAACAA.QA".to_owned()),
        gpp("gpp, tcf and us privacy", format!("DBACNYA~{ACCEPT}~1YNN")),
        gpp("gpp, tcf, usnat, usca", format!("DBACOPA~{ACCEPT}~CVQVAAAAAACA.QA~BUoAAACA.YA")),
    ]
}

/// A string with two fields of 755 bits, as banners write them for hundreds of vendors.
fn bit_fields() -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bits: Vec<bool> = Vec::new();
    let mut put = |value: usize, count: usize| bits.extend((0..count).rev().map(|bit| value >> bit & 1 == 1));
    for c in ACCEPT.bytes().take(FIXED) {
        put(ALPHABET.iter().position(|known| *known == c).unwrap_or(0), 6);
    }
    // The rest of the country, R, of which three bits are in the last of those characters.
    put(1, 3);
    for _ in 0..2 {
        put(755, 16);
        put(0, 1);
        // Two thirds of the vendors, in runs.
        (0..755).for_each(|vendor| put(usize::from(vendor % 9 < 6), 1));
    }
    put(0, 12);
    bits.resize(bits.len().next_multiple_of(24), false);
    let value = |bits: &[bool]| bits.iter().fold(0, |value, bit| value << 1 | usize::from(*bit));
    let core: String = bits.chunks(6).map(|bits| char::from(ALPHABET[value(bits)])).collect();
    let rest = ACCEPT.split_once('.').map_or("", |(_, rest)| rest);
    format!("{core}.{rest}")
}

/// Reads every field of a string; returns a number that depends on all of them, or `None` where it is refused.
#[must_use]
pub fn everything(sample: &Sample) -> Option<u64> {
    if sample.tcf {
        return tcf::parse(&sample.text).ok().map(|tcf| whole(&tcf));
    }
    let mut sum = 0;
    for (id, section) in gpp::parse(&sample.text)?.sections() {
        sum += u64::from(id);
        match id {
            2 => sum += whole(&tcf::parse(section).ok()?),
            6 => sum += u64::from(us_privacy::parse(section)?.opt_out),
            _ => {
                let section = us_section(id, section)?;
                sum += section
                    .values()
                    .map(|(_, number, value)| u64::from(number) * u64::from(value))
                    .sum::<u64>();
                sum += u64::from(section.version) + u64::from(section.gpc == Some(true));
            }
        }
    }
    Some(sum)
}

fn whole(tcf: &Tcf<'_>) -> u64 {
    let ids = |ids: Ids| ids.iter().map(u64::from).sum::<u64>();
    let vendors =
        |set: Vendors<'_>| set.map(|(start, end)| u64::from(end - start) + u64::from(start)).sum::<u64>();
    let mut sum = tcf.created().0.unsigned_abs() ^ tcf.updated().0.unsigned_abs();
    sum += u64::from(tcf.cmp()) + u64::from(tcf.cmp_version()) + u64::from(tcf.screen());
    sum += u64::from(tcf.vendor_list()) + u64::from(tcf.policy());
    sum += u64::from(tcf.language()[0]) + u64::from(tcf.language()[1]);
    sum += u64::from(tcf.country()[0]) + u64::from(tcf.country()[1]);
    sum += u64::from(tcf.service_specific())
        + u64::from(tcf.custom_texts())
        + u64::from(tcf.purpose_one_hidden());
    sum += ids(tcf.special_features()) + ids(tcf.consents()) + ids(tcf.interests());
    sum += vendors(tcf.vendor_consents) + vendors(tcf.vendor_interests) + tcf.disclosed.map_or(0, vendors);
    for restriction in tcf.restrictions {
        sum += u64::from(restriction.purpose) + u64::from(restriction.kind) + vendors(restriction.vendors);
    }
    if let Some(own) = tcf.publisher() {
        sum += ids(own.consents) + ids(own.interests) + ids(own.custom_consents) + ids(own.custom_interests);
    }
    sum
}

/// Reads what a publisher needs: whether the string is in force and its own segment, or the opt-outs of US sections.
#[must_use]
pub fn publisher(sample: &Sample) -> Option<u64> {
    let own = |text| {
        let tcf = tcf::parse(text).ok()?;
        let own = tcf.publisher()?;
        Some(
            u64::from(tcf.invalid().is_none())
                + u64::from(own.consents.has(1))
                + u64::from(own.consents.has(5)),
        )
    };
    if sample.tcf {
        return own(&sample.text);
    }
    let mut sum = 0;
    for (id, section) in gpp::parse(&sample.text)?.sections() {
        sum += match id {
            2 => own(section)?,
            6 => u64::from(us_privacy::parse(section)?.opt_out),
            _ => us_section(id, section)?
                .values()
                .filter(|(field, ..)| *field == Field::SaleOptOut)
                .map(|(.., value)| u64::from(value))
                .sum(),
        };
    }
    Some(sum)
}

/// A request with a TC string, a GPP string and the cookies of OneTrust's banner.
#[must_use]
pub fn three_flags() -> Facts {
    let header = format!(
        "a=1; euconsent-v2={ACCEPT}; gpp=DBABLA~CVQVAAAAAACA.YA; OptanonConsent=isGpcEnabled=0&datestamp=x&\
         interactionCount=1&groups=C0001%3A1%2CC0002%3A0%2CC0003%3A0%2CC0004%3A0&AwaitingReconsent=false; \
         OptanonAlertBoxClosed=2026-10-01T08:00:00.000Z; b=2"
    );
    Facts {
        country: Some("FR".to_owned()),
        now: parvis::base::calendar::parse("2026-11-21T12:00:00Z"),
        cookies: [header].into(),
        ..Facts::default()
    }
}
