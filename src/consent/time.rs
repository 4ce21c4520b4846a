//! Times as banners write them: RFC 3339, a bare date, JavaScript's `Date.toString()`, milliseconds.
//!
//! Bounded and total: anything else gives `None`, and a choice without a readable time has none.

use crate::facts::Millis;

/// Milliseconds in a day.
pub const DAY: i64 = 86_400_000;

/// The time that `text` names: `2026-10-01T08:00:00.000Z`, `2026-10-01T10:00:00+02:00`, `2026-10-01`, or
/// `Thu Oct 01 2026 10:00:00 GMT+0200 (…)` with `+` or spaces between the words.
///
/// ```
/// use parvis::consent::time::parse;
/// assert_eq!(parse("2026-10-01T08:00:00.250Z"), parse("2026-10-01T10:00:00.250+02:00"));
/// assert_eq!(parse("Thu+Oct+01+2026+10:00:00+GMT+0200"), parse("2026-10-01T08:00:00Z"));
/// assert_eq!(parse("notadate"), None);
/// ```
pub fn parse(text: &str) -> Option<Millis> {
    let mut cursor = Cursor { rest: text.as_bytes() };
    if text.as_bytes().first()?.is_ascii_digit() { cursor.iso() } else { cursor.words() }
}

/// A count of milliseconds since 1970, in decimal digits; at most 15 of them.
pub fn millis(text: &str) -> Option<Millis> {
    let fits = !text.is_empty() && text.len() <= 15 && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| Millis(text.bytes().fold(0, |value, byte| value * 10 + i64::from(byte - b'0'))))
}

/// Days from 1970-01-01 to a date of the Gregorian calendar.
///
/// Counts in years that begin in March, so that the leap day comes last.
pub const fn days(year: i64, month: i64, day: i64) -> i64 {
    let march = (month + 9) % 12;
    let year = if month <= 2 { year - 1 } else { year };
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    365 * year + leaps + (153 * march + 2) / 5 + day - 719_469
}

struct Cursor<'a> {
    rest: &'a [u8],
}

impl Cursor<'_> {
    fn iso(&mut self) -> Option<Millis> {
        let year = self.digits(4)?;
        self.byte(b'-')?;
        let month = self.digits(2)?;
        self.byte(b'-')?;
        let date = date(year, month, self.digits(2)?)?;
        if self.rest.is_empty() {
            return Some(Millis(date));
        }
        self.byte(b'T').or_else(|| self.byte(b' '))?;
        let clock = self.clock()?;
        let mut fraction = 0;
        if self.byte(b'.').is_some() {
            let mut scale = 100;
            let mut any = false;
            while let Some(digit) = self.digits(1) {
                fraction += digit * scale;
                scale /= 10;
                any = true;
            }
            any.then_some(())?;
        }
        let offset = if self.byte(b'Z').is_some() { 0 } else { self.offset()? };
        self.rest.is_empty().then_some(Millis(date + clock + fraction - offset))
    }

    fn words(&mut self) -> Option<Millis> {
        self.take(3)?;
        self.gap()?;
        let name: [u8; 3] = *self.take(3)?.first_chunk()?;
        let month = MONTHS.iter().zip(1..).find(|(month, _)| **month == name)?.1;
        self.gap()?;
        let day = self.digits(2)?;
        self.gap()?;
        let date = date(self.digits(4)?, month, day)?;
        self.gap()?;
        let clock = self.clock()?;
        self.gap()?;
        (self.take(3)? == b"GMT").then_some(())?;
        // `+` is how forms write a space, so a sign lost on the way reads as one.
        if self.rest.first() == Some(&b' ') {
            self.gap()?;
            let offset = self.hours(false)?;
            return Some(Millis(date + clock - offset));
        }
        Some(Millis(date + clock - self.offset()?))
    }

    #[inline(never)]
    fn clock(&mut self) -> Option<i64> {
        let hours = self.digits(2).filter(|hours| *hours < 24)?;
        self.byte(b':')?;
        let minutes = self.digits(2).filter(|minutes| *minutes < 60)?;
        self.byte(b':')?;
        let seconds = self.digits(2).filter(|seconds| *seconds <= 60)?;
        Some(((hours * 60 + minutes) * 60 + seconds) * 1000)
    }

    fn offset(&mut self) -> Option<i64> {
        let west = self.byte(b'+').is_none();
        if west {
            self.byte(b'-')?;
        }
        self.hours(west)
    }

    fn hours(&mut self, west: bool) -> Option<i64> {
        let hours = self.digits(2).filter(|hours| *hours < 24)?;
        let _ = self.byte(b':');
        let minutes = self.digits(2).filter(|minutes| *minutes < 60)?;
        let offset = (hours * 60 + minutes) * 60_000;
        Some(if west { -offset } else { offset })
    }

    #[inline(never)]
    fn gap(&mut self) -> Option<()> {
        self.byte(b' ').or_else(|| self.byte(b'+'))
    }

    #[inline(never)]
    fn byte(&mut self, byte: u8) -> Option<()> {
        let (first, rest) = self.rest.split_first()?;
        (*first == byte).then(|| self.rest = rest)
    }

    fn take(&mut self, count: usize) -> Option<&[u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    #[inline(never)]
    fn digits(&mut self, count: usize) -> Option<i64> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        let mut value = 0;
        for byte in taken {
            value = value * 10 + i64::from(byte.is_ascii_digit().then(|| byte - b'0')?);
        }
        self.rest = rest;
        Some(value)
    }
}

const MONTHS: [[u8; 3]; 12] = [
    *b"Jan", *b"Feb", *b"Mar", *b"Apr", *b"May", *b"Jun", *b"Jul", *b"Aug", *b"Sep", *b"Oct", *b"Nov",
    *b"Dec",
];

fn date(year: i64, month: i64, day: i64) -> Option<i64> {
    let length = match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    ((1..=12).contains(&month) && (1..=length).contains(&day)).then(|| days(year, month, day) * DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_that_were_computed_elsewhere() {
        for (text, expected) in [
            ("1970-01-01", Some(0)),
            ("2000-02-29T12:00:00Z", Some(951_825_600_000)),
            ("2026-10-01T08:00:00.000Z", Some(1_790_841_600_000)),
            ("2026-10-01T08:00:00.123456789Z", Some(1_790_841_600_123)),
            ("Thu Oct 01 2026 10:00:00 GMT+0200 (Central European Summer Time)", Some(1_790_841_600_000)),
            ("2026-02-29", None),
            ("2026-13-01", None),
            ("2026-10-01T25:00:00Z", None),
            ("2026-10-01T08:00:00", None),
            ("2026-10-01T08:00:00.Z", None),
            ("2026-10-01T08:00:00ZZ", None),
            ("", None),
        ] {
            assert_eq!(parse(text), expected.map(Millis), "{text}");
        }
        assert_eq!(millis("1790841600000"), Some(Millis(1_790_841_600_000)));
        assert_eq!(millis("9999999999999999"), None);
        assert_eq!(millis("-1"), None);
    }
}
