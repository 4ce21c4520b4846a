//! Changes of the sections of a compiled playbook, with every digest made to fit again.

use parvis::base::checksum::digest;
use parvis::playbook::wire::{FORMAT, MAGIC};

use super::{BODY, DIGEST, ROW, SECTIONS, TABLE};
use crate::tape::Tape;

/// Numbers at the edges of what a field can hold.
const EDGES: [u32; 12] =
    [0, 1, 2, 0x7F, 0xFF, 0x100, 0x7FFF, 0xFFFF, 0x1_0000, 0x7FFF_FFFF, 0x8000_0000, u32::MAX];

/// The file as it is, put together anew.
pub(super) fn same(file: &[u8]) -> Vec<u8> {
    let mut file = joined(&split(file));
    fit(&mut file);
    file
}

/// The file with changes of its sections, then of its table, as the tape says.
pub(super) fn forged(tape: &mut Tape<'_>, file: &[u8]) -> Vec<u8> {
    let mut sections = split(file);
    let mut rows = Vec::new();
    for _ in 0..24 {
        if !tape.more() {
            break;
        }
        let how = tape.byte();
        let number = tape.below(SECTIONS);
        if how >= 240 {
            rows.push((number * ROW + usize::from(how % 2) * 4, number_of(tape)));
        } else {
            change(&mut sections[number], how, tape);
        }
    }
    let mut file = joined(&sections);
    for (at, value) in rows {
        file[TABLE + at..TABLE + at + 4].copy_from_slice(&value.to_le_bytes());
    }
    fit(&mut file);
    file
}

/// Changes one section.
fn change(section: &mut Vec<u8>, how: u8, tape: &mut Tape<'_>) {
    let at = tape.place(section.len());
    match how % 12 {
        0 => put(section, at, &[tape.byte()]),
        1 if !section.is_empty() => section[at] ^= 1 << (tape.byte() % 8),
        2 => put(section, at, &number_of(tape).to_le_bytes()),
        3 => put(section, at, &tape.word().to_le_bytes()),
        // A span: where a text or some code lies, and how long it is.
        4 => put(section, at, &[number_of(tape).to_le_bytes(), number_of(tape).to_le_bytes()].concat()),
        5 => put(section, at, tape.take(usize::from(how) / 12)),
        6 => section.truncate(at),
        7 => {
            let bytes = tape.take(usize::from(how) / 12);
            section.splice(at..at, bytes.iter().copied());
        }
        8 => {
            let to = section.len().min(at + usize::from(tape.byte()));
            section.drain(at..to);
        }
        9 => {
            let length = usize::from(tape.byte()).min(section.len() - at);
            let to = tape.place(section.len() - length + 1);
            section.copy_within(at..at + length, to);
        }
        10 => {
            // The same once more behind the end: more records, up to many.
            let length = usize::from(tape.byte()).min(section.len() - at);
            let copy = section[at..at + length].repeat(usize::from(how) / 12 + 1);
            section.extend_from_slice(&copy);
        }
        11 => section.clear(),
        _ => {}
    }
}

/// Writes these bytes over what is there, as far as it reaches.
fn put(section: &mut [u8], at: usize, bytes: &[u8]) {
    let to = section.len().min(at + bytes.len());
    section[at..to].copy_from_slice(&bytes[..to - at]);
}

/// A number at an edge, or any.
fn number_of(tape: &mut Tape<'_>) -> u32 {
    match tape.byte() {
        edge @ 0..64 => EDGES[usize::from(edge) % EDGES.len()],
        small @ 64..192 => u32::from(small) - 64,
        _ => tape.long(),
    }
}

fn split(file: &[u8]) -> Vec<Vec<u8>> {
    rows().map(|row| section(file, row).to_vec()).collect()
}

fn joined(sections: &[Vec<u8>]) -> Vec<u8> {
    let mut file = [&MAGIC[..], &FORMAT.to_le_bytes()].concat();
    file.resize(BODY, 0);
    file[12..16].copy_from_slice(&u32::try_from(SECTIONS).expect("few sections").to_le_bytes());
    for (at, section) in sections.iter().enumerate() {
        let row = TABLE + at * ROW;
        let [start, length] = [file.len(), section.len()].map(|number| u32::try_from(number).expect("short"));
        file[row..row + 4].copy_from_slice(&start.to_le_bytes());
        file[row + 4..row + 8].copy_from_slice(&length.to_le_bytes());
        file.extend_from_slice(section);
    }
    file
}

/// Gives the file its length and the digests of what its table says, where that lies in the file.
fn fit(file: &mut [u8]) {
    let length = u32::try_from(file.len()).expect("a short file");
    file[8..12].copy_from_slice(&length.to_le_bytes());
    for row in rows() {
        let sum = digest(section(file, row)).to_le_bytes();
        file[row + 8..row + 16].copy_from_slice(&sum);
    }
    let sum = digest(&file[TABLE..BODY]).to_le_bytes();
    file[DIGEST..TABLE].copy_from_slice(&sum);
}

/// Whether all digests fit.
pub(super) fn fits(file: &[u8]) -> bool {
    let holds = |at: usize, bytes: &[u8]| file[at..at + 8] == digest(bytes).to_le_bytes();
    rows().all(|row| holds(row + 8, section(file, row))) && holds(DIGEST, &file[TABLE..BODY])
}

fn rows() -> impl Iterator<Item = usize> {
    (0..SECTIONS).map(|section| TABLE + section * ROW)
}

/// The bytes that a row of the table names; none where they do not lie in the file.
fn section(file: &[u8], row: usize) -> &[u8] {
    let number = |at: usize| {
        usize::try_from(u32::from_le_bytes(file[at..at + 4].try_into().expect("four"))).expect("a number")
    };
    file.get(number(row)..).and_then(|rest| rest.get(..number(row + 4))).unwrap_or_default()
}
