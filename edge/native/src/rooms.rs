//! Splicer memory that is reused for later pages: a server under load allocates less.

use std::sync::{Mutex, PoisonError};

use parvis::html::splice::Room;

/// Maximum number of unused rooms; further ones are freed. A usual page needs about 20 KB, one with a large group of
/// blocks a megabyte.
const KEPT: usize = 16;

/// Unused rooms. The engine empties them, so that they hold no data of any page or visitor.
#[derive(Debug, Default)]
pub(crate) struct Rooms(Mutex<Vec<Room>>);

impl Rooms {
    /// A room for one page; a new one if there is none.
    pub(crate) fn take(&self) -> Room {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    /// Returns the room of a page that is over.
    pub(crate) fn give(&self, room: Room) {
        let mut rooms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if rooms.len() < KEPT {
            rooms.push(room);
        }
    }
}
