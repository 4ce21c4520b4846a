//! Labels of what is sensitive, in a random playbook.

use parvis::author::check::check;
use serde_json::Value as Json;

use super::random::Dice;

/// The playbook with something sensitive in it, without the campaigns that this makes sensitive and that visitor memory would
/// keep; `None` where none is left, or where others name them.
pub fn labelled(dice: &mut Dice, plain: &Json) -> Option<Json> {
    let mut playbook = plain.clone();
    let label = match dice.below(9) {
        0 => &mut playbook["catalog"]["categories"]["soft-goods"],
        1 => &mut playbook["catalog"]["items"]["desk"],
        2 => &mut playbook["catalog"]["categories"]["lighting"],
        3 => &mut playbook["audiences"]["audience-0"],
        _ => {
            let campaign = &mut playbook["campaigns"][0];
            let draft = campaign.as_object_mut().expect("a campaign");
            // Visitor memory would have to keep it for these.
            ["cap", "cap_group", "fatigue", "experiment", "suppress"]
                .iter()
                .for_each(|key| drop(draft.remove(*key)));
            campaign
        }
    };
    label["sensitive"] = true.into();
    let found = check(&playbook.to_string()).diagnostics;
    let refused: Vec<String> = found
        .into_iter()
        .filter(|one| one.code == "sensitive-memory")
        .map(|one| one.pointer.trim_start_matches("/campaigns/").trim_end_matches("/id").to_owned())
        .collect();
    let mut index = 0;
    playbook["campaigns"].as_array_mut().expect("campaigns").retain(|_| {
        index += 1;
        !refused.contains(&(index - 1).to_string())
    });
    let is_empty = playbook["campaigns"].as_array().is_some_and(Vec::is_empty);
    (!is_empty && !check(&playbook.to_string()).is_refused()).then_some(playbook)
}
