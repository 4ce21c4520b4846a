//! A page whose blocks are `<esi:include>` tags, filled by `esi` with content that is there already; nothing is fetched for it.
//!
//! A query of `esi` asks for that, any other for the same bytes in and out. The request's guest CPU is logged as our own
//! module logs it: from one millisecond of the host's counter to another, the rest of the last one measured by the clock.

use std::io::{Read as _, Write as _};
use std::time::Instant;

use esi::{Configuration, PendingFragmentContent, Processor};
use fastly::compute_runtime::elapsed_vcpu_ms;
use fastly::{Request, Response};

/// What blocks are filled with.
const CONTENT: &str = "<h2>Welcome back</h2><p>The lamps you looked at are still here, and two of them would stand well \
    together.</p><a href='/c/lamps'>See the lamps</a>";
/// Bytes moved at once, as `esi` does.
const CHUNK: usize = 16 * 1024;

fn main() {
    let request = Request::from_client();
    let with_esi = request.get_query_str() == Some("esi");
    let from = next();
    let done = if with_esi { fill(request) } else { pass(request) };
    let started = Instant::now();
    let to = next();
    let took = u128::from(to - from) * 1000 - started.elapsed().as_micros().min(1000);
    let reason = if done.is_some() { "done" } else { "broke" };
    println!("parvis :: {{\"reason\":\"{reason}\",\"guest_us\":{took}}}");
}

fn fill(request: Request) -> Option<()> {
    let answer = request.send("origin").ok()?;
    let fragment = |_: Request, _: Option<u32>| {
        Ok(PendingFragmentContent::CompletedRequest(Box::new(Response::from_body(CONTENT))))
    };
    let mut client = Response::new().stream_to_client();
    let mut processor = Processor::new(None, Configuration::default());
    processor.process_stream(answer.into_body(), &mut client, Some(&fragment), None).ok()?;
    client.finish().ok()
}

fn pass(request: Request) -> Option<()> {
    let mut page = request.send("origin").ok()?.into_body();
    let mut client = Response::new().stream_to_client();
    let mut buffer = vec![0; CHUNK];
    loop {
        let length = page.read(&mut buffer).ok()?;
        if length == 0 {
            return client.finish().ok();
        }
        client.write_all(buffer.get(..length)?).ok()?;
    }
}

/// The first instant of the next millisecond.
fn next() -> u64 {
    let before = elapsed_vcpu_ms().unwrap_or(0);
    loop {
        match elapsed_vcpu_ms() {
            Ok(now) if now == before => {}
            Ok(now) => return now,
            Err(_) => return before,
        }
    }
}
