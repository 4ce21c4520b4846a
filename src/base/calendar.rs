//! Parses times as consent banners write them: RFC 3339, a bare date, JavaScript's `Date.toString()`, milliseconds.
//!
//! Bounded and total: any other form gives `None`, and a choice without a readable time has none.

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Millis(pub i64);

impl Millis {
    /// Whole seconds since 1970.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Whole minutes since 1970.
    pub const fn minutes(self) -> i64 {
        self.0.div_euclid(MINUTE)
    }

    /// Whole days since 1970.
    pub const fn days(self) -> i64 {
        self.0.div_euclid(86_400_000)
    }
}

/// Milliseconds in a minute.
pub const MINUTE: i64 = 60_000;
/// Milliseconds in a day.
pub const DAY: i64 = 86_400_000;

/// Parses a time: `2026-10-01T08:00:00.000Z`, `2026-10-01T10:00:00+02:00`, `2026-10-01`, or
/// `Thu Oct 01 2026 10:00:00 GMT+0200 (…)` with `+` or spaces between the words.
///
/// ```
/// use parvis::base::calendar::parse;
/// assert_eq!(parse("2026-10-01T08:00:00.250Z"), parse("2026-10-01T10:00:00.250+02:00"));
/// assert_eq!(parse("Thu+Oct+01+2026+10:00:00+GMT+0200"), parse("2026-10-01T08:00:00Z"));
/// assert_eq!(parse("notadate"), None);
/// ```
pub fn parse(text: &str) -> Option<Millis> {
    let mut cursor = Cursor { rest: text.as_bytes(), broken: false };
    let words = !text.as_bytes().first()?.is_ascii_digit();
    let at = if words { cursor.words() } else { cursor.iso() };
    (!cursor.broken).then_some(Millis(at))
}

/// Parses milliseconds since 1970 in decimal digits; at most 15 of them.
pub fn millis(text: &str) -> Option<Millis> {
    super::split::digits(text).map(Millis)
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

/// A cursor that records an error and reads on; the error is checked once, at the end.
struct Cursor<'a> {
    rest: &'a [u8],
    broken: bool,
}

impl<'a> Cursor<'a> {
    fn iso(&mut self) -> i64 {
        let year = self.digits(4);
        self.byte(b"-");
        let month = self.digits(2);
        self.byte(b"-");
        let day = self.digits(2);
        let mut at = self.date(year, month, day);
        if self.rest.is_empty() {
            return at;
        }
        self.byte(b"T ");
        at += self.clock();
        if self.eat(b".") {
            let mut scale = 100;
            at += self.digits(1) * scale;
            while self.rest.first().is_some_and(u8::is_ascii_digit) {
                scale /= 10;
                at += self.digits(1) * scale;
            }
        }
        if !self.eat(b"Z") {
            at -= self.offset();
        }
        self.broken |= !self.rest.is_empty();
        at
    }

    fn words(&mut self) -> i64 {
        self.take(3);
        self.byte(GAP);
        let name = self.take(3);
        let month = MONTHS.chunks(3).position(|month| month == name);
        self.byte(GAP);
        let day = self.digits(2);
        self.byte(GAP);
        let year = self.digits(4);
        let month = month.and_then(|index| i64::try_from(index).ok()).unwrap_or(-1) + 1;
        let mut at = self.date(year, month, day);
        self.byte(GAP);
        at += self.clock();
        self.byte(GAP);
        self.broken |= self.take(3) != b"GMT";
        // `+` is how forms write a space, so a lost sign is read as `+`.
        at - if self.eat(b" ") { self.hours() } else { self.offset() }
    }

    fn date(&mut self, year: i64, month: i64, day: i64) -> i64 {
        let length = match month {
            2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        self.broken |= !(1..=12).contains(&month) || !(1..=length).contains(&day);
        days(year, month, day) * DAY
    }

    fn clock(&mut self) -> i64 {
        let minutes = self.hours_colon(true);
        self.byte(b":");
        minutes + self.below(61) * 1000
    }

    fn offset(&mut self) -> i64 {
        let east = self.eat(b"+");
        if !east {
            self.byte(b"-");
        }
        let offset = self.hours();
        if east { offset } else { -offset }
    }

    fn hours(&mut self) -> i64 {
        self.hours_colon(false)
    }

    /// Hours and minutes, with a colon between them that is required or optional.
    fn hours_colon(&mut self, colon: bool) -> i64 {
        let hours = self.below(24);
        let found = self.eat(b":");
        self.broken |= colon && !found;
        (hours * 60 + self.below(60)) * 60_000
    }

    fn below(&mut self, limit: i64) -> i64 {
        let value = self.digits(2);
        self.broken |= value >= limit;
        value
    }

    /// Requires one byte of `set`.
    #[cfg_attr(target_family = "wasm", inline(never))]
    fn byte(&mut self, set: &[u8]) {
        let found = self.eat(set);
        self.broken |= !found;
    }

    /// Skips a byte of `set`, if there is one.
    #[cfg_attr(target_family = "wasm", inline(never))]
    fn eat(&mut self, set: &[u8]) -> bool {
        match self.rest.split_first() {
            Some((first, rest)) if set.contains(first) => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    #[cfg_attr(target_family = "wasm", inline(never))]
    fn take(&mut self, count: usize) -> &'a [u8] {
        let Some((taken, rest)) = self.rest.split_at_checked(count) else {
            self.broken = true;
            return &[];
        };
        self.rest = rest;
        taken
    }

    #[cfg_attr(target_family = "wasm", inline(never))]
    fn digits(&mut self, count: usize) -> i64 {
        let mut value = 0;
        for _ in 0..count {
            let byte = self.take(1).first().copied().unwrap_or(0);
            self.broken |= !byte.is_ascii_digit();
            value = value * 10 + i64::from(byte & 15);
        }
        value
    }
}

/// Separators of words; forms write a space as `+`.
const GAP: &[u8] = b" +";
const MONTHS: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";

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
