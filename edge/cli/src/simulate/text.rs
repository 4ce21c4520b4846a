//! The report for a terminal: tables in plain text, with a bar for each row.

use super::Report;
use super::tally::{Block, Group, share};

/// Cells of the longest bar.
const BAR: f64 = 24.0;
/// Maximum number of columns of countries.
const COUNTRIES: usize = 7;

pub(super) fn written(report: &Report) -> String {
    let mut text = format!("{}\n", report.sentence());
    if let Some(caveat) = report.caveat() {
        text.push_str(&format!("{caveat}\n"));
    }
    // The others are told by the help, as they are the same for every playbook that asks for them.
    if let Some(signal) = report.assumptions.first() {
        text.push_str(&format!("{signal}\n"));
    }
    if let Some(unsimulated) = &report.unsimulated {
        text.push_str(&format!("{unsimulated}\n"));
    }
    if !report.drafts.is_empty() {
        text.push_str(&format!("Drafts, which nobody meets: {}.\n", report.drafts.join(", ")));
    }
    let audiences = report.audiences.sizes.iter().map(|size| {
        let all = report.tally.visitors;
        let unknown = format!("{} not known", percent(share(size.unknown, all)));
        let of = percent(share(size.visitors, all));
        vec![size.id.clone(), of, format!("{} visitors", thousands(size.visitors)), unknown]
    });
    let audiences: Vec<_> = audiences.collect();
    if !audiences.is_empty() {
        text.push_str("\nAudience sizes, on some page:\n");
        text.push_str(&table(&audiences, &[0]));
    }
    for block in &report.tally.blocks {
        text.push_str(&written_block(block));
    }
    text
}

fn written_block(block: &Block) -> String {
    if block.all.pages == 0 {
        return format!("\n{}: nobody opened a page on which it may change\n", block.id);
    }
    let mut text = format!(
        "\n{}: {} pages, {} visitors\n",
        block.id,
        thousands(block.all.pages),
        thousands(block.all.visitors)
    );
    let head = ["shows", "pages", "visitors"].map(str::to_owned);
    let mut all = vec![head.to_vec()];
    let (mut consent, mut country) =
        (vec![vec!["by consent".to_owned()]], vec![vec!["by country".to_owned()]]);
    let (stances, countries) = (block.stances(), block.countries(COUNTRIES));
    consent.iter_mut().for_each(|head| head.extend(stances.iter().map(|stance| stance.name().to_owned())));
    country
        .iter_mut()
        .for_each(|head| head.extend(countries.iter().map(|country| named(country).to_owned())));
    for outcome in &block.outcomes {
        let count = &outcome.count;
        let shown = share(count.pages, block.all.pages);
        let visitors = share(count.visitors, block.all.visitors);
        all.push(vec![outcome.name(), percent(shown), percent(visitors), bar(shown)]);
        let of = |part: Option<&Group>, whole: Option<&Group>| {
            let pages = |group: Option<&Group>| group.map_or(0, |group| group.pages);
            percent(share(pages(part), pages(whole)))
        };
        let by_stance =
            stances.iter().map(|stance| of(count.by_stance.get(stance), block.all.by_stance.get(stance)));
        consent.push([outcome.name()].into_iter().chain(by_stance).collect());
        let by_country = countries
            .iter()
            .map(|country| of(count.by_country.get(*country), block.all.by_country.get(*country)));
        country.push([outcome.name()].into_iter().chain(by_country).collect());
    }
    text.push_str(&table(&all, &[0, 3]));
    text.push_str(&table(&consent, &[0]));
    text.push_str(&table(&country, &[0]));
    let reasons = why_not(block);
    if !reasons.is_empty() {
        text.push_str("  why not, where it was asked:\n");
        text.push_str(&table(&reasons, &[0, 1]));
    }
    text
}

/// Campaign and reasons with their shares of the pages on which the campaign did not win, the most frequent first.
pub(super) fn why_not(block: &Block) -> Vec<Vec<String>> {
    let rows = block.reasons.iter().filter_map(|(campaign, reasons)| {
        let all: u64 = reasons.values().sum();
        let mut sorted: Vec<_> = reasons.iter().collect();
        sorted.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        let told: Vec<String> = sorted
            .iter()
            .map(|(reason, count)| format!("{} {}", percent(share(**count, all)), reason.sentence()))
            .collect();
        (all > 0).then(|| vec![block.campaign(campaign), told.join("; ")])
    });
    rows.collect()
}

/// Rows with aligned columns: those named in `left` are left-aligned, the others right-aligned.
pub(crate) fn table(rows: &[Vec<String>], left: &[usize]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            line.push_str("  ");
            line.push_str(&if left.contains(&column) {
                format!("{cell:<width$}")
            } else {
                format!("{cell:>width$}")
            });
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// A bar for a share, in eighths of a cell.
fn bar(share: f64) -> String {
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let mut rest = (share * BAR * 8.0).round();
    let mut bar = String::new();
    while rest >= 8.0 {
        bar.push('█');
        rest -= 8.0;
    }
    bar.push_str(
        parts.iter().zip(0_u8..).find(|(_, eighth)| f64::from(*eighth) >= rest).map_or("", |(part, _)| part),
    );
    bar
}

/// The name of a country.
pub(super) fn named(country: &str) -> &str {
    if country.is_empty() { "unknown" } else { country }
}

/// A share in percent, with one decimal.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// A number with a comma between thousands.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && digits.len().saturating_sub(at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_as_people_read_them() {
        assert_eq!(
            (thousands(7), thousands(1000), thousands(1_234_567)),
            ("7".into(), "1,000".into(), "1,234,567".into())
        );
        assert_eq!((bar(0.0), bar(0.5).chars().count(), bar(1.0).chars().count()), (String::new(), 12, 24));
        assert_eq!(percent(0.1234), "12.3 %");
    }
}
