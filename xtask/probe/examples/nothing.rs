//! What a module weighs that is handed a request's facts and does nothing with them: consent is weighed against it.

use std::hint::black_box;

use parvis::base::calendar::Millis;
use parvis::facts::Facts;

/// How many cookie headers there are.
#[unsafe(no_mangle)]
pub extern "C" fn nothing() -> usize {
    let facts = Facts { cookies: black_box(Vec::new()), now: black_box(Some(Millis(0))), ..Facts::default() };
    black_box(&facts).cookies.len()
}
