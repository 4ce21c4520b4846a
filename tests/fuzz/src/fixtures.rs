//! The playbooks and requests of `fixtures/`, as seeds that need no place in the corpus.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use parvis::author::compile_source;
use parvis::author::request_file::RequestFile;
use parvis::engine::Engine;
use parvis::facts::Facts;
use parvis::playbook::Playbook;
use parvis::reason::Reason;
use parvis::visitor::keyring::Keyring;
use serde_json::Value;

#[path = "../../cases/src/presets.rs"]
#[expect(unreachable_pub, reason = "the runner of cases exports it")]
mod presets;

/// The keys with which the sealed cookies of `fixtures/cases` were made.
const KEYS: &str = "1:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";

/// A playbook of `fixtures/playbooks/valid` with what visitors of its cases send.
pub(crate) struct Fixture {
    /// The number in the name of its file.
    number: u8,
    /// The compiled playbook.
    pub(crate) file: Vec<u8>,
    /// An engine with it and the keys of the cases, and one without keys.
    engines: [Engine; 2],
    /// The facts of every step of its cases; at least one.
    pub(crate) requests: Vec<Facts>,
    /// A page of the origin's with every block of the playbook.
    page: Vec<u8>,
}

/// The pages of `fixtures/pages`.
static PAGES: LazyLock<Vec<Vec<u8>>> =
    LazyLock::new(|| files("pages", "html").into_iter().map(|(_, page)| page.into_bytes()).collect());

static ALL: LazyLock<Vec<Fixture>> = LazyLock::new(load);

impl Fixture {
    /// The fixture whose file has this number, or else the one with the next higher one.
    pub(crate) fn numbered(number: u8) -> &'static Fixture {
        let next = ALL.iter().find(|fixture| fixture.number >= number % 64);
        next.unwrap_or_else(|| ALL.first().expect("there are playbooks"))
    }

    /// The request of this number, counted round and round.
    pub(crate) fn request(&self, number: usize) -> Facts {
        self.requests[number % self.requests.len()].clone()
    }

    /// A page with every block of the playbook, or one of `fixtures/pages`.
    pub(crate) fn page(&self, number: usize) -> Vec<u8> {
        let number = number % (PAGES.len() + 1);
        number.checked_sub(1).map_or(&self.page, |number| &PAGES[number]).clone()
    }

    /// An engine with this playbook, with or without the keys of the cases.
    pub(crate) fn engine(&self, keys: bool) -> &Engine {
        &self.engines[usize::from(!keys)]
    }
}

/// The keys of the cases.
pub(crate) fn keys() -> Keyring {
    Keyring::parse(KEYS.as_bytes()).expect("the keys of the cases")
}

/// An engine with the keys of the cases.
pub(crate) fn engine(playbook: Result<Playbook, Reason>) -> Engine {
    Engine::new(playbook, Ok(keys()))
}

fn files(folder: &str, extension: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(folder);
    // Cases lie in a folder for each feature.
    let inside = |path: PathBuf| if path.is_dir() { entries(&path) } else { vec![path] };
    let mut files: Vec<PathBuf> = entries(&folder).into_iter().flat_map(inside).collect();
    files.retain(|file| file.extension().is_some_and(|found| found == extension));
    files.sort();
    let read = |file: PathBuf| fs::read_to_string(&file).map(|text| (file, text)).expect("a readable file");
    files.into_iter().map(read).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let listed =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("no folder `{}`: {error}", folder.display()));
    listed.map(|entry| entry.expect("a readable folder").path()).collect()
}

fn load() -> Vec<Fixture> {
    let mut requests = requests();
    let fixture = |(path, source): (PathBuf, String)| {
        let name = path.file_stem().expect("a file's name").to_string_lossy().into_owned();
        let file = compile_source(&source).unwrap_or_else(|problems| panic!("{name}: {problems}"));
        let playbook = Playbook::open(file.clone()).expect("it was just compiled");
        let page = page(&playbook);
        let requests = requests.remove(&name).unwrap_or_default();
        // Without a case of its own: somebody at the first page.
        let requests = if requests.is_empty() { vec![visitor(&source)] } else { requests };
        let number = name.get(..2).and_then(|digits| digits.parse().ok()).unwrap_or_default();
        let keyless = Engine::new(Playbook::open(file.clone()), Err(Reason::KeysAbsent));
        Fixture { number, engines: [engine(Ok(playbook)), keyless], file, requests, page }
    };
    files("playbooks/valid", "json").into_iter().map(fixture).collect()
}

/// What the steps of all cases send, by the names of their playbooks.
fn requests() -> BTreeMap<String, Vec<Facts>> {
    let mut all: BTreeMap<String, Vec<Facts>> = BTreeMap::new();
    for (path, text) in files("cases", "json") {
        let mut case: Value =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        presets::expand(&mut case).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let steps = case["steps"].as_array().map(Vec::as_slice).unwrap_or_default();
        let sent = steps.iter().map(|step| {
            let request = RequestFile::parse(&step["request"].to_string());
            request
                .and_then(|request| request.facts())
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        });
        let name = case["playbook"].as_str().unwrap_or_default();
        all.entry(name.to_owned()).or_default().extend(sent);
    }
    all
}

fn visitor(source: &str) -> Facts {
    let draft: Value = serde_json::from_str(source).expect("it was just compiled");
    let path = draft["pages"][0]["path"].as_str().unwrap_or("/").to_owned();
    Facts { path, ..Facts::default() }
}

/// Text with every block of a playbook in it: elements and comments, with and without parts, and some in others.
fn page(playbook: &Playbook) -> Vec<u8> {
    let marker = playbook.site().marker;
    let mut page = String::from("<!doctype html><title>Lumen</title>\n<body>\n");
    for (at, block) in (0..).map_while(|at| playbook.block(at)).enumerate() {
        let id = block.id;
        page.push_str(&match at % 4 {
            0 => format!("<section {marker}=\"{id}\"><h1>Good light</h1></section>\n"),
            1 => format!("<!--block:{id}--><p data-part=\"p0\" title=\"t\">default</p><!--/block:{id}-->\n"),
            2 => format!("<ul><li {marker}={id} class=c><b>one</b>\n<li>two</ul>\n"),
            _ => format!("<div {marker}='{id}'>a<div {marker}='{id}'>b</div></div>\n"),
        });
    }
    page.push_str("<script>'<section data-block=\"hero\">'</script>\n<footer>\u{e9} Lumen</footer>\n");
    page.into_bytes()
}
