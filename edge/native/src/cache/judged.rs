//! Answers a conditional, range or HEAD request from a cached page.

use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::http::{request, response};
use parvis::http::conditional::{Answer, answer};

use super::Page;
use crate::headers::fields;

/// The head and the bytes to send.
pub(crate) fn judged(page: &Page, request: &request::Parts) -> (response::Parts, Bytes) {
    let mut head = page.head();
    let body = page.content().body.clone();
    let length = u64::try_from(body.len()).unwrap_or(u64::MAX);
    let asked = fields(&request.headers);
    let body = match answer(request.method.as_str(), &asked, &fields(&head.headers), length) {
        Answer::Whole => body,
        Answer::NotModified => {
            head.status = StatusCode::NOT_MODIFIED;
            without_body(&mut head.headers)
        }
        Answer::Part { from, to } => {
            let range = usize::try_from(from).unwrap_or(0)..usize::try_from(to).unwrap_or(usize::MAX);
            let part = body.slice_ref(body.get(range).unwrap_or_default());
            head.status = StatusCode::PARTIAL_CONTENT;
            say(&mut head.headers, &format!("bytes {from}-{}/{length}", to.saturating_sub(1)));
            part
        }
        Answer::Unsatisfiable => {
            head.status = StatusCode::RANGE_NOT_SATISFIABLE;
            let nothing = without_body(&mut head.headers);
            say(&mut head.headers, &format!("bytes */{length}"));
            nothing
        }
    };
    if head.status != StatusCode::NOT_MODIFIED {
        head.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    }
    (head, body)
}

fn without_body(headers: &mut HeaderMap) -> Bytes {
    for name in [CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE] {
        headers.remove(name);
    }
    Bytes::new()
}

fn say(headers: &mut HeaderMap, range: &str) {
    if let Ok(range) = HeaderValue::from_str(range) {
        headers.insert(CONTENT_RANGE, range);
    }
}
