//! The demo origin: a folder of plain files as an ordinary web site.
//!
//! It answers GET and HEAD with clean URLs (`/cart` is `cart.html` or `cart/index.html`), an `ETag`, `304` on a
//! matching `If-None-Match`, a content security policy for pages, and the folder's own `404.html`. Anything else is
//! `405`. It keeps connections open, logs nothing and never leaves its folder.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};

use crate::paths;
use crate::run::say;

/// A request head larger than this many bytes is refused; cookies alone may reach 32 KB in tests.
const HEAD_LIMIT: u64 = 128 * 1024;
/// What pages of the demo shop allow (web-demo/README.md): nothing inline, nobody else, WebAssembly, Trusted Types.
const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data:; require-trusted-types-for 'script'";
/// How long a connection may stay silent.
const IDLE: Duration = Duration::from_secs(60);

/// Serves a folder as a demo origin, until Ctrl-C.
#[derive(clap::Args)]
pub struct Arguments {
    /// Port on 127.0.0.1; 0 takes a free one and prints it
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Folder to serve
    #[arg(long, default_value = "target/demo-shop")]
    dir: PathBuf,
}

/// Runs the command.
pub fn origin(arguments: &Arguments) -> anyhow::Result<()> {
    let address = start(&arguments.dir, arguments.port)?;
    // A line that scripts can wait for and read.
    println!("origin: http://{address}");
    loop {
        std::thread::park();
    }
}

/// Serves `folder` from threads of its own and returns its address.
pub fn start(folder: &Path, port: u16) -> anyhow::Result<SocketAddr> {
    let folder = paths::root().join(folder);
    let Ok(folder) = folder.canonicalize() else {
        bail!("no folder `{}`: build the shop first with `cargo xtask demo`", paths::show(&folder))
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .with_context(|| format!("port {port} is taken: choose another with `--port`, or 0 for any"))?;
    let address = listener.local_addr()?;
    let folder = Arc::new(folder);
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let folder = Arc::clone(&folder);
            let spawned = std::thread::Builder::new().spawn(move || {
                // A visitor who hangs up is no news.
                let _ = converse(&connection, &folder);
            });
            if let Err(error) = spawned {
                say(format!("origin: cannot take a connection: {error}"));
            }
        }
    });
    Ok(address)
}

fn converse(connection: &TcpStream, folder: &Path) -> io::Result<()> {
    connection.set_read_timeout(Some(IDLE))?;
    connection.set_nodelay(true)?;
    let mut reader = BufReader::new(connection);
    while let Some(request) = read_request(&mut reader)? {
        let response = answer(&request, folder);
        let mut connection = connection;
        connection.write_all(&response.head(request.keep_alive))?;
        if request.method != "HEAD" {
            connection.write_all(&response.body)?;
        }
        if !request.keep_alive {
            break;
        }
    }
    Ok(())
}

struct Request {
    method: String,
    target: String,
    headers: HashMap<String, String>,
    keep_alive: bool,
}

/// The next request of the connection; `None` at its end or when what came is no request.
fn read_request(reader: &mut impl BufRead) -> io::Result<Option<Request>> {
    let mut head = reader.by_ref().take(HEAD_LIMIT);
    let mut line = Vec::new();
    let mut next = |head: &mut io::Take<_>| -> io::Result<Option<String>> {
        line.clear();
        head.read_until(b'\n', &mut line)?;
        Ok(line.ends_with(b"\n").then(|| String::from_utf8_lossy(&line).trim_end().to_owned()))
    };
    let Some(first) = next(&mut head)? else { return Ok(None) };
    let mut words = first.split(' ');
    let (Some(method), Some(target), Some(version)) = (words.next(), words.next(), words.next()) else {
        return Ok(None);
    };
    let mut headers = HashMap::new();
    loop {
        let Some(field) = next(&mut head)? else { return Ok(None) };
        if field.is_empty() {
            break;
        }
        if let Some((name, value)) = field.split_once(':') {
            headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
    }
    let closes = headers.get("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
    // A body is not read: whoever sends one gets an answer and a closed connection.
    let has_body =
        headers.contains_key("transfer-encoding") || headers.get("content-length").is_some_and(|n| n != "0");
    let keep_alive = version == "HTTP/1.1" && !closes && !has_body;
    Ok(Some(Request { method: method.to_owned(), target: target.to_owned(), headers, keep_alive }))
}

struct Response {
    status: &'static str,
    headers: Vec<(&'static str, String)>,
    /// Length that the head states; differs from the body's for 304, which has none.
    length: Option<usize>,
    body: Vec<u8>,
}

impl Response {
    fn text(status: &'static str) -> Response {
        let body = format!("{status}\n").into_bytes();
        let headers = vec![("Content-Type", "text/plain; charset=utf-8".to_owned())];
        Response { status, headers, length: Some(body.len()), body }
    }

    fn head(&self, keep_alive: bool) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {}\r\n", self.status);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if let Some(length) = self.length {
            head.push_str(&format!("Content-Length: {length}\r\n"));
        }
        head.push_str(if keep_alive { "\r\n" } else { "Connection: close\r\n\r\n" });
        head.into_bytes()
    }
}

fn answer(request: &Request, folder: &Path) -> Response {
    if !matches!(request.method.as_str(), "GET" | "HEAD") {
        let mut refusal = Response::text("405 Method Not Allowed");
        refusal.headers.push(("Allow", "GET, HEAD".to_owned()));
        return refusal;
    }
    let path = request.target.split(['?', '#']).next().unwrap_or_default();
    if let Some((kind, body)) = find(folder, path) {
        let tag = etag(&body);
        let html = kind.starts_with("text/html");
        let caching = if html { "no-cache" } else { "public, max-age=60" };
        let mut headers = vec![("ETag", tag.clone()), ("Cache-Control", caching.to_owned())];
        let known = request.headers.get("if-none-match");
        if known.is_some_and(|value| {
            value == "*" || value.split(',').any(|one| one.trim().trim_start_matches("W/") == tag)
        }) {
            return Response { status: "304 Not Modified", headers, length: None, body: Vec::new() };
        }
        headers.insert(0, ("Content-Type", kind.to_owned()));
        if html {
            headers.push(("Content-Security-Policy", POLICY.to_owned()));
        }
        return Response { status: "200 OK", headers, length: Some(body.len()), body };
    }
    match find(folder, "/404.html") {
        Some((kind, body)) => {
            let headers = vec![("Content-Type", kind.to_owned()), ("Cache-Control", "no-cache".to_owned())];
            Response { status: "404 Not Found", headers, length: Some(body.len()), body }
        }
        None => Response::text("404 Not Found"),
    }
}

/// The type and the bytes of the file that `path` stands for.
fn find(folder: &Path, path: &str) -> Option<(&'static str, Vec<u8>)> {
    let decoded = percent_decode(path)?;
    let relative = Path::new(decoded.trim_start_matches('/'));
    if !relative.components().all(|part| matches!(part, Component::Normal(_)))
        || decoded.contains(['\0', '\\'])
    {
        return None;
    }
    let place = folder.join(relative);
    let with_html = || {
        let mut name = place.file_name()?.to_owned();
        name.push(".html");
        Some(place.with_file_name(name))
    };
    let index = place.join("index.html");
    let candidates = [Some(place.clone()), (!decoded.ends_with('/')).then(with_html).flatten(), Some(index)];
    candidates.into_iter().flatten().filter(|file| file.is_file()).find_map(|file| {
        // A link may not lead out of the folder.
        let real = file.canonicalize().ok().filter(|real| real.starts_with(folder))?;
        Some((content_type(&real), std::fs::read(&real).ok()?))
    })
}

fn percent_decode(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte == b'%' {
            let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = rest.get(2..)?;
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "xml" => "application/xml",
        "txt" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// A strong validator: 64-bit FNV-1a of the content and its length.
fn etag(body: &[u8]) -> String {
    let hash = body.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("\"{hash:016x}-{:x}\"", body.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(address: SocketAddr, head: &str) -> String {
        let mut connection = TcpStream::connect(address).expect("the origin listens");
        connection.write_all(format!("{head}\r\nConnection: close\r\n\r\n").as_bytes()).expect("it reads");
        let mut answer = String::new();
        connection.read_to_string(&mut answer).expect("it answers");
        answer
    }

    #[test]
    fn serves_a_folder_as_a_site() {
        let folder = std::env::temp_dir().join(format!("parvis-origin-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("p")).expect("a folder");
        for (name, text) in
            [("index.html", "home"), ("cart.html", "cart"), ("p/ä.html", "item"), ("404.html", "gone")]
        {
            std::fs::write(folder.join(name), text).expect("a file");
        }
        let address = start(&folder, 0).expect("a free port");
        for (target, status, body) in [
            ("/", "200 OK", "home"),
            ("/?utm_campaign=spring-light", "200 OK", "home"),
            ("/cart", "200 OK", "cart"),
            ("/cart.html", "200 OK", "cart"),
            ("/cart/", "404 Not Found", "gone"),
            ("/p/%C3%A4", "200 OK", "item"),
            ("/p", "404 Not Found", "gone"),
            ("/../Cargo.toml", "404 Not Found", "gone"),
            ("/%2e%2e/%2e%2e/etc/passwd", "404 Not Found", "gone"),
            ("/%zz", "404 Not Found", "gone"),
        ] {
            let answer = ask(address, &format!("GET {target} HTTP/1.1\r\nHost: x"));
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}\r\n")), "{target}: {answer}");
            assert!(answer.ends_with(&format!("\r\n\r\n{body}")), "{target}: {answer}");
        }
        let home = ask(address, "GET / HTTP/1.1\r\nHost: x");
        let tag =
            home.split("ETag: ").nth(1).and_then(|rest| rest.split("\r\n").next()).expect("a validator");
        let again = ask(address, &format!("GET / HTTP/1.1\r\nIf-None-Match: \"no\", W/{tag}"));
        assert!(again.starts_with("HTTP/1.1 304 ") && again.ends_with("\r\n\r\n"), "{again}");
        let head = ask(address, "HEAD / HTTP/1.1\r\nHost: x");
        assert!(head.contains("Content-Length: 4\r\n") && head.ends_with("\r\n\r\n"), "{head}");
        assert!(ask(address, "POST / HTTP/1.1\r\nContent-Length: 3").starts_with("HTTP/1.1 405 "));
        std::fs::remove_dir_all(&folder).expect("it is ours");
    }
}
