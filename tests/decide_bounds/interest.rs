//! Groups in the order of interest: what is about no category, and where the blocks begin that follow as the page has them.

use parvis::reason::Reason;
use parvis::response::outcome::Content;
use serde_json::json;

use super::support::*;

#[test]
fn a_block_about_no_category_follows_as_the_page_has_it() {
    let block = || json!({ "pages": ["home"], "reserve": "1rem" });
    let engine = engine(&json!({
        "blocks": { "new": block(), "lamps": block(), "rugs": block(), "news": block(),
            "shelf": { "pages": ["home"], "group": ["new", "lamps", "rugs", "news"] } },
        "campaigns": [campaign(json!({ "block": "shelf", "variants": [{ "id": "only",
            "order_by": { "interest": "visitor", "categories": { "lamps": "lights" } } }] }))],
    }));
    // A browser may write any code into memory, also 0, which no category has: the strongest interest here.
    let (none, lights) = ([0, 0, 0, 0, 0, 2], [&code("lights")[..], &[0, 1]].concat());
    for (interests, expected) in [
        (lights.clone(), Ok("lamps/new rugs news")),
        ([&none[..], &lights].concat(), Ok("lamps/new rugs news")),
        (none.to_vec(), Err(Reason::MissingValue)),
    ] {
        let memory = memory(TODAY, 1, midnight(TODAY) + 12 * 60, &[(1, interests.clone())]);
        let told = ask(&engine, facts_of(&PURPOSES, "a", Some(&memory)));
        assert_eq!(told.part(1), Some(interests), "it is kept as it was");
        let order = match told.contents.last() {
            Some(Content::Order(order)) => Ok(str::from_utf8(order).unwrap()),
            _ => Err(*told.reasons.last().unwrap()),
        };
        assert_eq!(order, expected);
    }
}
