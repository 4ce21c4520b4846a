//! `parvis-plain ORIGIN PLAYBOOK KEYS REGION PATIENCE_MS [staged]`: the addresses are `IP:PORT`, a file that is not there is no playbook or
//! no keys, the region is `FR` or `US-CA`. It prints where it listens, then one record a line.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use parvis::engine::Engine;
use parvis::facts::region;
use parvis::playbook::Playbook;
use parvis::reason::Reason;
use parvis::visitor::keyring::Keyring;
use parvis_plain::{Config, serve};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((listener, config)) = settings(&arguments) else {
        eprintln!("usage: parvis-plain ORIGIN PLAYBOOK KEYS REGION PATIENCE_MS [staged]");
        return ExitCode::from(2);
    };
    serve(&listener, &Arc::new(config));
    ExitCode::FAILURE
}

fn settings(arguments: &[String]) -> Option<(TcpListener, Config)> {
    let [origin, playbook, keys, place, patience, rest @ ..] = arguments else { return None };
    let file = |path: &String, none| fs::read(path).map_err(|_| none);
    let playbook = file(playbook, Reason::NoPlaybook).and_then(Playbook::open);
    let keys = file(keys, Reason::KeysAbsent).and_then(|bytes| Keyring::parse(&bytes));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).ok()?;
    println!("listening {}", listener.local_addr().ok()?);
    let config = Config {
        origin: origin.parse().ok()?,
        engine: Engine::new(playbook, keys),
        region: region(place),
        patience: Duration::from_millis(patience.parse().ok()?),
        #[cfg(feature = "cases")]
        staged: rest.first().is_some_and(|word| word == "staged"),
        records: Box::new(|line| println!("{line}")),
    };
    #[cfg(not(feature = "cases"))]
    let _ = rest;
    Some((listener, config))
}
