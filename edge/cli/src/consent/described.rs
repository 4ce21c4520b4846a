//! The view of a value that a form describes: what it answers for each key, by a reading of the form that is this tool's own.
//!
//! The rules are explained in `parvis::consent::cmp::schema`. The engine keeps marks of the keys that have a meaning; here all
//! keys are told, so that a refusal without a meaning can be named.

use std::collections::BTreeMap;

use parvis::base::{base64, percent};
use parvis::consent::cmp::Scratch;
use parvis::consent::evidence::Evidence;
use parvis::consent::settings::Slot;
use parvis::consent::source::Banner;
use parvis::consent::stored::StoredSettings;
use parvis::limits;
use serde_json::{Value, json};

use super::json::tree;

/// The key under which the answer to all keys is told.
const ALL: &str = "*";

/// `{"answers": {…}}` of the values that a flag was read from; null where one of them cannot be read.
pub(super) fn view(
    banner: Banner,
    slot: Slot,
    value: &str,
    settings: &StoredSettings<'_>,
    evidence: &Evidence<'_>,
) -> Option<Value> {
    let view = taken(banner, slot, value, settings, evidence)?;
    Some(json!({ "answers": view.answers }))
}

/// Whether entries have an answer only because the list of what was accepted has none of them.
pub(super) fn leaves_out(
    banner: Banner,
    slot: Slot,
    value: &str,
    keys: &[String],
    settings: &StoredSettings<'_>,
    evidence: &Evidence<'_>,
) -> bool {
    let view = taken(banner, slot, value, settings, evidence);
    view.is_some_and(|view| keys.iter().all(|key| view.left_out.contains(key)))
}

fn taken<'s>(
    banner: Banner,
    slot: Slot,
    value: &str,
    settings: &StoredSettings<'s>,
    evidence: &Evidence<'_>,
) -> Option<View<'s>> {
    let form = settings.form_of(slot)?;
    let mut view = View { form, ..View::default() };
    if view.marks().contains('&') {
        for (name, value) in evidence.pairs() {
            if settings.slot(name) == Some(slot) {
                view.take(settings.key(name), value)?;
            }
        }
    } else {
        view.take("", value)?;
    }
    if view.answers.is_empty() && !view.listed {
        view.answers.extend(view.all.map(|yes| (ALL.to_owned(), yes)));
    }
    if view.marks().contains('*') && view.listed {
        view.answers.remove(ALL);
        for (key, _) in settings.entries(banner).filter(|(key, _)| *key != ALL) {
            if !view.answers.contains_key(key) {
                view.answers.insert(key.to_owned(), false);
                view.left_out.push(key.to_owned());
            }
        }
    }
    Some(view)
}

/// What is told so far.
#[derive(Default)]
struct View<'f> {
    form: &'f str,
    answers: BTreeMap<String, bool>,
    listed: bool,
    /// The entries that are refused by not being listed.
    left_out: Vec<String>,
    /// The answer to all keys, where no other is given.
    all: Option<bool>,
    /// The key that was named last.
    named: String,
}

impl<'f> View<'f> {
    /// The head of the form up to its shape.
    fn marks(&self) -> &'f str {
        let head = self.form.split(['\n', '\t']).next().unwrap_or_default();
        head.split(['j', 'w', 'b', 'p']).next().unwrap_or_default()
    }

    /// The shape and what is written behind it.
    fn shape(&self) -> &'f str {
        let head = self.form.split(['\n', '\t']).next().unwrap_or_default();
        head.get(self.marks().len()..).unwrap_or_default()
    }

    /// What is cut off around names and values of pairs.
    fn around(&self) -> Vec<char> {
        let mut words = self.form.split('\n').next().unwrap_or_default().split('\t');
        words.nth(1).unwrap_or_default().chars().collect()
    }

    /// Takes one stored value; nothing for one that is not of the form.
    fn take(&mut self, key: &str, value: &str) -> Option<()> {
        let mut text = value.to_owned();
        for step in self.marks().chars() {
            text = undone(step, text)?;
        }
        let lead: Vec<&str> = if self.marks().contains('&') { vec![key] } else { Vec::new() };
        let shape = self.shape();
        if shape.starts_with('p') {
            let mut dividers = shape.chars().skip(1);
            let inside = dividers.next()?;
            let between = dividers.clone().find(|divider| text.contains(*divider)).or(dividers.next())?;
            let around = self.around();
            for pair in text.split(between).filter(|pair| !pair.is_empty()) {
                let (name, value) = pair.split_once(inside)?;
                let [name, value] = [name, value].map(|text| text.trim_matches(&around[..]));
                self.see(&[&lead[..], &[name]].concat(), &json!(value))?;
            }
        } else if shape.starts_with('b') {
            for (index, one) in text.char_indices() {
                self.see(&[&lead[..], &[&index.to_string()]].concat(), &json!(one.to_string()))?;
            }
        } else if shape.starts_with('w') && (lead.is_empty() || !text.starts_with(['[', '{'])) {
            self.see(&lead, &json!(text))?;
        } else {
            let tree = tree(&text).filter(|tree| tree.is_object() || tree.is_array())?;
            self.tree(&mut lead.into_iter().map(str::to_owned).collect(), &tree)?;
        }
        Some(())
    }

    /// All values of a tree, outer ones first.
    fn tree(&mut self, path: &mut Vec<String>, tree: &Value) -> Option<()> {
        self.see(&path.iter().map(String::as_str).collect::<Vec<_>>(), tree)?;
        let members: Vec<(String, &Value)> = match tree {
            Value::Object(members) => members.iter().map(|(key, value)| (key.clone(), value)).collect(),
            Value::Array(elements) => elements.iter().map(|value| ("[]".to_owned(), value)).collect(),
            _ => Vec::new(),
        };
        for (key, value) in members {
            path.push(key);
            self.tree(path, value)?;
            path.pop();
        }
        Some(())
    }

    /// Holds one value against the rules; nothing where a word for all is none that the banner writes.
    fn see(&mut self, path: &[&str], value: &Value) -> Option<()> {
        let text = match value {
            Value::String(text) => Some(text.clone()),
            Value::Object(_) | Value::Array(_) => None,
            bare => Some(bare.to_string()),
        };
        let mut free = true;
        for rule in self.form.split('\n').skip(1) {
            let mut words = rule.split('\t');
            let pattern = words.next().unwrap_or_default();
            let (op, pattern) = pattern.split_at_checked(1)?;
            let Some(entry) = fits(pattern, path) else { continue };
            let Some(text) = &text else {
                self.listed |= op == ".";
                continue;
            };
            let words: Vec<&str> = words.collect();
            let sign =
                words.iter().find(|word| word.get(1..) == Some(text)).and_then(|word| word.chars().next());
            let yes = sign.filter(|sign| *sign != ' ').map(|sign| sign == '+');
            match op {
                "?" | "q" if !free => {}
                "?" | "q" | "_" => self.answers.extend(yes.map(|yes| (entry.to_owned(), yes))),
                "$" => self.answers.extend(yes.map(|yes| (self.named.clone(), yes))),
                "#" => self.named.clone_from(text),
                "A" => match sign? {
                    '-' => self.answers.extend([(ALL.to_owned(), false)]),
                    ' ' => {}
                    sign => self.all = Some(sign == '+'),
                },
                ">" => self.answers.extend([(entry.to_owned(), true)]),
                "+" | "-" => {
                    let divider = words.first().and_then(|word| word.chars().next());
                    let around: Vec<char> =
                        words.get(1).map(|word| word.chars().collect()).unwrap_or_default();
                    self.listed |= divider.is_some();
                    let names = match divider {
                        Some(divider) => {
                            text.split(divider).map(|name| name.trim_matches(&around[..])).collect()
                        }
                        None => vec![text.as_str()],
                    };
                    let names = names.into_iter().filter(|name| !name.is_empty());
                    self.answers.extend(names.map(|name| (name.to_owned(), op == "+")));
                }
                // c15t's time proves the choice, and what is left out was refused.
                "=" => self.listed |= self.shape().starts_with('p'),
                _ => {}
            }
            free = false;
        }
        Some(())
    }
}

/// The entry that a path is about, where it is one of the pattern's.
fn fits<'p>(pattern: &str, path: &[&'p str]) -> Option<&'p str> {
    let steps: Vec<&str> = pattern.split('/').filter(|_| !pattern.is_empty()).collect();
    let same = steps.len() == path.len()
        && steps.iter().zip(path).all(|(step, place)| *step == "*" || step == place);
    let mut entry = path.last().copied().unwrap_or_default();
    for (step, place) in steps.iter().zip(path) {
        if *step == "*" {
            entry = place;
        }
    }
    same.then_some(entry)
}

fn undone(step: char, text: String) -> Option<String> {
    let mut scratch: Scratch = [0; limits::COOKIE_VALUE_BYTES];
    let open =
        text.starts_with('{') && (step == '6' || text.contains('"')) || text.starts_with('[') && step == '6';
    match step {
        '%' if !open => percent::decode(&text, &mut scratch).map(str::to_owned),
        '6' if !open => base64::decode_into(&text, &mut scratch).map(str::to_owned),
        '^' => text.find(['{', '[']).and_then(|at| text.get(at..)).map(str::to_owned),
        _ => Some(text),
    }
}
