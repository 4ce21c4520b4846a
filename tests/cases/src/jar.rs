//! A browser's cookies, as far as the cases need them: names, values, deletion.

/// The cookies of one visitor, in the order in which they were first set.
#[derive(Clone, Debug, Default)]
pub struct Jar(Vec<(String, String)>);

impl Jar {
    /// Keeps what a `Set-Cookie` header says; `Max-Age=0` deletes.
    pub fn set(&mut self, header: &str) {
        let (pair, attributes) = header.split_once(';').unwrap_or((header, ""));
        let Some((name, value)) = pair.split_once('=') else { return };
        if attributes.to_ascii_lowercase().contains("max-age=0") {
            self.forget(name);
        } else if let Some(kept) = self.0.iter_mut().find(|(kept, _)| kept == name) {
            value.clone_into(&mut kept.1);
        } else {
            self.0.push((name.to_owned(), value.to_owned()));
        }
    }

    /// Forgets a cookie, as closing the browser does with a visit; tells whether it was there.
    pub fn forget(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|(kept, _)| kept != name);
        self.0.len() < before
    }

    /// The value of the `Cookie` header; empty when there are none.
    pub fn header(&self) -> String {
        self.0.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }
}
