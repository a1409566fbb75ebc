//! Pictures made smaller: those that are files, and those inside PDFs.

use std::io::Cursor;

use docket_core::sentence;
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::{DynamicImage, GrayImage, ImageBuffer, ImageFormat, Pixel, Rgb, RgbImage};
use jpeg_encoder::{ColorType, Encoder};
use lopdf::{Document, Object, Stream};

use crate::examine::{Kind, Why, decode};

/// How good pictures are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quality {
    /// Pixels of the longer side, at most.
    pub side: u32,
    /// Quality of JPEG, up to 100.
    pub jpeg: u8,
}

impl Quality {
    /// On a page, from the best (300 dots an inch over the width of a page) to the smallest that still reads in print, in the order in which they are tried: first
    /// coarser compression, then fewer pixels.
    pub const ON_A_PAGE: [Self; 7] = [
        Self::new(2000, 85),
        Self::new(2000, 70),
        Self::new(2000, 55),
        Self::new(1700, 60),
        Self::new(1400, 60),
        Self::new(1100, 55),
        Self::new(900, 50),
    ];

    /// As a file of its own, in the order in which they are tried; the first keeps every pixel.
    pub const AS_A_FILE: [Self; 9] = [
        Self::new(u32::MAX, 90),
        Self::new(u32::MAX, 80),
        Self::new(u32::MAX, 70),
        Self::new(u32::MAX, 60),
        Self::new(3000, 70),
        Self::new(2400, 65),
        Self::new(1800, 60),
        Self::new(1400, 60),
        Self::new(1000, 55),
    ];

    const fn new(side: u32, jpeg: u8) -> Self {
        Self { side, jpeg }
    }
}

impl Default for Quality {
    fn default() -> Self {
        Self::ON_A_PAGE[0]
    }
}

/// A picture, written anew.
pub(crate) enum Encoded {
    Jpeg(Vec<u8>),
    Png(Vec<u8>),
}

/// The picture with no more pixels than asked for: JPEG, or PNG where that is smaller, as for screenshots. Nothing of
/// what a camera wrote beside the pixels is in it.
pub(crate) fn encode(decoded: DynamicImage, quality: Quality, forms: Forms) -> Result<Encoded, Why> {
    encode_flat(&flat(decoded, quality.side), quality, forms)
}

/// The picture without transparency, its longer side at most that long.
pub(crate) fn flat(decoded: DynamicImage, most: u32) -> RgbImage {
    let image = on_white(decoded);
    scaled(&image, most, PixelType::U8x3).unwrap_or(image)
}

/// As [`encode`], of a picture that is flat already.
pub(crate) fn encode_flat(image: &RgbImage, quality: Quality, forms: Forms) -> Result<Encoded, Why> {
    let smaller = scaled(image, quality.side, PixelType::U8x3);
    let flat = smaller.as_ref().unwrap_or(image);
    let png = || {
        let mut png = Cursor::new(Vec::new());
        flat.write_to(&mut png, ImageFormat::Png).map_err(|_| failed())?;
        Ok(png.into_inner())
    };
    match forms {
        Forms::Png => Ok(Encoded::Png(png()?)),
        Forms::Both if looks_drawn(flat) => {
            let png = png()?;
            if quality.jpeg >= Quality::default().jpeg && png.len() * DOTS_A_BYTE <= flat.as_raw().len() / 3 {
                return Ok(Encoded::Png(png));
            }
            let jpeg = as_jpeg(flat, quality)?;
            Ok(if png.len() <= jpeg.len() {
                Encoded::Png(png)
            } else {
                Encoded::Jpeg(jpeg)
            })
        }
        Forms::Both | Forms::Jpeg => Ok(Encoded::Jpeg(as_jpeg(flat, quality)?)),
    }
}

/// A page of text takes a byte as PNG for each 20 to 30 dots; as JPEG of the best quality it takes one for about 8. Where PNG
/// takes no more than one for so many dots, JPEG is not tried.
const DOTS_A_BYTE: usize = 16;

/// In which forms a picture may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Forms {
    Both,
    Jpeg,
    Png,
}

fn as_jpeg(image: &RgbImage, quality: Quality) -> Result<Vec<u8>, Why> {
    jpeg(image.as_raw(), image.dimensions(), ColorType::Rgb, quality)
}

fn as_grey_jpeg(image: &GrayImage, quality: Quality) -> Result<Vec<u8>, Why> {
    jpeg(image.as_raw(), image.dimensions(), ColorType::Luma, quality)
}

/// Samples row by row, of that many a dot. JPEG counts no more than 65,535 dots a side.
fn jpeg(
    samples: &[u8],
    (width, height): (u32, u32),
    colours: ColorType,
    quality: Quality,
) -> Result<Vec<u8>, Why> {
    let side = |length: u32| u16::try_from(length).map_err(|_| failed());
    let mut jpeg = Vec::new();
    Encoder::new(&mut jpeg, quality.jpeg)
        .encode(samples, side(width)?, side(height)?, colours)
        .map_err(|_| failed())?;
    Ok(jpeg)
}

fn failed() -> Why {
    Why::Damaged(sentence!("the picture cannot be written anew"))
}

/// Whether neighbouring pixels are mostly equal, as on a screenshot and never on a photo: packing a photo as PNG takes
/// long and is never worth it.
fn looks_drawn(image: &RgbImage) -> bool {
    let same =
        |y: u32| (1..image.width()).filter(move |x| image.get_pixel(*x, y) == image.get_pixel(x - 1, y));
    let rows: Vec<u32> = (0..image.height())
        .step_by(1 + image.height() as usize / 50)
        .collect();
    let equal: usize = rows.iter().map(|y| same(*y).count()).sum();
    equal * 2 > rows.len() * image.width() as usize
}

/// The lengths of both sides when the longer one is at most that.
fn sides(width: u32, height: u32, most: u32) -> (u32, u32) {
    let longer = width.max(height);
    let to = |length: u32| ((u64::from(length) * u64::from(most) / u64::from(longer)) as u32).max(1);
    if longer <= most {
        (width, height)
    } else {
        (to(width), to(height))
    }
}

/// The picture with its longer side that long; none where it is no longer than that.
fn scaled<P: Pixel<Subpixel = u8>>(
    image: &ImageBuffer<P, Vec<u8>>,
    most: u32,
    dot: PixelType,
) -> Option<ImageBuffer<P, Vec<u8>>> {
    let (width, height) = sides(image.width(), image.height(), most);
    if (width, height) == image.dimensions() {
        return None;
    }
    let dots = ImageRef::new(image.width(), image.height(), image.as_raw(), dot).ok()?;
    let mut smaller = Image::new(width, height, dot);
    // Each dot is the mean of those that it stands for.
    let mean = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Box));
    Resizer::new().resize(&dots, &mut smaller, &mean).ok()?;
    ImageBuffer::from_raw(width, height, smaller.into_vec())
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

/// Makes the photos inside a PDF smaller; scans are what makes most PDFs large. What is not a plain JPEG stays as it is.
pub(crate) fn shrink(document: &mut Document, quality: Quality) {
    for object in document.objects.values_mut() {
        if let Object::Stream(stream) = object
            && let Some((jpeg, width, height)) = smaller_photo(stream, quality)
        {
            stream.dict.set("Width", width);
            stream.dict.set("Height", height);
            stream.dict.set("BitsPerComponent", 8);
            stream.set_content(jpeg);
        }
    }
}

fn smaller_photo(stream: &Stream, quality: Quality) -> Option<(Vec<u8>, u32, u32)> {
    let dictionary = &stream.dict;
    let name = |key: &[u8]| dictionary.get(key).and_then(Object::as_name).ok();
    let photo = name(b"Subtype") == Some(b"Image") && stream.filters().ok()? == [b"DCTDecode"];
    // Other ways to read the samples (inverted, masked by colour) would not fit the new ones.
    if !photo
        || [&b"Decode"[..], b"Mask", b"DecodeParms", b"ImageMask"]
            .iter()
            .any(|key| dictionary.has(key))
    {
        return None;
    }
    let components = match name(b"ColorSpace")? {
        b"DeviceRGB" => 3,
        b"DeviceGray" => 1,
        _ => return None,
    };
    let decoded = decode(Kind::Jpeg, &stream.content).ok()?;
    if decoded.color().channel_count() != components {
        return None;
    }
    let ((width, height), jpeg) = match decoded {
        DynamicImage::ImageLuma8(grey) => {
            let grey = scaled(&grey, quality.side, PixelType::U8).unwrap_or(grey);
            (grey.dimensions(), as_grey_jpeg(&grey, quality))
        }
        decoded => {
            let image = flat(decoded, quality.side);
            (image.dimensions(), as_jpeg(&image, quality))
        }
    };
    let jpeg = jpeg.ok()?;
    (jpeg.len() < stream.content.len()).then_some((jpeg, width, height))
}
