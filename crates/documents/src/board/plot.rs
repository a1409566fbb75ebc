//! Charts: shapes between what they are of and what they say in figures.

use super::{Bars, Plot};
use crate::sheet::{Flow, Item, MEASURE, SIDE, Setter, Shade, Style};

const ROW: f32 = 13.5;
const GAP: f32 = 12.0;
/// What names and figures may take of the width; shapes have the rest.
const NAMES: f32 = 190.0;
const FIGURES: f32 = 262.0;
/// Shapes are never narrower.
const LEAST: f32 = 90.0;

/// Where the shapes of one chart stand.
struct Field {
    left: f32,
    width: f32,
}

impl Field {
    /// As wide as names and figures leave it.
    fn beside<'a>(setter: &mut Setter, rows: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut width_of = |text: &str, most| {
            setter
                .single(text, Style::PRINT_DARK, most)
                .map_or(0.0, |l| l.width)
        };
        let (mut names, mut figures) = (0.0_f32, 0.0_f32);
        for (label, text) in rows {
            names = names.max(width_of(label, NAMES));
            figures = figures.max(width_of(text, FIGURES));
        }
        let width = (MEASURE - names - figures - 2.0 * GAP).max(LEAST);
        Self {
            left: SIDE + MEASURE - figures - GAP - width,
            width,
        }
    }

    fn x(&self, share: f32) -> f32 {
        self.left + share.clamp(0.0, 1.0) * self.width
    }

    fn right(&self) -> f32 {
        self.left + self.width + GAP
    }

    /// What stands left and right of a shape, on one line each.
    fn say(&self, flow: &mut Flow, setter: &mut Setter, label: &str, text: &str) {
        let base = flow.y + ROW * 0.5 + Style::PRINT.size * 0.36;
        if let Some(line) = setter.single(label, Style::PRINT_DARK, self.left - SIDE - GAP / 2.0) {
            flow.put(Item::Line(SIDE, base, line));
        }
        if let Some(line) = setter.single(text, Style::PRINT_DARK, SIDE + MEASURE + 2.0 - self.right()) {
            flow.put(Item::Line(self.right(), base, line));
        }
    }
}

fn box_of(x: f32, y: f32, width: f32, height: f32, shade: Shade) -> Item {
    let corners = vec![(x, y), (x + width, y), (x + width, y + height), (x, y + height)];
    Item::Shape(corners, shade)
}

fn diamond(x: f32, y: f32, reach: f32, shade: Shade) -> Item {
    Item::Shape(
        vec![(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)],
        shade,
    )
}

pub(super) fn plot(flow: &mut Flow, setter: &mut Setter, plot: &Plot) {
    if plot.marks.is_empty() {
        return;
    }
    let said = plot
        .marks
        .iter()
        .map(|mark| (mark.label.as_str(), mark.text.as_str()));
    let field = Field::beside(setter, said);
    flow.skip(3.0);
    for (place, mark) in plot.marks.iter().enumerate() {
        let before = flow.sheets.len();
        flow.need(if place == 0 { 4.0 * ROW } else { ROW + 14.0 });
        if place == 0 || flow.sheets.len() > before {
            axis(flow, setter, plot, &field);
        }
        let (top, middle) = (flow.y, flow.y + ROW / 2.0);
        for (at, _) in &plot.axis {
            flow.put(box_of(field.x(*at) - 0.25, top, 0.5, ROW, Shade::Faint));
        }
        if let Some(at) = plot.rule {
            flow.put(box_of(field.x(at) - 0.5, top, 1.0, ROW, Shade::Middle));
        }
        let thick = if mark.hollow { 1.0 } else { 2.0 };
        let (low, high) = (field.x(mark.low), field.x(mark.high));
        flow.put(box_of(
            low,
            middle - thick / 2.0,
            high - low,
            thick,
            Shade::Middle,
        ));
        flow.put(diamond(field.x(mark.at), middle, 4.0, Shade::Dark));
        if mark.hollow {
            flow.put(diamond(field.x(mark.at), middle, 2.6, Shade::Paper));
        }
        field.say(flow, setter, &mark.label, &mark.text);
        flow.y += ROW;
    }
    caption(flow, setter, &plot.caption);
}

fn axis(flow: &mut Flow, setter: &mut Setter, plot: &Plot, field: &Field) {
    flow.y += 9.0;
    for (at, text) in &plot.axis {
        if let Some(line) = setter.single(text, Style::PRINT, 60.0) {
            flow.put(Item::Line(field.x(*at) - line.width / 2.0, flow.y - 2.0, line));
        }
    }
}

pub(super) fn bars(flow: &mut Flow, setter: &mut Setter, bars: &Bars) {
    let said = bars
        .rows
        .iter()
        .map(|(label, _, text)| (label.as_str(), text.as_str()));
    let field = Field::beside(setter, said);
    flow.skip(3.0);
    // At most some tens of bars.
    flow.need(bars.rows.len() as f32 * ROW + 12.0);
    for (label, share, text) in &bars.rows {
        flow.put(box_of(field.left - 0.5, flow.y, 0.5, ROW, Shade::Dark));
        let length = share.clamp(0.0, 1.0) * field.width;
        flow.put(box_of(field.left, flow.y + 2.0, length, ROW - 4.0, Shade::Middle));
        field.say(flow, setter, label, text);
        flow.y += ROW;
    }
    caption(flow, setter, &bars.caption);
}

fn caption(flow: &mut Flow, setter: &mut Setter, text: &str) {
    flow.skip(2.0);
    flow.text(setter, text, Style::PRINT, 0.0);
    flow.skip(4.0);
}
