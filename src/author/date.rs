//! Parses dates of drafts: RFC 3339 to seconds since 1970.

use crate::base::calendar::days;

/// The seconds since 1970 of an RFC 3339 date and time; fractions of a second are dropped.
///
/// ```
/// use parvis::author::date::seconds;
/// assert_eq!(seconds("1970-01-02T01:00:00+01:00"), Some(86_400));
/// assert_eq!(seconds("2024-02-29T00:00:00Z"), Some(1_709_164_800));
/// assert_eq!(seconds("2023-02-29T00:00:00Z"), None);
/// assert_eq!(seconds("2024-02-29"), None);
/// ```
pub fn seconds(text: &str) -> Option<i64> {
    let (date, time) = text.split_once(['T', 't', ' '])?;
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let zone_at = time.find(['Z', 'z', '+', '-'])?;
    let (time, zone) = time.split_at_checked(zone_at)?;
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
    let offset = match zone.split_at_checked(1)? {
        ("Z" | "z", "") => 0,
        (sign, zone) => {
            let [hours, minutes] = numbers(zone, ':', [2, 2])?;
            (hours < 24 && minutes < 60).then_some(())?;
            let minutes = hours * 60 + minutes;
            if sign == "-" { -minutes } else { minutes }
        }
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return None,
    };
    let whole = (1..=length).contains(&day) && hour < 24 && minute < 60 && second < 61;
    let digits = !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit());
    (whole && digits)
        .then(|| days(year, month, day) * 86_400 + hour * 3600 + (minute - offset) * 60 + second.min(59))
}

/// The numbers between separators, each of so many digits.
fn numbers<const N: usize>(text: &str, separator: char, digits: [usize; N]) -> Option<[i64; N]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; N];
    for (number, length) in numbers.iter_mut().zip(digits) {
        let part = parts.next()?;
        (part.len() == length && part.bytes().all(|b| b.is_ascii_digit())).then_some(())?;
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}
