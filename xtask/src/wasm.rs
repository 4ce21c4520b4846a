//! Reads the sections of a WebAssembly module: enough to list its imports and to drop its debug names.
//!
//! Source: WebAssembly core specification, section 5.5. A damaged module is an error, never a guess.

use anyhow::{Context as _, bail, ensure};

const CUSTOM: u8 = 0;
const IMPORT: u8 = 2;

/// A module's sections in their order.
pub struct Module<'b> {
    sections: Vec<Section<'b>>,
}

struct Section<'b> {
    id: u8,
    /// The section with its id and length.
    whole: &'b [u8],
    content: &'b [u8],
}

impl<'b> Module<'b> {
    /// The module in `bytes`.
    pub fn parse(bytes: &'b [u8]) -> anyhow::Result<Module<'b>> {
        let mut rest =
            bytes.strip_prefix(b"\0asm\x01\0\0\0").context("no WebAssembly module of version 1")?;
        let mut sections = Vec::new();
        while let Some((&id, after)) = rest.split_first() {
            let mut reader = Reader(after);
            let content = reader.bytes().context("a section is cut off")?;
            let whole = &rest[..rest.len() - reader.0.len()];
            sections.push(Section { id, whole, content });
            rest = reader.0;
        }
        Ok(Module { sections })
    }

    /// What the module imports, as `module.name`.
    pub fn imports(&self) -> anyhow::Result<Vec<String>> {
        let Some(section) = self.sections.iter().find(|section| section.id == IMPORT) else {
            return Ok(Vec::new());
        };
        let mut reader = Reader(section.content);
        (0..reader.number()?)
            .map(|_| {
                let module = reader.text()?;
                let name = reader.text()?;
                match reader.byte()? {
                    0 => drop(reader.number()?),
                    1 => {
                        reader.byte()?;
                        reader.limits()?;
                    }
                    2 => reader.limits()?,
                    3 => {
                        reader.byte()?;
                        reader.byte()?;
                    }
                    4 => {
                        reader.byte()?;
                        reader.number()?;
                    }
                    other => bail!("import `{module}.{name}` is of the unknown kind {other}"),
                }
                Ok(format!("{module}.{name}"))
            })
            .collect()
    }

    /// Whether the module has an import section at all.
    pub fn has_import_section(&self) -> bool {
        self.sections.iter().any(|section| section.id == IMPORT)
    }

    /// The module without function names and debug information; it runs the same.
    pub fn without_names(&self) -> Vec<u8> {
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        for section in &self.sections {
            let name =
                if section.id == CUSTOM { Reader(section.content).text().unwrap_or_default() } else { "" };
            if name != "name" && !name.starts_with(".debug") {
                module.extend_from_slice(section.whole);
            }
        }
        module
    }
}

struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn byte(&mut self) -> anyhow::Result<u8> {
        let (&byte, rest) = self.0.split_first().context("the module is cut off")?;
        self.0 = rest;
        Ok(byte)
    }

    /// An unsigned LEB128 number; 64 bits, because table and memory limits may have as many.
    fn number(&mut self) -> anyhow::Result<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        bail!("a number is longer than 64 bits")
    }

    fn bytes(&mut self) -> anyhow::Result<&'b [u8]> {
        let length = usize::try_from(self.number()?)?;
        ensure!(length <= self.0.len(), "{length} bytes are announced, {} are there", self.0.len());
        let (bytes, rest) = self.0.split_at(length);
        self.0 = rest;
        Ok(bytes)
    }

    fn text(&mut self) -> anyhow::Result<&'b str> {
        Ok(std::str::from_utf8(self.bytes()?)?)
    }

    fn limits(&mut self) -> anyhow::Result<()> {
        let flags = self.byte()?;
        self.number()?;
        if flags & 1 != 0 {
            self.number()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &[u8] = b"\0asm\x01\0\0\0";

    #[test]
    fn lists_imports_of_every_kind() {
        let imports = b"\x05\x01a\x01f\x00\x00\x01a\x01t\x01\x70\x00\x01\x01a\x01m\x02\x01\x01\x02\x01a\x01g\x03\x7f\x00\x01a\x01e\x04\x00\x00";
        let mut module = HEAD.to_vec();
        module.extend_from_slice(b"\x00\x06\x04nameX");
        module.push(IMPORT);
        module.push(u8::try_from(imports.len()).expect("short"));
        module.extend_from_slice(imports);
        let parsed = Module::parse(&module).expect("a module");
        assert_eq!(parsed.imports().expect("readable"), ["a.f", "a.t", "a.m", "a.g", "a.e"]);
        assert_eq!(parsed.without_names().len(), module.len() - 8);
        module.truncate(module.len() - 1);
        assert!(Module::parse(&module).is_err());
    }

    #[test]
    fn an_empty_module_imports_nothing() {
        let parsed = Module::parse(HEAD).expect("a module");
        assert!(!parsed.has_import_section());
        assert_eq!(parsed.without_names(), HEAD);
        assert!(Module::parse(b"\0asm\x02\0\0\0").is_err());
    }
}
