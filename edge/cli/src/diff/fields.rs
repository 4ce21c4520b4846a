//! Compares two drafts field by field: entries are matched by their ids, comments and order are ignored.

use serde_json::{Map, Value, json};

/// A difference.
#[derive(Debug, PartialEq)]
pub(super) struct Change {
    /// The kind of entry: `campaign`, `audience`, `site`.
    what: &'static str,
    /// Its id; empty if there is only one.
    id: String,
    /// The field; empty if the whole entry was added or removed.
    field: String,
    old: Option<Value>,
    new: Option<Value>,
}

/// Longest value that a sentence quotes, in characters.
const QUOTED: usize = 72;

/// The changes from `old` to `new`, both drafts without comments.
pub(super) fn changes(old: &Value, new: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    for field in ["format", "pages"] {
        compare("playbook", "", field, old.get(field), new.get(field), &mut changes);
    }
    for what in ["site", "consent", "cache"] {
        members(what, "", old.get(what), new.get(what), &mut changes);
    }
    let campaigns = |draft: &Value| -> Map<String, Value> {
        let list = draft.get("campaigns").and_then(Value::as_array).into_iter().flatten();
        list.filter_map(|campaign| Some((campaign.get("id")?.as_str()?.to_owned(), campaign.clone())))
            .collect()
    };
    let by_id = |draft: &Value, pointer: &str| -> Map<String, Value> {
        draft.pointer(pointer).and_then(Value::as_object).cloned().unwrap_or_default()
    };
    things("block", &by_id(old, "/blocks"), &by_id(new, "/blocks"), &mut changes);
    things("audience", &by_id(old, "/audiences"), &by_id(new, "/audiences"), &mut changes);
    things("campaign", &campaigns(old), &campaigns(new), &mut changes);
    for (what, pointer) in [("category", "/catalog/categories"), ("item", "/catalog/items")] {
        things(what, &by_id(old, pointer), &by_id(new, pointer), &mut changes);
    }
    things("store", &by_id(old, "/stores"), &by_id(new, "/stores"), &mut changes);
    // Members that a later format adds are compared too.
    let known = [
        "$schema",
        "format",
        "pages",
        "site",
        "consent",
        "cache",
        "blocks",
        "audiences",
        "campaigns",
        "catalog",
        "stores",
    ];
    let keys = old.as_object().into_iter().chain(new.as_object()).flat_map(Map::keys);
    let mut others: Vec<&String> = keys.filter(|key| !known.contains(&key.as_str())).collect();
    others.sort_unstable();
    others.dedup();
    for field in others {
        compare("playbook", "", field, old.get(field), new.get(field), &mut changes);
    }
    changes
}

fn things(what: &'static str, old: &Map<String, Value>, new: &Map<String, Value>, changes: &mut Vec<Change>) {
    for (id, thing) in old {
        match new.get(id) {
            Some(other) => members(what, id, Some(thing), Some(other), changes),
            None => changes.push(whole(what, id, Some(thing), None)),
        }
    }
    for (id, thing) in new.iter().filter(|(id, _)| !old.contains_key(*id)) {
        changes.push(whole(what, id, None, Some(thing)));
    }
}

fn members(
    what: &'static str,
    id: &str,
    old: Option<&Value>,
    new: Option<&Value>,
    changes: &mut Vec<Change>,
) {
    let empty = Map::new();
    let of = |value: Option<&Value>| value.and_then(Value::as_object).cloned();
    let (before, after) = (of(old).unwrap_or_else(|| empty.clone()), of(new).unwrap_or(empty));
    let added = after.keys().filter(|key| !before.contains_key(*key));
    for field in before.keys().chain(added) {
        match (before.get(field).and_then(variants), after.get(field).and_then(variants)) {
            (Some(old), Some(new)) if field == "variants" => {
                let owner = id;
                let ids: Vec<&String> =
                    old.keys().chain(new.keys().filter(|id| !old.contains_key(*id))).collect();
                for id in ids {
                    variant(what, owner, id, old.get(id), new.get(id), changes);
                }
            }
            _ => compare(what, id, field, before.get(field), after.get(field), changes),
        }
    }
}

/// The entries of a list by their ids.
fn variants(list: &Value) -> Option<Map<String, Value>> {
    list.as_array()?
        .iter()
        .map(|entry| Some((entry.get("id")?.as_str()?.to_owned(), entry.clone())))
        .collect()
}

fn variant(
    what: &'static str,
    owner: &str,
    id: &str,
    old: Option<&Value>,
    new: Option<&Value>,
    changes: &mut Vec<Change>,
) {
    let (Some(Value::Object(before)), Some(Value::Object(after))) = (old, new) else {
        return compare(what, owner, &format!("variant `{id}`"), old, new, changes);
    };
    let added = after.keys().filter(|key| !before.contains_key(*key));
    for field in before.keys().chain(added) {
        compare(
            what,
            owner,
            &format!("{field} of variant `{id}`"),
            before.get(field),
            after.get(field),
            changes,
        );
    }
}

fn compare(
    what: &'static str,
    id: &str,
    field: &str,
    old: Option<&Value>,
    new: Option<&Value>,
    changes: &mut Vec<Change>,
) {
    if old != new {
        changes.push(Change { field: field.to_owned(), ..whole(what, id, old, new) });
    }
}

fn whole(what: &'static str, id: &str, old: Option<&Value>, new: Option<&Value>) -> Change {
    Change { what, id: id.to_owned(), field: String::new(), old: old.cloned(), new: new.cloned() }
}

impl Change {
    /// The change as one line: `+` for an addition, `-` for a removal, `~` for a change.
    pub(super) fn sentence(&self) -> String {
        let name =
            if self.id.is_empty() { self.what.to_owned() } else { format!("{} `{}`", self.what, self.id) };
        match (&self.old, &self.new) {
            (Some(old), Some(new)) => {
                let (old, new) = (old.to_string(), new.to_string());
                let from = old.chars().zip(new.chars()).take_while(|(a, b)| a == b).count();
                format!("~ {name}: {} {} → {}", self.field, excerpt(&old, from), excerpt(&new, from))
            }
            (None, Some(_)) if self.field.is_empty() => format!("+ {name}"),
            (Some(_), None) if self.field.is_empty() => format!("- {name}"),
            (None, new) => {
                format!("+ {name}: {} {}", self.field, new.as_ref().map_or_else(String::new, quoted))
            }
            (Some(old), None) => format!("- {name}: {} {}", self.field, quoted(old)),
        }
    }

    pub(super) fn json(&self) -> Value {
        let kind = match (&self.old, &self.new) {
            (None, _) => "added",
            (_, None) => "removed",
            _ => "changed",
        };
        json!({"kind": kind, "what": self.what, "id": self.id, "field": self.field, "old": self.old, "new": self.new})
    }
}

fn quoted(value: &Value) -> String {
    excerpt(&value.to_string(), 0)
}

/// An excerpt of a text, around the first character that differs.
fn excerpt(text: &str, differs: usize) -> String {
    let count = text.chars().count();
    let skipped = if count <= QUOTED { 0 } else { differs.saturating_sub(QUOTED / 4) };
    let cut: String = text.chars().skip(skipped).take(QUOTED).collect();
    let (before, after) =
        (if skipped > 0 { "…" } else { "" }, if skipped.saturating_add(QUOTED) < count { "…" } else { "" });
    format!("{before}{cut}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_are_matched_by_id_and_fields_are_named() {
        let campaign = |id: &str, priority: i32| json!({"id": id, "priority": priority, "variants": []});
        let old = json!({"format": 1, "campaigns": [campaign("a", 1), campaign("b", 2)], "audiences": {"x": {"hour": 1}}});
        let new = json!({"format": 1, "campaigns": [campaign("c", 3), campaign("a", 5)], "audiences": {"x": {"hour": 1}}});
        let told: Vec<String> = changes(&old, &new).iter().map(Change::sentence).collect();
        assert_eq!(told, ["~ campaign `a`: priority 1 → 5", "- campaign `b`", "+ campaign `c`"]);
        let reordered = json!({"format": 1, "campaigns": [campaign("b", 2), campaign("a", 1)], "audiences": {"x": {"hour": 1}}});
        assert_eq!(changes(&old, &reordered), []);
        let shows = |html: &str, weight: i32| json!({"campaigns": [{"id": "a", "variants": [{"id": "x", "html": html, "weight": weight}]}]});
        let long = "y".repeat(100);
        let told: Vec<String> = changes(&shows(&format!("{long}old"), 5), &shows(&format!("{long}new"), 5))
            .iter()
            .map(Change::sentence)
            .collect();
        let end = "y".repeat(18);
        assert_eq!(told, [format!("~ campaign `a`: html of variant `x` …{end}old\" → …{end}new\"")]);
        let more = json!({"of_a_later_format": {}});
        assert_eq!(changes(&json!({}), &more).len(), 1);
    }
}
