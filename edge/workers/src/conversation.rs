//! One request from its head to the last byte of its response, and the engine that all of them share.

use alloc::borrow::{Cow, ToOwned};
use alloc::string::String;
use alloc::vec::Vec;

use parvis::base::calendar::Millis;
use parvis::effect::{Answer, Body, Effect, HeadEdits, OriginHead, Supply};
use parvis::engine::Engine;
use parvis::exchange::Exchange;
use parvis::facts::{Device, Facts, Place, region};
use parvis::playbook::Playbook;
use parvis::reason::Reason;
use parvis::visitor::keyring::Keyring;

use crate::fields::{Lines, SEPARATOR, Told};

/// Fields of a head before its lines.
const FACTS: usize = 6;

/// A playbook and keys.
#[derive(Debug)]
pub struct Edge {
    engine: Engine,
}

impl Edge {
    /// An edge with this compiled playbook and these keys. Without a playbook every page passes through; without keys
    /// nothing is remembered between visits.
    pub fn open(playbook: Option<Vec<u8>>, keys: Option<&[u8]>) -> Edge {
        let playbook = playbook.map_or(Err(Reason::NoPlaybook), Playbook::open);
        let keys = keys.map_or(Err(Reason::KeysAbsent), Keyring::parse);
        Edge { engine: Engine::new(playbook, keys) }
    }

    /// Why there is no playbook; empty where there is one.
    pub fn refused(&self) -> &'static str {
        self.engine.playbook().err().map_or("", Reason::code)
    }

    /// What the origin gets of a `Cookie` header: all cookies but ours; `None` where there are no others.
    ///
    /// Each character of `header` stands for itself, whatever it stands for in the visitor's encoding.
    pub fn others(&self, header: &str) -> Option<String> {
        match self.engine.upstream().cookies(header.as_bytes())? {
            Cow::Borrowed(_) => Some(header.to_owned()),
            Cow::Owned(others) => String::from_utf8(others).ok(),
        }
    }

    /// What [`Conversation::start`] says first of a request that passes without the engine: what every request to the origin goes
    /// without.
    pub fn cut(&self, head: &str) -> String {
        let mut told = Told::new("fetch");
        Lines::read(head.split(SEPARATOR).skip(FACTS)).withheld(&mut told);
        told.into_text()
    }

    /// Begins one request. `head` has method, path, query, region (`US-CA`), place (`34.1,-118.2`) and device (`mobile`), each
    /// empty where it is unknown, then the header lines.
    pub fn begin(&self, head: &str, now: Option<Millis>, entropy: &[u8]) -> Conversation {
        let mut fields = head.split(SEPARATOR);
        let mut next = || fields.next().unwrap_or_default();
        let (method, path, query) = (next(), next(), next());
        let ((country, subdivision), place, device) = (region(next()), next(), next());
        let lines = Lines::read(fields);
        let facts = Facts {
            country,
            subdivision,
            place: Place::from_pair(place),
            device: Device::from_name(device),
            now,
            entropy: entropy.try_into().ok(),
            ..Facts::from_headers(method, path, query, &|name| lines.values(name))
        };
        Conversation { exchange: self.engine.begin(facts), lines, answer: Vec::new() }
    }
}

/// One request with its response.
#[derive(Debug)]
pub struct Conversation {
    exchange: Exchange,
    lines: Lines,
    answer: Vec<u8>,
}

impl Conversation {
    /// What to do first: `fetch` with edits to the request, or `answer STATUS` with a head, whose body [`Conversation::answer`]
    /// has.
    pub fn start(&mut self) -> String {
        match self.exchange.step() {
            Effect::Fetch(edits) => {
                let mut told = Told::new("fetch");
                self.lines.withheld(&mut told);
                edits.remove.iter().for_each(|name| told.remove(name));
                edits.set.iter().for_each(|(name, value)| told.set(name, value));
                told.into_text()
            }
            Effect::Answer(Answer { status, headers, body }) => {
                let mut what = "answer ".to_owned();
                parvis::base::text::push_integer(&mut what, status.into());
                let mut told = Told::new(&what);
                headers.iter().for_each(|(name, value)| told.append(name, value.as_str()));
                self.answer = body;
                told.into_text()
            }
            Effect::Send(edits) | Effect::Fail(edits) => failed(&edits),
        }
    }

    /// The body of an answer of the engine's own.
    pub fn answer(&mut self) -> Vec<u8> {
        core::mem::take(&mut self.answer)
    }

    /// What to do with the origin's response, whose status and header lines these are: `copy` or `rewrite` its body, with edits to
    /// its head.
    pub fn respond(&mut self, status: u16, head: &str) -> String {
        let lines = Lines::read(head.split(SEPARATOR));
        let (kind, codings) = (lines.joined("content-type"), lines.joined("content-encoding"));
        let (content_type, content_encoding) = (kind.as_deref(), codings.as_deref());
        self.exchange.supply(Supply::Head(OriginHead { status, content_type, content_encoding }));
        let (what, edits) = match self.exchange.step() {
            Effect::Send(edits) if edits.body == Body::Copy => ("copy", edits),
            Effect::Send(edits) => ("rewrite", edits),
            Effect::Fail(edits) => return failed(&edits),
            Effect::Fetch(_) | Effect::Answer(_) => return Told::new("fail").into_text(),
        };
        let mut told = Told::new(what);
        for (name, value) in edits.lines(&lines.fields()) {
            match value {
                Some(value) => told.set(&name, value.as_str()),
                None => told.remove(&name),
            }
        }
        edits.append.iter().for_each(|(name, value)| told.append(name, value.as_str()));
        told.into_text()
    }

    /// The origin did not respond, or broke off: `fail` with the head of the host's own error.
    pub fn fail(&mut self) -> String {
        self.exchange.supply(Supply::Failed);
        match self.exchange.step() {
            Effect::Fail(edits) | Effect::Send(edits) => failed(&edits),
            Effect::Fetch(_) | Effect::Answer(_) => Told::new("fail").into_text(),
        }
    }

    /// Rewrites the next bytes of the origin's body.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        self.exchange.push(bytes, out);
    }

    /// The end of the origin's body.
    pub fn end(&mut self, out: &mut Vec<u8>) {
        self.exchange.end(out);
    }

    /// The log record, as a line of JSON; complete after the end of the body.
    pub fn record(&self) -> String {
        self.exchange.record().to_json()
    }
}

fn failed(edits: &HeadEdits) -> String {
    let mut told = Told::new("fail");
    edits.append.iter().for_each(|(name, value)| told.append(name, value.as_str()));
    told.into_text()
}
