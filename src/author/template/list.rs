//! The lists of `{{#each …}}`: what they hold, how many are shown, in which order, and what is left out.
//!
//! ```text
//! {{#each visit.items 3 by price except bought, cart}}
//! {{#each visit.last_category.items 4 by interest except shown}}
//! {{#each catalog.lighting.items by catalog}} {{#each catalog.items}} {{#each stores 5}}
//! ```

use alloc::borrow::ToOwned;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::Of;
use super::fault::{Fault, fault};
use crate::author::did_you_mean::suggest;
use crate::consent::purpose::{Purpose, PurposeSet};
use crate::html::template::{self as op, Order, except};
use crate::limits;
use crate::signal::registry::{Named, Signal, Type};

/// An order or exception by name.
type Word = (&'static str, u8);

const ORDERS: [Word; 4] = [
    ("recent", Order::Recent as u8),
    ("interest", Order::Interest as u8),
    ("price", Order::Price as u8),
    ("catalog", Order::Catalog as u8),
];
const EXCEPTIONS: [Word; 3] = [("bought", except::BOUGHT), ("cart", except::CART), ("shown", except::SHOWN)];

/// What the words between `{{#each` and `}}` say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::author) struct Each<'t> {
    /// The code of a signal, [`op::ITEMS`] or [`op::STORES`].
    source: u8,
    limit: u8,
    order: u8,
    except: u8,
    category: &'t str,
    /// The signal that is shown.
    pub(in crate::author) signal: Option<Signal>,
}

impl<'t> Each<'t> {
    /// Reads what follows `each`.
    pub(in crate::author) fn read(text: &'t str) -> Result<Each<'t>, Fault> {
        let mut words = text.split([' ', '\t', '\n', '\r', ',']).filter(|word| !word.is_empty()).peekable();
        let name = words.next().unwrap_or_default();
        let (source, category, signal) = source(name)?;
        let most = u8::try_from(limits::TEMPLATE_ELEMENTS).unwrap_or(u8::MAX);
        let mut each = Each { source, limit: most, order: 0, except: 0, category, signal };
        if let Some(number) = words.next_if(|word| !matches!(*word, "by" | "except")) {
            let limit = number.parse::<u8>().ok().filter(|limit| (1..=most).contains(limit));
            each.limit = limit.ok_or_else(|| {
                let message = format!("`{number}` is no number of elements");
                let help = format!(
                    "write a number from 1 to {most}; behind it `by` an order and `except` what is left out"
                );
                fault("template-syntax", message, help)
            })?;
        }
        if words.next_if_eq(&"by").is_some() {
            each.order = named(words.next().unwrap_or_default(), &ORDERS, "order", "by")?;
        }
        if words.next_if_eq(&"except").is_some() {
            loop {
                let word = words.next().unwrap_or_default();
                each.except |= named(word, &EXCEPTIONS, "exception", "except")?;
                if words.peek().is_none_or(|word| *word == "by") {
                    break;
                }
            }
        }
        if let Some(word) = words.next() {
            let message = format!("`{word}` says more than a list can");
            let help =
                format!("write `{{{{#each {name} 3 by price except bought, cart}}}}`, as far as you need it");
            return Err(fault("template-syntax", message, help));
        }
        each.fits(name)?;
        Ok(each)
    }

    /// Whether its elements can have the order, and be what is left out.
    fn fits(&self, name: &str) -> Result<(), Fault> {
        let names = match self.signal {
            _ if self.source == op::STORES => Named::Store,
            Some(signal) if signal.entry().kind == Type::List => signal.entry().names,
            _ => Named::Item,
        };
        let wrong = |message: String, help: &str| Err(fault("template-list", message, help.to_owned()));
        if names != Named::Item && self.except != 0 {
            return wrong(
                format!("`{name}` has no items, so nothing can be left out of it"),
                "remove `except`",
            );
        }
        if names == Named::Store && !matches!(self.order, 0 | CATALOG) {
            return wrong(
                format!("`{name}` has stores, which have no such order"),
                "write `by catalog`, or no order",
            );
        }
        if !matches!(names, Named::Item | Named::Store) && self.order != 0 {
            return wrong(
                format!("`{name}` has neither items nor stores, so it has no other order"),
                "remove `by`",
            );
        }
        if self.signal == Some(Signal::Cart) && self.except & except::CART != 0 {
            return wrong(format!("nothing of `{name}` would be left"), "remove `cart`");
        }
        Ok(())
    }

    /// The beginning of the section, in front of its length.
    pub(in crate::author) fn code(&self) -> Vec<u8> {
        let is_list = self.signal.is_some_and(|signal| signal.entry().kind == Type::List);
        if is_list && self.order == 0 && self.except == 0 {
            return [op::EACH, self.source, self.limit].into();
        }
        let length = u8::try_from(self.category.len()).unwrap_or(u8::MAX);
        let mut code = Vec::from([op::LIST, self.source, self.limit, self.order | self.except << 4, length]);
        code.extend(self.category.bytes());
        code
    }

    /// The signals that order and exceptions read.
    pub(in crate::author) fn asked(&self) -> BTreeSet<Signal> {
        let mut asked = BTreeSet::new();
        if self.order == Order::Recent as u8 {
            asked.insert(Signal::Items);
        }
        if self.order == Order::Interest as u8 {
            asked.insert(Signal::FavoriteCategory);
        }
        if self.except & except::BOUGHT != 0 {
            asked.insert(Signal::Purchases);
        }
        if self.except & except::CART != 0 {
            asked.insert(Signal::Cart);
        }
        asked
    }

    /// The purposes that exceptions need besides those of [`Each::asked`]: a page reports purchases through the visit.
    pub(in crate::author) const fn purposes(&self) -> PurposeSet {
        if self.except & except::BOUGHT == 0 {
            return PurposeSet::EMPTY;
        }
        PurposeSet::EMPTY.with(Purpose::SessionPersonalization)
    }

    /// Whether it leaves out what other blocks show.
    pub(in crate::author) const fn follows_others(&self) -> bool {
        self.except & except::SHOWN != 0
    }

    /// What it lists of the playbook.
    pub(in crate::author) fn of_playbook(&self) -> Option<Of> {
        match self.source {
            op::STORES => Some(Of::Stores),
            op::ITEMS if self.category.is_empty() => Some(Of::Items),
            op::ITEMS => Some(Of::Category(self.category.to_owned())),
            _ => None,
        }
    }
}

const CATALOG: u8 = Order::Catalog as u8;

/// The list of this name: its code, the category of the catalog, and the signal.
fn source(name: &str) -> Result<(u8, &str, Option<Signal>), Fault> {
    let kind = |signal: Signal| (signal.entry().kind, signal.entry().names);
    if name == "stores" {
        return Ok((op::STORES, "", None));
    }
    if name == "catalog.items" {
        return Ok((op::ITEMS, "", None));
    }
    let category = name.strip_suffix(".items");
    if let Some(category) = category.and_then(|name| name.strip_prefix("catalog.")) {
        if !crate::base::text::is_id(category) {
            let message = format!("`{category}` cannot be the id of a category");
            return Err(fault("template-list", message, "write `catalog.lighting.items`"));
        }
        return Ok((op::ITEMS, category, None));
    }
    if let Some(signal) = Signal::in_template(name).filter(|signal| kind(*signal).0 == Type::List) {
        return Ok((signal.code(), "", Some(signal)));
    }
    if let Some(signal) = category.and_then(Signal::in_template) {
        if kind(signal) == (Type::Text, Named::Category) {
            return Ok((signal.code(), "", Some(signal)));
        }
        let message = format!("`{}` is no category, so it has no items", signal.entry().name);
        return Err(fault("template-list", message, categories()));
    }
    if name == "item" || Signal::in_template(name).is_none() && Signal::from_name(name).is_none() {
        let lists = lists();
        let known = lists.iter().copied().chain(["catalog.items", "stores"]);
        let known: Vec<&str> = known.collect();
        let help = suggest(name, known.iter().copied()).unwrap_or_else(|| {
            format!("the lists are `{}`, and the items of a category", known.join("`, `"))
        });
        let code = if name == "item" { "template-list" } else { "unknown-signal" };
        return Err(fault(code, format!("there is no list `{name}`"), help));
    }
    let help = match Signal::in_template(name).map(kind) {
        Some((Type::Text, Named::Category)) => format!("write `{name}.items` for the items of the category"),
        _ => format!("the lists are `{}`, `catalog.items` and `stores`", lists().join("`, `")),
    };
    Err(fault("template-list", format!("`{name}` is no list"), help))
}

fn lists() -> Vec<&'static str> {
    let lists = Signal::ALL.iter().filter(|signal| signal.entry().kind == Type::List);
    lists.map(|signal| signal.entry().name).filter(|name| Signal::in_template(name).is_some()).collect()
}

fn categories() -> String {
    let all = Signal::ALL.iter().map(|signal| signal.entry());
    let all = all.filter(|entry| entry.kind == Type::Text && entry.names == Named::Category);
    let names: Vec<String> = all.map(|entry| format!("{}.items", entry.name)).collect();
    format!("write `{}` or `catalog.lighting.items`", names.join("`, `"))
}

fn named(word: &str, known: &[Word], called: &str, behind: &str) -> Result<u8, Fault> {
    known.iter().find(|(name, _)| *name == word).map(|(_, code)| *code).ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        let help = suggest(word, names.iter().copied())
            .unwrap_or_else(|| format!("behind `{behind}` stands `{}`", names.join("`, `")));
        let message = match word {
            "" => format!("nothing stands behind `{behind}`"),
            word => format!("there is no {called} `{word}`"),
        };
        fault("template-list", message, help)
    })
}
