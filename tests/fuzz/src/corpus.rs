//! The kept inputs of fuzz targets: one file a target, one line an input. A line has the name of the input, a blank, and its
//! bytes as `escape_ascii` writes them and as a failing test prints them.
//!
//! libFuzzer wants a folder with a file for each input; `cargo xtask fuzz` unpacks it with this code and packs it again.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

/// The inputs of a target by name.
pub type Inputs = BTreeMap<String, Vec<u8>>;

/// Reads the file of a target.
///
/// # Errors
/// It cannot be read, or a line is not in the form.
pub fn read(file: &Path) -> io::Result<Inputs> {
    let mut inputs = Inputs::new();
    for (at, line) in fs::read_to_string(file)?.lines().enumerate() {
        let (name, escaped) = line.split_once(' ').unwrap_or((line, ""));
        let place = || format!("{}:{}", file.display(), at + 1);
        let input =
            unescaped(escaped).ok_or_else(|| io::Error::other(format!("{}: no such escape", place())))?;
        if name.is_empty() || inputs.insert(name.to_owned(), input).is_some() {
            return Err(io::Error::other(format!("{}: a name of its own is missing", place())));
        }
    }
    Ok(inputs)
}

/// Writes the file of a target, in the order of the names.
///
/// # Errors
/// It cannot be written.
pub fn write(file: &Path, inputs: &Inputs) -> io::Result<()> {
    let line = |(name, input): (&String, &Vec<u8>)| {
        let blank = if input.is_empty() { "" } else { " " };
        format!("{name}{blank}{}\n", input.escape_ascii())
    };
    fs::write(file, inputs.iter().map(line).collect::<String>())
}

/// Writes each input of a file into a file of its own, in an empty folder.
///
/// # Errors
/// Something cannot be read or written.
pub fn unpack(file: &Path, folder: &Path) -> io::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    read(file)?.iter().try_for_each(|(name, input)| fs::write(folder.join(name), input))
}

/// Writes the files of a folder into the file of a target.
///
/// # Errors
/// Something cannot be read or written.
pub fn pack(folder: &Path, file: &Path) -> io::Result<()> {
    let mut inputs = Inputs::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        inputs.insert(entry.file_name().to_string_lossy().replace(' ', "-"), fs::read(entry.path())?);
    }
    write(file, &inputs)
}

/// The bytes that `escape_ascii` wrote so.
fn unescaped(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'\\' => match rest.next()? {
                b'x' => (digit(rest.next()?)? << 4) | digit(rest.next()?)?,
                b't' => b'\t',
                b'n' => b'\n',
                b'r' => b'\r',
                sign @ (b'\\' | b'\'' | b'"') => sign,
                _ => return None,
            },
            _ => byte,
        });
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_out_as_it_was() {
        let folder = std::env::temp_dir().join(format!("parvis-corpus-{}", std::process::id()));
        let every: Vec<u8> = (0..=255).collect();
        let inputs: Inputs = [
            ("every-byte", every),
            ("nothing", Vec::new()),
            ("blanks", b"  a  ".to_vec()),
            ("escaped", b"\\x41\\n".to_vec()),
        ]
        .map(|(name, input)| (name.to_owned(), input))
        .into();
        fs::create_dir_all(&folder).unwrap();
        let (file, again) = (folder.join("target.txt"), folder.join("again.txt"));
        write(&file, &inputs).unwrap();
        assert_eq!(read(&file).unwrap(), inputs);
        unpack(&file, &folder.join("inputs")).unwrap();
        pack(&folder.join("inputs"), &again).unwrap();
        assert_eq!(fs::read(&again).unwrap(), fs::read(&file).unwrap());
        for broken in ["a \\", "a \\q", "a \\x4", "a \\xzz", " text", "a 1\na 2"] {
            fs::write(&file, broken).unwrap();
            assert!(read(&file).is_err(), "{broken}");
        }
        fs::remove_dir_all(folder).unwrap();
    }
}
