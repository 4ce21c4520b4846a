//! What a pair that fails leaves behind: its two requests as a case, of which the second expects what came back for the first.
//!
//! The runner of cases plays it on the engine and on hosts. What a case cannot say leaves none: that the playbook is damaged, that the
//! origin does not answer, and what differs in work alone.

use std::fs;
use std::path::{Path, PathBuf};

use parvis::base::calendar::Millis;
use parvis::facts::{Event, Facts, Method};
use parvis_cases::engine::{Direct, suite};
use parvis_cases::harness::plant;
use parvis_cases::{Case, Step, story};
use serde_json::{Map, Value as Json, json};

use crate::books::Book;
use crate::pairs::{Flow, Request};

/// Writes the case of two requests whose answers should be the same; tells the command that plays it, or why there is none.
pub(crate) fn write(book: &Book, flow: Flow, name: &str, requests: &[Request; 2]) -> Result<String, String> {
    if matches!(flow, Flow::Faulty | Flow::Broken) {
        return Err(format!("a case cannot say `{flow:?}`"));
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("failed").join("interference");
    let source = folder.join(format!("playbooks/{}", book.name));
    let written =
        fs::create_dir_all(source.parent().unwrap()).and_then(|()| fs::write(&source, &book.source));
    written.map_err(|error| format!("cannot write {}: {error}", source.display()))?;
    let mut case = json!({
        "what": format!("the two requests of {name} differ in what was denied, and get the same"),
        // Without `.json`, from the folder of playbooks on; an absolute path stands for itself.
        "playbook": source.with_extension(""),
        "steps": requests.iter().map(|request| step(book, flow, request)).collect::<Json>(),
    });
    if flow == Flow::Browser {
        case["hosts"] = json!(["browser"]);
    }
    let cases = folder.join("cases");
    let (path, found) = answers(&cases, name, &case)?;
    let [first, second] = found.try_into().map_err(|_| "not two answers".to_owned())?;
    let expected = same(&path, &case, &first, &second)?;
    if expected == second {
        return Err("what a case compares is the same".to_owned());
    }
    (case["steps"][0]["expect"], case["steps"][1]["expect"]) = (first, expected);
    let path = plant(&cases, name, &case).map_err(|error| format!("{error:#}"))?;
    Ok(suite(cases).replay(&path))
}

/// What the engine answers to both steps.
fn answers(cases: &Path, name: &str, case: &Json) -> Result<(PathBuf, Vec<Json>), String> {
    let path = cases.join(format!("{name}.json"));
    let mut found = Vec::new();
    let played = Case::from_json(&path, case.clone()).and_then(|case| {
        story(&case, &Direct::default(), |_, _, got| {
            found.push(serde_json::to_value(got)?);
            Ok(())
        })
    });
    played.map_err(|error| format!("{error:#}"))?;
    Ok((path, found))
}

/// The answer to the second request that the first got, written for the lines that the second sent.
fn same(path: &Path, case: &Json, first: &Json, second: &Json) -> Result<Json, String> {
    let case = Case::from_json(path, case.clone()).map_err(|error| format!("{error:#}"))?;
    let mut expected = first.clone();
    let names: Vec<String> =
        first["origin_sees"].as_object().into_iter().flat_map(Map::keys).cloned().collect();
    for name in names {
        let told = |step: &Step, answer: &Json| in_full(step, &name, &answer["origin_sees"][&name]);
        if told(&case.steps[0], first) == told(&case.steps[1], second) {
            expected["origin_sees"][&name] = second["origin_sees"][&name].clone();
        }
    }
    Ok(expected)
}

/// The lines of a name that the origin sees, with what was sent in place of `$sent`.
fn in_full(step: &Step, name: &str, told: &Json) -> Vec<String> {
    let sent: Vec<String> =
        step.sent_headers("").into_iter().filter(|(key, _)| key == name).map(|(_, value)| value).collect();
    let lines = told.as_array().cloned().unwrap_or_else(|| vec![told.clone()]);
    let line = |(place, line): (usize, &Json)| match line.as_str() {
        Some("$sent") => sent.get(place).cloned().unwrap_or_default(),
        line => line.unwrap_or_default().to_owned(),
    };
    lines.iter().enumerate().map(line).collect()
}

/// A request as a step; what an earlier step left in the browser is forgotten.
fn step(book: &Book, flow: Flow, Request { facts, sent }: &Request) -> Json {
    let mut headers = Map::new();
    for (name, value) in sent {
        let lines = headers.entry(name.clone()).or_insert_with(|| json!([]));
        lines.as_array_mut().unwrap().push(json!(value));
    }
    if sent.is_empty() {
        headers = told(facts);
    }
    let query = if facts.query.is_empty() { String::new() } else { format!("?{}", facts.query) };
    let mut geo = json!({ "country": facts.country, "subdivision": facts.subdivision });
    if let Some((north, east)) = facts.place.map(|place| place.tenths()) {
        geo["latitude"] = json!(f64::from(north) / 10.0);
        geo["longitude"] = json!(f64::from(east) / 10.0);
    }
    let method = match facts.method {
        Method::Get => "GET",
        Method::Head => "HEAD",
        Method::Other => "POST",
    };
    let mut request = json!({
        "method": method, "url": format!("http://shop.example{}{query}", facts.path), "headers": headers, "geo": geo,
        "entropy": facts.entropy.iter().flatten().map(|byte| format!("{byte:02x}")).collect::<String>(),
    });
    if let Some(now) = facts.now {
        request["now"] = json!(moment(now));
    }
    if facts.browser.is_some() {
        request["browser"] = in_browser(facts);
    }
    let (status, kind) = match flow {
        Flow::Missing => (404, "text/html"),
        Flow::Image => (200, "image/png"),
        _ => (200, "text/html; charset=utf-8"),
    };
    let origin = json!({ "status": status, "headers": { "content-type": kind }, "body": book.html });
    json!({ "request": request, "forgets": ["parvis-visit", "__Host-parvis"], "origin": origin })
}

/// What a page says of itself, as the headers in which a browser would say it.
fn told(facts: &Facts) -> Map<String, Json> {
    let mut headers = Map::new();
    headers.insert("cookie".into(), json!(parvis::consent::evidence::Evidence::of(facts).cookies));
    let said = [
        ("accept-language", &facts.accept_language),
        ("referer", &facts.referrer),
        ("user-agent", &facts.user_agent),
    ];
    headers.extend(
        said.into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name.to_owned(), json!(value))),
    );
    headers
}

fn in_browser(facts: &Facts) -> Json {
    let browser = facts.browser.clone().unwrap_or_default();
    let mut told = json!({
        "global_privacy_control": browser.global_privacy_control, "memory": browser.memory, "behind_edge": browser.behind_edge,
        "arrives": browser.arrives,
        "local_storage": browser.local_storage.into_iter().map(|(key, value)| (key, json!(value))).collect::<Map<_, _>>(),
    });
    let mut push = |member: &str, value: Json| match told[member].as_array_mut() {
        Some(list) => list.push(value),
        None => told[member] = json!([value]),
    };
    let (mut named, mut cart) = ([Map::new(), Map::new()], None);
    for event in browser.events {
        match event {
            Event::Viewed { item, .. } => push("viewed", json!(item)),
            Event::Searched(text) => push("searched", json!(text)),
            Event::Dismissed(id) => push("dismissed", json!(id)),
            Event::Bought { item, category, quantity } => {
                push("bought", json!({ "item": item, "category": category, "quantity": quantity }));
            }
            Event::Declared { name, date, values } => {
                let mut said: Map<_, _> =
                    values.into_iter().map(|(name, text)| (name, json!(text))).collect();
                said.insert("date".into(), json!(date));
                named[0].insert(name, Json::Object(said));
            }
            Event::Preferred { name, value } => drop(named[1].insert(name, json!(value))),
            Event::Cart(lines) => {
                cart =
                    Some(lines.into_iter().map(|(item, pieces)| (item, json!(pieces))).collect::<Map<_, _>>())
            }
        }
    }
    let [declared, preferred] = named;
    (told["declared"], told["preferred"]) = (json!(declared), json!(preferred));
    if let Some(cart) = cart {
        told["cart"] = json!(cart);
    }
    told
}

/// A time as RFC 3339 has it.
fn moment(now: Millis) -> String {
    let (seconds, millis) = (now.0.div_euclid(1000).rem_euclid(86_400), now.0.rem_euclid(1000));
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z", crate::visitors::date(now.days()))
}
