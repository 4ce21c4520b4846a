//! Parvis personalizes the blocks of a page with what the visitor agreed to, and nothing else.
#![no_std]

extern crate alloc;
#[cfg(any(feature = "author", test))]
extern crate std;

pub mod assign;
mod aside;
pub mod condition;
pub mod consent;
pub mod decide;
pub mod effect;
pub mod engine;
pub mod exchange;
pub mod facts;
pub mod head;
pub mod html;
pub mod http;
pub mod limits;
pub mod outcome;
pub mod playbook;
pub mod reason;
pub mod record;
pub mod signal;
pub mod text;
pub mod visitor;
