//! Compares a value with a literal, as JavaScript does in GrowthBook's SDK, without floating point.
//!
//! Numbers are compared in thousandths. Text in the form of a plain decimal number converts; exponents, hexadecimal and
//! more than three decimals do not. A list never converts to a number or a text (`parvis check` refuses such a
//! condition).

use core::cmp::Ordering;

use super::code::{self, Literal};
use super::reading::Value;
use crate::base::text;

/// A value under test; `None` is GrowthBook's null.
pub(crate) type Operand<'a> = Option<Value<'a>>;

/// Whether the bytes are equal. The last byte is compared first: it differs most often, and needs no call.
#[inline]
pub(crate) fn equal(text: &[u8], literal: &[u8]) -> bool {
    text.len() == literal.len() && text.last() == literal.last() && text == literal
}

/// A bare literal: equal after converting the value to the literal's type.
pub(crate) fn is(value: &Operand<'_>, literal: Literal<'_>) -> Option<bool> {
    Some(match (value, literal) {
        (None, Literal::Null) => true,
        (Some(Value::Text(text)), Literal::Text(literal)) => equal(text.as_bytes(), literal),
        (Some(Value::Number(number)), Literal::Text(literal)) => canonical(read(literal)) == Some(*number),
        (Some(Value::Flag(flag)), Literal::Text(literal)) => {
            literal == if *flag { &b"true"[..] } else { b"false" }
        }
        (value, Literal::Number(literal)) => number(value) == Some(literal),
        (Some(value), Literal::Flag(literal)) => truthy(value) == literal,
        (Some(Value::List(texts)), Literal::List(mut literals)) => {
            let mut index = 0;
            while !literals.is_empty() {
                let literal = code::literal(&mut literals)?;
                if !matches!((texts.text(index), literal), (Some(text), Literal::Text(literal)) if text.as_bytes() == literal)
                {
                    return Some(false);
                }
                index = index.saturating_add(1);
            }
            texts.text(index).is_none()
        }
        _ => false,
    })
}

/// `$eq`: equal and of the same type; two lists are never equal.
pub(crate) fn same(value: &Operand<'_>, literal: Literal<'_>) -> bool {
    match (value, literal) {
        (None, Literal::Null) => true,
        (Some(Value::Text(text)), Literal::Text(literal)) => equal(text.as_bytes(), literal),
        (Some(Value::Number(number)), Literal::Number(literal)) => thousandths(*number) == literal,
        (Some(Value::Flag(flag)), Literal::Flag(literal)) => *flag == literal,
        _ => false,
    }
}

/// Whether both are texts that are equal without regard to case.
pub(crate) fn same_folded(value: &Operand<'_>, literal: Literal<'_>) -> bool {
    match (value, literal) {
        (Some(Value::Text(text)), Literal::Text(literal)) => {
            text.chars().map(text::fold).eq(read(literal).chars().map(text::fold))
        }
        _ => false,
    }
}

/// The order of two texts by UTF-16 units, of anything else as numbers; `None` if either is not a number.
pub(crate) fn order(value: &Operand<'_>, literal: Literal<'_>) -> Option<Ordering> {
    if let (Some(Value::Text(text)), Literal::Text(literal)) = (value, literal) {
        return Some(text.encode_utf16().cmp(read(literal).encode_utf16()));
    }
    let literal = match literal {
        Literal::Null => 0,
        Literal::Flag(flag) => thousandths(i64::from(flag)),
        Literal::Text(text) => numeric(read(text))?,
        Literal::Number(number) => number,
        Literal::List(_) | Literal::Signal(_) => return None,
    };
    Some(number(value)?.cmp(&literal))
}

/// The value of another signal as a literal; a list, which only `$in` looks into, as one that nothing is equal to.
pub(crate) fn literal(value: Value<'_>) -> Literal<'_> {
    match value {
        Value::Text(text) => Literal::Text(text.as_bytes()),
        Value::Number(number) => Literal::Number(thousandths(number)),
        Value::Flag(flag) => Literal::Flag(flag),
        Value::List(_) => NOTHING,
    }
}

/// A literal that is equal to nothing and has no order with anything.
pub(crate) const NOTHING: Literal<'static> = Literal::List(&[]);

/// The text at `index` of a list; a text is its only one.
pub(crate) fn element<'a>(value: &Value<'a>, index: usize) -> Option<&'a str> {
    match *value {
        Value::Text(text) => (index == 0).then_some(text),
        Value::List(texts) => texts.text(index),
        Value::Number(_) | Value::Flag(_) => None,
    }
}

/// The text of a literal; empty if it is damaged.
fn read(literal: &[u8]) -> &str {
    core::str::from_utf8(literal).unwrap_or_default()
}

fn truthy(value: &Value<'_>) -> bool {
    match value {
        Value::Text(text) => !text.is_empty(),
        Value::Number(number) => *number != 0,
        Value::Flag(flag) => *flag,
        Value::List(_) => true,
    }
}

fn number(value: &Operand<'_>) -> Option<i64> {
    match value {
        None => Some(0),
        Some(Value::Text(text)) => numeric(text),
        Some(Value::Number(number)) => Some(thousandths(*number)),
        Some(Value::Flag(flag)) => Some(thousandths(i64::from(*flag))),
        Some(Value::List(_)) => None,
    }
}

const fn thousandths(number: i64) -> i64 {
    number.saturating_mul(1000)
}

/// The numeric value of a text in thousandths; empty text is 0, as in JavaScript.
pub(crate) fn numeric(text: &str) -> Option<i64> {
    let text = text.trim();
    let (negative, digits) = match text.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    if digits.is_empty() {
        return text.is_empty().then_some(0);
    }
    let (mut total, mut decimals, mut seen): (i64, Option<u8>, bool) = (0, None, false);
    for &digit in digits {
        match (digit, decimals) {
            (b'.', None) => decimals = Some(0),
            (b'0', Some(3)) => seen = true,
            (b'0'..=b'9', None | Some(0..=2)) => {
                total = total.checked_mul(10)?.checked_add(i64::from(digit.wrapping_sub(b'0')))?;
                decimals = decimals.map(|count| count.saturating_add(1));
                seen = true;
            }
            _ => return None,
        }
    }
    for _ in decimals.unwrap_or(0)..3 {
        total = total.checked_mul(10)?;
    }
    seen.then_some(if negative { total.saturating_neg() } else { total })
}

/// The integer of which `text` is the shortest spelling.
fn canonical(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !digits.starts_with('0'));
    if plain { text.parse().ok() } else { None }
}
