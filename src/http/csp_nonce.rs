//! Detects Content Security Policy nonces: a nonce is for one response, so a page with one is not cached.
//!
//! A nonce that is served to a second visitor is known to the first, and allows what the policy should block. Pages with
//! a nonce pass through and their blocks change, but every visitor gets page and policy of the same origin response.
//! Policies are never edited. No operation changes hashed content: scripts and styles are not parts, and templates
//! contain none.

use memchr::memchr2;

use super::freshness::Fields;

/// Whether the policy in a response's head contains a nonce.
///
/// ```
/// use parvis::http::csp_nonce::names_nonce;
/// assert!(names_nonce(&[("content-security-policy", b"script-src 'self' 'nonce-c2Vzc2lvbg=='")]));
/// assert!(!names_nonce(&[("content-security-policy", b"script-src 'self'")]));
/// ```
pub fn names_nonce(head: &Fields<'_>) -> bool {
    let mut policies = head.iter().filter(|(name, _)| name.starts_with("content-security-policy"));
    policies.any(|(_, policy)| {
        let mut nonces = Nonces::default();
        nonces.push(policy);
        nonces.found()
    })
}

/// Searches for nonces in a page, in chunks of any size: an attribute `nonce`, or a policy in a `meta` element that has
/// one.
///
/// It does not distinguish text from markup: a page that is not cached because of a false match costs one request.
///
/// ```
/// let mut nonces = parvis::http::csp_nonce::Nonces::default();
/// nonces.push(b"<script no");
/// nonces.push(b"nce=\"c2Vzc2lvbg\">");
/// assert!(nonces.found());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Nonces {
    /// The last bytes, for a word that is split over two chunks.
    last: [u8; WINDOW],
    found: bool,
}

const WORD: &[u8] = b"nonce";
/// A byte before the word, the word, a byte after it.
const WINDOW: usize = WORD.len() + 2;

impl Nonces {
    /// Reads the next bytes of the page.
    pub fn push(&mut self, bytes: &[u8]) {
        // The boundary first: the last bytes with the beginning of these.
        let (head, _) = bytes.split_at_checked(WINDOW).unwrap_or((bytes, &[]));
        let mut seam = [0; 2 * WINDOW];
        let (left, right) = seam.split_at_mut(WINDOW);
        left.copy_from_slice(&self.last);
        for (to, from) in right.iter_mut().zip(head) {
            *to = *from;
        }
        self.found |= finds(&seam) || finds(bytes);
        if let Some(last) = bytes.last_chunk::<WINDOW>() {
            self.last = *last;
        } else {
            let kept = seam.get(head.len()..).and_then(<[u8]>::first_chunk::<WINDOW>);
            self.last = kept.copied().unwrap_or_default();
        }
    }

    /// Whether a nonce was found.
    pub const fn found(&self) -> bool {
        self.found
    }
}

/// Whether `nonce` occurs as a word, followed by what makes it an attribute or a policy source.
fn finds(bytes: &[u8]) -> bool {
    let mut from = 0;
    // The rarest of its letters is the fourth.
    while let Some(at) = memchr2(b'c', b'C', bytes.get(from..).unwrap_or_default()).map(|at| from + at) {
        let word = at.checked_sub(3).and_then(|from| bytes.get(from..at + 2));
        if word.is_some_and(|word| word.eq_ignore_ascii_case(WORD)) {
            // A word at the very beginning is checked again together with the bytes before it.
            let before = at.checked_sub(4).and_then(|before| bytes.get(before));
            let own =
                before.is_some_and(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'-'));
            let behind = bytes.get(at + 2);
            if own && behind.is_some_and(|byte| matches!(byte, b'=' | b'-') || byte.is_ascii_whitespace()) {
                return true;
            }
        }
        from = at + 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(page: &str, size: usize) -> bool {
        let mut nonces = Nonces::default();
        for piece in page.as_bytes().chunks(size) {
            nonces.push(piece);
            nonces.push(b"");
        }
        nonces.found()
    }

    #[test]
    fn nonces_are_found_however_the_page_arrives() {
        for (page, expected) in [
            ("<script nonce=\"abc\">", true),
            ("<script class=c NONCE = abc>", true),
            ("<style\nnonce\n='abc'>", true),
            ("<script src=x nonce='a'></script>", true),
            ("<meta http-equiv=Content-Security-Policy content=\"script-src 'nonce-abc'\">", true),
            ("<meta http-equiv=Content-Security-Policy content='script-src &#39;nonce-abc&#39;'>", true),
            ("<a href='?_wpnonce=1' data-nonce=2>announce-bar: nonces, nonce", false),
            ("<script>var nonce_ = 1, no = {nonces: 2}; cccc</script>", false),
            ("", false),
        ] {
            for size in 1..=page.len().max(1) {
                assert_eq!(found(page, size), expected, "{page} in pieces of {size}");
            }
        }
    }
}
