//! Changes of the static mode: shares of all disputes, as arithmetic.

use crate::dispute::Time;

/// Every `stride`-th dispute from `offset` on changed at `at`.
#[derive(Clone, Copy)]
pub(super) struct Touch {
    pub stride: usize,
    pub offset: usize,
    pub at: Time,
}

impl Touch {
    pub(super) fn hits(&self, index: usize) -> bool {
        index % self.stride == self.offset
    }

    /// Its indices below `high` and not below `low`, greatest first.
    pub(super) fn indices(self, low: usize, high: usize) -> impl Iterator<Item = usize> {
        let rows = high.saturating_sub(self.offset).div_ceil(self.stride);
        (0..rows)
            .rev()
            .map(move |row| row * self.stride + self.offset)
            .take_while(move |index| *index >= low)
    }
}

/// The last touch that moved this dispute.
pub(super) fn last(touches: &[Touch], index: usize) -> Option<usize> {
    touches.iter().rposition(|touch| touch.hits(index))
}
