//! Faults, purges and measurements that tests and `cargo xtask bench viceroy` stage with a request; never in deployed
//! modules.
//!
//! The host reports the time of the guest's own work, and of host calls as far as they do not wait, in whole
//! milliseconds. So a measurement begins at the start of a millisecond. At its end the rest of the last one is spent in a
//! loop and measured by the clock.

use std::io::Write as _;
use std::time::Instant;

use fastly::compute_runtime::elapsed_vcpu_ms;
use fastly::handle::{BodyHandle, RequestHandle};

use parvis::facts::staged::HEADER;
use parvis::playbook::Playbook;
use parvis::reason::Reason;

use crate::cache::Kept;
use crate::{BUFFER, ORIGIN, stores, visitor};

/// What a test stages, in a header that ends here.
pub(crate) fn told(request: &RequestHandle) -> Vec<String> {
    visitor::values(request, HEADER, visitor::SHORT)
}

/// Whether a test stages `what`.
pub(crate) fn stages(request: &RequestHandle, what: &str) -> bool {
    told(request).iter().any(|staged| staged.contains(what))
}

/// The playbook, unless its store is staged to be as slow as the origin: Viceroy's own stores never are.
pub(crate) fn playbook(
    request: &RequestHandle,
    playbook: Result<Playbook, Reason>,
) -> Result<Playbook, Reason> {
    let slow = || {
        let mut request = RequestHandle::new();
        request.set_url(&fastly::http::Url::parse("http://shop.example/slow-store").ok()?);
        let pending = request.send_async(BodyHandle::new(), ORIGIN).ok()?;
        (!stores::ready(pending.as_u32())).then_some(Reason::StoreFailed)
    };
    if stages(request, "store=slow") { slow().map_or(playbook, Err) } else { playbook }
}

/// Purges the cache if a test stages it, as the service's owner would.
pub(crate) fn purge(request: &RequestHandle) {
    for staged in told(request) {
        if let Some((_, key)) = staged.split_once("purge=") {
            let _ = fastly::http::purge::purge_surrogate_key(key.split(';').next().unwrap_or_default());
        }
    }
}

/// The page with what a test stages to be wrong with it.
pub(crate) fn spoiled(mut kept: Kept, told: &[String]) -> Kept {
    kept.spoil(|what| told.iter().any(|staged| staged.contains(what)));
    kept
}

/// A running measurement, with the millisecond at which it began; `None` if no test stages one.
pub(crate) struct Measurement(Option<u64>);

/// Begins, if a test stages it.
pub(crate) fn begin(request: &RequestHandle) -> Measurement {
    Measurement(stages(request, "measure").then(next))
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

impl Measurement {
    /// The record with the microseconds since the start.
    pub(crate) fn end(self, record: String) -> String {
        let Some(from) = self.0 else { return record };
        let started = Instant::now();
        let to = next();
        let rest = started.elapsed().as_micros();
        let took = u128::from(to.saturating_sub(from)).saturating_mul(1000).saturating_sub(rest);
        [record.strip_suffix('}').unwrap_or(&record), ",\"guest_us\":", &took.to_string(), "}"].concat()
    }
}

/// The minimal module that reads the page: copies every byte in and out.
pub(crate) fn pass(request: RequestHandle, body: BodyHandle) -> String {
    let passed = pass_bytes(request, body).is_some();
    if passed { "{\"reason\":\"pass\"}".to_owned() } else { "{\"reason\":\"broke\"}".to_owned() }
}

fn pass_bytes(request: RequestHandle, body: BodyHandle) -> Option<()> {
    let (response, mut body) = request.send(body, ORIGIN).ok()?;
    let mut client = response.stream_to_client(BodyHandle::new());
    let mut buffer = vec![0; BUFFER];
    loop {
        let bytes = crate::read(&mut body, &mut buffer)?;
        if bytes.is_empty() {
            return client.finish().ok();
        }
        client.write_all(bytes).ok()?;
    }
}
