//! Creates a splicer, and reuses its memory for the next page.

use alloc::string::String;
use alloc::vec::Vec;
use core::mem;

use super::{Edit, Sought, Splicer};
use crate::html::edit::is_repeated;
use crate::html::group::Group;
use crate::html::parts::Reader;
use crate::html::scratch::emptied;
use crate::reason::Reason;

/// Readers of parts that are kept for later blocks and pages.
const SPARE_READERS: usize = 8;

/// Reusable memory of a splicer whose page is over. It holds no data of that page or of its visitor.
///
/// With it, a process that streams one page after another allocates nothing for them.
///
/// ```
/// use parvis::html::splice::{Edit, Operation, Room, Splicer};
/// let mut edits = vec![Edit { id: "hero".into(), operation: Operation::Hide, content: Vec::new(), tests: Vec::new() }];
/// let mut room = Room::default();
/// for page in ["<div data-block=hero>One</div>1", "<div data-block=hero>Two</div>2"] {
///     let mut splicer = Splicer::in_room(room, "data-block", edits);
///     let mut out = Vec::new();
///     splicer.push(page.as_bytes(), &mut out);
///     splicer.end(&mut out);
///     assert_eq!(out.len(), 1);
///     (room, edits) = splicer.into_room();
/// }
/// ```
#[derive(Debug, Default)]
pub struct Room(Splicer);

impl Splicer {
    /// A splicer for one page; `marker` is the name of the marker attribute. Of two edits for one id the first counts.
    #[must_use]
    pub fn new(marker: &str, edits: Vec<Edit>) -> Self {
        Self::in_room(Room::default(), marker, edits)
    }

    /// The same, in the memory of an earlier page: see [`Splicer::into_room`].
    #[must_use]
    pub fn in_room(room: Room, marker: &str, edits: Vec<Edit>) -> Self {
        let mut splicer = room.0;
        splicer.finder.begin(marker);
        splicer
            .outcomes
            .extend((0..edits.len()).map(|at| is_repeated(&edits, at).then_some(Reason::Repeated)));
        Group::fill(&edits, &splicer.outcomes, &mut splicer.groups);
        for edit in edits.iter().filter(|edit| edit.keys().next().is_some()) {
            let sought = splicer.seek(&edit.id, edit.keys());
            splicer.sought.push(sought);
        }
        splicer.copying = edits.is_empty();
        splicer.edits = edits;
        splicer
    }

    /// The same, and makes a plan of all blocks in `declared`, so that it also serves other edits.
    ///
    /// `scope` identifies the marker and the declared blocks; a plan fits only requests with the same.
    #[must_use]
    pub fn planning(marker: &str, edits: Vec<Edit>, declared: Vec<String>, scope: u64) -> Self {
        Self::new(marker, edits).with_plan(declared, scope)
    }

    /// Makes a plan, as [`Splicer::planning`] does. Call it before the first byte.
    #[must_use]
    pub fn with_plan(mut self, declared: Vec<String>, scope: u64) -> Self {
        self.planner = Some(mem::take(&mut self.planning).begin(declared, scope));
        self.copying = false;
        self
    }

    /// Looks at the first bytes for an encoding that the page declares itself, and copies a page in one that cannot be read: see
    /// [`meta`](crate::html::meta). Until it declares one, at most its first 1,024 bytes are held. Call it before the first byte.
    #[must_use]
    pub fn with_meta(mut self) -> Self {
        self.early = Some(Vec::new());
        self
    }

    /// Adds the offsets of these parts to the plan: ids of declared blocks, each with keys as in [`super::parts`].
    #[must_use]
    pub fn with_parts(mut self, parts: Vec<(String, Vec<String>)>) -> Self {
        for (at, (id, keys)) in parts.iter().enumerate() {
            let sought = self.seek(id, keys.iter().map(String::as_str));
            // Placed first, since they have all the keys of the edits.
            self.sought.insert(at.min(self.sought.len()), sought);
        }
        self
    }

    /// The memory for another page, and the edits as they were given.
    ///
    /// All state and held bytes of this page are cleared, whether it ended or was aborted.
    #[must_use]
    pub fn into_room(self) -> (Room, Vec<Edit>) {
        let planning = self.planner.unwrap_or(self.planning);
        let (mut readers, mut spare) = (self.readers, self.spare);
        spare.append(&mut readers);
        spare.truncate(SPARE_READERS);
        // Fields that are not listed here are new.
        let room = Self {
            outcomes: emptied(self.outcomes),
            repeated: emptied(self.repeated),
            finder: self.finder.emptied(),
            held: emptied(self.held),
            candidates: emptied(self.candidates),
            groups: emptied(self.groups),
            sought: emptied(self.sought),
            texts: self.texts.emptied(),
            readers: emptied(readers),
            spare: spare.into_iter().map(Reader::emptied).collect(),
            spots: emptied(self.spots),
            events: emptied(self.events),
            leaving: emptied(self.leaving),
            places: emptied(self.places),
            planning: planning.emptied(),
            ..Self::default()
        };
        (Room(room), self.edits)
    }

    fn seek<'k>(&mut self, id: &str, keys: impl Iterator<Item = &'k str>) -> Sought {
        let number = self.texts.count();
        self.texts.push(id);
        keys.for_each(|key| self.texts.push(key));
        Sought { id: number, keys: (number + 1, self.texts.count()), came: false }
    }
}
