//! A value of the draft with its position; its accessors do not depend on the type of the value.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;

use serde_json::Value as Json;

use super::position::join;

/// A value and its JSON pointer.
#[derive(Clone)]
pub(in crate::author) struct Node<'v> {
    pub(in crate::author) value: &'v Json,
    pub(in crate::author) pointer: String,
}

impl<'v> Node<'v> {
    pub(in crate::author) fn root(value: &'v Json) -> Self {
        Node { value, pointer: String::new() }
    }

    /// The member `key` of an object, unless it is null.
    pub(in crate::author) fn get(&self, key: &str) -> Option<Node<'v>> {
        let value = self.value.get(key).filter(|value| !value.is_null())?;
        Some(Node { value, pointer: join(&self.pointer, key) })
    }

    /// The member `key`, when it is a text.
    pub(in crate::author) fn text(&self, key: &str) -> Option<&'v str> {
        self.value.get(key)?.as_str()
    }

    /// The members of the object that is the member `key`.
    pub(in crate::author) fn members(&self, key: &str) -> impl Iterator<Item = (&'v str, Node<'v>)> {
        let at = join(&self.pointer, key);
        let members = self.value.get(key).and_then(Json::as_object).into_iter().flatten();
        members.map(move |(key, value)| (key.as_str(), Node { value, pointer: join(&at, key) }))
    }

    /// The elements of the list that is the member `key`.
    pub(in crate::author) fn elements(&self, key: &str) -> impl Iterator<Item = Node<'v>> {
        let at = join(&self.pointer, key);
        let elements = self.value.get(key).and_then(Json::as_array).into_iter().flatten();
        elements.enumerate().map(move |(index, value)| Node { value, pointer: format!("{at}/{index}") })
    }

    /// The pointer of the member `key`, whether or not it exists.
    pub(in crate::author) fn at(&self, key: &str) -> String {
        if key.is_empty() { self.pointer.to_owned() } else { join(&self.pointer, key) }
    }
}
