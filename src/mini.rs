#![no_std]
#![feature(core_intrinsics, const_eval_select)]
#![allow(warnings)]
extern crate alloc;
extern crate std;
pub mod consent;
pub mod facts;
pub mod limits;
pub mod reason;
mod mutant;
