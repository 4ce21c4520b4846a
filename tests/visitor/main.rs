//! What is kept of a visitor and what it is kept for: dates, lists, preferences, profile, experiments, fatigue, cookies.

mod dates;
mod experiments;
mod fatigue;
mod lists;
mod own_cookies;
mod preferences;
mod profile;
mod purchases;
mod support;
