//! The playbooks that requests are drawn for, with the names and values that each has of its own.

use std::path::Path;

use parvis::author::compile_source;
use parvis::consent::purpose::Purpose;
use parvis::engine::Engine;
use parvis::playbook::Playbook;
use parvis::reason::Reason;
use parvis::visitor::keyring::Keyring;
use serde_json::{Map, Value as Json, json};

/// The keys of visitor memory.
pub(crate) const KEYS: &[u8] = b"1:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";

/// A playbook.
pub(crate) struct Book {
    /// The file's name.
    pub(crate) name: String,
    /// The engine at the edge.
    pub(crate) edge: Engine,
    /// The engine in the browser: it has no keys.
    pub(crate) browser: Engine,
    /// An engine whose playbook is damaged.
    pub(crate) faulty: Engine,
    /// Paths of pages, with `{item}` and `{category}` in them.
    pub(crate) paths: Vec<String>,
    /// Parameters of a search.
    pub(crate) searches: Vec<String>,
    /// Ids of items and categories.
    pub(crate) items: Vec<String>,
    pub(crate) categories: Vec<String>,
    /// Texts that conditions compare with.
    pub(crate) texts: Vec<String>,
    /// Ids of campaigns.
    pub(crate) campaigns: Vec<String>,
    /// Ids of campaigns and of their variants.
    pub(crate) variants: Vec<(String, String)>,
    /// Names of dates, with whether they are those of every year.
    pub(crate) dates: Vec<(String, bool)>,
    /// Names and values of preferences.
    pub(crate) preferences: Vec<(String, String)>,
    /// The cookie of the site's login, its tiers and segments.
    pub(crate) login: Option<String>,
    pub(crate) tiers: Vec<String>,
    pub(crate) segments: Vec<String>,
    /// Its text, as it was compiled.
    pub(crate) source: String,
    /// A page with all blocks.
    pub(crate) html: String,
}

/// All valid playbooks of the fixtures, in the order of their names.
pub(crate) fn all() -> Vec<Book> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/playbooks/valid");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    files.iter().map(|file| Book::read(file)).collect()
}

/// The service of the consent banner that stands for a purpose.
pub(crate) fn service(purpose: Purpose) -> String {
    format!("use-{}", purpose.name())
}

impl Book {
    fn read(file: &Path) -> Book {
        let mut source: Json = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        map_services(&mut source);
        let bytes = compile_source(&source.to_string())
            .unwrap_or_else(|problems| panic!("{}: {problems}", file.display()));
        let playbook = || Playbook::open(bytes.clone());
        let login = &source["profile"];
        let texts = || {
            let mut texts = Vec::new();
            leaves(&source["audiences"], &mut texts);
            source["campaigns"]
                .as_array()
                .unwrap()
                .iter()
                .for_each(|campaign| leaves(&campaign["when"], &mut texts));
            texts.push("elsewhere".to_owned());
            texts
        };
        Book {
            name: file.file_name().unwrap().to_string_lossy().into_owned(),
            edge: Engine::new(playbook(), Keyring::parse(KEYS)),
            browser: Engine::new(playbook(), Err(Reason::KeysAbsent)),
            faulty: Engine::new(Err(Reason::PlaybookDamaged), Keyring::parse(KEYS)),
            paths: named(&source["pages"], "path"),
            searches: named(&source["pages"], "search"),
            items: or(keys(&source["catalog"]["items"]), &["desk-lamp", "oak-desk"]),
            categories: or(keys(&source["catalog"]["categories"]), &["lighting", "desks"]),
            texts: texts(),
            campaigns: named(&source["campaigns"], "id"),
            variants: source["campaigns"].as_array().unwrap().iter().flat_map(variants).collect(),
            dates: keys(&source["dates"])
                .into_iter()
                .map(|name| {
                    let yearly = source["dates"][&name]["yearly"] == true;
                    (name, yearly)
                })
                .collect(),
            preferences: keys(&source["preferences"])
                .iter()
                .flat_map(|name| {
                    let values = strings(&source["preferences"][name]["values"]);
                    values.into_iter().map(|value| (name.clone(), value)).collect::<Vec<_>>()
                })
                .collect(),
            login: login["cookie"].as_str().map(str::to_owned),
            tiers: strings(&login["tiers"]),
            segments: strings(&login["segments"]),
            html: page(&source),
            source: source.to_string(),
        }
    }
}

/// Gives every purpose a service of Klaro's, whatever else the playbook says of consent.
fn map_services(source: &mut Json) {
    let services: Map<String, Json> =
        Purpose::ALL.into_iter().map(|purpose| (service(purpose), json!([purpose.name()]))).collect();
    for (member, value) in [("names", json!(["klaro"])), ("meanings", Json::Object(services))] {
        source["consent"][member]["klaro"] = value;
    }
    // What visitors choose through Parvis itself is sent under the usual name.
    if let Some(names) = source["consent"]["names"].as_object_mut() {
        names.remove("mirror");
    }
}

/// A page with all blocks, those of one group side by side, and in each the parts that some variant sets.
fn page(source: &Json) -> String {
    let marker = source["site"]["marker"].as_str().unwrap_or("data-block");
    let mut html = String::from("<!doctype html><title>Lumen</title><body>\n");
    for block in keys(&source["blocks"]) {
        let mut parts: Vec<String> = Vec::new();
        let campaigns =
            source["campaigns"].as_array().unwrap().iter().filter(|campaign| campaign["block"] == block);
        for variant in campaigns.flat_map(|campaign| campaign["variants"].as_array().into_iter().flatten()) {
            for key in keys(&variant["parts"]) {
                let key = key.split('@').next().unwrap().to_owned();
                if !parts.contains(&key) {
                    parts.push(key);
                }
            }
        }
        let parts: String =
            parts.iter().map(|key| format!("<a href=\"/old\" data-part=\"{key}\">old</a>")).collect();
        html.push_str(&format!("<section {marker}=\"{block}\"><p>default {block}</p>{parts}</section>\n"));
    }
    html + "<p>The same for everybody</p></body>\n"
}

/// The id of a campaign with that of each variant.
fn variants(campaign: &Json) -> Vec<(String, String)> {
    let id = campaign["id"].as_str().unwrap();
    named(&campaign["variants"], "id").into_iter().map(|variant| (id.to_owned(), variant)).collect()
}

/// All texts in a condition but the names in it.
fn leaves(condition: &Json, texts: &mut Vec<String>) {
    match condition {
        Json::String(text) if !texts.contains(text) => texts.push(text.clone()),
        Json::Array(all) => all.iter().for_each(|one| leaves(one, texts)),
        Json::Object(all) => {
            let members = all.iter().filter(|(name, _)| *name != "$comment");
            members.for_each(|(_, one)| leaves(one, texts));
        }
        _ => {}
    }
}

fn keys(object: &Json) -> Vec<String> {
    let names = object.as_object().into_iter().flat_map(Map::keys);
    names.filter(|name| !name.starts_with('$')).cloned().collect()
}

fn strings(list: &Json) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Json::as_str).map(str::to_owned).collect()
}

fn named(list: &Json, member: &str) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(|one| one[member].as_str()).map(str::to_owned).collect()
}

fn or(found: Vec<String>, others: &[&str]) -> Vec<String> {
    if found.is_empty() { others.iter().map(|one| (*one).to_owned()).collect() } else { found }
}
