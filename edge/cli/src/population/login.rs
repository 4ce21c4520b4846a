//! The profile cookie of signed-in visitors, if a playbook declares one.

use parvis::author::draft::ProfileDraft;

use super::rng::Rng;

/// Percent of visitors who are signed in, of them those who have a tier, and those who are in a segment.
const SIGNED_IN: u32 = 40;
const OF_A_TIER: u32 = 60;
const IN_A_SEGMENT: u32 = 25;

/// Adds the profile of a playbook; playbooks with the same cookie name share it.
pub(super) fn join(logins: &mut Vec<ProfileDraft>, profile: &ProfileDraft) {
    let Some(known) = logins.iter_mut().find(|known| known.cookie == profile.cookie) else {
        logins.push(profile.clone());
        return;
    };
    for (all, more) in [(&mut known.tiers, &profile.tiers), (&mut known.segments, &profile.segments)] {
        let new: Vec<String> = more.iter().filter(|name| !all.contains(name)).cloned().collect();
        all.extend(new);
    }
}

/// What is assumed of visitors because campaigns ask who is signed in.
pub(super) const ASSUMPTION: &str = "Of a hundred visitors 40 are signed in; of those 60 in a hundred have a tier, any of them, and 25 in a hundred are in each segment.";

/// The cookies of one visitor; most have none.
pub(super) fn cookies(logins: &[ProfileDraft], rng: &mut Rng) -> Vec<String> {
    let mut cookies = Vec::new();
    for login in logins {
        let is_signed_in = rng.happens(SIGNED_IN);
        let has_tier = rng.happens(OF_A_TIER);
        let mut value = rng.any(&login.tiers).filter(|_| has_tier).cloned().unwrap_or_default();
        for segment in &login.segments {
            if rng.happens(IN_A_SEGMENT) {
                value = format!("{value}.{segment}");
            }
        }
        if is_signed_in {
            cookies.push(format!("{}={value}", login.cookie));
        }
    }
    cookies
}
