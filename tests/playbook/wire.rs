//! What tests know of the bytes of a compiled playbook.

use parvis::base::checksum::digest;

/// Makes all digests fit: those of the sections that lie in the file, then that of their table.
pub(crate) fn fit(bytes: &mut [u8]) {
    const TABLE: std::ops::Range<usize> = 24..24 + 14 * 16;
    for row in TABLE.step_by(16) {
        let number =
            |at: usize| usize::try_from(u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap())).unwrap();
        if let Some(section) = bytes.get(number(row)..number(row) + number(row + 4)) {
            let digest = digest(section);
            bytes[row + 8..row + 16].copy_from_slice(&digest.to_le_bytes());
        }
    }
    let digest = digest(&bytes[TABLE]);
    bytes[16..24].copy_from_slice(&digest.to_le_bytes());
}
