//! How long the guest was at work, for `cargo xtask bench viceroy`; never in what is deployed.
//!
//! The host tells the time of the guest's own work, and of host calls as far as they do not wait, in whole milliseconds.
//! So a measurement begins where one begins, and at its end the rest of the last one is spun away and measured by the
//! clock.

use std::io::Write as _;
use std::time::Instant;

use fastly::compute_runtime::elapsed_vcpu_ms;
use fastly::handle::{BodyHandle, RequestHandle};

use crate::{BUFFER, ORIGIN, visitor};

/// A measurement that has begun, with the millisecond it began at; `None` where no test stages one.
pub(crate) struct Measurement(Option<u64>);

/// Begins, if a test stages it.
pub(crate) fn begin(request: &RequestHandle) -> Measurement {
    Measurement(visitor::stages(request, "measure").then(next))
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
    /// The record with the microseconds since the beginning.
    pub(crate) fn end(self, record: String) -> String {
        let Some(from) = self.0 else { return record };
        let started = Instant::now();
        let to = next();
        let rest = started.elapsed().as_micros();
        let took = u128::from(to.saturating_sub(from)).saturating_mul(1000).saturating_sub(rest);
        [record.strip_suffix('}').unwrap_or(&record), ",\"guest_us\":", &took.to_string(), "}"].concat()
    }
}

/// The least that a module does that sees the page: every byte in and out again.
pub(crate) fn pass(request: RequestHandle, body: BodyHandle) -> Option<()> {
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
