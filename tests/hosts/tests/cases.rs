//! The shared cases of `fixtures/cases` on hosts in their real runtimes, with the same bytes as the engine.
//!
//! `cargo test -p parvis-host-tests --test cases -- native::caps/cap` plays one. Cases with the same playbook share a host, and
//! play one after the other. A host that nobody has asked for a while is stopped: one that waits costs processor time, too.

use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result, ensure};
use libtest_mimic::{Completion, Failed, Trial};
use parvis::facts::Place;
use parvis::facts::staged::HEADER as STAGED;
use parvis_cases::case::{self, KEYS};
use parvis_cases::harness::{self, Suite};
use parvis_cases::own::{self, Table};
use parvis_cases::{Answer, Case, Host as Player, Missing, Step};
use parvis_host_tests::origin::respond;
use parvis_host_tests::{Host, Kind, Origin, Setting, Stored};

fn main() -> ExitCode {
    harness::main(trials(&Kind::ALL.map(suite)))
}

fn suite(kind: Kind) -> Suite {
    let (package, target) = ("parvis-host-tests", "cases");
    let host = kind.traits().name;
    let prefix: &'static str = format!("{host}::").leak();
    Suite { host, prefix, package, target, folder: case::folder(), player: Arc::new(Hosts::new(kind)) }
}

fn trials(suites: &[Suite]) -> Result<Vec<Trial>> {
    let module = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../edge/fastly/bin/main.wasm");
    let told = |error: anyhow::Error| Failed::from(format!("{error:#}"));
    let mut trials = vec![Trial::ignorable_test("fastly::the_deployed_module_cannot_be_staged", move || {
        cannot_be_staged(&module).map_err(told)
    })];
    for suite in suites {
        trials.extend(suite.trials()?);
        let (name, suite) =
            (format!("{}the_printed_command_replays_the_failure", suite.prefix), suite.clone());
        trials.push(Trial::ignorable_test(name, move || suite.replays("caps/cap").map_err(told)));
    }
    Ok(trials)
}

/// Hosts that run at most, unless more are asked at once.
const MOST: usize = 4;

/// One host for each playbook, with and without keys.
struct Hosts {
    kind: Kind,
    table: Table,
    /// Those that run, the last that was asked behind the others.
    running: Mutex<Vec<((String, bool), Slot)>>,
    missing: AtomicBool,
}

/// A host once a case needed it; who plays a case holds it.
type Slot = Arc<Mutex<Option<Running>>>;

/// A host, and the origin that only it asks.
struct Running {
    host: Host,
    origin: Origin,
}

impl Hosts {
    fn new(kind: Kind) -> Hosts {
        Hosts { kind, table: kind.traits().own, running: Mutex::default(), missing: AtomicBool::new(false) }
    }

    /// The place of the host that plays the case; hosts that were asked longest ago are stopped.
    fn slot(&self, case: &Case) -> Slot {
        let which = (case.playbook.clone(), case.keys);
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let known = running.iter().position(|(known, _)| *known == which);
        let (_, slot) = known.map_or_else(|| (which.clone(), Slot::default()), |at| running.remove(at));
        running.push((which, Arc::clone(&slot)));
        while running.len() > MOST {
            // Who plays a case holds its slot.
            let Some(idle) = running.iter().position(|(_, slot)| Arc::strong_count(slot) == 1) else { break };
            running.remove(idle);
        }
        slot
    }

    fn start(&self, case: &Case) -> Result<Running> {
        let missing = Missing("Viceroy, or the module that can be staged,");
        ensure!(!self.missing.load(Ordering::Relaxed), missing);
        let origin = Origin::start()?;
        let mut setting = Setting::new(origin.address());
        setting.playbook = Stored::Bytes(case.compiled()?.bytes.clone());
        if case.keys {
            setting.keys = Stored::Bytes(KEYS.as_bytes().to_vec());
        }
        setting.staged = true;
        let Some(host) = Host::start(self.kind, &setting)? else {
            self.missing.store(true, Ordering::Relaxed);
            return Err(missing.into());
        };
        Ok(Running { host, origin })
    }
}

impl Player for Hosts {
    fn joins_lines(&self) -> bool {
        self.kind.traits().joins
    }

    fn answer(&self, case: &Case, step: &Step, cookies: &str) -> Result<Answer> {
        let running = self.slot(case);
        let mut running = running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.is_none() {
            *running = Some(self.start(case)?);
        }
        let Running { host, origin } = running.as_ref().context("it was started")?;
        let lines: Vec<String> =
            step.origin.lines().map(|(name, value)| format!("{name}: {value}")).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        origin.answers(vec![respond(step.origin.status, &lines, &step.origin.bytes()?)]);
        origin.asked();
        let mut headers: Vec<String> =
            step.sent_headers(cookies).into_iter().map(|(name, value)| format!("{name}: {value}")).collect();
        let staged = staged(step)?;
        headers.push(format!("{STAGED}: {staged}"));
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        let url =
            step.request.url.strip_prefix("http://shop.example").unwrap_or(&step.request.url).to_owned();
        let method = step.request.method.clone().unwrap_or_else(|| "GET".to_owned());
        let (reply, record) = host.ask(&method, &url, &headers, b"")?;
        ensure!(reply.whole, "the response broke off");
        let asked = origin.asked();
        ensure!(asked.len() < 2, "the origin was asked {} times", asked.len());
        let asked = asked.into_iter().next().map(|mut asked| {
            // The line is of this test, so a host may let it through.
            asked.headers.retain(|(name, value)| (name.as_str(), value) != (STAGED, &staged));
            asked
        });
        // The answer to HEAD has no body on the wire; what it stands for is the origin's.
        let body = if method == "HEAD" && asked.is_some() { step.origin.bytes()? } else { reply.body };
        Ok(Answer {
            status: reply.status,
            headers: own::without(self.table.response, reply.headers),
            body,
            origin_saw: asked.map(|asked| own::without(self.table.request, asked.headers)),
            record,
            ..Answer::default()
        })
    }
}

/// The value of [`STAGED`] for a step.
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
    Ok(pairs.join(";"))
}

/// A place as hosts are told it.
fn degrees(place: Place) -> String {
    let (latitude, longitude) = place.tenths();
    let degrees = |tenths: i16| f64::from(tenths) / 10.0;
    format!("{},{}", degrees(latitude), degrees(longitude))
}

fn cannot_be_staged(module: &Path) -> Result<Completion> {
    let Ok(bytes) = std::fs::read(module) else {
        parvis_skip::skip("cases module", "the module is missing: `cargo xtask test` builds it");
        return Ok(Completion::ignored_with(format!("{} is not built", module.display())));
    };
    parvis_skip::ran("cases module", 1);
    let header = STAGED.as_bytes();
    ensure!(!bytes.windows(header.len()).any(|window| window == header), "the module knows `parvis-case`");
    Ok(Completion::Completed)
}
