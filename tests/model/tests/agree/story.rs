//! What a disagreement leaves behind: the requests up to it as a case, with what the engine answers as its expectations.
//!
//! The case has what an edge is asked and what its host answers. What happens in the browser behind it, and which campaigns were
//! considered besides, is replayed by the seed alone.

use std::fs;
use std::path::{Path, PathBuf};

use parvis_cases::engine::Direct;
use parvis_cases::{Case, story};
use serde_json::{Map, Value as Json, json};

use super::query;
use super::requests::civil;

/// Writes a case of these requests and tells the command that compares it; `visits` are the visit cookies that came with them.
pub fn write(seed: u64, playbook: &Json, requests: &[Json], visits: &[Option<String>]) -> String {
    let failed = failed();
    let (name, source) = (format!("agree/seed-{seed}"), failed.join(format!("playbooks/agree-{seed}.json")));
    let mut case = json!({
        "what": format!("engine and model agree on the requests of seed {seed}"),
        // Without `.json`, from the folder of playbooks on; an absolute path stands for itself.
        "playbook": source.with_extension(""),
        "steps": requests.iter().zip(visits).map(|(request, visit)| step(request, visit.as_deref(), playbook)).collect::<Json>(),
    });
    put(&source, playbook);
    let path = failed.join(format!("cases/{name}.json"));
    let answers = engine_answers(&path, &case);
    for (step, answer) in case["steps"].as_array_mut().expect("steps").iter_mut().zip(answers) {
        step["expect"] = answer;
    }
    put(&path, &case);
    format!(
        "PARVIS_CASES={} PARVIS_GOLDEN={name} cargo test -p parvis-model --test golden files_and_model_agree",
        failed.join("cases").display()
    )
}

fn engine_answers(path: &Path, case: &Json) -> Vec<Json> {
    let mut answers = Vec::new();
    let played = Case::from_json(path, case.clone()).and_then(|case| {
        story(&case, &Direct::default(), |_, _, got| {
            answers.push(serde_json::to_value(got)?);
            Ok(())
        })
    });
    played.unwrap_or_else(|error| panic!("{}: {error:#}", path.display()));
    answers
}

fn put(path: &Path, json: &Json) {
    let written = fs::create_dir_all(path.parent().expect("a folder"));
    let written = written.and_then(|()| fs::write(path, format!("{json:#}\n")));
    written.unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
}

/// The folder of what failed, under that of what cargo builds.
fn failed() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("failed")
}

/// A request as a step of a case: the visit is the one that came with it, memory is what the runner's own edge keeps.
fn step(request: &Json, visit: Option<&str>, playbook: &Json) -> Json {
    let mut cookies = Map::new();
    if let Some(answers) = request["consent"].as_array() {
        let services =
            ["session_personalization", "persistent_personalization", "experimentation", "profile"];
        let banner = services.iter().zip(answers).map(|(service, answer)| format!("!{service}={answer}"));
        cookies.insert("tarteaucitron".into(), banner.collect::<String>().into());
    }
    cookies.extend(visit.map(|visit| ("parvis-visit".to_owned(), visit.into())));
    if !request["profile"].is_null() {
        cookies.insert("shop-profile".into(), request["profile"].clone());
    }
    let mut headers = Map::new();
    for (fact, name) in [("accept_language", "accept-language"), ("referer", "referer")] {
        if request[fact].as_str().is_some_and(|value| !value.is_empty()) {
            headers.insert(name.into(), request[fact].clone());
        }
    }
    let connection = match request["connection"].as_str() {
        Some("save") => Some(("save-data", "on")),
        Some("slow") => Some(("ect", "3g")),
        Some(_) => Some(("ect", "4g")),
        None => None,
    };
    headers.extend(connection.map(|(name, value)| (name.to_owned(), value.into())));
    let mut geo = Map::new();
    for name in ["country", "subdivision"] {
        if !request[name].is_null() {
            geo.insert(name.into(), request[name].clone());
        }
    }
    if let Some(place) = request["place"].as_array() {
        geo.insert("latitude".into(), place[0].clone());
        geo.insert("longitude".into(), place[1].clone());
    }
    let path = request["path"].as_str().expect("a path");
    let query = query(&request["query"]);
    let mark = if query.is_empty() { "" } else { "?" };
    let mut asked = json!({
        "url": format!("http://shop.example{path}{mark}{query}"), "headers": headers, "cookies": cookies, "geo": geo,
        "force": request["forced"],
    });
    if !request["device"].is_null() {
        asked["device"] = request["device"].clone();
    }
    if let Some(now) = request["now"].as_i64() {
        asked["now"] = moment(now).into();
    }
    if let Some(unit) = request["entropy"].as_str() {
        let unit = u64::from_str_radix(unit, 16).expect("a unit in hex");
        asked["entropy"] = format!("{}{:016x}", "07".repeat(24), unit.swap_bytes()).into();
    }
    json!({ "request": asked, "forgets": ["parvis-visit"], "origin": { "body": page(playbook) } })
}

/// A page with every block of the playbook, and in each every part that the playbook changes.
fn page(playbook: &Json) -> String {
    let variants = playbook["campaigns"].as_array().into_iter().flatten();
    let variants = variants.flat_map(|campaign| campaign["variants"].as_array().into_iter().flatten());
    let changes = variants.flat_map(|variant| variant["parts"].as_object().into_iter().flatten());
    let mut parts: Vec<&str> = changes.map(|(key, _)| key.split('@').next().unwrap_or(key)).collect();
    parts.sort_unstable();
    parts.dedup();
    let inside: String = parts.iter().map(|part| format!("<b data-part=\"{part}\">{part}</b>")).collect();
    let blocks = playbook["blocks"].as_object().expect("blocks").iter();
    let blocks = blocks.filter(|(_, block)| block["group"].is_null());
    blocks.map(|(id, _)| format!("<div data-block=\"{id}\">{inside}</div>\n")).collect()
}

/// Milliseconds since 1970 as RFC 3339 has them.
fn moment(now: i64) -> String {
    let (days, rest) = (now.div_euclid(86_400_000), now.rem_euclid(86_400_000));
    let (year, month, day) = civil(days);
    let (seconds, millis) = (rest / 1000, rest % 1000);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
}
