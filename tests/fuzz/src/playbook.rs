//! Compiled playbooks that are not what the compiler wrote: by accident, which the digests find, or by somebody who fitted
//! the digests, so that everything behind them is reached.
//!
//! The first byte names a fixture, the second one of the requests of its cases, the third the page and its pieces; the rest
//! are changes of the compiled file.

mod forge;
mod walk;

use parvis::base::checksum::digest;
use parvis::playbook::Playbook;
use parvis::reason::Reason;

use crate::fixtures::{Fixture, engine};
use crate::response::{Origin, Response, hold, once};
use crate::tape::Tape;

/// Where the digest of the table lies, and where the table begins and ends.
const DIGEST: usize = 16;
const TABLE: usize = 24;
/// Bytes of a row of the table: offset, length, digest.
const ROW: usize = 16;
const SECTIONS: usize = 14;
const BODY: usize = TABLE + SECTIONS * ROW;

/// A file that was damaged: opening finds it, and a host that does not look at everything changes nothing by it.
pub(crate) fn playbook(input: &[u8]) {
    let (case, mut tape) = Case::read(input);
    let file = &case.fixture.file;
    let damaged = accident(&mut tape, file);
    let opened = Playbook::open(damaged.clone());
    assert_eq!(opened.is_ok(), damaged == *file, "damage is not found, or found where there is none");
    if let Err(reason) = opened {
        let found = matches!(reason, Reason::PlaybookDamaged | Reason::PlaybookVersion);
        assert!(found, "damage is {}", reason.code());
        assert!(damaged.get(6..8) != file.get(6..8) || reason == Reason::PlaybookDamaged);
    }
    // Of what a request does not read nothing is known, and what it reads it must not use.
    let Ok(for_one) = Playbook::open_for_one(damaged) else { return };
    let damaged = engine(Ok(for_one));
    let (facts, origin) = (case.fixture.request(case.request), Origin::of(&case.page));
    let Response::Page(got) = once(&damaged, &facts, origin) else { return };
    let whole = once(case.fixture.engine(true), &facts, origin);
    if got.decided.is_some() {
        assert!(Response::Page(got) == whole, "a damaged playbook decides something else");
        return;
    }
    let Response::Page(whole) = whole else { panic!("the undamaged playbook answers itself") };
    if whole.decided.is_some() {
        assert!(got.record.contains("\"reason\":\"playbook-damaged\""), "{}", got.record);
    }
    assert!(got.body == case.page, "a damaged playbook changes the page");
    let playbook = damaged.into_playbook().expect("it was opened");
    assert!(whole.decided.is_none() || playbook.is_damaged());
}

/// A file whose digests fit and whose contents are anything: it is read within bounds, and no law of a response breaks.
pub(crate) fn playbook_fitted(input: &[u8]) {
    let (case, mut tape) = Case::read(input);
    assert!(Playbook::open(forge::same(&case.fixture.file)).is_ok(), "what is forged is not read at all");
    let file = forge::forged(&mut tape, &case.fixture.file);
    let whole = Playbook::open(file.clone());
    // A section that reaches into the table has a digest within itself.
    let fits = forge::fits(&file);
    let Ok(playbook) = whole else {
        assert!(!fits || Playbook::open_for_one(file).is_err(), "all digests fit, and it was found damaged");
        return;
    };
    assert!(fits, "a digest does not fit, and it was opened");
    assert!(!playbook.is_damaged() && playbook.bytes() == file);
    assert_eq!(playbook.digest(), digest(&file[TABLE..BODY]));
    walk::walk(&playbook);
    let engine = engine(Ok(playbook));
    case.visit(&engine);
}

/// A request for a page, under some playbook.
struct Case {
    fixture: &'static Fixture,
    request: usize,
    page: Vec<u8>,
    sizes: Vec<usize>,
}

impl Case {
    fn read(input: &[u8]) -> (Case, Tape<'_>) {
        let mut tape = Tape::new(input);
        let fixture = Fixture::numbered(tape.byte());
        let request = usize::from(tape.byte());
        let how = usize::from(tape.byte());
        let page = fixture.page(how);
        let sizes = if how < 128 { vec![page.len().max(1)] } else { vec![how % 5 + 1, 40, how] };
        (Case { fixture, request, page, sizes }, tape)
    }

    /// The request, then the same again some time later with the cookies that were set.
    fn visit(&self, engine: &parvis::engine::Engine) {
        let mut facts = self.fixture.request(self.request);
        for minutes in [31, 2] {
            let response = hold(engine, &facts, Origin::of(&self.page), &self.sizes);
            // What the browser decides has no response, and the same bounds.
            let mut browser = facts.clone();
            browser.browser.get_or_insert_default();
            if let Ok(decided) = engine.begin(browser).decide() {
                assert!(decided.kept.visit.as_ref().is_none_or(|visit| visit.len() <= 1024));
                assert!(decided.kept.memory.as_ref().is_none_or(|memory| memory.len() <= 4096));
            }
            let Response::Page(page) = response else { return };
            let set = page.head.append.iter().filter(|(name, _)| name == "set-cookie");
            let set: Vec<&str> = set.filter_map(|(_, value)| value.as_str().split(';').next()).collect();
            facts.cookies.push(set.join("; "));
            facts.now =
                facts.now.map(|now| parvis::base::calendar::Millis(now.0.saturating_add(minutes * 60_000)));
        }
    }
}

/// The file with bytes changed, cut, added, swapped or copied, and no digest fitted.
fn accident(tape: &mut Tape<'_>, file: &[u8]) -> Vec<u8> {
    let mut file = file.to_vec();
    for _ in 0..8 {
        if !tape.more() || file.is_empty() {
            break;
        }
        let how = tape.byte();
        let at = tape.place(file.len());
        match how % 7 {
            0 => file[at] = tape.byte(),
            1 => file[at] ^= 1 << (tape.byte() % 8),
            2 => file.truncate(at),
            3 => file.extend_from_slice(tape.take(usize::from(how) / 7)),
            4 => {
                let to = tape.place(file.len());
                file.swap(at, to);
            }
            5 => {
                let bytes = tape.take(usize::from(how) / 7);
                file.splice(at..at, bytes.iter().copied());
            }
            _ => {
                let length = usize::from(tape.byte()).min(file.len() - at);
                let to = tape.place(file.len() - length + 1);
                file.copy_within(at..at + length, to);
            }
        }
    }
    file
}
