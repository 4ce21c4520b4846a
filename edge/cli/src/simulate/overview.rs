//! The beginning of the page: how many visitors each campaign reaches, and how large each audience is.

use super::Report;
use super::chart::escaped;
use super::tally::{FEW, share};
use super::text::{percent, thousands};

/// The section with both tables.
pub(super) fn written(report: &Report) -> String {
    let all = report.tally.visitors;
    let mut html = format!(
        "<section>\n<h2>Overview</h2>\n<p>{} of {} visitors ({}) met a campaign at least once, controls included.</p>\n",
        thousands(report.tally.reached),
        thousands(all),
        percent(share(report.tally.reached, all))
    );
    html.push_str("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Campaigns\">\n<table class=\"overview\">\n<thead><tr><th scope=\"col\">campaign</th><th scope=\"col\" colspan=\"2\">visitors who met it</th><th scope=\"col\">pages</th><th scope=\"col\" class=\"why\">most often not, because</th></tr></thead>\n<tbody>\n");
    for block in &report.tally.blocks {
        for (id, reached) in &block.campaigns {
            let reasons = block.reasons.iter().find(|(of, _)| of == id).map(|(_, reasons)| reasons);
            let why = reasons.and_then(|reasons| reasons.iter().max_by_key(|(_, count)| **count));
            let name = format!("{} <small>in {}</small>", escaped(&block.campaign(id)), escaped(&block.id));
            html.push_str(&row(
                &name,
                reached.visitors,
                all,
                &format!(
                    "<td>{}</td><td class=\"why\">{}</td>",
                    thousands(reached.pages),
                    escaped(why.map_or("", |(reason, _)| reason.sentence()))
                ),
            ));
        }
    }
    html.push_str("</tbody>\n</table>\n</div>\n");
    if !report.drafts.is_empty() {
        html.push_str(&format!(
            "<p>Drafts, which nobody meets: {}.</p>\n",
            escaped(&report.drafts.join(", "))
        ));
    }
    if !report.audiences.sizes.is_empty() {
        html.push_str("<h3>Audience sizes</h3>\n<p>Visitors who are in an audience on some page, whatever else a campaign asks for. Not known is of those who did not allow the data that would say it.</p>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Audience sizes\">\n<table class=\"overview\">\n<thead><tr><th scope=\"col\">audience</th><th scope=\"col\" colspan=\"2\">visitors in it</th><th scope=\"col\">not known</th></tr></thead>\n<tbody>\n");
        for size in &report.audiences.sizes {
            let unknown =
                format!("<td>{} ({})</td>", percent(share(size.unknown, all)), thousands(size.unknown));
            html.push_str(&row(&escaped(&size.id), size.visitors, all, &unknown));
        }
        html.push_str("</tbody>\n</table>\n</div>\n");
    }
    html.push_str("</section>\n");
    html
}

/// A row with a bar for the share of all visitors.
fn row(name: &str, visitors: u64, all: u64, rest: &str) -> String {
    let of = share(visitors, all);
    let few = if visitors < FEW { " class=\"few\"" } else { "" };
    format!(
        "<tr{few}><th scope=\"row\">{name}</th><td class=\"bar\"><svg viewBox=\"0 0 100 12\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"c0\" width=\"{:.1}\" height=\"12\"/></svg></td><td>{} ({})</td>{rest}</tr>\n",
        of * 100.0,
        percent(of),
        thousands(visitors)
    )
}
