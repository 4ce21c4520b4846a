//! Checks of `consent.banners`: what is named is a banner that Parvis knows or one that is described, and a description can
//! be read, says what a refusal looks like, and has no name that something else has.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::banner_draft::{BannerDraft, Banners, Description, OWN, Shape, described, known};
use super::consent_names::default_of;
use super::cookie_name::{is_cookie_name, is_ours};
use crate::consent::json;
use crate::consent::settings::Slot;
use crate::consent::source::Banner;

/// Bytes that the form of one description may have, and rules: every value in a cookie is held against each of them.
const FORM_BYTES: usize = 1000;
const RULES: usize = 32;

/// Where problems are told, with the place below `consent`.
type Say<'s> = &'s mut dyn FnMut(String, String);

/// Tells everything that is wrong with the banners. `is_taken` says which kind of flag the playbook reads under a name.
pub(in crate::author) fn check(banners: &Banners, is_taken: &dyn Fn(&str) -> Option<Slot>, say: Say<'_>) {
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for (name, banner) in banners {
        let place = format!("banners.{name}");
        match (known(name), banner) {
            (Some(_), BannerDraft::Known(true)) => {}
            (Some(_), BannerDraft::Known(false)) => {
                let help = "leave it out, and what it grants is not used";
                say(place, format!("`{name}` cannot be `false`: {help}"));
            }
            (Some(_), BannerDraft::Described(_)) => {
                let help = format!(
                    "write `true`, other cookies under `names`, and its entries under `meanings.{name}`"
                );
                say(place, format!("`{name}` is a banner that Parvis knows: {help}"));
            }
            (None, BannerDraft::Known(_)) => {
                let names: Vec<&str> = Banner::ALL
                    .iter()
                    .map(|banner| banner.name())
                    .filter(|name| known(name).is_some())
                    .collect();
                let help = format!("describe it, or use one of {}", names.join(", "));
                say(place, format!("`{name}` is no banner that Parvis knows: {help}"));
            }
            (None, BannerDraft::Described(_)) => {
                let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
                if name.is_empty() || name.len() > 32 || !name.bytes().all(plain) {
                    let help = "use up to 32 small letters, digits and `-`";
                    say(place, format!("`{name}` cannot be the name of a banner: {help}"));
                }
            }
        }
    }
    for (index, (name, description)) in described(banners).enumerate() {
        let place = format!("banners.{name}");
        if index == OWN.len() {
            let message = format!("`{name}` is described beyond the {} that are read", OWN.len());
            say(place.clone(), format!("{message}: leave out what the site does not use"));
        }
        names(name, description, is_taken, &mut seen, say);
        shape(&place, description, say);
        words(&place, description, say);
        unread(&place, description, say);
    }
}

/// Answers that would never be read, because something before them is about the same values, and lists that say yes by any value.
fn unread(place: &str, description: &Description, say: Say<'_>) {
    let Description { answers, chosen, means, accepted, together, .. } = description;
    for (index, answer) in answers.iter().enumerate() {
        if let Some(before) = answers.iter().take(index).find(|before| covers(&before.at, &answer.at)) {
            let help = "keep one of them, or give each its own paths";
            say(
                format!("{place}.answers.{index}.at"),
                format!("`{}` is about values that `{}` before it has read: {help}", answer.at, before.at),
            );
        }
    }
    for (index, condition) in chosen.iter().enumerate() {
        let key = condition.at.rsplit('/').next().unwrap_or_default();
        let is_answer = answers.iter().any(|answer| covers(&answer.at, &condition.at));
        if is_answer && means.get(key).is_some_and(|purposes| !purposes.is_empty()) {
            let help = "a value is a condition or an answer: use another value here, or leave it out";
            say(
                format!("{place}.chosen.{index}.at"),
                format!("`{key}` of `means` would not be read as an answer: {help}"),
            );
        }
    }
    for (index, list) in accepted.iter().enumerate() {
        let ends_in_any = list.divided_by.is_none() && list.at.rsplit('/').next() == Some("*");
        if ends_in_any && !*together {
            let help = "list its words for yes and no in `answers`";
            say(
                format!("{place}.accepted.{index}.at"),
                format!("`{}` would accept a key whatever its value is: {help}", list.at),
            );
        }
    }
}

/// Whether every value under `path` is also under `wider`.
fn covers(wider: &str, path: &str) -> bool {
    let mut steps = wider.split('/').zip(path.split('/'));
    wider.split('/').count() == path.split('/').count()
        && steps.all(|(wider, step)| wider == "*" || wider == step)
}

/// The names under which it stores something.
fn names<'d>(
    name: &'d str,
    description: &'d Description,
    is_taken: &dyn Fn(&str) -> Option<Slot>,
    seen: &mut Vec<(&'d str, &'d str)>,
    say: Say<'_>,
) {
    let place = format!("banners.{name}");
    if description.names().next().is_none() {
        let help = "list its `cookies`, or its `storage`";
        say(place.clone(), format!("`{name}` stores nothing: {help}"));
    }
    for (list, names) in [("cookies", &description.cookies), ("storage", &description.storage)] {
        for (index, stored) in names.iter().enumerate() {
            let place = format!("{place}.{list}.{index}");
            let whole = stored.strip_suffix('*').unwrap_or(stored);
            let fine = match list {
                "cookies" => is_cookie_name(whole),
                // The page is told the keys with blanks between them.
                _ => {
                    let plain = whole == stored && is_plain(stored) && !stored.contains(' ');
                    plain && !stored.starts_with('@') && stored.len() < 256
                }
            };
            if whole.is_empty() || !fine {
                let help = match list {
                    "cookies" => "use up to 255 letters, digits, `-` and `_`, and perhaps `*` at the end",
                    _ => "use up to 255 bytes without blanks, and no `*` at the end",
                };
                say(place, format!("`{stored}` cannot be its name: {help}"));
            } else if is_ours(whole) {
                say(place, format!("`{stored}` is a cookie of Parvis itself: use the banner's own cookie"));
            } else if let Some(other) = is_taken(stored).or_else(|| default_of(stored)) {
                let other = other.name();
                say(place, format!("`{stored}` is read as `{other}`: describe what Parvis does not know"));
            } else if let Some((_, other)) = seen.iter().find(|(known, _)| known == stored) {
                say(place, format!("`{stored}` is listed twice, before for `{other}`: keep one of them"));
            }
            seen.push((stored, name));
        }
    }
    let many = description.names().count() > 1 || description.names().any(|name| name.ends_with('*'));
    if description.together && description.every_key {
        // A cookie more, with a refusal in it, would complete the choice and so allow more.
        let help = "leave `every_key` out";
        say(
            format!("{place}.every_key"),
            format!("`every_key` is about one value, not about several cookies: {help}"),
        );
    }
    if description.together && !many {
        let help = "leave `together` out, or list all of its cookies";
        say(format!("{place}.together"), format!("`together` is about several cookies: {help}"));
    }
}

/// Whether there is enough to read a value of this shape, and whether a refusal can be read in it.
fn shape(place: &str, description: &Description, say: Say<'_>) {
    let one = |text: &Option<String>| text.as_ref().is_some_and(|text| text.len() == 1 && is_plain(text));
    let needed: &[(&str, &Option<String>)] = match description.shape {
        Shape::Pairs => &[("between", &description.between), ("inside", &description.inside)],
        Shape::List => &[("between", &description.between)],
        _ => &[],
    };
    for (name, text) in needed.iter().filter(|(_, text)| !one(text)) {
        let found = text.as_deref().unwrap_or_default();
        say(
            format!("{place}.{name}"),
            format!("`{name}` is `{found}`: write the one ASCII character that divides"),
        );
    }
    if description.encoding.len() > 2 {
        let help = "two are undone";
        say(format!("{place}.encoding"), format!("`encoding` has more than two steps: {help}"));
    }
    let Description { answers, all, accepted, refused, .. } = description;
    if answers.is_empty() && all.is_none() && accepted.is_empty() && refused.is_empty() {
        let help = "say where the yes and the no are, in `answers`, `all`, `accepted` or `refused`";
        say(place.to_string(), format!("it cannot be told what was refused: {help}"));
    }
    for (index, answer) in answers.iter().enumerate() {
        if answer.yes.is_empty() || answer.no.is_empty() {
            let help = "list the words for yes and for no";
            say(format!("{place}.answers.{index}"), format!("an answer without words: {help}"));
        }
    }
    if all.as_ref().is_some_and(|all| all.no.is_empty()) {
        say(format!("{place}.all"), "an answer without a word for no: list it under `no`".to_string());
    }
    // The engine reads a word and a list as one value without keys, but where each cookie has its own.
    if matches!(description.shape, Shape::Word | Shape::List) && !description.together && !answers.is_empty()
    {
        let help = "write `all`, or `together` where each cookie of several answers for one key";
        say(format!("{place}.answers"), format!("one value of this shape has no keys to answer: {help}"));
    }
    if description.shape == Shape::Characters {
        let places: Vec<String> = (0..description.means.len()).map(|index| index.to_string()).collect();
        for key in description.means.keys().filter(|key| !places.contains(*key)) {
            let help =
                "name the characters `0`, `1` and so on, none left out; `[]` for one without a purpose";
            say(format!("{place}.means.{key}"), format!("`{key}` is no place of a character: {help}"));
        }
        for (index, answer) in answers.iter().enumerate().filter(|(_, answer)| answer.at != "*") {
            let help = "leave `at` out";
            say(
                format!("{place}.answers.{index}.at"),
                format!("`{}` is no path in characters: {help}", answer.at),
            );
        }
    }
    if description.means.is_empty() {
        let help = "name its keys with their purposes; with `all` alone, any one key";
        say(format!("{place}.means"), format!("`means` is empty, so nothing would count: {help}"));
    }
    let form = description.form();
    if form.len() > FORM_BYTES || form.split('\n').count() > RULES {
        let help = format!("{FORM_BYTES} bytes of paths and words are read, and {} of them", RULES - 1);
        say(place.to_string(), format!("the description is too long: {help}"));
    }
}

/// The words and paths, which stand on lines divided by tabs, and the words that mean two things.
fn words(place: &str, description: &Description, say: Say<'_>) {
    let mut all: Vec<(String, &str)> = Vec::new();
    let mut paths: Vec<(String, &str)> = Vec::new();
    let each = description.answers.iter().enumerate();
    let each =
        each.map(|(index, one)| (format!("answers.{index}"), &one.at, [&one.yes, &one.no, &one.neither]));
    let all_keys = description.all.iter();
    let all_keys = all_keys.map(|one| (String::from("all"), &one.at, [&one.yes, &one.no, &one.neither]));
    for (name, at, lists) in each.chain(all_keys) {
        let place = format!("{place}.{name}");
        twice(&place, &lists, say);
        if let Some(word) = lists[0].iter().find(|word| ["", "null", "undefined"].contains(&&***word)) {
            let help = "list it under `neither`";
            say(place.clone(), format!("`{word}` is what stands where nobody answered, and no yes: {help}"));
        }
        paths.push((format!("{place}.at"), at));
        all.extend(lists.into_iter().flatten().map(|word| (place.clone(), &**word)));
    }
    for (name, lists) in [("accepted", &description.accepted), ("refused", &description.refused)] {
        for (index, list) in lists.iter().enumerate() {
            let place = format!("{place}.{name}.{index}");
            paths.push((format!("{place}.at"), &list.at));
            all.push((format!("{place}.around"), &list.around));
            if list.around.contains(|sign: char| !" \"'`[](){}\\".contains(sign)) {
                // `-ads` and `no-ads` would be the yes to `ads`.
                let help = "use blanks, quotes, brackets and backslashes alone";
                say(
                    format!("{place}.around"),
                    format!("`{}` has a sign that may mean a no: {help}", list.around),
                );
            }
            let divider = list.divided_by.as_deref().unwrap_or(",");
            if divider.len() != 1 || !is_plain(divider) {
                let message = format!("`divided_by` is `{divider}`: write one ASCII character");
                say(format!("{place}.divided_by"), message);
            }
        }
    }
    for (index, condition) in description.chosen.iter().enumerate() {
        let place = format!("{place}.chosen.{index}");
        paths.push((format!("{place}.at"), &condition.at));
        all.extend(condition.is.iter().chain(&condition.is_not).map(|word| (place.clone(), &**word)));
        if !condition.is.is_empty() && !condition.is_not.is_empty() {
            say(place, "`is` and `is_not` at once: `is` alone says it".to_string());
        }
    }
    for (name, version) in [("format", &description.format), ("version", &description.version)] {
        if let Some(version) = version {
            paths.push((format!("{place}.{name}.at"), &version.at));
            all.extend(version.is.iter().map(|word| (format!("{place}.{name}"), &**word)));
        }
    }
    paths.extend(description.decided.iter().map(|time| (format!("{place}.decided.at"), &*time.at)));
    for (place, path) in &paths {
        if path.split('/').count() > json::DEPTH {
            say(place.clone(), format!("`{path}` is too deep: {} steps are read", json::DEPTH));
        }
    }
    for (place, word) in all.into_iter().chain(paths) {
        if !word.is_empty() && !is_plain(word) {
            say(place, "a word has a control character: leave it out".to_string());
        }
    }
}

/// A word for two answers.
fn twice(place: &str, lists: &[&Vec<String>], say: Say<'_>) {
    let mut seen: Vec<&String> = Vec::new();
    for word in lists.iter().flat_map(|list| list.iter()) {
        if seen.contains(&word) {
            say(place.to_string(), format!("`{word}` is a word for two answers: keep one of them"));
        }
        seen.push(word);
    }
}

/// Text on one line, of at least one character.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c.is_ascii_control())
}

#[cfg(test)]
mod tests;
