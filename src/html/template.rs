//! Renders the compiled template of a variant: copied bytes with values between them, escaped for their place.
//!
//! The playbook compiler chooses the place of each value (element text, quoted attribute, start or rest of a URL) and is
//! the only author of this code. If a value is missing the whole rendering fails, so that a page never shows half a
//! sentence. On failure `out` is unchanged. Damaged code fails too: no panic, no endless loop, no output beyond the
//! bound.
//!
//! ```text
//! node := RAW len bytes | TEXT from field | ATTRIBUTE from field | URL from field | URL_PART from field
//!       | IF from field len node* | UNLESS from field len node* | EACH signal limit len node*
//!       | LIST source limit how length category len node*
//! from := the code of a signal, or ELEMENT for the one that EACH or LIST stands at;  len := u32 little-endian
//! source := the code of a signal, ITEMS or STORES;  how := order | except << 4;  length := u8, of the category
//! ```

use alloc::vec::Vec;

use crate::html::escape;
use crate::limits;
use crate::reason::Reason;

/// Node of bytes that are copied.
pub const RAW: u8 = 0;
/// Node of a value as element text.
pub const TEXT: u8 = 1;
/// Node of a value in a quoted attribute.
pub const ATTRIBUTE: u8 = 2;
/// Node of a value that is or begins a URL in a quoted attribute.
pub const URL: u8 = 3;
/// Node of a value within a URL in a quoted attribute, where the text before it already fixes the scheme.
pub const URL_PART: u8 = 4;
/// Nodes that are rendered only if a value is present.
pub const IF: u8 = 5;
/// Nodes that are rendered only if a value is missing.
pub const UNLESS: u8 = 6;
/// Nodes that are rendered once for each element of a list.
pub const EACH: u8 = 7;
/// Nodes that are rendered once for each element of a list of which something is left out, that has an order, or that is not
/// the value of a signal.
pub const LIST: u8 = 8;
/// In place of a signal's code: the current element of the list.
pub const ELEMENT: u8 = 0xff;
/// In place of a signal's code: the items of the catalog, or of one of its categories.
pub const ITEMS: u8 = 0xfe;
/// In place of a signal's code: the stores of the playbook.
pub const STORES: u8 = 0xfd;

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Its own.
    Own,
    /// What was seen last in this visit first.
    Recent,
    /// What is of the category that interests the visitor most first.
    Interest,
    /// The lowest price first.
    Price,
    /// The order of the catalog in the playbook.
    Catalog,
}

impl Order {
    /// Every order, in the order of their codes.
    pub const ALL: [Order; 5] = [Order::Own, Order::Recent, Order::Interest, Order::Price, Order::Catalog];
}

/// What is left out of a list, as bits.
pub mod except {
    /// Items that the visitor bought.
    pub const BOUGHT: u8 = 1;
    /// Items in the cart.
    pub const CART: u8 = 2;
    /// Items that another block of the page shows.
    pub const SHOWN: u8 = 4;
}

/// A list that a template shows.
#[derive(Clone, Copy, Debug)]
pub struct List<'t> {
    /// The code of a signal, [`ITEMS`] or [`STORES`].
    pub source: u8,
    /// The order of its elements.
    pub order: Order,
    /// What is left out, as bits of [`except`].
    pub except: u8,
    /// The category whose items it has; empty for those of all. It is read with [`ITEMS`] alone.
    pub category: &'t str,
}

/// Maximum nesting of sections in a template.
pub const DEPTH: u32 = 8;

/// The field of a signal that is shown: the value itself, or a field of the item or category it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The value itself; of an item or category its id.
    Value,
    /// The title.
    Title,
    /// The URL of its page.
    Url,
    /// The URL of its picture.
    Image,
    /// The price as the site writes it.
    Price,
    /// The id of the item's category.
    Category,
    /// The region of a store.
    Region,
}

impl Field {
    /// Every field, in the order of their codes.
    pub const ALL: [Field; 7] =
        [Field::Value, Field::Title, Field::Url, Field::Image, Field::Price, Field::Category, Field::Region];

    /// The field with this code.
    pub fn from_code(code: u8) -> Option<Field> {
        Field::ALL.get(usize::from(code)).copied()
    }

    /// The code that templates store.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The name that templates use, behind a dot; the value itself has none.
    pub const fn name(self) -> &'static str {
        match self {
            Field::Value => "",
            Field::Title => "title",
            Field::Url => "url",
            Field::Image => "image",
            Field::Price => "price",
            Field::Category => "category",
            Field::Region => "region",
        }
    }
}

/// A value to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown<'a> {
    /// Text, not escaped.
    Text(&'a str),
    /// A whole number.
    Number(i64),
}

/// Source of a template's values; signals are identified by their codes.
pub trait Values {
    /// The `field` of the value of the signal `code`.
    ///
    /// # Errors
    /// [`Reason::MissingValue`] if there is no value; another reason if the signal is not permitted or not visible here.
    fn value(&self, code: u8, field: Field) -> Result<Shown<'_>, Reason>;

    /// `field` of the element at `index` of the list that the signal `code` holds; `None` behind the end of the list.
    ///
    /// # Errors
    /// As for [`Values::value`].
    fn element(&self, code: u8, index: usize, field: Field) -> Option<Result<Shown<'_>, Reason>>;

    /// The elements of a list, by the code and the indices with which [`Values::element`] reads them.
    ///
    /// # Errors
    /// As for [`Values::value`].
    fn order(&self, _list: List<'_>) -> Result<(u8, Vec<usize>), Reason> {
        Err(Reason::Faulty)
    }

    /// Whether [`Values::shows`] is to be called.
    fn is_followed(&self) -> bool {
        false
    }

    /// Notes that the whole rendering shows the value with this code, or of a list the element at this index.
    fn shows(&self, _code: u8, _index: Option<usize>) {}
}

/// Appends what `template` shows with these values.
///
/// # Errors
/// [`Reason::MissingValue`], [`Reason::ContentTooLarge`], [`Reason::Faulty`], or an error of `values`. `out` is then
/// unchanged.
pub fn render<V: Values + ?Sized>(template: &[u8], values: &V, out: &mut Vec<u8>) -> Result<(), Reason> {
    let start = out.len();
    let end = start.saturating_add(limits::CONTENT_BYTES);
    let mut page = Page { values, start, end, out, shown: Vec::new() };
    let rendered = page.nodes(template, None, DEPTH);
    if rendered.is_err() {
        page.out.truncate(start);
    } else {
        page.shown.iter().for_each(|(code, index)| values.shows(*code, *index));
    }
    rendered
}

/// The current element: the list's signal and the index in it.
type Element = Option<(u8, usize)>;

struct Page<'p, V: ?Sized> {
    values: &'p V,
    start: usize,
    end: usize,
    out: &'p mut Vec<u8>,
    /// What is shown so far, if it is followed.
    shown: Vec<(u8, Option<usize>)>,
}

impl<'p, V: Values + ?Sized> Page<'p, V> {
    fn nodes(&mut self, mut code: &[u8], element: Element, depth: u32) -> Result<(), Reason> {
        while let Some((kind, rest)) = code.split_first() {
            code = rest;
            match *kind {
                RAW => {
                    let bytes = body(&mut code)?;
                    self.room_for(bytes.len())?;
                    self.out.extend_from_slice(bytes);
                }
                TEXT | ATTRIBUTE | URL | URL_PART => {
                    let (from, field) = place(&mut code)?;
                    let shown = self.shown(from, field, element)?;
                    self.write(*kind, shown)?;
                    if self.values.is_followed() {
                        let what = element.filter(|_| from == ELEMENT);
                        let what = what.map_or((from, None), |(list, index)| (list, Some(index)));
                        if self.shown.last() != Some(&what) {
                            self.shown.push(what);
                        }
                    }
                }
                IF | UNLESS => {
                    let (from, field) = place(&mut code)?;
                    let inner = body(&mut code)?;
                    let known = match self.shown(from, field, element) {
                        Ok(_) => true,
                        Err(Reason::MissingValue) => false,
                        Err(other) => return Err(other),
                    };
                    if known == (*kind == IF) {
                        self.nodes(inner, element, deeper(depth)?)?;
                    }
                }
                EACH | LIST if element.is_some() => return Err(Reason::Faulty),
                EACH => {
                    let (signal, limit) = pair(&mut code)?;
                    let all = &mut (0..limits::TEMPLATE_ELEMENTS);
                    self.each(signal, limit, all, body(&mut code)?, deeper(depth)?)?;
                }
                LIST => {
                    let (list, limit) = list(&mut code)?;
                    let inner = body(&mut code)?;
                    let (from, elements) = self.values.order(list)?;
                    self.each(from, limit, &mut elements.into_iter(), inner, deeper(depth)?)?;
                }
                _ => return Err(Reason::Faulty),
            }
        }
        Ok(())
    }

    /// Renders the elements that are complete, at most `limit`; one whose item is no longer in the catalog is skipped.
    fn each(
        &mut self,
        signal: u8,
        limit: u8,
        elements: &mut dyn Iterator<Item = usize>,
        inner: &[u8],
        depth: u32,
    ) -> Result<(), Reason> {
        let mut left = limit;
        for index in elements {
            if left == 0 {
                break;
            }
            match self.values.element(signal, index, Field::Value) {
                None => break,
                Some(Err(Reason::MissingValue)) => continue,
                Some(Err(other)) => return Err(other),
                Some(Ok(_)) => {}
            }
            let before = (self.out.len(), self.shown.len());
            match self.nodes(inner, Some((signal, index)), depth) {
                Ok(()) => left = left.saturating_sub(1),
                Err(Reason::MissingValue) => {
                    self.out.truncate(before.0);
                    self.shown.truncate(before.1);
                }
                Err(other) => return Err(other),
            }
        }
        if left == limit { Err(Reason::MissingValue) } else { Ok(()) }
    }

    fn shown(&self, from: u8, field: Field, element: Element) -> Result<Shown<'p>, Reason> {
        let values = self.values;
        if from != ELEMENT {
            return values.value(from, field);
        }
        let (signal, index) = element.ok_or(Reason::Faulty)?;
        values.element(signal, index, field).ok_or(Reason::MissingValue)?
    }

    fn write(&mut self, kind: u8, shown: Shown<'_>) -> Result<(), Reason> {
        let mut buffer = [0; 20];
        let value = match shown {
            Shown::Text(text) => text,
            Shown::Number(number) => {
                core::str::from_utf8(digits(number, &mut buffer)).map_err(|_| Reason::Faulty)?
            }
        };
        // Escaping never makes a byte longer than six, so a value that passes here cannot outgrow memory.
        self.room_for(value.len())?;
        match kind {
            TEXT => escape::text(value, self.out),
            ATTRIBUTE => escape::attribute(value, self.out),
            URL if escape::url(value, self.out) => {}
            URL => return Err(Reason::MissingValue),
            _ => percent(value, self.out),
        }
        self.room_for(0)
    }

    fn room_for(&self, bytes: usize) -> Result<(), Reason> {
        let long = self.out.len().saturating_add(bytes) > self.end || self.out.len() < self.start;
        if long { Err(Reason::ContentTooLarge) } else { Ok(()) }
    }
}

fn deeper(depth: u32) -> Result<u32, Reason> {
    depth.checked_sub(1).ok_or(Reason::Faulty)
}

fn pair(code: &mut &[u8]) -> Result<(u8, u8), Reason> {
    let ([first, second], rest) = code.split_first_chunk::<2>().ok_or(Reason::Faulty)?;
    *code = rest;
    Ok((*first, *second))
}

fn place(code: &mut &[u8]) -> Result<(u8, Field), Reason> {
    let (from, field) = pair(code)?;
    Ok((from, Field::from_code(field).ok_or(Reason::Faulty)?))
}

fn list<'a>(code: &mut &'a [u8]) -> Result<(List<'a>, u8), Reason> {
    let (source, limit) = pair(code)?;
    let (how, length) = pair(code)?;
    let (category, rest) = code.split_at_checked(length.into()).ok_or(Reason::Faulty)?;
    *code = rest;
    let category = core::str::from_utf8(category).map_err(|_| Reason::Faulty)?;
    let order = *Order::ALL.get(usize::from(how & 15)).ok_or(Reason::Faulty)?;
    Ok((List { source, order, except: how >> 4, category }, limit))
}

fn body<'a>(code: &mut &'a [u8]) -> Result<&'a [u8], Reason> {
    let (length, rest) = code.split_first_chunk::<4>().ok_or(Reason::Faulty)?;
    let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| Reason::Faulty)?;
    let (body, rest) = rest.split_at_checked(length).ok_or(Reason::Faulty)?;
    *code = rest;
    Ok(body)
}

/// Percent-encodes everything but unreserved characters: the result has neither a scheme nor a path.
fn percent(value: &str, out: &mut Vec<u8>) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(byte);
        } else {
            let digit =
                |nibble: u8| nibble.wrapping_add(if nibble < 10 { b'0' } else { b'A'.wrapping_sub(10) });
            out.extend_from_slice(&[b'%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
}

/// The decimal digits of `number`, written into the end of `buffer`.
fn digits(number: i64, buffer: &mut [u8; 20]) -> &[u8] {
    let mut rest = number.unsigned_abs();
    let mut start: usize = 20;
    for place in buffer.iter_mut().rev() {
        let last = rest == 0 && start < 20;
        if last && number >= 0 {
            break;
        }
        *place = if last { b'-' } else { b'0'.wrapping_add(u8::try_from(rest % 10).unwrap_or(0)) };
        start = start.saturating_sub(1);
        if last {
            break;
        }
        rest /= 10;
    }
    buffer.get(start..).unwrap_or_default()
}
