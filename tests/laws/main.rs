//! Laws that hold for every input of the whole engine. `tests/interference` is a program of its own, since it runs longest.

mod addresses;
mod conditions;
mod exchange_plan;
mod garbage;
mod largest;
mod leaks;
#[expect(clippy::expect_used, reason = "a failing test may panic")]
mod planter;
mod purposes;
mod seeds;
mod sensitive;
