//! Differences between two decoders, and the file that explains each of them.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use crate::make::Kind;
use crate::traits::Traits;
use crate::view::{Outcome, REFUSED};

/// One thing on which an oracle and the engine differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// `panics`, `refuses` or `accepts` (what the oracle does and the engine does not), or a field. Of a section they are
    /// `7 refuses`, `7 accepts` and `7.SaleOptOut`.
    pub what: String,
    /// What the engine read in that field.
    pub ours: Value,
    /// What the oracle read in it, or its message.
    pub theirs: Value,
}

impl Difference {
    fn new(what: impl Into<String>, ours: Value, theirs: Value) -> Difference {
        Difference { what: what.into(), ours, theirs }
    }
}

/// Everything on which two outcomes differ.
///
/// ```
/// use parvis_oracles::explain::differences;
/// use parvis_oracles::view::Outcome;
/// let refused = Outcome::Refused(String::new());
/// assert!(differences(&refused, &refused).is_empty());
/// assert_eq!(differences(&refused, &Outcome::Read(Default::default()))[0].what, "accepts");
/// ```
#[must_use]
pub fn differences(ours: &Outcome, theirs: &Outcome) -> Vec<Difference> {
    match (ours, theirs) {
        (_, Outcome::Panicked(message)) => {
            vec![Difference::new("panics", Value::Null, message.clone().into())]
        }
        (Outcome::Read(ours), Outcome::Read(theirs)) => fields(ours, theirs),
        (Outcome::Read(_), Outcome::Refused(message)) => {
            vec![Difference::new("refuses", Value::Null, message.clone().into())]
        }
        (Outcome::Refused(reason), Outcome::Read(_)) => {
            vec![Difference::new("accepts", reason.clone().into(), Value::Null)]
        }
        _ => Vec::new(),
    }
}

fn fields(ours: &crate::view::Fields, theirs: &crate::view::Fields) -> Vec<Difference> {
    let ids = |fields: &crate::view::Fields| fields.get("sections").cloned().unwrap_or(Value::Null);
    let (our_ids, their_ids) = (ids(ours), ids(theirs));
    if !is_part_of(&their_ids, &our_ids) {
        // Sections under wrong ids would differ in everything.
        return vec![Difference::new("sections", our_ids, their_ids)];
    }
    let names: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    let refused =
        |value: Option<&Value>| value.and_then(Value::as_str).is_some_and(|text| text.starts_with(REFUSED));
    let mut found = Vec::new();
    for name in names {
        let (our, their) = (ours.get(name), theirs.get(name));
        let of = |value: Option<&Value>| value.cloned().unwrap_or(Value::Null);
        let section = name.split('.').next().unwrap_or_default();
        let gone = refused(ours.get(section)) || refused(theirs.get(section));
        match (refused(our), refused(their)) {
            (true, true) => {}
            (true, false) => found.push(Difference::new(format!("{name} accepts"), of(our), of(their))),
            (false, true) => found.push(Difference::new(format!("{name} refuses"), of(our), of(their))),
            // A field that one of them does not have is one with nothing in it.
            (false, false) if gone || of(our) == of(their) => {}
            (false, false) => found.push(Difference::new(name.clone(), of(our), of(their))),
        }
    }
    found
}

/// Whether the items of `part` stand in `whole` in the same order, perhaps with others between them.
fn is_part_of(part: &Value, whole: &Value) -> bool {
    let mut rest = whole.as_array().into_iter().flatten();
    part.as_array().into_iter().flatten().all(|item| rest.any(|other| other == item))
}

/// Why a class of differences is as it should be.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explanation {
    /// Its name, in reports.
    pub id: String,
    /// The library: `core`, `cmpapi`, `lib_tcstring` or `iab_gpp`.
    pub oracle: String,
    /// The kinds of strings: `tcf`, `gpp`, `usp`.
    pub kinds: Vec<String>,
    /// What differs; `*` stands for any text, and `#` for the section's id, which `when` may use too.
    pub what: Vec<String>,
    /// Traits that must all be there; one that begins with `!` must not.
    #[serde(default)]
    pub when: Vec<String>,
    /// Traits of which one must be there.
    #[serde(default)]
    pub any: Vec<String>,
    /// What the engine must have read, if that matters.
    pub ours: Option<Value>,
    /// What the oracle must have read, if that matters.
    pub theirs: Option<Value>,
    /// A part of the oracle's message, if that matters.
    pub message: Option<String>,
    /// How what the oracle read comes from what the engine read, if that matters.
    pub relation: Option<Relation>,
    /// Who is right, and why, in a sentence.
    pub why: String,
    /// What proves it.
    pub source: String,
}

/// How one value comes from another.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// Milliseconds, cut to whole seconds.
    WholeSeconds,
    /// The reserved value 3 is read as 0.
    ThreesAreZeros,
}

impl Relation {
    fn holds(self, ours: &Value, theirs: &Value) -> bool {
        match self {
            Relation::WholeSeconds => {
                ours.as_i64().is_some_and(|ms| theirs.as_i64() == Some(ms.div_euclid(1000) * 1000))
            }
            Relation::ThreesAreZeros => {
                let plain = |value: &Value| if *value == 3 { Value::from(0) } else { value.clone() };
                let ours = ours.as_array().map(|list| list.iter().map(plain).collect::<Vec<_>>());
                ours.is_some() && ours.as_ref() == theirs.as_array()
            }
        }
    }
}

impl Explanation {
    /// Whether this is the explanation of `difference` on a string with these traits.
    #[must_use]
    pub fn fits(&self, oracle: &str, kind: Kind, difference: &Difference, traits: &Traits) -> bool {
        let section: String = difference.what.chars().take_while(char::is_ascii_digit).collect();
        let named = |text: &str| text.replace('#', &section);
        let there = |name: &String| match name.strip_prefix('!') {
            Some(name) => !traits.contains(&named(name)),
            None => traits.contains(&named(name)),
        };
        self.oracle == oracle
            && self.kinds.iter().any(|name| name == kind.name())
            && self.what.iter().any(|what| matches(&named(what), &difference.what))
            && self.when.iter().all(there)
            && (self.any.is_empty() || self.any.iter().any(there))
            && self.ours.as_ref().is_none_or(|ours| *ours == difference.ours)
            && self.theirs.as_ref().is_none_or(|theirs| *theirs == difference.theirs)
            && self.relation.is_none_or(|relation| relation.holds(&difference.ours, &difference.theirs))
            && self.message.as_ref().is_none_or(|part| {
                difference.theirs.as_str().is_some_and(|message| message.contains(part.as_str()))
            })
    }
}

/// Whether `text` is of the form `pattern`, in which one `*` stands for any text.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, end)) => {
            text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end)
        }
    }
}
