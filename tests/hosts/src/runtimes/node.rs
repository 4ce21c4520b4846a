//! `parvis/edge` in Node.

use std::path::Path;
use std::process::Command;

use anyhow::Result;
use parvis_cases::own::Form::{Address, Date, Is, Number};
use parvis_cases::own::Own::Adds;
use parvis_cases::own::Table;

use crate::host::{Kind, Records, Running, Runtime, Setting, Traits};
use crate::workers;

/// `parvis/edge` in Node.
pub const HOST: Kind = Kind::of(&Node);

struct Node;

/// Header lines of its own.
const OWN: Table = Table {
    response: &[
        // Of the connection with the client.
        Adds("date", Date),
        Adds("connection", Is("close")),
        Adds("content-length", Number),
        Adds("transfer-encoding", Is("chunked")),
    ],
    request: &[
        // Of the connection with the origin.
        Adds("host", Address),
        Adds("connection", Is("keep-alive")),
        Adds("content-length", Is("0")),
        // Who asked, as a proxy says it.
        Adds("x-forwarded-for", Is("127.0.0.1")),
        Adds("x-forwarded-host", Is("shop.example")),
        Adds("x-forwarded-proto", Is("http")),
    ],
};

impl Runtime for Node {
    fn traits(&self) -> Traits {
        workers::traits("node", OWN)
    }

    fn start(&self, setting: &Setting, records: &Records) -> Result<Option<Running>> {
        workers::start("node", Path::new("/"), setting, records, |config| {
            let mut command = Command::new("node");
            command.arg(workers::at("node.mjs")).arg(config);
            Ok(command)
        })
    }
}
