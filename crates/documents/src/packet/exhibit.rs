//! The pages of one exhibit.

use std::sync::Arc;

use docket_core::sentence;
use hayro::RenderCache;
use image::{GenericImageView, RgbImage};
use krilla::image::Image;
use krilla::pdf::{Pdf, PdfDocument};

use super::kept::{Kept, Picture};
use super::{Exhibit, Order, drawn};
use crate::examine::{Kind, Why, decode, kind_of, pdf, text_of};
use crate::letter::Words;
use crate::pictures::{Encoded, Forms, Quality, encode_flat, flat};
use crate::sheet::Flow;
use crate::sheet::{FLOOR, Item, MEASURE, Place, SIDE, Setter, Sheet, Style, TOP};

/// Sets an exhibit, and says whether its pages were drawn, being a PDF of somebody else's.
pub(super) fn set(
    (setter, kept): (&mut Setter, &mut Kept),
    words: &Words,
    number: usize,
    exhibit: &Exhibit,
    order: &Order<'_>,
) -> Result<(Vec<Sheet>, bool), Why> {
    let kind = kind_of(&exhibit.content)?;
    let mut sheets = match kind {
        Kind::Jpeg | Kind::Png | Kind::Gif | Kind::WebP => {
            let pictures = kept.or_made(number, || photo(kind, &exhibit.content))?;
            vec![picture(setter, exhibit, &pictures[0], order.quality)?]
        }
        Kind::Pdf if order.archival => {
            let pages = kept.or_made(number, || redrawn(&exhibit.content))?;
            let shown = |page: &Picture| {
                let image = placeable(&page.dots, order.quality)?;
                Ok(page_of(page.original, |place| Item::Image(image, place)))
            };
            pages.iter().map(shown).collect::<Result<_, _>>()?
        }
        Kind::Pdf => foreign(&exhibit.content, order.quality)?,
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

fn photo(kind: Kind, content: &[u8]) -> Result<Vec<Picture>, Why> {
    let decoded = decode(kind, content)?;
    let (width, height) = decoded.dimensions();
    Ok(vec![Picture {
        dots: flat(decoded, Quality::default().side),
        original: (width as f32, height as f32),
    }])
}

fn picture(
    setter: &mut Setter,
    exhibit: &Exhibit,
    picture: &Picture,
    quality: Quality,
) -> Result<Sheet, Why> {
    let mut sheet = Sheet::default();
    let (width, height) = picture.original;
    let place = fitted(width, height, TOP, FLOOR - 2.0 * Style::SMALL.leading());
    let image = placeable(&picture.dots, quality)?;
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

fn placeable(dots: &RgbImage, quality: Quality) -> Result<Image, Why> {
    match encode_flat(dots, quality, Forms::Both)? {
        Encoded::Jpeg(bytes) => Image::from_jpeg(bytes.into(), false),
        Encoded::Png(bytes) => Image::from_png(bytes.into(), false),
    }
    .map_err(|_| Why::Damaged(sentence!("the picture cannot be placed")))
}

/// A page of a PDF, in a frame.
fn page_of((width, height): (f32, f32), shown: impl FnOnce(Place) -> Item) -> Sheet {
    let scale = (MEASURE / width).min((FLOOR - TOP) / height).min(1.0);
    let (width, height) = (width * scale, height * scale);
    let place = Place {
        x: SIDE + (MEASURE - width) / 2.0,
        y: TOP,
        width,
        height,
    };
    Sheet {
        items: vec![shown(place), Item::Frame(place)],
    }
}

/// A PDF without what acts.
fn parsed(bytes: &[u8], quality: Quality) -> Result<Arc<Pdf>, Why> {
    let damaged = |_| Why::Damaged(sentence!("the PDF cannot be read"));
    let (clean, pages) = pdf::rewritten(bytes, quality)?;
    let parsed = Arc::new(Pdf::new(clean).map_err(damaged)?);
    if parsed.pages().len() != pages {
        return Err(Why::Damaged(sentence!("its pages cannot all be read")));
    }
    Ok(parsed)
}

/// The sizes of its pages, in points.
fn sizes(pdf: &Pdf) -> impl Iterator<Item = (usize, (f32, f32))> + '_ {
    pdf.pages()
        .iter()
        .map(|page| page.render_dimensions())
        .enumerate()
}

fn foreign(bytes: &[u8], quality: Quality) -> Result<Vec<Sheet>, Why> {
    let parsed = parsed(bytes, quality)?;
    let document = PdfDocument::new(Arc::clone(&parsed));
    let page = |(index, size)| page_of(size, |place| Item::PdfPage(document.clone(), index, place));
    Ok(sizes(&parsed).map(page).collect())
}

fn redrawn(bytes: &[u8]) -> Result<Vec<Picture>, Why> {
    let parsed = parsed(bytes, Quality::default())?;
    let (cache, mut scales) = (RenderCache::new(), drawn::Scales::default());
    let page = |(index, original)| {
        let dots = drawn::page(&parsed, &cache, &mut scales, index)?;
        Ok(Picture { dots, original })
    };
    sizes(&parsed).map(page).collect()
}

fn typed(setter: &mut Setter, text: &str) -> Vec<Sheet> {
    let mut flow = Flow::new();
    flow.text(setter, text, Style::BODY, 0.0);
    flow.sheets
}
