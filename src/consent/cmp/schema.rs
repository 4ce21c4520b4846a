//! The forms in which banners store their answers: a list or JSON, and rules for the few keys that are no answers.
//!
//! A banner's file says which form it has; what a value then means is decided here, once, for all of them.

use crate::base::calendar;
use crate::base::split::{next, number, parts, trim};
use crate::consent::json::{self, ITEM, Value};
use crate::consent::reading::Ballot;

/// The key that stands for any key.
pub(super) const ANY: &str = "*";
/// The key that stands for any element of a list.
pub(super) const EACH: &str = ITEM;

/// What a value says.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rule {
    /// Yes or no to the entry that [`ANY`] stands for.
    Answer,
    /// The name of an entry that was accepted.
    Accepted,
    /// The name of an entry that was refused.
    Refused,
    /// This word refuses the entry that is named like the key; any other says nothing of it.
    RefusedBy(&'static str),
    /// It must be this, or nobody chose.
    Must(&'static str),
    /// Where it is there, it must be this.
    May(&'static str),
    /// It must be there, be something, and not be this.
    MustNot(&'static str),
    /// Where it is there, it must not be this.
    MayNot(&'static str),
    /// Where it is there, nobody chose.
    Never,
    /// Where it is there, it must be a number above 0.
    Counted,
    /// Somebody chose because it is there, an object or an array.
    There,
    /// When the visitor last chose.
    Decided,
    /// When the visitor first chose, which counts where nothing tells the last time.
    Began,
    /// A number for the banner's own file to judge.
    Number,
}

/// How one banner writes.
pub(super) struct Form {
    /// The words for yes and no.
    pub(super) words: [&'static str; 2],
    /// Whether they stand without quotes, as `true` does in JSON.
    pub(super) bare: bool,
    /// What divides entries, and a name from its value; JSON where there is none.
    pub(super) list: Option<[u8; 2]>,
    /// What may stand around names and values of a list and is no part of them.
    pub(super) around: &'static [u8],
    /// Rules by path; the first that fits holds.
    pub(super) rules: &'static [(&'static [&'static str], Rule)],
}

/// What was read, but for the answers.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    /// Whether the text is of the form.
    pub(super) whole: bool,
    /// How many of the conditions that must hold were met.
    pub(super) met: u8,
    /// Whether a condition was violated.
    pub(super) violated: bool,
    /// Whether any entry was answered.
    pub(super) answered: bool,
    /// Whether any entry was refused.
    pub(super) refused: bool,
    /// Whether the time of the first choice was there and could be read.
    pub(super) began: bool,
    /// The number, 0 where there is none.
    pub(super) number: u32,
}

impl Form {
    /// Reads `text` and leaves the answers on the ballot, with the time of the last choice or else of the first.
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn read(&self, text: &str, ballot: &mut Ballot<'_>) -> Seen {
        let mut seen = Seen::default();
        if let Some([between, inside]) = self.list {
            for entry in parts(text, between) {
                let mut value = entry;
                let name = next(&mut value, inside);
                if name.len() < entry.len() {
                    seen.whole = true;
                    let [name, value] = [trim(name, self.around), trim(value, self.around)];
                    self.see(&[name], Value::Bare(value), &mut seen, ballot);
                }
            }
        } else {
            let whole = json::walk(text, &mut |path, value| self.see(path, value, &mut seen, ballot));
            seen.whole = whole;
        }
        seen
    }

    #[cfg_attr(target_family = "wasm", inline(never))]
    fn see(&self, path: &[&str], value: Value<'_>, seen: &mut Seen, ballot: &mut Ballot<'_>) {
        for (pattern, rule) in self.rules {
            let mut key = path.last().copied().unwrap_or_default();
            let mut fits = pattern.len() == path.len();
            for (step, place) in pattern.iter().zip(path) {
                if *step == ANY {
                    key = place;
                } else {
                    fits &= step == place;
                }
            }
            if fits {
                match (value, *rule) {
                    (Value::Object | Value::Array, Rule::There) => seen.met = seen.met.saturating_add(1),
                    (Value::Object | Value::Array, _) => {}
                    // Words of JSON are bare, letters and digits that stand for them are text.
                    (Value::Text(_), Rule::Answer) if self.bare => {}
                    (Value::Bare(_), Rule::Answer) if !self.bare => {}
                    (Value::Text(text) | Value::Bare(text), rule) => self.obey(rule, key, text, seen, ballot),
                }
                return;
            }
        }
    }

    fn obey(&self, rule: Rule, key: &str, text: &str, seen: &mut Seen, ballot: &mut Ballot<'_>) {
        let [yes, no] = self.words;
        let mut fine = true;
        let mut counts = false;
        match rule {
            Rule::Answer => {
                if text == yes || text == no {
                    seen.answered = true;
                    seen.refused |= text == no;
                    ballot.mark(key, text == yes);
                }
            }
            Rule::RefusedBy(word) => {
                seen.answered |= text == yes || text == no;
                if text == word {
                    ballot.mark(key, false);
                }
            }
            Rule::Accepted => ballot.mark(text, true),
            Rule::Refused => ballot.mark(text, false),
            Rule::Must(word) => {
                fine = text == word;
                counts = fine;
            }
            Rule::MustNot(word) => {
                fine = text != word && !text.is_empty();
                counts = fine;
            }
            Rule::May(word) => fine = text == word,
            Rule::MayNot(word) => fine = text != word,
            Rule::Never => fine = false,
            Rule::Counted => fine = number(text) > Some(0),
            Rule::There => {}
            Rule::Decided | Rule::Began => {
                let at = calendar::millis(text).or_else(|| calendar::parse(text));
                let last = matches!(rule, Rule::Decided);
                seen.began |= !last && at.is_some();
                let known = &mut ballot.answer.vote.decided_at;
                if last && at.is_some() || known.is_none() {
                    *known = at;
                }
            }
            Rule::Number => seen.number = number(text).unwrap_or(0),
        }
        seen.violated |= !fine;
        seen.met = seen.met.saturating_add(u8::from(counts));
    }
}
