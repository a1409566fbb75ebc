//! Pages, drawn.

use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;

use super::{Item, Line, Place, Setter, Shade, Sheet};

impl Setter {
    /// Draws a page.
    pub(crate) fn draw(&self, surface: &mut Surface<'_>, sheet: Sheet) {
        for item in sheet.items {
            match item {
                Item::Line(x, y, line) => self.draw_line(surface, x, y, &line),
                Item::Rule(x, y, width) => rule(surface, x, y, width),
                Item::Shape(corners, shade) => shape(surface, &corners, shade),
                Item::Frame(place) => frame(surface, place),
                Item::Image(image, place) => {
                    if let Some(size) = Size::from_wh(place.width, place.height) {
                        surface.push_transform(&Transform::from_translate(place.x, place.y));
                        surface.draw_image(image, size);
                        surface.pop();
                    }
                }
                Item::PdfPage(pdf, index, place) => {
                    if let Some(size) = Size::from_wh(place.width, place.height) {
                        surface.push_transform(&Transform::from_translate(place.x, place.y));
                        surface.draw_pdf_page(&pdf, size, index);
                        surface.pop();
                    }
                }
            }
        }
    }

    fn draw_line(&self, surface: &mut Surface<'_>, x: f32, y: f32, line: &Line) {
        let shade = if line.style.grey { 90 } else { 20 };
        surface.set_fill(Some(fill(shade)));
        let font = if line.style.bold {
            &self.bold
        } else {
            &self.regular
        };
        surface.draw_glyphs(
            Point::from_xy(x, y),
            &line.glyphs,
            font.clone(),
            &line.text,
            line.style.size,
            false,
        );
    }
}

fn fill(shade: u8) -> Fill {
    Fill {
        paint: rgb::Color::new(shade, shade, shade).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::default(),
    }
}

fn shape(surface: &mut Surface<'_>, corners: &[(f32, f32)], shade: Shade) {
    let mut path = PathBuilder::new();
    for (place, (x, y)) in corners.iter().enumerate() {
        if place == 0 {
            path.move_to(*x, *y);
        } else {
            path.line_to(*x, *y);
        }
    }
    path.close();
    if let Some(path) = path.finish() {
        surface.set_fill(Some(fill(match shade {
            Shade::Faint => 215,
            Shade::Middle => 130,
            Shade::Dark => 40,
            Shade::Paper => 255,
        })));
        surface.draw_path(&path);
    }
}

fn rule(surface: &mut Surface<'_>, x: f32, y: f32, width: f32) {
    bars(surface, &[Rect::from_xywh(x, y, width, 0.6)]);
}

fn frame(surface: &mut Surface<'_>, place: Place) {
    let Place { x, y, width, height } = place;
    bars(
        surface,
        &[
            Rect::from_xywh(x, y, width, 0.5),
            Rect::from_xywh(x, y + height, width, 0.5),
            Rect::from_xywh(x, y, 0.5, height),
            Rect::from_xywh(x + width, y, 0.5, height + 0.5),
        ],
    );
}

fn bars(surface: &mut Surface<'_>, bars: &[Option<Rect>]) {
    let mut path = PathBuilder::new();
    for bar in bars.iter().flatten() {
        path.push_rect(*bar);
    }
    if let Some(path) = path.finish() {
        surface.set_fill(Some(fill(170)));
        surface.draw_path(&path);
    }
}
