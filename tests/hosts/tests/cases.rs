//! The shared cases of `fixtures/cases` on hosts in their real runtimes, with the same bytes as the engine.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context as _, Result};
use parvis::facts::Place;
use parvis_cases::case::KEYS;
use parvis_cases::{Answer, Case, Host as Player, Step};
use parvis_host_tests::origin::respond;
use parvis_host_tests::{Host, Kind, Origin, Setting, Stored};

#[test]
fn the_native_host_plays_every_case() -> Result<()> {
    play(Kind::Native, "native")
}

#[test]
fn the_fastly_module_plays_every_case() -> Result<()> {
    play(Kind::Fastly, "fastly")
}

fn play(kind: Kind, name: &str) -> Result<()> {
    let mut hosts = Hosts { kind, origin: Origin::start()?, running: HashMap::new(), skipped: false };
    let played = parvis_cases::run(name, &mut hosts);
    if hosts.skipped {
        return Ok(());
    }
    let played = played?;
    assert!(played >= 25, "only {played} cases");
    println!("{played} cases on {name}");
    Ok(())
}

/// One running host for each playbook, with and without keys.
struct Hosts {
    kind: Kind,
    origin: Origin,
    running: HashMap<(String, bool), Host>,
    skipped: bool,
}

impl Hosts {
    fn host(&mut self, case: &Case) -> Result<&Host> {
        let which = (case.playbook.clone(), case.keys);
        if !self.running.contains_key(&which) {
            let mut setting = Setting::new(self.origin.address());
            setting.playbook = Stored::Bytes(case.compiled()?);
            if case.keys {
                setting.keys = Stored::Bytes(KEYS.as_bytes().to_vec());
            }
            setting.staged = true;
            let Some(host) = Host::start(self.kind, &setting)? else {
                self.skipped = true;
                anyhow::bail!("the runtime is not installed");
            };
            self.running.insert(which.clone(), host);
        }
        self.running.get(&which).context("it was started")
    }
}

impl Player for Hosts {
    fn answer(&mut self, case: &Case, step: &Step, cookies: &str) -> Result<Answer> {
        let lines: Vec<String> =
            step.origin.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        self.origin.answers(vec![respond(step.origin.status, &lines, &step.origin.bytes()?)]);
        self.origin.asked();
        let mut headers: Vec<String> =
            step.sent_headers(cookies).into_iter().map(|(name, value)| format!("{name}: {value}")).collect();
        headers.push(staged(step)?);
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        let url =
            step.request.url.strip_prefix("http://shop.example").unwrap_or(&step.request.url).to_owned();
        let method = step.request.method.clone().unwrap_or_else(|| "GET".to_owned());
        let host = self.host(case)?;
        let (reply, record) = host.ask(&method, &url, &headers, b"")?;
        anyhow::ensure!(reply.whole, "the response broke off");
        let asked = self.origin.asked().into_iter().next();
        // The answer to HEAD has no body on the wire; what it stands for is the origin's.
        let body = if method == "HEAD" && asked.is_some() { step.origin.bytes()? } else { reply.body };
        Ok(Answer {
            status: reply.status,
            headers: without_codings(reply.headers),
            body,
            origin_saw: asked.map(|asked| without_codings(asked.headers)),
            record,
            ..Answer::default()
        })
    }
}

/// Headers as the engine asked for them: a host that decodes asks for more than bytes as they are, and says that its own
/// answer varies. `matrix` is about that.
fn without_codings(mut headers: Vec<(String, String)>) -> Vec<(String, String)> {
    headers.retain(|(name, value)| {
        name != "x-compress-hint" && (name.as_str(), value.as_str()) != ("vary", "accept-encoding")
    });
    for (name, value) in &mut headers {
        if name == "accept-encoding" && value == "gzip, deflate, br, zstd" {
            "identity".clone_into(value);
        }
    }
    headers
}

/// The header that stages the facts of a case.
fn staged(step: &Step) -> Result<String> {
    let facts = step.request.facts().map_err(anyhow::Error::msg)?;
    // Fastly's module keeps pages, and each step has an origin of its own.
    let mut pairs = vec!["purge=parvis".to_owned()];
    if let Some(now) = facts.now {
        pairs.push(format!("now={}", now.0));
    }
    if let Some(entropy) = facts.entropy {
        pairs.push(format!(
            "entropy={}",
            entropy.iter().map(|byte| format!("{byte:02x}")).collect::<String>()
        ));
    }
    let named = [
        ("country", facts.country),
        ("subdivision", facts.subdivision),
        ("place", facts.place.map(degrees)),
        ("device", facts.device.map(|device| device.name().to_owned())),
    ];
    pairs.extend(named.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", value?))));
    Ok(format!("{}: {}", parvis::facts::staged::HEADER, pairs.join(";")))
}

/// A place as hosts are told it.
fn degrees(place: Place) -> String {
    let (latitude, longitude) = place.tenths();
    let degrees = |tenths: i16| f64::from(tenths) / 10.0;
    format!("{},{}", degrees(latitude), degrees(longitude))
}

#[test]
fn the_deployed_module_cannot_be_staged() {
    let module = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../edge/fastly/bin/main.wasm");
    let Ok(bytes) = std::fs::read(&module) else {
        return eprintln!("skipped: {} is not built", module.display());
    };
    let header = parvis::facts::staged::HEADER.as_bytes();
    assert!(!bytes.windows(header.len()).any(|window| window == header), "the module knows `parvis-case`");
}
