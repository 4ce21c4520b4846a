//! Values of templates: signals, and the catalog's fields of the items and categories that they name.

use alloc::vec::Vec;

use super::Playbook;
use crate::base::percent;
use crate::base::split::{find, pair, parts};
use crate::condition::{Reading, SignalReader, Value};
use crate::html::template::{Field, ITEMS, List, STORES, Shown, Values};
use crate::http::personal::may_be_personal;
use crate::limits;
use crate::reason::Reason;
use crate::signal::registry::{Named, Signal};

/// The values of templates, from a playbook's catalog and one request's signals.
pub struct CatalogValues<'a, S: ?Sized> {
    /// The playbook with the catalog.
    pub playbook: &'a Playbook,
    /// The signals of the request.
    pub signals: &'a S,
}

impl<S: SignalReader + ?Sized> Values for CatalogValues<'_, S> {
    fn value(&self, code: u8, field: Field) -> Result<Shown<'_>, Reason> {
        let signal = Signal::from_code(code).ok_or(Reason::Faulty)?;
        let shown = self.shown(signal, field);
        if shown == Err(Reason::MissingValue) {
            self.signals.lacks(signal, field.code());
        }
        shown
    }

    fn element(&self, code: u8, index: usize, field: Field) -> Option<Result<Shown<'_>, Reason>> {
        let Some(signal) = Signal::from_code(code) else {
            let text = match code {
                ITEMS => self.playbook.items_from(index).next().map(|item| item.field(field)),
                STORES => self.playbook.stores_from(index).next().map(|store| store.field(field)),
                _ => return Some(Err(Reason::Faulty)),
            };
            return text.map(|text| text.map(Shown::Text).ok_or(Reason::MissingValue));
        };
        let shown = match known(self.signals.read(signal)) {
            Ok(Value::List(texts)) => texts.text(index).map(|id| {
                let is_out = self.signals.leaves_out(signal, index);
                if is_out { Err(Reason::MissingValue) } else { self.field(signal, id, field) }
            }),
            Ok(_) | Err(Reason::MissingValue) => None,
            Err(other) => Some(Err(other)),
        };
        // The end of a list is missed only by a list that has nothing else.
        if shown == Some(Err(Reason::MissingValue)) || shown.is_none() && index == 0 {
            self.signals.lacks(signal, field.code());
        }
        shown
    }

    fn order(&self, list: List<'_>) -> Result<(u8, Vec<usize>), Reason> {
        let elements = self.signals.order(list);
        if let Some(signal) = Signal::from_code(list.source).filter(|_| elements == Err(Reason::MissingValue))
        {
            self.signals.lacks(signal, Field::Value.code());
        }
        elements
    }

    fn is_followed(&self) -> bool {
        self.signals.is_followed()
    }

    fn shows(&self, code: u8, index: Option<usize>) {
        let names = Signal::from_code(code).map(|signal| signal.entry().names);
        let shown = match index {
            _ if names != Some(Named::Item) && code != ITEMS => return,
            Some(index) => self.element(code, index, Field::Value),
            None => Some(self.value(code, Field::Value)),
        };
        if let Some(Ok(Shown::Text(item))) = shown {
            self.signals.shows(item);
        }
    }
}

impl<S: SignalReader + ?Sized> CatalogValues<'_, S> {
    fn shown(&self, signal: Signal, field: Field) -> Result<Shown<'_>, Reason> {
        match known(self.signals.read(signal))? {
            Value::Text(id) => self.field(signal, id, field),
            Value::Number(number) if field == Field::Value => Ok(Shown::Number(number)),
            Value::List(texts) if field == Field::Value && texts.text(0).is_some() => {
                let shown = (0..texts.count()).filter(|index| !self.signals.leaves_out(signal, *index));
                Ok(Shown::Number(i64::try_from(shown.count()).unwrap_or(i64::MAX)))
            }
            _ => Err(Reason::MissingValue),
        }
    }
}

impl<'a, S: ?Sized> CatalogValues<'a, S> {
    fn field<'t>(&self, signal: Signal, id: &'t str, field: Field) -> Result<Shown<'t>, Reason>
    where
        'a: 't,
    {
        let text = if field == Field::Value {
            Some(id).filter(|id| !id.is_empty() && self.may_show(signal, id))
        } else {
            match signal.entry().names {
                Named::Item => self.playbook.item(id).and_then(|item| item.field(field)),
                Named::Category => self.playbook.category(id).and_then(|category| category.field(field)),
                Named::Store => self.playbook.store(id).and_then(|store| store.field(field)),
                Named::Nothing => None,
            }
        };
        text.map(Shown::Text).ok_or(Reason::MissingValue)
    }

    /// Whether a value is the playbook's own, of a parameter in a form that it declares, or a part of the path that names nobody:
    /// never what any link may say.
    fn may_show(&self, signal: Signal, text: &str) -> bool {
        let (name, value) = match signal.parameter() {
            Some(name) => (name, text),
            None if signal == Signal::Query => pair(text, b'=').unwrap_or((text, "")),
            None if signal == Signal::PagePath => return parts(text, b'/').all(names_nobody),
            None if signal == Signal::PageCategory && self.playbook.category(text).is_none() => {
                return names_nobody(text);
            }
            None => return true,
        };
        self.playbook.may_show(name, value)
    }
}

/// Whether a segment of a path names no person, as it is read once; one that is encoded twice may.
fn names_nobody(segment: &str) -> bool {
    let mut scratch = [0; limits::COOKIE_VALUE_BYTES];
    percent::decode(segment, &mut scratch)
        .is_some_and(|text| find(text, b'%') == text.len() && !may_be_personal(text))
}

fn known(reading: Reading<'_>) -> Result<Value<'_>, Reason> {
    reading.known()?.ok_or(Reason::MissingValue)
}
