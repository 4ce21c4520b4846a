//! Chooses the guards of a compiled condition, which are checked before it; see [`crate::condition::prefilter`].

use alloc::vec::Vec;

use crate::condition::code::{self, Literal};
use crate::condition::prefilter::{GUARDS, mark};
use crate::signal::registry::Signal;

/// A test that may become a guard.
#[derive(Clone, Copy)]
struct Guard {
    signal: Signal,
    marks: u64,
}

/// Prepends guards to `code`: of signals of the URL wherever the test is, of others only if it is the first test.
pub(in crate::author) fn guarded(code: Vec<u8>) -> Vec<u8> {
    let mut tests = Vec::new();
    fields(&code, &mut tests);
    let first = tests.first().copied().flatten().filter(|guard| !guard.signal.entry().in_url);
    let mut guards: Vec<Guard> =
        tests.into_iter().flatten().filter(|guard| guard.signal.entry().in_url).collect();
    // A test that accepts the fewest texts rejects most often.
    guards.sort_by_key(|guard| guard.marks.count_ones());
    guards.truncate(GUARDS.saturating_sub(1));
    guards.extend(first);
    let mut all = Vec::new();
    for guard in guards {
        all.extend([code::GUARD, guard.signal.code()]);
        all.extend(guard.marks.to_le_bytes());
    }
    all.extend(code);
    all
}

/// Every test that must hold, in the order of evaluation; `None` for a test that cannot be a guard.
fn fields(mut code: &[u8], tests: &mut Vec<Option<Guard>>) -> Option<()> {
    while !code.is_empty() {
        match code::byte(&mut code)? {
            code::AND => fields(code::body(&mut code)?, tests)?,
            code::FIELD => {
                let signal = Signal::from_code(code::byte(&mut code)?)?;
                // An empty list accepts no text: as a guard it would reject unknown values too.
                let marks = asked(code::body(&mut code)?).filter(|marks| *marks != 0);
                tests.push(marks.map(|marks| Guard { signal, marks }));
            }
            _ => {
                code::body(&mut code)?;
                tests.push(None);
            }
        }
    }
    Some(())
}

/// The marks of the texts of which one must be present for `tests` to hold.
fn asked(mut tests: &[u8]) -> Option<u64> {
    match code::byte(&mut tests)? {
        code::IS | code::EQ => text(&mut tests),
        code::IN => {
            let mut literals = code::body(&mut tests)?;
            let mut marks = 0;
            while !literals.is_empty() {
                marks |= text(&mut literals)?;
            }
            Some(marks)
        }
        code::SOME => asked(code::body(&mut tests)?),
        code::EVERY => {
            let mut groups = code::body(&mut tests)?;
            let group = code::byte(&mut groups)? == code::GROUP;
            if group { asked(code::body(&mut groups)?) } else { None }
        }
        _ => None,
    }
}

fn text(code: &mut &[u8]) -> Option<u64> {
    match code::literal(code)? {
        Literal::Text(text) => Some(mark(text)),
        _ => None,
    }
}
