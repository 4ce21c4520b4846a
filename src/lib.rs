//! Parvis personalizes the blocks of a page with only the data that the visitor's consent allows.
//!
//! ```
//! use parvis::{author, effect::{Effect, OriginHead, Supply}, engine::Engine, facts::Facts, playbook::Playbook, reason::Reason};
//! # let source = r#"{ "format": 1, "site": { "name": "lumen", "host": "shop.example" }, "pages": [{ "kind": "home", "path": "/" }],
//! #   "blocks": { "hero": { "pages": ["home"], "reserve": "4rem" } },
//! #   "campaigns": [{ "id": "spring", "block": "hero", "when": { "campaign": "spring" },
//! #     "variants": [{ "id": "only", "html": "<h1>Spring light</h1>" }] }] }"#;
//! let engine = Engine::new(Playbook::open(author::compile_source(source)?), Err(Reason::KeysAbsent));
//! let mut exchange = engine.begin(Facts { path: "/".into(), query: "utm_campaign=spring".into(), ..Facts::default() });
//! let Effect::Fetch(_) = exchange.step() else { panic!("the page comes from the origin") };
//! exchange.supply(Supply::Head(OriginHead { status: 200, content_type: Some("text/html"), content_encoding: None }));
//! let Effect::Send(_head) = exchange.step() else { panic!("the head is sent before any byte of the body") };
//! let mut page = Vec::new();
//! exchange.push(br#"<section data-block="hero"><h1>Good light</h1></section>"#, &mut page);
//! exchange.end(&mut page);
//! assert_eq!(page, br#"<section data-block="hero"><h1>Spring light</h1></section>"#);
//! # Ok::<(), String>(())
//! ```
//!
//! The engine does no IO. A host passes in [`facts`], carries out the [`effect`]s that it returns, and moves the bytes:
//!
//! ```text
//!   request ──▶ facts ──▶ consent ──▶ what permits open ──▶ decisions ──▶ head ──▶ body, spliced
//!                                                                        │
//!                                              commit point: all that can fail has happened
//! ```
//!
//! Folders from the top down; each imports only those below it:
//!
//! | folder | contents |
//! |---|---|
//! | `author` (feature `author`) | a playbook as written: its checks with line and column, and the compiler |
//! | [`engine`], [`exchange`] | the entry, and the only state machine |
//! | [`decide`] | the decision of each block |
//! | [`response`], [`effect`] | outcome, headers, cache policy, obligations, log record; the instructions to a host |
//! | [`playbook`] | the compiled file, read in place |
//! | [`visitor`], [`assign`] | what is stored about a visitor, and bucketing |
//! | [`condition`], [`signal`] | three-valued conditions over signals, each with its purpose |
//! | [`consent`] | stored flags, decoded and resolved to permits |
//! | [`html`], [`http`] | finding and splicing blocks, templates, headers, cookies |
//! | [`facts`] | the input from a host for one request |
//! | [`base`], [`limits`], [`names`], [`reason`] | text and numbers, every bound with its reason, our own names, and the closed codes for why |
//!
//! Why the code does what it does, with public sources, is in [`docs`]: the [consent model](docs::consent), the
//! [HTML model](docs::html), [visitor memory](docs::memory), [caching](docs::caching) and the [security model](docs::security).
#![no_std]

extern crate alloc;
#[cfg(any(feature = "author", test))]
extern crate std;

pub mod assign;
#[cfg(feature = "author")]
pub mod author;
pub mod base;
pub mod condition;
pub mod consent;
pub mod decide;
pub mod docs;
pub mod effect;
pub mod engine;
pub mod exchange;
pub mod facts;
pub mod html;
pub mod http;
pub mod limits;
pub mod names;
pub mod playbook;
pub mod reason;
pub mod response;
pub mod signal;
pub mod visitor;
