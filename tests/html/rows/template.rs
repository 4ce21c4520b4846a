//! Compiled templates written by hand: every node, at its bounds, and code that is damaged.

use parvis::html::template::{
    ATTRIBUTE, DEPTH, EACH, ELEMENT, Field, IF, ITEMS, LIST as ORDERED, List, Order, RAW, Shown, TEXT,
    UNLESS, URL, URL_PART, Values, render,
};
use parvis::limits;
use parvis::reason::Reason;

/// The number of the field itself.
const VALUE: u8 = 0;
const TITLE: u8 = 1;

/// Signals by their codes: 0 to 9 hold what [`TEXTS`] has, 20 and on are lists, others are missing.
struct Known;

const TEXTS: [&str; 5] = ["a<b", "\"'&", "https://a.example/?b=c d", "javascript:x", ""];
const MISSING: u8 = 10;
const FORBIDDEN: u8 = 11;
const NUMBERS: u8 = 12;
const LIST: u8 = 20;
const LONG: u8 = 21;
const SECRET: u8 = 22;
const EMPTY: u8 = 23;

impl Values for Known {
    fn value(&self, code: u8, field: Field) -> Result<Shown<'_>, Reason> {
        match (code, field) {
            (FORBIDDEN, _) => Err(Reason::NotPermitted),
            (NUMBERS, _) => Ok(Shown::Number(-12)),
            (code, Field::Value) => {
                TEXTS.get(usize::from(code)).map(|text| Shown::Text(text)).ok_or(Reason::MissingValue)
            }
            (0, Field::Title) => Ok(Shown::Text("title")),
            _ => Err(Reason::MissingValue),
        }
    }

    fn element(&self, code: u8, index: usize, field: Field) -> Option<Result<Shown<'_>, Reason>> {
        let list: &[Result<&str, Reason>] = match code {
            LIST => &[Ok("x"), Err(Reason::MissingValue), Ok("y"), Ok("z")],
            SECRET => &[Ok("x"), Err(Reason::NotPermitted)],
            LONG if index < 1000 => &[Ok("l")],
            _ => &[],
        };
        let element = if code == LONG { list.first() } else { list.get(index) };
        element.map(|element| match (element, field) {
            (Ok(text), Field::Value) => Ok(Shown::Text(text)),
            // Only `y` and `z` have a title.
            (Ok(text @ ("y" | "z")), Field::Title) => Ok(Shown::Text(text)),
            (Ok(_), _) => Err(Reason::MissingValue),
            (Err(reason), _) => Err(*reason),
        })
    }
}

fn raw(text: &[u8]) -> Vec<u8> {
    [&[RAW][..], &u32::try_from(text.len()).unwrap().to_le_bytes(), text].concat()
}

/// A section around other nodes.
fn around(kind: u8, first: u8, second: u8, inner: &[u8]) -> Vec<u8> {
    [&[kind, first, second][..], &u32::try_from(inner.len()).unwrap().to_le_bytes(), inner].concat()
}

fn rendered(template: &[u8]) -> Result<String, Reason> {
    let mut out = b"before".to_vec();
    let result = render(template, &Known, &mut out);
    let shown = String::from_utf8(out).unwrap();
    let shown = shown.strip_prefix("before").unwrap().to_owned();
    assert!(result.is_ok() || shown.is_empty(), "{shown}");
    result.map(|()| shown)
}

#[test]
fn values_are_escaped_for_their_place() {
    for (kind, code, field, expected) in [
        (TEXT, 0, VALUE, Ok("a&lt;b")),
        (TEXT, 1, VALUE, Ok("\"'&amp;")),
        (TEXT, 4, VALUE, Ok("")),
        (TEXT, 0, TITLE, Ok("title")),
        (TEXT, 1, TITLE, Err(Reason::MissingValue)),
        (TEXT, NUMBERS, VALUE, Ok("-12")),
        (TEXT, MISSING, VALUE, Err(Reason::MissingValue)),
        (TEXT, FORBIDDEN, VALUE, Err(Reason::NotPermitted)),
        (ATTRIBUTE, 1, VALUE, Ok("&quot;&#39;&amp;")),
        (URL, 2, VALUE, Ok("https://a.example/?b=c%20d")),
        (URL, 3, VALUE, Err(Reason::MissingValue)),
        (URL_PART, 3, VALUE, Ok("javascript%3Ax")),
        (URL_PART, 2, VALUE, Ok("https%3A%2F%2Fa.example%2F%3Fb%3Dc%20d")),
        (URL_PART, NUMBERS, VALUE, Ok("-12")),
        // The element at hand, where there is none.
        (TEXT, ELEMENT, VALUE, Err(Reason::Faulty)),
    ] {
        assert_eq!(rendered(&[kind, code, field]), expected.map(str::to_owned), "{kind} {code} {field}");
    }
}

#[test]
fn a_failure_takes_back_what_was_written() {
    for (last, reason) in [
        ([TEXT, MISSING, VALUE], Reason::MissingValue),
        ([URL, 3, VALUE], Reason::MissingValue),
        ([9, 9, 9], Reason::Faulty),
    ] {
        assert_eq!(rendered(&[&raw(b"one")[..], &last].concat()), Err(reason));
    }
}

#[test]
fn sections_are_shown_by_what_is_known() {
    let inner = raw(b"in");
    for (kind, code, expected) in [
        (IF, 0, Ok("in")),
        (IF, 4, Ok("in")),
        (IF, MISSING, Ok("")),
        (IF, FORBIDDEN, Err(Reason::NotPermitted)),
        (UNLESS, 0, Ok("")),
        (UNLESS, MISSING, Ok("in")),
        (UNLESS, FORBIDDEN, Err(Reason::NotPermitted)),
        (IF, ELEMENT, Err(Reason::Faulty)),
    ] {
        assert_eq!(
            rendered(&around(kind, code, VALUE, &inner)),
            expected.map(str::to_owned),
            "{kind} {code}"
        );
    }
    // What is not shown is not read.
    assert_eq!(rendered(&around(IF, MISSING, VALUE, &[99])), Ok(String::new()));
    assert_eq!(rendered(&around(IF, 0, VALUE, &[99])), Err(Reason::Faulty));
}

#[test]
fn a_list_is_shown_up_to_its_limit() {
    let value = [TEXT, ELEMENT, VALUE];
    let title = [TEXT, ELEMENT, TITLE];
    for (list, limit, inner, expected) in [
        (LIST, 9, &value[..], Ok("xyz".to_owned())),
        (LIST, 4, &value, Ok("xyz".to_owned())),
        (LIST, 3, &value, Ok("xyz".to_owned())),
        (LIST, 2, &value, Ok("xy".to_owned())),
        (LIST, 1, &value, Ok("x".to_owned())),
        (LIST, 0, &value, Err(Reason::MissingValue)),
        // An element that is not complete takes no place.
        (LIST, 1, &title, Ok("y".to_owned())),
        (LIST, 2, &title, Ok("yz".to_owned())),
        (LIST, 9, &[&raw(b"(")[..], &title].concat(), Ok("(y(z".to_owned())),
        (LIST, 9, &[TEXT, MISSING, VALUE], Err(Reason::MissingValue)),
        (LIST, 9, &[TEXT, FORBIDDEN, VALUE], Err(Reason::NotPermitted)),
        (EMPTY, 9, &value, Err(Reason::MissingValue)),
        (SECRET, 9, &value, Err(Reason::NotPermitted)),
        (SECRET, 1, &value, Ok("x".to_owned())),
        // Inside, other values are those of the page; and lists are not nested.
        (LIST, 1, &[TEXT, 0, VALUE], Ok("a&lt;b".to_owned())),
        (LIST, 1, &around(IF, ELEMENT, TITLE, b""), Ok(String::new())),
        (LIST, 9, &around(EACH, LIST, 1, &value), Err(Reason::Faulty)),
        (LONG, 255, &value, Ok("l".repeat(limits::TEMPLATE_ELEMENTS))),
        (LONG, 64, &value, Ok("l".repeat(64))),
        (LONG, 63, &value, Ok("l".repeat(63))),
    ] {
        assert_eq!(rendered(&around(EACH, list, limit, inner)), expected, "{list} {limit} {inner:?}");
    }
    assert_eq!(limits::TEMPLATE_ELEMENTS, 64);
    // Behind a list there is no element at hand.
    assert_eq!(rendered(&[&around(EACH, LIST, 1, &value)[..], &value].concat()), Err(Reason::Faulty));
}

/// A list that is ordered, in front of other nodes.
fn ordered(source: u8, limit: u8, how: u8, category: &[u8], inner: &[u8]) -> Vec<u8> {
    let length = u8::try_from(category.len()).unwrap();
    let body = u32::try_from(inner.len()).unwrap().to_le_bytes();
    [&[ORDERED, source, limit, how, length][..], category, &body, inner].concat()
}

/// Items 0 to 3 of which the last has no title, in the order that is asked for by name; what is shown is noted.
#[derive(Default)]
struct Followed(core::cell::RefCell<Vec<Told>>);

/// What is shown: the code of a value or a list, and the index in the list.
type Told = (u8, Option<usize>);

impl Values for Followed {
    fn value(&self, code: u8, field: Field) -> Result<Shown<'_>, Reason> {
        Known.value(code, field)
    }

    fn element(&self, code: u8, index: usize, field: Field) -> Option<Result<Shown<'_>, Reason>> {
        assert_eq!(code, ITEMS);
        let title =
            ["zero", "one", "two"].get(index).map(|title| Shown::Text(title)).ok_or(Reason::MissingValue);
        Some(if field == Field::Title { title } else { Ok(Shown::Number(index.try_into().unwrap())) })
    }

    fn order(&self, list: List<'_>) -> Result<(u8, Vec<usize>), Reason> {
        match (list.source, list.order, list.except, list.category) {
            (ITEMS, Order::Price, 5, "light") => Ok((ITEMS, vec![3, 1, 0, 2])),
            (ITEMS, Order::Own, 0, "") => Ok((ITEMS, vec![0, 1])),
            (FORBIDDEN, ..) => Err(Reason::NotPermitted),
            _ => Ok((ITEMS, Vec::new())),
        }
    }

    fn is_followed(&self) -> bool {
        true
    }

    fn shows(&self, code: u8, index: Option<usize>) {
        self.0.borrow_mut().push((code, index));
    }
}

fn followed(template: &[u8]) -> (Result<String, Reason>, Vec<Told>) {
    let (values, mut out) = (Followed::default(), Vec::new());
    let result = render(template, &values, &mut out);
    (result.map(|()| String::from_utf8(out).unwrap()), values.0.into_inner())
}

#[test]
fn a_list_is_shown_in_the_order_that_is_asked_for() {
    let title = [TEXT, ELEMENT, TITLE];
    let price = Order::Price as u8 | 5 << 4;
    for (template, expected) in [
        (ordered(ITEMS, 9, price, b"light", &title), Ok("onezerotwo")),
        (ordered(ITEMS, 2, price, b"light", &title), Ok("onezero")),
        (ordered(ITEMS, 9, 0, b"", &title), Ok("zeroone")),
        (ordered(ITEMS, 9, price, b"dark", &title), Err(Reason::MissingValue)),
        (ordered(ITEMS, 0, 0, b"", &title), Err(Reason::MissingValue)),
        (ordered(FORBIDDEN, 9, 0, b"", &title), Err(Reason::NotPermitted)),
        (ordered(ITEMS, 9, 5, b"", &title), Err(Reason::Faulty)),
        (ordered(ITEMS, 9, 0, b"\xff", &title), Err(Reason::Faulty)),
        (ordered(ITEMS, 9, 0, b"", &ordered(ITEMS, 9, 0, b"", &title)), Err(Reason::Faulty)),
        (around(EACH, LIST, 1, &ordered(ITEMS, 9, 0, b"", &title)), Err(Reason::Faulty)),
    ] {
        if template[0] == EACH {
            assert_eq!(rendered(&template), expected.map(str::to_owned));
        } else {
            assert_eq!(followed(&template).0, expected.map(str::to_owned), "{template:?}");
        }
    }
    // Who knows no order shows no such list.
    assert_eq!(rendered(&ordered(LIST, 9, 0, b"", &title)), Err(Reason::Faulty));
    let whole = ordered(ITEMS, 9, price, b"light", &title);
    for to in 1..whole.len() {
        assert_eq!(followed(&whole[..to]).0, Err(Reason::Faulty), "cut at {to}");
    }
}

#[test]
fn what_is_shown_is_told_and_only_where_the_whole_is() {
    let both = [&[TEXT, ELEMENT, VALUE][..], &[TEXT, ELEMENT, TITLE]].concat();
    let price = Order::Price as u8 | 5 << 4;
    let list = ordered(ITEMS, 2, price, b"light", &both);
    let value = [TEXT, 0, VALUE];
    let shown = vec![(ITEMS, Some(1)), (ITEMS, Some(0))];
    assert_eq!(followed(&list), (Ok("1one0zero".to_owned()), shown.clone()));
    let behind = (Ok("1one0zeroa&lt;b".to_owned()), [shown, vec![(0, None)]].concat());
    assert_eq!(followed(&[&list[..], &value].concat()), behind);
    assert_eq!(
        followed(&[&list[..], &[TEXT, MISSING, VALUE]].concat()),
        (Err(Reason::MissingValue), Vec::new())
    );
    // What is only asked for is not shown.
    assert_eq!(followed(&around(IF, 0, VALUE, b"")), (Ok(String::new()), Vec::new()));
}

#[test]
fn sections_are_nested_up_to_the_bound() {
    let nested = |depth: u32| (0..depth).fold(raw(b"in"), |inner, _| around(IF, 0, VALUE, &inner));
    assert_eq!(rendered(&nested(DEPTH)), Ok("in".to_owned()));
    assert_eq!(rendered(&nested(DEPTH + 1)), Err(Reason::Faulty));
    let in_list = |depth: u32| around(EACH, LIST, 1, &nested(depth));
    assert_eq!(rendered(&in_list(DEPTH - 1)), Ok("in".to_owned()));
    assert_eq!(rendered(&in_list(DEPTH)), Err(Reason::Faulty));
    assert_eq!(DEPTH, 8);
}

#[test]
fn content_is_as_long_as_the_bound_and_no_longer() {
    let most = limits::CONTENT_BYTES;
    for (what, template, expected) in [
        ("at the bound", raw(&vec![b'x'; most]), true),
        ("one more", raw(&vec![b'x'; most + 1]), false),
        ("in two", [raw(&vec![b'x'; most - 1]), raw(b"x")].concat(), true),
        ("in two, one more", [raw(&vec![b'x'; most]), raw(b"x")].concat(), false),
        ("nothing behind it", [raw(&vec![b'x'; most]), raw(b"")].concat(), true),
        ("a number behind it", [raw(&vec![b'x'; most - 3]), vec![TEXT, NUMBERS, VALUE]].concat(), true),
        ("a number too much", [raw(&vec![b'x'; most - 2]), vec![TEXT, NUMBERS, VALUE]].concat(), false),
        // `a<b` is six bytes long when it is escaped.
        ("an escaped value", [raw(&vec![b'x'; most - 6]), vec![TEXT, 0, VALUE]].concat(), true),
        ("an escaped value too much", [raw(&vec![b'x'; most - 5]), vec![TEXT, 0, VALUE]].concat(), false),
        ("nothing that is shown", [raw(&vec![b'x'; most]), vec![TEXT, 4, VALUE]].concat(), true),
    ] {
        let expected = if expected { Ok(most) } else { Err(Reason::ContentTooLarge) };
        assert_eq!(rendered(&template).map(|shown| shown.len()), expected, "{what}");
    }
}

#[test]
fn damaged_code_is_faulty() {
    let good = [
        raw(b"ab"),
        vec![TEXT, 0, VALUE],
        around(IF, 0, VALUE, &raw(b"c")),
        around(EACH, LIST, 2, &[TEXT, ELEMENT, VALUE]),
    ]
    .concat();
    assert_eq!(rendered(&good), Ok("aba&lt;bcxy".to_owned()));
    let whole = [0, 7, 10, 23, 33];
    assert_eq!(whole[4], good.len());
    for to in 0..=good.len() {
        assert_eq!(rendered(&good[..to]).is_ok(), whole.contains(&to), "cut at {to}");
        if !whole.contains(&to) {
            assert_eq!(rendered(&good[..to]), Err(Reason::Faulty), "cut at {to}");
        }
    }
    for kind in 9..=255 {
        assert_eq!(rendered(&[kind, 0, 0, 0, 0, 0, 0]), Err(Reason::Faulty), "node {kind}");
    }
    for field in 7..=255 {
        assert_eq!(rendered(&[TEXT, 0, field]), Err(Reason::Faulty), "field {field}");
        assert_eq!(rendered(&around(IF, 0, field, b"")), Err(Reason::Faulty), "field {field}");
    }
    assert_eq!(rendered(&[&[RAW][..], &[255; 4]].concat()), Err(Reason::Faulty));
}

#[test]
fn fields_have_codes_and_names() {
    let names = ["", "title", "url", "image", "price", "category", "region"];
    for (code, (field, name)) in (0..).zip(Field::ALL.into_iter().zip(names)) {
        assert_eq!((field.code(), field.name(), Field::from_code(code)), (code, name, Some(field)));
    }
    assert_eq!(Field::from_code(7), None);
}

#[test]
fn numbers_are_written_whole() {
    struct Number(i64);
    impl Values for Number {
        fn value(&self, _: u8, _: Field) -> Result<Shown<'_>, Reason> {
            Ok(Shown::Number(self.0))
        }

        fn element(&self, _: u8, _: usize, _: Field) -> Option<Result<Shown<'_>, Reason>> {
            None
        }
    }
    for number in [0, 1, -1, 9, 10, -9, -10, 99, 100, i64::MAX, i64::MIN, i64::MIN + 1] {
        for kind in [TEXT, ATTRIBUTE, URL_PART] {
            let mut out = Vec::new();
            render(&[kind, 0, VALUE], &Number(number), &mut out).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), number.to_string());
        }
    }
}

#[test]
fn of_a_part_of_an_address_only_unreserved_characters_stay() {
    // RFC 3986 section 2.3.
    struct Text(String);
    impl Values for Text {
        fn value(&self, _: u8, _: Field) -> Result<Shown<'_>, Reason> {
            Ok(Shown::Text(&self.0))
        }

        fn element(&self, _: u8, _: usize, _: Field) -> Option<Result<Shown<'_>, Reason>> {
            None
        }
    }
    for code in 0..=0x17f_u32 {
        let letter = char::from_u32(code).unwrap();
        let mut out = Vec::new();
        render(&[URL_PART, 0, VALUE], &Text(letter.to_string()), &mut out).unwrap();
        let expected = if letter.is_ascii_alphanumeric() || "-._~".contains(letter) {
            letter.to_string()
        } else {
            letter.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect()
        };
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
