//! Coordinates of a visitor's network by the host's geolocation: to a tenth of a degree (about a town), never finer.

use core::fmt;

/// A location in tenths of a degree, about eleven kilometers.
///
/// The type cannot hold a finer one, so no rule, cookie or record can.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Place {
    latitude: i16,
    longitude: i16,
}

impl Place {
    /// The location with these coordinates in tenths of a degree, north and east positive.
    ///
    /// `None` if outside the globe, or if both are 0: databases use that for unknown addresses.
    pub const fn from_tenths(latitude: i16, longitude: i16) -> Option<Place> {
        let inside = latitude.unsigned_abs() <= 900 && longitude.unsigned_abs() <= 1800;
        if inside && (latitude != 0 || longitude != 0) { Some(Place { latitude, longitude }) } else { None }
    }

    /// Parses two decimal numbers of degrees, rounded.
    ///
    /// ```
    /// use parvis::facts::Place;
    /// assert_eq!(Place::parse("45.76", "-4.849"), Place::from_tenths(458, -48));
    /// assert_eq!(Place::parse("999.9", "0"), None);
    /// ```
    pub fn parse(latitude: &str, longitude: &str) -> Option<Place> {
        Place::from_tenths(tenths(latitude)?, tenths(longitude)?)
    }

    /// Parses `45.76,4.84`, latitude first.
    pub fn from_pair(text: &str) -> Option<Place> {
        let (latitude, longitude) = text.split_once(',')?;
        Place::parse(latitude, longitude)
    }

    /// Latitude and longitude in tenths of a degree.
    pub const fn tenths(self) -> (i16, i16) {
        (self.latitude, self.longitude)
    }
}

impl fmt::Debug for Place {
    /// Prints no data of the visitor, so that no log contains any.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Place(..)")
    }
}

/// Ten times a decimal number, rounded away from 0; `None` for other text, or beyond 999.
fn tenths(text: &str) -> Option<i16> {
    let text = text.trim_matches([' ', '\t']);
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !(1..=3).contains(&whole.len()) || !plain(whole) || !plain(fraction) {
        return None;
    }
    let mut after = fraction.bytes().map(|byte| i16::from(byte.wrapping_sub(b'0')));
    let whole = whole.bytes().fold(0, |sum, byte| sum * 10 + i16::from(byte.wrapping_sub(b'0')));
    let first = after.next().unwrap_or(0);
    let up = i16::from(after.next().unwrap_or(0) >= 5);
    let sum = whole * 10 + first + up;
    Some(if negative { -sum } else { sum })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_places_on_the_globe_are_places() {
        for (latitude, longitude, expected) in [
            ("90", "180", Some((900, 1800))),
            ("-90.04", "-180.0", Some((-900, -1800))),
            ("90.05", "0", None),
            ("1", "180.1", None),
            (" 45.75 ", "4.05", Some((458, 41))),
            ("-45.75", "-0.04", Some((-458, 0))),
            ("0.0", "0.0", None),
            ("0.04", "-0.04", None),
            ("0", "0.1", Some((0, 1))),
            ("", "1", None),
            (".5", "1", None),
            ("1e1", "1", None),
            ("1.", "1", Some((10, 10))),
            ("0001", "1", None),
            ("+1", "1", None),
            ("nan", "1", None),
        ] {
            assert_eq!(
                Place::parse(latitude, longitude).map(Place::tenths),
                expected,
                "{latitude} {longitude}"
            );
        }
        assert_eq!(Place::from_pair("45.76, 4.84"), Place::from_tenths(458, 48));
        assert_eq!(Place::from_pair("45.76"), None);
    }

    proptest! {
        #[test]
        fn whatever_is_read_lies_within_half_a_tenth(hundredths in -9000_i32..=9000, more in 0_u32..100) {
            let sign = if hundredths < 0 { "-" } else { "" };
            let text = alloc::format!("{sign}{}.{:02}{more:02}", hundredths.abs() / 100, hundredths.abs() % 100);
            let tenths = Place::parse(&text, "7").map(|place| i32::from(place.tenths().0));
            prop_assert!(tenths.is_some_and(|tenths| (tenths * 10 - hundredths).abs() <= 5), "{} {:?}", text, tenths);
        }

        #[test]
        fn any_text_is_survived(text in "\\PC{0,24}|-?[0-9.]{0,12}") {
            let _ = Place::parse(&text, &text);
        }
    }
}
