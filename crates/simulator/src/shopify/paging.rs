//! Cursor pages over rows with growing keys.

use apollo_compiler::response::JsonMap;
use base64::{Engine, engine::general_purpose::STANDARD};

use super::access::coded;
use apollo_compiler::resolvers::FieldError;

/// The arguments of a connection.
#[derive(Debug, Default)]
pub(crate) struct Window {
    first: Option<usize>,
    last: Option<usize>,
    after: Option<u64>,
    before: Option<u64>,
    reverse: bool,
}

pub(crate) struct Page<T> {
    pub rows: Vec<(u64, T)>,
    pub has_next: bool,
    pub has_previous: bool,
}

impl Window {
    pub(crate) fn read(arguments: &JsonMap) -> Result<Self, FieldError> {
        let size = |name: &str| {
            let value = arguments.get(name)?.as_i64()?;
            usize::try_from(value).ok()
        };
        let place = |name: &str| match arguments.get(name).and_then(|value| value.as_str()) {
            None => Ok(None),
            Some(text) => key(text).map(Some).ok_or_else(|| {
                coded(
                    "BAD_REQUEST",
                    None,
                    &format!("Invalid cursor for {name}: use one from this list"),
                )
            }),
        };
        Ok(Self {
            first: size("first"),
            last: size("last"),
            after: place("after")?,
            before: place("before")?,
            reverse: arguments
                .get("reverse")
                .and_then(|value| value.as_bool())
                .unwrap_or(false),
        })
    }

    /// A list without a size gives everything.
    pub(crate) fn unbounded(&mut self) {
        if self.last.is_none() {
            self.first.get_or_insert(usize::MAX);
        }
    }

    /// The keys between which the page lies, both left out.
    pub(crate) fn bounds(&self) -> (Option<u64>, Option<u64>) {
        if self.reverse {
            (self.before, self.after)
        } else {
            (self.after, self.before)
        }
    }

    /// Cuts the page out of rows whose keys grow.
    pub(crate) fn cut<T>(&self, rows: impl DoubleEndedIterator<Item = (u64, T)>) -> Page<T> {
        let (low, high) = self.bounds();
        let inside =
            rows.filter(|(key, _)| low.is_none_or(|low| *key > low) && high.is_none_or(|high| *key < high));
        // Seen from the side that counts: the front for `first`, the back for `last`.
        let from_back = self.first.is_none() != self.reverse;
        let size = self.first.or(self.last).unwrap_or(0);
        let (mut rows, more) = if from_back {
            take(inside.rev(), size)
        } else {
            take(inside, size)
        };
        if self.first.is_none() {
            rows.reverse();
            return Page {
                rows,
                has_next: self.before.is_some(),
                has_previous: more,
            };
        }
        Page {
            rows,
            has_next: more,
            has_previous: self.after.is_some(),
        }
    }
}

fn take<T>(mut rows: impl Iterator<Item = (u64, T)>, size: usize) -> (Vec<(u64, T)>, bool) {
    let taken: Vec<_> = rows.by_ref().take(size).collect();
    let more = rows.next().is_some();
    (taken, more)
}

/// An opaque cursor.
pub(crate) fn cursor(key: u64) -> String {
    STANDARD.encode(format!("{{\"last_id\":{key}}}"))
}

fn key(cursor: &str) -> Option<u64> {
    let bytes = STANDARD.decode(cursor).ok()?;
    let value: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
    value["last_id"].as_u64()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(window: &Window) -> (Vec<u64>, bool, bool) {
        let page = window.cut((1..=5).map(|key| (key, ())));
        (
            page.rows.iter().map(|(key, ())| *key).collect(),
            page.has_previous,
            page.has_next,
        )
    }

    #[test]
    fn pages_run_both_ways() {
        let none = Window::default;
        assert_eq!(
            keys(&Window {
                first: Some(2),
                ..none()
            }),
            (vec![1, 2], false, true)
        );
        assert_eq!(
            keys(&Window {
                first: Some(2),
                after: Some(3),
                ..none()
            }),
            (vec![4, 5], true, false)
        );
        assert_eq!(
            keys(&Window {
                last: Some(2),
                before: Some(4),
                ..none()
            }),
            (vec![2, 3], true, true)
        );
        let back = |window| Window {
            reverse: true,
            ..window
        };
        assert_eq!(
            keys(&back(Window {
                first: Some(2),
                ..none()
            })),
            (vec![5, 4], false, true)
        );
        assert_eq!(
            keys(&back(Window {
                first: Some(9),
                after: Some(4),
                ..none()
            })),
            (vec![3, 2, 1], true, false)
        );
        assert_eq!(
            keys(&back(Window {
                last: Some(2),
                ..none()
            })),
            (vec![2, 1], true, false)
        );
    }
}
