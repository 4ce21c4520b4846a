//! Pairs of requests that differ only in what some purposes guard.

use parvis::base::calendar::Millis;
use parvis::consent::evidence::Evidence;
use parvis::consent::purpose::{Purpose, PurposeSet};
use parvis::facts::{BrowserFacts, Event, Facts, Method, Place};
use parvis::http::withheld::{HOST_OWNED, OURS};
use parvis::response::headers::{GPC_PATH, PLAYBOOK_PATH};

use crate::books::Book;
use crate::consent::{Answers, Choice, Law};
use crate::dice::Dice;
use crate::visitors::{Guard, Visitor, event, page};

/// Values of our cookies that nobody wrote.
const ODD: [&str; 5] = ["", "nonsense", "a~", "a~idesk-lamp~clighting", "AQE"];
/// Two places of one town each, which are rounded to the same.
const PLACES: [[(&str, &str); 2]; 3] = [
    // The edge of what is near to the store in Lyon.
    [("45.95", "4.84"), ("46.0449", "4.8")],
    [("48.8566", "2.3522"), ("48.8999", "2.445")],
    [("-33.8688", "151.2093"), ("-33.945", "151.1999")],
];

/// How a request goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    /// A page streams through.
    Page,
    /// A page is put together from one that the host keeps.
    Kept,
    /// The browser decides.
    Browser,
    /// Only the head is asked for.
    Head,
    /// The method is none of ours.
    Post,
    /// A robot asks.
    Robot,
    /// The path is none of the playbook's.
    Elsewhere,
    /// The origin does not answer.
    Broken,
    /// The answer is no page.
    Image,
    /// There is no such page.
    Missing,
    /// The answer is one of our own.
    Own,
    /// The playbook is damaged.
    Faulty,
}

impl Flow {
    const OTHERS: [Flow; 9] = [
        Flow::Head,
        Flow::Post,
        Flow::Robot,
        Flow::Elsewhere,
        Flow::Broken,
        Flow::Image,
        Flow::Missing,
        Flow::Own,
        Flow::Faulty,
    ];

    fn random(dice: &mut Dice) -> Flow {
        match dice.below(20) {
            0..=8 => Flow::Page,
            9 | 10 => Flow::Kept,
            11..=16 => Flow::Browser,
            _ => *dice.pick(&Flow::OTHERS),
        }
    }
}

/// A request as it comes to a host.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// What the engine is told of it.
    pub(crate) facts: Facts,
    /// Its header lines, names in lower case.
    pub(crate) sent: Vec<(String, String)>,
}

/// What is only of one of the two requests, or the same in both where nothing guards it.
#[derive(Clone, Debug)]
struct Own {
    /// What a client says in headers of hosts and in ours, which never counts.
    forged: Vec<(String, String)>,
    visit: Vec<String>,
    memory: Vec<String>,
    profile: Option<String>,
    user_agent: String,
    place: Option<Place>,
    entropy: [u8; 32],
    events: Vec<Event>,
}

/// A pair of requests.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    /// What guards their difference.
    pub(crate) purposes: PurposeSet,
    /// Whether the second lacks what the first has, where they would else have different values.
    pub(crate) absent: bool,
    pub(crate) flow: Flow,
    pub(crate) law: Law,
    pub(crate) answers: Answers,
    /// What both have: all but cookies and what is guarded.
    common: Facts,
    /// Whether the banner's choice lies in web storage.
    stored: bool,
    /// What the order of the cookies is drawn with.
    order: u64,
    one: Own,
    other: Own,
}

/// Whether what `purpose` guards is denied with these: it is where the use of the device is.
pub(crate) fn guards(purposes: PurposeSet, purpose: Purpose) -> bool {
    purposes.contains(purpose) || purposes.contains(Purpose::DeviceStorage)
}

impl Pair {
    /// A random pair of requests by two of these visitors.
    pub(crate) fn random(
        book: &Book,
        visitors: &[Visitor],
        now: Millis,
        purposes: PurposeSet,
        dice: &mut Dice,
    ) -> Pair {
        let law = Law::random(dice);
        let answers = Answers::denying(purposes, law, dice);
        let flow = Flow::random(dice);
        let (path, query) = match flow {
            Flow::Elsewhere => ("/nowhere/at/all/x".to_owned(), String::new()),
            Flow::Own => ((*dice.pick(&[PLAYBOOK_PATH, GPC_PATH])).to_owned(), String::new()),
            _ => page(book, dice),
        };
        let browser = (flow == Flow::Browser).then(|| BrowserFacts {
            behind_edge: dice.one_in(2),
            arrives: dice.one_in(2),
            shown: if dice.one_in(3) { vec![(0, 0), (1, 1)] } else { vec![] },
            ..BrowserFacts::default()
        });
        let at_edge = browser.is_none();
        let common = Facts {
            method: match flow {
                Flow::Head => Method::Head,
                Flow::Post => Method::Other,
                _ => Method::Get,
            },
            path,
            query,
            accept_language: (*dice.pick(&["", "fr", "de-CH, en;q=0.5"])).to_owned(),
            referrer: (*dice.pick(&["", "https://search.example/"])).to_owned(),
            now: Some(now).filter(|_| !dice.one_in(30)),
            browser,
            ..Facts::default()
        };
        let (stored, order) = (!at_edge && !answers.own && dice.one_in(2), dice.next());
        let absent = dice.one_in(8);
        let [first, second] = [dice.pick(visitors), dice.pick(visitors)];
        let shared: Vec<Event> = (0..dice.below(3)).map(|_| event(book, now, dice).1).collect();
        let place = *dice.pick(&PLACES);
        let entropy = [dice.entropy(), dice.entropy()];
        let seal = dice.next();
        let mut own = |second_one: bool, like: &Visitor| {
            let differs = |purpose| guards(purposes, purpose);
            let mut own = first.clone();
            if second_one {
                if differs(Purpose::Experimentation) {
                    own = own.drawn_like(like);
                }
                if differs(Purpose::PersistentPersonalization) {
                    own.visit = own.waiting_like(like);
                    own.memory.clone_from(&like.memory);
                }
                if differs(Purpose::SessionPersonalization) {
                    own.visit.clone_from(&like.visit);
                }
                if differs(Purpose::Profile) {
                    own.profile.clone_from(&like.profile);
                }
            }
            let sealed = own.sealed(book, now, &mut Dice(seal));
            let mut own = Own {
                visit: vec![own.visit.unwrap_or_else(|| "a".to_owned())],
                memory: vec![if at_edge { sealed } else { own.memory }.unwrap_or_else(|| "AQE".to_owned())],
                profile: own.profile,
                user_agent: agent(flow, 140),
                place: Place::parse(place[0].0, place[0].1),
                entropy: entropy[0],
                events: shared.clone(),
                forged: (0..if at_edge { dice.below(4) } else { 0 }).map(|_| forged(dice)).collect(),
            };
            if differs(Purpose::SessionPersonalization) && dice.one_in(10) {
                own.visit = odd(&own.visit, dice);
            }
            if differs(Purpose::PersistentPersonalization) && dice.one_in(10) {
                own.memory = odd(&own.memory, dice);
            }
            if second_one && differs(Purpose::Experimentation) {
                own.user_agent = agent(flow, 128 + dice.below(20));
                if !at_edge || differs(Purpose::PersistentPersonalization) {
                    own.entropy = entropy[1];
                }
            }
            if second_one && differs(Purpose::PreciseGeo) {
                own.place = Place::parse(place[1].0, place[1].1);
            }
            let (visit, memory) =
                (differs(Purpose::SessionPersonalization), differs(Purpose::PersistentPersonalization));
            for _ in 0..dice.below(3) {
                let (guard, event) = event(book, now, dice);
                let may_differ = match guard {
                    Guard::Visit => visit,
                    Guard::Memory => memory,
                    Guard::Both => visit && memory,
                };
                own.events.extend(Some(event).filter(|_| may_differ));
            }
            if second_one && absent {
                own.visit.retain(|_| !visit);
                own.memory.retain(|_| !memory);
                own.profile = own.profile.filter(|_| !differs(Purpose::Profile));
            }
            own
        };
        let (one, other) = (own(false, first), own(true, second));
        Pair { purposes, absent, flow, law, answers, common, stored, order, one, other }
    }

    /// Both requests, of visitors who denied the purposes.
    pub(crate) fn denied(&self, book: &Book) -> [Request; 2] {
        [&self.one, &self.other].map(|own| self.request(book, own, &self.answers, self.law))
    }

    /// The same two requests, of visitors who agreed to everything.
    pub(crate) fn granted(&self, book: &Book) -> [Request; 2] {
        let (answers, law) = (Answers::all(Choice::Granted), Law { gpc: false, ..self.law });
        [&self.one, &self.other].map(|own| self.request(book, own, &answers, law))
    }

    /// The request of one of them: what the engine is told of its head is what it reads in these lines.
    fn request(&self, book: &Book, own: &Own, answers: &Answers, law: Law) -> Request {
        let facts = self.facts(book, own, answers, law);
        if facts.browser.is_some() {
            return Request { facts, sent: Vec::new() };
        }
        let line = |name: &str, value: &String| (name.to_owned(), value.clone());
        let mut sent: Vec<(String, String)> =
            Evidence::of(&facts).cookies.iter().map(|value| line("cookie", value)).collect();
        sent.extend(facts.sec_gpc.iter().map(|value| line("sec-gpc", value)));
        for (name, value) in [
            ("accept-language", &facts.accept_language),
            ("referer", &facts.referrer),
            ("user-agent", &facts.user_agent),
        ] {
            sent.extend((!value.is_empty()).then(|| line(name, value)));
        }
        sent.extend(own.forged.iter().cloned());
        let method = match facts.method {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Other => "POST",
        };
        let read = Facts::from_headers(method, &facts.path, &facts.query, &|name| {
            sent.iter().filter(|(known, _)| known == name).map(|(_, value)| value.clone()).collect()
        });
        let Facts { country, subdivision, place, now, entropy, .. } = facts;
        Request { facts: Facts { country, subdivision, place, now, entropy, ..read }, sent }
    }

    fn facts(&self, book: &Book, own: &Own, answers: &Answers, law: Law) -> Facts {
        let mut facts = self.common.clone();
        let mut memory =
            own.memory.iter().map(|memory| format!("__Host-parvis={memory}")).collect::<Vec<_>>();
        if let Some(browser) = &mut facts.browser {
            browser.global_privacy_control = law.gpc;
            browser.events.clone_from(&own.events);
            browser.memory = own.memory.first().filter(|_| !browser.behind_edge).cloned();
            if self.stored {
                browser.local_storage.push(("klaro".to_owned(), answers.json()));
            }
            memory.clear();
        } else if law.gpc {
            facts.sec_gpc.push("1".to_owned());
        }
        let mut cookies = vec![Vec::new(), vec!["a=1".to_owned()], vec!["theme=\"dark\"".to_owned()]];
        if !self.stored {
            cookies[0].push(answers.cookie());
        }
        cookies.push(own.visit.iter().map(|visit| format!("parvis-visit={visit}")).collect());
        cookies.push(memory);
        let login = book.login.iter().zip(&own.profile);
        cookies.push(login.map(|(name, profile)| format!("{name}={profile}")).collect());
        // Some in one header, the others in another.
        let mut dice = Dice(self.order);
        let mut headers = [Vec::new(), Vec::new()];
        for left in (1..=cookies.len()).rev() {
            let cookies = cookies.swap_remove(dice.below(left));
            headers[usize::from(dice.one_in(4))].extend(cookies);
        }
        facts.cookies = headers.iter().filter(|all| !all.is_empty()).map(|all| all.join("; ")).collect();
        facts.country = law.country.map(str::to_owned);
        facts.subdivision = law.subdivision.map(str::to_owned);
        facts.user_agent.clone_from(&own.user_agent);
        facts.place = own.place;
        facts.entropy = Some(own.entropy);
        facts
    }

    /// Whether no cookie may be opened in which the two differ; else what is not read of it still costs a copy.
    pub(crate) fn opens_none(&self) -> bool {
        let [visit, memory, unit] =
            [Purpose::SessionPersonalization, Purpose::PersistentPersonalization, Purpose::Experimentation]
                .map(|purpose| guards(self.purposes, purpose));
        if memory { visit } else { !unit }
    }

    /// Whether our cookies come with the first request, and are denied: those of the visit and of visitor memory.
    pub(crate) fn to_delete(&self) -> [bool; 2] {
        let denied = self.answers.denied(self.law);
        [Purpose::SessionPersonalization, Purpose::PersistentPersonalization]
            .map(|purpose| denied.contains(purpose))
    }
}

/// Browsers that differ in nothing but their version, and robots likewise.
fn agent(flow: Flow, version: usize) -> String {
    match flow {
        Flow::Robot => {
            format!("Mozilla/5.0 (compatible; Googlebot/2.{version}; +http://www.google.com/bot.html)")
        }
        _ => format!("Mozilla/5.0 (X11; Linux x86_64; rv:{version}.0) Gecko/20100101 Firefox/{version}.0"),
    }
}

/// A header by which a client pretends to be a host, or to be us.
fn forged(dice: &mut Dice) -> (String, String) {
    let ours = format!("{}{}", dice.pick(&OURS), dice.pick(&["region", "case"]));
    let name = if dice.one_in(3) { ours } else { dice.pick(HOST_OWNED).0.to_owned() };
    let value = *dice.pick(&["US", "FR", "203.0.113.9", "mobile", "1"]);
    (name, value.to_owned())
}

/// Values that nobody wrote, one too long for a cookie, or two of which one is right.
fn odd(values: &[String], dice: &mut Dice) -> Vec<String> {
    match dice.below(4) {
        0 => vec!["x".repeat(4097)],
        1 => values.iter().cloned().chain(["a~iother".to_owned()]).collect(),
        _ => vec![(*dice.pick(&ODD)).to_owned()],
    }
}
