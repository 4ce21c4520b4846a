//! `parvis diff`: compares two playbooks, and counts who sees other content because of the changes.

mod fields;
mod seen;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, ValueEnum};
use serde_json::json;

use crate::out::tell;
use crate::population::{self, Site, World};
use crate::simulate::{percent, table, thousands};
use crate::{calendar, out};
use fields::Change;
use seen::Seen;

/// Compare two playbooks: the changed fields, and the share of visitors who see other content.
///
/// The same synthetic visitors as those of `parvis simulate` use both sites. Exit 0 when nothing differs, 1 when
/// something does, 2 for wrong usage or a playbook with an error.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// The old playbook, as JSON.
    old: PathBuf,
    /// The new playbook, as JSON.
    new: PathBuf,
    #[command(flatten)]
    population: population::Options,
    /// The form of the output.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

const AFTER_HELP: &str = "\
Examples:
  parvis diff live.json playbook.json                     before a playbook goes live
  parvis diff live.json playbook.json --visitors 20000    rare campaigns, too
  git show HEAD:playbook.json > /tmp/was.json && parvis diff /tmp/was.json playbook.json";

/// A form of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// One JSON object.
    Json,
}

/// Prints the differences; exit 1 if there are any, 2 if they cannot be computed.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let start = arguments.population.start()?;
    let (old, new) = match (Site::read(&arguments.old), Site::read(&arguments.new)) {
        (Ok(old), Ok(new)) => (old, new),
        (Err(error), _) | (_, Err(error)) => {
            // 1 means that they differ, which is unknown here.
            tell!("parvis: {error:#}");
            return Ok(ExitCode::from(2));
        }
    };
    let changes = fields::changes(&serde_json::to_value(&old.draft)?, &serde_json::to_value(&new.draft)?);
    let world = World::of(&[&old, &new], &arguments.population)?;
    let seen = Seen::of(&old, &new, &world, arguments.population.visitors, arguments.population.seed, start)?;
    out::print(&match arguments.format {
        Format::Text => written(&changes, &seen, &calendar::date(start), arguments.population.seed),
        Format::Json => {
            let report = json!({
                "equal": changes.is_empty() && seen.others == 0,
                "changes": changes.iter().map(Change::json).collect::<Vec<_>>(),
                "visitors": seen.visitors, "visitors_who_see_something_else": seen.others,
                "seed": arguments.population.seed, "from": calendar::date(start),
                "blocks": seen.json(),
            });
            format!("{report}\n")
        }
    })?;
    Ok(ExitCode::from(u8::from(!changes.is_empty() || seen.others > 0)))
}

fn written(changes: &[Change], seen: &Seen, from: &str, seed: u64) -> String {
    if changes.is_empty() && seen.others == 0 {
        return "The playbooks say the same.\n".to_owned();
    }
    let mut text = String::from("What is written otherwise:\n");
    for change in changes {
        text.push_str(&format!("  {}\n", change.sentence()));
    }
    text.push_str(&format!(
        "\nOf {} synthetic visitors (seed {seed}, from {from} on) {} see something else.\n",
        thousands(seen.visitors),
        percent(crate::simulate::share(seen.others, seen.visitors)),
    ));
    for block in &seen.blocks {
        let visitors = percent(crate::simulate::share(block.visitors, seen.visitors));
        let pages = percent(crate::simulate::share(block.pages, block.all_pages));
        text.push_str(&format!("\n{}: {visitors} of the visitors, on {pages} of its pages\n", block.id));
        let rows = block.swaps().into_iter().map(|(old, new, pages)| {
            let of = percent(crate::simulate::share(pages, block.all_pages));
            let new = if old == new { "the same with other content".to_owned() } else { new };
            vec![of, old, "→".to_owned(), new]
        });
        text.push_str(&table(&rows.collect::<Vec<_>>(), &[1, 2, 3]));
    }
    text
}
