//! The pages of one exhibit.

use std::sync::Arc;

use docket_core::sentence;
use hayro::RenderCache;
use image::{DynamicImage, GenericImageView};
use krilla::image::Image;
use krilla::pdf::{Pdf, PdfDocument};

use super::{Exhibit, Order, drawn};
use crate::examine::{Kind, Why, decode, kind_of, pdf, text_of};
use crate::letter::Words;
use crate::pictures::{Encoded, Forms, Quality, encode};
use crate::sheet::Flow;
use crate::sheet::{FLOOR, Item, MEASURE, Place, SIDE, Setter, Sheet, Style, TOP};

/// Sets an exhibit, and says whether its pages were drawn, being a PDF of somebody else's.
pub(super) fn set(
    setter: &mut Setter,
    words: &Words,
    number: usize,
    exhibit: &Exhibit,
    order: &Order<'_>,
) -> Result<(Vec<Sheet>, bool), Why> {
    let quality = order.quality;
    let kind = kind_of(&exhibit.content)?;
    let mut sheets = match kind {
        Kind::Jpeg | Kind::Png | Kind::Gif | Kind::WebP => {
            vec![picture(
                setter,
                exhibit,
                decode(kind, &exhibit.content)?,
                quality,
            )?]
        }
        Kind::Pdf => foreign(&exhibit.content, order)?,
        Kind::Text => typed(setter, &text_of(&exhibit.content)?),
    };
    let pages = sheets.len();
    for (page, sheet) in (1..).zip(&mut sheets) {
        let facts = [
            ("number", number.into()),
            ("page", page.into()),
            ("pages", pages.into()),
        ];
        let header = format!("{} · {}", words.say("exhibit_page", facts), exhibit.summary);
        if let Some(line) = setter.single(&header, Style::NOTE, MEASURE) {
            // First, so that it is read first.
            sheet.items.insert(0, Item::Line(SIDE, 40.0, line));
            sheet.items.push(Item::Rule(SIDE, 46.0, MEASURE));
        }
    }
    Ok((sheets, kind == Kind::Pdf && order.archival))
}

fn picture(
    setter: &mut Setter,
    exhibit: &Exhibit,
    decoded: DynamicImage,
    quality: Quality,
) -> Result<Sheet, Why> {
    let mut sheet = Sheet::default();
    let (width, height) = decoded.dimensions();
    let place = fitted(
        width as f32,
        height as f32,
        TOP,
        FLOOR - 2.0 * Style::SMALL.leading(),
    );
    let image = placeable(decoded, quality)?;
    sheet.items.push(Item::Image(image, place));
    // A white screenshot would have no edge on a white page.
    sheet.items.push(Item::Frame(place));
    let caption = format!("{} ({width} × {height})", exhibit.name);
    if let Some(line) = setter.single(&caption, Style::SMALL, MEASURE) {
        let y = place.y + place.height + Style::SMALL.leading();
        sheet.items.push(Item::Line(SIDE, y, line));
    }
    Ok(sheet)
}

/// As large as it fits between top and bottom, never larger than on a screen, in the middle.
fn fitted(width: f32, height: f32, top: f32, bottom: f32) -> Place {
    let scale = (MEASURE / width).min((bottom - top) / height).min(72.0 / 96.0);
    let (width, height) = (width * scale, height * scale);
    Place {
        x: SIDE + (MEASURE - width) / 2.0,
        y: top,
        width,
        height,
    }
}

fn placeable(decoded: DynamicImage, quality: Quality) -> Result<Image, Why> {
    match encode(decoded, quality, Forms::Both)? {
        Encoded::Jpeg(bytes) => Image::from_jpeg(bytes.into(), false),
        Encoded::Png(bytes) => Image::from_png(bytes.into(), false),
    }
    .map_err(|_| Why::Damaged(sentence!("the picture cannot be placed")))
}

fn foreign(bytes: &[u8], order: &Order<'_>) -> Result<Vec<Sheet>, Why> {
    let damaged = |_| Why::Damaged(sentence!("the PDF cannot be read"));
    let (clean, pages) = pdf::rewritten(bytes, order.quality)?;
    let parsed = Arc::new(Pdf::new(clean).map_err(damaged)?);
    let sizes: Vec<(f32, f32)> = parsed
        .pages()
        .iter()
        .map(|page| page.render_dimensions())
        .collect();
    if sizes.len() != pages {
        return Err(Why::Damaged(sentence!("its pages cannot all be read")));
    }
    let document = PdfDocument::new(Arc::clone(&parsed));
    let (cache, mut scales) = (RenderCache::new(), drawn::Scales::default());
    let page = |(index, (width, height)): (usize, (f32, f32))| {
        let scale = (MEASURE / width).min((FLOOR - TOP) / height).min(1.0);
        let (width, height) = (width * scale, height * scale);
        let place = Place {
            x: SIDE + (MEASURE - width) / 2.0,
            y: TOP,
            width,
            height,
        };
        let shown = if order.archival {
            let picture = drawn::page(&parsed, &cache, &mut scales, index, order.quality)?;
            Item::Image(placeable(picture, order.quality)?, place)
        } else {
            Item::PdfPage(document.clone(), index, place)
        };
        Ok(Sheet {
            items: vec![shown, Item::Frame(place)],
        })
    };
    sizes.into_iter().enumerate().map(page).collect()
}

fn typed(setter: &mut Setter, text: &str) -> Vec<Sheet> {
    let mut flow = Flow::new();
    flow.text(setter, text, Style::BODY, 0.0);
    flow.sheets
}
