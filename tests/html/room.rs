//! One page after the other in the same memory: as in new memory, whatever the page before was and wherever it broke off,
//! and without an allocation once there is room.
#![expect(clippy::indexing_slicing, reason = "a failing test may panic")]

use crate::support::{
    FIXTURES, OPERATIONS, PART_KEYS, Random, all_edits, edit, marked_pages, soup, with_parts,
};
use allocation_counter::measure;
use parvis::html::plan::Version;
use parvis::html::splice::{Edit, Operation, Room, Splicer};

const IDS: [&str; 6] = ["a", "b", "c", "b0", "b1", "b2"];

/// What left and was held with every piece, what became of each edit, and the plan.
type Came = (Vec<(Vec<u8>, usize)>, Vec<(String, &'static str)>, Option<Vec<u8>>);

/// What is asked of one page.
struct Asked {
    page: Vec<u8>,
    marker: &'static str,
    edits: Vec<Edit>,
    /// Blocks of a plan, if one is wanted.
    declared: Option<Vec<String>>,
    /// Length of the pieces in which it comes.
    size: usize,
    /// Where it is left, if it is.
    left: Option<usize>,
}

impl Asked {
    fn random(random: &mut Random) -> Asked {
        let page = match random.below(4) {
            0 => FIXTURES[random.below(FIXTURES.len())].to_owned(),
            // One that is given up for its length, with parts and a group open.
            1 if random.below(8) == 0 => format!("<div data-block=b0>{}", "x<b data-part=p0>".repeat(5000)),
            _ => soup(random.next()),
        };
        let mut page = with_parts(&page, random).into_bytes();
        if random.below(32) == 0 {
            page.splice(..0, [0xFF, 0xFE]);
        }
        let mut edits = Vec::new();
        for id in IDS {
            let operation = OPERATIONS[random.below(OPERATIONS.len())];
            if operation == Operation::Reorder || random.below(3) == 0 {
                continue;
            }
            edits.extend(all_edits(&[id], operation));
        }
        if random.below(3) == 0 {
            edits.extend(all_edits(&IDS[3..], Operation::Reorder));
        }
        if random.below(8) == 0 {
            edits.extend(edits.first().cloned());
        }
        let declared = (random.below(2) == 0)
            .then(|| IDS[..random.below(7)].iter().map(|id| (*id).to_owned()).collect());
        let size = [1, 2, 7, 100, 5000][random.below(5)];
        let left = (random.below(3) == 0).then(|| random.below(page.len() + 1));
        let marker = if random.below(8) == 0 { "class" } else { "data-block" };
        Asked { page, marker, edits, declared, size, left }
    }

    fn begin(&self, room: Room) -> Splicer {
        let splicer = Splicer::in_room(room, self.marker, self.edits.clone());
        let Some(declared) = &self.declared else { return splicer };
        let keys = PART_KEYS.map(str::to_owned).to_vec();
        let parts = declared.iter().take(3).map(|id| (id.clone(), keys.clone())).collect();
        splicer.with_plan(declared.clone(), 1).with_parts(parts)
    }

    /// Streams the page as far as it comes.
    fn stream(&self, splicer: &mut Splicer) -> Came {
        let mut pieces = Vec::new();
        for piece in self.page[..self.left.unwrap_or(self.page.len())].chunks(self.size) {
            let mut out = Vec::new();
            splicer.push(piece, &mut out);
            pieces.push((out, splicer.held()));
        }
        if self.left.is_none() {
            let mut out = Vec::new();
            splicer.end(&mut out);
            pieces.push((out, splicer.held()));
        }
        let report = splicer.report().map(|(id, reason)| (id.to_owned(), reason.code())).collect();
        (pieces, report, splicer.plan(Version::of_page(&self.page)))
    }
}

#[test]
fn a_page_in_the_room_of_another_is_as_in_a_new_one() {
    let mut random = Random(11);
    let mut room = Room::default();
    let (mut planned, mut left) = (0, 0);
    for round in 0..6000 {
        let asked = Asked::random(&mut random);
        let fresh = asked.stream(&mut asked.begin(Room::default()));
        let mut again = asked.begin(room);
        let page = asked.page.escape_ascii();
        assert!(asked.stream(&mut again) == fresh, "page {round} differs in a room that was used: {page}");
        planned += usize::from(fresh.2.is_some());
        left += usize::from(asked.left.is_some());
        let edits;
        (room, edits) = again.into_room();
        assert_eq!(edits, asked.edits);
    }
    println!("{planned} plans, {left} pages left in the middle");
    assert!(planned > 1000 && left > 1000);
}

/// A room says nothing of the page it was used for, and neither does a splicer that begins in it.
#[test]
fn nothing_of_a_visitor_stays_in_a_room() {
    let page = "<div data-block=a><i data-part=p0>SECRET-PAGE</i><div data-block=SECRET-ID><!--block:SECRET-PAIR--><p title='SECRET";
    let mut edits = all_edits(&["a"], Operation::SetParts);
    edits.push(edit("SECRET-ID", Operation::Hide, b"SECRET-CONTENT"));
    edits.push(edit("SECRET-PAIR", Operation::Hide, b"SECRET-CONTENT"));
    for end in 0..=page.len() {
        let mut splicer = Splicer::in_room(Room::default(), "SECRET-MARKER", edits.clone())
            .with_plan(vec!["SECRET-ID".into()], 1)
            .with_parts(vec![("SECRET-ID".into(), vec!["SECRET-KEY".into()])]);
        splicer.push(&page.as_bytes()[..end], &mut Vec::new());
        let (room, _) = splicer.into_room();
        assert_eq!(
            format!("{room:?}"),
            format!("{:?}", Splicer::new("data-block", Vec::new()).into_room().0)
        );
    }
}

/// Streams the page and gives room and edits back.
fn once(room: &mut Room, edits: &mut Vec<Edit>, page: &[u8], out: &mut Vec<u8>) {
    let mut splicer = Splicer::in_room(std::mem::take(room), "data-block", std::mem::take(edits));
    out.clear();
    for piece in page.chunks(16 * 1024) {
        splicer.push(piece, out);
    }
    splicer.end(out);
    (*room, *edits) = splicer.into_room();
}

#[test]
fn in_steady_state_nothing_is_allocated() {
    let mut pages: Vec<(String, Vec<u8>)> =
        FIXTURES.iter().map(|page| ((*page).to_owned(), page.as_bytes().to_vec())).collect();
    pages.extend((0..200).map(|seed| {
        let page = with_parts(&soup(seed), &mut Random(seed));
        (page.clone(), page.into_bytes())
    }));
    pages.extend(["attr", "comment"].into_iter().flat_map(marked_pages).map(|(name, page, _)| (name, page)));
    let (mut room, mut out) = (Room::default(), Vec::with_capacity(1 << 22));
    for (name, page) in &pages {
        for operation in OPERATIONS {
            let mut edits = all_edits(&IDS, operation);
            // Readers of parts come out of the room in another order each time.
            for _ in 0..8 {
                once(&mut room, &mut edits, page, &mut out);
            }
            let counted = measure(|| once(&mut room, &mut edits, page, &mut out));
            assert_eq!(counted.count_total, 0, "{operation:?} in {name}");
            assert_eq!(edits, all_edits(&IDS, operation));
        }
    }
    // The most that any page takes is there: they may come in any order.
    for (name, page) in pages.iter().rev() {
        let mut edits = all_edits(&IDS, Operation::ReplaceInner);
        let counted = measure(|| once(&mut room, &mut edits, page, &mut out));
        assert_eq!(counted.count_total, 0, "{name}");
    }
    assert!(!out.is_empty());
}
