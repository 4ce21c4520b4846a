//! What visitor memory holds behind a decision, byte for byte.

use serde_json::json;

use super::support::*;

#[test]
fn the_day_of_the_visit_before_is_kept_only_while_a_campaign_asks_for_it() {
    let asks = hero(json!({ "when": { "visitor.days_since_visit": { "$gte": 1 } } }));
    let silent = hero(json!({ "when": { "visitor.visits": { "$gte": 1 } } }));
    // The third visit began the day before yesterday.
    let before = memory(TODAY - 9, 3, midnight(TODAY - 2) + 5, &[]);
    let told = ask(&asks, facts_of(&PURPOSES, "", Some(&before)));
    assert_eq!(told.part(10), Some((TODAY - 2).to_le_bytes().to_vec()));
    let noon = midnight(TODAY) + 12 * 60;
    let noted = memory(TODAY - 9, 4, noon, &[(10, (TODAY - 2).to_le_bytes().to_vec())]);
    assert_eq!(told.memory.as_ref(), Some(&noted));
    // The same visit goes on, and nothing is noted anew.
    let goes_on = ask(&asks, facts_of(&PURPOSES, "a", Some(&noted)));
    assert_eq!(goes_on.memory, Some(noted.clone()));
    let told = ask(&silent, facts_of(&PURPOSES, "a", Some(&noted)));
    assert_eq!(told.memory, Some(memory(TODAY - 9, 4, noon, &[])), "nobody asks for it any more");
}
