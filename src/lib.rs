//! Parvis personalizes the blocks of a page with what the visitor agreed to, and nothing else.
#![no_std]

extern crate alloc;
#[cfg(any(feature = "author", test))]
extern crate std;

pub mod assign;
pub mod condition;
pub mod consent;
pub mod facts;
pub mod html;
pub mod http;
pub mod limits;
pub mod playbook;
pub mod reason;
pub mod signal;
pub mod text;
pub mod visitor;
