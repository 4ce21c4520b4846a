//! Content Security Policy, as far as a cache must know it: a nonce is for one response, so a page with one is not kept.
//!
//! A nonce that is given to a second visitor is known to the first, and allows what the policy was to stop. Pages with one
//! pass, and their blocks change, but every visitor gets a page and a policy that the origin made together. Policies are
//! never edited, and no operation changes what a hash covers: scripts and styles are no parts, and templates hold none.

use memchr::memchr2;

use super::freshness::Fields;

/// Whether the policy in a response's head names a nonce.
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

/// Looks for nonces in a page, in pieces of any size: an attribute `nonce`, or a policy in a `meta` element that names one.
///
/// It takes text for markup where that is simpler: a page that is not kept for nothing costs a request, no more.
///
/// ```
/// let mut nonces = parvis::http::csp_nonce::Nonces::default();
/// nonces.push(b"<script no");
/// nonces.push(b"nce=\"c2Vzc2lvbg\">");
/// assert!(nonces.found());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Nonces {
    /// What came last, the newest behind: enough for a word that comes in two pieces.
    last: [u8; WINDOW],
    found: bool,
}

const WORD: &[u8] = b"nonce";
/// A byte before the word, the word, a byte behind it.
const WINDOW: usize = WORD.len() + 2;

impl Nonces {
    /// Takes the next bytes of the page.
    pub fn push(&mut self, bytes: &[u8]) {
        // Across the edge first: what came last with the beginning of these bytes.
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

    /// Whether there was one.
    pub const fn found(&self) -> bool {
        self.found
    }
}

/// Whether a word of its own is `nonce`, and what follows can make it an attribute or a source of a policy.
fn finds(bytes: &[u8]) -> bool {
    let mut from = 0;
    // The rarest of its letters is the fourth.
    while let Some(at) = memchr2(b'c', b'C', bytes.get(from..).unwrap_or_default()).map(|at| from + at) {
        let word = at.checked_sub(3).and_then(|from| bytes.get(from..at + 2));
        if word.is_some_and(|word| word.eq_ignore_ascii_case(WORD)) {
            // A word in front of all is looked at again, with what came before it.
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
