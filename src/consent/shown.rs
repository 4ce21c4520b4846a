//! What tools tell of a banner: `parvis consent`, documents and tests. No decision depends on it.

use super::banners::banners;
use super::source::Banner;

/// What is told of a banner.
#[derive(Clone, Copy, Debug)]
pub struct Shown {
    /// What its vendor calls it.
    pub title: &'static str,
    /// What it calls what visitors choose among, in the singular.
    pub entry: &'static str,
    /// How its value is shown.
    pub view: View,
    /// Where the view has the answers.
    pub answers: Answers,
    /// The field of the view with the version of the policy that was answered; empty for none.
    pub policy: &'static str,
    /// Texts one of which is in every value that grants something, once it is decoded; none where no value grants.
    pub grants_with: &'static [&'static str],
    /// Parts of the addresses of its scripts, by which a page that loads it is known.
    pub scripts: &'static [&'static str],
    /// When a stored value is a choice.
    pub choice: &'static str,
}

/// How a stored value is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// The JSON that it is, percent-encoded or not.
    Json,
    /// The same as the only field of an object, of this name.
    JsonIn(&'static str),
    /// By code of the tool's own.
    Own,
    /// As the form of its values says.
    Described,
    /// There is nothing to show.
    Nothing,
}

/// Where a view has the answers; an empty name stands for the view itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    /// An object of `true` and `false`.
    Flags(&'static str),
    /// An object of words that say yes or no.
    Words(&'static str),
    /// A list of what was accepted.
    Listed(&'static str),
    /// By code of the tool's own.
    Own,
    /// It does not tell.
    Unknown,
}

macro_rules! rows {
    ($($(#[$_doc:meta])* $banner:ident = $_code:literal $_name:literal by_category: $_by_category:literal slots $_slots:tt means $_means:tt
        shown {
            title: $title:literal, entry: $entry:literal, view: $view:ident $(($view_of:literal))?,
            answers: $answers:ident $(($answers_of:literal))?, policy: $policy:literal, grants_with: [$($word:literal),*],
            $(scripts: [$($script:literal),*],)?
            choice: $choice:literal
        })*) => {
        impl Banner {
            /// What tools tell of it.
            pub const fn shown(self) -> &'static Shown {
                match self {
                    $(Banner::$banner => &Shown {
                        title: $title,
                        entry: $entry,
                        view: View::$view $(($view_of))?,
                        answers: Answers::$answers $(($answers_of))?,
                        policy: $policy,
                        grants_with: &[$($word),*],
                        scripts: &[$($($script),*)?],
                        choice: $choice,
                    }),*
                }
            }
        }
    };
}

banners!(rows);
