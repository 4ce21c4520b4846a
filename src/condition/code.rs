//! Byte code of compiled conditions: prefix code, each composite with the length of its body, so that it can be skipped.
//!
//! ```text
//! code    := (GUARD signal u64)* node*   (see `guard`)
//! node    := AND len node*  |  OR len node*  |  NOT len node*  |  FIELD signal len test*
//! test    := IS lit | EQ lit | NE lit | LT lit | LTE lit | GT lit | GTE lit | EXISTS u8
//!          | IN len lit* | NOT_IN len lit* | IN_FOLD len lit* | NOT_IN_FOLD len lit*
//!          | FAILS len test* | SOME len test* | EVERY len (GROUP len test*)* | COUNT len test*
//! lit     := NULL | FALSE | TRUE | TEXT u16 bytes | NUMBER i64 (thousandths) | LIST len lit* | SIGNAL signal
//! len     := u32 little-endian, the bytes that follow
//! ```
//!
//! SIGNAL is the value of another signal, the operand of EQ to GTE or all that an IN has. An engine that does not know it takes
//! the code for damaged, so that the campaign is skipped: the format of the file is the same with it.

use crate::signal::registry::Signal;

/// All nodes hold.
pub(crate) const AND: u8 = 1;
/// At least one node holds, or there is none.
pub(crate) const OR: u8 = 2;
/// Not all nodes hold.
pub(crate) const NOT: u8 = 3;
/// All tests hold for one signal.
pub(crate) const FIELD: u8 = 4;

/// A prefilter before all nodes: a signal, and the Bloom bits of the texts of which it must have one.
pub(crate) const GUARD: u8 = 5;

/// A bare value: equal after JavaScript's conversions.
pub(crate) const IS: u8 = 16;
/// `$eq`: equal and of the same type.
pub(crate) const EQ: u8 = 17;
/// `$ne`.
pub(crate) const NE: u8 = 18;
/// `$lt`.
pub(crate) const LT: u8 = 19;
/// `$lte`.
pub(crate) const LTE: u8 = 20;
/// `$gt`.
pub(crate) const GT: u8 = 21;
/// `$gte`.
pub(crate) const GTE: u8 = 22;
/// `$exists`.
pub(crate) const EXISTS: u8 = 23;
/// `$in`.
pub(crate) const IN: u8 = 24;
/// `$nin`.
pub(crate) const NOT_IN: u8 = 25;
/// `$ini`: `$in` without regard to case.
pub(crate) const IN_FOLD: u8 = 26;
/// `$nini`: `$nin` without regard to case.
pub(crate) const NOT_IN_FOLD: u8 = 27;
/// `$not` of tests.
pub(crate) const FAILS: u8 = 28;
/// `$elemMatch`: the tests hold for some element.
pub(crate) const SOME: u8 = 29;
/// `$all`: each group of tests holds for some element.
pub(crate) const EVERY: u8 = 30;
/// `$size`: the tests hold for the number of elements.
pub(crate) const COUNT: u8 = 31;
/// One group of tests of `$all`.
pub(crate) const GROUP: u8 = 32;

/// The null literal.
pub(crate) const NULL: u8 = 0;
/// The literal `false`.
pub(crate) const FALSE: u8 = 1;
/// The literal `true`.
pub(crate) const TRUE: u8 = 2;
/// A text literal.
pub(crate) const TEXT: u8 = 3;
/// A number literal, in thousandths.
pub(crate) const NUMBER: u8 = 4;
/// A list literal.
pub(crate) const LIST: u8 = 5;
/// In place of a literal: another signal.
pub(crate) const SIGNAL: u8 = 6;

/// A literal of the code, borrowed.
#[derive(Clone, Copy)]
pub(crate) enum Literal<'a> {
    Null,
    Flag(bool),
    /// Bytes of UTF-8; decoded only to order or fold them.
    Text(&'a [u8]),
    /// In thousandths.
    Number(i64),
    /// The code of its literals.
    List(&'a [u8]),
    /// Not a literal: the value of this signal.
    Signal(Signal),
}

/// Takes one byte off the front of `code`.
#[inline]
pub(crate) fn byte(code: &mut &[u8]) -> Option<u8> {
    let (first, rest) = code.split_first()?;
    *code = rest;
    Some(*first)
}

/// Takes a length and as many bytes off the front of `code`.
#[inline]
pub(crate) fn body<'a>(code: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, rest) = code.split_first_chunk::<4>()?;
    let (body, rest) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
    *code = rest;
    Some(body)
}

/// The text, if `tests` are a single bare text.
pub(crate) fn only_text(tests: &[u8]) -> Option<&[u8]> {
    match tests {
        [IS, TEXT, low, high, text @ ..] if text.len() == usize::from(u16::from_le_bytes([*low, *high])) => {
            Some(text)
        }
        _ => None,
    }
}

/// The text at the front of `code` and the rest; `None` if another literal is there.
#[inline]
pub(crate) fn split_text(code: &[u8]) -> Option<(&[u8], &[u8])> {
    match code {
        [TEXT, low, high, rest @ ..] => rest.split_at_checked(usize::from(u16::from_le_bytes([*low, *high]))),
        _ => None,
    }
}

/// Takes one literal off the front of `code`.
pub(crate) fn literal<'a>(code: &mut &'a [u8]) -> Option<Literal<'a>> {
    Some(match byte(code)? {
        NULL => Literal::Null,
        FALSE => Literal::Flag(false),
        TRUE => Literal::Flag(true),
        TEXT => {
            let (length, rest) = code.split_first_chunk::<2>()?;
            let (text, rest) = rest.split_at_checked(usize::from(u16::from_le_bytes(*length)))?;
            *code = rest;
            Literal::Text(text)
        }
        NUMBER => {
            let (number, rest) = code.split_first_chunk::<8>()?;
            *code = rest;
            Literal::Number(i64::from_le_bytes(*number))
        }
        LIST => Literal::List(body(code)?),
        SIGNAL => Literal::Signal(Signal::from_code(byte(code)?)?),
        _ => return None,
    })
}
