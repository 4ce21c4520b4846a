//! What a line of `parvis consent --explain` claims, held against what is stored.
#![expect(clippy::string_slice, reason = "a failing test may panic")]

use parvis::base::base64;
use parvis::consent::tcf;
use serde_json::Value;

/// What one visitor stored.
pub(crate) struct Stored {
    /// The names of cookies and of entries of web storage.
    names: Vec<String>,
    /// All that is stored, decoded.
    text: String,
    /// The same without groups whose list is empty, and without the map that CookieScript writes whatever was answered.
    accepted: String,
    /// The TC string, where there is one.
    tcf: Option<String>,
    /// Whether a flag other than a signal answers something.
    answers: bool,
    /// How many lines named purposes of a TC string, entries of banners, and a reason in nobody's silence.
    pub(crate) named: [usize; 3],
}

impl Stored {
    /// What a vector stores; `answer` is that of `--batch`.
    pub(crate) fn of(vector: &Value, answer: &Value) -> Stored {
        let parts = ["cookies", "localStorage"].into_iter().filter_map(|part| vector[part].as_object());
        let pairs: Vec<(String, String)> =
            parts.flatten().map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect();
        let whole: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut text = percent_decoded(&percent_decoded(&whole.join(" ")));
        for (_, value) in &pairs {
            text.push_str(base64::decode_into(value, &mut vec![0; value.len()]).unwrap_or_default());
        }
        let mut accepted = text.clone();
        while let Some(end) = accepted.find("\":[]") {
            let start = accepted[..end].rfind('"').unwrap();
            accepted.replace_range(start..end + 5, "");
        }
        if let Some(start) = accepted.find("\"googleconsentmap\"") {
            let end = accepted[start..].find('}').unwrap() + start;
            accepted.replace_range(start..=end, "");
        }
        let says = |part: &Value| {
            part["valid"] == true
                && (part["choice_made"] == true
                    || ["grants", "denies"].iter().any(|said| part[said][0].is_string()))
        };
        let sources = answer["sources"].as_array().unwrap().iter().filter(|part| part["source"] != "gpc");
        let answers = sources
            .flat_map(|part| std::iter::once(part).chain(part["votes"].as_array().into_iter().flatten()))
            .any(says);
        let tcf = pairs.iter().map(|(_, value)| value.clone()).find(|value| tcf::parse(value).is_ok());
        let names = pairs.into_iter().map(|(name, _)| name).collect();
        Stored { names, text, accepted, tcf, answers, named: [0; 3] }
    }

    /// What the lines claim and is not stored.
    pub(crate) fn wrong(&mut self, words: &str) -> Vec<String> {
        let sold = words.lines().any(|line| line.starts_with("passing data to third parties: allowed"));
        let mut wrong = Vec::new();
        for line in words.lines() {
            let mut told = |what: &str| wrong.push(format!("{what}: {line}"));
            for words in
                ["too old to count", "cannot be read", "not opting out", "version that is not in force"]
            {
                if line.contains(words) {
                    told("an old reason");
                }
            }
            if line.contains("nobody agreed") || line.contains("nobody refused") {
                self.named[2] += 1;
                if self.answers {
                    told("somebody answered");
                }
            }
            if line.contains("custom purpose") {
                told("no custom purpose has a meaning");
            }
            if line.contains(" counts as a") && line.contains(" in `") && sold {
                told("it counts, and sale is allowed");
            }
            let Some((title, rest)) = line.split_once(": ") else { continue };
            if let Some((_, names)) = title.split_once(" in `") {
                for name in names.split('`').step_by(2).filter(|name| !name.contains(' ')) {
                    if !self.names.iter().any(|known| known == name) {
                        told("no such name is stored");
                    }
                }
            }
            let verdicts = ["allowed in ", "refused in ", "although agreed to in ", "not used without "];
            let Some(said) = verdicts.iter().find_map(|verdict| {
                rest.starts_with(verdict).then(|| &rest[verdict.len()..]).or_else(|| {
                    rest.strip_prefix("not allowed, because the device may not be used, ")?
                        .strip_prefix(verdict)
                })
            }) else {
                if rest.starts_with("allowed") && rest.contains("but blocked") {
                    told("it opens with the opposite");
                }
                continue;
            };
            let who = said.split([',', ';', ':']).next().unwrap().split(" on ").next().unwrap();
            if line.contains(&format!("; {who} said yes and lost")) {
                told("one banner said both");
            }
            let first = said.split(';').next().unwrap();
            let refused = rest.starts_with("refused in ");
            if title == "precise location"
                && refused
                && [", categor", ", group", ", level"].iter().any(|of| first.contains(of))
            {
                told("nobody was asked about it");
            }
            if first.contains("a key without a meaning") {
                told("no key is named");
            }
            if let Some((_, purposes)) = first.split_once("TCF purpose") {
                self.named[0] += 1;
                if !self.purposes(first, purposes, refused) {
                    told("the string says another thing");
                }
            } else if !["GPP string", "US Privacy", "TCF "].iter().any(|of| first.contains(of)) {
                for key in entries(first, rest.starts_with("not used without ")) {
                    self.named[1] += 1;
                    let level =
                        key.bytes().all(|byte| byte.is_ascii_digit()) && self.text.contains("notice_");
                    if first.contains("not among what was accepted") {
                        if self.accepted.contains(&key) && !level {
                            told("it is accepted");
                        }
                    } else if key == "*" || !self.text.contains(&key) {
                        told("it is not stored");
                    }
                }
            }
        }
        wrong
    }

    /// Whether the purposes of the TC string are set as a line says.
    fn purposes(&self, said: &str, purposes: &str, refused: bool) -> bool {
        let Some(string) = self.tcf.as_deref().and_then(|text| tcf::parse(text).ok()) else { return true };
        let Some(own) = string.publisher() else { return true };
        let core = purposes.contains("advertising");
        let consents = if core { string.consents() } else { own.consents };
        let numbers = purposes.trim_start_matches('s').split(" (").next().unwrap();
        let has = |number: u8| {
            consents.has(number)
                || (said.contains("legitimate interest") && own.interests.has(number))
                || (said.contains("was not shown") && string.purpose_one_hidden() && !refused)
        };
        let mut numbers = numbers.split([',', ' ']).filter_map(|word| word.parse::<u8>().ok());
        if said.contains("was not shown") && !string.purpose_one_hidden() {
            return false;
        }
        refused != numbers.all(has)
    }
}

/// The entries that a line names: `…, category a`, `…, groups a and b`, or before who said it.
fn entries(said: &str, before: bool) -> Vec<String> {
    let part = match said.split_once(", ") {
        Some((entries, _)) if before => entries,
        Some((_, entries)) if !before => entries,
        _ => return Vec::new(),
    };
    let part = [", which ", ", whose ", " (a stored no", ": "]
        .iter()
        .fold(part, |part, end| part.split(end).next().unwrap());
    const NOUNS: [&str; 9] =
        ["category", "group", "level", "service", "purpose", "vendor", "entry", "type", "key"];
    let Some((noun, keys)) = part.split_once(' ') else { return Vec::new() };
    let singular = noun.replace("ies", "y");
    if !NOUNS.contains(&singular.trim_end_matches('s')) {
        return Vec::new();
    }
    keys.replace(" and ", ", ").split(", ").map(|key| key.trim_matches('`').to_owned()).collect()
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [byte, more @ ..] = rest {
        let code = (*byte == b'%').then(|| more.get(..2)).flatten();
        let code = code.and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok());
        bytes.push(code.unwrap_or(*byte));
        rest = &more[if code.is_some() { 2 } else { 0 }..];
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
