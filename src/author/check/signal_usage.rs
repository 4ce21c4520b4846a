//! Finds the campaigns that read a signal, for other checks.

use super::names::Names;
use super::node::Node;
use crate::author::condition::parse::parse;
use crate::author::draft::CampaignDraft;
use crate::author::operators::suppress::shown;
use crate::signal::registry::Signal;

/// The campaigns that read `signal` in a condition or show it.
pub(in crate::author) fn readers<'v>(
    root: &Node<'v>,
    names: &Names<'_>,
    signal: Signal,
) -> impl Iterator<Item = Node<'v>> {
    root.elements("campaigns").filter(move |campaign| {
        let audience = campaign.text("audience").and_then(|id| root.get("audiences")?.get(id));
        let conditions = [audience, campaign.get("when")];
        let mut parsed = conditions.iter().flatten().filter_map(|condition| parse(condition.value).ok());
        let tests = parsed.any(|parsed| parsed.signals.contains(&signal));
        let draft = serde_json::from_value::<CampaignDraft>(campaign.value.clone()).ok();
        let shown = draft.and_then(|draft| shown(&draft, names.marker, &names.blocks)).unwrap_or_default();
        tests || shown.contains(&signal)
    })
}
