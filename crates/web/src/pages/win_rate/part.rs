//! Which of the groups stand in the tables at once: with the cases behind each figure they are most of the page.

use std::ops::Range;

use docket_app::GroupBy;

/// So many groups: a year of months, and the one that runs.
pub const GROUPS: usize = 13;

/// The parts of so many groups, the first one first: of months the newest, of others by name.
pub fn parts(by: GroupBy, groups: usize) -> Vec<Range<usize>> {
    let starts = (0..groups).step_by(GROUPS);
    let range = |start: usize| {
        let length = GROUPS.min(groups - start);
        match by {
            GroupBy::Month => groups - start - length..groups - start,
            _ => start..start + length,
        }
    };
    starts.map(range).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_group_is_in_one_part_and_months_begin_with_the_newest() {
        for groups in [0, 1, 13, 14, 26, 60] {
            for by in [GroupBy::Month, GroupBy::Product] {
                let mut all: Vec<usize> = parts(by, groups).into_iter().flatten().collect();
                all.sort_unstable();
                assert!(all.into_iter().eq(0..groups), "{by:?} {groups}");
            }
        }
        assert_eq!(parts(GroupBy::Month, 20), [7..20, 0..7]);
        assert_eq!(parts(GroupBy::Product, 20), [0..13, 13..20]);
    }
}
