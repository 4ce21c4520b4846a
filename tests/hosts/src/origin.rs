//! An origin that does what a test tells it, byte by byte, and remembers what it was asked.

use std::io::{Read, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::client::find;

/// What the origin does with a connection, in order; at the end it closes it.
#[derive(Clone, Debug)]
pub enum Act {
    /// Sends these bytes.
    Send(Vec<u8>),
    /// Sends these bytes so many times.
    Repeat(Vec<u8>, usize),
    /// Does nothing for a while.
    Wait(Duration),
}

/// A request as it reached the origin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Headers, names in lower case, in order.
    pub headers: Vec<(String, String)>,
    /// The body without its chunks.
    pub body: Vec<u8>,
}

impl Asked {
    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// An origin on a port of its own; it stops listening when it is dropped.
pub struct Origin {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    script: Arc<Mutex<Script>>,
    sent: Arc<AtomicUsize>,
}

type Script = Box<dyn Fn(&Asked) -> Vec<Act> + Send>;

impl Origin {
    /// Starts an origin that answers everything with 404.
    pub fn start() -> Result<Origin> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let asked = Arc::new(Mutex::new(Vec::new()));
        let script: Arc<Mutex<Script>> = Arc::new(Mutex::new(Box::new(|_| vec![respond(404, &[], b"")])));
        let sent = Arc::new(AtomicUsize::new(0));
        let (log, count, acts) = (Arc::clone(&asked), Arc::clone(&sent), Arc::downgrade(&script));
        thread::spawn(move || {
            for connection in listener.incoming() {
                let (Some(script), Ok(connection)) = (acts.upgrade(), connection) else { return };
                let (log, count) = (Arc::clone(&log), Arc::clone(&count));
                thread::spawn(move || serve(connection, &log, &count, &script));
            }
        });
        Ok(Origin { address, asked, script, sent })
    }

    /// Answers every request from now on as `script` says.
    pub fn does(&self, script: impl Fn(&Asked) -> Vec<Act> + Send + 'static) {
        *self.script.lock().unwrap_or_else(PoisonError::into_inner) = Box::new(script);
    }

    /// Answers every request from now on with these acts.
    pub fn answers(&self, acts: Vec<Act>) {
        self.does(move |_| acts.clone());
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Bytes that it could send until now by [`Act::Repeat`].
    pub fn sent(&self) -> usize {
        self.sent.load(Ordering::Relaxed)
    }

    /// What it was asked since the last call.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        // A script that is gone ends the listener, once a last connection wakes it.
        self.script = Arc::new(Mutex::new(Box::new(|_| Vec::new())));
        let _ = TcpStream::connect(self.address);
    }
}

/// An address on which nobody listens.
pub fn nobody() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// A whole response with `Content-Length`, unless `headers` say another or are chunked.
pub fn respond(status: u16, headers: &[&str], body: &[u8]) -> Act {
    let framed = headers.iter().any(|line| {
        let line = line.to_ascii_lowercase();
        line.starts_with("content-length:") || line.starts_with("transfer-encoding:")
    });
    let mut head = format!("HTTP/1.1 {status} Said\r\nConnection: close\r\n");
    for line in headers {
        head.push_str(line);
        head.push_str("\r\n");
    }
    if !framed && !matches!(status, 204 | 304) {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(body);
    Act::Send(bytes)
}

/// A page of HTML in UTF-8.
pub fn page(html: &str) -> Act {
    respond(200, &["Content-Type: text/html; charset=utf-8"], html.as_bytes())
}

/// `body` as one chunk.
pub fn chunk(body: &[u8]) -> Act {
    let mut bytes = format!("{:x}\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    bytes.extend_from_slice(b"\r\n");
    Act::Send(bytes)
}

fn serve(mut connection: TcpStream, log: &Mutex<Vec<Asked>>, count: &AtomicUsize, script: &Mutex<Script>) {
    let Ok(asked) = read(&mut connection) else { return };
    // Viceroy asks each of its backends once when it starts, in as few words as can be.
    if asked.headers.len() > 1 {
        log.lock().unwrap_or_else(PoisonError::into_inner).push(asked.clone());
    }
    let acts = script.lock().unwrap_or_else(PoisonError::into_inner)(&asked);
    for act in acts {
        match act {
            Act::Wait(time) => thread::sleep(time),
            Act::Repeat(bytes, times) => {
                for _ in 0..times {
                    if connection.write_all(&bytes).is_err() {
                        return;
                    }
                    count.fetch_add(bytes.len(), Ordering::Relaxed);
                }
            }
            Act::Send(bytes) if asked.method == "HEAD" => {
                let head = find(&bytes, b"\r\n\r\n").map_or(bytes.len(), |end| end + 4);
                let _ = connection.write_all(bytes.get(..head).unwrap_or_default());
            }
            Act::Send(bytes) => {
                if connection.write_all(&bytes).is_err() {
                    return;
                }
            }
        }
    }
}

fn read(connection: &mut TcpStream) -> Result<Asked> {
    connection.set_read_timeout(Some(Duration::from_secs(20)))?;
    connection.set_nodelay(true)?;
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = find(&bytes, b"\r\n\r\n") {
            break end + 4;
        }
        more(connection, &mut bytes)?;
    };
    let mut body = bytes.split_off(end);
    let head = String::from_utf8_lossy(&bytes).into_owned();
    let mut lines = head.lines();
    let mut words = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
    let mut asked = Asked {
        method: words.next().context("no method")?,
        path: words.next().context("no path")?,
        headers: lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect(),
        body: Vec::new(),
    };
    if let Some(length) = asked.header("content-length") {
        let length: usize = length.parse()?;
        while body.len() < length {
            more(connection, &mut body)?;
        }
    } else if asked.header("transfer-encoding").is_some() {
        while !body.ends_with(b"0\r\n\r\n") {
            more(connection, &mut body)?;
        }
        let mut framed = b"HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
        framed.extend_from_slice(&body);
        body = crate::client::parse(&framed, false)?.body;
    }
    asked.body = body;
    Ok(asked)
}

fn more(connection: &mut TcpStream, bytes: &mut Vec<u8>) -> Result<()> {
    let mut buffer = [0; 8192];
    let length = connection.read(&mut buffer)?;
    anyhow::ensure!(length > 0, "the request broke off");
    bytes.extend_from_slice(buffer.get(..length).unwrap_or_default());
    Ok(())
}
