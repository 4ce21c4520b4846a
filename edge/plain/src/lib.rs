//! Parvis as a server of the standard library alone: a thread and a connection for each request.
//!
//! The host's side of an exchange, as short as it can be said. Everything that can fail happens before the head is sent.

pub mod wire;

use std::io::{self, BufReader, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use parvis::base::calendar::Millis;
use parvis::effect::{Answer, Body, Effect, HeadEdits, OriginHead, RequestEdits, Sink, Supply};
use parvis::engine::Engine;
use parvis::exchange::Exchange;
use parvis::facts::Facts;
use parvis::visitor::upstream;

use wire::{Framing, Head, Out};

/// What a server is given.
pub struct Config {
    /// The site without us.
    pub origin: SocketAddr,
    /// The engine with playbook and keys.
    pub engine: Engine,
    /// Country and subdivision of all visitors.
    pub region: (Option<String>, Option<String>),
    /// How long the origin may take for its head, and between pieces of its body.
    pub patience: Duration,
    /// Whether requests may stage their own time, entropy and place.
    #[cfg(feature = "cases")]
    pub staged: bool,
    /// Takes each record.
    pub records: Box<dyn Fn(&str) + Send + Sync>,
}

/// Answers whoever connects, until the listener fails.
pub fn serve(listener: &TcpListener, config: &Arc<Config>) {
    while let Ok((client, address)) = listener.accept() {
        let config = Arc::clone(config);
        // A visitor who leaves, or sends no request, is no fault of ours.
        thread::spawn(move || drop(converse(&config, client, address.ip())));
    }
}

fn converse(config: &Config, mut client: TcpStream, address: IpAddr) -> io::Result<()> {
    let mut from = BufReader::new(client.try_clone()?);
    let request = Head::read(&mut from)?;
    let mut exchange = config.engine.begin(facts(&request, config));
    let result = match exchange.step() {
        Effect::Answer(answer) => own(&answer, &request, &mut client),
        Effect::Fetch(edits) => match ask(config, &request, &edits, &mut from, address) {
            Ok((head, body)) => send(&mut exchange, &request, head, body, &mut client),
            Err(_) => failed(&mut exchange, &mut client),
        },
        _ => failed(&mut exchange, &mut client),
    };
    (config.records)(&exchange.record().to_json());
    result
}

fn facts(request: &Head, config: &Config) -> Facts {
    let [method, target, _] = &request.first;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (country, subdivision) = config.region.clone();
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok();
    let mut entropy = [0; 32];
    #[cfg_attr(not(feature = "cases"), expect(unused_mut, reason = "only a test stages facts"))]
    let mut facts = Facts {
        country,
        subdivision,
        now: since.and_then(|since| i64::try_from(since.as_millis()).ok()).map(Millis),
        entropy: getrandom::fill(&mut entropy).ok().map(|()| entropy),
        ..Facts::from_headers(method, path, query, &|name| request.values(name).collect())
    };
    #[cfg(feature = "cases")]
    if let Some(staged) = request.values(parvis::facts::staged::HEADER).next().filter(|_| config.staged) {
        parvis::facts::staged::apply(&staged, &mut facts);
    }
    facts
}

/// Asks the origin; gives its head, and the connection with its body.
fn ask(
    config: &Config,
    request: &Head,
    edits: &RequestEdits,
    from: &mut BufReader<TcpStream>,
    client: IpAddr,
) -> io::Result<(Head, BufReader<TcpStream>)> {
    let framing = request.framing(Framing::Length(0));
    let [method, target, _] = request.first.clone();
    let mut head = Head { first: [method, target, "HTTP/1.1".to_owned()], lines: request.lines.clone() };
    head.remove_hop_by_hop();
    head.remove("expect");
    let host = request.values("host").next();
    head.set("host", config.origin.to_string());
    head.set("x-forwarded-for", client.to_string());
    head.set("x-forwarded-proto", "http");
    head.remove("x-forwarded-host");
    host.into_iter().for_each(|host| head.set("x-forwarded-host", host));
    head.lines = head.lines.into_iter().filter_map(without_ours).collect();
    edits.remove.iter().for_each(|name| head.remove(name));
    edits.set.iter().for_each(|(name, value)| head.set(name, *value));
    if framing == Framing::Chunked {
        head.set("transfer-encoding", "chunked");
    }
    let mut origin = TcpStream::connect_timeout(&config.origin, config.patience)?;
    origin.set_read_timeout(Some(config.patience))?;
    head.write(&mut origin)?;
    let mut out = Out::new(&mut origin, framing);
    wire::body(from, framing, &mut |bytes| out.push(bytes))?;
    out.end()?;
    let mut answer = BufReader::new(origin);
    loop {
        let head = Head::read(&mut answer)?;
        if !head.first[1].starts_with('1') {
            return Ok((head, answer));
        }
    }
}

/// A header of the visitor's, without our cookies.
fn without_ours((name, value): wire::Line) -> Option<wire::Line> {
    if name != "cookie" {
        return Some((name, value));
    }
    upstream::others(&value).map(|others| (name, others.into_owned()))
}

/// Answers with what the origin said, edited as the engine wants it.
fn send(
    exchange: &mut Exchange<'_>,
    request: &Head,
    mut head: Head,
    mut body: BufReader<TcpStream>,
    client: &mut TcpStream,
) -> io::Result<()> {
    let status = head.first[1].parse().unwrap_or(0);
    let (kind, codings) = (head.joined("content-type"), head.joined("content-encoding"));
    exchange.supply(Supply::Head(OriginHead {
        status,
        content_type: kind.as_deref(),
        content_encoding: codings.as_deref(),
    }));
    let Effect::Send(edits) = exchange.step() else { return failed(exchange, client) };
    let bare = request.first[0] == "HEAD" || status == 204 || status == 304;
    let arrives = if bare { Framing::Length(0) } else { head.framing(Framing::Close) };
    head.remove_hop_by_hop();
    edit(&mut head, &edits);
    let leaves = match (arrives, edits.body) {
        (Framing::Length(length), Body::Copy) => Framing::Length(length),
        _ => Framing::Chunked,
    };
    if leaves == Framing::Chunked && !bare {
        head.set("transfer-encoding", "chunked");
    }
    head.first[0] = "HTTP/1.1".to_owned();
    head.set("connection", "close");
    head.write(client)?;
    let mut out = Out::new(client, if bare { Framing::Close } else { leaves });
    let copied = edits.body == Body::Copy;
    let read = wire::body(&mut body, arrives, &mut |bytes| {
        if copied {
            return out.push(bytes);
        }
        let mut changed = Piece(Vec::new());
        exchange.push(bytes, &mut changed);
        out.push(&changed.0)
    });
    if let Err(error) = read {
        exchange.supply(Supply::Failed);
        return Err(error);
    }
    let mut last = Piece(Vec::new());
    exchange.end(&mut last);
    out.push(&last.0)?;
    out.end()
}

struct Piece(Vec<u8>);

impl Sink for Piece {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }
}

fn edit(head: &mut Head, edits: &HeadEdits) {
    edits.remove.iter().for_each(|name| head.remove(name));
    edits.set.iter().for_each(|(name, value)| head.set(name, value.as_str()));
    let appended = edits.append.iter().map(|(name, value)| (name.to_string(), value.as_str().into()));
    head.lines.extend(appended);
}

/// An answer of the engine's own.
fn own(answer: &Answer, request: &Head, client: &mut TcpStream) -> io::Result<()> {
    let lines = answer.headers.iter().map(|(name, value)| ((*name).to_owned(), value.as_str().into()));
    let first = ["HTTP/1.1".to_owned(), answer.status.to_string(), String::new()];
    let mut head = Head { first, lines: lines.collect() };
    head.set("content-length", answer.body.len().to_string());
    head.set("connection", "close");
    head.write(client)?;
    if request.first[0] == "HEAD" { Ok(()) } else { client.write_all(&answer.body) }
}

/// What the visitor sees when the origin does not answer.
fn failed(exchange: &mut Exchange<'_>, client: &mut TcpStream) -> io::Result<()> {
    const TEXT: &str = "The site is not available at the moment.\n";
    exchange.supply(Supply::Failed);
    let first = ["HTTP/1.1", "502", "Bad Gateway"].map(str::to_owned);
    let mut head = Head { first, lines: Vec::new() };
    head.set("content-type", "text/plain; charset=utf-8");
    head.set("cache-control", "no-store");
    if let Effect::Fail(edits) = exchange.step() {
        edit(&mut head, &edits);
    }
    head.set("content-length", TEXT.len().to_string());
    head.set("connection", "close");
    head.write(client)?;
    client.write_all(TEXT.as_bytes())
}
