//! What a visitor must get in a cell, said anew and in few words: nothing of this is taken from the product.

use parvis_host_tests::coded::{code, decode};
use parvis_host_tests::sample::{HERO, SPRING};
use parvis_host_tests::{Kind, Reply};

use super::cells::{Ask, Cell, OTHER, PART, State};

/// Whether a visitor takes this coding.
fn takes(cell: &Cell, coding: &str) -> bool {
    match (cell.takes, coding) {
        (_, "identity") => true,
        (None, _) => false,
        (Some(all), coding) => all.split(", ").any(|one| one.split(';').next() == Some(coding)),
    }
}

/// `Err` says what is wrong with a reply.
pub(crate) fn judge(kind: Kind, cell: &Cell, reply: &Reply) -> Result<(), String> {
    let coding = reply.header("content-encoding").unwrap_or("identity");
    let body = if cell.ask == Ask::Head { Ok(Vec::new()) } else { decode(coding, &reply.body) };
    let body = body.map_err(|error| format!("nobody can read this as {coding}: {error}"));
    let shows = |text: &str| {
        let expected = if cell.ask == Ask::Head { "" } else { text };
        match &body {
            Ok(body) if body == expected.as_bytes() => Ok(()),
            Ok(body) => Err(format!("the page reads {:?}", String::from_utf8_lossy(body))),
            Err(error) => Err(error.clone()),
        }
    };
    require(reply.whole, "it broke off")?;
    let may_change = cell.spring && kind.reads(cell.coding);
    match cell.state {
        // What is no page comes as it is; but who asked for no coding that we wanted gets none.
        State::NotFound | State::Redirect => {
            require(reply.status == if cell.state == State::NotFound { 404 } else { 301 }, "the status")?;
            require(reply.header("location") == Some("/elsewhere"), "where it moved")?;
            let asked_by_us = may_change && kind.traits().compresses && !takes(cell, cell.coding);
            require(coding == if asked_by_us { "identity" } else { cell.coding }, "the coding")?;
            shows(OTHER)
        }
        // A page that is changed is whole, whatever was asked of the one that it was made from.
        _ if may_change => {
            require(reply.status == 200, "a changed page has neither parts nor confirmations")?;
            for name in ["etag", "last-modified", "accept-ranges", "content-range"] {
                require(reply.header(name).is_none(), name)?;
            }
            require(takes(cell, coding), "a coding that the visitor does not take")?;
            let coded = kind.traits().compresses && cell.takes.is_some();
            require((coding != "identity") == coded, "whether it is coded")?;
            let varies =
                reply.headers("vary").iter().any(|vary| vary.eq_ignore_ascii_case("accept-encoding"));
            let traits = kind.traits();
            require(varies == (traits.compresses || traits.hints), "Vary")?;
            // A platform that compresses by itself is told to.
            let told = reply.header("x-compress-hint") == Some("on");
            require(told == traits.hints, "X-Compress-Hint")?;
            require(
                cell.ask != Ask::Head || reply.header("content-length").is_none(),
                "a length of something",
            )?;
            shows(&cell.page(true).replace(HERO, SPRING))
        }
        // Any other is the origin's own, to the byte; conditions on a page that might be changed do not reach it.
        _ => {
            let bytes = code(cell.coding, cell.page(true).as_bytes()).unwrap_or_default();
            let (status, expected) = match cell.ask {
                Ask::Match if !cell.spring => (304, &[][..]),
                Ask::Range if !cell.spring => (206, &bytes[PART]),
                Ask::Head => (200, &[][..]),
                _ => (200, bytes.as_slice()),
            };
            require(reply.status == status, "the status")?;
            require(reply.header("etag") == Some(cell.etag(true).as_str()), "its validator")?;
            require(reply.body == expected, "its bytes")?;
            if status == 206 {
                let range = format!("bytes {}-{}/{}", PART.start, PART.end - 1, bytes.len());
                require(reply.header("content-range") == Some(range.as_str()), "Content-Range")?;
            }
            if cell.ask == Ask::Head {
                let length = bytes.len().to_string();
                require(reply.header("content-length").is_none_or(|said| said == length), "its length")?;
            }
            require(status == 304 || coding == cell.coding, "its coding")
        }
    }
}

fn require(holds: bool, what: &str) -> Result<(), String> {
    holds.then_some(()).ok_or_else(|| what.to_owned())
}
