//! Memory of pages that have streamed, for those that come next: a server under load allocates less.

use std::sync::{Mutex, PoisonError};

use parvis::html::splice::Room;

/// Rooms that are kept; of more pages at once the memory is given back. A usual page leaves some 20 KB, one with a large
/// group of blocks a megabyte.
const KEPT: usize = 16;

/// Rooms that no page uses. The engine empties them, so that there is nothing of any page or visitor in them.
#[derive(Debug, Default)]
pub(crate) struct Rooms(Mutex<Vec<Room>>);

impl Rooms {
    /// A room for one page; a new one if there is none.
    pub(crate) fn take(&self) -> Room {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    /// Takes the room of a page that is over.
    pub(crate) fn give(&self, room: Room) {
        let mut rooms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if rooms.len() < KEPT {
            rooms.push(room);
        }
    }
}
