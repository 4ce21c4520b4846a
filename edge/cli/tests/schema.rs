//! The JSON Schema of playbooks, by a validator of its own: it lets every valid playbook pass, and sees what a schema can see.

#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::{Value, json};

/// Codes of `check` for what a schema can see.
const SEEN: [&str; 4] = ["unknown-field", "missing-field", "wrong-type", "unknown-operator"];

fn validator() -> Validator {
    let schema: Value = serde_json::from_str(&parvis::author::draft::schema()).unwrap();
    jsonschema::draft7::meta::validate(&schema).map_err(|error| error.to_string()).unwrap();
    jsonschema::draft7::new(&schema).map_err(|error| error.to_string()).unwrap()
}

fn playbooks(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/playbooks").join(folder);
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|extension| extension == "json")).collect()
}

#[test]
fn it_passes_what_is_valid_and_refuses_what_it_can_see() {
    let validator = validator();
    for path in playbooks("valid") {
        let playbook = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let wrong: Vec<String> = validator
            .iter_errors(&playbook)
            .map(|error| format!("{} {error}", error.instance_path()))
            .collect();
        assert_eq!(wrong, Vec::<String>::new(), "{}", path.display());
    }
    let mut refused = 0;
    for path in playbooks("invalid") {
        let Ok(playbook) = serde_json::from_str(&fs::read_to_string(&path).unwrap()) else { continue };
        let told = fs::read_to_string(path.with_extension("expected")).unwrap();
        // Inside a text it sees nothing.
        let is_inside =
            ["template", "profile-of-a-banner"].iter().any(|name| path.to_string_lossy().contains(name));
        if !is_inside && SEEN.iter().any(|code| told.contains(code)) {
            assert!(!validator.is_valid(&playbook), "{}", path.display());
            refused += 1;
        }
    }
    assert!(refused > 20, "{refused}");
}

#[test]
fn conditions_have_the_operators_and_values_of_their_signals() {
    let validator = validator();
    let is_valid = |condition: &Value| {
        validator.is_valid(&json!({
            "format": 1, "site": { "name": "lumen", "host": "shop.example" }, "pages": [], "blocks": {},
            "audiences": { "a": condition },
        }))
    };
    for fits in [
        json!({ "device": "mobile", "hour": { "$gte": 9, "$lt": 24 }, "country": { "$in": ["FR", null] } }),
        json!({ "$or": [{ "weekday": "monday" }, { "$not": { "language": { "$ini": ["FR"] } } }] }),
        json!({ "visit.cart": { "$size": { "$gt": 2 }, "$elemMatch": { "$ne": "lamp" } }, "time": { "$lt": "18:30" } }),
        json!({ "visitor.due_item": { "$nin": { "signal": "visit.cart" } }, "sensitive": true }),
        json!({ "region": "US-CA", "language": "fil", "page.kind": { "$exists": false } }),
    ] {
        assert!(is_valid(&fits), "{fits}");
    }
    for odd in [
        json!({ "device": "phone" }),
        json!({ "devise": "mobile" }),
        json!({ "country": "UK" }),
        json!({ "language": { "$eq": "EN" } }),
        json!({ "hour": "9" }),
        json!({ "hour": 24 }),
        json!({ "hour": { "$size": 1 } }),
        json!({ "campaign": { "$vgt": "1.2" } }),
        json!({ "visit.cart": { "$gt": 2 } }),
        json!({ "visit.cart": "lamp" }),
        json!({ "country": { "$in": "FR" } }),
        json!({ "$or": { "hour": 9 } }),
        json!({ "visitor.due_item": { "$in": { "signal": "hour" } } }),
        json!({ "time": "6 pm" }),
    ] {
        assert!(!is_valid(&odd), "{odd}");
    }
}
