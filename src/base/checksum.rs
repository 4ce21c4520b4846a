//! A digest of bytes that detects accidental damage: a truncated file, or a page of another version.
//!
//! It does not protect against attackers: whoever can write the bytes can also write their digest.

/// A 64-bit digest of `bytes`, four words at a time in four lanes.
///
/// Every step is one-to-one in the lane and in the word, so a change within one word always changes the digest; other changes
/// go unnoticed once in 2^64. The multipliers are the fractions of the golden ratio, √2, √3 and √5, made odd.
///
/// ```
/// use parvis::base::checksum::digest;
/// assert_eq!(digest(b"<p>1"), digest(b"<p>1"));
/// assert_ne!(digest(b"<p>1"), digest(b"<p>2"));
/// ```
pub fn digest(bytes: &[u8]) -> u64 {
    const K: [u64; 4] =
        [0x9E37_79B9_7F4A_7C15, 0x6A09_E667_F3BC_C909, 0xBB67_AE85_84CA_A73B, 0x3C6E_F372_FE94_F82B];
    let mix = |lane: u64, word: u64, k: u64| {
        let mixed = (lane ^ word).wrapping_mul(k);
        mixed ^ (mixed >> 29)
    };
    let [mut a, mut b, mut c, mut d] = K;
    let (blocks, rest) = bytes.as_chunks::<32>();
    for block in blocks {
        let (words, _) = block.as_chunks::<8>();
        if let [w0, w1, w2, w3] = words {
            a = mix(a, u64::from_le_bytes(*w0), K[0]);
            b = mix(b, u64::from_le_bytes(*w1), K[1]);
            c = mix(c, u64::from_le_bytes(*w2), K[2]);
            d = mix(d, u64::from_le_bytes(*w3), K[3]);
        }
    }
    let mut sum = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    for piece in rest.chunks(8) {
        let mut word = [0; 8];
        for (to, from) in word.iter_mut().zip(piece) {
            *to = *from;
        }
        sum = mix(sum, u64::from_le_bytes(word), K[0]);
    }
    for (lane, k) in [a, b, c, d].into_iter().zip(K) {
        sum = mix(sum, lane, k);
    }
    sum ^ (sum >> 32)
}

/// The FNV-1a hash in 32 bits of bytes, as a page's script computes it too, or of UTF-16 code units, as GrowthBook does.
///
/// Offset basis and prime are those of <http://www.isthe.com/chongo/tech/comp/fnv/>.
///
/// ```
/// assert_eq!(parvis::base::checksum::fnv1a(*b"foobar"), 0xbf9c_f968);
/// ```
pub fn fnv1a<U: Into<u32>>(units: impl IntoIterator<Item = U>) -> u32 {
    units.into_iter().fold(0x811c_9dc5, |hash: u32, unit| (hash ^ unit.into()).wrapping_mul(0x0100_0193))
}
