//! The report as a self-contained HTML page: charts, the same figures as tables, no script, no external resources.

use super::Report;
use super::chart::{class, drawn, escaped};
use super::overview;
use super::tally::{Block, FEW, Group, share};
use super::text::{named, percent, thousands, why_not};

const STYLE: &str = include_str!("page.css");
/// Maximum number of columns of countries.
const COUNTRIES: usize = 6;

pub(super) fn written(report: &Report) -> String {
    let title = format!("Who sees what on {}", escaped(&report.site));
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n<p>{}</p>\n",
        escaped(&report.sentence())
    );
    html.push_str(&overview::written(report));
    html.push_str("<section>\n<h2>How to read this</h2>\n");
    if let Some(caveat) = report.caveat() {
        html.push_str(&format!("<p class=\"caveat\">{}</p>\n", escaped(&caveat)));
    }
    html.push_str("<p>They are invented: the figures show how campaigns get into each other's way and what consent costs, not what a site will measure. A share is of the pages on which the block may change. Every part of a bar says what it is when it is pointed at or reached with the tab key; the tables say the same. Numbers on a bar are shares of pages; behind it is the number of visitors in the group. Groups of fewer than 30 visitors are grey: one visitor more or less would move their shares by more than 3 percentage points. By consent: some accepted what suits the site to them and nothing else; no answer is of visitors who are asked first; not asked is of those who may object, GPC of those whose browser does.</p>\n");
    if !report.assumptions.is_empty() {
        html.push_str(&format!(
            "<p>Assumed because campaigns ask for it: {}</p>\n",
            escaped(&report.assumptions.join(" "))
        ));
    }
    if let Some(unsimulated) = &report.unsimulated {
        html.push_str(&format!("<p class=\"caveat\">{}</p>\n", escaped(unsimulated)));
    }
    html.push_str("</section>\n");
    for block in &report.tally.blocks {
        html.push_str(&section(block));
    }
    html.push_str("</main>\n</body>\n</html>\n");
    html
}

fn section(block: &Block) -> String {
    let id = escaped(&block.id);
    if block.all.pages == 0 {
        return format!(
            "<section>\n<h2>{id}</h2>\n<p>Nobody opened a page on which it may change.</p>\n</section>\n"
        );
    }
    let legend: String = (0..block.outcomes.len())
        .filter_map(|at| {
            let outcome = block.outcomes.get(at).filter(|outcome| outcome.count.pages > 0)?;
            let color = class(block, at);
            Some(format!(
                "<li><svg viewBox=\"0 0 12 12\" aria-hidden=\"true\"><rect class=\"{color}\" width=\"12\" height=\"12\"/></svg> {}</li>\n",
                escaped(&outcome.name())
            ))
        })
        .collect();
    let mut html = format!(
        "<section>\n<h2>{id}</h2>\n<p>{} pages, {} visitors.</p>\n<ul class=\"legend\">\n{legend}</ul>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Chart of {id}\">\n{}</div>\n",
        thousands(block.all.pages),
        thousands(block.all.visitors),
        drawn(block)
    );
    html.push_str(&format!(
        "<details>\n<summary>The figures</summary>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Figures of {id}\">\n{}</div>\n</details>\n",
        figures(block)
    ));
    let reasons = why_not(block);
    if !reasons.is_empty() {
        html.push_str("<details>\n<summary>Why not</summary>\n<dl>\n");
        for row in &reasons {
            if let [campaign, why] = row.as_slice() {
                html.push_str(&format!("<dt>{}</dt><dd>{}</dd>\n", escaped(campaign), escaped(why)));
            }
        }
        html.push_str("</dl>\n</details>\n");
    }
    html.push_str("</section>\n");
    html
}

fn figures(block: &Block) -> String {
    let stances = block.stances();
    let countries = block.countries(COUNTRIES);
    let by_stance = stances.iter().map(|stance| (stance.name(), block.all.by_stance.get(stance)));
    let by_country = countries.iter().map(|country| (named(country), block.all.by_country.get(*country)));
    let groups: Vec<(&str, bool)> = by_stance
        .chain(by_country)
        .map(|(name, group)| (name, group.is_none_or(|group| group.visitors < FEW)))
        .collect();
    let is_few =
        |column: usize| column.checked_sub(2).and_then(|at| groups.get(at)).is_some_and(|group| group.1);
    let class = |few: bool| if few { " class=\"few\"" } else { "" };
    let mut html = String::from(
        "<table>\n<thead><tr><th scope=\"col\">shows</th><th scope=\"col\">pages</th><th scope=\"col\">visitors</th>",
    );
    for (group, few) in &groups {
        html.push_str(&format!("<th scope=\"col\"{}>{}</th>", class(*few), escaped(group)));
    }
    html.push_str("</tr></thead>\n<tbody>\n");
    for outcome in &block.outcomes {
        let mut cells = vec![
            share(outcome.count.pages, block.all.pages),
            share(outcome.count.visitors, block.all.visitors),
        ];
        let of = |part: Option<&Group>, all: Option<&Group>| {
            let pages = |group: Option<&Group>| group.map_or(0, |group| group.pages);
            share(pages(part), pages(all))
        };
        cells.extend(
            stances
                .iter()
                .map(|stance| of(outcome.count.by_stance.get(stance), block.all.by_stance.get(stance))),
        );
        cells.extend(
            countries.iter().map(|country| {
                of(outcome.count.by_country.get(*country), block.all.by_country.get(*country))
            }),
        );
        let cells: String = (0..)
            .zip(cells)
            .map(|(column, cell)| format!("<td{}>{}</td>", class(is_few(column)), percent(cell)))
            .collect();
        html.push_str(&format!("<tr><th scope=\"row\">{}</th>{cells}</tr>\n", escaped(&outcome.name())));
    }
    html.push_str("</tbody>\n</table>\n");
    html
}
