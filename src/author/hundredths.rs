//! Numbers of a draft with at most two decimals, as whole hundredths.

use alloc::format;

/// The hundredths of `number`; `None` if it is negative, too large, or has more than two decimals.
pub(in crate::author) fn hundredths(number: f64) -> Option<u32> {
    let text = format!("{number:.2}");
    let same = text.parse::<f64>().is_ok_and(|rounded| (rounded - number).abs() < 1e-9);
    let hundredths = text.replace('.', "").parse().ok()?;
    (same && hundredths < u32::MAX).then_some(hundredths)
}

/// Hundredths of a percent; `None` if there are more than two decimals or it is not from 0 to 100.
pub(in crate::author) fn basis_points(percent: f64) -> Option<u16> {
    let points = u16::try_from(hundredths(percent)?).ok()?;
    (points <= 10_000).then_some(points)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_two_decimals_at_most() {
        for (number, expected) in [
            (0.0, Some(0)),
            (89.5, Some(8_950)),
            (0.01, Some(1)),
            (1.234, None),
            (-1.0, None),
            (1e12, None),
            (f64::NAN, None),
        ] {
            assert_eq!(hundredths(number), expected, "{number}");
        }
    }

    #[test]
    fn a_percentage_is_from_0_to_100() {
        for (percent, expected) in [
            (0.0, Some(0)),
            (33.33, Some(3_333)),
            (100.0, Some(10_000)),
            (100.01, None),
            (33.333, None),
            (-0.5, None),
        ] {
            assert_eq!(basis_points(percent), expected, "{percent}");
        }
    }
}
