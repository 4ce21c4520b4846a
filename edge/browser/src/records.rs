//! The shape of the two texts that cross between JavaScript and Rust: their fields and records, each with its name.
//!
//! `js/records.js` is written from these tables by a test, and neither side writes a code or counts fields by hand. Codes are
//! one letter long, since both sides are downloaded.

/// What separates fields.
pub const SEPARATOR: char = '\0';

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident,)* })*) => {
        $($(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(usize)]
        pub enum $name { $($(#[$field_doc])* $field),* }

        impl $name {
            /// Every field, in the order in which they are sent.
            pub const ALL: [$name; [$($name::$field),*].len()] = [$($name::$field),*];

            /// The name of the list, and the names of its fields.
            #[cfg(test)]
            pub(crate) const NAMES: (&'static str, [&'static str; $name::ALL.len()]) =
                (stringify!($name), [$(stringify!($field)),*]);
        })*
    };
}

fields! {
    /// The fields of a question, before its records.
    Question {
        /// `document.cookie`, whole.
        Cookies,
        /// Country, or country and subdivision as `US-CA`; `+` where an edge told no more than that the law asks for opt-out there; or
        /// empty.
        Country,
        /// `1` if `navigator.globalPrivacyControl`, `2` if `navigator.doNotTrack`, `3` if both.
        Asked,
        /// `1` behind an edge.
        Edge,
        /// `1` if the page arrives and no edge has decided it.
        Arrives,
        /// Visitor memory as `=value`, or empty.
        Memory,
    }
    /// The fields of an answer, before its decisions.
    Answer {
        /// Why nothing was decided, as a reason's code; empty when something was.
        Refused,
        /// The visit cookie: `=value` to write, empty to delete, `*` to leave.
        Visit,
        /// Visitor memory, in the same way, but `=value; Max-Age=seconds` to write.
        Memory,
        /// `purpose:state:decision` of every purpose, each with a space before it; empty without a playbook.
        Purposes,
        /// Signals that were read, each with a space before it.
        Signals,
        /// The mirror cookie, as [`parvis::decide::mirror::renew`] says.
        Mirror,
        /// The names of the mirror cookie, spaces between: it is written under the first, and the others are deleted; empty without a
        /// playbook.
        Mirrors,
        /// Of the module that says why, the playbook's language and a trace of `parvis::condition::trace`, a line each; else empty.
        Why,
    }
    /// The fields of one decision.
    Decision {
        /// The id of the block.
        Block,
        /// The id of the campaign, or empty.
        Campaign,
        /// The id of the variant, or empty.
        Variant,
        /// Why, as a reason's code.
        Reason,
        /// Empty for default content, `-` for hidden, `+html`, `*` and `<i data-part="name">text</i>` or
        /// `<i data-part="name" attribute="value"></i>` for each change of a part, `/` and the ids of a group: those that come
        /// first, `/`, the others.
        Content,
        /// The purposes without which it would not be shown, a bit for each in the order of the answer's purposes, in hex.
        Needs,
    }
}

macro_rules! records {
    ($($constant:ident $record:ident = $code:literal, $meaning:literal;)*) => {
        /// A record of a question, which has two values.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Record { $(#[doc = $meaning] $record = $code),* }

        impl Record {
            /// The record with this code.
            pub fn from_code(code: &str) -> Option<Record> {
                let [code] = code.as_bytes() else { return None };
                Some(match code { $($code => Record::$record,)* _ => return None })
            }

            /// Each record's constant in JavaScript, its code and its meaning.
            #[cfg(test)]
            pub(crate) const ALL: &'static [(&'static str, char, &'static str)] =
                &[$((stringify!($constant), $code as char, $meaning)),*];
        }
    };
}

// constant in JavaScript, variant = code, meaning with its two values
records! {
    STORED Stored = b's', "Web storage of a banner: key, value.";
    LOCALE Locale = b'h', "`navigator.languages` with commas, `document.referrer`.";
    NETWORK Network = b'n', "Whether data are saved, as `on` or empty, and `navigator.connection.effectiveType`.";
    SETTLED Settled = b'w', "No banner is awaited any more: nothing, nothing.";
    CHOICE Choice = b'a', "The visitor's own choice: grants, denials.";
    SHOWN Shown = b'b', "What shows: block, campaign.";
    VIEWED Viewed = b'v', "Viewed: item, category.";
    SEARCHED Searched = b'f', "Searched for: text, nothing.";
    DISMISSED Dismissed = b'd', "Dismissed: campaign, nothing.";
    DECLARED Declared = b'o', "Declared: name, and a date, or empty to take it away.";
    VALUE Value = b'e', "A value of the date that was just declared: name, text.";
    PREFERRED Preferred = b'r', "Preferred: name, and a value, or empty to take it back.";
    CART Cart = b'c', "The cart is what the following lines say: nothing, nothing.";
    LINE Line = b'l', "A line of the cart: item, quantity.";
    BOUGHT Bought = b'p', "Bought: item, category.";
    PIECES Pieces = b'q', "How much of what was just bought leaves the cart, where it is not all of it: quantity, nothing.";
}
