//! The arguments of `parvis consent`.

use std::path::PathBuf;

use clap::ValueEnum;

/// The stored consent to resolve.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// A `Cookie` header, `name=value; name=value`; may be given several times.
    #[arg(long, value_name = "STR")]
    pub(crate) cookie: Vec<String>,
    /// A request header, `Sec-GPC: 1`; may be given several times.
    #[arg(long, value_name = "N: V")]
    pub(crate) header: Vec<String>,
    /// An entry of web storage, where some banners keep the choice, `key=value`; may be given several times.
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) storage: Vec<String>,
    /// The visitor's region: `FR`, `GB`, `US-CA`; unknown counts as opt-in.
    #[arg(long)]
    pub(crate) region: Option<String>,
    /// The time of the request, RFC 3339; by default the current time.
    #[arg(long, value_name = "T")]
    pub(crate) now: Option<String>,
    /// A playbook with the meaning of this site's services and categories, in its `consent` part.
    #[arg(long, value_name = "FILE")]
    pub(crate) playbook: Option<PathBuf>,
    /// Answer each line of a file (`-` for standard input) with one line of JSON.
    #[arg(long, value_name = "FILE.ndjson", conflicts_with_all = ["cookie", "header", "storage", "region", "explain"])]
    pub(crate) batch: Option<PathBuf>,
    /// Print the result as sentences.
    #[arg(long)]
    pub(crate) explain: bool,
    /// The form of the output.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// A form of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// For programs.
    Json,
}
