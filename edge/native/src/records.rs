//! Records off the way of requests: a queue of bounded length, which a thread of its own writes out.
//!
//! A reader that is slow or gone costs nobody a page: what finds the queue full, or cannot be written, is dropped and counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::thread;
use std::time::{Duration, Instant};

use crate::config::{Lines, Writer};

/// Records that wait: a few megabytes at most, and seconds of a busy server.
const QUEUE: usize = 4096;
/// How long a stopping server waits for records to be written.
const LAST: Duration = Duration::from_secs(1);

enum Message {
    Record(String),
    /// Answered when all records before it are written.
    Written(SyncSender<()>),
}

/// The queue.
pub(crate) struct Records {
    queue: SyncSender<Message>,
    dropped: Arc<AtomicU64>,
}

impl Records {
    /// Starts the thread, which ends with the queue; it writes one notice when records begin to be dropped, and one with their
    /// number when they no longer are.
    pub(crate) fn start(write: Writer, notices: Lines) -> std::io::Result<Records> {
        let (queue, records) = mpsc::sync_channel(QUEUE);
        let dropped = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&dropped);
        thread::Builder::new()
            .name("records".into())
            .spawn(move || drain(&records, &write, &notices, &counter))?;
        Ok(Records { queue, dropped })
    }

    /// Adds a record, or drops it if the queue is full; never waits.
    pub(crate) fn put(&self, record: String) {
        if self.queue.try_send(Message::Record(record)).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits until all records are written, for a bounded time.
    pub(crate) fn finish(&self) {
        let until = Instant::now() + LAST;
        let (written, is_written) = mpsc::sync_channel(1);
        while let Err(TrySendError::Full(_)) = self.queue.try_send(Message::Written(written.clone())) {
            if Instant::now() >= until {
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
        // What is not written by then is lost with the process.
        let _ = is_written.recv_timeout(until.saturating_duration_since(Instant::now()));
    }
}

fn drain(records: &Receiver<Message>, write: &Writer, notices: &Lines, dropped: &AtomicU64) {
    let (mut told, mut is_failing) = (0, false);
    for message in records {
        let record = match message {
            Message::Record(record) => record,
            Message::Written(answer) => {
                let _ = answer.try_send(());
                continue;
            }
        };
        match write(&record) {
            Ok(()) => {
                is_failing = false;
                let all = dropped.load(Ordering::Relaxed);
                if all > told {
                    notices(&format!(
                        "{} records were dropped, because nobody read them in time",
                        all - told
                    ));
                    told = all;
                }
            }
            Err(error) => {
                dropped.fetch_add(1, Ordering::Relaxed);
                if !is_failing {
                    notices(&format!("records are dropped until they can be written again: {error}"));
                }
                is_failing = true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::panic, clippy::unwrap_used, reason = "a failing test may panic")]

    use std::io;
    use std::sync::Mutex;

    use super::*;

    fn notices() -> (Lines, Arc<Mutex<Vec<String>>>) {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&kept);
        (Arc::new(move |line| into.lock().unwrap().push(line.to_owned())), kept)
    }

    #[test]
    fn a_stalled_reader_delays_nobody_and_what_was_dropped_is_told() {
        let (reads, may_read) = mpsc::channel::<()>();
        let may_read = Mutex::new(may_read);
        let written = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&written);
        let writer: Writer = Arc::new(move |_| {
            let _ = may_read.lock().unwrap().recv();
            counter.fetch_add(1, Ordering::Relaxed);
            Ok(())
        });
        let (lines, told) = notices();
        let records = Records::start(writer, lines).unwrap();
        let more = 100;
        (0..QUEUE + 1 + more).for_each(|number| records.put(number.to_string()));
        let dropped = records.dropped.load(Ordering::Relaxed);
        // One may be with the writer already.
        assert!((99..=101).contains(&dropped), "{dropped}");
        let started = Instant::now();
        records.finish();
        assert!(started.elapsed() < LAST * 3);
        drop(reads);
        records.finish();
        assert_eq!(written.load(Ordering::Relaxed) + dropped, u64::try_from(QUEUE + 1 + more).unwrap());
        assert_eq!(
            *told.lock().unwrap(),
            [format!("{dropped} records were dropped, because nobody read them in time")]
        );
    }

    #[test]
    fn a_reader_that_is_gone_is_told_once_and_found_again() {
        let fails = Arc::new(Mutex::new(true));
        let asked = Arc::clone(&fails);
        let writer: Writer = Arc::new(move |_| {
            if *asked.lock().unwrap() { Err(io::Error::from(io::ErrorKind::BrokenPipe)) } else { Ok(()) }
        });
        let (lines, told) = notices();
        let records = Records::start(writer, lines).unwrap();
        (0..3).for_each(|_| records.put(String::new()));
        records.finish();
        *fails.lock().unwrap() = false;
        records.put(String::new());
        records.finish();
        let told = told.lock().unwrap();
        let [begin, end] = told.as_slice() else { panic!("{told:?}") };
        assert!(begin.contains("broken pipe") && end.starts_with("3 records"), "{told:?}");
    }
}
