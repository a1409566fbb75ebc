//! Pages, numbered and written as one file.

use chrono::{Datelike, Timelike};
use krilla::configure::{Archival as Standard, ConfigurationBuilder, PdfVersion};
use krilla::destination::XyzDestination;
use krilla::geom::Point;
use krilla::metadata::{DateTime as PdfDate, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::{Document, SerializeSettings};

use super::{Order, PacketError};
use crate::letter::Words;
use crate::sheet::{self, Item, Setter, Sheet, Style};

pub(super) fn write(
    setter: &mut Setter,
    words: &Words,
    order: &Order<'_>,
    sheets: Vec<Sheet>,
    starts: &[usize],
    archival: bool,
) -> Result<Vec<u8>, PacketError> {
    let written = |error: String| PacketError::Write(error);
    let configuration = ConfigurationBuilder::new().with_version(PdfVersion::Pdf17);
    let configuration = if archival {
        configuration.with_archival_validator(Standard::A2_B)
    } else {
        configuration
    };
    let mut document = Document::new_with(SerializeSettings {
        configuration: configuration
            .finish()
            .map_err(|error| written(format!("{error:?}")))?,
        ..SerializeSettings::default()
    });
    document.set_metadata(metadata(words, order));
    let total = sheets.len();
    for (page, mut sheet) in (1..).zip(sheets) {
        let facts = [
            ("dispute", order.dispute.into()),
            ("page", page.into()),
            ("pages", total.into()),
        ];
        let footer = words.say("footer", facts);
        if let Some(line) = setter.single(&footer, Style::NOTE, sheet::MEASURE) {
            let x = sheet::WIDTH - sheet::SIDE - line.width;
            sheet.items.push(Item::Line(x, sheet::HEIGHT - 32.0, line));
        }
        let settings = PageSettings::from_wh(sheet::WIDTH, sheet::HEIGHT)
            .ok_or_else(|| written("the page has no size".to_owned()))?;
        let mut drawn = document.start_page_with(settings);
        let mut surface = drawn.surface();
        setter.draw(&mut surface, sheet);
        surface.finish();
        drawn.finish();
    }
    document.set_outline(outline(words, order, starts));
    document.finish().map_err(|error| written(error.to_string()))
}

fn title(words: &Words, order: &Order<'_>) -> String {
    match order.letter {
        Some(letter) => letter.title.clone(),
        None => words.plain("exhibits"),
    }
}

fn metadata(words: &Words, order: &Order<'_>) -> Metadata {
    let at = order.at;
    let small = |number: u32| u8::try_from(number).unwrap_or(0);
    let date = PdfDate::new(u16::try_from(at.year()).unwrap_or(0))
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    Metadata::new()
        .title(title(words, order))
        .language(order.language.to_string())
        .creator("Docket".to_owned())
        .creation_date(date)
        .document_id(format!("docket-{}-{}", order.dispute, at.timestamp()))
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
