use std::io::Cursor;

use docket_core::sentence;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

use super::{Kind, Why};
use crate::limits;

/// Decodes an image within the limits and turns it upright, as its EXIF says; all else that a camera wrote beside the
/// pixels is left behind.
pub(crate) fn decode(kind: Kind, bytes: &[u8]) -> Result<DynamicImage, Why> {
    let format = match kind {
        Kind::Jpeg => ImageFormat::Jpeg,
        Kind::Png => ImageFormat::Png,
        Kind::Gif => ImageFormat::Gif,
        Kind::WebP => ImageFormat::WebP,
        Kind::Pdf | Kind::Text => return Err(Why::Damaged(sentence!("it is no image"))),
    };
    if kind == Kind::Jpeg {
        scans(bytes)?;
    }
    let mut allowed = Limits::default();
    allowed.max_image_width = Some(limits::IMAGE_SIDE);
    allowed.max_image_height = Some(limits::IMAGE_SIDE);
    allowed.max_alloc = Some(limits::IMAGE_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(allowed);
    let mut decoder = reader.into_decoder().map_err(why)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > limits::IMAGE_PIXELS {
        return Err(Why::Bomb(sentence!("{width} x {height} pixels", width, height)));
    }
    if width == 0 || height == 0 {
        return Err(Why::Damaged(sentence!("it has no pixels")));
    }
    // An orientation that cannot be read is none: the picture is still good.
    let orientation = decoder.orientation().ok();
    let mut decoded = DynamicImage::from_decoder(decoder).map_err(why)?;
    if let Some(orientation) = orientation {
        decoded.apply_orientation(orientation);
    }
    Ok(decoded)
}

/// A progressive JPEG is painted over and over; each painting costs time, and a few bytes ask for one.
fn scans(bytes: &[u8]) -> Result<(), Why> {
    let count = bytes.windows(2).filter(|pair| *pair == [0xFF, 0xDA]).count();
    if count > limits::JPEG_SCANS {
        return Err(Why::Bomb(sentence!("a JPEG painted {count} times", count)));
    }
    Ok(())
}

fn why(error: ImageError) -> Why {
    match error {
        ImageError::Limits(error) => Why::Bomb(error.to_string().into()),
        ImageError::Decoding(_)
        | ImageError::Encoding(_)
        | ImageError::Parameter(_)
        | ImageError::Unsupported(_)
        | ImageError::IoError(_) => Why::Damaged(sentence!("the picture cannot be decoded")),
    }
}
