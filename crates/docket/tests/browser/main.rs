//! People at their browsers: Chromium on the pages of the real binary, with its database, its workers and the simulator.

#![expect(clippy::unwrap_used, reason = "a test fails where it unwraps")]

#[path = "../desk/support.rs"]
#[expect(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "the desk tests beside these use the rest of it"
)]
mod support;

mod house;
mod looks;
mod people;
#[path = "../desk/platforms.rs"]
#[expect(dead_code, reason = "the desk tests beside these use the rest of it")]
mod platforms;
mod queue;
mod rare;
mod work;
