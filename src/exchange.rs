//! The exchange: the state machine of one request, from its facts to the last byte of its response.
//!
//! ```text
//!            facts                supply(head)             push(bytes)… end()
//!   host ──────┬─────────────────────┬───────────────────────┬──────────────▶ engine
//!              ▼                     ▼                       ▼
//!   host ◀─ step: Fetch ──────── step: Send ───────────── bytes out ── record()
//!           (or Answer)          ▲
//!                                └ commit point: everything that can fail has happened
//! ```
//!
//! A host that caches pages supplies the stored version and plan. `Send` may then require pieces of the page instead of
//! its bytes; this is decided before the head is sent.
//!
//! Decisions are made, templates rendered and cookies sealed before the origin is contacted. After the head only splicing
//! remains, whose worst case is the origin's own bytes.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::base::checksum::digest;
use crate::decide::{self, exclusion};
use crate::effect::{Answer, Body, Effect, HeadEdits, Piece, RequestEdits, Sink, Stored, Supply, Version};
use crate::engine::Engine;
use crate::facts::{Facts, Method};
use crate::html::plan::{self, Plan, Splices};
use crate::html::splice::{Edit, Operation, Room, Splicer};
use crate::html::{escape, parts};
use crate::http::content::{self, Charset};
use crate::http::headers::CONDITIONAL;
use crate::playbook::{Playbook, view};
use crate::reason::Reason;
use crate::response::decided::Decided;
use crate::response::headers;
use crate::response::log_record::Record;
use crate::response::obligations::Duty;
use crate::response::outcome::{Content, Decision, Outcome};

/// One request with its response.
#[derive(Debug)]
pub struct Exchange {
    engine: Engine,
    facts: Facts,
    decided: Option<Decided>,
    duty: Duty,
    state: State,
    record: Record,
}

/// The state of an exchange.
#[derive(Debug)]
enum State {
    /// No effect was returned yet.
    Begun,
    /// The origin's head is awaited.
    Fetching,
    /// The origin's head was supplied, and the edits are decided.
    Ready(HeadEdits, Work),
    /// The origin did not respond.
    Failed,
    /// The head was returned; the body follows.
    Sending(Work),
}

/// What is done to the body.
#[derive(Debug)]
enum Work {
    /// Nothing.
    Copy,
    /// It passes through the splicer.
    Stream(Box<Splicer>),
    /// It was assembled from a plan.
    Splice(Vec<Edit>, Splices),
}

impl Exchange {
    pub(crate) fn new(engine: Engine, facts: Facts) -> Exchange {
        let (decided, duty) = (None, Duty::default());
        Exchange { engine, facts, decided, duty, state: State::Begun, record: Record::default() }
    }

    /// The next effect for the host to carry out.
    ///
    /// After [`Effect::Fetch`] call [`Exchange::supply`]. After [`Effect::Send`] with [`Body::Rewrite`] call
    /// [`Exchange::push`] and [`Exchange::end`], with [`Body::Splice`] [`Exchange::pieces`] and `end`. Calling it again
    /// before that returns [`Effect::Fail`], which is safe.
    pub fn step(&mut self) -> Effect {
        match core::mem::replace(&mut self.state, State::Failed) {
            State::Begun => self.first(),
            State::Ready(edits, work) => {
                self.state = State::Sending(work);
                Effect::Send(edits)
            }
            State::Fetching | State::Failed | State::Sending(_) => {
                Effect::Fail(headers::passed(&self.duty, false))
            }
        }
    }

    /// Supplies the origin's response to [`Effect::Fetch`], or its failure in the middle of a body.
    pub fn supply(&mut self, supply: Supply<'_>) {
        self.supply_in(supply, &Room::default);
    }

    /// The same for a host that reuses the memory of streamed bodies; see [`Exchange::into_room`].
    ///
    /// `room` is called at most once, and only if this body will be streamed.
    pub fn supply_in(&mut self, supply: Supply<'_>, room: &dyn Fn() -> Room) {
        if matches!((&self.state, &supply), (State::Sending(_), Supply::Failed)) {
            self.record.reason = Reason::OriginBroke;
            self.state = State::Failed;
        }
        if !matches!(self.state, State::Fetching) {
            return;
        }
        let (head, stored) = match supply {
            Supply::Failed => {
                self.record.reason = Reason::OriginFailed;
                self.state = State::Failed;
                return;
            }
            Supply::Head(head) => (head, None),
            Supply::Page(head, stored) => (head, Some(stored)),
        };
        self.record.status = head.status;
        let (edits, work) = self.settle(
            content::rewritable(&head, &self.facts.path),
            content::is_document(&head),
            stored,
            room,
        );
        self.state = State::Ready(edits, work);
    }

    /// Reads the next bytes of the origin's body and writes those that need not be held.
    ///
    /// Bytes outside blocks are written in the call that supplied them; an empty slice does nothing.
    pub fn push(&mut self, bytes: &[u8], out: &mut impl Sink) {
        self.record.bytes_in =
            self.record.bytes_in.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        match &mut self.state {
            State::Sending(Work::Stream(splicer)) => splicer.push(bytes, out),
            _ => out.write(bytes),
        }
    }

    /// Ends the body: writes the bytes that were held and records the outcome of each block.
    ///
    /// If the origin fails in the middle of a body, supply [`Supply::Failed`] instead: the visitor must get a broken
    /// response.
    pub fn end(&mut self, out: &mut impl Sink) {
        let (Some(decided), Ok(playbook)) = (&self.decided, self.engine.playbook()) else { return };
        let report: Vec<_> = match &mut self.state {
            State::Sending(Work::Stream(splicer)) => {
                splicer.end(out);
                splicer.report().collect()
            }
            State::Sending(Work::Splice(edits, splices)) => splices.report(edits).collect(),
            _ => return,
        };
        self.record.place(&report, decided, playbook, self.facts.is_seen());
    }

    /// The pieces of an assembled body, in output order; none unless [`Body::Splice`] was returned.
    pub fn pieces(&self) -> impl Iterator<Item = Piece<'_>> {
        let (edits, splices) = match &self.state {
            State::Sending(Work::Splice(edits, splices)) => (edits.as_slice(), splices.pieces()),
            _ => Default::default(),
        };
        splices.iter().filter_map(|piece| match *piece {
            plan::Piece::Page { from, to } => Some(Piece::Page { from, to }),
            plan::Piece::Content(edit) => Some(Piece::Content(&edits.get(edit)?.content)),
            plan::Piece::Part { edit, from, to } => {
                Some(Piece::Content(edits.get(edit)?.content.get(from..to)?))
            }
        })
    }

    /// The plan of a cached page, to be stored with it, after its body has been streamed completely.
    ///
    /// `None` if it needs no new plan, or cannot have one. `version` is that of the bytes that were pushed.
    pub fn plan(&self, version: Version) -> Option<Vec<u8>> {
        match &self.state {
            State::Sending(Work::Stream(splicer)) => splicer.plan(version),
            _ => None,
        }
    }

    /// The memory of a streamed body, for [`Exchange::supply_in`] of another exchange. It holds no data.
    ///
    /// `None` if the body was not streamed, or its origin failed.
    pub fn into_room(self) -> Option<Room> {
        match self.state {
            State::Sending(Work::Stream(splicer)) => Some(splicer.into_room().0),
            _ => None,
        }
    }

    /// The decisions, once [`Exchange::step`] was called, unless the request is never personalized.
    pub fn outcome(&self) -> Option<&Outcome> {
        self.decided.as_ref().map(|decided| &decided.outcome)
    }

    /// Decides at once, for a host without an origin: the browser, `parvis decide`.
    ///
    /// # Errors
    ///
    /// The reason why nothing was decided.
    pub fn decide(&mut self) -> Result<&Decided, Reason> {
        let playbook = self.playbook()?;
        if self.decided.is_none() {
            self.decided = Some(decide::request(playbook, self.engine.keys(), &self.facts)?);
        }
        self.decided.as_ref().ok_or(Reason::Path)
    }

    /// Why each campaign that was considered was shown or not, as a [trace](crate::condition::trace): the request is decided
    /// once more for it.
    ///
    /// # Errors
    ///
    /// As [`Exchange::decide`].
    #[cfg(feature = "explain")]
    pub fn why(&self) -> Result<String, Reason> {
        decide::why::request(self.playbook()?, self.engine.keys(), &self.facts)
    }

    /// The log record of this exchange; complete after [`Exchange::end`].
    pub const fn record(&self) -> &Record {
        &self.record
    }

    fn playbook(&self) -> Result<&Playbook, Reason> {
        exclusion::reason(&self.facts).map_or(Ok(()), Err)?;
        self.engine.playbook()
    }

    fn first(&mut self) -> Effect {
        if let Some(answer) = self.own_resource() {
            return Effect::Answer(answer);
        }
        self.state = State::Fetching;
        match self.decide() {
            Err(reason) => {
                self.record.reason = reason;
                self.dutiful();
                Effect::Fetch(RequestEdits::default())
            }
            Ok(decided) => {
                let outcome = &decided.outcome;
                let edits = if headers::leaves_the_origins(outcome) {
                    RequestEdits::default()
                } else {
                    RequestEdits { remove: CONDITIONAL, set: &[("accept-encoding", "identity")] }
                };
                if let (Some(decided), Ok(playbook)) = (&self.decided, self.engine.playbook()) {
                    self.record.decide(decided, playbook);
                }
                self.dutiful();
                Effect::Fetch(edits)
            }
        }
    }

    /// Computes the consent obligations of the response, whatever it will be.
    fn dutiful(&mut self) {
        let Ok(playbook) = self.engine.playbook() else { return };
        self.duty = match &self.decided {
            Some(decided) => Duty::of(playbook, &self.facts, &decided.consent),
            None => Duty::aside(playbook, &self.facts),
        };
        self.record.keep(&self.duty);
    }

    /// The engine's own resources: the playbook for the browser package, the statement on Global Privacy Control.
    fn own_resource(&mut self) -> Option<Answer> {
        let ours = self.facts.method != Method::Other && headers::is_own(&self.facts.path);
        if !ours || self.engine.playbook().is_err() {
            return None;
        }
        self.dutiful();
        let playbook = self.engine.playbook().ok()?;
        let answer = headers::own(&self.facts.path, playbook, &self.duty)?;
        self.record.status = answer.status;
        Some(answer)
    }

    fn settle(
        &mut self,
        rewritable: Result<Charset, Reason>,
        document: bool,
        stored: Option<Stored<'_>>,
        room: &dyn Fn() -> Room,
    ) -> (HeadEdits, Work) {
        let (Some(decided), Ok(playbook)) = (&self.decided, self.engine.playbook()) else {
            return (headers::passed(&self.duty, document), Work::Copy);
        };
        match rewritable {
            Err(reason) => {
                self.record.pass(reason);
                // A confirmation renews the freshness of the page that it confirms.
                let edits = if self.record.status == 304 {
                    headers::unchanged(decided, &self.duty, playbook, &self.facts)
                } else {
                    headers::passed(&self.duty, document)
                };
                (edits, Work::Copy)
            }
            Ok(charset) => {
                let mut edits = headers::edits(decided, &self.duty, playbook, &self.facts);
                if edits.body == Body::Copy {
                    return (edits, Work::Copy);
                }
                let changes = changes(&decided.outcome, playbook, charset);
                let marker = playbook.site().marker;
                let undeclared = charset == Charset::Undeclared;
                let splicer = |changes| {
                    let splicer = Splicer::in_room(room(), marker, changes);
                    if undeclared { splicer.with_meta() } else { splicer }
                };
                let Some(stored) = stored else {
                    return (edits, Work::Stream(Box::new(splicer(changes))));
                };
                // A plan that was made where the head declared the encoding says nothing of a page that declares its own.
                let scope = playbook.digest() ^ digest(decided.page_kind.as_bytes()) ^ u64::from(undeclared);
                if let Some(splices) = spliced(&stored, scope, &changes) {
                    edits.body = Body::Splice { length: splices.length(&changes) };
                    return (edits, Work::Splice(changes, splices));
                }
                let declared = declared(&decided.outcome, playbook);
                let parts = declared_parts(&decided.outcome, playbook);
                let splicer = splicer(changes).with_plan(declared, scope);
                (edits, Work::Stream(Box::new(splicer.with_parts(parts))))
            }
        }
    }
}

/// The page assembled from its plan, if it has one that fits.
fn spliced(stored: &Stored<'_>, scope: u64, changes: &[Edit]) -> Option<Splices> {
    let version = stored.version?;
    let plan = Plan::open(stored.plan).filter(|plan| plan.is_for(version, scope))?;
    let mut splices = Splices::default();
    plan.apply(changes, stored.page, &mut splices).then_some(splices)
}

/// All blocks of this kind of page: a plan serves every request for it, whatever is decided.
fn declared(outcome: &Outcome, playbook: &Playbook) -> Vec<String> {
    let block = |index| playbook.block(index).map(|block| String::from(block.id));
    outcome.decisions().iter().filter_map(|decision| block(decision.block)).collect()
}

/// The keys of all parts that some variant changes, by block.
fn declared_parts(outcome: &Outcome, playbook: &Playbook) -> Vec<(String, Vec<String>)> {
    let mut all = Vec::new();
    for block in outcome.decisions().iter().filter_map(|decision| playbook.block(decision.block)) {
        let mut keys: Vec<String> = Vec::new();
        for campaign in playbook.campaigns(block.index) {
            for variant in campaign.variants() {
                let view::Content::Parts(code) = variant.content else { continue };
                for (key, _) in parts::changes(code) {
                    if !keys.iter().any(|known| known == key) {
                        keys.push(key.into());
                    }
                }
            }
        }
        if !keys.is_empty() {
            all.push((String::from(block.id), keys));
        }
    }
    all
}

/// The decisions as edits of the page, in its own encoding.
fn changes(outcome: &Outcome, playbook: &Playbook, charset: Charset) -> Vec<Edit> {
    outcome
        .decisions()
        .iter()
        .filter_map(|decision| {
            let (operation, content) = match &decision.content {
                Content::Default if decision.is_control() => control(decision),
                Content::Default => return None,
                Content::Hidden => (Operation::Hide, Vec::new()),
                Content::Inner(html) if charset == Charset::Utf8 => (Operation::ReplaceInner, html.clone()),
                Content::Inner(html) => (Operation::ReplaceInner, escape::ascii(html)),
                Content::Parts(changes) if charset == Charset::Utf8 => (Operation::SetParts, changes.clone()),
                Content::Parts(changes) => {
                    let mut content = Vec::new();
                    for (key, (from, to)) in parts::changes(changes) {
                        parts::push(key, &escape::ascii(changes.get(from..to)?), &mut content);
                    }
                    (Operation::SetParts, content)
                }
                Content::Order(order) => (Operation::Reorder, order.clone()),
            };
            let id = playbook.block(decision.block)?.id.into();
            Some(Edit { id, operation, content, tests: tests(decision) })
        })
        .collect()
}

/// What a control does: nothing, or the order of the page for a group whose other arms order it.
fn control(decision: &Decision) -> (Operation, Vec<u8>) {
    let order =
        decision.arms.iter().find_map(|arm| if let Content::Order(order) = arm { Some(order) } else { None });
    let same = |order: &Vec<u8>| {
        let ids = order.iter().map(|byte| if *byte == b'/' { b' ' } else { *byte });
        (Operation::Reorder, [b'/'].into_iter().chain(ids).collect())
    };
    order.map_or((Operation::Keep, Vec::new()), same)
}

/// What the other arms of an experiment would have to find in the block.
fn tests(decision: &Decision) -> Vec<(Operation, Vec<u8>)> {
    let test = |arm: &Content| match arm {
        Content::Inner(_) => Some((Operation::ReplaceInner, Vec::new())),
        Content::Parts(changes) => Some((Operation::SetParts, changes.clone())),
        _ => None,
    };
    decision.arms.iter().filter_map(test).collect()
}
