//! Messages for text that is not JSON, without the terms of a parser.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};

use super::position::{self, Positions};
use super::{Diagnostic, Severity};

/// The diagnostic of a text for which serde_json reports `error`.
pub(in crate::author) fn told(source: &str, error: &serde_json::Error) -> Diagnostic {
    let offset = Positions::offset_of(source, error.line(), error.column());
    let (line, column) = position::line_and_column(source, offset);
    let (message, help) = sentence(source, offset, error);
    Diagnostic {
        code: "syntax",
        severity: Severity::Error,
        message: format!("this is not JSON: {message}"),
        help: help.to_owned(),
        pointer: String::new(),
        offset,
        line,
        column,
    }
}

/// Message and help, by the source at the error and by serde_json's message (these are stable and few).
fn sentence(source: &str, offset: usize, error: &serde_json::Error) -> (String, &'static str) {
    let here = source.get(offset..).and_then(|rest| rest.chars().next());
    let said = error.to_string();
    let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(said, _)| said);
    let (message, help) = match here {
        _ if source.trim().is_empty() => ("the file is empty", "`parvis init` writes a first playbook"),
        Some('“' | '”' | '„' | '‘' | '’' | '«' | '»' | '\'') => {
            ("JSON does not allow these quotes", "write straight double quotes, `\"`")
        }
        Some('/' | '#') => {
            ("JSON does not allow a comment here", "write comments as a field, `\"$comment\": \"…\"`")
        }
        _ => match said {
            _ if said.starts_with("EOF") => {
                ("the file ends before it is complete", "close what is open: `\"`, `]` or `}`")
            }
            "trailing comma" => ("there is a comma too many", "remove the comma behind the last entry"),
            "trailing characters" => {
                ("something follows behind its end", "a playbook is one object; remove what follows")
            }
            "key must be a string" => ("a name in double quotes belongs here", "write `\"name\": value`"),
            "expected `:`" => ("the colon between name and value is missing", "write `\"name\": value`"),
            "expected `,` or `}`" | "expected `,` or `]`" => (
                "something is missing before this place",
                "write a comma between two entries, or close the entry before",
            ),
            "control character (\\u0000-\\u001F) found while parsing a string" => (
                "a text does not end on its line",
                "write the closing quote; a line break within a text is `\\n`",
            ),
            "expected value" => (
                "a value belongs here",
                "write a text in double quotes, a number, true, false, a list or an object",
            ),
            other => {
                let help = "JSON wants double quotes, commas between and none behind the last, and comments only as `\"$comment\": …`";
                return (other.to_owned(), help);
            }
        },
    };
    (message.to_owned(), help)
}
