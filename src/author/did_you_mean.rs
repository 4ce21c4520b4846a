//! Suggestions: the known name nearest to an unknown one.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// "did you mean …", if one of `names` is near enough to `name` to be a typing error.
pub(crate) fn suggest<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<String> {
    nearest(name, names).map(|near| format!("did you mean `{near}`?"))
}

/// The nearest of `names`, at most a third of the letters different; of equally near ones the first.
pub(crate) fn nearest<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let bound = name.chars().count().div_ceil(3);
    names
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= bound)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Edit distance in letters, case not counted (Levenshtein 1966, two rows).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.to_lowercase().chars().enumerate() {
        let mut diagonal = i;
        let mut left = i.saturating_add(1);
        let mut next = Vec::with_capacity(row.len());
        next.push(left);
        for (above, other) in row.iter().skip(1).zip(&b) {
            let replaced = diagonal.saturating_add(usize::from(letter != *other));
            left = replaced.min(above.saturating_add(1)).min(left.saturating_add(1));
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognized_and_another_word_is_not() {
        let names = ["priority", "audience", "variants"];
        assert_eq!(nearest("prioritty", names), Some("priority"));
        assert_eq!(nearest("Audience", names), Some("audience"));
        assert_eq!(nearest("colour", names), None);
    }
}
