//! The preferred language of a visitor, from `Accept-Language` (RFC 9110 section 12.5.4).

/// The preferred main language, in lower case and without its region; `None` if the header has none.
///
/// The highest weight wins, of equal ones the first. A weight of 0 excludes a language, `*` is no language, and entries
/// that have not the form of a language are skipped. It borrows from the header, so the caller compares without regard to
/// case.
///
/// ```
/// use parvis::signal::language::preferred;
/// assert_eq!(preferred("fr-CH, fr;q=0.9, en;q=0.8, *;q=0.5"), Some("fr"));
/// assert_eq!(preferred("en;q=0.5, de"), Some("de"));
/// assert_eq!(preferred("*, en;q=0"), None);
/// ```
pub fn preferred(header: &str) -> Option<&str> {
    let mut best = None;
    for range in header.split(',') {
        let (tag, weight) = range.split_once(';').unwrap_or((range, ""));
        let tag = tag.trim_matches(BLANK);
        let main = tag.split('-').next().unwrap_or_default();
        let is_tag = tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let is_main = (2..=3).contains(&main.len()) && main.bytes().all(|byte| byte.is_ascii_alphabetic());
        let Some(weight) = thousandths(weight).filter(|weight| *weight > 0 && is_tag && is_main) else {
            continue;
        };
        if best.is_none_or(|(heaviest, _)| weight > heaviest) {
            best = Some((weight, main));
        }
    }
    best.map(|(_, main)| main)
}

const BLANK: [char; 2] = [' ', '\t'];

/// The weight in thousandths: 1,000 if none is given, `None` if it is unreadable.
fn thousandths(parameter: &str) -> Option<u16> {
    let parameter = parameter.trim_matches(BLANK);
    if parameter.is_empty() {
        return Some(1000);
    }
    let value = parameter.strip_prefix(['q', 'Q'])?.trim_start_matches(BLANK).strip_prefix('=')?;
    let (whole, decimals) = value.trim_matches(BLANK).split_once('.').unwrap_or((value, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = decimals.bytes().chain([b'0'; 3]).take(3);
    let part = digits.fold(0_u16, |sum, digit| {
        sum.saturating_mul(10).saturating_add(u16::from(digit.saturating_sub(b'0')))
    });
    match whole.trim_matches(BLANK) {
        "0" => Some(part),
        "1" if part == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_liked_that_is_acceptable_is_found() {
        for (header, expected) in [
            ("", None),
            ("fr", Some("fr")),
            ("FR-fr", Some("FR")),
            ("en;q=0.8,fr;q=0.9", Some("fr")),
            ("en;q=0.8,fr;q=0.8", Some("en")),
            ("fr;q=0", None),
            ("fr;q=0.000,de;q=0.001", Some("de")),
            ("fr;q=2,de;q=0.1", Some("de")),
            ("fr;q=1.001,de;q=1.0", Some("de")),
            ("fr;q=.5,de", Some("de")),
            ("*", None),
            ("gsw-CH , en ; q=0.3", Some("gsw")),
            ("a, toolong, 12, en", Some("en")),
            ("fr_FR, en;q=0.1", Some("en")),
            ("fr-F_R, en;q=0.1", Some("en")),
            ("fr;q=1, en", Some("fr")),
            ("fr, en;q=1", Some("fr")),
            (";;,,=,q=1", None),
        ] {
            assert_eq!(preferred(header), expected, "{header}");
        }
    }
}
