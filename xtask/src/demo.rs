//! `cargo xtask demo`: the demo shop behind Parvis, on this machine.
//!
//! An origin serves plain files; a host (`parvis serve`, or the Fastly module under Viceroy) stands in front of it.

mod viceroy;

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::once::Once;
use crate::run::{Log, Running, cargo, elapsed, output, program, run, say, succeeds};
use crate::{npm, origin, paths, setup};

pub const USUAL_PORT: u16 = 7070;
/// How long a host may take until it answers; Viceroy compiles the module first.
const PATIENCE: Duration = Duration::from_secs(60);

/// Starts the demo shop behind Parvis and prints its address and a tour.
///
/// The first time it builds what it needs, in about three minutes; after that it is up in seconds. Ctrl-C stops it.
#[derive(clap::Args)]
pub struct Arguments {
    /// What stands in front of the shop
    #[arg(long, value_enum, default_value_t = Host::Native)]
    host: Host,
    /// Port on 127.0.0.1; 0 takes a free one [default: 7070, or a free one when that is taken]
    #[arg(long)]
    port: Option<u16>,
    /// Do not open a browser
    #[arg(long)]
    no_open: bool,
    /// Come up, answer once, stop: for tests
    #[arg(long)]
    once: bool,
}

/// What stands in front of the shop.
#[derive(Clone, Copy, PartialEq, clap::ValueEnum)]
pub enum Host {
    /// `parvis serve`, an ordinary program
    Native,
    /// The deployed module under Viceroy, Fastly's local runtime (built once, 6 to 10 min)
    Fastly,
}

/// Runs the command.
pub fn demo(arguments: &Arguments) -> anyhow::Result<()> {
    let started = Instant::now();
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    ctrlc::set_handler(move || {
        // Whoever asks twice does not want to wait for a build.
        if asked.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    })?;
    let shop = shop()?;
    let origin = origin::start(&shop, 0)?;
    let address = free(arguments.port)?;
    let mut host = start(arguments.host, origin, address)?;
    let status = answer(address, &mut host, &stop)?;
    if stop.load(Ordering::SeqCst) {
        return Ok(());
    }
    anyhow::ensure!(status == 200, "the shop answers its home page with status {status}");
    say(format!("up in {}", elapsed(started)));
    println!("demo: http://{address}/");
    if arguments.once {
        return Ok(());
    }
    println!("{}", tour(address));
    if !arguments.no_open {
        open(&format!("http://{address}/"));
    }
    while !stop.load(Ordering::SeqCst) {
        if let Some(status) = host.0.try_wait()? {
            bail!("the host stopped by itself ({status}); what it said last is above");
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    say("stopped");
    Ok(())
}

/// Brings the demo up on `host`, lets it answer once and stops it.
pub fn once(host: Host) -> anyhow::Result<()> {
    let origin = origin::start(&shop()?, 0)?;
    let address = free(Some(0))?;
    let mut running = start(host, origin, address)?;
    let status = answer(address, &mut running, &AtomicBool::new(false))?;
    anyhow::ensure!(status == 200, "the shop answers its home page with status {status}");
    Ok(())
}

/// The shop as a folder of plain files, with the package and the compiled playbook that its pages load.
pub fn shop() -> anyhow::Result<PathBuf> {
    static SHOP: Once = Once::new();
    SHOP.get(build_shop)
}

fn build_shop() -> anyhow::Result<PathBuf> {
    // Side by side: each has long stretches in which the compiler uses one core.
    let (parvis, package) = std::thread::scope(|threads| {
        let log = Log::here();
        let parvis = threads.spawn(|| Log::during(log, command));
        let package = npm::npm();
        (parvis.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), package)
    });
    let (parvis, package) = (parvis?, package?);
    setup::packages("web-demo")?;
    let shop = paths::target().join("demo-shop");
    let mut build = program("node");
    build.arg("web-demo/build.mjs").arg(&shop);
    build.arg("--vendor").arg(paths::at("web-demo/node_modules/vanilla-cookieconsent/dist"));
    run(build.arg("--parvis").arg(package))?;
    std::fs::create_dir_all(shop.join("parvis"))?;
    std::fs::copy(given(&parvis)?.playbook, shop.join("parvis/playbook.bin"))?;
    Ok(shop)
}

/// The `parvis` command, built quickly rather than for speed.
pub fn command() -> anyhow::Result<PathBuf> {
    COMMAND.get(|| {
        run(&mut cargo("build --locked -p parvis-cli"))?;
        Ok(paths::target().join("debug").join(format!("parvis{}", std::env::consts::EXE_SUFFIX)))
    })
}

/// The `parvis` command of this run. The tests build it with everything else, and put it here.
pub static COMMAND: Once = Once::new();

/// What the host is given: the compiled playbook and the keys that seal the visitor cookie.
struct Given {
    playbook: PathBuf,
    keys: PathBuf,
}

impl Given {
    fn here() -> Given {
        let folder = paths::target().join("demo");
        Given { playbook: folder.join("playbook.bin"), keys: folder.join("keys.txt") }
    }
}

/// Compiles the playbook and, once for this clone, makes a key.
fn given(parvis: &Path) -> anyhow::Result<Given> {
    let given = Given::here();
    std::fs::create_dir_all(paths::target().join("demo"))?;
    output(program(parvis).args(["compile", "web-demo/playbook.json", "-o"]).arg(&given.playbook))?;
    if !given.keys.is_file() {
        // It stays, so that a visitor is still known after a restart.
        let mut key = [0_u8; 32];
        std::fs::File::open("/dev/urandom").and_then(|mut random| random.read_exact(&mut key))?;
        let digits: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        std::fs::write(&given.keys, format!("1:{digits}\n"))?;
    }
    Ok(given)
}

fn start(host: Host, origin: SocketAddr, address: SocketAddr) -> anyhow::Result<Running> {
    let given = Given::here();
    match host {
        Host::Native => {
            let parvis = command()?;
            let mut serve = program(parvis);
            serve.arg("serve").arg(&given.playbook).args(["--origin", &format!("http://{origin}")]);
            Running::start(serve.args(["--port", &address.port().to_string()]).arg("--keys").arg(&given.keys))
        }
        Host::Fastly => viceroy::start(&given, origin, address),
    }
}

fn free(port: Option<u16>) -> anyhow::Result<SocketAddr> {
    let bound = match port {
        Some(port) => TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .with_context(|| format!("port {port} is taken: choose another, or 0 for any"))?,
        None => TcpListener::bind((Ipv4Addr::LOCALHOST, USUAL_PORT))
            .or_else(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?,
    };
    Ok(bound.local_addr()?)
}

/// The status of the home page, as soon as the host answers at all.
fn answer(address: SocketAddr, host: &mut Running, stop: &AtomicBool) -> anyhow::Result<u16> {
    let started = Instant::now();
    loop {
        if let Some(status) = ask(address) {
            return Ok(status);
        }
        if let Some(status) = host.0.try_wait()? {
            bail!("the host stopped before it answered ({status}); what it said is above");
        }
        if stop.load(Ordering::SeqCst) {
            return Ok(0);
        }
        anyhow::ensure!(
            started.elapsed() < PATIENCE,
            "the host does not answer on {address} after {}",
            elapsed(started)
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn ask(address: SocketAddr) -> Option<u16> {
    let mut connection = TcpStream::connect_timeout(&address, Duration::from_secs(1)).ok()?;
    connection.set_read_timeout(Some(PATIENCE)).ok()?;
    connection
        .write_all(format!("GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes())
        .ok()?;
    let mut head = [0; 12];
    connection.read_exact(&mut head).ok()?;
    std::str::from_utf8(&head).ok()?.strip_prefix("HTTP/1.")?.get(2..5)?.parse().ok()
}

/// What to look at, a line a step.
pub fn tour(address: SocketAddr) -> String {
    format!(
        "
  1. Open the shop and choose nothing in the banner: every byte is the origin's, and nothing is stored.
  2. Come from a campaign: http://{address}/?utm_campaign=spring-light changes the hero, without consent.
  3. Accept, open a product, go home: hero and \"recently seen\" follow what you looked at. Order it, and the hero lets go.
  4. Close the browser and come back: welcome back to the category you like.
  5. Choose \"Privacy choices\" and withdraw: default content at once, and our cookies are gone.

  \"Why do I see this?\" on each page shows every decision with its reason. Ctrl-C stops the demo."
    )
}

fn open(url: &str) {
    let desktop = std::env::var_os("DISPLAY").is_some() || std::env::var_os("WAYLAND_DISPLAY").is_some();
    if cfg!(target_os = "macos") {
        succeeds(program("open").arg(url));
    } else if desktop {
        succeeds(program("xdg-open").arg(url));
    }
}
