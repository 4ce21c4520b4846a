//! Whether the naive model would answer the same.

use serde_json::Value as Json;

/// Whether the model agrees with the answers of the engine, which are in the format of `expect`.
///
/// # Errors
/// What the model says instead.
pub fn agrees(case_file: &Json, playbook_source: &Json, answers: &[Json]) -> Result<(), String> {
    parvis_model::golden::compare(case_file, playbook_source, answers)
}
