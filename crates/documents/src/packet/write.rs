//! A packet's pages, written with its bookmarks.

use krilla::destination::XyzDestination;
use krilla::geom::Point;
use krilla::outline::{Outline, OutlineNode};

use super::{Order, PacketError};
use crate::letter::Words;
use crate::sheet::{self, About, Setter, Sheet};

pub(super) fn write(
    setter: &mut Setter,
    words: &Words,
    order: &Order<'_>,
    sheets: Vec<Sheet>,
    starts: &[usize],
) -> Result<Vec<u8>, PacketError> {
    let footer = |page: usize, pages: usize| {
        let facts = [
            ("dispute", order.dispute.into()),
            ("page", page.into()),
            ("pages", pages.into()),
        ];
        words.say("footer", facts)
    };
    let about = About {
        title: title(words, order),
        language: order.language,
        id: format!("docket-{}-{}", order.dispute, order.at.timestamp()),
        at: order.at,
        footer: &footer,
        archival: order.archival,
        outline: Some(outline(words, order, starts)),
    };
    sheet::write(setter, about, sheets).map_err(|why| PacketError::Write(why.into()))
}

fn title(words: &Words, order: &Order<'_>) -> String {
    match order.letter {
        Some(letter) => letter.title.clone(),
        None => words.plain("exhibits"),
    }
}

/// Bookmarks, one for each exhibit.
fn outline(words: &Words, order: &Order<'_>, starts: &[usize]) -> Outline {
    let mut outline = Outline::new();
    let top = |page: usize| XyzDestination::new(page - 1, Point::from_xy(0.0, 0.0));
    if let Some(letter) = order.letter {
        outline.push_child(OutlineNode::new(letter.title.clone(), top(1)));
    }
    for ((number, exhibit), start) in (1..).zip(order.exhibits).zip(starts) {
        let text = words.say("exhibit", [("number", number.into())]);
        outline.push_child(OutlineNode::new(
            format!("{text}: {}", exhibit.summary),
            top(*start),
        ));
    }
    outline
}
