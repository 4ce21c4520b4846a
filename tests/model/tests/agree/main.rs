//! The engine and the naive model agree on everything they say: decisions, reasons, contents, cookies.
//!
//! 5,000 playbooks are asked 20 requests each, and after most of them the browser, behind the edge, decides again what happened
//! in the page; a failure prints the command that replays it, with `PARVIS_MODEL_SEED` for one playbook, and one that plays its
//! requests as a case, which it writes under `target/failed`. How often each reason
//! decided, each signal was read and each kind of content was shown is printed, and what hardly ever happens fails. That a
//! difference would be seen, `tests/planted.rs` shows with bugs planted in a copy of the engine. The model runs in Node, and
//! answers while the engine does.

mod conditions;
mod edges;
mod lines;
mod random;
mod replay;
mod requests;
mod seen;
mod sensitive;
mod site;
mod story;
mod years;

use parvis::base::calendar::Millis;
use parvis::engine::Engine;
use parvis::facts::{BrowserFacts, Connection, Device, Event, Facts, Place};
use parvis::html::parts;
use parvis::playbook::Playbook;
use parvis::response::decided::Decided;
use parvis::response::outcome::Content;
use parvis::visitor::keyring::Keyring;
use parvis_model::Model;
use random::{Dice, playbook};
use requests::request;
use seen::Seen;
use serde_json::{Map, Value as Json, json};

const PLAYBOOKS: u64 = 5000;
const REQUESTS: usize = 20;

#[test]
fn engine_and_model_agree() {
    let only =
        std::env::var("PARVIS_MODEL_SEED").ok().map(|seed| seed.parse::<u64>().expect("a seed is a number"));
    let seeds = only.map_or(0..PLAYBOOKS, |seed| seed..seed + 1);
    let (mut pairs, mut seen, mut model) = (0_u64, Seen::default(), Model::start());
    for seed in seeds {
        let mut dice = Dice(seed.wrapping_mul(0x0123_4567_89ab_cdef));
        let draft = playbook(&mut dice);
        seen.count_draft(&draft);
        let source = draft.to_string();
        let bytes = parvis::author::compile_source(&source)
            .unwrap_or_else(|problems| panic!("seed {seed}: {problems}\n{source}"));
        let keys = Keyring::parse(format!("1:{}", "5a".repeat(32)).as_bytes());
        let engine = Engine::new(Playbook::open(bytes), keys);
        let mut requests: Vec<Json> = Vec::new();
        for _ in 0..REQUESTS {
            requests.push(request(&mut dice, &draft, requests.last().unwrap_or(&Json::Null)));
        }
        // The model answers while the engine does.
        model.ask(&draft, &requests);
        let (mut jar, mut visits) = (Map::new(), Vec::new());
        let found: Vec<Json> = requests
            .iter()
            .map(|request| {
                let visit = request["cookie"].as_str().or_else(|| jar.get("visit").and_then(Json::as_str));
                visits.push(visit.map(str::to_owned));
                answers(&engine, request, &mut jar, &mut seen)
            })
            .collect();
        let expected = model.answers();
        assert_eq!(found.len(), expected.len(), "the model answers every request");
        for (step, (found, expected)) in found.iter().zip(&expected).enumerate() {
            assert_eq!(
                found,
                expected,
                "seed {seed}, request {step}: left the engine, right the model\n{}\n{source}\n    alone: {}\n    as a case: {}",
                requests[step],
                replay::command(seed),
                story::write(seed, &draft, &requests[..=step], &visits[..=step])
            );
            pairs += 1;
        }
    }
    println!("{pairs} requests; {seen:#?}");
    if only.is_none() {
        seen.assert_often();
    }
}

/// What the engine says of a request, and of what happens in the browser on its page.
fn answers(engine: &Engine, request: &Json, jar: &mut Map<String, Json>, seen: &mut Seen) -> Json {
    if request["cookie"].is_string() {
        jar.insert("visit".into(), request["cookie"].clone());
    }
    let mut answer = answer(engine, request, jar, seen);
    let events = request["events"].as_array().expect("events");
    if answer.get("aside").is_none() && !events.is_empty() {
        let said = in_browser(engine, request, jar, &answer, seen);
        answer["browser"] = said;
    }
    answer
}

/// What the engine says at the edge, and what its cookies leave in the jar.
fn answer(engine: &Engine, request: &Json, jar: &mut Map<String, Json>, seen: &mut Seen) -> Json {
    let mut exchange = engine.begin(facts(request, jar));
    let playbook = engine.playbook().expect("it was just compiled");
    let decided = match exchange.decide() {
        Ok(decided) => decided,
        Err(reason) => return json!({ "aside": reason.code() }),
    };
    let decisions = decisions(playbook, decided, seen);
    let mut cookies = Map::new();
    for cookie in decided.outcome.cookies() {
        let (pair, attributes) = cookie.as_str().split_once("; ").expect("attributes");
        let (name, value) = pair.split_once('=').expect("a value");
        let age = attributes.rsplit_once("Max-Age=").map(|(_, age)| age.parse::<i64>().expect("seconds"));
        let key = if name == "parvis-visit" { "visit" } else { "memory" };
        let gone = value.is_empty() && age == Some(0);
        let said =
            if gone { Json::Null } else { age.map_or_else(|| json!(value), |age| json!([age, value])) };
        cookies.insert(key.into(), said);
        if gone {
            jar.remove(key)
        } else {
            jar.insert(key.into(), Json::from(value))
        };
    }
    if cookies.get("memory").is_some_and(Json::is_array) {
        seen.count("shown", "remembered");
    }
    let visit = jar.get("visit").cloned();
    json!({ "page": decided.page_kind, "decisions": decisions, "cookies": cookies, "visit": visit })
}

/// What the module in the browser, behind the edge, decides and makes of the visit.
fn in_browser(
    engine: &Engine,
    request: &Json,
    jar: &mut Map<String, Json>,
    edge: &Json,
    seen: &mut Seen,
) -> Json {
    let playbook = engine.playbook().expect("it was just compiled");
    let events = request["events"].as_array().expect("events").iter().map(happening).collect();
    let block = |id: &Json| (0..8).find(|index| playbook.block(*index).is_some_and(|block| *id == block.id));
    let campaign =
        |id: &Json| playbook.every_campaign().find(|campaign| *id == campaign.id()).map(|one| one.index);
    let shown = edge["decisions"].as_array().expect("decisions").iter();
    let shown = shown.filter(|decision| !decision["campaign"].is_null());
    let browser = BrowserFacts {
        behind_edge: true,
        events,
        shown: shown.filter_map(|one| Some((block(&one["block"])?, campaign(&one["campaign"])?))).collect(),
        ..BrowserFacts::default()
    };
    if browser.events.iter().any(|event| matches!(event, Event::Dismissed(_))) {
        seen.count("shown", "dismissed");
    }
    let mut visible = request.clone();
    if request["hidden"] == true {
        visible["profile"] = Json::Null;
    }
    if let (Some(now), Some(minutes)) = (request["now"].as_i64(), request["stays"].as_i64()) {
        visible["now"] = Json::from(now + minutes * requests::MINUTE);
    }
    let facts = Facts { browser: Some(browser), entropy: None, ..facts(&visible, jar) };
    let mut exchange = engine.begin(facts);
    let decided = exchange.decide().expect("a page of the playbook");
    let decisions = decisions(playbook, decided, seen);
    match decided.kept.visit.clone() {
        Some(visit) => jar.insert("visit".into(), Json::from(visit)),
        None => jar.remove("visit"),
    };
    json!({ "decisions": decisions, "visit": jar.get("visit") })
}

fn happening(event: &Json) -> Event {
    let text = |at: usize| event[at].as_str().expect("a text").to_owned();
    let pieces = |pieces: &Json| u16::try_from(pieces.as_u64().expect("pieces")).expect("few");
    let values = |said: &Json| {
        let pairs = said.as_object().into_iter().flatten();
        pairs.map(|(name, text)| (name.clone(), text.as_str().expect("a text").to_owned())).collect()
    };
    match event[0].as_str().expect("a kind") {
        "viewed" => Event::Viewed { item: text(1), category: text(2) },
        "searched" => Event::Searched(text(1)),
        "dismissed" => Event::Dismissed(text(1)),
        "declared" => Event::Declared { name: text(1), date: text(2), values: values(&event[3]) },
        "preferred" => Event::Preferred { name: text(1), value: text(2) },
        "cart" => {
            let lines = event[1].as_array().expect("lines").iter();
            Event::Cart(
                lines.map(|line| (line[0].as_str().expect("an item").to_owned(), pieces(&line[1]))).collect(),
            )
        }
        _ => Event::Bought { item: text(1), category: text(2), quantity: pieces(&event[3]) },
    }
}

/// The decisions as the model has them.
fn decisions(playbook: &Playbook, decided: &Decided, seen: &mut Seen) -> Vec<Json> {
    let campaign = |index| playbook.campaign(index).expect("a campaign of this playbook");
    let decisions: Vec<Json> = decided.outcome.decisions().iter().map(|decision| {
        let considered: Vec<Json> =
            decision.considered.iter().map(|found| json!([campaign(found.campaign).id(), found.reason.code()])).collect();
        let block = playbook.block(decision.block).expect("a block of this playbook").id;
        let Some(chosen) = decision.chosen else {
            return json!({ "block": block, "reason": decision.reason.code(), "considered": considered });
        };
        let variant = campaign(chosen.campaign).variants().find(|variant| variant.index == chosen.variant).expect("a variant");
        let content = match &decision.content {
            Content::Default => Json::Null,
            Content::Hidden => Json::from(false),
            Content::Inner(html) => Json::from(utf8(html)),
            Content::Parts(changes) => {
                let values = parts::changes(changes).map(|(key, (from, to))| (key.to_owned(), json!(utf8(&changes[from..to]))));
                json!({ "parts": values.collect::<Map<String, Json>>() })
            }
            Content::Order(order) => {
                let order = utf8(order);
                let (first, rest) = order.split_once('/').expect("what comes first and the rest");
                let blocks = |list: &str| list.split_whitespace().map(Json::from).collect::<Json>();
                json!({ "first": blocks(first), "rest": blocks(rest) })
            }
        };
        seen.count("shown", match &decision.content {
            Content::Default => "default",
            Content::Hidden => "hidden",
            Content::Inner(_) => "html",
            Content::Parts(_) => "parts",
            Content::Order(_) => "order",
        });
        json!({ "block": block, "reason": decision.reason.code(), "campaign": campaign(chosen.campaign).id(), "variant": variant.id,
            "bucket": chosen.bucket, "propensity": chosen.propensity, "content": content, "needs": decision.needs.bits(),
            "considered": considered })
    }).collect();
    for decision in &decisions {
        seen.count("reason", decision["reason"].as_str().expect("a reason"));
    }
    for signal in decided.outcome.touched().iter() {
        seen.count("reads", signal.entry().name);
    }
    decisions
}

fn utf8(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn facts(request: &Json, jar: &Map<String, Json>) -> Facts {
    let services = ["session_personalization", "persistent_personalization", "experimentation", "profile"];
    let answers = request["consent"].as_array().into_iter().flatten().zip(services);
    let mut cookies = Vec::new();
    if request["consent"].is_array() {
        let banner: String = answers.map(|(answer, service)| format!("!{service}={answer}")).collect();
        cookies.push(format!("tarteaucitron={banner}"));
    }
    for (key, name) in [("visit", "parvis-visit"), ("memory", "__Host-parvis")] {
        if let Some(value) = jar.get(key).and_then(Json::as_str) {
            cookies.push(format!("{name}={value}"));
        }
    }
    let fact = |name: &str| request[name].as_str().map(str::to_owned);
    cookies.extend(fact("profile").map(|profile| format!("shop-profile={profile}")));
    Facts {
        path: fact("path").expect("a path"),
        query: query(&request["query"]),
        cookies: [cookies.join("; ")].into(),
        accept_language: fact("accept_language").unwrap_or_default(),
        referrer: fact("referer").unwrap_or_default(),
        country: fact("country"),
        subdivision: fact("subdivision"),
        device: request["device"].as_str().and_then(Device::from_name),
        connection: Connection::ALL.into_iter().find(|connection| request["connection"] == connection.name()),
        place: request["place"]
            .as_array()
            .and_then(|at| Place::parse(&at[0].to_string(), &at[1].to_string())),
        forced: (request["forced"].as_object().into_iter().flatten())
            .map(|(campaign, variant)| (campaign.clone(), variant.as_str().expect("an id").to_owned()))
            .collect(),
        now: request["now"].as_i64().map(Millis),
        entropy: request["entropy"].as_str().map(|unit| {
            let unit = u64::from_str_radix(unit, 16).expect("a unit in hex");
            let mut entropy = [7; 32];
            entropy[24..].copy_from_slice(&unit.to_le_bytes());
            entropy
        }),
        ..Facts::default()
    }
}

/// A query as a form sends it.
fn query(pairs: &Json) -> String {
    let encoded = |text: &str| {
        let byte = |byte: u8| match byte {
            b' ' => "+".to_owned(),
            byte if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) => char::from(byte).to_string(),
            byte => format!("%{byte:02x}"),
        };
        text.bytes().map(byte).collect::<String>()
    };
    let pair = |pair: &Json| {
        let name = pair[0].as_str().expect("a name").to_owned();
        pair[1].as_str().map_or(name.clone(), |value| format!("{name}={}", encoded(value)))
    };
    pairs.as_array().expect("pairs").iter().map(pair).collect::<Vec<_>>().join("&")
}
