//! The `consent.banners` object of a playbook: the banners that the site uses, and those of them that Parvis has to be told of.
//!
//! A description compiles to a form, the text by which the engine also reads the banners that it knows ([`crate::consent::cmp`]).

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::purpose_name::PurposeName;
use crate::consent::settings::{Slot, Store};
use crate::consent::source::Banner;

/// The banners that a playbook can describe, with what each stores.
pub(in crate::author) const OWN: [(Banner, Slot); 4] = [
    (Banner::Own1, Slot::Own1),
    (Banner::Own2, Slot::Own2),
    (Banner::Own3, Slot::Own3),
    (Banner::Own4, Slot::Own4),
];

/// The banners of the site, by name.
pub(in crate::author) type Banners = BTreeMap<String, BannerDraft>;

/// A banner of the site: `true` for one that Parvis knows, or the description of another.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum BannerDraft {
    /// Parvis knows it.
    Known(bool),
    /// What it stores, and how that is read.
    Described(Box<Description>),
}

/// What a banner stores, and how that is read.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// Names of its cookies; one that ends in `*` stands for all that begin so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cookies: Vec<String>,
    /// Keys of `localStorage`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub storage: Vec<String>,
    /// Whether one choice is spread over all of these: each is then a member of one object, under its name or what follows the
    /// beginning, and every path begins with it.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub together: bool,
    /// How a value is encoded, from the outside in: by default `["percent"]`, which leaves JSON that lies open as it is.
    #[serde(default = "percent")]
    pub encoding: Vec<Encoding>,
    /// What a decoded value looks like.
    pub shape: Shape,
    /// What stands between the pairs, or the entries of a list: one character.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub between: Option<String>,
    /// What stands between the name of a pair and its value: one character.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inside: Option<String>,
    /// Where the answers are, each under its key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Answers>,
    /// A word that answers for all keys at once; its yes counts where no key is answered by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all: Option<All>,
    /// Lists of the keys that were accepted. Where there is no list of refused ones, what they leave out was refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accepted: Vec<Listed>,
    /// Lists of the keys that were refused. Where nothing else answers, what they leave out in JSON was accepted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<Listed>,
    /// What says that a person chose: all of it must hold, or nothing is granted. `[]` if the banner writes only what was chosen.
    pub chosen: Vec<Condition>,
    /// Whether every key of `means` must be answered, or nothing is granted.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub every_key: bool,
    /// The version of the form: with another word, or without one, nothing of the value is understood.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<Words>,
    /// The version of the site's policy: a choice made under another one, or under none, grants nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Words>,
    /// When the visitor chose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Time>,
    /// What its keys stand for: `{"stats": ["measurement"]}`; nothing for what needs no choice.
    pub means: BTreeMap<String, Vec<PurposeName>>,
}

fn percent() -> Vec<Encoding> {
    alloc::vec![Encoding::Percent]
}

fn any_key() -> String {
    "*".to_string()
}

/// One encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// `%22` for `"`.
    Percent,
    /// Base64 of either alphabet.
    Base64,
}

/// What a decoded value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// JSON.
    Json,
    /// Pairs of key and answer.
    Pairs,
    /// Keys, and nothing else.
    List,
    /// One word.
    Word,
    /// One character a key, whose keys are `0`, `1` and so on.
    Characters,
}

/// Where answers are, and their words.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// The path: keys with `/` between, `*` for the key that is answered.
    #[serde(default = "any_key")]
    pub at: String,
    /// Words for yes.
    pub yes: Vec<String>,
    /// Words for no.
    pub no: Vec<String>,
    /// Words for no answer. Any other word makes the value unreadable.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub neither: Vec<String>,
}

/// Where an answer to all keys is, and its words.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct All {
    /// The path; nothing for the whole value.
    #[serde(default)]
    pub at: String,
    /// Words for yes.
    #[serde(default)]
    pub yes: Vec<String>,
    /// Words for no.
    pub no: Vec<String>,
    /// Words for no answer. Any other word makes the value unreadable.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub neither: Vec<String>,
}

/// Where a list of keys is.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Listed {
    /// The path: `categories/[]` for the elements of a list; with `*` before its last step, the key in that place is listed, not the
    /// value.
    pub at: String,
    /// What divides the keys, where the value is one text: one character.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub divided_by: Option<String>,
    /// Characters that are cut off around each of them.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub around: String,
}

/// What must hold, so that a choice was made.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The path of a value, which must be there and be something: not `0`, `null`, `false`, `no`, `none`, `never` or `undefined`.
    pub at: String,
    /// It must be one of these words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub is: Vec<String>,
    /// It must be none of these words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub is_not: Vec<String>,
    /// Whether it may be missing.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub optional: bool,
}

/// Where a version is.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// The path of the value.
    pub at: String,
    /// The words that it may be.
    pub is: Vec<String>,
}

/// Where a time is.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Time {
    /// The path of the value.
    pub at: String,
    /// What a number counts since 1970; dates in text are read in any case.
    #[serde(default)]
    pub unit: Unit,
}

/// What a number counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Milliseconds.
    #[default]
    Milliseconds,
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
}

/// The banner that Parvis knows under this name.
pub(in crate::author) fn known(name: &str) -> Option<Banner> {
    let described = |banner: &Banner| {
        Slot::ALL.iter().any(|slot| slot.banner() == Some(*banner) && slot.store() == Store::Described)
    };
    Banner::from_name(name).filter(|banner| *banner != Banner::TcfCustom && !described(banner))
}

/// The descriptions with their names, as many as are read.
pub(in crate::author) fn described(banners: &Banners) -> impl Iterator<Item = (&str, &Description)> {
    let described = banners.iter().filter_map(|(name, banner)| match banner {
        BannerDraft::Described(description) => Some((name.as_str(), &**description)),
        BannerDraft::Known(_) => None,
    });
    described.filter(|(name, _)| known(name).is_none())
}

impl Description {
    /// Everything under which it stores something.
    pub(in crate::author) fn names(&self) -> impl Iterator<Item = &str> {
        self.cookies.iter().chain(&self.storage).map(String::as_str)
    }

    /// The text by which the engine reads it.
    pub(in crate::author) fn form(&self) -> String {
        let mut form = String::new();
        for step in &self.encoding {
            form.push(match step {
                Encoding::Percent => '%',
                Encoding::Base64 => '6',
            });
        }
        if self.encoding.is_empty() {
            form.push('-');
        }
        let explicit = !self.answers.is_empty() || self.all.is_some();
        for (mark, set) in [
            ('&', self.together),
            ('*', !self.accepted.is_empty() && self.refused.is_empty()),
            // Of JSON it can be seen that nothing was cut off; another list of refused keys grants nothing by what is not in it.
            (
                '+',
                self.shape == Shape::Json
                    && self.accepted.is_empty()
                    && !self.refused.is_empty()
                    && !explicit,
            ),
            ('!', self.every_key),
        ] {
            form.extend(set.then_some(mark));
        }
        let text = |option: &Option<String>| option.clone().unwrap_or_default();
        form.push(match self.shape {
            Shape::Json => 'j',
            Shape::Pairs => 'p',
            Shape::List | Shape::Word => 'w',
            Shape::Characters => 'b',
        });
        if self.shape == Shape::Pairs {
            form.push_str(&text(&self.inside));
            form.push_str(&text(&self.between));
            // Cookies that people wrote have blanks around their pairs.
            form.push_str("\t ");
        }
        let mut rule = |op: char, at: &str, words: &[String]| {
            form.push('\n');
            form.push(op);
            form.push_str(at);
            for word in words {
                form.push('\t');
                form.push_str(word);
            }
        };
        for condition in &self.chosen {
            let Condition { at, is, is_not, optional } = condition;
            match (is.is_empty(), is_not.is_empty(), optional) {
                (false, _, false) => rule('=', at, is),
                (false, _, true) => rule(':', at, is),
                (true, false, false) => rule('!', at, is_not),
                (true, _, true) => rule('~', at, is_not),
                (true, true, false) => rule('=', at, &[]),
            }
        }
        for (op, words) in [('f', &self.format), ('v', &self.version)] {
            if let Some(Words { at, is }) = words {
                rule(op, at, is);
            }
        }
        if let Some(Time { at, unit }) = &self.decided {
            match unit {
                Unit::Milliseconds => rule('@', at, &[]),
                Unit::Seconds => rule('@', at, &["1000".to_string()]),
                Unit::Minutes => rule('@', at, &["60000".to_string()]),
            }
        }
        if let Some(All { at, yes, no, neither }) = &self.all {
            rule('A', at, &signed([yes, no, neither]));
        }
        for (op, lists) in [('+', &self.accepted), ('-', &self.refused)] {
            for Listed { at, divided_by, around } in lists {
                let between = self.between.as_ref().filter(|_| self.shape == Shape::List);
                if let Some(divider) = divided_by.as_ref().or(between) {
                    rule(op, at, &[divider.clone(), around.clone()]);
                } else if let Some((before, _)) = at.split_once('*') {
                    rule('.', before.trim_end_matches('/'), &[]);
                    rule('>', at, &[]);
                } else {
                    rule('.', at.strip_suffix("[]").unwrap_or(at).trim_end_matches('/'), &[]);
                    rule(op, at, &[]);
                }
            }
        }
        for Answers { at, yes, no, neither } in &self.answers {
            rule('?', at, &signed([yes, no, neither]));
        }
        form
    }
}

/// Words for yes, no and neither with their signs.
fn signed(words: [&Vec<String>; 3]) -> Vec<String> {
    let signs = ['+', '-', ' '].into_iter().zip(words);
    signs.flat_map(|(sign, words)| words.iter().map(move |word| format!("{sign}{word}"))).collect()
}
