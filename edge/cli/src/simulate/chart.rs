//! A chart as SVG: one bar a group, each divided into what it saw; every part can be reached by keyboard and says itself.

use super::tally::{Block, share};
use super::text::{named, percent};

/// Units of the drawing: the width of a whole bar, of the names before it, and the height of a row.
const WIDTH: f64 = 640.0;
const NAMES: f64 = 130.0;
const ROW: u32 = 34;
/// Countries that get a bar.
const COUNTRIES: usize = 6;
/// Colors of outcomes, in turn; the default content has its own.
pub(super) const COLORS: u32 = 8;

/// The chart of a block.
pub(super) fn drawn(block: &Block) -> String {
    let mut rows: Vec<(String, Vec<(String, usize, u64)>, u64)> = Vec::new();
    let mut row = |name: String, all: u64, part: &dyn Fn(&super::tally::Count) -> u64| {
        let parts = block.outcomes.iter().enumerate();
        rows.push((
            name,
            parts.map(|(at, outcome)| (outcome.name(), at, part(&outcome.count))).collect(),
            all,
        ));
    };
    row("everybody".to_owned(), block.all.pages, &|count| count.pages);
    for stance in block.stances() {
        let of = |count: &super::tally::Count| count.by_stance.get(&stance).copied().unwrap_or(0);
        row(stance.name().to_owned(), of(&block.all), &of);
    }
    for country in block.countries(COUNTRIES) {
        let of = |count: &super::tally::Count| count.by_country.get(country).copied().unwrap_or(0);
        row(named(country).to_owned(), of(&block.all), &of);
    }
    let height = u32::try_from(rows.len()).unwrap_or(0).saturating_mul(ROW).saturating_add(4);
    let mut svg = format!(
        "<svg viewBox=\"0 0 {} {height}\" role=\"group\" aria-label=\"What {} shows, by group\">\n",
        NAMES + WIDTH,
        escaped(&block.id)
    );
    for (index, (name, parts, all)) in (0_u32..).zip(&rows) {
        let top = index.saturating_mul(ROW).saturating_add(4);
        svg.push_str(&format!(
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\n",
            NAMES - 10.0,
            top.saturating_add(19),
            escaped(name)
        ));
        let mut left = NAMES;
        for (what, at, pages) in parts.iter().filter(|(_, _, pages)| *pages > 0) {
            let of = share(*pages, *all);
            let width = of * WIDTH;
            let said = escaped(&format!("{name}: {what}, {} of {all} pages", percent(of)));
            svg.push_str(&format!(
                "<g tabindex=\"0\" role=\"img\" aria-label=\"{said}\"><title>{said}</title><rect class=\"{}\" x=\"{left:.1}\" y=\"{top}\" width=\"{width:.1}\" height=\"26\"/></g>\n",
                class(block, *at)
            ));
            left += width;
        }
    }
    svg.push_str("</svg>\n");
    svg
}

/// The class of an outcome's color.
pub(super) fn class(block: &Block, at: usize) -> String {
    let number = u32::try_from(at).unwrap_or(0).checked_rem(COLORS).unwrap_or(0);
    if block.outcomes.get(at).is_some_and(|outcome| outcome.choice.is_none()) {
        "none".to_owned()
    } else {
        format!("c{number}")
    }
}

/// Text within HTML, in elements and in quoted attributes.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
