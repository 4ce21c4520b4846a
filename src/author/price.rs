//! Parses prices of a draft: `1.299,00 €`, `$1,299` and `49 kr` are amounts, `from 3 to 5 €` is none.

use alloc::string::String;

use super::draft::ItemDraft;
use super::hundredths::hundredths;

/// The price of one piece of `item`, in hundredths of the currency unit: its `amount`, else its `price`, if that is
/// unambiguous.
pub(in crate::author) fn amount(item: &ItemDraft) -> Option<u32> {
    item.amount.map_or_else(|| read(item.price.as_deref()?), hundredths)
}

/// Parses a displayed price to hundredths.
///
/// It must contain one number, with a point or a comma before one or two decimals, and groups of three digits separated
/// by another character. `1.250` is a thousand: for three decimals write an `amount`.
pub(in crate::author) fn read(price: &str) -> Option<u32> {
    let number = price.trim_matches(|c: char| !c.is_ascii_digit());
    let (whole, decimals) = match number.rfind(['.', ',']).and_then(|at| number.split_at_checked(at)) {
        Some((whole, rest)) if (2..=3).contains(&rest.len()) => {
            let (point, decimals) = rest.split_at_checked(1)?;
            (!whole.contains(point)).then_some((whole, decimals))?
        }
        _ => (number, ""),
    };
    let mark = whole.chars().find(|c| !c.is_ascii_digit());
    if mark.is_some_and(|mark| !matches!(mark, '.' | ',' | '\'' | '\u{2019}' | ' ' | '\u{a0}' | '\u{202f}')) {
        return None;
    }
    let mut groups = whole.split(|c| Some(c) == mark);
    let mut digits = String::from(groups.next()?);
    let first = 1..=if mark.is_some() { 3 } else { 10 };
    if !first.contains(&digits.len()) || (mark.is_some() && digits.starts_with('0')) {
        return None;
    }
    for group in groups {
        (group.len() == 3).then_some(())?;
        digits.push_str(group);
    }
    digits.push_str(decimals);
    digits.push_str("00".get(decimals.len()..)?);
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|hundredths| plain && *hundredths < u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_read_in_one_way_or_not_at_all() {
        for (price, expected) in [
            ("49.00 €", Some(4_900)),
            ("49 kr", Some(4_900)),
            ("€ 0,5", Some(50)),
            ("1.299,00 €", Some(129_900)),
            ("$1,299", Some(129_900)),
            ("CHF 1'299.95", Some(129_995)),
            ("1\u{202f}299,95 €", Some(129_995)),
            ("1.234.567", Some(123_456_700)),
            ("89,– €", Some(8_900)),
            ("0", Some(0)),
            ("", None),
            ("on request", None),
            ("from 3 to 5 €", None),
            ("2 for 10", None),
            ("3 5", None),
            ("1.234,567", None),
            ("1,23,45", None),
            ("0,999", None),
            ("1234.567", None),
            ("12.34.56", None),
            ("1,299.00,00", None),
            ("42949672.95", None),
            ("99999999999", None),
            ("\u{661}\u{662}", None),
        ] {
            assert_eq!(read(price), expected, "{price}");
        }
    }
}
