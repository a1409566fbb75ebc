//! What drawing a page would cost, found by following its operations without drawing anything. A library that draws does not stop
//! before it is done, and a small hostile page takes hours or all memory: forms in forms, strokes of endless dashes, tiles as large
//! as a wall.

use std::any::Any;
use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

use docket_core::sentence;
use docket_core::sentence::Sentence;
use hayro::hayro_interpret::font::Glyph;
use hayro::hayro_interpret::pattern::{Pattern, TilingPattern};
use hayro::hayro_interpret::util::TransformExt;
use hayro::hayro_interpret::{
    BlendMode, CacheKey, ClipPath, Context, Device, GlyphDrawMode, Image, InterpreterCache,
    InterpreterSettings, Paint, PathDrawMode, SoftMask, StrokeProps, interpret_page,
};
use hayro::hayro_syntax::page::Page;
use hayro::vello_cpu::kurbo::{Affine, BezPath, PathEl, Rect, Shape};

use crate::examine::Why;
use crate::limits;

/// What an operation costs at least, in dots.
const OPERATION: f64 = 200.0;
/// What a stroke of paint costs, however small: it takes memory, too, until the page is done.
const PAINT: f64 = 2_000.0;
/// What a corner of a path costs.
const CORNER: f64 = 20.0;
/// What a dot of an edge costs: where paint ends it is smoothed.
const EDGE: f64 = 20.0;
/// What a group or a clip costs, however small.
const LAYER: f64 = 10_000.0;
/// What a dash costs.
const DASH: f64 = 100.0;

/// Why a page is not drawn; unwinds through the library, which has no other way to stop.
struct TooMuch(Sentence);

/// What is left of the work and the time that a file may take.
pub(crate) struct Scales {
    dots: u64,
    /// How long the edges on this page may still be, in dots: each is kept until the page is done.
    edges: f64,
    until: Instant,
}

impl Default for Scales {
    fn default() -> Self {
        Self::of(limits::DRAWN_DOTS, limits::DRAWING)
    }
}

impl Scales {
    fn of(dots: u64, patience: Duration) -> Self {
        Self {
            dots,
            edges: limits::DRAWN_EDGES,
            until: Instant::now() + patience,
        }
    }

    /// Takes what the page costs off what is left.
    ///
    /// # Errors
    /// Where it costs more than that.
    pub(super) fn weigh<'a>(
        &mut self,
        number: usize,
        page: &'a Page<'a>,
        scale: f32,
        (width, height): (u16, u16),
    ) -> Result<(), Why> {
        let transform = Affine::scale(f64::from(scale)) * page.initial_transform(true).to_kurbo();
        let area = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        self.edges = limits::DRAWN_EDGES;
        let followed = catch_unwind(AssertUnwindSafe(|| {
            let cache = InterpreterCache::new();
            let settings = InterpreterSettings::default();
            let mut context = Context::new(transform, area, &cache, page.xref(), settings);
            let mut follower = Follower::new(self, area);
            follower.charge(area.area());
            interpret_page(page, &mut context, &mut follower);
        }));
        followed.map_err(|unwound| too_much(number, unwound.as_ref()))
    }
}

fn too_much(number: usize, unwound: &(dyn Any + Send)) -> Why {
    match unwound.downcast_ref::<TooMuch>() {
        Some(TooMuch(what)) => Why::Bomb(sentence!("page {number} {what}", number, what = what.clone())),
        None => Why::Damaged(sentence!("page {number} cannot be drawn", number)),
    }
}

fn stop(what: impl Into<Sentence>) -> ! {
    resume_unwind(Box::new(TooMuch(what.into())))
}

/// Follows the operations of a page, or of a tile.
struct Follower<'s> {
    scales: &'s mut Scales,
    area: Rect,
    masks: HashSet<u128>,
    outlines: HashMap<u128, (usize, Rect)>,
}

impl<'s> Follower<'s> {
    fn new(scales: &'s mut Scales, area: Rect) -> Self {
        Self {
            scales,
            area,
            masks: HashSet::new(),
            outlines: HashMap::new(),
        }
    }

    fn charge(&mut self, dots: f64) {
        // What is no number costs all there is.
        let cost = if dots.is_nan() { f64::MAX } else { dots + OPERATION };
        match self.scales.dots.checked_sub(cost as u64) {
            Some(left) => self.scales.dots = left,
            None => stop("takes more work to draw than any honest one"),
        }
        if Instant::now() > self.scales.until {
            stop("takes too long to draw");
        }
    }

    /// An edge of that length in dots, with so many corners, as far as it can lie on the page.
    fn edge(&mut self, length: f64, corners: usize) {
        let shown = length.min(corners as f64 * (self.area.width() + self.area.height()));
        self.scales.edges -= shown;
        if self.scales.edges < 0.0 {
            stop("has more lines than any honest one");
        }
        self.charge(EDGE * shown);
    }

    /// So much of it lies on the page.
    fn shown(&self, bounds: Rect) -> f64 {
        let shown = bounds.intersect(self.area);
        shown.width().max(0.0) * shown.height().max(0.0)
    }

    fn paint<'a>(&mut self, paint: &Paint<'a>, bounds: Rect, is_stroke: bool) {
        match paint {
            Paint::Color(_) => {}
            Paint::Pattern(pattern) => match pattern.as_ref() {
                Pattern::Shading(_) => self.charge(4.0 * self.shown(bounds)),
                Pattern::Tiling(tile) => self.tile(tile, is_stroke),
            },
        }
    }

    /// A tile is drawn once, at its own scale, as large as its step.
    fn tile<'a>(&mut self, tile: &TilingPattern<'a>, is_stroke: bool) {
        let [a, b, c, d, ..] = tile.matrix.as_coeffs();
        let (x, y) = (a.hypot(b), c.hypot(d));
        // The library draws no tile with longer sides than that, but leaves as much room as the step says.
        let most = 3_000.0;
        let x = x.clamp(1.0 / tile.bbox.width(), most / tile.bbox.width());
        let y = y.clamp(1.0 / tile.bbox.height(), most / tile.bbox.height());
        let side = |step: f32, scale: f64| (f64::from(step) * scale).abs().min(f64::from(u16::MAX));
        let (width, height) = (side(tile.x_step, x), side(tile.y_step, y));
        if width * height > limits::IMAGE_PIXELS as f64 {
            stop(sentence!(
                "has a tile of {width} x {height} dots",
                width = format!("{width:.0}"),
                height = format!("{height:.0}")
            ));
        }
        self.charge(width * height);
        let from = Affine::translate((-tile.bbox.x0, -tile.bbox.y0));
        let mut inner = Follower::new(self.scales, Rect::new(0.0, 0.0, width, height));
        tile.interpret(&mut inner, Affine::scale_non_uniform(x, y) * from, is_stroke);
    }

    fn stroke(&mut self, path: &BezPath, transform: Affine, stroke: &StrokeProps) {
        let scale = grows(transform);
        let (length, corners) = measured(path);
        let dashes: f64 = stroke.dash_array.iter().map(|dash| f64::from(dash.abs())).sum();
        if !stroke.dash_array.is_empty() {
            let each = dashes / stroke.dash_array.len() as f64;
            self.charge(DASH * (length / each.max(f64::MIN_POSITIVE)).min(1e18));
        }
        let width = (f64::from(stroke.line_width) * scale).max(1.0);
        let bounds = transform
            .transform_rect_bbox(path.bounding_box())
            .inflate(width, width);
        // Neither more than the line is long nor than it can cover.
        let line = (length * scale * width).min(self.shown(bounds) * corners as f64);
        self.charge(PAINT + CORNER * corners as f64 + (length * scale).sqrt() + line);
        self.edge(2.0 * length * scale, corners);
    }

    fn mask<'a>(&mut self, mask: &SoftMask<'a>) {
        // The same mask is drawn once.
        if self.masks.insert(mask.cache_key()) {
            self.charge(2.0 * self.area.area());
            mask.interpret(self);
        }
    }
}

/// How much longer a line becomes at most.
fn grows(transform: Affine) -> f64 {
    let [a, b, c, d, ..] = transform.as_coeffs();
    a.hypot(b).max(c.hypot(d))
}

/// How long a path is, by its control points, and how many corners it has.
fn measured(path: &BezPath) -> (f64, usize) {
    let (mut length, mut at, mut corners) = (0.0, None, 0);
    let mut to = |point| {
        length += at
            .replace(point)
            .map_or(0.0, |from: hayro::vello_cpu::kurbo::Point| from.distance(point));
    };
    for element in path.elements() {
        corners += 1;
        match *element {
            PathEl::MoveTo(point) | PathEl::LineTo(point) => to(point),
            PathEl::QuadTo(control, point) => [control, point].into_iter().for_each(&mut to),
            PathEl::CurveTo(one, two, point) => [one, two, point].into_iter().for_each(&mut to),
            PathEl::ClosePath => {}
        }
    }
    (length, corners)
}

impl<'a> Device<'a> for Follower<'_> {
    fn set_soft_mask(&mut self, mask: Option<SoftMask<'a>>) {
        self.charge(0.0);
        if let Some(mask) = mask {
            self.mask(&mask);
        }
    }

    fn set_blend_mode(&mut self, _: BlendMode) {
        self.charge(0.0);
    }

    fn draw_path(&mut self, path: &BezPath, transform: Affine, paint: &Paint<'a>, mode: &PathDrawMode) {
        let bounds = transform.transform_rect_bbox(path.bounding_box());
        match mode {
            PathDrawMode::Fill(_) => {
                let (length, corners) = measured(path);
                self.charge(PAINT + CORNER * corners as f64 + self.shown(bounds));
                self.edge(length * grows(transform), corners);
                self.paint(paint, bounds, false);
            }
            PathDrawMode::Stroke(stroke) => {
                self.stroke(path, transform, stroke);
                self.paint(paint, bounds, true);
            }
        }
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        self.charge(LAYER + CORNER * clip.path.elements().len() as f64);
    }

    fn push_transparency_group(&mut self, opacity: f32, mask: Option<SoftMask<'a>>, blend: BlendMode) {
        let plain = opacity >= 1.0 && mask.is_none() && blend == BlendMode::Normal;
        self.charge(if plain { LAYER } else { self.area.area() });
        if let Some(mask) = mask {
            self.mask(&mask);
        }
    }

    fn draw_glyph(
        &mut self,
        glyph: &Glyph<'a>,
        transform: Affine,
        glyph_transform: Affine,
        paint: &Paint<'a>,
        mode: &GlyphDrawMode,
    ) {
        let outline = match glyph {
            Glyph::Type3(drawn) => {
                self.charge(LAYER);
                return drawn.interpret(self, transform, glyph_transform, paint);
            }
            Glyph::Outline(outline) => outline,
        };
        let key = outline.identifier().cache_key();
        let known = self.outlines.entry(key).or_insert_with(|| {
            let path = outline.outline();
            (path.elements().len(), path.bounding_box())
        });
        let (corners, bounds) = *known;
        let bounds = (transform * glyph_transform).transform_rect_bbox(bounds);
        let is_stroke = match mode {
            GlyphDrawMode::Invisible => return self.charge(0.0),
            GlyphDrawMode::Fill => false,
            GlyphDrawMode::Stroke(stroke) => {
                let path = glyph_transform * outline.outline();
                self.stroke(&path, transform, stroke);
                true
            }
        };
        self.charge(PAINT + CORNER * corners as f64 + self.shown(bounds));
        // About as long as twice around its box.
        self.edge(4.0 * (bounds.width() + bounds.height()), corners);
        self.paint(paint, bounds, is_stroke);
    }

    fn draw_image(&mut self, image: Image<'a, '_>, transform: Affine) {
        let (width, height) = (f64::from(image.width()), f64::from(image.height()));
        // Those inside a page's own content are named nowhere else.
        if width * height > 2.0 * limits::IMAGE_PIXELS as f64 {
            stop(sentence!(
                "has a picture of {width} x {height} pixels",
                width = width.to_string(),
                height = height.to_string()
            ));
        }
        let bounds = transform.transform_rect_bbox(Rect::new(0.0, 0.0, width, height));
        self.charge(2.0 * width * height + self.shown(bounds));
    }

    fn pop_clip_path(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}

#[cfg(test)]
mod tests;
