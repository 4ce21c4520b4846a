//! What only the native server has: files that change, connections that stay, and a proxy's duties.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use parvis_host_tests::client::{connect, parse};
use parvis_host_tests::origin::{Act, chunk, page, respond};
use parvis_host_tests::sample::{HERO, SPRING, page_with, playbook};
use parvis_host_tests::{Origin, Reply, ask};
use parvis_native::{Config, Server, Timeouts, Writer};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

const SPRING_PATH: &str = "/?utm_campaign=spring-sale";

/// A server with what it says.
struct Running {
    address: SocketAddr,
    notices: Arc<Mutex<Vec<String>>>,
    stop: oneshot::Sender<()>,
    runtime: Runtime,
}

impl Running {
    fn start(config: Config) -> Running {
        Running::with_records(config, Arc::new(|_| Ok(())))
    }

    fn with_records(mut config: Config, records: Writer) -> Running {
        config.records = records;
        let notices = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&notices);
        config.notices = Arc::new(move |line| log.lock().unwrap().push(line.to_owned()));
        config.reload = Duration::from_millis(20);
        let runtime = Runtime::new().unwrap();
        let server = runtime.block_on(Server::bind(config)).unwrap();
        let address = server.address();
        let (stop, stopped) = oneshot::channel::<()>();
        runtime.spawn(async move {
            let _ = server.run(async move { drop(stopped.await) }).await;
        });
        Running { address, notices, stop, runtime }
    }

    fn get(&self, path: &str) -> Reply {
        ask(self.address, "GET", path, &[], b"").unwrap()
    }

    /// Waits until something is said that holds `text`.
    fn says(&self, text: &str) {
        let started = Instant::now();
        while !self.notices.lock().unwrap().iter().any(|line| line.contains(text)) {
            assert!(
                started.elapsed() < Duration::from_secs(10),
                "no `{text}` in {:?}",
                self.notices.lock().unwrap()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
        self.notices.lock().unwrap().clear();
    }
}

fn config(origin: &Origin) -> Config {
    let mut config = Config::new(format!("http://{}", origin.address()).parse().unwrap());
    config.country = Some("PT".to_owned());
    config
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("parvis-native-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn a_changed_playbook_is_taken_and_a_bad_one_is_not() {
    let origin = Origin::start().unwrap();
    origin.answers(vec![page(&page_with(HERO))]);
    let file = folder("reload").join("playbook.bin");
    let server = Running::start(Config { playbook: Some(file.clone()), ..config(&origin) });
    server.says("passes through untouched");
    assert_eq!(server.get(SPRING_PATH).text(), page_with(HERO));
    fs::write(&file, playbook().unwrap()).unwrap();
    server.says("is in use");
    assert_eq!(server.get(SPRING_PATH).text(), page_with(SPRING));
    fs::write(&file, b"PARVIS but not whole").unwrap();
    server.says("the last good playbook stays");
    assert_eq!(server.get(SPRING_PATH).text(), page_with(SPRING));
    fs::remove_file(&file).unwrap();
    server.says("the last good playbook stays");
    assert_eq!(server.get(SPRING_PATH).text(), page_with(SPRING));
}

#[test]
fn a_proxy_keeps_connections_and_what_belongs_to_them_apart() {
    let origin = Origin::start().unwrap();
    origin.answers(vec![respond(
        200,
        &["Keep-Alive: 5", "Connection: x-private", "X-Private: 1", "X-Public: 1"],
        b"ok",
    )]);
    let server = Running::start(config(&origin));
    let mut connection = connect(server.address).unwrap();
    for number in 0..3 {
        write!(connection, "GET /{number} HTTP/1.1\r\nHost: shop.example\r\nConnection: keep-alive, x-secret\r\nX-Secret: 1\r\n\
            Upgrade: h2c\r\nTE: trailers\r\nX-Forwarded-For: 8.8.8.8\r\nX-Forwarded-Proto: https\r\n\r\n").unwrap();
        let mut bytes = Vec::new();
        while !bytes.ends_with(b"\r\n\r\nok") {
            let mut buffer = [0; 4096];
            let length = connection.read(&mut buffer).unwrap();
            assert_ne!(length, 0);
            bytes.extend_from_slice(buffer.get(..length).unwrap());
        }
        let reply = parse(&bytes, false).unwrap();
        assert_eq!(
            (reply.header("x-public"), reply.header("x-private"), reply.header("keep-alive")),
            (Some("1"), None, None)
        );
        let asked = origin.asked().pop().unwrap();
        assert_eq!(asked.path, format!("/{number}"));
        for gone in ["x-secret", "upgrade", "te", "keep-alive"] {
            assert_eq!(asked.header(gone), None, "{gone}");
        }
        let host = origin.address().to_string();
        assert_eq!(asked.header("host"), Some(host.as_str()));
        assert_eq!(asked.header("x-forwarded-for"), Some("127.0.0.1"));
        assert_eq!(asked.header("x-forwarded-host"), Some("shop.example"));
        assert_eq!(asked.header("x-forwarded-proto"), Some("http"));
    }
    let reply =
        ask(server.address, "GET", "/", &["Upgrade: websocket", "Sec-WebSocket-Version: 13"], b"").unwrap();
    assert_eq!(reply.status, 501);
    assert_eq!(ask(server.address, "CONNECT", "shop.example:443", &[], b"").unwrap().status, 501);
    assert_eq!(ask(server.address, "OPTIONS", "*", &[], b"").unwrap().status, 501);
    let behind = Running::start(Config { proxies: vec!["127.0.0.0/8".parse().unwrap()], ..config(&origin) });
    origin.asked();
    ask(behind.address, "GET", "/", &["X-Forwarded-For: 8.8.8.8", "X-Forwarded-Proto: https"], b"").unwrap();
    let asked = origin.asked().pop().unwrap();
    assert_eq!(asked.header("x-forwarded-for"), Some("8.8.8.8, 127.0.0.1"));
    assert_eq!(asked.header("x-forwarded-proto"), Some("https"));
}

#[test]
fn health_base_and_country_are_as_configured() {
    let origin = Origin::start().unwrap();
    origin.answers(vec![page(&page_with(HERO))]);
    let file = folder("geo").join("playbook.bin");
    fs::write(&file, playbook().unwrap()).unwrap();
    let mut config = config(&origin);
    config.origin = format!("http://{}/base/", origin.address()).parse().unwrap();
    config.playbook = Some(file);
    config.health = Some("/healthz".to_owned());
    config.geo_header = Some("x-geo".parse().unwrap());
    let server = Running::start(config);
    assert_eq!((server.get("/healthz").status, origin.asked().len()), (200, 0));
    for (said, shown) in [("FR", "Spring in FR"), ("us-ca", "Spring in US"), ("nowhere", "Welcome")] {
        let reply = ask(server.address, "GET", SPRING_PATH, &[&format!("X-Geo: {said}")], b"").unwrap();
        assert!(reply.text().contains(shown), "{said}: {}", reply.text());
    }
    assert_eq!(origin.asked().pop().unwrap().path, "/base/?utm_campaign=spring-sale");
}

/// What a trusted proxy says twice, or in another form, is not known: the law of the strictest region holds, and not that of the place
/// that the machine pretends.
#[test]
fn a_region_that_is_said_twice_or_wrong_is_unknown() {
    let origin = Origin::start().unwrap();
    origin.answers(vec![page(&page_with(HERO))]);
    let file = folder("region").join("playbook.bin");
    fs::write(&file, playbook().unwrap()).unwrap();
    for behind_proxy in [false, true] {
        let server = Running::start(Config {
            playbook: Some(file.clone()),
            country: Some("US".to_owned()),
            geo_header: Some("cf-ipcountry".parse().unwrap()),
            proxies: if behind_proxy { vec!["127.0.0.1".parse().unwrap()] } else { Vec::new() },
            ..config(&origin)
        });
        for (lines, opt_out) in [
            (&[][..], true),
            (&["CF-IPCountry: US"], true),
            (&["cf-ipcountry: us-ca"], true),
            (&["CF-IPCountry: FR"], false),
            (&["CF-IPCountry: US", "CF-IPCountry: FR"], false),
            (&["CF-IPCountry: US", "CF-IPCountry: US"], false),
            (&["CF-IPCountry: US, FR"], false),
            (&["CF-IPCountry: US-CA, FR"], false),
            (&["CF-IPCountry: US-California"], false),
            (&["CF-IPCountry: US-"], false),
            (&["CF-IPCountry: "], false),
            (&["CF-IPCountry: T1"], false),
            (&["CF-IPCountry: US\u{e9}"], false),
        ] {
            let mut sent = vec!["Cookie: parvis-visit=a~ilamp"];
            sent.extend_from_slice(lines);
            let reply = ask(server.address, "GET", "/", &sent, b"").unwrap();
            assert_eq!(
                reply.text().contains("Back to the Desk lamp?"),
                opt_out,
                "{lines:?}: {}",
                reply.text()
            );
        }
        origin.asked();
        // A proxy appends to the client's line, or adds one of its own: both are the chain, where there is a proxy.
        let sent = [
            "X-Forwarded-For: 203.0.113.9",
            "X-Forwarded-For: 198.51.100.7",
            "Forwarded: for=203.0.113.9",
            "X-Real-IP: 203.0.113.9",
            "CF-IPCountry: FR",
            "CF-IPCity: Lyon",
        ];
        ask(server.address, "GET", "/", &sent, b"").unwrap();
        let asked = origin.asked().pop().unwrap();
        let chain = if behind_proxy { "203.0.113.9, 198.51.100.7, 127.0.0.1" } else { "127.0.0.1" };
        assert_eq!(asked.header("x-forwarded-for"), Some(chain));
        let others = ["forwarded", "x-real-ip", "cf-ipcity", "cf-ipcountry"].map(|name| asked.header(name));
        assert_eq!(others, [None, None, None, Some("FR")], "what the operator trusts stays");
    }
}

#[test]
fn a_stranger_is_believed_nothing_where_proxies_are_named() {
    let origin = Origin::start().unwrap();
    origin.answers(vec![page(&page_with(HERO))]);
    let file = folder("stranger").join("playbook.bin");
    fs::write(&file, playbook().unwrap()).unwrap();
    for (network, is_proxy) in [("127.0.0.0/8", true), ("10.0.0.0/8", false)] {
        let server = Running::start(Config {
            playbook: Some(file.clone()),
            country: Some("US".to_owned()),
            geo_header: Some("cf-ipcountry".parse().unwrap()),
            proxies: vec![network.parse().unwrap()],
            preserve_host: true,
            ..config(&origin)
        });
        let sent = [
            "CF-IPCountry: US",
            "Cookie: parvis-visit=a~ilamp",
            "X-Forwarded-For: 203.0.113.9",
            "X-Forwarded-Proto: https",
        ];
        let reply = ask(server.address, "GET", "/", &sent, b"").unwrap();
        // Without its word the region is unknown, and the law asks for consent.
        assert_eq!(reply.text().contains("Back to the Desk lamp?"), is_proxy, "{network}");
        let asked = origin.asked().pop().unwrap();
        let (chain, proto) =
            if is_proxy { ("203.0.113.9, 127.0.0.1", "https") } else { ("127.0.0.1", "http") };
        assert_eq!(asked.header("x-forwarded-for"), Some(chain));
        assert_eq!(asked.header("x-forwarded-proto"), Some(proto));
        assert_eq!(asked.header("cf-ipcountry"), is_proxy.then_some("US"));
        assert_eq!(asked.header("host"), Some("shop.example"));
    }
}

/// A reader of the log that stalls, or goes away, costs nobody a page; what is lost is told to the operator.
#[test]
fn records_that_nobody_reads_delay_no_page() {
    let origin = Origin::start().unwrap();
    origin.answers(vec![page("<p>Lamps</p>")]);
    let (reads, may_read) = std::sync::mpsc::channel::<()>();
    let may_read = Mutex::new(may_read);
    let stalled = move |_: &str| {
        let _ = may_read.lock().unwrap().recv();
        Ok(())
    };
    let gone = |_: &str| Err(std::io::Error::from(std::io::ErrorKind::BrokenPipe));
    for (records, told) in [(Arc::new(stalled) as Writer, ""), (Arc::new(gone), "until they can be written")]
    {
        let server = Running::with_records(config(&origin), records);
        for _ in 0..20 {
            assert_eq!(server.get("/").status, 200);
        }
        server.says(told);
    }
    drop(reads);
}

/// Events may be hours apart, where a body of another kind is given up.
#[test]
fn a_stream_of_events_may_be_silent() {
    let origin = Origin::start().unwrap();
    let server = Running::start(Config {
        timeouts: Timeouts { between_bytes: Duration::from_millis(100), ..Timeouts::default() },
        ..config(&origin)
    });
    for (kind, whole) in [("Text/Event-Stream; charset=utf-8", true), ("text/plain", false)] {
        origin.answers(vec![
            respond(200, &[&format!("Content-Type: {kind}"), "Transfer-Encoding: chunked"], b""),
            chunk(b"data: one\n\n"),
            Act::Wait(Duration::from_millis(600)),
            chunk(b"data: two\n\n"),
            chunk(b""),
        ]);
        let reply = server.get("/events");
        assert_eq!((reply.whole, reply.text().contains("two")), (whole, whole), "{kind}: {reply:?}");
    }
}

#[test]
fn the_last_good_keys_stay_in_use() {
    let origin = Origin::start().unwrap();
    origin.answers(vec![page(&page_with(HERO))]);
    let folder = folder("keys");
    let (file, keys) = (folder.join("playbook.bin"), folder.join("keys"));
    fs::write(&file, playbook().unwrap()).unwrap();
    fs::write(&keys, format!("1:{}\n", "5a".repeat(32))).unwrap();
    let server = Running::start(Config { playbook: Some(file), keys: Some(keys.clone()), ..config(&origin) });
    fs::write(&keys, "no keys").unwrap();
    server.says("the last good keys stay in use");
    fs::remove_file(&keys).unwrap();
    server.says("No such file");
}

#[test]
fn a_stopped_server_finishes_what_it_began() {
    let origin = Origin::start().unwrap();
    let head = respond(200, &["Content-Type: text/plain", "Transfer-Encoding: chunked"], b"");
    origin.answers(vec![
        head,
        chunk(b"one "),
        Act::Wait(Duration::from_millis(500)),
        chunk(b"two"),
        chunk(b""),
    ]);
    let server = Running::start(config(&origin));
    let address = server.address;
    let asking = std::thread::spawn(move || ask(address, "GET", "/", &[], b"").unwrap());
    while origin.asked().is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(100));
    server.stop.send(()).unwrap();
    let reply = asking.join().unwrap();
    assert_eq!((reply.text().as_str(), reply.whole), ("one two", true));
    assert!(connect(address).is_err());
    drop(server.runtime);
}

#[test]
fn a_body_is_read_no_faster_than_the_visitor_reads() {
    let origin = Origin::start().unwrap();
    let file = folder("pressure").join("playbook.bin");
    fs::write(&file, playbook().unwrap()).unwrap();
    // Far more than the buffers of all sockets on the way.
    let Act::Send(filler) = chunk("<p>more</p>".repeat(1_000).as_bytes()) else { return };
    let total = filler.len() * 6_000;
    let head = respond(200, &["Content-Type: text/html; charset=utf-8", "Transfer-Encoding: chunked"], b"");
    origin.answers(vec![head, chunk(page_with(HERO).as_bytes()), Act::Repeat(filler, 6_000), chunk(b"")]);
    let server = Running::start(Config { playbook: Some(file), ..config(&origin) });
    for (number, path) in ["/", SPRING_PATH].into_iter().enumerate() {
        let mut connection = connect(server.address).unwrap();
        write!(connection, "GET {path} HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n").unwrap();
        std::thread::sleep(Duration::from_millis(700));
        let sent = origin.sent() - number * total;
        assert!(0 < sent && sent < total / 2, "{path}: the origin sent {sent} bytes to nobody");
        let mut bytes = Vec::new();
        connection.read_to_end(&mut bytes).unwrap();
        let reply = parse(&bytes, false).unwrap();
        assert!(reply.whole && reply.body.len() > 6_000 * 11_000, "{path}: {} bytes", reply.body.len());
    }
}

#[test]
fn an_origin_that_cannot_be_one_is_refused_with_a_sentence() {
    let runtime = Runtime::new().unwrap();
    for (origin, why) in
        [("ftp://shop.example/", "http://"), ("/path", "http://"), ("http://shop.example/?a=b", "query")]
    {
        let error =
            runtime.block_on(Server::bind(Config::new(origin.parse().unwrap()))).err().unwrap().to_string();
        assert!(error.contains(&format!("`{origin}`")) && error.contains(why), "{error}");
    }
}
