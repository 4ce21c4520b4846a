//! `parvis simulate`: counts who would see what, over a synthetic population that the real engine decides.

mod audiences;
mod chart;
mod overview;
mod page;
mod tally;
mod text;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::population::voice::Voice;
use crate::population::walk::walk;
use crate::population::{self, Site, Visitor, World};
use crate::{calendar, out};
use audiences::Audiences;
use parvis::author::status::StatusDraft;
use tally::Tally;

pub(crate) use tally::share;
pub(crate) use text::{percent, table, thousands};

/// Let synthetic visitors use the site and count who sees what, and why not.
///
/// They come from several countries with phones and computers, from letters that the campaigns wait for, look at items of the
/// catalog, fill carts, come back after days, and accept, refuse or ignore the banner. Where campaigns ask for it they buy, search,
/// say what they prefer, sign in, have dates and are near stores. Each page is decided by the engine that runs at the edge, with the cookies
/// it set before. The same seed gives the same visitors.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// The playbook, as JSON.
    playbook: PathBuf,
    #[command(flatten)]
    population: population::Options,
    /// The form of the output.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

const AFTER_HELP: &str = "\
Examples:
  parvis simulate playbook.json                              tables and bars in the terminal
  parvis simulate playbook.json --visitors 10000 --seed 2    more visitors, and others
  parvis simulate playbook.json --format html > who.html     a page with charts, to be shown around

Only where the playbook has campaigns that ask for it:
  purchases   45 in 100 visits that fill a cart buy it and open one more page; 20 in 100 of the others take out what went
              in first. Half of those who buy what is bought again come back when 60 to 200 % of its days are over
  dates       of 60 in 100 visitors the site knows each of them: one of every year anywhere in the year, another up to 30
              days before the population begins to visit or 90 after it, with a time where campaigns count hours or minutes
  stores      half are within 20 km of one, a quarter 30 to 95 km from it, the others far away, whatever their country;
              of one in ten the host does not know where they are
  preferences 40 in 100 visitors say what they prefer, of each preference, with any of its values
  searches    30 in 100 visits search once, for a term that a campaign asks for or for something else
  logins      40 in 100 visitors are signed in; 60 in 100 of those have a tier, and 25 in 100 are in each segment
What campaigns ask for and nobody does is named: `Not simulated`. Nobody waves a campaign away.

A share is of the pages opened by these visitors on which the block may change. By consent: `some` accepted what
suits the site to them and nothing else, `no answer` is of visitors who are asked first, `not asked` of those who may
object, `GPC` of those whose browser does. The visitors are invented: the figures show how campaigns get into each
other's way and what consent costs, not what a site will measure.";

/// A form of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Tables and bars for a terminal.
    Text,
    /// One JSON object.
    Json,
    /// A self-contained HTML page, with charts.
    Html,
}

/// Prints who sees what.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let start = arguments.population.start()?;
    let site = Site::read(&arguments.playbook)?;
    let playbook = site.playbook()?;
    let world = World::of(&[&site], &arguments.population)?;
    let voice = Voice::of(playbook);
    let mut tally = Tally::new(playbook, &site.draft.titles());
    let mut audiences = Audiences::of(&site.draft)?;
    let titles = site.draft.titles();
    for number in 0..arguments.population.visitors {
        let visitor = Visitor::of(&world, arguments.population.seed, u64::from(number), start);
        audiences.add(&voice, &visitor);
        tally.add(&visitor.country, &walk(&site.engine, playbook, &voice, &visitor));
    }
    let report = Report {
        site: site.draft.site.name.clone(),
        seed: arguments.population.seed,
        from: calendar::date(start),
        assumptions: world.assumptions(),
        unsimulated: world.unsimulated(),
        missing: voice.missing(playbook).iter().map(|purpose| purpose.name().replace('_', " ")).collect(),
        drafts: site.draft.having(StatusDraft::Draft).into_iter().map(|id| titles.name(id)).collect(),
        audiences,
        tally,
    };
    out::print(&match arguments.format {
        Format::Text => text::written(&report),
        Format::Json => format!("{}\n", report.json()),
        Format::Html => page::written(&report),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The data of the report.
#[derive(Debug)]
struct Report {
    site: String,
    seed: u64,
    /// The day on which the first visitors arrive.
    from: String,
    /// Purposes that campaigns need and that none of these visitors can allow.
    missing: Vec<String>,
    /// What is assumed of visitors.
    assumptions: Vec<String>,
    /// What campaigns ask for and the simulation does not have.
    unsimulated: Option<String>,
    /// Campaigns that are drafts.
    drafts: Vec<String>,
    audiences: Audiences,
    tally: Tally,
}

impl Report {
    fn json(&self) -> serde_json::Value {
        serde_json::json!({
            "site": self.site, "seed": self.seed, "from": self.from, "purposes_nobody_allows": self.missing,
            "assumptions": self.assumptions, "not_simulated": self.unsimulated,
            "drafts": self.drafts, "audiences": self.audiences.json(), "visitors_who_meet_a_campaign": self.tally.reached,
            "visitors": self.tally.visitors, "pages": self.tally.pages, "blocks": self.tally.json(),
        })
    }

    /// One sentence on the visitors that were counted.
    fn sentence(&self) -> String {
        format!(
            "{} synthetic visitors of {} opened {} pages from {} on (seed {}).",
            text::thousands(self.tally.visitors),
            self.site,
            text::thousands(self.tally.pages),
            self.from,
            self.seed
        )
    }

    /// The limits of this run, if a campaign is affected by them.
    fn caveat(&self) -> Option<String> {
        (!self.missing.is_empty()).then(|| {
            format!(
                "None of these visitors can allow {} where they are asked first: the banner they answer does not ask for it.",
                self.missing.join(" and ")
            )
        })
    }
}
