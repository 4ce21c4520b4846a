//! Lists of templates: what is left out of them, and in which order the others come.
//!
//! A list is the value of a signal, the items of the catalog or of one of its categories, or the stores. Without an order the
//! elements of a signal keep theirs, items and stores come as the playbook names them. `recent` begins with the item seen last
//! in this visit, `interest` with items of the category of the strongest interest in visitor memory, `price` with the lowest
//! price. Items without a rank follow, and equal ones keep the order that they have without one. At most
//! [`limits::TEMPLATE_ELEMENTS`] elements are kept; the template shows as many of them as its limit says. The time grows with
//! the number of items of the catalog, and nothing is sorted.
//!
//! Items that are sensitive are in no list of the catalog. What is bought is left out as long as visitor memory knows it.
//! Behind an edge a page knows only what was bought in it. If that is in the list it is known that the list is wrong but not
//! what the edge left out besides, so the campaign is not shown, as by [suppression](super::suppress); else the block stays.
//!
//! A block that leaves out what others show is decided after all that do not, and such blocks among themselves in the order
//! of the playbook. What it shows needs the purposes of what they show.

use alloc::vec::Vec;

use super::signals::RequestSignals;
use crate::assign::hash;
use crate::condition::{SignalReader as _, Texts, Value};
use crate::consent::purpose::{Purpose, PurposeSet};
use crate::html::template::{ITEMS, List, Order, STORES, except};
use crate::limits;
use crate::playbook::view::Listed;
use crate::reason::Reason;
use crate::signal::registry::{Named, Signal};
use crate::visitor::history::{Kind, What};

/// What a purchase takes that a page reports and visitor memory keeps.
const PURCHASES: PurposeSet =
    PurposeSet::EMPTY.with(Purpose::SessionPersonalization).with(Purpose::PersistentPersonalization);

/// The elements of a list, as [`Values::order`](crate::html::template::Values::order) has them.
///
/// # Errors
///
/// [`Reason::MissingValue`] without a list; [`Reason::NotPermitted`], [`Reason::EdgeOnly`] and [`Reason::NoStorage`] as for
/// what order and exceptions read; [`Reason::Suppressed`] if only the edge knows what else is left out.
pub(super) fn order(list: List<'_>, signals: &RequestSignals<'_>) -> Result<(u8, Vec<usize>), Reason> {
    let playbook = signals.playbook();
    let mut category = list.category;
    let mut elements: Option<(Signal, &dyn Texts)> = None;
    if let Some(signal) = Signal::from_code(list.source) {
        match signals.read(signal).known()?.ok_or(Reason::MissingValue)? {
            Value::List(ids) => elements = Some((signal, ids)),
            Value::Text(id) => category = id,
            Value::Number(_) | Value::Flag(_) => return Err(Reason::Faulty),
        }
    }
    let mut best = Best { rules: Rules::read(&list, signals)?, signals, found: Vec::new() };
    let code = match elements {
        Some((signal, ids)) => {
            for index in 0..limits::TEMPLATE_ELEMENTS {
                let Some(id) = ids.text(index) else { break };
                if signals.leaves_out(signal, index) {
                    continue;
                }
                let item = if signal.entry().names == Named::Item { playbook.listed(id) } else { None };
                let place = match item {
                    None if signal.entry().names == Named::Store => {
                        playbook.store(id).map_or(u32::MAX, |store| store.place)
                    }
                    item => item.map_or(u32::MAX, |item| item.place),
                };
                best.add(item.unwrap_or(Listed::bare(id, place)), 0, index)?;
            }
            list.source
        }
        None if list.source == STORES => {
            for (index, store) in playbook.stores().enumerate() {
                best.add(Listed::bare(store.id, store.place), store.place, index)?;
            }
            STORES
        }
        None => {
            for (index, item) in playbook.all_listed().enumerate() {
                if (category.is_empty() || item.category == category) && !item.is_sensitive {
                    best.add(item, item.place, index)?;
                }
            }
            ITEMS
        }
    };
    match (best.rules.hidden, best.rules.bought) {
        (false, _) => Ok((code, best.found.into_iter().map(|(_, index)| index).collect())),
        (true, false) => Err(Reason::EdgeOnly),
        (true, true) => Err(Reason::Suppressed),
    }
}

/// What order and exceptions of a list go by.
struct Rules<'s> {
    order: Order,
    except: u8,
    seen: Option<&'s dyn Texts>,
    cart: Option<&'s dyn Texts>,
    interests: Vec<(usize, u32)>,
    /// Whether only the edge knows all that was bought.
    hidden: bool,
    /// Whether something of the list was bought.
    bought: bool,
}

impl<'s> Rules<'s> {
    fn read(list: &List<'_>, signals: &'s RequestSignals<'_>) -> Result<Rules<'s>, Reason> {
        let texts = |signal, is_asked| {
            Ok(match if is_asked { signals.read(signal).known()? } else { None } {
                Some(Value::List(ids)) => Some(ids),
                _ => None,
            })
        };
        let has = |bit: u8| list.except & bit != 0;
        let interests = match list.order {
            Order::Interest => signals.interests(Signal::FavoriteCategory)?,
            _ => Vec::new(),
        };
        let rules = Rules {
            order: list.order,
            except: list.except,
            seen: texts(Signal::Items, list.order == Order::Recent)?,
            cart: texts(Signal::Cart, has(except::CART))?,
            interests,
            hidden: false,
            bought: false,
        };
        if has(except::BOUGHT) && !signals.permits(PURCHASES) {
            return Err(Reason::NotPermitted);
        }
        if has(except::SHOWN) {
            signals.need(signals.other_blocks().needs());
            if signals.other_blocks().show(None) {
                return Err(Reason::EdgeOnly);
            }
        }
        Ok(rules)
    }

    /// The rank of an element, the smallest first.
    fn rank(&self, item: &Listed<'_>) -> u32 {
        let place = match self.order {
            Order::Own => Some(0),
            Order::Catalog => return item.place,
            Order::Price => return item.amount,
            Order::Recent => self.seen.and_then(|seen| position(seen, item.id)),
            Order::Interest => {
                let code = hash::code(item.category);
                let known = self.interests.iter().find(|(_, category)| *category == code);
                known.filter(|_| !item.category.is_empty()).map(|(rank, _)| *rank)
            }
        };
        place.and_then(|place| u32::try_from(place).ok()).unwrap_or(u32::MAX)
    }

    /// Whether an element is left out.
    fn is_out(&mut self, id: &str, signals: &RequestSignals<'_>) -> Result<bool, Reason> {
        if self.except == 0 {
            return Ok(false);
        }
        let code = hash::code(id);
        let mut out = self.cart.is_some_and(|cart| position(cart, id).is_some());
        out |= self.except & except::SHOWN != 0 && signals.other_blocks().show(Some(code));
        if self.except & except::BOUGHT != 0 {
            match signals.happened(Kind::Bought, What::Item(code), i64::MAX) {
                Ok(bought) => (self.bought, out) = (self.bought || bought, out || bought),
                Err(Reason::EdgeOnly) => self.hidden = true,
                Err(reason) => return Err(reason),
            }
        }
        Ok(out)
    }
}

/// The first elements of a list, each with its rank.
struct Best<'s, 'x> {
    rules: Rules<'s>,
    signals: &'s RequestSignals<'x>,
    found: Vec<((u32, u32), usize)>,
}

impl Best<'_, '_> {
    /// Adds the element at `index`, behind those of its rank and of a `place` that is not greater.
    fn add(&mut self, item: Listed<'_>, place: u32, index: usize) -> Result<(), Reason> {
        if self.rules.is_out(item.id, self.signals)? {
            return Ok(());
        }
        let rank = (self.rules.rank(&item), place);
        // Inserted in order: a sort would add kilobytes to the browser module.
        let at = self.found.partition_point(|(other, _)| *other <= rank);
        if at < limits::TEMPLATE_ELEMENTS {
            self.found.truncate(limits::TEMPLATE_ELEMENTS - 1);
            self.found.insert(at, (rank, index));
        }
        Ok(())
    }
}

fn position(list: &dyn Texts, id: &str) -> Option<usize> {
    (0..).map_while(|index| list.text(index)).position(|other| other == id)
}
