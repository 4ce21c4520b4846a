//! What a module weighs that is handed a request's facts and does nothing with them: consent is weighed against it.

use std::hint::black_box;

use parvis::base::calendar::Millis;
use parvis::facts::{Cookies, Facts};

/// Whether there is no cookie header.
#[unsafe(no_mangle)]
pub extern "C" fn nothing() -> usize {
    let facts =
        Facts { cookies: black_box(Cookies::default()), now: black_box(Some(Millis(0))), ..Facts::default() };
    usize::from(black_box(&facts).cookies.is_empty())
}
