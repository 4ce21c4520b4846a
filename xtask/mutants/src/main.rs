//! Changes the engine in one place at a time and says which change no test notices.
//!
//! cargo-mutants says what can be changed. All changes of a run are woven into one build of the tests, each behind a switch, so
//! that a change costs the time of its tests and not of a build. Every test is run once to see which changes it passes; then each change is
//! switched on for the tests that pass it, the quickest first. What cannot be switched is built one at a time.

mod accepted;
mod apart;
mod build;
mod lines;
mod list;
mod places;
mod run;
mod weave;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use list::Mutant;

/// What the command line asked for.
#[derive(Debug)]
struct Arguments {
    /// The repository.
    root: PathBuf,
    /// cargo-mutants.
    tool: PathBuf,
    /// Beginnings of paths; all of the engine where there are none.
    places: Vec<String>,
    /// How many are drawn; 0 for all.
    sample: usize,
    /// What settles the draw.
    seed: String,
    /// The part of a whole run: `2/8` is the second of eight.
    shard: (usize, usize),
    /// Minutes after which no more are tried; 0 for no end.
    minutes: u64,
    /// Seconds that a test may take to be asked.
    longest: u64,
    /// Tests that run at once.
    jobs: usize,
    /// Whether only the tests of the engine are asked, and its cases.
    quick: bool,
    /// Whether what cannot be switched is built one at a time.
    apart: bool,
    /// Whether nothing is tried, and only what is known is said.
    list: bool,
    /// Survivors in a hundred that are allowed, where a sample of many commits is looked at.
    allowed: usize,
    /// A file that lists the mutants that are tried, as the open ones of a run are kept.
    these: Option<PathBuf>,
    /// A folder of patches that are tried in place of what cargo-mutants lists.
    patches: Option<PathBuf>,
}

/// Where the mutants are kept that were not killed, for `--these`.
const OPEN: &str = "target/mutants/open.json";
/// Mutants without a result that are still listed one by one.
const UNTRIED: usize = 100;

/// What became of a mutant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// A test failed: which.
    Killed(String),
    /// Every test passed that passes it; how many there are.
    Survived(usize),
    /// It is no program.
    Unviable,
    /// There was no time for it.
    Untried,
}

fn main() -> ExitCode {
    match arguments().and_then(|arguments| mutants(&arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("mutants: error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// A line of progress.
pub fn say(text: impl AsRef<str>) {
    eprintln!("mutants: {}", text.as_ref());
}

fn arguments() -> anyhow::Result<Arguments> {
    let mut found = Arguments {
        root: PathBuf::from("."),
        tool: PathBuf::from("cargo-mutants"),
        places: Vec::new(),
        sample: 0,
        seed: "1".to_owned(),
        shard: (1, 1),
        minutes: 0,
        longest: 30,
        jobs: 2,
        quick: false,
        apart: false,
        list: false,
        allowed: 0,
        these: None,
        patches: None,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let flag = match word.as_str() {
            "--apart" => Some(&mut found.apart),
            "--quick" => Some(&mut found.quick),
            "--list" => Some(&mut found.list),
            _ => None,
        };
        if let Some(flag) = flag {
            *flag = true;
            continue;
        }
        let value = words.next().with_context(|| format!("`{word}` wants a value"))?;
        match word.as_str() {
            "--root" => found.root = value.into(),
            "--tool" => found.tool = value.into(),
            "--in" => found.places.push(value),
            "--sample" => found.sample = value.parse()?,
            "--seed" => found.seed = value,
            "--minutes" => found.minutes = value.parse()?,
            "--longest" => found.longest = value.parse()?,
            "--jobs" => found.jobs = value.parse()?,
            "--allowed" => found.allowed = value.parse()?,
            "--these" => found.these = Some(value.into()),
            "--patches" => found.patches = Some(value.into()),
            "--shard" => {
                let (part, of) = value.split_once('/').context("a shard is written 2/8")?;
                found.shard = (part.parse()?, of.parse()?);
                ensure!((1..=found.shard.1).contains(&found.shard.0), "there is no shard {value}");
            }
            _ => bail!("`{word}` is not known"),
        }
    }
    Ok(found)
}

fn mutants(arguments: &Arguments) -> anyhow::Result<()> {
    let began = Instant::now();
    let root = arguments.root.canonicalize()?;
    let work = root.join("target/mutants");
    std::fs::create_dir_all(&work)?;
    if let Some(folder) = &arguments.patches {
        return apart::patches(&root, &work.join("apart"), folder, arguments.jobs);
    }
    let mut chosen = list::all(&arguments.tool, &root, &arguments.places)?;
    let all = chosen.len();
    ensure!(all > 0, "there is nothing to change in {}", arguments.places.join(", "));
    if let Some(file) = &arguments.these {
        let wanted = accepted::keys(file)?;
        chosen.retain(|mutant| wanted.contains(&mutant.key()));
        let found: BTreeSet<_> = chosen.iter().map(Mutant::key).collect();
        for (file, change, line) in wanted.difference(&found) {
            say(format!("not there any more: {file}: {change}: {line}"));
        }
    }
    if arguments.sample > 0 {
        chosen = list::sample(chosen, arguments.sample, &arguments.seed);
    }
    let (part, of) = arguments.shard;
    let chosen: Vec<Mutant> = chosen
        .into_iter()
        .enumerate()
        .filter(|(index, _)| index % of == part - 1)
        .map(|(_, one)| one)
        .collect();
    say(format!(
        "{} of {all} mutants, seed {}; progress is kept in {}",
        chosen.len(),
        arguments.seed,
        work.display()
    ));
    // Saying what is known must not disturb a run that builds in the copy.
    let copy = work.join(if arguments.list { "listed" } else { "copy" });
    std::fs::create_dir_all(&copy)?;
    build::copy(&root, &copy)?;
    if !arguments.list {
        build::seed(&root, &copy)?;
    }
    let mut fates =
        Log::open(&work.join("fates.txt"), &build::state(&copy, "src")?, &build::state(&copy, "")?)?;
    let open: Vec<Mutant> = chosen.iter().filter(|mutant| !fates.known(mutant)).cloned().collect();
    if !open.is_empty() && !arguments.list {
        try_all(arguments, &root, &work, &open, &mut fates, began)?;
    }
    report(&root, &chosen, &fates, arguments.allowed, began)
}

fn try_all(
    arguments: &Arguments,
    root: &Path,
    work: &Path,
    open: &[Mutant],
    fates: &mut Log,
    began: Instant,
) -> anyhow::Result<()> {
    let copy = work.join("copy");
    let packages = build::TESTS.get(..if arguments.quick { build::QUICK } else { build::TESTS.len() });
    let mut built = build::build(root, &copy, packages.unwrap_or(&build::TESTS), open)?;
    say(format!(
        "built after {} s, {} do not compile, {} cannot be switched",
        began.elapsed().as_secs(),
        built.broken.len(),
        built.left.len()
    ));
    run::measure(&mut built.programs)?;
    let tests = run::reach(&built.programs, work, arguments.jobs, Duration::from_secs(arguments.longest))?;
    let end = (arguments.minutes > 0).then(|| began + Duration::from_secs(arguments.minutes * 60));
    let late = || end.is_some_and(|end| Instant::now() > end);
    let passed = |number: usize| tests.iter().filter(|test| test.reaches.contains(&number)).count();
    let apart: BTreeSet<usize> =
        built.left.iter().chain(built.early.iter().filter(|number| passed(**number) == 0)).copied().collect();
    let apart = &apart - &built.broken;
    let numbers: Vec<usize> = (1..=open.len()).collect();
    let log = Mutex::new(&mut *fates);
    run::each(&numbers, arguments.jobs, "mutants", |_, number| {
        let Some(mutant) = open.get(number - 1) else { return Ok(()) };
        if late() || apart.contains(number) {
            return Ok(());
        }
        let fate = if built.broken.contains(number) {
            Fate::Unviable
        } else {
            run::noticed(&built.programs, &tests, *number)?
                .map_or(Fate::Survived(passed(*number)), Fate::Killed)
        };
        log.lock().map_err(|_| anyhow::anyhow!("a thread ended"))?.write(mutant, fate)
    })?;
    if arguments.apart {
        let left: Vec<&Mutant> = apart.iter().filter_map(|number| open.get(number - 1)).collect();
        apart::all(root, &work.join("apart"), &left, arguments.jobs, fates, &late)?;
    }
    Ok(())
}

/// What became of every mutant, kept in a file, so that a run that was cut off goes on.
///
/// Of the same engine, what was killed stays so when tests are added; what survived is tried again.
pub struct Log {
    file: std::fs::File,
    engine: String,
    all: String,
    fates: BTreeMap<String, Fate>,
}

impl Log {
    fn open(path: &Path, engine: &str, all: &str) -> anyhow::Result<Log> {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let mut fates = BTreeMap::new();
        for line in text.lines() {
            let fields: Vec<&str> = line.splitn(5, '\t').collect();
            let [of, with, name, word, rest] = fields.as_slice() else { continue };
            let fate = match *word {
                "killed" => Fate::Killed((*rest).to_owned()),
                "survived" => Fate::Survived(rest.parse().unwrap_or(0)),
                _ => Fate::Unviable,
            };
            if *of == engine && (*with == all || !matches!(fate, Fate::Survived(_))) {
                fates.insert((*name).to_owned(), fate);
            }
        }
        let file = std::fs::OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Log { file, engine: engine.to_owned(), all: all.to_owned(), fates })
    }

    fn known(&self, mutant: &Mutant) -> bool {
        self.fates.contains_key(&mutant.name)
    }

    /// Notes what became of a mutant.
    pub fn write(&mut self, mutant: &Mutant, fate: Fate) -> anyhow::Result<()> {
        let (word, rest) = match &fate {
            Fate::Killed(by) => ("killed", by.clone()),
            Fate::Survived(tests) => ("survived", tests.to_string()),
            Fate::Unviable => ("unviable", String::new()),
            Fate::Untried => return Ok(()),
        };
        writeln!(self.file, "{}\t{}\t{}\t{word}\t{rest}", self.engine, self.all, mutant.name)?;
        self.fates.insert(mutant.name.clone(), fate);
        Ok(())
    }

    fn fate(&self, mutant: &Mutant) -> Fate {
        self.fates.get(&mutant.name).cloned().unwrap_or(Fate::Untried)
    }
}

fn report(root: &Path, chosen: &[Mutant], fates: &Log, allowed: usize, began: Instant) -> anyhow::Result<()> {
    let accepted = accepted::read(root)?;
    let mut table: BTreeMap<&str, [usize; 5]> = BTreeMap::new();
    let mut survivors = Vec::new();
    let mut reasons = BTreeSet::new();
    for mutant in chosen {
        let row = table.entry(&mutant.file).or_default();
        let column = match fates.fate(mutant) {
            Fate::Killed(_) => 0,
            Fate::Survived(_) if accepted.contains_key(&mutant.key()) => {
                reasons.insert(mutant.key());
                1
            }
            Fate::Survived(tests) => {
                survivors.push((mutant, tests));
                2
            }
            Fate::Unviable => 3,
            Fate::Untried => 4,
        };
        if let Some(count) = row.get_mut(column) {
            *count += 1;
        }
    }
    println!(
        "{:<44}{:>8}{:>10}{:>10}{:>10}{:>9}",
        "file", "killed", "accepted", "survived", "unviable", "untried"
    );
    let mut total = [0; 5];
    for (file, row) in &table {
        println!("{file:<44}{:>8}{:>10}{:>10}{:>10}{:>9}", row[0], row[1], row[2], row[3], row[4]);
        for (sum, count) in total.iter_mut().zip(row) {
            *sum += count;
        }
    }
    println!("{:<44}{:>8}{:>10}{:>10}{:>10}{:>9}", "all", total[0], total[1], total[2], total[3], total[4]);
    let known = |mutant: &&Mutant| matches!(fates.fate(mutant), Fate::Killed(_) | Fate::Unviable);
    let open: Vec<_> = chosen.iter().filter(|mutant| !known(mutant)).map(Mutant::key).collect();
    let kept = root.join(OPEN);
    accepted::write(&kept, &open)?;
    if total[4] <= UNTRIED {
        for mutant in chosen.iter().filter(|mutant| fates.fate(mutant) == Fate::Untried) {
            println!("UNTRIED {}\n    {}", mutant.name, mutant.line);
        }
    }
    for (mutant, tests) in &survivors {
        println!("SURVIVED {} ({tests} tests pass it)\n    {}", mutant.name, mutant.line);
    }
    let viable = total[0] + total[1] + total[2];
    say(format!(
        "{viable} viable mutants, {} survivors without a reason, {} s",
        total[2],
        began.elapsed().as_secs()
    ));
    ensure!(
        total[2] * 100 <= viable * allowed,
        "{} mutants survive: write the case that notices each, or its reason into xtask/mutants/accepted.json",
        total[2]
    );
    Ok(())
}
