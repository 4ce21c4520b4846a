//! The tables of `fixtures/consent/boundaries`, each with as many rows as it has.

use super::table::check;

#[test]
fn tc_strings_in_force() {
    check(include_str!("../../../fixtures/consent/boundaries/tcf.json"), 34);
}

#[test]
fn flags_weighed_together() {
    check(include_str!("../../../fixtures/consent/boundaries/resolve.json"), 130);
}

#[test]
fn what_banners_store() {
    check(include_str!("../../../fixtures/consent/boundaries/banners.json"), 269);
}

#[test]
fn a_stored_no_is_a_no() {
    check(include_str!("../../../fixtures/consent/boundaries/refusals.json"), 56);
}

#[test]
fn names_of_the_site_and_of_the_browser() {
    check(include_str!("../../../fixtures/consent/boundaries/collect.json"), 24);
}
