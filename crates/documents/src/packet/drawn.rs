//! Pages of somebody else's PDF, drawn as pictures. Nobody can vouch that foreign pages are PDF/A; a picture of them is. Each page
//! is weighed before it is drawn.

mod scales;

use docket_core::sentence;
use hayro::hayro_interpret::InterpreterSettings;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{RenderCache, RenderSettings, render};
use image::RgbImage;
use krilla::pdf::Pdf;

use crate::examine::Why;
use crate::pictures::Quality;
pub(super) use scales::Scales;

/// Points to an inch.
const POINTS: f32 = 72.0;
/// No page is drawn finer; it is what a good scanner makes.
const DOTS_AN_INCH: f32 = 300.0;

/// A page of a PDF as a picture, as large as any page takes it.
pub(super) fn page<'a>(
    pdf: &'a Pdf,
    cache: &RenderCache<'a>,
    scales: &mut Scales,
    index: usize,
) -> Result<RgbImage, Why> {
    let damaged = || Why::Damaged(sentence!("its pages cannot all be drawn"));
    let page = pdf.pages().get(index).ok_or_else(damaged)?;
    let (width, height) = page.render_dimensions();
    let longer = width.max(height);
    if !(longer.is_finite() && width.min(height) > 0.0) {
        return Err(damaged());
    }
    let side = Quality::default().side;
    let scale = (side as f32 / longer).min(DOTS_AN_INCH / POINTS);
    let dots = |length: f32| ((length * scale).round() as u16).max(1);
    let (width, height) = (dots(width), dots(height));
    scales.weigh(index + 1, page, scale, (width, height))?;
    let settings = RenderSettings {
        x_scale: scale,
        y_scale: scale,
        width: Some(width),
        height: Some(height),
        bg_color: WHITE,
    };
    let drawn = render(page, cache, &InterpreterSettings::default(), &settings);
    let (width, height) = (drawn.width().into(), drawn.height().into());
    // The ground is white and whole, so that nothing shows through.
    let samples = drawn
        .data()
        .iter()
        .flat_map(|dot| [dot.r, dot.g, dot.b])
        .collect();
    RgbImage::from_raw(width, height, samples).ok_or_else(damaged)
}
