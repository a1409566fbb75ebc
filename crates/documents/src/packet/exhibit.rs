//! The pages of one exhibit.

use std::io::Cursor;
use std::sync::Arc;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, GenericImageView, ImageFormat, Rgb, RgbImage};
use krilla::image::Image;
use krilla::pdf::{Pdf, PdfDocument};

use super::Exhibit;
use super::flow::Flow;
use crate::examine::{Kind, Why, decode, kind_of, pdf, text_of};
use crate::letter::Words;
use crate::sheet::{FLOOR, Item, MEASURE, Place, SIDE, Setter, Sheet, Style, TOP};

/// How good pictures in a PDF are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quality {
    /// Pixels of the longer side, at most.
    pub side: u32,
    /// Quality of JPEG, up to 100.
    pub jpeg: u8,
}

impl Quality {
    /// From the best to the smallest that still reads in print, in the order in which they are tried: first coarser
    /// compression, then fewer pixels.
    pub const STEPS: [Self; 7] = [
        Self::new(2400, 85),
        Self::new(2400, 70),
        Self::new(2400, 55),
        Self::new(1800, 60),
        Self::new(1400, 60),
        Self::new(1100, 55),
        Self::new(900, 50),
    ];

    const fn new(side: u32, jpeg: u8) -> Self {
        Self { side, jpeg }
    }
}

impl Default for Quality {
    fn default() -> Self {
        Self::STEPS[0]
    }
}

/// Sets an exhibit, and says whether its pages come from a PDF of somebody else's.
pub(super) fn set(
    setter: &mut Setter,
    words: &Words,
    number: usize,
    exhibit: &Exhibit,
    quality: Quality,
) -> Result<(Vec<Sheet>, bool), Why> {
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
        Kind::Pdf => foreign(&exhibit.content)?,
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
            sheet.items.push(Item::Line(SIDE, 40.0, line));
            sheet.items.push(Item::Rule(SIDE, 46.0, MEASURE));
        }
    }
    Ok((sheets, kind == Kind::Pdf))
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
    let encoded = smaller(decoded, quality)?;
    let image = match encoded {
        Encoded::Jpeg(bytes) => Image::from_jpeg(bytes.into(), false),
        Encoded::Png(bytes) => Image::from_png(bytes.into(), false),
    };
    let image = image.map_err(|_| Why::Damaged("the picture cannot be placed".to_owned()))?;
    sheet.items.push(Item::Image(image, place));
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

pub(crate) enum Encoded {
    Jpeg(Vec<u8>),
    Png(Vec<u8>),
}

/// The picture with no more pixels than asked for: JPEG, or PNG where that is smaller, as for screenshots.
pub(crate) fn smaller(decoded: DynamicImage, quality: Quality) -> Result<Encoded, Why> {
    let flat = scaled(on_white(decoded), quality.side);
    let mut jpeg = Vec::new();
    let failed = |_| Why::Damaged("the picture cannot be written anew".to_owned());
    JpegEncoder::new_with_quality(&mut jpeg, quality.jpeg)
        .encode_image(&flat)
        .map_err(failed)?;
    if looks_drawn(&flat) {
        let mut png = Cursor::new(Vec::new());
        flat.write_to(&mut png, ImageFormat::Png).map_err(failed)?;
        if png.get_ref().len() <= jpeg.len() {
            return Ok(Encoded::Png(png.into_inner()));
        }
    }
    Ok(Encoded::Jpeg(jpeg))
}

/// Whether neighbouring pixels are mostly equal, as on a screenshot and never on a photo: packing a photo as PNG takes
/// long and is never worth it.
fn looks_drawn(image: &RgbImage) -> bool {
    let row =
        |y: u32| (1..image.width()).filter(move |x| image.get_pixel(*x, y) == image.get_pixel(x - 1, y));
    let rows: Vec<u32> = (0..image.height())
        .step_by(1 + image.height() as usize / 50)
        .collect();
    let same: usize = rows.iter().map(|y| row(*y).count()).sum();
    same * 2 > rows.len() * image.width() as usize
}

fn scaled(image: RgbImage, side: u32) -> RgbImage {
    let (width, height) = image.dimensions();
    let longer = width.max(height);
    if longer <= side {
        return image;
    }
    let to = |length: u32| ((u64::from(length) * u64::from(side) / u64::from(longer)) as u32).max(1);
    image::imageops::thumbnail(&image, to(width), to(height))
}

/// Without transparency: a page is white, and JPEG knows none.
fn on_white(decoded: DynamicImage) -> RgbImage {
    if !decoded.color().has_alpha() {
        return decoded.into_rgb8();
    }
    let rgba = decoded.into_rgba8();
    RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [red, green, blue, alpha] = rgba.get_pixel(x, y).0.map(u32::from);
        let over = |value: u32| ((value * alpha + 255 * (255 - alpha)) / 255) as u8;
        Rgb([over(red), over(green), over(blue)])
    })
}

fn foreign(bytes: &[u8]) -> Result<Vec<Sheet>, Why> {
    let damaged = |_| Why::Damaged("the PDF cannot be read".to_owned());
    let (clean, pages) = pdf::rewritten(bytes)?;
    let parsed = Pdf::new(clean).map_err(damaged)?;
    let sizes: Vec<(f32, f32)> = parsed
        .pages()
        .iter()
        .map(|page| page.render_dimensions())
        .collect();
    if sizes.len() != pages {
        return Err(Why::Damaged("its pages cannot all be read".to_owned()));
    }
    let document = PdfDocument::new(Arc::new(parsed));
    let place = |(width, height): (f32, f32)| {
        let scale = (MEASURE / width).min((FLOOR - TOP) / height).min(1.0);
        let (width, height) = (width * scale, height * scale);
        Place {
            x: SIDE + (MEASURE - width) / 2.0,
            y: TOP,
            width,
            height,
        }
    };
    let page = |(index, size): (usize, (f32, f32))| Sheet {
        items: vec![Item::PdfPage(document.clone(), index, place(size))],
    };
    Ok(sizes.into_iter().enumerate().map(page).collect())
}

fn typed(setter: &mut Setter, text: &str) -> Vec<Sheet> {
    let mut flow = Flow::new();
    flow.text(setter, text, Style::BODY, 0.0);
    flow.sheets
}
