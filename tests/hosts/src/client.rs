//! A client that sends exactly what it is told and tells a whole response from a broken one.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

/// How long a test waits for bytes.
const PATIENCE: Duration = Duration::from_secs(20);

/// What came back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status; 0 when the connection ended before there was a whole head.
    pub status: u16,
    /// Headers, names in lower case, in order.
    pub headers: Vec<(String, String)>,
    /// The body without its chunks.
    pub body: Vec<u8>,
    /// Whether the body came to the end that it promised.
    pub whole: bool,
}

impl Reply {
    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All values of a header.
    pub fn headers(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
    }

    /// The body as text; what is not UTF-8 is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Sends a request on a connection of its own and reads until the other side closes.
///
/// `headers` are lines without their ends; `Host` and `Connection: close` are added.
pub fn ask(address: SocketAddr, method: &str, path: &str, headers: &[&str], body: &[u8]) -> Result<Reply> {
    let mut request = format!("{method} {path} HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n");
    for line in headers {
        request.push_str(line);
        request.push_str("\r\n");
    }
    if !body.is_empty() {
        request.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    request.push_str("\r\n");
    let mut bytes = request.into_bytes();
    bytes.extend_from_slice(body);
    let mut connection = connect(address)?;
    connection.write_all(&bytes)?;
    let mut answer = Vec::new();
    // A connection that is reset in mid-body is what some tests are about: what came before counts.
    let ended = connection.read_to_end(&mut answer);
    if find(&answer, b"\r\n\r\n").is_none() {
        return Ok(Reply::default());
    }
    let reply = parse(&answer, method == "HEAD").with_context(|| format!("{method} {path}: {ended:?}"))?;
    Ok(Reply { whole: reply.whole && ended.is_ok(), ..reply })
}

/// A connection with the patience of tests.
pub fn connect(address: SocketAddr) -> Result<TcpStream> {
    let connection = TcpStream::connect(address).with_context(|| format!("nobody listens on {address}"))?;
    connection.set_read_timeout(Some(PATIENCE))?;
    connection.set_nodelay(true)?;
    Ok(connection)
}

/// Reads one response from its bytes; a body without length or chunks reaches to the end of them.
pub fn parse(bytes: &[u8], headless: bool) -> Result<Reply> {
    let end = find(bytes, b"\r\n\r\n").context("there is no whole head")?;
    let (head, body) = bytes.split_at_checked(end + 4).context("there is no body")?;
    let head = String::from_utf8_lossy(head);
    let mut lines = head.lines();
    let status =
        lines.next().and_then(|line| line.split(' ').nth(1)).context("there is no status")?.parse()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let mut reply = Reply { status, headers, body: body.to_vec(), whole: true };
    if headless || matches!(status, 204 | 304) {
        ensure!(reply.body.is_empty(), "a response without a body has one");
    } else if reply.header("transfer-encoding") == Some("chunked") {
        (reply.body, reply.whole) = unchunk(body);
    } else if let Some(length) = reply.header("content-length") {
        reply.whole = length.parse::<usize>()? == body.len();
    }
    Ok(reply)
}

/// The chunks put together, and whether the last one came.
fn unchunk(mut bytes: &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    loop {
        let Some(end) = find(bytes, b"\r\n") else { return (body, false) };
        let size = bytes.get(..end).and_then(|line| std::str::from_utf8(line).ok());
        let Some(size) = size.and_then(|line| usize::from_str_radix(line.trim(), 16).ok()) else {
            return (body, false);
        };
        let rest = bytes.get(end + 2..).unwrap_or_default();
        if size == 0 {
            return (body, rest.ends_with(b"\r\n"));
        }
        let Some((chunk, after)) = rest.split_at_checked(size) else {
            body.extend_from_slice(rest);
            return (body, false);
        };
        body.extend_from_slice(chunk);
        bytes = after.strip_prefix(b"\r\n").unwrap_or_default();
    }
}

/// Where `needle` begins.
pub(crate) fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}
