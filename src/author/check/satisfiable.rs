//! Satisfiability of conditions without evaluating them: which values they admit for each signal, what never holds, what
//! is exclusive.
//!
//! If a condition is not understood here, too much is admitted, so that a reported impossibility is always one.

use alloc::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use crate::signal::registry::{Signal, Type, Values};

/// The values that several conditions together admit for each signal.
#[derive(Clone, Debug, Default)]
pub(in crate::author) struct Admits<'v> {
    signals: BTreeMap<Signal, Admitted<'v>>,
}

/// The values that one signal may have.
#[derive(Clone, Debug)]
struct Admitted<'v> {
    /// It is one of these texts.
    among: Option<BTreeSet<&'v str>>,
    /// It is none of these texts.
    except: BTreeSet<&'v str>,
    least: f64,
    most: f64,
    /// It must be known.
    known: bool,
    /// It must not be known.
    missing: bool,
}

impl<'v> Admits<'v> {
    /// The values that all of `conditions` together admit.
    pub(in crate::author) fn of(conditions: impl IntoIterator<Item = &'v Json>) -> Self {
        let mut admits = Admits::default();
        for condition in conditions {
            admits.narrow(condition);
        }
        admits
    }

    /// A signal that has no admitted value, so that the conditions never hold together.
    pub(in crate::author) fn impossible(&self) -> Option<Signal> {
        self.signals.iter().find(|(_, admitted)| admitted.nothing()).map(|(signal, _)| *signal)
    }

    /// The texts to which `signal` is limited, if it is.
    pub(in crate::author) fn among(&self, signal: Signal) -> Option<&BTreeSet<&'v str>> {
        self.signals.get(&signal)?.among.as_ref()
    }

    fn narrow(&mut self, condition: &'v Json) {
        for (key, value) in condition.as_object().into_iter().flat_map(Map::iter) {
            let each = || value.as_array().into_iter().flatten();
            match key.as_str() {
                "$and" => each().for_each(|inner| self.narrow(inner)),
                "$not" => self.exclude(value),
                "$nor" => each().for_each(|inner| self.exclude(inner)),
                name => {
                    if let Some(admitted) = self.signal(name) {
                        admitted.test(value);
                    }
                }
            }
        }
    }

    /// Excludes the texts that `condition` lists, if it is about one signal.
    fn exclude(&mut self, condition: &'v Json) {
        let Some(members) = condition.as_object().filter(|members| members.len() == 1) else { return };
        for (name, value) in members {
            let texts = texts(value).or_else(|| {
                let tests = value.as_object().filter(|tests| tests.len() == 1)?;
                texts(tests.get("$eq").or_else(|| tests.get("$in"))?)
            });
            if let (Some(admitted), Some(texts)) = (self.signal(name), texts) {
                admitted.except.extend(texts);
            }
        }
    }

    fn signal(&mut self, name: &str) -> Option<&mut Admitted<'v>> {
        let signal = Signal::from_name(name)
            .filter(|signal| matches!(signal.entry().kind, Type::Text | Type::Number))?;
        Some(self.signals.entry(signal).or_insert_with(|| Admitted::anything(signal)))
    }
}

impl<'v> Admitted<'v> {
    fn anything(signal: Signal) -> Self {
        let (least, most) = match signal.values() {
            Values::Between(least, most) => (least.into(), most.into()),
            Values::AtLeast(least) => (least.into(), f64::INFINITY),
            Values::Any | Values::OneOf(..) | Values::Written(_) => (f64::NEG_INFINITY, f64::INFINITY),
        };
        Admitted { among: None, except: BTreeSet::new(), least, most, known: false, missing: false }
    }

    fn nothing(&self) -> bool {
        let none_left =
            self.among.as_ref().is_some_and(|among| among.iter().all(|text| self.except.contains(text)));
        none_left || self.least > self.most || (self.known && self.missing)
    }

    fn test(&mut self, value: &'v Json) {
        match value {
            Json::Null => self.missing = true,
            Json::String(_) => self.one_of(texts(value)),
            Json::Number(_) => self.between(value.as_f64(), value.as_f64()),
            Json::Object(tests) => {
                tests.iter().for_each(|(operator, operand)| self.operator(operator, operand))
            }
            _ => {}
        }
    }

    fn operator(&mut self, operator: &str, operand: &'v Json) {
        let number = operand.as_f64();
        match operator {
            "$eq" if !operand.is_object() => self.test(operand),
            "$in" => self.one_of(texts(operand)),
            "$ne" | "$nin" => self.except.extend(texts(operand).into_iter().flatten()),
            "$exists" => match operand.as_bool() {
                Some(true) => self.known = true,
                Some(false) => self.missing = true,
                None => {}
            },
            // Signals are integers.
            "$gt" => self.between(number.map(|number| number.floor() + 1.0), None),
            "$gte" => self.between(number.map(f64::ceil), None),
            "$lt" => self.between(None, number.map(|number| number.ceil() - 1.0)),
            "$lte" => self.between(None, number.map(f64::floor)),
            _ => {}
        }
    }

    fn one_of(&mut self, texts: Option<BTreeSet<&'v str>>) {
        let Some(texts) = texts else { return };
        self.known = true;
        self.among = Some(match &self.among {
            Some(among) => among.intersection(&texts).copied().collect(),
            None => texts,
        });
    }

    fn between(&mut self, least: Option<f64>, most: Option<f64>) {
        self.least = least.map_or(self.least, |least| self.least.max(least));
        self.most = most.map_or(self.most, |most| self.most.min(most));
    }
}

/// A text, or a list that has only texts.
fn texts(value: &Json) -> Option<BTreeSet<&str>> {
    match value {
        Json::String(text) => Some(BTreeSet::from([text.as_str()])),
        Json::Array(list) => list.iter().map(Json::as_str).collect(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use serde_json::json;

    use super::*;

    #[test]
    fn what_can_never_hold_is_seen_and_nothing_else() {
        let impossible = |conditions: Json| {
            let list: Vec<Json> = conditions.as_array().cloned().unwrap_or_default();
            Admits::of(&list).impossible().map(|signal| signal.entry().name)
        };
        for (conditions, expected) in [
            (json!([{"hour": {"$gte": 20, "$lt": 6}}]), Some("hour")),
            (json!([{"hour": 24}]), Some("hour")),
            (json!([{"hour": {"$gt": 22}}, {"hour": {"$lt": 24}}]), None),
            (json!([{"hour": {"$gt": 22.5, "$lt": 23}}]), Some("hour")),
            (json!([{"country": "FR"}, {"country": {"$in": ["DE", "BE"]}}]), Some("country")),
            (json!([{"country": "FR"}, {"$and": [{"country": {"$nin": ["FR", "DE"]}}]}]), Some("country")),
            (json!([{"country": {"$in": ["FR", "BE"]}}, {"$not": {"country": "FR"}}]), None),
            (
                json!([{"country": "FR"}, {"$nor": [{"country": {"$in": ["FR"]}}, {"device": "mobile"}]}]),
                Some("country"),
            ),
            (json!([{"country": {"$exists": true}}, {"country": null}]), Some("country")),
            (
                json!([{"visit.last_item": {"$exists": false}}, {"visit.last_item": "desk-lamp"}]),
                Some("visit.last_item"),
            ),
            (json!([{"$or": [{"country": "FR"}]}, {"country": "DE"}]), None),
            (json!([{"$not": {"country": "FR", "device": "mobile"}}, {"country": "FR"}]), None),
            // A list can hold both.
            (json!([{"visit.items": {"$in": ["a"]}}, {"visit.items": {"$in": ["b"]}}]), None),
            (json!([{"campaign": {"$in": ["a", null]}}, {"campaign": "b"}]), None),
            (json!([{"visitor.visits": {"$lt": 0}}]), Some("visitor.visits")),
        ] {
            assert_eq!(impossible(conditions.clone()), expected, "{conditions}");
        }
    }
}
