//! Who meets the next dispute, and on which platform.

use rand::{Rng, rngs::StdRng};

use crate::{account::Account, dispute::Time, platform::Platform, world::World};

/// The whole past, on all platforms. The first account owns about 40 % of it.
pub(crate) fn past(world: &mut World, rng: &mut StdRng, accounts: &[Account], cases: usize, now: Time) {
    for _ in 0..cases {
        let account = some_account(rng, accounts.len());
        let owner = &accounts[account];
        Platform::of(owner, rng).past(world, rng, account, owner, now);
    }
}

/// One that has just come in, on any platform.
pub(crate) fn arrival(world: &mut World, rng: &mut StdRng, accounts: &[Account], now: Time) {
    let account = some_account(rng, accounts.len());
    let owner = &accounts[account];
    Platform::of(owner, rng).arrival(world, rng, account, owner, now);
}

fn some_account(rng: &mut StdRng, accounts: usize) -> usize {
    if accounts == 1 || rng.random_bool(0.4) {
        0
    } else {
        rng.random_range(1..accounts)
    }
}
