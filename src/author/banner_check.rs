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
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]
    use crate::author::consent_draft::ConsentDraft;
    use crate::base::calendar::Millis;
    use crate::consent::evidence::Evidence;
    use crate::consent::purpose::Purpose;
    use crate::consent::resolve::resolve;
    use crate::consent::stored::StoredSettings;
    use crate::facts::Facts;
    use alloc::format;
    use alloc::string::{String, ToString};
    use alloc::vec::Vec;

    /// What is allowed of device storage, counting, sale and profile, as letters.
    fn allowed(banners: &str, region: &str, cookie: &str) -> String {
        let draft: ConsentDraft = serde_json::from_str(&format!("{{\"banners\": {{{banners}}}}}")).unwrap();
        assert_eq!(draft.check(), [], "{banners}");
        let bytes = draft.encode();
        let settings = StoredSettings::open(&bytes).unwrap();
        let facts = Facts {
            cookies: [cookie.to_string()].into_iter().collect(),
            country: Some(region.to_string()),
            now: Some(Millis(1_795_262_400_000)),
            ..Facts::default()
        };
        let allowed = resolve(&Evidence::of(&facts), &settings).allowed();
        let letters = [
            ('d', Purpose::DeviceStorage),
            ('m', Purpose::Measurement),
            ('s', Purpose::SaleShare),
            ('p', Purpose::Profile),
        ];
        letters
            .into_iter()
            .filter(|(_, purpose)| allowed.contains(*purpose))
            .map(|(letter, _)| letter)
            .collect()
    }

    const MEANS: &str = r#""means": {"stats": ["measurement"], "ads": ["sale_share"]}"#;

    #[test]
    fn every_shape_is_read() {
        let json = format!(
            r#""own": {{"cookies": ["c"], "shape": "json", "answers": [{{"at": "a/*", "yes": ["true"], "no": ["false"]}}],
                "chosen": [{{"at": "at"}}, {{"at": "how", "is": ["click"]}}, {{"at": "auto", "is": ["0"], "optional": true}}],
                "decided": {{"at": "at", "unit": "seconds"}}, "version": {{"at": "v", "is": ["2"]}}, {MEANS}}}"#
        );
        let pairs = format!(
            r#""own": {{"cookies": ["c"], "shape": "pairs", "between": "|", "inside": ":",
                "answers": [{{"yes": ["y"], "no": ["n"], "neither": ["?"]}}], "chosen": [], {MEANS}}}"#
        );
        let list = format!(
            r#""own": {{"cookies": ["c"], "shape": "list", "between": ",", "accepted": [{{}}], "chosen": [], {MEANS}}}"#
        );
        let refused = format!(
            r#""own": {{"cookies": ["c"], "shape": "json", "refused": [{{"at": "[]"}}], "chosen": [], {MEANS}}}"#
        );
        let word = format!(
            r#""own": {{"cookies": ["c"], "shape": "word", "all": {{"yes": ["all"], "no": ["none"]}}, "chosen": [], {MEANS}}}"#
        );
        let characters = r#""own": {"cookies": ["c"], "shape": "characters", "answers": [{"yes": ["1"], "no": ["0"]}], "chosen": [],
                "means": {"0": ["measurement"], "1": ["sale_share"]}}"#;
        let together = format!(
            r#""own": {{"cookies": ["c-*", "closed"], "together": true, "shape": "word",
                "answers": [{{"yes": ["y"], "no": ["n"]}}], "chosen": [{{"at": "closed", "is": ["yes"]}}], {MEANS}}}"#
        );
        let encoded = format!(
            r#""own": {{"cookies": ["c"], "encoding": ["percent", "base64"], "shape": "json",
                "answers": [{{"yes": ["1"], "no": ["0"]}}], "every_key": true, "chosen": [], {MEANS}}}"#
        );
        for (banner, cookie, fr, us) in [
            (
                json.as_str(),
                r#"c={"a":{"stats":true,"ads":false},"at":1790841600,"how":"click","v":2}"#,
                "dm",
                "dm",
            ),
            (&json, r#"c={"a":{"stats":true,"ads":false},"at":1590841600,"how":"click","v":2}"#, "", "dm"),
            (&json, r#"c={"a":{"stats":true,"ads":false},"at":1790841600,"how":"click","v":1}"#, "", "dm"),
            (&json, r#"c={"a":{"stats":true,"ads":false},"at":1790841600,"how":"none","v":2}"#, "", "dm"),
            (
                &json,
                r#"c={"a":{"stats":true,"ads":true},"at":1790841600,"how":"click","auto":1,"v":2}"#,
                "",
                "dmsp",
            ),
            (
                &json,
                r#"c={"a":{"stats":true,"ads":true},"at":1790841600,"how":"click","auto":0,"v":2}"#,
                "dms",
                "dmsp",
            ),
            (&json, r#"c={"a":{"stats":true,"ads":true},"at":1790841600,"how":"click"}"#, "", "dmsp"),
            (&json, r#"c={"a":{"stats":true,"ads":true},"at":1790841600,"how":"never","v":2}"#, "", "dmsp"),
            (&json, r#"c={"a":{"stats":true,"ads":"true?"},"at":1790841600,"how":"click","v":2}"#, "", "dm"),
            (
                &json,
                r#"c={"a":{"stats":true,"ads":true,"chat":false},"at":1790841600,"how":"click","v":2}"#,
                "dms",
                "dm",
            ),
            (&json, r#"c={"b":{"stats":true,"ads":true},"at":1790841600,"how":"click"}"#, "", "dm"),
            (&json, r#"c={"a":{"stats":true,"ads":true},"at":1790841600,"how":"cli"#, "", "dm"),
            (&pairs, "c=stats:y|ads:n", "dm", "dm"),
            (&pairs, "c= stats : y | ads:n ", "dm", "dm"),
            (&pairs, "c=stats: y| ads :y", "dms", "dmsp"),
            // Nothing goes to others where the device may not be used.
            (&pairs, "c=stats:n|ads:?", "", ""),
            (&pairs, "c=stats:y|ads:y|ads", "", "dm"),
            (&pairs, "c=stats:y|ads:ystats:y|ads:y", "", "dm"),
            (&list, "c=stats", "dm", "dm"),
            (&list, "c=stats,ads", "dms", "dmsp"),
            (&list, "c=", "", ""),
            (&refused, r#"c=["ads"]"#, "dm", "dm"),
            (&refused, "c=[]", "dms", "dmsp"),
            (&refused, r#"c=["ads","chat"]"#, "", "dm"),
            (&word, "c=all", "dms", "dmsp"),
            (&word, "c=none", "", ""),
            (&word, "c=alls", "", "dm"),
            (characters, "c=10", "dm", "dm"),
            (characters, "c=11", "dms", "dmsp"),
            (characters, "c=111", "", "dm"),
            (characters, "c=1", "", "dm"),
            (&together, "c-stats=y; c-ads=n; closed=yes", "dm", "dm"),
            (&together, "c-stats=y; c-ads=n", "", "dm"),
            (&together, "c-stats=y; closed=no", "", "dmsp"),
            (&together, "c-stats=y; c-stats=n; closed=yes", "", ""),
            (&encoded, "c=eyJzdGF0cyI6MSwiYWRzIjoxfQ%3D%3D", "dms", "dmsp"),
            (&encoded, "c=eyJzdGF0cyI6MX0=", "", "dmsp"),
        ] {
            assert_eq!(
                (&*allowed(banner, "FR", cookie), &*allowed(banner, "US", cookie)),
                (fr, us),
                "{cookie}"
            );
        }
    }

    #[test]
    fn what_is_not_named_refuses_and_does_not_grant() {
        let named = r#""klaro": true, "usercentrics": true"#;
        for (banners, cookie, fr, us) in [
            ("", "cookieyes-consent=action:yes,analytics:yes,advertisement:no", "dm", "dm"),
            (named, "cookieyes-consent=action:yes,analytics:yes,advertisement:no", "", "dm"),
            (
                r#""cookieyes": true"#,
                "cookieyes-consent=action:yes,analytics:yes,advertisement:no",
                "dm",
                "dm",
            ),
            (named, "cookieyes-consent=action:yes,analytics:yes", "", "dmsp"),
            (named, "wp_consent_statistics=allow; wp_consent_marketing=allow", "", "dmsp"),
            (named, "parvis-consent=1.6abcde00.84.0.1", "dm", "dmsp"),
            (named, "usprivacy=1YYN", "", "dm"),
        ] {
            let found = (allowed(banners, "FR", cookie), allowed(banners, "US", cookie));
            assert_eq!((&*found.0, &*found.1), (fr, us), "{banners} {cookie}");
        }
    }

    /// What would be read as less of a refusal than it is.
    #[test]
    fn answers_that_would_not_be_read_are_told() {
        for (description, place) in [
            (
                r#""answers": [{"yes": ["1"], "no": ["0"]}, {"at": "sale", "yes": ["0"], "no": ["1"]}], "chosen": []"#,
                "answers.1.at",
            ),
            (
                r#""answers": [{"at": "a/*", "yes": ["1"], "no": ["0"]}, {"at": "a/*", "yes": ["y"], "no": ["n"]}], "chosen": []"#,
                "answers.1.at",
            ),
            (
                r#""answers": [{"yes": ["1"], "no": ["0"]}], "chosen": [{"at": "ads", "is": ["1"]}]"#,
                "chosen.0.at",
            ),
            (r#""accepted": [{"at": "consents/*"}], "chosen": []"#, "accepted.0.at"),
        ] {
            let text = format!(
                r#"{{"banners": {{"own": {{"cookies": ["c"], "shape": "json", {description}, {MEANS}}}}}}}"#
            );
            let draft: ConsentDraft = serde_json::from_str(&text).unwrap();
            let places: Vec<String> = draft.check().into_iter().map(|problem| problem.place).collect();
            assert_eq!(places, [format!("banners.own.{place}")], "{text}");
        }
        // The narrower of two paths is read first; a condition under no key of the map is none of the answers.
        let narrow = r#""own": {"cookies": ["c"], "shape": "json", "chosen": [{"at": "at"}],
            "answers": [{"at": "ads", "yes": ["0"], "no": ["1"]}, {"yes": ["1"], "no": ["0"]}],
            "means": {"stats": ["measurement"], "ads": ["sale_share"]}}"#;
        assert_eq!(allowed(narrow, "US", r#"c={"at":5,"ads":1,"stats":1}"#), "dm");
    }

    /// Keys and paths under which the shape has nothing, and words and signs that would make a yes of what is none.
    #[test]
    fn what_would_be_read_as_something_else_is_told() {
        const ANSWERS: &str = r#""answers": [{"yes": ["1"], "no": ["0"]}]"#;
        const TWO: &str = r#""means": {"0": ["measurement"], "1": ["sale_share"]}"#;
        for (description, places) in [
            (format!(r#""shape": "word", {ANSWERS}, {MEANS}"#), &["answers"][..]),
            (format!(r#""shape": "list", "between": ",", {ANSWERS}, {MEANS}"#), &["answers"]),
            (format!(r#""shape": "characters", {ANSWERS}, {TWO}"#), &[]),
            (format!(r#""shape": "characters", {ANSWERS}, {MEANS}"#), &["means.ads", "means.stats"]),
            (
                format!(r#""shape": "characters", {ANSWERS}, "means": {{"0": [], "2": ["measurement"]}}"#),
                &["means.2"],
            ),
            (
                format!(r#""shape": "json", "answers": [{{"yes": ["1", "null"], "no": ["0"]}}], {TWO}"#),
                &["answers.0"],
            ),
            (
                format!(
                    r#""shape": "json", "accepted": [{{"at": "a", "divided_by": ",", "around": "-! "}}], {TWO}"#
                ),
                &["accepted.0.around"],
            ),
            (
                format!(
                    r#""shape": "characters", "answers": [{{"at": "1", "yes": ["1"], "no": ["0"]}}], {TWO}"#
                ),
                &["answers.0.at"],
            ),
        ] {
            let text =
                format!(r#"{{"banners": {{"own": {{"cookies": ["c"], "chosen": [], {description}}}}}}}"#);
            let draft: ConsentDraft = serde_json::from_str(&text).unwrap();
            let found: Vec<String> = draft.check().into_iter().map(|problem| problem.place).collect();
            let places: Vec<String> = places.iter().map(|place| format!("banners.own.{place}")).collect();
            assert_eq!(found, places, "{text}");
        }
    }

    #[test]
    fn everything_wrong_is_told_at_its_place() {
        let draft: ConsentDraft = serde_json::from_str(
            r#"{"names": {"klaro": ["choices"]}, "banners": {
                "klaro": false, "onetrst": true, "cookieyes": {"shape": "word", "chosen": [], "means": {}},
                "Own": {"cookies": ["a b", "cc_cookie", "choices", "parvis-visit", "*", "fine", "fine"], "storage": ["x*"],
                    "together": true, "shape": "pairs", "between": ",,", "encoding": ["percent", "base64", "base64"],
                    "answers": [{"yes": ["1", "1"], "no": []}], "all": {"no": []}, "chosen": [{"at": "a/b/c/d/e/f/g/h/i"}], "means": {}},
                "own-2": {"cookies": ["c2"], "together": true, "every_key": true, "shape": "list", "accepted": [{"divided_by": ""}],
                    "chosen": [{"at": "a\tb", "is": ["1"], "is_not": ["2"]}], "means": {"": []}},
                "own-3": {"shape": "json", "chosen": [], "means": {"a": []}},
                "x4": {"cookies": ["c4"], "shape": "word", "all": {"no": ["n"]}, "chosen": [], "means": {"a": []}},
                "x5": {"cookies": ["c5"], "shape": "word", "all": {"no": ["n"]}, "chosen": [], "means": {"a": []}}
            }}"#,
        )
        .unwrap();
        let places: Vec<String> = draft.check().into_iter().map(|problem| problem.place).collect();
        assert_eq!(
            places,
            [
                "banners.Own",
                "banners.cookieyes",
                "banners.klaro",
                "banners.onetrst",
                "banners.Own.cookies.0",
                "banners.Own.cookies.1",
                "banners.Own.cookies.2",
                "banners.Own.cookies.3",
                "banners.Own.cookies.4",
                "banners.Own.cookies.6",
                "banners.Own.storage.0",
                "banners.Own.between",
                "banners.Own.inside",
                "banners.Own.encoding",
                "banners.Own.answers.0",
                "banners.Own.all",
                "banners.Own.means",
                "banners.Own.answers.0",
                "banners.Own.chosen.0.at",
                "banners.own-2.every_key",
                "banners.own-2.together",
                "banners.own-2.between",
                "banners.own-2.accepted.0.divided_by",
                "banners.own-2.chosen.0",
                "banners.own-2.chosen.0.at",
                "banners.own-3",
                "banners.own-3",
                "banners.x5",
                "banners.own-2.means.",
            ]
        );
        assert!(StoredSettings::open(&draft.encode()).is_some(), "what is wrong is left out");
    }
}
