//! Explanations: the sentences of a language, and what they make of a [trace](crate::condition::trace).
//!
//! A language is data, one object with the members of `languages/fr.json`: `reasons`, `purposes` and `signals` by their codes
//! and names, and `words` with what stands in braces filled in. What a language leaves out is said in English. The English of
//! reasons and signals stands in their tables. The npm package has the same data and the same rules.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use indexmap::IndexMap;
use serde::Deserialize;

use crate::condition::trace::{CLUE, ELEMENT, FIELD};
use crate::consent::purpose::Purpose;
use crate::reason::Reason;
use crate::signal::registry::Signal;

/// The languages that come with Parvis, each with its code and its text.
pub const LANGUAGES: [(&str, &str); 2] =
    [("en", include_str!("languages/en.json")), ("fr", include_str!("languages/fr.json"))];

/// Tests that are said of themselves, not as what a signal is.
const FACTS: [&str; 5] = ["$shows", "$starts", "$ends", "$purpose", "$stock"];

/// The sentences of a language.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Language {
    /// Its code, two or three small letters.
    #[serde(default)]
    pub language: String,
    #[serde(default)]
    reasons: IndexMap<String, String>,
    #[serde(default)]
    purposes: IndexMap<String, String>,
    #[serde(default)]
    signals: IndexMap<String, String>,
    #[serde(default)]
    words: IndexMap<String, String>,
}

impl Language {
    /// The language with this code, of those that come with Parvis.
    ///
    /// ```
    /// use parvis::author::explain::Language;
    /// use parvis::reason::Reason;
    /// let french = Language::named("fr").unwrap();
    /// assert_eq!(french.reason(Reason::Over), "la campagne est terminée");
    /// assert!(Language::named("xx").is_none());
    /// ```
    pub fn named(code: &str) -> Option<Language> {
        let (_, text) = LANGUAGES.iter().find(|(known, _)| *known == code)?;
        Language::read(text).ok()
    }

    /// The language that `text` is, as JSON; what it leaves out is English.
    ///
    /// # Errors
    ///
    /// Where the JSON is wrong, and the first member that no language has.
    pub fn read(text: &str) -> Result<Language, String> {
        let mut own: Language = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let english = LANGUAGES.iter().find(|(code, _)| *code == "en").map_or("{}", |(_, text)| *text);
        let mut all: Language = serde_json::from_str(english).map_err(|error| error.to_string())?;
        all.reasons = Reason::ALL.iter().map(|one| (one.code().into(), one.sentence().into())).collect();
        all.signals =
            Signal::ALL.iter().map(|one| (one.entry().name.into(), one.sentence().into())).collect();
        let rows = |language: &mut Language| {
            [&mut language.reasons, &mut language.purposes, &mut language.signals, &mut language.words]
                .map(core::mem::take)
        };
        let merged = rows(&mut all).into_iter().zip(rows(&mut own)).map(|(mut all, own)| {
            for (name, sentence) in own {
                *all.get_mut(&name).ok_or_else(|| format!("there is no sentence `{name}`"))? = sentence;
            }
            Ok(all)
        });
        let [reasons, purposes, signals, words] =
            <[_; 4]>::try_from(merged.collect::<Result<Vec<_>, String>>()?)
                .map_err(|_| String::from("four tables"))?;
        Ok(Language { language: own.language, reasons, purposes, signals, words })
    }

    /// The sentence of a reason.
    pub fn reason(&self, reason: Reason) -> &str {
        self.reasons.get(reason.code()).map_or(reason.sentence(), String::as_str)
    }

    /// What a signal is.
    pub fn signal(&self, signal: Signal) -> &str {
        self.signals.get(signal.entry().name).map_or(signal.sentence(), String::as_str)
    }

    /// What a purpose is, for a visitor.
    pub fn purpose(&self, purpose: Purpose) -> &str {
        self.purposes.get(purpose.name()).map_or("", String::as_str)
    }

    /// All sentences, by table and name, in the order of the tables.
    pub fn tables(&self) -> [(&'static str, &IndexMap<String, String>); 4] {
        [
            ("reasons", &self.reasons),
            ("purposes", &self.purposes),
            ("signals", &self.signals),
            ("words", &self.words),
        ]
    }

    /// The words under `name`, with these values in place of what stands in braces.
    ///
    /// ```
    /// let english = parvis::author::explain::Language::named("en").unwrap();
    /// assert_eq!(english.fill("is", &[("signal", "`hour`"), ("found", "`7`")]), "`hour` is `7`");
    /// ```
    pub fn fill(&self, name: &str, values: &[(&str, &str)]) -> String {
        let mut rest = self.words.get(name).map_or("", String::as_str);
        let mut text = String::new();
        // A value with braces in it is not filled in again.
        while let Some((before, (key, after))) =
            rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
        {
            text.push_str(before);
            text.push_str(values.iter().find(|(name, _)| *name == key).map_or("", |(_, value)| *value));
            rest = after;
        }
        text + rest
    }

    /// Why the campaign of a trace was shown or not.
    pub fn why(&self, traced: &Traced<'_>) -> String {
        let reason = Reason::ALL.iter().find(|reason| reason.code() == traced.reason).copied();
        let won = matches!(reason, Some(Reason::Matched | Reason::Control));
        let sentence = reason.map_or("", |reason| self.reason(reason));
        let clues = traced.clues.iter().map(|clue| self.clue(clue, won));
        let clues = clues.reduce(|one, other| self.fill("and", &[("one", &one), ("other", &other)]));
        match (reason, clues) {
            (Some(Reason::Matched), None) => self.fill("applies-to-all", &[]),
            (Some(Reason::Matched), Some(clues)) => self.fill("applies", &[("clues", &clues)]),
            (Some(Reason::NotEligible), Some(clues)) => clues,
            (_, Some(clues)) => self.fill("because", &[("reason", sentence), ("clues", &clues)]),
            (_, None) => sentence.to_owned(),
        }
    }

    fn clue(&self, clue: &Clue<'_>, won: bool) -> String {
        let signal = quoted(clue.name);
        let asked = self.asked(clue);
        let (state, found) = self.found(clue.found);
        let values = [("signal", signal.as_str()), ("found", found.as_str()), ("asked", asked.as_str())];
        let name = match clue.asks {
            "$shows" if !clue.operands.is_empty() && state.is_empty() => "$shows-field",
            own if FACTS.contains(&own) => own,
            asks => {
                let kind = if won || asks.is_empty() { "is" } else { "fails" };
                return self.fill(&format!("{kind}{state}"), &values);
            }
        };
        self.fill(name, &values)
    }

    /// How a value is said, and the end of the words for one that is none.
    fn found(&self, found: &str) -> (&'static str, String) {
        let (state, name) = match found.chars().next() {
            Some('=') => return ("", quoted(found.trim_start_matches('='))),
            Some('[') if found.len() > 1 => {
                return ("", list(found.trim_start_matches('[').split(ELEMENT).map(quoted)));
            }
            Some('[') => ("-empty", "empty"),
            Some('!') => ("-not-permitted", "not-permitted"),
            Some('@') => ("-edge-only", "edge-only"),
            _ => ("-missing", "missing"),
        };
        (state, self.fill(name, &[]))
    }

    /// What a clue asks for: its operator, innermost first, around its operands.
    fn asked(&self, clue: &Clue<'_>) -> String {
        let operands = clue.operands.split(ELEMENT).filter(|operand| !operand.is_empty());
        let said = operands.clone().map(|operand| match operand.split_at_checked(1) {
            Some(("=", seconds)) if matches!(clue.asks, "$starts" | "$ends") => quoted(&moment(seconds)),
            Some(("=", text)) => quoted(text),
            Some(("@", signal)) => {
                let (_, found) = self.found(clue.other);
                self.fill("other", &[("signal", &quoted(signal)), ("found", &found)])
            }
            _ => self.fill("null", &[]),
        });
        let mut asked = list(said);
        let is_one = operands.count() == 1 && !clue.operands.starts_with('@');
        for word in clue.asks.rsplit(' ') {
            let word = match word {
                // What is not less is as much or more.
                "!$lt" => "$gte",
                "!$lte" => "$gt",
                "!$gt" => "$lte",
                "!$gte" => "$lt",
                "$in" | "$ini" if is_one => "$eq",
                "!$in" | "!$ini" if is_one => "!$eq",
                "$ini" => "$in",
                "!$ini" => "!$in",
                word => word,
            };
            if !word.is_empty() && !FACTS.contains(&word) {
                asked = self.fill(word, &[("asked", &asked)]);
            }
        }
        asked
    }
}

/// A campaign of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traced<'t> {
    /// The id of the block.
    pub block: &'t str,
    /// The id of the campaign.
    pub campaign: &'t str,
    /// The code of the reason.
    pub reason: &'t str,
    /// What is behind the reason.
    pub clues: Vec<Clue<'t>>,
}

/// A clue of a trace, in the form that [`crate::condition::trace`] describes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clue<'t> {
    /// The signal, or what else is meant.
    pub name: &'t str,
    /// What was found.
    pub found: &'t str,
    /// The operators, outermost first.
    pub asks: &'t str,
    /// What they compare with.
    pub operands: &'t str,
    /// What the signal among the operands holds.
    pub other: &'t str,
}

/// The campaigns of a trace, in its order.
pub fn traced(trace: &str) -> impl Iterator<Item = Traced<'_>> {
    trace.lines().map(|line| {
        let mut parts = line.split(CLUE);
        let mut head = parts.next().unwrap_or_default().split(FIELD);
        let mut next = || head.next().unwrap_or_default();
        let (block, campaign, reason) = (next(), next(), next());
        let clues = parts.map(|part| {
            let mut fields = part.split(FIELD);
            let [name, found, asks, operands, other] =
                core::array::from_fn(|_| fields.next().unwrap_or_default());
            Clue { name, found, asks, operands, other }
        });
        Traced { block, campaign, reason, clues: clues.collect() }
    })
}

fn quoted(text: &str) -> String {
    format!("`{text}`")
}

fn list(texts: impl Iterator<Item = String>) -> String {
    texts.collect::<Vec<_>>().join(", ")
}

/// Seconds since 1970 as `2026-12-01 08:00 UTC`.
fn moment(seconds: &str) -> String {
    let seconds: i64 = seconds.parse().unwrap_or_default();
    let (mut day, minute) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400) / 60);
    // The year by its mean length, which is at most a day off at either end.
    let mut year = 1970 + day.div_euclid(366);
    while crate::base::calendar::days(year.saturating_add(1), 1, 1) <= day {
        year = year.saturating_add(1);
    }
    let month = (1..=12).rev().find(|month| crate::base::calendar::days(year, *month, 1) <= day).unwrap_or(1);
    day = day.saturating_sub(crate::base::calendar::days(year, month, 1)).saturating_add(1);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02} UTC", minute / 60, minute % 60)
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;
    use crate::reason::Topic;

    /// What a language leaves out is English, so that nobody would notice.
    #[test]
    fn french_leaves_out_nothing_that_is_said() {
        let text = LANGUAGES.iter().find(|(code, _)| *code == "fr").map_or("{}", |(_, text)| *text);
        let french: Language = serde_json::from_str(text).unwrap_or_default();
        let english = Language::named("en").unwrap_or_default();
        let said = |reason: &&Reason| matches!(reason.topic(), Topic::Response | Topic::Decision);
        let missing = |own: &IndexMap<String, String>, all: Vec<&str>| -> Vec<String> {
            all.into_iter().filter(|name| !own.contains_key(*name)).map(str::to_owned).collect()
        };
        let none: Vec<String> = Vec::new();
        let reasons = Reason::ALL.iter().filter(said).map(|reason| reason.code()).collect();
        assert_eq!(missing(&french.reasons, reasons), none);
        let signals = Signal::ALL.iter().map(|signal| signal.entry().name).collect();
        assert_eq!(missing(&french.signals, signals), none);
        let [_, (_, purposes), _, (_, words)] = english.tables();
        assert_eq!(missing(&french.purposes, purposes.keys().map(String::as_str).collect()), none);
        assert_eq!(missing(&french.words, words.keys().map(String::as_str).collect()), none);
    }

    #[test]
    fn a_moment_is_said_by_the_calendar() {
        for (seconds, expected) in [
            ("0", "1970-01-01 00:00 UTC"),
            ("1709164800", "2024-02-29 00:00 UTC"),
            ("1767225599", "2025-12-31 23:59 UTC"),
            ("-1", "1969-12-31 23:59 UTC"),
            ("4102444800", "2100-01-01 00:00 UTC"),
        ] {
            assert_eq!(moment(seconds), expected);
        }
    }
}
