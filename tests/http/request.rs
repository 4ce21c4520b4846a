//! Cookies, parameters and header values: what is read of a request, and what may be written into a head.

use parvis::http::cookies::{Sent, find, pairs};
use parvis::http::headers::{CONDITIONAL, Value};
use parvis::http::query::{parameter, parameters};
use parvis::limits;

fn owned(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

#[test]
fn cookies_are_pairs_between_semicolons() {
    for (lines, expected) in [
        (&[][..], &[][..]),
        (&[""], &[]),
        (&["a"], &[]),
        (&["a="], &[("a", "")]),
        (&["=a"], &[("", "a")]),
        (&["a=1"], &[("a", "1")]),
        (&["a=1;b=2"], &[("a", "1"), ("b", "2")]),
        (&[" a = 1 ;\tb=2\t"], &[("a", "1"), ("b", "2")]),
        (&["a=1=2"], &[("a", "1=2")]),
        (&["a=1,b=2"], &[("a", "1,b=2")]),
        (&["a=1; b; c=3"], &[("a", "1"), ("c", "3")]),
        (&["a=1", "a=2"], &[("a", "1"), ("a", "2")]),
    ] {
        assert_eq!(pairs(&owned(lines)).collect::<Vec<_>>(), expected, "{lines:?}");
    }
}

#[test]
fn one_name_with_two_values_is_a_conflict() {
    for (lines, expected) in [
        (&[][..], Sent::Absent),
        (&["b=1; aa=1; A=1"], Sent::Absent),
        (&["a=1"], Sent::One("1")),
        (&["a="], Sent::One("")),
        (&["a=1; a=1", "a=1"], Sent::One("1")),
        (&["a=1; a=2"], Sent::Conflicting),
        (&["a=1", "b=1", "a=2"], Sent::Conflicting),
        (&["a=1; a=2; a=1"], Sent::Conflicting),
        (&["a=; a=1"], Sent::Conflicting),
    ] {
        assert_eq!(find(&owned(lines), "a"), expected, "{lines:?}");
    }
}

#[test]
fn a_header_over_the_bound_is_left_out_as_a_whole() {
    let line = |length: usize| format!("a={}", "x".repeat(length - 2));
    let longest = line(limits::COOKIE_HEADER_BYTES);
    let longer = line(limits::COOKIE_HEADER_BYTES + 1);
    assert!(matches!(find(std::slice::from_ref(&longest), "a"), Sent::One(_)));
    assert_eq!(find(std::slice::from_ref(&longer), "a"), Sent::Absent);
    assert_eq!(find(&[longer, "a=1".into(), longest], "a"), Sent::Conflicting);
}

#[test]
fn parameters_are_decoded_as_a_form_would() {
    // URL standard, section 5.1; stricter: what is not UTF-8 or has control characters is no value.
    for (query, expected) in [
        ("", None),
        ("a", None),
        ("a=", None),
        ("a=1", Some("1")),
        ("?a=1", None),
        ("b=2&a=1", Some("1")),
        ("aa=2&A=3&a=1", Some("1")),
        ("a=1&a=2", Some("1")),
        ("a=&a=2", None),
        ("a=%&a=2", None),
        ("a=1=2", Some("1=2")),
        ("a=x+y", Some("x y")),
        ("a=x%20y", Some("x y")),
        ("a=x%2By", Some("x+y")),
        ("a=%41%7a", Some("Az")),
        ("a=%2f%2F%3e%3E", Some("//>>")),
        ("a=%aF", None),
        ("a=%c3%A9", Some("\u{e9}")),
        ("a=\u{e9}", Some("\u{e9}")),
        ("a=%c3", None),
        ("a=%", None),
        ("a=%4", None),
        ("a=%g1", None),
        ("a=%1g", None),
        ("a=%+1", None),
        ("a=%1f", None),
        ("a=%20", Some(" ")),
        ("a=%7e", Some("~")),
        ("a=%7f", None),
        ("a=%c2%85", None),
        ("a=%c2%a0", Some("\u{a0}")),
        ("a=1#b", Some("1#b")),
        ("a=1;b=2", Some("1;b=2")),
    ] {
        assert_eq!(parameter(query, "a").as_deref(), expected, "{query}");
    }
    let long = |length: usize| format!("a={}", "x".repeat(length));
    assert_eq!(
        parameter(&long(limits::PARAMETER_BYTES), "a").map(|text| text.len()),
        Some(limits::PARAMETER_BYTES)
    );
    assert_eq!(parameter(&long(limits::PARAMETER_BYTES + 1), "a"), None);
    let coded = format!("a={}", "%41".repeat(limits::PARAMETER_BYTES / 3 + 1));
    assert_eq!(parameter(&coded, "a"), None, "as long as it was written");
}

#[test]
fn all_parameters_are_listed_up_to_the_bound() {
    for (query, expected) in [
        ("", &[][..]),
        ("&&", &[]),
        ("a", &["a="]),
        ("a=", &["a="]),
        ("=a", &["=a"]),
        ("a=1&b=2&a=3", &["a=1", "b=2", "a=3"]),
        ("a%3d=1%262", &["a==1&2"]),
        ("a+b=c+d", &["a b=c d"]),
        ("a=%ff&b=2&%ff=3&c=%00", &["b=2"]),
    ] {
        assert_eq!(parameters(query), expected, "{query}");
    }
    // What is left out takes no place.
    let many =
        |count: usize| (0..count).map(|number| format!("p{number}=&x=%ff")).collect::<Vec<_>>().join("&");
    assert_eq!(parameters(&many(15)).len(), 15);
    assert_eq!(parameters(&many(16)).len(), 16);
    let most = parameters(&many(17));
    assert_eq!((most.len(), most[0].as_str(), most[15].as_str()), (16, "p0=", "p15="));
}

#[test]
fn a_header_value_is_visible_ascii_spaces_and_tabs() {
    // RFC 9110 section 5.5, without the bytes from 0x80 on.
    for code in 0..=0xff_u8 {
        let letter = char::from(code);
        let expected = letter == '\t' || (' '..='~').contains(&letter);
        assert_eq!(Value::new(format!("a{letter}b")).is_some(), expected, "{code:#x}");
    }
    assert_eq!(Value::new("a\tb".into()).unwrap().as_str(), "a\tb");
    assert_eq!(Value::new(String::new()).unwrap().as_str(), "");
    assert_eq!(Value::from("private, no-cache").as_str(), "private, no-cache");
    assert_eq!(Value::from("a\nb").as_str(), "");
}

#[test]
fn conditions_and_ranges_are_those_of_the_standard() {
    // RFC 9110 section 13.1 and 14.2.
    assert_eq!(
        CONDITIONAL,
        ["if-none-match", "if-modified-since", "if-match", "if-unmodified-since", "if-range", "range"]
    );
}
