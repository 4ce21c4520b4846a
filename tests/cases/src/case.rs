//! Reading `fixtures/cases/FEATURE/NAME.json`; the format is told field by field at the crate itself.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result, bail, ensure};
use parvis::author::request_file::RequestFile;
use parvis::playbook::Playbook;
use serde::Deserialize;
use serde_json::Value;

use crate::expect::{Expected, Lines};
use crate::{differ, presets};

/// One case.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// `FEATURE/NAME`: the folder and the name of its file, without `.json`. Its test has the same name.
    #[serde(skip)]
    pub name: String,
    /// What must be true, in a sentence.
    pub what: String,
    /// The playbook in `fixtures/playbooks/valid`, without `.json`.
    pub playbook: String,
    /// Whether the host has the keys of [`KEYS`]; it has unless this says no.
    #[serde(default = "yes")]
    pub keys: bool,
    /// Where it runs, of [`HOSTS`]; the engine itself runs every case.
    #[serde(default = "edges")]
    pub hosts: Vec<String>,
    /// What the visitor does, in order.
    pub steps: Vec<Step>,
}

/// One request of a case.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The request, in the format of `parvis decide --request`; its cookies come before those of the jar.
    pub request: RequestFile,
    /// Cookies the browser lost since the last step.
    #[serde(default)]
    pub forgets: Vec<String>,
    /// What the origin answers.
    #[serde(default)]
    pub origin: Origin,
    /// What must come back: an [`Expected`]; `null` until it is accepted.
    #[serde(default)]
    pub expect: Value,
}

/// What the scripted origin answers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Origin {
    /// The HTTP status.
    pub status: u16,
    /// Response headers.
    pub headers: BTreeMap<String, Lines>,
    /// The body, or `page` names a file in `fixtures/pages`.
    pub body: Option<String>,
    /// A file in `fixtures/pages`.
    pub page: Option<String>,
}

/// Every host that answers requests, whatever it is called; a case runs there where it does not say.
pub const EDGE: &str = "edge";
/// The module in a page.
pub const BROWSER: &str = "browser";
/// What a case may have in `hosts`, and a row of the table of counts each.
pub const HOSTS: [&str; 3] = ["engine", EDGE, BROWSER];

/// The keys of cases, as a host's secret store holds them.
pub const KEYS: &str = "1:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";

impl Default for Origin {
    fn default() -> Self {
        let html = ("content-type".to_owned(), Lines::One("text/html; charset=utf-8".to_owned()));
        Origin { status: 200, headers: [html].into(), body: None, page: Some("home.html".to_owned()) }
    }
}

/// A compiled playbook.
#[derive(Debug)]
pub struct Compiled {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its digest, as the record has it.
    pub digest: String,
}

impl Case {
    /// Reads a case and each of its expectations.
    ///
    /// # Errors
    /// What is not in the format.
    pub fn read(path: &Path) -> Result<Case> {
        let case = Case::from_json(path, serde_json::from_slice(&std::fs::read(path)?)?)?;
        for (index, step) in case.steps.iter().enumerate() {
            let number = index + 1;
            let accept = || format!("step {number} has no `expect`: {}", case.accept());
            ensure!(!step.expect.is_null(), accept());
            let expected = Expected::read(&step.expect).with_context(|| format!("step {number}"))?;
            let differences = differ::all(&serde_json::to_value(expected)?, &step.expect);
            let idle: Vec<String> = differences.into_iter().map(|difference| difference.path).collect();
            ensure!(
                idle.is_empty(),
                "step {number} says what goes without saying: leave out {}",
                idle.join(", ")
            );
        }
        Ok(case)
    }

    /// The case that is in a file; its expectations are not looked at.
    ///
    /// # Errors
    /// What is not in the format.
    pub fn from_json(path: &Path, mut file: Value) -> Result<Case> {
        presets::expand(&mut file).map_err(anyhow::Error::msg)?;
        let mut case: Case = serde_json::from_value(file)?;
        case.name = name(path);
        let (feature, words) = case.name.split_once('/').unwrap_or_default();
        let in_words = |name: &str| {
            let sign = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            name.starts_with(|first: char| first.is_ascii_lowercase()) && name.bytes().all(sign)
        };
        ensure!(
            in_words(feature) && in_words(words),
            "a case is named like `caps/cap.json`: a folder and a file, both words in lower case"
        );
        ensure!(!case.what.trim().is_empty(), "`what` says nothing");
        ensure!(!case.steps.is_empty(), "there are no steps");
        ensure!(!case.hosts.is_empty(), "`hosts` names none");
        for (index, host) in case.hosts.iter().enumerate() {
            ensure!(
                HOSTS.contains(&host.as_str()),
                "`hosts` names `{host}`, which is none of {}",
                HOSTS.join(", ")
            );
            ensure!(
                !case.hosts.iter().take(index).any(|other| other == host),
                "`hosts` names `{host}` twice"
            );
        }
        Ok(case)
    }

    /// The command that writes what the engine answers.
    fn accept(&self) -> String {
        format!("`cargo run -p parvis-cases -- accept {}` writes it", self.name)
    }

    /// Whether the case runs on the host of this name; one that is not among [`HOSTS`] is an edge.
    pub fn runs_on(&self, host: &str) -> bool {
        let kind = if HOSTS.contains(&host) { host } else { EDGE };
        kind == "engine" || self.hosts.iter().any(|name| name == kind)
    }

    /// Whether it is a case of the browser alone: no origin, no response.
    pub fn is_of_the_browser(&self) -> bool {
        self.is_in_browsers() && !self.runs_on(EDGE)
    }

    /// Whether the browser plays it too, as a page behind no edge.
    pub fn is_in_browsers(&self) -> bool {
        self.runs_on(BROWSER)
    }

    /// The compiled playbook; each is compiled once in a process.
    ///
    /// # Errors
    /// Why it does not compile.
    pub fn compiled(&self) -> Result<Arc<Compiled>> {
        static KEPT: Mutex<Option<HashMap<String, Arc<Compiled>>>> = Mutex::new(None);
        let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = kept.get_or_insert_default();
        if let Some(compiled) = kept.get(&self.playbook) {
            return Ok(Arc::clone(compiled));
        }
        let path = self.playbook_file();
        let source =
            std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let bytes = parvis::author::compile_source(&source)
            .map_err(|problems| anyhow::anyhow!("{} does not compile:\n{problems}", path.display()))?;
        let opened = Playbook::open(bytes.clone()).map_err(|reason| anyhow::anyhow!("{}", reason.code()))?;
        let compiled = Arc::new(Compiled { bytes, digest: format!("{:016x}", opened.digest()) });
        kept.insert(self.playbook.clone(), Arc::clone(&compiled));
        Ok(compiled)
    }

    /// Where the source of its playbook is.
    pub fn playbook_file(&self) -> PathBuf {
        fixtures().join("playbooks/valid").join(format!("{}.json", self.playbook))
    }
}

impl Origin {
    /// The header lines, in order.
    pub fn lines(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers
            .iter()
            .flat_map(|(name, lines)| lines.values().iter().map(move |value| (name.as_str(), value.as_str())))
    }

    /// The bytes of the body.
    ///
    /// # Errors
    /// There is no such page.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        match (&self.body, &self.page) {
            (Some(body), _) => Ok(body.clone().into_bytes()),
            (None, Some(page)) => std::fs::read(fixtures().join("pages").join(page))
                .with_context(|| format!("no fixture page `{page}`")),
            (None, None) => Ok(Vec::new()),
        }
    }
}

impl Step {
    /// The request's headers as a client sends them, names in lower case, with the jar's cookies behind the step's own.
    pub fn sent_headers(&self, cookies: &str) -> Vec<(String, String)> {
        let mut headers: Vec<(String, String)> = self.request.header_pairs();
        if !cookies.is_empty() {
            headers.push(("cookie".to_owned(), cookies.to_owned()));
        }
        headers
    }
}

/// Where the cases are: `PARVIS_CASES` names another folder, for tests of the runner.
pub fn folder() -> PathBuf {
    std::env::var_os("PARVIS_CASES").map_or_else(|| fixtures().join("cases"), PathBuf::from)
}

/// The files of all cases: those in the folders of `folder`, one folder a feature, in the order of their names.
///
/// # Errors
/// A folder cannot be read, a case lies in no folder of a feature, or two cases have one name.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let is_json = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "json");
    let (features, loose): (Vec<PathBuf>, Vec<PathBuf>) =
        entries(folder)?.into_iter().partition(|path| path.is_dir());
    if let Some(path) = loose.iter().find(|path| is_json(path)) {
        bail!("{} lies in no folder of a feature", path.display());
    }
    let mut files = Vec::new();
    for feature in features {
        files.extend(entries(&feature)?.into_iter().filter(is_json));
    }
    files.sort();
    let mut named: HashMap<&OsStr, &Path> = HashMap::new();
    for path in &files {
        if let Some(other) = named.insert(path.file_name().unwrap_or_default(), path) {
            bail!("{} and {} have one name", other.display(), path.display());
        }
    }
    Ok(files)
}

/// What is in a folder.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    Ok(entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?)
}

/// The name of the case in a file: `FEATURE/NAME`.
pub fn name(path: &Path) -> String {
    let feature = path.parent().and_then(Path::file_name).unwrap_or_default();
    format!("{}/{}", feature.to_string_lossy(), path.file_stem().unwrap_or_default().to_string_lossy())
}

/// The folder `fixtures`.
pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

fn yes() -> bool {
    true
}

fn edges() -> Vec<String> {
    vec![EDGE.to_owned()]
}
