//! Interleaved rounds: every contender on every page, again and again, so that a busy hour is everybody's.

use std::time::{Duration, Instant};

use crate::{half_quartiles, quantile};

/// A measurement repeats until it has lasted this long, so that what happens once does not show.
const LEAST: Duration = Duration::from_millis(16);

/// Nanoseconds for which this thread has had a processor, where the system says that (Linux). Unlike the clock on the
/// wall it stands still while others have it.
///
/// The kernel adds to it only with each tick, up to 4 ms apart, or when a thread gives its turn away; so that is done first.
fn processor_time() -> Option<f64> {
    std::thread::yield_now();
    std::fs::read_to_string("/proc/thread-self/schedstat").ok()?.split(' ').next()?.parse().ok()
}

/// What is done with a page.
pub type Step<'c, P> = Box<dyn FnMut(&P) -> anyhow::Result<()> + 'c>;

/// One way to treat a page.
pub struct Contender<'c, P> {
    /// What the table calls it.
    pub name: &'static str,
    /// Prepares for a page; not measured.
    pub ready: Step<'c, P>,
    /// Treats it once.
    pub run: Step<'c, P>,
}

/// Nanoseconds for one pass over a page: `[contender][page][round]`.
pub struct Times(Vec<Vec<Vec<f64>>>);

impl Times {
    /// Runs all contenders on all pages.
    pub fn take<P>(contenders: &mut [Contender<'_, P>], pages: &[P], rounds: usize) -> anyhow::Result<Times> {
        let mut times = vec![vec![Vec::with_capacity(rounds); pages.len()]; contenders.len()];
        let count = contenders.len();
        for round in 0..rounds {
            for (number, page) in pages.iter().enumerate() {
                // The order turns with the round, so that nobody always runs in somebody's warm cache.
                for turn in 0..count {
                    let which = (turn + round) % count;
                    let contender = &mut contenders[which];
                    (contender.ready)(page)?;
                    let (started, used) = (Instant::now(), processor_time());
                    let mut passes = 0_u32;
                    while passes == 0 || started.elapsed() < LEAST {
                        (contender.run)(page)?;
                        passes += 1;
                    }
                    let lasted = started.elapsed().as_secs_f64() * 1e9;
                    let lasted = used.zip(processor_time()).map_or(lasted, |(from, to)| to - from);
                    times[which][number].push(lasted / f64::from(passes));
                }
            }
            eprint!("\rround {} of {rounds}", round + 1);
        }
        eprintln!();
        Ok(Times(times))
    }

    /// Nanoseconds of a contender over all pages: the sum of the pages' medians.
    #[must_use]
    pub fn total(&self, contender: usize) -> f64 {
        self.0[contender].iter().map(|rounds| quantile(rounds, 0.5)).sum()
    }

    /// The geometric mean over the pages of how many times as long `one` takes as `other`.
    #[must_use]
    pub fn ratio(&self, one: usize, other: usize) -> f64 {
        let logs = self.0[one].iter().zip(&self.0[other]);
        let sum: f64 = logs.map(|(one, other)| (quantile(one, 0.5) / quantile(other, 0.5)).ln()).sum();
        (sum / self.0[one].len() as f64).exp()
    }

    /// The median over the pages of the spread: half the distance between the quartiles, of the median.
    #[must_use]
    pub fn spread(&self, contender: usize) -> f64 {
        let spreads: Vec<f64> = self.0[contender].iter().map(|rounds| half_quartiles(rounds)).collect();
        quantile(&spreads, 0.5)
    }
}
