//! The engine as a bare module: one exchange from the facts to the record, with inputs nobody can foresee, so that the
//! linker keeps what an edge host uses and drops the rest. It is weighed, never run.

use std::hint::black_box;

use parvis::base::calendar::Millis;
use parvis::effect::{Effect, OriginHead, Supply};
use parvis::engine::Engine;
use parvis::facts::{Device, Facts};
use parvis::playbook::Playbook;
use parvis::visitor::keyring::Keyring;

static INPUT: [u8; 4096] = [0; 4096];

/// One request; returns the length of what would be sent and logged.
#[unsafe(no_mangle)]
pub extern "C" fn exchange() -> usize {
    let engine = Engine::new(Playbook::open(bytes().to_vec()), Keyring::parse(bytes()));
    let mut exchange = engine.begin(facts());
    let mut out = Vec::new();
    loop {
        match black_box(exchange.step()) {
            Effect::Answer(answer) => break out.extend(answer.body),
            Effect::Fetch(edits) => {
                black_box(edits);
                let head =
                    OriginHead { status: black_box(200), content_type: word(), content_encoding: word() };
                exchange.supply(black_box(Supply::Head(head)));
            }
            Effect::Send(edits) => {
                black_box(edits);
                exchange.push(bytes(), &mut out);
                break exchange.end(&mut out);
            }
            Effect::Fail(_) => break,
        }
    }
    black_box(exchange.outcome());
    out.len() + black_box(exchange.record().to_json()).len()
}

fn facts() -> Facts {
    Facts {
        path: black_box(String::new()),
        query: black_box(String::new()),
        cookies: black_box(Vec::new().into()),
        sec_gpc: black_box(Vec::new()),
        user_agent: black_box(String::new()),
        accept_language: black_box(String::new()),
        referrer: black_box(String::new()),
        country: text(),
        subdivision: text(),
        device: black_box(Some(Device::Mobile)),
        now: black_box(Some(Millis(0))),
        entropy: black_box(Some([0; 32])),
        ..Facts::default()
    }
}

fn bytes() -> &'static [u8] {
    black_box(&INPUT)
}

fn word() -> Option<&'static str> {
    black_box(None)
}

fn text() -> Option<String> {
    black_box(None)
}
