//! stub
#![allow(missing_docs)]
use crate::reason::Reason;
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset { Utf8, OtherAscii }
pub fn rewritable(_: u16, _: Option<&str>, _: Option<&str>, _: &str) -> Result<Charset, Reason> { Ok(Charset::Utf8) }
pub fn charset(_: &str) -> Option<Charset> { None }
