//! Consent: named cases, boundaries of every rule, laws that hold for every input, withdrawal, and no allocation.

mod allocations;
mod answers;
mod boundaries;
mod cases;
mod described;
mod laws;
mod plan;
mod withdrawal;
