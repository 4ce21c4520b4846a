//! All of consent in a module, every banner and string: what it weighs more than `nothing` is what a page pays for it.

use std::hint::black_box;

use parvis::base::calendar::Millis;
use parvis::consent::evidence::Evidence;
use parvis::consent::resolve::resolve;
use parvis::consent::stored::StoredSettings;
use parvis::facts::{Cookies, Facts};

static SECTION: [u8; 64] = [0; 64];

/// The purposes that are allowed, as bits.
#[unsafe(no_mangle)]
pub extern "C" fn consent() -> usize {
    let facts =
        Facts { cookies: black_box(Cookies::default()), now: black_box(Some(Millis(0))), ..Facts::default() };
    let settings = StoredSettings::open(black_box(&SECTION)).unwrap_or_default();
    let resolution = resolve(&Evidence::of(black_box(&facts)), &settings);
    usize::from(resolution.allowed().bits()) + usize::from(black_box(&facts).cookies.is_empty())
}
