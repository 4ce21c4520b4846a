//! HTTP/1.1 on a connection: heads, and bodies in the three ways in which they end.

use std::io::{self, BufRead, ErrorKind, Read, Write};

/// Longest head, in bytes.
const HEAD: u64 = 96 * 1024;
/// Bytes of a body that are read at a time.
const BUFFER: usize = 16 * 1024;

/// A header: its name in lower case, and its value.
pub type Line = (String, Vec<u8>);

/// A head: the three words of its first line, and its headers.
#[derive(Debug)]
pub struct Head {
    /// The words of the first line; the last may have blanks.
    pub first: [String; 3],
    /// The headers, in their order.
    pub lines: Vec<Line>,
}

/// How a body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// After so many bytes.
    Length(u64),
    /// With an empty chunk.
    Chunked,
    /// With the connection.
    Close,
}

impl Head {
    /// Reads a head.
    ///
    /// # Errors
    ///
    /// It is too long, or is none.
    pub fn read(from: &mut impl BufRead) -> io::Result<Head> {
        let mut from = from.take(HEAD);
        let first = line(&mut from)?;
        let mut words = first.splitn(3, ' ').map(str::to_owned);
        let mut word = || words.next().unwrap_or_default();
        let first = [word(), word(), word()];
        let mut lines = Vec::new();
        loop {
            let text = line(&mut from)?;
            if text.is_empty() {
                return Ok(Head { first, lines });
            }
            let (name, value) = text.split_once(':').ok_or(ErrorKind::InvalidData)?;
            lines.push((name.to_ascii_lowercase(), value.trim_matches([' ', '\t']).as_bytes().to_vec()));
        }
    }

    /// The values of a header.
    pub fn values(&self, name: &str) -> impl Iterator<Item = String> {
        let values = self.lines.iter().filter(move |(known, _)| known == name);
        values.map(|(_, value)| String::from_utf8_lossy(value).into_owned())
    }

    /// Its values joined with commas, if it has any.
    pub fn joined(&self, name: &str) -> Option<String> {
        let values: Vec<String> = self.values(name).collect();
        (!values.is_empty()).then(|| values.join(","))
    }

    /// How the body ends; `otherwise` where the head does not say.
    pub fn framing(&self, otherwise: Framing) -> Framing {
        if self.values("transfer-encoding").any(|value| value.eq_ignore_ascii_case("chunked")) {
            return Framing::Chunked;
        }
        let length = self.values("content-length").next().and_then(|value| value.parse().ok());
        length.map_or(otherwise, Framing::Length)
    }

    /// Removes what belongs to one connection (RFC 9110 section 7.6.1), `Connection`'s own list included.
    pub fn remove_hop_by_hop(&mut self) {
        const HERE: [&str; 8] = [
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
        ];
        let listed = self.joined("connection").unwrap_or_default().to_ascii_lowercase();
        let listed: Vec<&str> = listed.split(',').map(str::trim).collect();
        self.lines.retain(|(name, _)| !HERE.contains(&name.as_str()) && !listed.contains(&name.as_str()));
    }

    /// Removes a header.
    pub fn remove(&mut self, wanted: &str) {
        self.lines.retain(|(name, _)| name != wanted);
    }

    /// Sets a header, in place of what is there.
    pub fn set(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        self.remove(name);
        self.lines.push((name.to_owned(), value.into()));
    }

    /// Writes it.
    ///
    /// # Errors
    ///
    /// The connection is gone.
    pub fn write(&self, to: &mut impl Write) -> io::Result<()> {
        let mut bytes = self.first.join(" ").into_bytes();
        for (name, value) in &self.lines {
            bytes.extend([b"\r\n", name.as_bytes(), b": ", value.as_slice()].concat());
        }
        bytes.extend(b"\r\n\r\n");
        to.write_all(&bytes)
    }
}

fn line(from: &mut impl BufRead) -> io::Result<String> {
    let mut bytes = Vec::new();
    from.read_until(b'\n', &mut bytes)?;
    let bytes = bytes.strip_suffix(b"\n").ok_or(ErrorKind::UnexpectedEof)?;
    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    // Bytes above ASCII are a value's own, and this server hands on nothing that it cannot write again.
    String::from_utf8(bytes.to_vec()).map_err(|_| ErrorKind::InvalidData.into())
}

/// Reads a body and gives it to `each`, piece by piece.
///
/// # Errors
///
/// The connection broke off, or `each` failed.
pub fn body(
    from: &mut impl BufRead,
    framing: Framing,
    each: &mut dyn FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    match framing {
        Framing::Length(length) => exactly(from, length, each),
        Framing::Close => {
            let mut buffer = vec![0; BUFFER];
            loop {
                match from.read(&mut buffer)? {
                    0 => return Ok(()),
                    read => each(buffer.get(..read).unwrap_or_default())?,
                }
            }
        }
        Framing::Chunked => loop {
            let size = line(from)?;
            let digits = size.split(';').next().unwrap_or_default().trim();
            let size = u64::from_str_radix(digits, 16).map_err(|_| ErrorKind::InvalidData)?;
            if size == 0 {
                // Trailers end here.
                while !line(from)?.is_empty() {}
                return Ok(());
            }
            exactly(from, size, each)?;
            if !line(from)?.is_empty() {
                return Err(ErrorKind::InvalidData.into());
            }
        },
    }
}

fn exactly(
    from: &mut impl Read,
    mut length: u64,
    each: &mut dyn FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    while length > 0 {
        let wanted = usize::try_from(length).unwrap_or(BUFFER).min(BUFFER);
        let read = from.read(buffer.get_mut(..wanted).unwrap_or_default())?;
        if read == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        each(buffer.get(..read).unwrap_or_default())?;
        length = length.saturating_sub(u64::try_from(read).unwrap_or(u64::MAX));
    }
    Ok(())
}

/// A body on its way out.
#[derive(Debug)]
pub struct Out<'w, W> {
    to: &'w mut W,
    chunked: bool,
}

impl<'w, W: Write> Out<'w, W> {
    /// Into a connection whose head was written and named this framing.
    pub fn new(to: &'w mut W, framing: Framing) -> Out<'w, W> {
        Out { to, chunked: framing == Framing::Chunked }
    }

    /// Writes a piece.
    ///
    /// # Errors
    ///
    /// The connection is gone.
    pub fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        if !self.chunked {
            return self.to.write_all(bytes);
        }
        let size = format!("{:x}\r\n", bytes.len());
        self.to.write_all(&[size.as_bytes(), bytes, b"\r\n"].concat())
    }

    /// Ends the body; without it the other side sees that it broke off.
    ///
    /// # Errors
    ///
    /// The connection is gone.
    pub fn end(self) -> io::Result<()> {
        if self.chunked { self.to.write_all(b"0\r\n\r\n") } else { Ok(()) }
    }
}
