//! `parvis-host NAME ORIGIN PLAYBOOK KEYS COUNTRY` starts a host for tests in another language: the browser's.
//!
//! It prints `listening ADDRESS`, then each record as a line, and ends when its standard input does. `parvis-host` alone prints the names of
//! the hosts that it tries, one a line.

use std::io::Read as _;
use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail};
use parvis_host_tests::{Host, Kind, Setting, Stored};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, origin, playbook, keys, country] = arguments.as_slice() else {
        if arguments.is_empty() {
            // What `parvis/edge` answers in Chromium is not tested yet.
            let told = Kind::ALL.iter().filter(|kind| kind.traits().folder != "workers");
            told.for_each(|kind| println!("{}", kind.traits().name));
            return Ok(());
        }
        bail!("usage: parvis-host NAME ORIGIN PLAYBOOK KEYS COUNTRY");
    };
    let kind = Kind::named(name).with_context(|| format!("no host is called `{name}`"))?;
    let origin: SocketAddr = origin.parse().with_context(|| format!("`{origin}` is no address"))?;
    let bytes = |file: &String| std::fs::read(file).with_context(|| format!("cannot read {file}"));
    let (country, subdivision) = country.split_once('-').unwrap_or((country, ""));
    let mut setting = Setting::new(origin);
    setting.playbook = Stored::Bytes(bytes(playbook)?);
    setting.keys = Stored::Bytes(bytes(keys)?);
    setting.place = Some((country.to_owned(), subdivision.to_owned()));
    let host =
        Host::start(kind, &setting)?.with_context(|| format!("{name}: its runtime is not installed"))?;
    println!("listening {}", host.address);
    let records = host.records();
    std::thread::spawn(move || {
        loop {
            if let Some(record) = records.next() {
                println!("{record}");
            }
        }
    });
    // Who started this holds the other end, also when it is killed; dropped, the host ends its own processes.
    std::io::stdin().read_to_end(&mut Vec::new())?;
    drop(host);
    Ok(())
}
