//! Search terms of a visit, newest first and each once: the section `q` of the cookie.
//!
//! A search is stored in the form of [`normal`]. Its entry is that text with `+` for a space; every byte but lower-case
//! letters and digits of ASCII and `.`, `_`, `-` is `%` and two digits. An entry in any other spelling makes the cookie
//! unreadable.

use alloc::string::String;

use super::Visit;
use crate::base::text;
use crate::http::personal::{has_mail_or_number, narrow};
use crate::http::query;
use crate::limits;

/// Normalizes a search term; `None` if it is never stored.
///
/// Words are separated by one space (U+0020) each, whatever white space (Unicode's property) was there. Fullwidth forms
/// (U+FF01 to U+FF5E) become their ASCII characters, capitals are lower-cased by [`text::fold`]; nothing is composed or
/// decomposed.
///
/// A term that may be personal is never stored: with `@`, or with [`limits::SEARCH_DIGITS`] digits or more, together or
/// apart, in ASCII, Arabic, Persian or Devanagari. Neither is one that is empty, longer than [`limits::SEARCH_BYTES`] in
/// this form, or has control characters.
///
/// ```
/// use parvis::visitor::visit::normal_search as normal;
/// assert_eq!(normal("  Desk\u{a0}\u{a0}LAMP ").as_deref(), Some("desk lamp"));
/// assert_eq!(normal("jane@mail.example"), None);
/// assert_eq!(normal("+33 6 12 34 56 78"), None);
/// ```
pub fn normal(searched: &str) -> Option<String> {
    if searched.len() > limits::PARAMETER_BYTES {
        return None;
    }
    let mut kept = String::new();
    for word in searched.split_whitespace() {
        if !kept.is_empty() {
            kept.push(' ');
        }
        for sign in word.chars().map(narrow).map(text::fold) {
            if sign.is_control() {
                return None;
            }
            kept.push(sign);
        }
    }
    let fits = !kept.is_empty() && kept.len() <= limits::SEARCH_BYTES && !has_mail_or_number(&kept);
    fits.then_some(kept)
}

impl Visit {
    /// The searches of this visit, newest first.
    pub fn searches(&self) -> &[String] {
        &self.searches
    }

    /// Records a search; one that is never stored is ignored.
    pub fn search(&mut self, searched: &str) {
        let Some(search) = normal(searched) else { return };
        self.searches.retain(|known| *known != search);
        self.searches.insert(0, search);
        self.searches.truncate(limits::VISIT_SEARCHES);
        self.fit();
    }

    /// Deletes all searches.
    pub fn forget_searches(&mut self) {
        self.searches.clear();
    }
}

pub(super) fn read(entry: &str) -> Option<String> {
    let search = normal(&query::decoded(entry)?)?;
    let mut written = String::new();
    write(&mut written, &search);
    (written == entry).then_some(search)
}

pub(in crate::visitor) fn write(value: &mut String, search: &str) {
    for byte in search.bytes() {
        match byte {
            b' ' => value.push('+'),
            b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-' => value.push(char::from(byte)),
            _ => {
                value.push('%');
                text::push_hex(value, byte.into(), 2);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    fn kept(searched: &str) -> String {
        normal(searched).unwrap_or_else(|| "-".to_string())
    }

    #[test]
    fn spaces_and_capitals_make_no_difference() {
        for (searched, expected) in [
            ("lamp", "lamp"),
            ("  Desk \t\n LAMP ", "desk lamp"),
            ("desk\u{a0}lamp\u{3000}", "desk lamp"),
            ("\u{c9}TAG\u{c8}RE", "\u{e9}tag\u{e8}re"),
            ("\u{41b}\u{410}\u{41c}\u{41f}\u{410}", "\u{43b}\u{430}\u{43c}\u{43f}\u{430}"),
            ("\u{39b}\u{386}\u{39c}", "\u{3bb}\u{386}\u{3bc}"),
            ("\u{ff2c}\u{ff11}", "l1"),
            ("e\u{301}", "e\u{301}"),
            ("STRASSE \u{df}", "strasse \u{df}"),
            ("<b>\"50%\" & more", "<b>\"50%\" & more"),
        ] {
            assert_eq!(kept(searched), expected, "{searched}");
        }
    }

    #[test]
    fn what_may_be_personal_is_never_kept() {
        for searched in [
            "",
            " \u{3000}\t",
            "jane@mail.example",
            "@",
            "jane\u{ff20}mail",
            "0612345678",
            "06 12 34 5",
            "1-2-3-4-5-6-7",
            "a1b2c3d4e5f6g7",
            "\u{ff11}\u{ff12}\u{ff13}\u{ff14}\u{ff15}\u{ff16}\u{ff17}",
            "\u{661}\u{662}\u{663}\u{6f4}\u{6f5}\u{966}7",
            "lamp\u{7}",
            "lamp\u{9b}",
        ] {
            assert_eq!(normal(searched), None, "{searched}");
        }
        assert_eq!(kept("lamp 123456"), "lamp 123456", "six digits are an article number");
    }

    #[test]
    fn what_is_too_long_is_not_kept_in_part() {
        let most = limits::SEARCH_BYTES;
        assert_eq!(normal(&"x".repeat(most)).map(|search| search.len()), Some(most));
        assert_eq!(normal(&"x".repeat(most + 1)), None);
        assert_eq!(normal(&"\u{e9}".repeat(most / 2 + 1)), None);
        assert_eq!(kept(&("x".to_string() + &" ".repeat(200))), "x");
        assert_eq!(normal(&" ".repeat(limits::PARAMETER_BYTES + 1)), None);
    }

    #[test]
    fn the_newest_come_first_and_once() {
        let mut visit = Visit::empty();
        for searched in ["Desk", "lamp", "oak  table", "DESK ", "jane@mail.example", ""] {
            visit.search(searched);
        }
        assert_eq!(visit.searches(), ["desk", "oak table", "lamp"]);
        visit.search("\u{e9}tag\u{e8}re 50%!~*");
        assert_eq!(visit.encode(None), "a~q%c3%a9tag%c3%a8re+50%25%21%7e%2a!desk!oak+table");
        visit.forget_searches();
        assert_eq!(visit.encode(None), "a");
    }

    #[test]
    fn what_is_not_our_form_is_unreadable() {
        let odd = [
            "",
            "Lamp",
            "desk lamp",
            "desk%20lamp",
            "desk++lamp",
            "+lamp",
            "lamp+",
            "%6camp",
            "%C3%A9",
            "%c3",
            "%c",
            "jane%40mail.example",
            "0612345678",
            "a=b",
        ];
        for entry in odd {
            assert!(read(entry).is_none(), "{entry}");
        }
        assert!(Visit::parse("a~qlamp~qdesk").is_none(), "twice");
        assert!(Visit::parse("a~qa!b!c!d").is_none(), "too many");
    }

    proptest! {
        #[test]
        fn what_is_kept_comes_back_and_stays(searched in "\\PC{0,40}") {
            if let Some(search) = normal(&searched) {
                prop_assert_eq!(normal(&search), Some(search.clone()));
                let mut entry = String::new();
                write(&mut entry, &search);
                prop_assert!(entry.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-+%".contains(&b)));
                prop_assert_eq!(read(&entry), Some(search));
            }
        }

        #[test]
        fn case_of_letters_makes_no_difference(words in "[a-z\u{e0}-\u{f6}\u{430}-\u{44f} ]{1,20}") {
            let upper: Vec<char> = words.chars().flat_map(char::to_uppercase).collect();
            prop_assert_eq!(normal(&upper.into_iter().collect::<String>()), normal(&words));
        }
    }
}
