//! The key ring: the key with the highest id seals, and every key opens.
//!
//! To rotate keys, add a line with a higher id, and remove the old line when the longest lifetime of a cookie is over. A
//! secret with one malformed line is refused as a whole: a partial key ring would silently lose visitor memory. Keys are
//! never printed.

use alloc::vec::Vec;
use core::fmt;

use super::seal::Cipher;
use crate::base::text;
use crate::limits;
use crate::reason::Reason;

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;

/// The keys by their ids.
///
/// ```
/// use parvis::visitor::keyring::Keyring;
/// let secret = "# since 2026-11\n1:0101010101010101010101010101010101010101010101010101010101010101\n";
/// let keyring = Keyring::parse(secret.as_bytes()).unwrap();
/// assert_eq!(format!("{keyring:?}"), "Keyring(..)");
/// ```
#[derive(Clone)]
pub struct Keyring {
    /// Never empty.
    keys: Vec<Key>,
}

/// One key.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) id: u8,
    pub(super) bytes: [u8; KEY_BYTES],
    pub(super) cipher: Cipher,
}

impl Keyring {
    /// Parses a secret of lines `id:64 hex digits`, id 0 to 255; empty lines and lines that begin with `#` are skipped.
    ///
    /// The error is `KeysAbsent`, `KeysTooLarge`, `KeysMalformed` or `KeysRepeated`.
    pub fn parse(secret: &[u8]) -> Result<Keyring, Reason> {
        if secret.len() > limits::KEYRING_BYTES {
            return Err(Reason::KeysTooLarge);
        }
        let secret = core::str::from_utf8(secret).map_err(|_| Reason::KeysMalformed)?;
        let mut keys = Vec::<Key>::new();
        let lines = secret.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        for key in lines.map(key) {
            let key = key.ok_or(Reason::KeysMalformed)?;
            if keys.len() == limits::KEYRING_KEYS {
                return Err(Reason::KeysTooLarge);
            }
            if keys.iter().any(|other| other.id == key.id) {
                return Err(Reason::KeysRepeated);
            }
            keys.push(key);
        }
        if keys.is_empty() { Err(Reason::KeysAbsent) } else { Ok(Keyring { keys }) }
    }

    /// The key that seals.
    pub(super) fn sealing(&self) -> Option<&Key> {
        self.keys.iter().max_by_key(|key| key.id)
    }

    /// The key with this id.
    pub(super) fn opening(&self, id: u8) -> Option<&Key> {
        self.keys.iter().find(|key| key.id == id)
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keyring(..)")
    }
}

fn key(line: &str) -> Option<Key> {
    let (id, digits) = line.split_once(':')?;
    let id = u8::try_from(text::number(id.trim(), u8::MAX.into())?).ok()?;
    let digits = digits.trim();
    if digits.len() != 2 * KEY_BYTES {
        return None;
    }
    let mut bytes = [0; KEY_BYTES];
    for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().as_chunks().0) {
        let [high, low] = pair.map(|digit| char::from(digit).to_digit(16));
        *byte = u8::try_from(high? << 4 | low?).ok()?;
    }
    Some(Key { id, bytes, cipher: Cipher::XCHACHA })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]

    use super::*;
    use alloc::format;
    use alloc::string::String;
    use proptest::prelude::*;

    const ONE: &str = "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF";

    #[test]
    fn the_highest_id_seals_and_all_open() {
        let keyring =
            Keyring::parse(format!("# old\r\n 3 : {ONE} \r\n\n200:{ONE}\n0:{ONE}").as_bytes()).unwrap();
        assert_eq!(keyring.sealing().unwrap().id, 200);
        assert!([3, 200, 0].into_iter().all(|id| keyring.opening(id).is_some()));
        assert!(keyring.opening(1).is_none());
        assert_eq!(keyring.opening(3).unwrap().bytes.first_chunk(), Some(&[0x00, 0x11, 0x22, 0x33]));
        assert!(keyring.opening(3).unwrap().bytes.ends_with(&[0xee, 0xff]));
    }

    #[test]
    fn a_bad_secret_is_refused_whole_and_says_why() {
        let seventeen: String = (0..17).map(|id| format!("{id}:{ONE}\n")).collect();
        let cases: [(&str, Reason); 9] = [
            ("", Reason::KeysAbsent),
            ("\n# nothing\n", Reason::KeysAbsent),
            (&format!("1:{ONE}\n1:{ONE}"), Reason::KeysRepeated),
            (&format!("1:{ONE}\n256:{ONE}"), Reason::KeysMalformed),
            (&format!("1:{ONE}\n2:{ONE}0"), Reason::KeysMalformed),
            (&format!("1:{}", ONE.replace('f', "g")), Reason::KeysMalformed),
            (&format!("{ONE}\n"), Reason::KeysMalformed),
            (&seventeen, Reason::KeysTooLarge),
            (&" ".repeat(limits::KEYRING_BYTES + 1), Reason::KeysTooLarge),
        ];
        for (secret, reason) in cases {
            assert_eq!(Keyring::parse(secret.as_bytes()).err(), Some(reason), "`{secret}`");
        }
        assert_eq!(Keyring::parse(&[0xff, 0xfe]).err(), Some(Reason::KeysMalformed));
    }

    #[test]
    fn a_secret_has_sixteen_keys_and_4096_bytes_at_most() {
        let lines = |count: usize| (0..count).map(|id| format!("{id}:{ONE}\n")).collect::<String>();
        let keyring = Keyring::parse(lines(16).as_bytes()).unwrap();
        assert!(keyring.opening(15).is_some() && keyring.opening(16).is_none());
        let one = lines(1);
        let filled = |bytes: usize| format!("{one}#{}", "x".repeat(bytes - one.len() - 1));
        assert!(Keyring::parse(filled(4096).as_bytes()).is_ok());
        assert_eq!(Keyring::parse(filled(4097).as_bytes()).err(), Some(Reason::KeysTooLarge));
        let digits = |count: usize| Keyring::parse(format!("1:{}", "a".repeat(count)).as_bytes()).err();
        assert_eq!(
            [63, 64, 65].map(digits),
            [Some(Reason::KeysMalformed), None, Some(Reason::KeysMalformed)]
        );
        assert!(Keyring::parse(format!("255:{ONE}").as_bytes()).unwrap().opening(255).is_some());
    }

    proptest! {
        #[test]
        fn any_secret_is_survived(secret in proptest::collection::vec(any::<u8>(), 0..5000)) {
            let _ = Keyring::parse(&secret);
        }
    }
}
