//! A chart as SVG: one bar per group, divided by outcome; every part is focusable by keyboard and has a label.

use super::tally::{Block, Count, share};
use super::text::{named, percent};

/// Units of the drawing: the width of a whole bar, of the names before it, and the height of a row.
const WIDTH: f64 = 640.0;
const NAMES: f64 = 130.0;
const ROW: u32 = 34;
/// Maximum number of bars of countries.
const COUNTRIES: usize = 6;
/// Colors of outcomes, in turn; the default content has its own.
pub(super) const COLORS: u32 = 8;

/// One bar: a group of visitors.
struct Bar {
    name: String,
    pages: u64,
    /// The pages of each outcome, in the order of outcomes.
    parts: Vec<u64>,
}

impl Bar {
    fn of(name: &str, block: &Block, pages: impl Fn(&Count) -> u64) -> Bar {
        let parts = block.outcomes.iter().map(|outcome| pages(&outcome.count)).collect();
        Bar { name: name.to_owned(), pages: pages(&block.all), parts }
    }
}

/// Draws the chart of a block.
pub(super) fn drawn(block: &Block) -> String {
    let mut bars = vec![Bar::of("everybody", block, |count| count.pages)];
    bars.extend(block.stances().into_iter().map(|stance| {
        Bar::of(stance.name(), block, |count| count.by_stance.get(&stance).copied().unwrap_or(0))
    }));
    bars.extend(block.countries(COUNTRIES).into_iter().map(|country| {
        Bar::of(named(country), block, |count| count.by_country.get(country).copied().unwrap_or(0))
    }));
    let height = u32::try_from(bars.len()).unwrap_or(0).saturating_mul(ROW).saturating_add(4);
    let mut svg = format!(
        "<svg viewBox=\"0 0 {} {height}\" role=\"group\" aria-label=\"What {} shows, by group\">\n",
        NAMES + WIDTH,
        escaped(&block.id)
    );
    for (index, bar) in (0_u32..).zip(&bars) {
        bar.draw(block, index.saturating_mul(ROW).saturating_add(4), &mut svg);
    }
    svg.push_str("</svg>\n");
    svg
}

impl Bar {
    fn draw(&self, block: &Block, top: u32, svg: &mut String) {
        let name = escaped(&self.name);
        let (x, y) = (NAMES - 10.0, top.saturating_add(19));
        svg.push_str(&format!("<text x=\"{x}\" y=\"{y}\" text-anchor=\"end\">{name}</text>\n"));
        let mut left = NAMES;
        let parts = block.outcomes.iter().zip(&self.parts).enumerate();
        for (at, (outcome, pages)) in parts.filter(|(_, (_, pages))| **pages > 0) {
            let of = share(*pages, self.pages);
            let width = of * WIDTH;
            let said = format!("{}: {}, {} of {} pages", self.name, outcome.name(), percent(of), self.pages);
            let (said, class) = (escaped(&said), class(block, at));
            svg.push_str(&format!(
                "<g tabindex=\"0\" role=\"img\" aria-label=\"{said}\"><title>{said}</title><rect class=\"{class}\" x=\"{left:.1}\" y=\"{top}\" width=\"{width:.1}\" height=\"26\"/></g>\n"
            ));
            left += width;
        }
    }
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

/// Escapes text for HTML elements and quoted attributes.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
