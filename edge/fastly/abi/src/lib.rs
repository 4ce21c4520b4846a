//! Three of Fastly's host calls, safe to use: the only unsafe code of Parvis.
//!
//! Fastly's library can wait for a store only without an end, gives URLs only as it parses them, and places only as it
//! understands their JSON. The parsers are a third of the module, and nothing here needs them. Each call hands the host a
//! buffer that outlives it, with its true length; handles are numbers that the host checks.

use std::net::IpAddr;
use std::time::Duration;

use fastly_shared::FastlyStatus;
use fastly_sys::{fastly_async_io, fastly_geo, fastly_http_req};

/// Whether what `handle` stands for is ready before `patience` is over; the host's refusal to wait counts as ready.
///
/// `handle` is that of a pending lookup or of a pending request.
pub fn ready_within(handle: u32, patience: Duration) -> bool {
    // Zero would be no bound at all.
    let patience = u32::try_from(patience.as_millis()).unwrap_or(u32::MAX).max(1);
    let handles = [handle];
    let mut ready = 0_u32;
    // SAFETY: the host reads one handle and writes one number, and both live until it returns.
    let status = unsafe { fastly_async_io::select(handles.as_ptr(), handles.len(), patience, &mut ready) };
    status != FastlyStatus::OK || ready != u32::MAX
}

/// The URL of the request with this handle, as it came; `None` when it is longer than `bound` bytes or not UTF-8.
pub fn url(request: u32, bound: usize) -> Option<String> {
    let mut buffer = vec![0; bound];
    let mut length = 0;
    // SAFETY: the host writes at most `bound` bytes, which the buffer has, and one number.
    let status = unsafe { fastly_http_req::uri_get(request, buffer.as_mut_ptr(), buffer.len(), &mut length) };
    text(status, buffer, length)
}

/// What Fastly knows of an address, as JSON; `None` when that is nothing or longer than `bound` bytes.
pub fn place(address: IpAddr, bound: usize) -> Option<String> {
    let mut octets = [0; 16];
    let octets = match address {
        IpAddr::V4(address) => {
            let (four, _) = octets.split_at_mut(4);
            four.copy_from_slice(&address.octets());
            &*four
        }
        IpAddr::V6(address) => {
            octets = address.octets();
            octets.as_slice()
        }
    };
    let mut buffer = vec![0; bound];
    let mut length = 0;
    // SAFETY: the host reads the octets, and writes at most `bound` bytes, which the buffer has, and one number.
    let status = unsafe {
        fastly_geo::lookup(octets.as_ptr(), octets.len(), buffer.as_mut_ptr(), buffer.len(), &mut length)
    };
    text(status, buffer, length)
}

fn text(status: FastlyStatus, mut buffer: Vec<u8>, length: usize) -> Option<String> {
    if status != FastlyStatus::OK || length > buffer.len() {
        return None;
    }
    buffer.truncate(length);
    String::from_utf8(buffer).ok()
}
