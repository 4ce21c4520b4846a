//! Steps side by side: each begins when those it needs have ended, and is shown whole when it ends.

use std::collections::BTreeMap;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::run::{Log, say, spoken};

/// How often somebody who watches is told what is running.
const BEAT: Duration = Duration::from_secs(20);

/// The logs of tasks that run now, for somebody who does not want to wait for their end.
static RUNNING: Mutex<BTreeMap<String, Log>> = Mutex::new(BTreeMap::new());

/// Shows what each running task said so far.
pub fn show_unfinished() {
    for (name, log) in RUNNING.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        say(format!("── {name} was not done; it said:"));
        eprint!("{}", log.text().unwrap_or_default());
    }
}

fn unfinished(name: &str, log: Option<Log>) {
    let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    match log {
        Some(log) => drop(running.insert(name.to_owned(), log)),
        None => drop(running.remove(name)),
    }
}

/// What is scheduled.
pub struct Task<'t> {
    pub name: &'t str,
    pub what: &'t str,
    /// Tasks that have to end before; one that is not there is not waited for.
    pub needs: &'t [&'t str],
    /// It mostly waits, or may be slowed down: it takes no place from others.
    pub aside: bool,
    /// Its tests measure time or drive a browser: the programs of others let its own go first.
    pub first: bool,
    pub work: Box<dyn Fn() -> anyhow::Result<()> + Send + Sync + 't>,
}

/// How a task ended.
pub struct Ended {
    pub took: Duration,
    /// Processor time of its programs.
    pub processor: Duration,
    pub result: anyhow::Result<()>,
}

/// Does all tasks, at most `places` at a time beside those that stand aside, each as early in the list as its needs allow.
/// Returned in the order of the list.
pub fn run(tasks: &[Task], places: usize) -> anyhow::Result<Vec<Ended>> {
    // One alone shows its output as it comes.
    let alone = tasks.len() == 1;
    let (sender, receiver) = mpsc::channel();
    let mut running = BTreeMap::<usize, Instant>::new();
    let mut ended: Vec<Option<Ended>> = tasks.iter().map(|_| None).collect();
    std::thread::scope(|threads| {
        loop {
            for (number, task) in tasks.iter().enumerate() {
                let waits = task.needs.iter().any(|need| {
                    let need = tasks.iter().position(|task| task.name == *need);
                    need.is_some_and(|need| ended[need].is_none())
                });
                let full = running.keys().filter(|number| !tasks[**number].aside).count() >= places;
                let begun = ended[number].is_some() || running.contains_key(&number);
                if begun || waits || (full && !task.aside) {
                    continue;
                }
                let log = if alone { Log::shown() } else { Log::kept()? };
                let log = if alone || task.first { log } else { log.yielding() };
                say(format!("── {}/{} {} begins: {}", number + 1, tasks.len(), task.name, task.what));
                running.insert(number, Instant::now());
                unfinished(task.name, Some(log.clone()));
                let sender = sender.clone();
                threads.spawn(move || {
                    let result = Log::during(Some(log.clone()), || task.work.as_ref()());
                    // The receiver goes only after an error that ends everything.
                    let _ = sender.send((number, log, result));
                });
            }
            if running.is_empty() {
                return Ok(ended.into_iter().flatten().collect());
            }
            match receiver.recv_timeout(BEAT) {
                Ok((number, log, result)) => {
                    let took = running.remove(&number).map_or(Duration::ZERO, |began| began.elapsed());
                    let name = tasks[number].name;
                    unfinished(name, None);
                    if !alone {
                        say(format!("── {name} ended after {}; it said:", spoken(took)));
                        eprint!("{}", log.text()?);
                    }
                    if let Err(error) = &result {
                        say(format!("{name} FAILED: {error:#}"));
                    }
                    ended[number] = Some(Ended { took, processor: log.processor(), result });
                }
                Err(RecvTimeoutError::Timeout) if !alone => {
                    let list: Vec<String> = running
                        .iter()
                        .map(|(number, began)| format!("{} {}", tasks[*number].name, spoken(began.elapsed())))
                        .collect();
                    say(format!("running: {}", list.join(", ")));
                }
                Err(_) => {}
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task<'t>(name: &'t str, needs: &'t [&'t str], aside: bool, said: &'t Mutex<Vec<String>>) -> Task<'t> {
        let note = move |what: &str| said.lock().expect("a lock").push(format!("{name} {what}"));
        let work = Box::new(move || {
            note("begins");
            std::thread::sleep(Duration::from_millis(30));
            note("ends");
            anyhow::ensure!(name != "bad", "it is bad");
            Ok(())
        });
        Task { name, what: "", needs, aside, first: aside, work }
    }

    #[test]
    fn needs_end_before_and_failures_stop_nobody() {
        let said = Mutex::new(Vec::new());
        let tasks = [
            task("last", &["bad", "slow", "nowhere"], false, &said),
            task("bad", &[], false, &said),
            task("slow", &["bad"], true, &said),
        ];
        let ended = run(&tasks, 1).expect("a schedule");
        assert_eq!(ended.iter().map(|one| one.result.is_ok()).collect::<Vec<_>>(), [true, false, true]);
        let said = said.lock().expect("a lock").clone();
        assert_eq!(said, ["bad begins", "bad ends", "slow begins", "slow ends", "last begins", "last ends"]);
    }

    #[test]
    fn only_so_many_run_at_a_time_beside_those_aside() {
        let said = Mutex::new(Vec::new());
        let tasks = [task("a", &[], false, &said), task("b", &[], false, &said), task("c", &[], true, &said)];
        run(&tasks, 1).expect("a schedule");
        let said = said.lock().expect("a lock").clone();
        let at = |what: &str| said.iter().position(|one| one == what).expect("it was said");
        assert!(at("a ends") < at("b begins"), "{said:?}");
        assert!(at("c begins") < at("a ends"), "{said:?}");
    }
}
