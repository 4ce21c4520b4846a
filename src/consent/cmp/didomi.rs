//! Didomi: `didomi_token`, base64 of JSON with lists of enabled and disabled ids.
//!
//! The choice test is that a list of purposes or vendors is there. The binary `didomi_dcs` needs the tenant's own numbering
//! and is reported as opaque.

use super::Scratch;
use super::schema::Form;
use crate::base::base64;
use crate::consent::reading::Ballot;

const FORM: Form<'_> = Form(
    "{\n.purposes\n.vendors\n+purposes/enabled/[]\n-purposes/disabled/[]\n+vendors/enabled/[]\n-vendors/disabled/[]\n-purposes_li/disabled/[]\n-vendors_li/disabled/[]\n<created\n@updated",
);

/// The JSON inside a token.
pub fn decode<'b>(token: &str, scratch: &'b mut Scratch) -> Option<&'b str> {
    base64::decode_into(token, scratch)
}

pub(in crate::consent) fn read(text: &str, ballot: &mut Ballot<'_>) {
    let seen = FORM.read(text, ballot);
    seen.end(seen.whole, seen.listed, ballot);
}
