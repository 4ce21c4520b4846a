//! Our two cookies: their names, and the `Set-Cookie` values that write and delete them.
//!
//! INVARIANT: a `SetCookie` holds only bytes produced by a [`Visit`] or a [`Sealed`], so text of a request or a page
//! cannot reach a header here. Name and value stay under the 4,096 bytes that browsers store (RFC 6265bis §5.6).

use alloc::string::String;

use super::seal::Sealed;
use super::visit::Visit;
use crate::base::text;
use crate::consent::permit::Permit;
use crate::consent::purpose::kind::Experimentation;
use crate::limits;

pub use crate::names::{MEMORY, VISIT};

/// The value of one `Set-Cookie` header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetCookie(String);

impl SetCookie {
    /// Sets the visit as a session cookie, readable by scripts; without the permit the unit is left out.
    pub fn visit(visit: &Visit, permit: Option<&Permit<'_, Experimentation>>) -> SetCookie {
        let mut header = pair(VISIT, &visit.encode(permit));
        header.push_str("; Path=/; Secure; SameSite=Lax");
        SetCookie(header)
    }

    /// Sets the visitor memory for `seconds`, hidden from scripts (`HttpOnly`); `None` if the browser would not store it.
    pub fn memory(sealed: &Sealed, seconds: u32) -> Option<SetCookie> {
        let mut header = pair(MEMORY, sealed.as_str());
        if header.len() > limits::COOKIE_VALUE_BYTES {
            return None;
        }
        header.push_str("; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=");
        text::push_integer(&mut header, seconds.into());
        Some(SetCookie(header))
    }

    /// Deletes the visit cookie; scripts may use it too.
    pub fn delete_visit() -> SetCookie {
        let mut header = pair(VISIT, "");
        header.push_str("; Path=/; Secure; SameSite=Lax; Max-Age=0");
        SetCookie(header)
    }

    /// Deletes the visitor memory.
    ///
    /// ```
    /// let header = parvis::visitor::cookie::SetCookie::delete_memory();
    /// assert_eq!(header.as_str(), "__Host-parvis=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
    /// ```
    pub fn delete_memory() -> SetCookie {
        let mut header = pair(MEMORY, "");
        header.push_str("; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
        SetCookie(header)
    }

    /// The header's value; in the browser, what is assigned to `document.cookie`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn pair(name: &str, value: &str) -> String {
    // Capacity for the attributes, so that the header is allocated once.
    let mut header = String::with_capacity(name.len() + value.len() + 80);
    header.push_str(name);
    header.push('=');
    header.push_str(value);
    header
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]

    use super::*;
    use crate::visitor::keyring::Keyring;
    use crate::visitor::seal::seal;
    use alloc::format;

    #[test]
    fn attributes_are_exactly_these() {
        let ring = Keyring::parse(format!("1:{}", "ab".repeat(32)).as_bytes()).unwrap();
        let sealed = seal(b"memory", MEMORY, "shop.example", &ring, [1; 24]).unwrap();
        let header = SetCookie::memory(&sealed, 15_552_000).unwrap();
        let expected = format!(
            "__Host-parvis={}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=15552000",
            sealed.as_str()
        );
        assert_eq!(header.as_str(), expected);
        assert_eq!(
            SetCookie::delete_visit().as_str(),
            "parvis-visit=; Path=/; Secure; SameSite=Lax; Max-Age=0"
        );
        let visit = Visit::of_items(&["desk-lamp"]);
        assert_eq!(
            SetCookie::visit(&visit, None).as_str(),
            "parvis-visit=a~idesk-lamp; Path=/; Secure; SameSite=Lax"
        );
    }
}
