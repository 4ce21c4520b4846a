//! The small readers that all others stand on, at their ends: times, numbers, escapes, JSON, base64, bits, the mirror.

use parvis::base::calendar::Millis;
use parvis::base::{base64, calendar, percent, split};
use parvis::consent::bits::Bits;
use parvis::consent::bridge::{BYTES, Mirror, Mirrors};
use parvis::consent::json::{Value, walk};
use parvis::consent::purpose::PurposeSet;
use parvis::consent::settings::Slot;
use parvis::consent::source::{Banner, Source};
use parvis::consent::{gpc, us_privacy};

use super::bits::Bits as Writer;

/// Days since 1970 by counting them one after the other.
fn count_days(year: i64, month: i64, day: i64) -> i64 {
    let leap = |year: i64| (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let length = |year, month| match month {
        2 if leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let years: i64 = (1970..year).map(|year| if leap(year) { 366 } else { 365 }).sum();
    years + (1..month).map(|month| length(year, month)).sum::<i64>() + day - 1
}

#[test]
fn every_day_of_every_year() {
    for year in [1970, 1971, 1972, 1999, 2000, 2001, 2024, 2025, 2026, 2027, 2028, 2099, 2100, 2101, 2400] {
        for month in 0..=13 {
            for day in 0..=32 {
                let found = calendar::parse(&format!("{year}-{month:02}-{day:02}")).map(|at| at.0);
                let last = (28..=31)
                    .rev()
                    .find(|last| count_days(year, month, *last) < count_days(year, month + 1, 1));
                let there = (1..=12).contains(&month) && day >= 1 && Some(day) <= last;
                assert_eq!(
                    found,
                    there.then(|| count_days(year, month, day) * 86_400_000),
                    "{year}-{month}-{day}"
                );
            }
        }
    }
    assert_eq!(
        (calendar::days(1970, 1, 1), calendar::days(1969, 12, 31), calendar::days(1900, 3, 1)),
        (0, -1, -25_508)
    );
    assert_eq!(calendar::DAY, 86_400_000);
}

#[test]
fn times_in_every_form() {
    let noon = 1_790_856_000_000;
    for (text, expected) in [
        ("2026-10-01T12:00:00Z", Some(noon)),
        ("2026-10-01 12:00:00Z", Some(noon)),
        ("2026-10-01_12:00:00Z", None),
        ("2026-10-01T12:00:00.5Z", Some(noon + 500)),
        ("2026-10-01T12:00:00.05Z", Some(noon + 50)),
        ("2026-10-01T12:00:00.005Z", Some(noon + 5)),
        ("2026-10-01T12:00:00.9999Z", Some(noon + 999)),
        ("2026-10-01T12:00:00.123Z", Some(noon + 123)),
        ("2026-10-01T12:00:00.xZ", None),
        ("2026-10-01T12:00:00", None),
        ("2026-10-01T12:00:00z", None),
        ("2026-10-01T12:00:00+00:00", Some(noon)),
        ("2026-10-01T12:00:00+02:30", Some(noon - 9_000_000)),
        ("2026-10-01T12:00:00-02:30", Some(noon + 9_000_000)),
        ("2026-10-01T12:00:00+0230", Some(noon - 9_000_000)),
        ("2026-10-01T12:00:00+23:59", Some(noon - 86_340_000)),
        ("2026-10-01T12:00:00+24:00", None),
        ("2026-10-01T12:00:00+00:60", None),
        ("2026-10-01T12:00:00*00:00", None),
        ("2026-10-01T12:00:00+00:00x", None),
        ("2026-10-01T00:00:00Z", Some(noon - 43_200_000)),
        ("2026-10-01T23:59:60Z", Some(noon + 43_200_000)),
        ("2026-10-01T23:59:59Z", Some(noon + 43_199_000)),
        ("2026-10-01T24:00:00Z", None),
        ("2026-10-01T12:60:00Z", None),
        ("2026-10-01T12:59:00Z", Some(noon + 3_540_000)),
        ("2026-10-01T12:00:61Z", None),
        ("2026-10-01T1200:00Z", None),
        ("2026-10-01T12:0000Z", None),
        ("2026-1-01", None),
        ("2026_10-01", None),
        ("2026-10_01", None),
        ("20261001", None),
        ("a026-10-01", None),
        ("2026-10-0a", None),
        ("Thu Oct 01 2026 12:00:00 GMT+0000", Some(noon)),
        ("Thu+Oct+01+2026+12:00:00+GMT+0000", Some(noon)),
        ("Thu Oct 01 2026 14:30:00 GMT+0230 (somewhere)", Some(noon)),
        ("Thu Oct 01 2026 09:30:00 GMT-0230", Some(noon)),
        ("Thu Oct 01 2026 14:30:00 GMT 0230", Some(noon)),
        ("Thu Oct 01 2026 12:00:00 GMT", None),
        ("Thu Oct 01 2026 12:00:00 UTC+0000", None),
        ("Thu Oct 1 2026 12:00:00 GMT+0000", None),
        ("Thu Okt 01 2026 12:00:00 GMT+0000", None),
        ("Thu.Oct 01 2026 12:00:00 GMT+0000", None),
        ("Thu Oct 01 2026 12:00:00xGMT+0000", None),
        ("Th", None),
        ("T", None),
        ("", None),
    ] {
        assert_eq!(calendar::parse(text).map(|at| at.0), expected, "{text}");
    }
    for (index, month) in ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        .iter()
        .enumerate()
    {
        let words = calendar::parse(&format!("Xxx {month} 02 2026 00:00:00 GMT+0000"));
        assert_eq!(words, calendar::parse(&format!("2026-{:02}-02", index + 1)), "{month}");
        assert!(words.is_some(), "{month}");
    }
    assert_eq!(calendar::millis("999999999999999"), Some(Millis(999_999_999_999_999)));
    for text in ["", "1000000000000000", "1a", "-1", "+1", " 1", "1.5"] {
        assert_eq!(calendar::millis(text), None, "{text}");
    }
}

#[test]
fn numbers_at_their_ends() {
    assert_eq!(split::number("999999999"), Some(999_999_999));
    assert_eq!((split::number("0"), split::number("007")), (Some(0), Some(7)));
    for text in ["", "1000000000", "0000000001", "1x", "x1", "-1", "1 ", "1/", "1:"] {
        assert_eq!(split::number(text), None, "{text}");
    }
    assert_eq!(split::digits("0123456789"), Some(123_456_789));
}

#[test]
fn text_is_cut_at_single_characters() {
    let pieces = |text| split::parts(text, b',').collect::<Vec<_>>();
    assert_eq!(pieces(""), [""]);
    assert_eq!(pieces(","), ["", ""]);
    assert_eq!(pieces("a"), ["a"]);
    assert_eq!(pieces(",a,,bc,"), ["", "a", "", "bc", ""]);
    assert_eq!(
        (split::pair("a=b=c", b'='), split::pair("=", b'='), split::pair("a", b'=')),
        (Some(("a", "b=c")), Some(("", "")), None)
    );
    assert_eq!(
        (split::before("ab,c", b','), split::before("ab", b','), split::before(",", b',')),
        ("ab", "ab", "")
    );
    assert_eq!((split::find("abc", b'c'), split::find("abc", b'd'), split::find("", b'd')), (2, 3, 0));
    for (from, to) in [
        ("", ""),
        (" ", ""),
        ("  ", ""),
        ("a", "a"),
        (" a", "a"),
        ("a ", "a"),
        ("\t a b \t", "a b"),
        (" é ", "é"),
    ] {
        assert_eq!(split::trim(from, b" \t"), to, "{from:?}");
    }
    assert_eq!(
        (
            split::slice("abc", 0, 3),
            split::slice("abc", 3, 3),
            split::slice("abc", 2, 1),
            split::slice("abc", 1, 2)
        ),
        ("abc", "", "", "b")
    );
}

#[test]
fn escapes_are_resolved_once() {
    let decode = |text: &str, room: usize| {
        let mut buffer = vec![0; room];
        percent::decode(text, &mut buffer).map(str::to_owned)
    };
    for (text, expected) in [
        ("", Some("")),
        ("abc+d", Some("abc+d")),
        ("%41%5a%5A", Some("AZZ")),
        ("%30%39%61%66%2F%aF", None),
        ("%2541", Some("%41")),
        ("%C3%A9", Some("é")),
        ("%C3", None),
        ("%", None),
        ("%4", None),
        ("a%4", None),
        ("%4g", None),
        ("%g4", None),
        ("%4G", None),
        ("%:0", None),
        ("%/0", None),
        ("%@0", None),
        ("%`0", None),
        ("%0A%0a%0F%0f", Some("\n\n\u{f}\u{f}")),
        ("%09%7E", Some("\t~")),
    ] {
        assert_eq!(decode(text, 64).as_deref(), expected, "{text}");
    }
    assert_eq!(decode("%41bc", 3).as_deref(), Some("Abc"));
    assert_eq!(decode("%41bc", 2), None);
    // Without an escape nothing is copied.
    assert_eq!(decode("abc", 0).as_deref(), Some("abc"));
}

#[test]
fn base64_in_both_alphabets() {
    let decode = |text: &str, room: usize| {
        let mut buffer = vec![0; room];
        base64::decode_into(text, &mut buffer).map(str::to_owned)
    };
    for (text, expected) in [
        ("", Some("")),
        ("YQ", Some("a")),
        ("YQ==", Some("a")),
        ("YQ%3D%3D", Some("a")),
        ("YQ=%3D=", Some("a")),
        ("YWI", Some("ab")),
        ("YWJj", Some("abc")),
        ("Pz8-", Some("??>")),
        ("Pz8+", Some("??>")),
        ("Pz8_", Some("???")),
        ("Pz8/", Some("???")),
        ("w6k", Some("é")),
        ("w6", None),
        ("Y", Some("")),
        ("YQ=a", None),
        ("YW Jj", None),
        ("YQ%3d", None),
    ] {
        assert_eq!(decode(text, 16).as_deref(), expected, "{text}");
    }
    assert_eq!((decode("YWJj", 3).as_deref(), decode("YWJj", 2)), (Some("abc"), None));
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for byte in 0..=255u8 {
        let place = alphabet.bytes().position(|known| known == byte);
        assert_eq!(base64::sextet(byte).map(usize::from), place, "{byte}");
    }
}

#[test]
fn bits_at_their_ends() {
    // Each number of bits from each place.
    let written = (0..20).fold(Writer::default(), |bits, index| bits.put(index * 37 + 5, 6));
    let text = written.text();
    let bit = |at: usize| u64::from(Bits::new(&text).from(at).bit());
    for at in 0..=120 {
        for count in 0..=58 {
            let mut bits = Bits::new(&text).from(at);
            let whole = at + count <= 120;
            let expected = if whole { (at..at + count).fold(0, |value, at| value << 1 | bit(at)) } else { 0 };
            assert_eq!(
                (bits.take(count), bits.is_over(), bits.at()),
                (expected, !whole, at + count),
                "{count} at {at}"
            );
            assert_eq!(bits.left(), 120usize.saturating_sub(at + count));
        }
    }
    let mut bits = Bits::new("__");
    assert_eq!((bits.small(12), bits.small(1), bits.is_over()), (4095, 0, true));
    bits.skip(usize::MAX);
    assert!(bits.is_over() && bits.left() == 0);
    let mut bits = Bits::new("__");
    bits.skip(12);
    assert!(!bits.is_over() && bits.left() == 0 && !bits.bit() && bits.is_over());
}

#[test]
fn fibonacci_codes_up_to_the_longest() {
    let mut weights = vec![1u32, 2];
    while weights.len() < 24 {
        weights.push(weights[weights.len() - 1] + weights[weights.len() - 2]);
    }
    let read = |places: &[usize], end: usize| {
        let mut code = vec![false; end];
        places.iter().for_each(|place| code[*place] = true);
        let bits = code.iter().fold(Writer::default(), |bits, bit| bits.put((*bit).into(), 1)).put(0, 8);
        let mut bits = Bits::new(Box::leak(bits.text().into_boxed_str()));
        (bits.fibonacci(), bits.is_over(), bits.at())
    };
    for (place, weight) in weights.iter().copied().enumerate().take(23) {
        assert_eq!(read(&[place, place + 1], place + 2), (weight, false, place + 2), "{place}");
        if place >= 2 {
            assert_eq!(read(&[0, place, place + 1], place + 2), (weight + 1, false, place + 2), "{place}");
        }
    }
    // The longest code has 24 bits.
    assert_eq!(read(&[23, 24], 25), (0, true, usize::MAX));
    assert!(read(&[], 40).1);
}

#[test]
fn json_with_its_paths() {
    let walked = |text: &str| {
        let mut seen = Vec::new();
        let whole = walk(text, &mut |path, value| seen.push((path.join("/"), format!("{value:?}"))));
        whole.then_some(seen)
    };
    let expect = |values: &[(&str, Value<'_>)]| {
        Some(
            values.iter().map(|(path, value)| ((*path).to_owned(), format!("{value:?}"))).collect::<Vec<_>>(),
        )
    };
    assert_eq!(
        walked(r#" { "a" : [ 1 , "x" , { "b" : null } ] , "c" : true } "#),
        expect(&[
            ("", Value::Object),
            ("a", Value::Array),
            ("a/\u{1}", Value::Bare("1")),
            ("a/\u{1}", Value::Text("x")),
            ("a/\u{1}", Value::Object),
            ("a/\u{1}/b", Value::Bare("null")),
            ("c", Value::Bare("true")),
        ])
    );
    assert_eq!(walked("\t\n\r \"\\\"\\\\\""), expect(&[("", Value::Text("\\\"\\\\"))]));
    assert_eq!(
        walked(r#"{"a":{},"b":[]}"#),
        expect(&[("", Value::Object), ("a", Value::Object), ("b", Value::Array)])
    );
    for bare in ["0", "-1", "1.5", "1e9", "1E+9", "-0.5e-3", "true", "false", "null"] {
        assert_eq!(walked(bare), expect(&[("", Value::Bare(bare))]), "{bare}");
    }
    for broken in [
        "",
        "-",
        "e1",
        ".5",
        "True",
        "nul",
        "1f",
        "- 1",
        "{",
        "}",
        "[",
        "]",
        "{]",
        "[}",
        "{\"a\"}",
        "{\"a\":}",
        "{,}",
        "[,]",
        "[1 2]",
        "{\"a\":1 \"b\":2}",
        "{\"a\":1,,\"b\":2}",
        "[1]]",
        "[1],",
        "\"\u{1}\"",
        "\"\u{1f}\"",
        "\"a\\",
        "\"",
        "'a'",
        "{'a':1}",
        "[1,",
        "{1:2}",
        "\"a\"b",
        "\u{a0}1",
        "\0",
    ] {
        assert_eq!(walked(broken), None, "{broken}");
    }
    assert!(walked("\" \"").is_some());
    for depth in 1..=10 {
        let text = format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(walked(&text).map(|seen| seen.len()), (depth <= 8).then_some(depth + 1), "{depth} deep");
        let text = format!("{}1{}", "{\"k\":".repeat(depth), "}".repeat(depth));
        assert_eq!(
            walked(&text).map(|seen| seen[depth].0.len()),
            (depth <= 8).then_some(2 * depth - 1),
            "{depth} deep"
        );
    }
    // What is said before the text breaks off was said.
    let mut count = 0;
    assert!(!walk("[1,2,x,3]", &mut |_, _| count += 1));
    assert_eq!(count, 3);
}

#[test]
fn mirrors_at_their_ends() {
    let mirror = |at: i64, origin: Source, notice: u16, interest: u16| Mirror {
        decided_at: Millis(at * 1000),
        granted: PurposeSet::from_bits(0x3ff),
        denied: PurposeSet::from_bits(1),
        interest: PurposeSet::from_bits(interest),
        origin,
        notice,
    };
    let written = |own, seen| Mirrors { own, seen }.write(&mut [0; BYTES]).map(str::to_owned);
    let usercentrics = Source::banner(Banner::Usercentrics);
    for (own, seen, text) in [
        (None, Some(mirror(0, usercentrics, 0, 0)), "1.0.3ff.1.11"),
        (None, Some(mirror(15, Source::banner(Banner::OneTrust), 0, 0)), "1.f.3ff.1.1"),
        (None, Some(mirror(16, Source::banner(Banner::TcfCustom), 0, 0)), "1.10.3ff.1.13"),
        (None, Some(mirror(0xffff_ffff, Source::TCF_PUBLISHER, 0, 0x88)), "1.ffffffff.3ff.1.40.88"),
        (None, Some(mirror(9, Source::section(31), 0, 0)), "1.9.3ff.1.7f"),
        (Some(mirror(10, Source::API, 0, 0)), None, "1.a.3ff.1.0"),
        (Some(mirror(0x89ab_cdef, Source::API, 0xffff, 0)), None, "1.89abcdef.3ff.1.0.ffff"),
        (
            Some(mirror(1, Source::API, 1, 0)),
            Some(mirror(2, Source::GPP, 0, 0x200)),
            "1.1.3ff.1.0.1~2.3ff.1.47.200",
        ),
    ] {
        assert_eq!(written(own, seen).as_deref(), Some(text));
        assert_eq!(Mirrors::parse(text), Some(Mirrors { own, seen }), "{text}");
    }
    assert_eq!(written(Some(mirror(0x1_0000_0000, Source::API, 0, 0)), None), None);
    assert_eq!(written(Some(mirror(-1, Source::API, 0, 0)), None), None);
    // Codes between the banners and the others, those of signals that are not mirrored, and those above the last.
    let banners = u32::try_from(Banner::ALL.len()).unwrap();
    for code in 0..=0x90u32 {
        let known = code <= banners || matches!(code, 0x40..=0x43 | 0x46 | 0x47 | 0x60..=0x7f);
        assert_eq!(Mirrors::parse(&format!("1.0.0.0.{code:x}")).is_some(), known, "{code:x}");
    }
    let fine = |text: &str| Mirrors::parse(text).is_some();
    assert!(fine("1.00000001.0.0.0") && !fine("1.000000001.0.0.0"));
    assert!(
        fine("1.1.ffff.ffff.0.ffff")
            && !fine("1.1.10000.0.0")
            && !fine("1.1.0.10000.0")
            && !fine("1.1.0.0.0.10000")
    );
    assert!(fine("1.1.0.0.0.0") && !fine("1.1.0.0") && !fine("1.1.0.0.0.0.0") && !fine("1.1.0.0.0."));
    assert!(fine("1.AB.0.0.0") && !fine("1.g.0.0.0") && !fine("11.0.0.0.0") && !fine("2.0.0.0.0"));
    assert!(
        fine("1.1.0.0.0~1.0.0.1")
            && fine("1.1.0.0.1~1.0.0.0")
            && !fine("1.1.0.0.0~1.0.0.0")
            && !fine("1.1.0.0.1~1.0.0.2")
    );
    // 48 bytes at most.
    let long = "1.ffffffff.0000ffff.0000ffff.0000001.ffff~1.0.0.0";
    assert_eq!(long.len(), 49);
    assert!(!fine(long) && fine(&long.replacen("00000", "0000", 1)));
    // What was refused too was not granted, and interest is part of what was granted.
    let vote = mirror(7, Source::TCF_PUBLISHER, 0, 0x81).vote();
    assert_eq!((vote.granted.bits(), vote.denied.bits(), vote.interest.bits()), (0x3fe, 1, 0x80));
    assert_eq!(vote.decided_at, Some(Millis(7000)));
    assert!(mirror(1, Source::API, 1, 0).is_override() && !mirror(1, Source::API, 0, 0).is_override());
    assert!(!mirror(1, usercentrics, 1, 0).is_override());
}

#[test]
fn us_privacy_letters() {
    for notice in ["Y", "N", "-", "y", "X"] {
        for opt_out in ["Y", "N", "-", "y", "X"] {
            for covered in ["Y", "N", "-", "y", "X"] {
                let text = format!("1{notice}{opt_out}{covered}");
                let letters = ["Y", "N", "-"];
                let all =
                    letters.contains(&notice) && letters.contains(&opt_out) && letters.contains(&covered);
                let whole = all && (opt_out != "-" || text == "1---");
                let parsed = us_privacy::parse(&text);
                assert_eq!(parsed.is_some(), whole, "{text}");
                if let Some(parsed) = parsed {
                    let read = [parsed.notice, parsed.opt_out, parsed.covered];
                    assert_eq!(read, [notice, opt_out, covered].map(|letter| letter.as_bytes()[0]));
                }
            }
        }
    }
}

#[test]
fn fields_of_the_signal() {
    for (field, asks, seems) in [
        ("1", true, true),
        (" 1", true, true),
        ("1\t", true, true),
        ("", false, false),
        ("0", false, false),
        ("11", false, false),
        ("1,1", false, true),
        ("0, 1 ", false, true),
        ("1,", false, true),
        (",", false, false),
        ("0,0", false, false),
        ("1;0", false, false),
    ] {
        assert_eq!((gpc::asks(field), gpc::seems(field)), (asks, seems), "{field:?}");
    }
}

#[test]
fn sources_and_their_codes() {
    for id in 0..=255u8 {
        let source = Source::section(id);
        assert_eq!(source.as_section(), Some(id.min(31)), "{id}");
        assert_eq!(source.is_tcf(), id == 2, "{id}");
        assert_eq!(source.as_banner(), None, "{id}");
    }
    for source in [Source::TCF_PUBLISHER, Source::TCF_CORE, Source::TCF_VENDOR] {
        assert!(source.is_tcf() && source.as_banner().is_none() && source.as_section().is_none());
    }
    for source in [Source::US_PRIVACY, Source::GPC, Source::API, Source::TCF_1, Source::GPP, Source::COOKIES]
    {
        assert!(!source.is_tcf() && source.as_banner().is_none() && source.as_section().is_none());
    }
    for banner in Banner::ALL {
        assert!(!Source::banner(banner).is_tcf());
    }
    assert_eq!(Banner::from_name("nobody"), None);
}

/// Codes of banners that were released, in their order: compiled playbooks and bridge cookies in browsers have them.
const BANNERS: [(&str, bool); 19] = [
    ("onetrust", true),
    ("cookiebot", true),
    ("didomi", false),
    ("axeptio", false),
    ("tarteaucitron", false),
    ("klaro", false),
    ("orejime", false),
    ("vanilla-cookieconsent", true),
    ("cookieyes", true),
    ("complianz", true),
    ("trustarc", true),
    ("osano", true),
    ("sourcepoint", false),
    ("quantcast", false),
    ("commandersact", false),
    ("shopify", false),
    ("usercentrics", false),
    ("consent-mode", false),
    ("tcf-custom-purposes", false),
];
/// The same of slots, which compiled playbooks have.
const SLOTS: [&str; 34] = [
    "tcf",
    "tcf-1",
    "gpp",
    "us-privacy",
    "mirror",
    "onetrust",
    "onetrust-closed",
    "cookiebot",
    "didomi",
    "didomi-binary",
    "axeptio",
    "tarteaucitron",
    "klaro",
    "orejime",
    "vanilla-cookieconsent",
    "cookieyes",
    "complianz-preferences",
    "complianz-statistics",
    "complianz-marketing",
    "complianz-policy",
    "trustarc-levels",
    "trustarc-highest",
    "trustarc-permits",
    "trustarc-behavior",
    "cookieconsent-status",
    "osano",
    "sourcepoint",
    "quantcast",
    "commandersact",
    "shopify",
    "usercentrics",
    "usercentrics-2",
    "consent-mode",
    "osano-categories",
];

#[test]
fn what_was_stored_keeps_its_meaning() {
    for ((code, (name, by_category)), banner) in (0..).zip(BANNERS).zip(Banner::ALL) {
        assert_eq!((banner.code(), banner.name(), banner.by_category()), (code, name, by_category));
    }
    for (code, name) in (0..).zip(SLOTS) {
        assert_eq!(Slot::from_code(code).map(Slot::name), Some(name), "{code}");
    }
    for slot in Slot::ALL {
        assert_eq!(Slot::from_code(*slot as u8), Some(*slot));
    }
    assert_eq!(Slot::from_code(u8::try_from(Slot::ALL.len()).unwrap()), None, "codes have no gap");
}
