//! The format of `fixtures/cases/NN-name.json`, documented field by field, and the comparison of an answer with it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use parvis::facts::json::RequestFile;
use serde::Deserialize;
use serde_json::Value;

use crate::Answer;

/// One case.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The file it came from.
    #[serde(skip)]
    pub file: String,
    /// What must be true, in a sentence.
    pub what: String,
    /// The playbook in `fixtures/playbooks/valid`, without `.json`.
    pub playbook: String,
    /// Whether the host has the keys of [`KEYS`]; it has unless this says no.
    #[serde(default = "yes")]
    pub keys: bool,
    /// The hosts it runs on: `native`, `fastly`, `browser`; the engine itself runs every case. A case of `browser` alone has
    /// no origin and no response; where edges play it too, the browser is a page of its own behind no edge. `engine` alone
    /// is for what a real host always has.
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
    /// What must come back.
    pub expect: Expected,
}

/// What the scripted origin answers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Origin {
    /// The HTTP status.
    pub status: u16,
    /// Response headers.
    pub headers: BTreeMap<String, String>,
    /// The body, or `page` names a file in `fixtures/pages`.
    pub body: Option<String>,
    /// A file in `fixtures/pages`.
    pub page: Option<String>,
}

/// What must come back; what is left out is not looked at.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Expected {
    /// The HTTP status.
    pub status: Option<u16>,
    /// Response headers by name; `null` means that there is none.
    pub headers: BTreeMap<String, Option<String>>,
    /// Headers that reach the origin; `null` means that there is none.
    pub origin_sees: BTreeMap<String, Option<String>>,
    /// All `Set-Cookie` headers, in order.
    pub cookies: Option<Vec<String>>,
    /// The whole body.
    pub body: Option<String>,
    /// Whether the body is the origin's, byte for byte.
    pub same_body: bool,
    /// Members of the record; objects are compared member by member.
    pub record: Value,
    /// In the browser: what is decided and kept; members that are left out are not looked at.
    pub browser: Value,
}

/// The keys of cases, as a host's secret store holds them.
pub const KEYS: &str = "1:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";

impl Default for Origin {
    fn default() -> Self {
        let html = ("content-type".to_owned(), "text/html; charset=utf-8".to_owned());
        Origin { status: 200, headers: [html].into(), body: None, page: Some("home.html".to_owned()) }
    }
}

impl Case {
    /// Whether the case runs on the host of this name.
    pub fn runs_on(&self, host: &str) -> bool {
        host == "engine" || self.hosts.iter().any(|name| name == host)
    }

    /// Whether it is a case of the browser alone: no origin, no response.
    pub fn is_of_the_browser(&self) -> bool {
        self.is_in_browsers() && !self.runs_on("native")
    }

    /// Whether the browser plays it too, as a page behind no edge.
    pub fn is_in_browsers(&self) -> bool {
        self.runs_on("browser")
    }

    /// The compiled playbook.
    pub fn compiled(&self) -> Result<Vec<u8>> {
        let path = fixtures().join("playbooks/valid").join(format!("{}.json", self.playbook));
        let source =
            std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        parvis::playbook::compile_source(&source)
            .map_err(|problems| anyhow::anyhow!("{} does not compile:\n{problems}", path.display()))
    }
}

impl Origin {
    /// The bytes of the body.
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

    /// Fails with the first difference.
    pub fn compare(&self, answer: &Answer) -> Result<()> {
        let expect = &self.expect;
        if let Some(status) = expect.status {
            ensure!(answer.status == status, "status is {}, not {status}", answer.status);
        }
        headers(&expect.headers, &answer.headers).context("response")?;
        if !expect.origin_sees.is_empty() {
            let saw = answer.origin_saw.as_deref().context("the origin was not asked")?;
            headers(&expect.origin_sees, saw).context("request at the origin")?;
        }
        if let Some(cookies) = &expect.cookies {
            let got: Vec<&String> = answer
                .headers
                .iter()
                .filter(|(name, _)| name == "set-cookie")
                .map(|(_, value)| value)
                .collect();
            ensure!(got.iter().copied().eq(cookies), "cookies are {got:#?}");
        }
        let origin = self.origin.bytes()?;
        if expect.same_body {
            ensure!(
                answer.body == origin,
                "the body is not the origin's:\n{}",
                String::from_utf8_lossy(&answer.body)
            );
        }
        if let Some(body) = &expect.body {
            ensure!(
                answer.body == body.as_bytes(),
                "the body is:\n{}",
                String::from_utf8_lossy(&answer.body)
            );
        }
        within(&expect.record, &answer.record).context("record")?;
        // A real edge knows nothing of the browser's part; the engine and the module's own test do.
        if answer.browser.is_null() {
            return Ok(());
        }
        within(&expect.browser, &answer.browser).context("browser")
    }
}

fn headers(expected: &BTreeMap<String, Option<String>>, got: &[(String, String)]) -> Result<()> {
    for (name, value) in expected {
        let found = got.iter().find(|(key, _)| key == name).map(|(_, value)| value);
        ensure!(found == value.as_ref(), "header `{name}` is {found:?}, not {value:?}");
    }
    Ok(())
}

/// Whether `expected` is `got`, objects member by member.
fn within(expected: &Value, got: &Value) -> Result<()> {
    match (expected, got) {
        (Value::Null, _) => Ok(()),
        (Value::Object(members), Value::Object(found)) => members.iter().try_for_each(|(name, value)| {
            let found = found.get(name).with_context(|| format!("no `{name}` in {got}"))?;
            within(value, found).with_context(|| format!("`{name}`"))
        }),
        _ => {
            ensure!(expected == got, "is {got}, not {expected}");
            Ok(())
        }
    }
}

/// All cases, in the order of their names.
pub fn all() -> Result<Vec<Case>> {
    let folder = fixtures().join("cases");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(&folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    files.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Result<Case> {
    let mut case: Case =
        serde_json::from_slice(&std::fs::read(path)?).with_context(|| format!("{}", path.display()))?;
    case.file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(case)
}

/// The folder `fixtures`.
pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

fn yes() -> bool {
    true
}

fn edges() -> Vec<String> {
    ["native", "fastly"].map(str::to_owned).into()
}
