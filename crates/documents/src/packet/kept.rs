//! Pictures as large as any page takes them, kept from one try at a size to the next: reading photos and drawing pages is most of the
//! work.

use std::collections::BTreeMap;
use std::sync::Arc;

use image::RgbImage;

use crate::examine::Why;
use crate::limits;

/// A picture, flat and at most as large as on a page at its best.
#[derive(Debug)]
pub(super) struct Picture {
    pub dots: RgbImage,
    /// Pixels of the original; points of a drawn page.
    pub original: (f32, f32),
}

/// The pictures of exhibits, by their number.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    bytes: usize,
    exhibits: BTreeMap<usize, Arc<Vec<Picture>>>,
}

impl Kept {
    /// The pictures of an exhibit, made where they are not kept. What would take too much memory is made anew each time.
    pub(super) fn or_made(
        &mut self,
        number: usize,
        make: impl FnOnce() -> Result<Vec<Picture>, Why>,
    ) -> Result<Arc<Vec<Picture>>, Why> {
        if let Some(kept) = self.exhibits.get(&number) {
            return Ok(Arc::clone(kept));
        }
        let made = Arc::new(make()?);
        let bytes: usize = made.iter().map(|picture| picture.dots.as_raw().len()).sum();
        if self.bytes + bytes <= limits::KEPT_BYTES {
            self.bytes += bytes;
            self.exhibits.insert(number, Arc::clone(&made));
        }
        Ok(made)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(side: u32) -> Vec<Picture> {
        vec![Picture {
            dots: RgbImage::new(side, side),
            original: (1.0, 1.0),
        }]
    }

    #[test]
    fn what_is_kept_is_made_once_and_never_more_than_there_is_room_for() {
        let mut kept = Kept::default();
        let never = || -> Result<Vec<Picture>, Why> { panic!("made twice") };
        kept.or_made(1, || Ok(of(100))).unwrap();
        assert_eq!(kept.or_made(1, never).unwrap()[0].dots.width(), 100);
        let large = (limits::KEPT_BYTES / 3).isqrt() as u32;
        kept.or_made(2, || Ok(of(large))).unwrap();
        let mut again = false;
        kept.or_made(2, || {
            again = true;
            Ok(of(large))
        })
        .unwrap();
        assert!(again, "with the first one it is too much");
        assert_eq!(kept.or_made(1, never).unwrap()[0].dots.width(), 100);
        assert_eq!(kept.bytes, 30_000);
    }
}
