//! What the cookie of visitor memory weighs in a playbook.

use alloc::collections::BTreeSet;

use serde::Serialize;

use crate::author::compile;
use crate::author::draft::Draft;
use crate::limits;
use crate::playbook::view::Playbook;
use crate::visitor::history::Kind;

/// Characters of the value of a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Weight {
    /// If half of the places of each list are taken.
    pub typical: usize,
    /// If all of them are.
    pub most: usize,
}

/// What the cookie of visitor memory weighs; `None` if no campaign of the playbook needs one.
///
/// Only what campaigns need counts. A browser stores a cookie of up to 4,096 characters.
///
/// ```
/// use parvis::author::{check::check, memory_weight::weight};
/// let checked = check(include_str!("../../fixtures/playbooks/valid/18-bought.json"));
/// let weight = weight(&checked.draft.unwrap()).unwrap();
/// assert!(weight.typical <= 400 && weight.most <= 700);
/// ```
pub fn weight(draft: &Draft) -> Option<Weight> {
    let playbook = Playbook::open_for_one(compile::bytes(&draft.served())?).ok()?;
    let needs = playbook.needs();
    if !needs.memory && !needs.unit {
        return None;
    }
    let keeping = playbook.keeping();
    let mut counters = BTreeSet::new();
    for campaign in playbook.every_campaign() {
        counters.extend(campaign.caps().filter(|cap| cap.in_memory).map(|cap| cap.key));
        counters.extend(campaign.fatigue().map(|_| campaign.code));
    }
    let sticky = playbook.every_campaign().filter(|campaign| campaign.sticky().is_some()).count();
    let others = [Kind::Removed, Kind::Dismissed, Kind::Waved].into_iter().any(|kind| needs.past(kind) > 0);
    let has = |needed: bool, number: usize| if needed { number } else { 0 };
    let has_times =
        playbook.every_campaign().filter_map(|campaign| campaign.around()).any(|around| around.by_minutes);
    let values = draft.dates.values().map(|date| date.values.len()).sum::<usize>();
    // The places of each list, and the bytes of one entry, as the layout has them.
    let lists = [
        (has(needs.interests, limits::INTERESTS), 6),
        (counters.len().min(limits::MEMORY_CAPS), 7),
        (has(needs.bought > 0, keeping.purchases).saturating_add(has(others, limits::MEMORY_REFUSALS)), 11),
        (draft.dates.len().min(limits::DATES), if has_times { 8 } else { 6 }),
        (values.min(limits::DATE_VALUES), 6 + limits::DATE_VALUE_BYTES),
        (has(needs.left_cart, limits::LEFT_ITEMS), 4),
        (draft.preferences.len().min(limits::PREFERENCES), 6),
        (has(needs.unit, sticky.min(limits::STICKY)), 10),
    ];
    let half_life = needs.interests && keeping.half_life_days != limits::HALF_LIFE_DAYS;
    let fixed = [(true, 9), (needs.left_cart, 4), (needs.unit, 10), (needs.visit_before, 4), (half_life, 3)];
    let fixed: usize = fixed.into_iter().map(|(needed, bytes)| has(needed, bytes)).sum();
    let characters = |share: usize| {
        let part = |(places, bytes): (usize, usize)| {
            let bytes = places.div_ceil(share).saturating_mul(bytes);
            // A part has a tag and a length of one byte each.
            bytes.saturating_add(bytes.div_ceil(255).saturating_mul(2))
        };
        let bytes = lists.into_iter().map(part).fold(fixed, usize::saturating_add);
        // Version, key, nonce and tag of the seal, in base64url.
        bytes.saturating_add(42).saturating_mul(4).div_ceil(3)
    };
    Some(Weight { typical: characters(2), most: characters(1) })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]

    use super::*;
    use crate::author::check::check;
    use alloc::format;
    use alloc::string::String;

    /// A playbook whose campaigns need everything that visitor memory can keep.
    fn everything(memory: &str) -> Option<Weight> {
        let names = |count: usize, form: &dyn Fn(usize) -> String| {
            (0..count).map(form).collect::<alloc::vec::Vec<_>>().join(",")
        };
        let campaigns = names(24, &|n| {
            let sticky = if n < 8 { r#""experiment": {"sticky": {}},"# } else { "" };
            let only = r#""variants": [{"id": "a", "html": "<p>{{visitor.favorite_category}}</p>"}, {"id": "b", "control": true}]"#;
            let variants = if n < 8 { only } else { r#""variants": [{"id": "a", "html": "<p>New</p>"}]"# };
            let around = if n < 8 {
                format!(r#""around": {{"date": "d{n}", "from_days": 0, "to_days": 1}},"#)
            } else {
                String::new()
            };
            let when = r#""when": {"visitor.cart_hours": {"$gte": 1}, "visitor.purchases": {"$gte": 0}, "visitor.days_since_visit": {"$gte": 0}, "visitor.preferences": {"$size": 1}},"#;
            format!(
                r#"{{"id": "c{n}", "block": "b", "priority": {n}, {sticky} {around} {when} "cap": {{"lifetime": 9}},
                "suppress": [{{"when": "dismissed", "what": "campaign", "days": 9}}], {variants}}}"#
            )
        });
        let dates = names(8, &|n| format!(r#""d{n}": {{}}"#));
        let preferences = names(8, &|n| format!(r#""p{n}": {{"values": ["v"]}}"#));
        let checked = check(&format!(
            r#"{{"format": 1, "site": {{"name": "s", "host": "shop.example"}}, {memory} "pages": [{{"kind": "home", "path": "/"}}],
            "blocks": {{"b": {{"pages": ["home"], "reserve": "1rem"}}}}, "dates": {{{dates}}}, "preferences": {{{preferences}}},
            "campaigns": [{campaigns}]}}"#
        ));
        assert!(checked.draft.is_some(), "{:?}", checked.diagnostics);
        weight(&checked.draft.unwrap())
    }

    #[test]
    fn all_of_it_fits_the_cookie() {
        assert_eq!(everything(""), Some(Weight { typical: 562, most: 1012 }));
        let most = r#""memory": {"life_days": 390, "half_life_days": 90, "purchases": 32, "items": 16},"#;
        assert_eq!(everything(most), Some(Weight { typical: 712, most: 1312 }));
    }

    #[test]
    fn what_no_campaign_needs_weighs_nothing() {
        let of = |file: &str| weight(&check(file).draft.unwrap());
        assert_eq!(of(include_str!("../../fixtures/playbooks/valid/01-smallest.json")), None);
        // The head alone, and with an abandoned cart.
        let plain = of(include_str!("../../fixtures/playbooks/valid/17-left-cart.json")).unwrap();
        assert_eq!(
            (plain.typical, plain.most),
            ((9 + 14 + 42) * 4_usize.div_ceil(1) / 3 + 1, (9 + 22 + 42) * 4 / 3 + 1)
        );
    }
}
