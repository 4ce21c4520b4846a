//! The hosts: a file of the folder `runtimes` each, named like the host's folder in `edge`, with a constant `HOST`.

include!(concat!(env!("OUT_DIR"), "/runtimes.rs"));
