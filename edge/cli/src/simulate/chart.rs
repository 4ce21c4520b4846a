//! A chart as SVG: one bar per group, divided by outcome; every part is focusable by keyboard and has a label.

use super::tally::{Block, Count, FEW, share};
use super::text::{named, percent, thousands};

/// Units of the drawing: the width of a whole bar, of the names before it, and the height of a row.
const WIDTH: f64 = 640.0;
const NAMES: f64 = 130.0;
const ROW: u32 = 34;
/// The width of the number of visitors behind a bar, and that of a part which has room for its share.
const VISITORS: f64 = 130.0;
const ROOM: f64 = 58.0;
/// Maximum number of bars of countries.
const COUNTRIES: usize = 6;
/// Colors of outcomes, in turn; the default content has its own.
pub(super) const COLORS: u32 = 8;

/// One bar: a group of visitors.
struct Bar {
    name: String,
    pages: u64,
    visitors: u64,
    /// The pages of each outcome, in the order of outcomes.
    parts: Vec<u64>,
}

impl Bar {
    /// The bar of a group, with the pages and visitors of it in a count.
    fn of(name: &str, block: &Block, group: impl Fn(&Count) -> (u64, u64)) -> Bar {
        let parts = block.outcomes.iter().map(|outcome| group(&outcome.count).0).collect();
        let (pages, visitors) = group(&block.all);
        Bar { name: name.to_owned(), pages, visitors, parts }
    }
}

/// Draws the chart of a block.
pub(super) fn drawn(block: &Block) -> String {
    let mut bars = vec![Bar::of("everybody", block, |count| (count.pages, count.visitors))];
    bars.extend(block.stances().into_iter().map(|stance| {
        Bar::of(stance.name(), block, |count| {
            count.by_stance.get(&stance).map_or((0, 0), |group| (group.pages, group.visitors))
        })
    }));
    bars.extend(block.countries(COUNTRIES).into_iter().map(|country| {
        Bar::of(named(country), block, |count| {
            count.by_country.get(country).map_or((0, 0), |group| (group.pages, group.visitors))
        })
    }));
    let height = u32::try_from(bars.len()).unwrap_or(0).saturating_mul(ROW).saturating_add(4);
    let mut svg = format!(
        "<svg viewBox=\"0 0 {} {height}\" role=\"group\" aria-label=\"What {} shows, by group\">\n",
        NAMES + WIDTH + VISITORS,
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
        let few = if self.visitors < FEW { " class=\"few\"" } else { "" };
        svg.push_str(&format!("<g{few}>\n<text x=\"{x}\" y=\"{y}\" text-anchor=\"end\">{name}</text>\n"));
        let mut left = NAMES;
        let parts = block.outcomes.iter().zip(&self.parts).enumerate();
        for (at, (outcome, pages)) in parts.filter(|(_, (_, pages))| **pages > 0) {
            let of = share(*pages, self.pages);
            let width = of * WIDTH;
            let said = format!(
                "{}: {}, {} of {} pages of {} visitors",
                self.name,
                outcome.name(),
                percent(of),
                self.pages,
                self.visitors
            );
            let (said, class) = (escaped(&said), class(block, at));
            let inside = if width < ROOM {
                String::new()
            } else {
                let (x, of) = (left + width / 2.0, of * 100.0);
                format!("<text class=\"in\" x=\"{x:.1}\" y=\"{y}\" text-anchor=\"middle\">{of:.0} %</text>")
            };
            svg.push_str(&format!(
                "<g tabindex=\"0\" role=\"img\" aria-label=\"{said}\"><title>{said}</title><rect class=\"{class}\" x=\"{left:.1}\" y=\"{top}\" width=\"{width:.1}\" height=\"26\"/>{inside}</g>\n"
            ));
            left += width;
        }
        let (x, people) = (NAMES + WIDTH + 8.0, if self.visitors == 1 { "visitor" } else { "visitors" });
        svg.push_str(&format!(
            "<text x=\"{x}\" y=\"{y}\">{} {people}</text>\n</g>\n",
            thousands(self.visitors)
        ));
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
