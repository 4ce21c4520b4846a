//! The engine as a bare module. Each export leads into one room, so that the linker keeps what a host would use.

use parvis::consent::resolve::Resolution;

/// What a visitor without any stored flag permits, as bits.
#[unsafe(no_mangle)]
pub extern "C" fn consent() -> u32 {
    u32::from(Resolution::default().allowed().bits())
}
