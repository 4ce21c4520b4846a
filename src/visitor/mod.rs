//! What is remembered of a visit and of a visitor: in the visitor's own cookies, bounded, with permits only.
