//! The forms in which a template may show a parameter of the address.
//!
//! Whoever writes a link decides what its parameters say, so that a value may tell of one person, or say to a visitor what the
//! site never would. A playbook therefore names each parameter that it shows and the form of its value; any other value is
//! missing.

use crate::base::split::parts;
use crate::base::text::is_letter;

/// A form of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterForm {
    /// Digits of ASCII.
    Number,
    /// Letters, digits of ASCII, `-` and `_`.
    Word,
    /// Words with one space between.
    Words,
}

impl ParameterForm {
    /// Every form.
    pub const ALL: [ParameterForm; 3] = [ParameterForm::Number, ParameterForm::Word, ParameterForm::Words];

    /// The letter that compiled playbooks have for it.
    pub const fn code(self) -> u8 {
        match self {
            ParameterForm::Number => b'n',
            ParameterForm::Word => b'w',
            ParameterForm::Words => b's',
        }
    }

    /// Whether `value` has this form and at most `most` bytes; an empty one has none.
    ///
    /// ```
    /// use parvis::http::parameter_form::ParameterForm;
    /// assert!(ParameterForm::Number.fits("2026", 4) && !ParameterForm::Number.fits("-2", 4));
    /// assert!(ParameterForm::Word.fits("banner-a", 8) && !ParameterForm::Word.fits("banner-a", 7));
    /// assert!(ParameterForm::Words.fits("lampes d\u{e9}t\u{e9}", 40) && !ParameterForm::Words.fits("a  b", 40));
    /// ```
    pub fn fits(self, value: &str, most: usize) -> bool {
        let is_sign = |sign: char| match self {
            ParameterForm::Number => sign.is_ascii_digit(),
            _ => is_letter(sign) || sign.is_ascii_digit() || matches!(sign, '-' | '_'),
        };
        let is_word = |word: &str| !word.is_empty() && word.chars().all(is_sign);
        let is_one = || self == ParameterForm::Words || parts(value, b' ').count() == 1;
        value.len() <= most && parts(value, b' ').all(is_word) && is_one()
    }
}
