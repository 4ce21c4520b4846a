//! The forms in which banners store their answers, as short texts: of the banners that are known here, and of those that a
//! playbook describes. What a value means is decided here, once, for all of them.
//!
//! The first line of a form is its head, each other line a rule; tabs divide the words of a line. A head is, in this order:
//!
//! - Steps that undo an encoding, at most two: `%` percent, `6` base64, `-` nothing. JSON that lies open is left as it is.
//! - Marks: `&` what is stored is spread over several cookies, whose keys are the first step of every path; `*` what a list of
//!   accepted entries leaves out was refused; `+` what a list of refused entries leaves out was accepted, if all that it names have a meaning; `!` every entry that
//!   the map has must be answered; `^` seconds and other parts stand before the JSON, divided by `:`; `0` it proves no choice.
//! - A shape: `{` JSON with bare answers, `"` JSON with answers in quotes, `j` JSON with either; `w` one word, `b` one character
//!   an entry, whose keys are `0`, `1` and so on; `p` pairs, with what stands between a name and its value and then what may
//!   stand between pairs. The first word behind the head is what is cut off around names and values of pairs.
//!
//! A rule is a letter, the path of the values that it is about (keys with `/` between, `*` for any key, `[]` for an element of a
//! list; nothing for the whole), and words:
//!
//! - `?` the answer to the entry that `*` stands for, or else the last key: `+` and a word for yes, `-` and a word for no, a
//!   space and a word for none. An answer counts only where no rule before it is about the same value. `q` the same where nothing else
//!   stands in these places, so that another word is no answer of the banner under any key. `$` the same for the
//!   entry whose name `#` read before. `A` the same for all entries at once; its yes counts where no other answer does, and so
//!   does its no behind a `~`.
//! - `+` and `-` the name of an entry that was accepted or refused; with words, a list of them in one text: what divides them,
//!   and what is cut off around each. `>` the entry that `*` stands for was accepted. `.` here is a list of entries.
//! - `_` a word for no refuses the entry that is named like the key; another word than its words is none that the banner writes. `0` with these words it is no answer at all.
//! - `=` it must be there, and be one of these, or else nobody chose; `!` be there, and none of these. `:` and `~` the same, only
//!   where it is there. `1` where it is there, it must be a number above 0.
//! - `f` it must be there and be one of these, or the form is another. `v` the same for the site's own policy.
//! - `@` when the visitor last chose, `<` when first, in milliseconds or as a date; the word is by what a number is multiplied.
//! - `n` a number for the banner's own file to judge.

use super::Scratch;
use crate::base::calendar::{self, Millis};
use crate::base::split::{before, digits, find, next, number, parts, slice, trim};
use crate::base::{base64, percent};
use crate::consent::json::{self, ITEM, Value};
use crate::consent::reading::Ballot;
use crate::reason::Reason;

/// The keys of single characters.
const PLACES: &str = "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31";

/// Words that say that something is not there, or not done.
const NOTHING: &str = "\t0\tnull\tfalse\tno\tnone\tnever\tundefined";

/// How one banner writes.
#[derive(Clone, Copy)]
pub(in crate::consent) struct Form<'a>(pub(in crate::consent) &'a str);

/// What was read, but for the answers.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::consent) struct Seen {
    /// Whether the text is of the form.
    pub(super) whole: bool,
    /// The conditions that must hold and were met, by the number of the rule.
    pub(super) met: u32,
    /// Whether a condition was violated.
    pub(super) violated: bool,
    /// Whether an answer is none that the banner writes, or is given twice.
    garbled: bool,
    /// Whether the choice was made in another form of the banner, or under another policy of the site.
    other_form: bool,
    other_policy: bool,
    /// Whether any entry was answered.
    pub(super) answered: bool,
    /// Whether all that was answered stands beside the entries, so that what is said of all of them at once counts.
    aside: bool,
    /// Whether any entry was refused.
    pub(super) refused: bool,
    /// Whether there was a list of entries.
    pub(super) listed: bool,
    /// Whether all was accepted or refused at once, for where nothing else answers.
    all: bool,
    none: bool,
    /// Whether a word for no answer was read.
    neither: bool,
    /// Whether a word for no stands where no rule has anything.
    stray: bool,
    /// Whether the time of the first choice was there and could be read, and whether that of the last was.
    pub(super) began: bool,
    decided: bool,
    /// The number, 0 where there is none.
    pub(super) number: u32,
    /// The entry that was named last, as a mark.
    named: u64,
    /// The entries that this value has answered, and those whose answers do not count.
    here: u64,
    void: u64,
}

/// The first line of a form, taken apart.
struct Head<'a> {
    steps: [u8; 2],
    marks: &'a str,
    shape: u8,
    /// What is written behind the shape.
    more: &'a str,
    around: &'a str,
}

impl Seen {
    /// Takes note of a part that cannot be read.
    pub(in crate::consent) const fn doubt(&mut self) {
        self.garbled = true;
    }

    /// Whether an answer is none that the banner writes, or is given twice.
    pub(super) const fn is_garbled(&self) -> bool {
        self.garbled
    }

    /// The end of reading by [`Ballot::end`]: where an answer is garbled, only what was refused counts, and where nothing is answered
    /// but a word for no stands elsewhere, the banner has another form, in which something was refused.
    pub(super) fn end(&self, whole: bool, chosen: bool, ballot: &mut Ballot<'_>) {
        ballot.end(whole, chosen);
        if whole && self.garbled {
            ballot.doubt();
        }
        ballot.answer.hides |= self.stray && !(self.answered || self.listed || self.neither || self.violated);
    }
}

impl Head<'_> {
    fn has(&self, mark: u8) -> bool {
        find(self.marks, mark) < self.marks.len()
    }
}

impl<'a> Form<'a> {
    fn head(self) -> Head<'a> {
        let mut around = before(self.0, b'\n');
        let text = next(&mut around, b'\t');
        let mut at = 0;
        let mut steps = [0; 2];
        let mut from = 0;
        let mut shape = 0;
        for byte in text.bytes() {
            match byte {
                b'%' | b'6' | b'-' => {
                    if let Some(step) = steps.get_mut(at) {
                        *step = byte;
                    }
                    from = at + 1;
                }
                b'{' | b'"' | b'j' | b'w' | b'b' | b'p' => {
                    shape = byte;
                    break;
                }
                _ => {}
            }
            at += 1;
        }
        Head { steps, marks: slice(text, from, at), shape, more: slice(text, at + 1, text.len()), around }
    }

    /// The rules, with the number of each.
    fn rules(self) -> impl Iterator<Item = (u32, &'a str)> {
        (0..32).zip(parts(self.0, b'\n').skip(1))
    }

    /// Whether the choice is spread over several cookies.
    pub(in crate::consent) fn is_spread(self) -> bool {
        self.head().has(b'&')
    }

    /// Reads a stored value, or, with its `key`, one of those over which a choice is spread.
    pub(in crate::consent) fn take(
        self,
        key: &str,
        value: &str,
        seen: &mut Seen,
        ballot: &mut Ballot<'_>,
        scratch: &mut Scratch,
    ) {
        let head = self.head();
        let [one, two] = head.steps;
        let mut text = undone(one, value, scratch);
        let mut second: Scratch;
        if two != 0 {
            second = [0; crate::limits::COOKIE_VALUE_BYTES];
            text = text.and_then(|text| undone(two, text, &mut second));
        }
        if let Some(whole) = text.filter(|_| head.has(b'^')) {
            let end = find(whole, b'{').min(find(whole, b'['));
            text = Some(slice(whole, end, whole.len()));
            self.time(b'@', slice(whole, 0, find(whole, b':').min(end)), "1000", seen, ballot);
        }
        let spread = head.has(b'&');
        seen.here = 0;
        seen.whole = false;
        if let Some(text) = text {
            self.walk(&head, spread.then_some(key), text, seen, ballot);
        }
        seen.garbled |= !seen.whole;
    }

    /// Shows the text under this key of a stored value that is JSON, where there is one.
    pub(in crate::consent) fn text(self, value: &str, key: &str, see: &mut dyn FnMut(&str)) {
        let [one, two] = self.head().steps;
        let mut scratch: [Scratch; 2] = [[0; crate::limits::COOKIE_VALUE_BYTES]; 2];
        let [first, second] = &mut scratch;
        let text = undone(one, value, first).and_then(|text| undone(two, text, second));
        json::walk(text.unwrap_or_default(), &mut |path, value| {
            if let (Value::Text(text), true) = (value, path == [key]) {
                see(text);
            }
        });
    }

    /// What all that was taken comes to.
    pub(in crate::consent) fn judge(self, mut seen: Seen, ballot: &mut Ballot<'_>) {
        let head = self.head();
        let mut needed = 0u32;
        for (index, rule) in self.rules() {
            let is_missing = seen.met >> index & 1 == 0;
            match rule.as_bytes().first() {
                Some(b'=' | b'!') => needed |= 1 << index,
                Some(b'f') => seen.other_form |= is_missing,
                Some(b'v') => seen.other_policy |= is_missing,
                _ => {}
            }
        }
        let proven = seen.met & needed == needed;
        if head.has(b'*') && (seen.listed || (proven && needed != 0 && !seen.all)) {
            seen.listed = true;
            // Without any entry that has a meaning, what is left out has none either.
            ballot.unmapped.refused |= ballot.entries().next().is_none();
            // What the map calls `*` stands for all entries at once, and is in no list.
            let all = ballot.bit("*");
            ballot.refuse_rest();
            if ballot.marks.yes != 0 {
                ballot.marks.no &= !all;
            }
        }
        if head.has(b'+') && seen.listed && !ballot.unmapped.refused {
            ballot.marks.yes |= !ballot.marks.no;
        }
        if (!seen.answered || seen.aside) && !seen.listed {
            if seen.all {
                ballot.marks.yes = u64::MAX;
            } else if seen.none {
                seen.answered = true;
                ballot.refuse_all();
            }
        }
        ballot.marks.yes &= !seen.void;
        let said = seen.answered || seen.listed || seen.all;
        let complete = !head.has(b'!') || ballot.is_complete();
        ballot.end(true, said && proven && complete && !seen.violated && !head.has(b'0'));
        let answer = &mut ballot.answer;
        if seen.garbled {
            ballot.doubt();
        } else if seen.other_form || (!said && !seen.neither && !seen.violated && (proven || seen.stray)) {
            answer.lapse(Reason::UnsupportedVersion);
            answer.hides = true;
        } else if seen.other_policy {
            answer.lapse(Reason::PolicyChanged);
        }
    }

    /// Reads a decoded text and leaves the answers on the ballot; whoever asks judges what was seen.
    #[cfg_attr(target_family = "wasm", inline(never))]
    pub(super) fn read(self, text: &str, ballot: &mut Ballot<'_>) -> Seen {
        let mut seen = Seen::default();
        self.walk(&self.head(), None, text, &mut seen, ballot);
        seen
    }

    #[cfg_attr(target_family = "wasm", inline(never))]
    fn walk(&self, head: &Head<'_>, key: Option<&str>, text: &str, seen: &mut Seen, ballot: &mut Ballot<'_>) {
        let json = matches!(text.as_bytes().first(), Some(b'{' | b'['));
        match head.shape {
            b'p' => {
                let mut divider = head.more.bytes();
                let inside = divider.next().unwrap_or(b'=');
                let between = divider.clone().find(|byte| find(text, *byte) < text.len());
                let between = between.or(divider.next()).unwrap_or(b',');
                let around = head.around.as_bytes();
                for entry in parts(text, between) {
                    let mut value = entry;
                    let name = next(&mut value, inside);
                    if name.len() < entry.len() {
                        seen.whole = true;
                        let [name, value] = [trim(name, around), trim(value, around)];
                        self.see(head, key, &[name], Value::Bare(value), seen, ballot);
                    } else {
                        seen.garbled |= !entry.is_empty();
                    }
                }
            }
            b'b' => {
                let mut places = parts(PLACES, b' ');
                for index in 0..text.len() {
                    let place = places.next().unwrap_or_default();
                    let one = slice(text, index, index + 1);
                    self.see(head, key, &[place], Value::Bare(one), seen, ballot);
                }
                seen.whole = ballot.entries().count() == text.len();
            }
            b'w' if !json || key.is_none() => {
                self.see(head, key, &[], Value::Bare(text), seen, ballot);
                seen.whole = true;
            }
            _ => {
                let whole =
                    json::walk(text, &mut |path, value| self.see(head, key, path, value, seen, ballot));
                seen.whole = whole && (json || head.shape != b'j');
            }
        }
    }

    /// Whether a rule is about the elements of a list at this path.
    fn lists(self, path: &str) -> bool {
        self.rules().any(|(_, rule)| {
            let other = before(slice(rule, 1, rule.len()), b'\t');
            let list = other.len().saturating_sub(2);
            let apart = usize::from(!path.is_empty());
            list == path.len() + apart && other.starts_with(path) && slice(other, list, other.len()) == "[]"
        })
    }

    /// Whether a rule is about what lies within the values of this pattern.
    fn goes_deeper(self, pattern: &str) -> bool {
        let path = slice(pattern, 1, pattern.len());
        self.rules().any(|(_, rule)| {
            let other = before(slice(rule, 1, rule.len()), b'\t');
            other.len() > path.len()
                && other.starts_with(path)
                && other.as_bytes().get(path.len()) == Some(&b'/')
        })
    }

    #[cfg_attr(target_family = "wasm", inline(never))]
    fn see(
        self,
        head: &Head<'_>,
        key: Option<&str>,
        path: &[&str],
        value: Value<'_>,
        seen: &mut Seen,
        ballot: &mut Ballot<'_>,
    ) {
        let (mut free, mut inside) = (true, false);
        for (index, rule) in self.rules() {
            let mut words = rule;
            let pattern = next(&mut words, b'\t');
            let op = pattern.as_bytes().first().copied().unwrap_or(0);
            let path_of = slice(pattern, 1, pattern.len());
            let Some((entry, more)) = follow(path_of, key, path) else { continue };
            if more {
                // A word stands where answers should lie within.
                inside |= matches!(op, b'?' | b'q' | b'$' | b'#' | b'+' | b'-' | b'>' | b'_');
                continue;
            }
            let strict = op == b'q';
            let op = if strict { b'?' } else { op };
            let text = match value {
                Value::Object | Value::Array => {
                    seen.listed |= op == b'.';
                    seen.garbled |= op == b'.' && value == Value::Object && self.lists(path_of);
                    // An answer is a word: what holds more is none that the banner writes.
                    seen.garbled |= match op {
                        b'?' => free && !self.goes_deeper(pattern) && ballot.bit(entry) != 0,
                        b'+' | b'-' => words.is_empty(),
                        b'$' | b'A' | b'>' | b'#' | b'f' | b'v' | b'_' => true,
                        _ => false,
                    };
                    seen.violated |= matches!(op, b'!' | b':' | b'~' | b'1');
                    continue;
                }
                _ if op == b'.' => continue,
                // Words of JSON are bare, letters and digits that stand for them are text.
                Value::Text(_) if op == b'?' && head.shape == b'{' => {
                    seen.garbled |= free && (strict || ballot.bit(entry) != 0);
                    continue;
                }
                Value::Bare(_) if op == b'?' && head.shape == b'"' => {
                    seen.garbled |= free && (strict || ballot.bit(entry) != 0);
                    continue;
                }
                Value::Text(text) | Value::Bare(text) => text,
            };
            seen.garbled |= strict && free && sign(words, text) == 0;
            match op {
                b'?' if !free => {}
                b'=' | b'!' => {
                    let something = !among(NOTHING, text);
                    let fine = if op == b'=' && !words.is_empty() {
                        among(words, text)
                    } else {
                        something && !among(words, text)
                    };
                    seen.violated |= !fine;
                    seen.met |= u32::from(fine) << index;
                }
                b'@' | b'<' => self.time(op, text, words, seen, ballot),
                b'f' | b'v' => seen.met |= u32::from(among(words, text)) << index,
                _ => obey(op, entry, words, text, seen, ballot),
            }
            free = false;
        }
        if let (true, Value::Text(text) | Value::Bare(text)) = (free, value) {
            seen.garbled |= (inside || self.is_contained(key, path)) && text != "null";
            seen.stray |= self.rules().any(|(_, rule)| {
                let mut words = rule;
                let op = next(&mut words, b'\t').as_bytes().first();
                matches!(op, Some(b'?' | b'q' | b'A' | b'$')) && sign(words, text) == b'-'
            });
        }
    }

    /// Whether a path leads into a list of entries, where nothing else stands in any form of the banner that is known.
    fn is_contained(self, key: Option<&str>, path: &[&str]) -> bool {
        (1..path.len()).any(|end| {
            let around = path.get(..end).unwrap_or_default();
            self.rules().any(|(_, rule)| {
                rule.strip_prefix('.').is_some_and(|list| {
                    !list.is_empty()
                        && self.goes_deeper(rule)
                        && matches!(follow(list, key, around), Some((_, false)))
                })
            })
        })
    }

    /// A time: of several last ones the earliest counts, and the first one where there is no last.
    fn time(self, op: u8, text: &str, factor: &str, seen: &mut Seen, ballot: &mut Ballot<'_>) {
        let factor = digits(factor).unwrap_or(1);
        let counted = digits(text).map(|at| Millis(at.saturating_mul(factor)));
        let Some(at) = counted.or_else(|| calendar::parse(text)) else { return };
        let last = op == b'@';
        let known = &mut ballot.answer.vote.decided_at;
        if known.is_none_or(|known| last && (!seen.decided || at < known)) {
            *known = Some(at);
        }
        seen.decided |= last;
        seen.began |= !last;
    }
}

/// What one rule makes of a text.
fn obey(op: u8, entry: &str, words: &str, text: &str, seen: &mut Seen, ballot: &mut Ballot<'_>) {
    match op {
        b'?' | b'$' => {
            let bit = if op == b'?' { ballot.bit(entry) } else { core::mem::take(&mut seen.named) };
            match sign(words, text) {
                // No banner writes a key with a control character.
                0 => seen.garbled |= bit != 0 || entry.bytes().any(|byte| byte < b' '),
                b' ' => seen.neither = true,
                answer => {
                    let yes = answer == b'+';
                    seen.answered = true;
                    seen.aside = false;
                    seen.refused |= !yes;
                    ballot.set(bit, yes);
                }
            }
            seen.garbled |= seen.here & bit != 0;
            seen.here |= bit;
        }
        b'A' => match sign(words, text) {
            b'+' => seen.all = true,
            b'~' => seen.none = true,
            b'-' => {
                seen.answered = true;
                ballot.refuse_all();
            }
            b' ' => seen.neither = true,
            _ => seen.garbled = true,
        },
        b'+' | b'-' => {
            let mut around = words;
            let divider = next(&mut around, b'\t');
            match divider.as_bytes().first() {
                None => ballot.mark(text, op == b'+'),
                Some(divider) => {
                    seen.listed = true;
                    for name in parts(text, *divider) {
                        let name = trim(name, around.as_bytes());
                        if !name.is_empty() {
                            ballot.mark(name, op == b'+');
                        }
                    }
                }
            }
        }
        // What is listed under its name was accepted, but for words that say that it was not.
        b'>' if among(NOTHING, text) => seen.garbled = true,
        b'>' => ballot.mark(entry, true),
        b'#' => seen.named = ballot.bit(text),
        b'_' => {
            let said = sign(words, text);
            if matches!(said, b'+' | b'-') {
                seen.aside |= !seen.answered;
                seen.answered = true;
            }
            seen.neither |= said == b' ';
            seen.garbled |= said == 0;
            if said == b'-' {
                seen.refused = true;
                ballot.mark(entry, false);
            }
        }
        b'0' if among(words, text) => seen.void |= ballot.bit(entry),
        b':' => seen.violated |= !among(words, text),
        b'~' => seen.violated |= words.is_empty() || among(words, text),
        b'1' => seen.violated |= number(text).is_none_or(|number| number == 0),
        b'n' => seen.number = number(text).unwrap_or(0),
        _ => {}
    }
}

/// Undoes one step of an encoding.
fn undone<'b>(step: u8, text: &'b str, scratch: &'b mut Scratch) -> Option<&'b str> {
    // JSON that lies open; half-encoded JSON has its quotes encoded.
    let open = match text.as_bytes().first() {
        Some(b'{') => step == b'6' || find(text, b'"') < text.len(),
        Some(b'[') => step == b'6',
        _ => false,
    };
    match step {
        b'%' if !open => percent::decode(text, scratch),
        b'6' if !open => base64::decode_into(text, scratch),
        _ => Some(text),
    }
}

/// The entry that a value is about, if it stands where `pattern` says or on the way there, and whether it is only on the way: behind
/// the `key` of its cookie, where there is one.
fn follow<'t>(pattern: &str, key: Option<&'t str>, path: &[&'t str]) -> Option<(&'t str, bool)> {
    let mut steps = parts(pattern, b'/');
    if pattern.is_empty() {
        steps.next();
    }
    let mut entry = None;
    let mut last = "";
    for place in key.iter().chain(path) {
        last = place;
        match steps.next()? {
            "*" => entry = Some(*place),
            "[]" if *place == ITEM => {}
            step if step == *place => {}
            _ => return None,
        }
    }
    Some((entry.unwrap_or(last), steps.next().is_some()))
}

/// Whether `text` is one of the words.
fn among(words: &str, text: &str) -> bool {
    !words.is_empty() && parts(words, b'\t').any(|word| word == text)
}

/// The sign before the word that `text` is; 0 where it is none of them.
fn sign(words: &str, text: &str) -> u8 {
    let mut signs = parts(words, b'\t').filter(|word| slice(word, 1, word.len()) == text);
    signs.next().and_then(|word| word.as_bytes().first().copied()).unwrap_or(0)
}
