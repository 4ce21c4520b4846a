//! Six of Fastly's host calls, safe to use: the only unsafe code of Parvis.
//!
//! Fastly's library can wait for a store only without an end, takes and gives URLs only as it parses them, and places only
//! as it understands their JSON. The parsers are a third of the module, and nothing here needs them. It copies the headers
//! that a cached page may differ by one by one, where the host takes the request that has them. Each call hands the host a
//! buffer that outlives it, with its true length; handles are numbers that the host checks.

// Fastly's library deprecates handles as numbers for every target but the one that this is built for.
#![cfg_attr(not(target_env = "p1"), expect(deprecated, reason = "linted on the host, run on wasip1 alone"))]

use std::net::IpAddr;
use std::time::Duration;

use fastly::cache::core::{CacheBusyHandle, PendingTransaction};
use fastly::handle::{RequestHandle, StreamingBodyHandle};
use fastly_shared::FastlyStatus;
use fastly_sys::fastly_cache::{self, CacheLookupOptions, CacheLookupOptionsMask};
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

/// Whether `body` takes more bytes at once, or does so before `patience` is over; the host's refusal to wait counts as yes.
pub fn writable_within(body: &StreamingBodyHandle, patience: Duration) -> bool {
    // SAFETY: the number is handed to the host only, while `body` lives.
    ready_within(unsafe { body.as_u32() }, patience)
}

/// Looks in the core cache for what was kept under `key`, of at most 4 KiB, for requests with the headers of `request`.
///
/// `None` if the cache refuses.
pub fn lookup(key: &[u8], request: &RequestHandle) -> Option<PendingTransaction> {
    let options =
        CacheLookupOptions { request_headers: request.as_u32(), service: std::ptr::null(), service_len: 0 };
    let mut handle = 0;
    // SAFETY: the host reads the key and the options, and writes one number; all live until it returns.
    let status = unsafe {
        fastly_cache::transaction_lookup_async(
            key.as_ptr(),
            key.len(),
            CacheLookupOptionsMask::REQUEST_HEADERS,
            &options,
            &mut handle,
        )
    };
    // SAFETY: the host gave this handle for a pending lookup, and nobody else has it.
    (status == FastlyStatus::OK)
        .then(|| unsafe { PendingTransaction::from_handle(CacheBusyHandle::from_abi(handle)) })
}

/// Sets the URL of `request`, whole and as it came; false if the host does not take it.
pub fn set_url(request: &mut RequestHandle, url: &str) -> bool {
    // SAFETY: the host reads as many bytes as the text has.
    unsafe { fastly_http_req::uri_set(request.as_u32(), url.as_ptr(), url.len()) == FastlyStatus::OK }
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
