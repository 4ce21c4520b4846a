//! Runs a visitor through a site: each page is decided by the engine, with the cookies it set before.

use std::collections::BTreeMap;

use parvis::engine::Engine;
use parvis::facts::{BrowserFacts, Event, Facts};
use parvis::playbook::Playbook;
use parvis::reason::Reason;
use parvis::response::outcome::{Content, Decision};
use parvis::visitor::cookie;

use super::person::{Deed, Step, Visitor};
use super::voice::{Answer, Stance, Voice};

/// An opened page, with the content of each of its blocks.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) stance: Stance,
    /// By the id of the block; empty if the page is not in the playbook.
    pub(crate) blocks: BTreeMap<String, Shown>,
}

/// The content of one block, with its reason.
#[derive(Debug)]
pub(crate) struct Shown {
    /// Campaign and variant.
    pub(crate) choice: Option<(String, String)>,
    pub(crate) content: Content,
    /// Every campaign that was considered, with its reason.
    pub(crate) considered: Vec<(String, Reason)>,
}

/// Runs `visitor` through the site: one view for each opened page, in order.
pub(crate) fn walk(engine: &Engine, playbook: &Playbook, voice: &Voice, visitor: &Visitor) -> Vec<View> {
    let mut views = Vec::new();
    let mut jar: BTreeMap<String, String> = BTreeMap::new();
    let mut answered = false;
    for visit in &visitor.visits {
        // The browser was closed in between.
        jar.remove(cookie::VISIT);
        let mut here = "/";
        for step in visit {
            match &step.deed {
                Deed::Answer => answered = true,
                Deed::Open { path, query } => {
                    here = path;
                    let facts = facts(visitor, voice, answered, &jar, step, path, query);
                    let mut exchange = engine.begin(facts);
                    let mut blocks = BTreeMap::new();
                    if let Ok(decided) = exchange.decide() {
                        for set in decided.outcome.cookies() {
                            keep(&mut jar, set.as_str());
                        }
                        for decision in decided.outcome.decisions() {
                            let id = playbook.block(decision.block).map_or("?", |block| block.id);
                            blocks.insert(id.to_owned(), shown(playbook, decision));
                        }
                    }
                    views.push(View { stance: stance(visitor, answered), blocks });
                }
                Deed::Happen(events) => happen(
                    engine,
                    facts(visitor, voice, answered, &visible(&jar), step, here, ""),
                    &mut jar,
                    events,
                ),
            }
        }
    }
    views
}

/// Carts, purchases and dates change within a page, so the browser's part of the engine records them.
fn happen(engine: &Engine, facts: Facts, jar: &mut BTreeMap<String, String>, events: &[Event]) {
    let browser = BrowserFacts {
        global_privacy_control: !facts.sec_gpc.is_empty(),
        behind_edge: true,
        events: events.to_vec(),
        ..BrowserFacts::default()
    };
    let mut exchange = engine.begin(Facts { browser: Some(browser), ..facts });
    if let Ok(decided) = exchange.decide() {
        match &decided.kept.visit {
            Some(value) => drop(jar.insert(cookie::VISIT.to_owned(), value.clone())),
            None => drop(jar.remove(cookie::VISIT)),
        }
    }
}

/// The cookies without the sealed one, which is hidden from scripts.
fn visible(jar: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let visible = jar.iter().filter(|(name, _)| *name != cookie::MEMORY);
    visible.map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn facts(
    visitor: &Visitor,
    voice: &Voice,
    answered: bool,
    jar: &BTreeMap<String, String>,
    step: &Step,
    path: &str,
    query: &str,
) -> Facts {
    let mut cookies: Vec<String> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
    cookies.extend(visitor.login.iter().cloned());
    if answered {
        cookies.extend(voice.cookies(visitor.answer));
    }
    let known = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    Facts {
        path: path.to_owned(),
        query: query.to_owned(),
        cookies: Some(cookies.join("; ")).into_iter().filter(|cookies| !cookies.is_empty()).collect(),
        sec_gpc: if visitor.answer == Answer::Signal { vec!["1".to_owned()] } else { Vec::new() },
        country: known(&visitor.country),
        subdivision: known(&visitor.subdivision),
        place: visitor.place,
        device: Some(visitor.device),
        now: Some(step.at),
        entropy: Some(step.entropy),
        ..Facts::default()
    }
}

fn stance(visitor: &Visitor, answered: bool) -> Stance {
    match visitor.answer {
        Answer::Signal => Stance::Signal,
        Answer::Accepts if answered => Stance::Accepted,
        Answer::Some if answered => Stance::AcceptedSome,
        Answer::Refuses if answered => Stance::Refused,
        _ if visitor.asked_first => Stance::NotAnswered,
        _ => Stance::NotAsked,
    }
}

fn keep(jar: &mut BTreeMap<String, String>, set: &str) {
    let mut parts = set.split("; ");
    let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { return };
    if parts.any(|attribute| attribute == "Max-Age=0") {
        jar.remove(name);
    } else {
        jar.insert(name.to_owned(), value.to_owned());
    }
}

fn shown(playbook: &Playbook, decision: &Decision) -> Shown {
    let id = |index| playbook.campaign(index).map_or("?", |campaign| campaign.id()).to_owned();
    let choice = decision.chosen.map(|chosen| {
        let campaign = playbook.campaign(chosen.campaign);
        let variant = campaign.and_then(|campaign| campaign.variants().nth(usize::from(chosen.variant)));
        (id(chosen.campaign), variant.map_or("?", |variant| variant.id).to_owned())
    });
    let considered = decision.considered.iter().map(|found| (id(found.campaign), found.reason)).collect();
    Shown { choice, content: decision.content.clone(), considered }
}
