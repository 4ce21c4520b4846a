//! The engine and the naive model agree on everything they say: decisions, reasons, contents, cookies.
//!
//! 5,000 playbooks are asked 20 requests each; `PARVIS_MODEL_SEED=…` replays one of them. Seen red with these planted in the
//! engine, one at a time: `$ne` as `$eq`, `$lt` as `$lte`, `$gt` as `$gte`, `$exists` and `$nin` turned round, `$ini` with regard
//! to case, `$not` without effect, `$size` of nothing as 1, a withheld signal as false, an end an hour late, a cap off by one,
//! a holdout 0.4 % too wide, interests that take the weaker level, every request a visit, a unit kept without permission,
//! `-` encoded in addresses.

mod random;

use parvis::engine::Engine;
use parvis::exchange::Exchange;
use parvis::facts::{Device, Facts, Millis};
use parvis::outcome::Content;
use parvis::playbook::Playbook;
use parvis::visitor::keyring::Keyring;
use parvis_model::{Visitor, decide};
use random::{Dice, playbook, request, visit_cookie};
use serde_json::{Map, Value as Json, json};

const PLAYBOOKS: u64 = 5000;
const REQUESTS: usize = 20;

#[test]
fn engine_and_model_agree() {
    let only =
        std::env::var("PARVIS_MODEL_SEED").ok().map(|seed| seed.parse::<u64>().expect("a seed is a number"));
    let seeds = only.map_or(0..PLAYBOOKS, |seed| seed..seed + 1);
    let (mut pairs, mut reasons) = (0_u64, std::collections::BTreeMap::<String, u64>::new());
    for seed in seeds {
        let mut dice = Dice(seed.wrapping_mul(0x0123_4567_89ab_cdef));
        let draft = playbook(&mut dice);
        let source = draft.to_string();
        let bytes = parvis::playbook::compile_source(&source)
            .unwrap_or_else(|problems| panic!("seed {seed}: {problems}\n{source}"));
        let keys = Keyring::parse(format!("1:{}", "5a".repeat(32)).as_bytes());
        let engine = Engine::new(Playbook::open(bytes), keys);
        let (mut visitor, mut jar, mut asked) = (Visitor::default(), Map::new(), Json::Null);
        for step in 0..REQUESTS {
            asked = request(&mut dice, &asked);
            if dice.one(6) {
                let cookie = visit_cookie(&mut dice);
                visitor.visit = Some(cookie.clone());
                jar.insert("visit".into(), Json::from(cookie));
            }
            let before = visitor.clone();
            let expected = decide(&draft, &asked, &mut visitor);
            let found = answer(&engine, &asked, &mut jar);
            assert_eq!(
                found, expected,
                "PARVIS_MODEL_SEED={seed}, request {step}: left the engine, right the model\n{before:?}\n{asked}\n{source}"
            );
            pairs += 1;
            for decision in found["decisions"].as_array().into_iter().flatten() {
                *reasons.entry(decision["reason"].to_string()).or_default() += 1;
            }
        }
    }
    println!("{pairs} requests; reasons: {reasons:?}");
    let often = |reason: &str| reasons.get(&format!("\"{reason}\"")).is_some_and(|count| *count > 20);
    for reason in [
        "matched",
        "control",
        "not-eligible",
        "no-permit",
        "not-yet",
        "over",
        "capped",
        "holdout",
        "not-allocated",
        "missing-value",
        "not-in-group",
        "earlier-version",
    ] {
        assert!(
            only.is_some() || often(reason),
            "`{reason}` hardly ever happens: the random playbooks test little of it"
        );
    }
}

/// What the engine says of a request, and what its cookies leave in the jar.
fn answer(engine: &Engine, request: &Json, jar: &mut Map<String, Json>) -> Json {
    let mut exchange: Exchange<'_> = engine.begin(facts(request, jar));
    let playbook = engine.playbook().expect("it was just compiled");
    let decided = match exchange.decide() {
        Ok(decided) => decided,
        Err(reason) => return json!({ "aside": reason.code() }),
    };
    let campaign = |index| playbook.campaign(index).expect("a campaign of this playbook");
    let decisions: Vec<Json> = decided.outcome.decisions().iter().map(|decision| {
        let considered: Vec<Json> =
            decision.considered.iter().map(|found| json!([campaign(found.campaign).id, found.reason.code()])).collect();
        let block = playbook.block(decision.block).expect("a block of this playbook").id;
        let Some(chosen) = decision.chosen else {
            return json!({ "block": block, "reason": decision.reason.code(), "considered": considered });
        };
        let variant = campaign(chosen.campaign).variants().find(|variant| variant.index == chosen.variant).expect("a variant");
        let content = match &decision.content {
            Content::Default => Json::Null,
            Content::Hidden => Json::from(false),
            Content::Inner(html) => Json::from(String::from_utf8_lossy(html)),
            other => panic!("no playbook here asks for {other:?}"),
        };
        json!({ "block": block, "reason": decision.reason.code(), "campaign": campaign(chosen.campaign).id, "variant": variant.id,
            "bucket": chosen.bucket, "content": content, "considered": considered })
    }).collect();
    let mut cookies = Map::new();
    for cookie in decided.outcome.cookies() {
        let (pair, attributes) = cookie.as_str().split_once("; ").expect("attributes");
        let (name, value) = pair.split_once('=').expect("a value");
        let age = attributes.rsplit_once("Max-Age=").map(|(_, age)| age.parse::<i64>().expect("seconds"));
        let key = if name == "parvis-visit" { "visit" } else { "memory" };
        let gone = value.is_empty() && age == Some(0);
        let said = if gone { Json::Null } else { age.map_or_else(|| Json::from(value), Json::from) };
        cookies.insert(key.into(), said);
        if gone {
            jar.remove(key)
        } else {
            jar.insert(key.into(), Json::from(value))
        };
    }
    json!({ "page": decided.page_kind, "decisions": decisions, "cookies": cookies })
}

fn facts(request: &Json, jar: &Map<String, Json>) -> Facts {
    let mut cookies = Vec::new();
    for (category, answer) in ["preferences", "statistics", "marketing"]
        .into_iter()
        .zip(request["consent"].as_array().into_iter().flatten())
    {
        cookies.push(format!("cmplz_{category}={}", answer.as_str().expect("an answer")));
    }
    for (key, name) in [("visit", "parvis-visit"), ("memory", "__Host-parvis")] {
        if let Some(value) = jar.get(key).and_then(Json::as_str) {
            cookies.push(format!("{name}={value}"));
        }
    }
    let campaign = request["query"]["utm_campaign"].as_str();
    Facts {
        path: request["path"].as_str().expect("a path").to_owned(),
        query: campaign.map_or_else(String::new, |campaign| format!("utm_campaign={campaign}")),
        cookies: vec![cookies.join("; ")],
        country: request["country"].as_str().map(str::to_owned),
        device: request["device"].as_str().and_then(Device::from_name),
        now: request["now"].as_i64().map(Millis),
        entropy: request["entropy"].as_u64().map(|unit| {
            let mut entropy = [7; 32];
            entropy[24..].copy_from_slice(&unit.to_le_bytes());
            entropy
        }),
        ..Facts::default()
    }
}
