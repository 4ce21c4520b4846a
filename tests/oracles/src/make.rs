//! Strings made up from a seed: valid ones of every shape, and spoiled copies of them.

pub mod bits;
pub mod gpp;
pub mod tcf;

use parvis_fuzz_targets::dice::Dice;

/// What kind of string it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A TC string.
    Tcf,
    /// A GPP string.
    Gpp,
    /// A US Privacy string.
    Usp,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 3] = [Kind::Tcf, Kind::Gpp, Kind::Usp];

    /// The name that explanations use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Tcf => "tcf",
            Kind::Gpp => "gpp",
            Kind::Usp => "usp",
        }
    }
}

/// String number `index` of `seed`: every third one is spoiled.
///
/// ```
/// use parvis_oracles::make::{Kind, string};
/// assert_eq!(string(Kind::Tcf, 1, 0), string(Kind::Tcf, 1, 0));
/// assert!(string(Kind::Tcf, 1, 0).starts_with('C'));
/// ```
#[must_use]
pub fn string(kind: Kind, seed: u64, index: usize) -> String {
    let mut dice = Dice::new(seed.wrapping_mul(1_000_003).wrapping_add(index as u64).wrapping_add(1));
    // The first numbers of neighboring seeds look alike.
    for _ in 0..8 {
        dice.below(2);
    }
    match kind {
        Kind::Usp => usp(&mut dice),
        Kind::Tcf | Kind::Gpp => {
            let whole = if kind == Kind::Tcf { tcf::string(&mut dice) } else { gpp::string(&mut dice) };
            if index % 3 == 2 { spoil(&mut dice, &whole) } else { whole }
        }
    }
}

fn usp(dice: &mut Dice) -> String {
    let mut letters = vec!['1'];
    letters.extend((0..3).map(|_| *dice.pick(&['Y', 'N', '-'])));
    if dice.one_in(4) {
        let at = dice.below(letters.len());
        letters[at] = *dice.pick(&['2', 'y', 'X', ' ', '0']);
    }
    if dice.one_in(10) {
        letters.truncate(dice.below(4));
    }
    if dice.one_in(10) {
        letters.push('N');
    }
    letters.into_iter().collect()
}

/// A copy with one to three faults.
fn spoil(dice: &mut Dice, text: &str) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..1 + dice.below(5) / 2 {
        let at = dice.below(bytes.len().max(1));
        match dice.below(9) {
            0 | 1 => bytes.truncate(at),
            2 | 3 if at < bytes.len() => bytes[at] = *dice.pick(ALPHABET),
            4 if at < bytes.len() => bytes[at] = *dice.pick(b"=+/ %.~$"),
            5 if at < bytes.len() => {
                bytes.remove(at);
            }
            6 => bytes.insert(at.min(bytes.len()), *dice.pick(ALPHABET)),
            7 => swap(dice, &mut bytes),
            _ => again(dice, &mut bytes),
        }
    }
    String::from_utf8(bytes).expect("ASCII")
}

/// Two segments change places.
fn swap(dice: &mut Dice, bytes: &mut Vec<u8>) {
    let mut segments: Vec<Vec<u8>> = bytes.split(|byte| *byte == b'.').map(<[u8]>::to_vec).collect();
    let (one, other) = (dice.below(segments.len()), dice.below(segments.len()));
    segments.swap(one, other);
    *bytes = segments.join(&b'.');
}

/// One segment stands there a second time.
fn again(dice: &mut Dice, bytes: &mut Vec<u8>) {
    let segments: Vec<&[u8]> = bytes.split(|byte| *byte == b'.').collect();
    let copy = (*dice.pick(&segments)).to_vec();
    bytes.push(b'.');
    bytes.extend(copy);
}
