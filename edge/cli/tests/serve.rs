//! `parvis serve`: pages stay in memory until it is told to forget them, or has none.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// An origin that counts how often its page was asked for.
fn origin() -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                connection.read_exact(&mut byte).unwrap();
                head.extend(byte);
            }
            count.fetch_add(1, Ordering::SeqCst);
            connection
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nCache-Control: max-age=60\r\nContent-Length: 4\r\nConnection: close\r\n\r\npage")
                .unwrap();
        }
    });
    (address, asked)
}

/// A running server; it ends when it is dropped.
struct Serving {
    child: Child,
    address: String,
    says: BufReader<ChildStderr>,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Serving {
    fn start(origin: SocketAddr, more: &[&str]) -> Serving {
        let mut child = Command::new(env!("CARGO_BIN_EXE_parvis"))
            .args(["serve", "--quiet", "--port", "0", "--origin", &format!("http://{origin}")])
            .args(more)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let says = BufReader::new(child.stderr.take().unwrap());
        let mut serving = Serving { child, address: String::new(), says };
        let line = serving.says("listening on http://");
        serving.address = line.split("http://").nth(1).unwrap().trim_end().trim_end_matches('/').to_owned();
        serving
    }

    /// The next line that holds `text`.
    fn says(&mut self, text: &str) -> String {
        let mut line = String::new();
        while !line.contains(text) {
            line.clear();
            assert_ne!(self.says.read_line(&mut line).unwrap(), 0, "it never said `{text}`");
        }
        line
    }

    fn get(&self) {
        let mut connection = TcpStream::connect(&self.address).unwrap();
        connection.write_all(b"GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        assert!(answer.ends_with("\r\n\r\npage"), "{answer}");
    }
}

#[test]
fn pages_are_kept_until_a_signal_forgets_them() {
    let (address, asked) = origin();
    let mut serving = Serving::start(address, &[]);
    serving.get();
    serving.get();
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    let told = Command::new("kill").args(["-HUP", &serving.child.id().to_string()]).status().unwrap();
    assert!(told.success());
    serving.says("the page cache is empty");
    serving.get();
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[test]
fn no_page_is_kept_where_the_cache_is_off() {
    let (address, asked) = origin();
    let serving = Serving::start(address, &["--cache", "0"]);
    serving.get();
    serving.get();
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}
