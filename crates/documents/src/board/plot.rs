//! Charts: shapes between what they are of and what they say in figures.

use super::{Bars, Plot};
use crate::sheet::{Flow, Item, MEASURE, SIDE, Setter, Shade, Style};

/// What names, shapes and figures take of the width.
const NAMES: f32 = 132.0;
const FIELD: f32 = 176.0;
const FIGURES: f32 = MEASURE - NAMES - FIELD - 14.0;
const LEFT: f32 = SIDE + NAMES;
const RIGHT: f32 = LEFT + FIELD + 14.0;
const ROW: f32 = 13.5;

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

fn x(share: f32) -> f32 {
    LEFT + share.clamp(0.0, 1.0) * FIELD
}

/// What stands left and right of a shape, on one line each.
fn beside(flow: &mut Flow, setter: &mut Setter, label: &str, text: &str) {
    let base = flow.y + ROW * 0.5 + Style::PRINT.size * 0.36;
    if let Some(line) = setter.single(label, Style::PRINT_DARK, NAMES - 8.0) {
        flow.put(Item::Line(SIDE, base, line));
    }
    if let Some(line) = setter.single(text, Style::PRINT_DARK, FIGURES) {
        flow.put(Item::Line(RIGHT, base, line));
    }
}

pub(super) fn plot(flow: &mut Flow, setter: &mut Setter, plot: &Plot) {
    if plot.marks.is_empty() {
        return;
    }
    flow.skip(3.0);
    for (place, mark) in plot.marks.iter().enumerate() {
        let before = flow.sheets.len();
        flow.need(if place == 0 { 4.0 * ROW } else { ROW + 14.0 });
        if place == 0 || flow.sheets.len() > before {
            axis(flow, setter, plot);
        }
        let (top, middle) = (flow.y, flow.y + ROW / 2.0);
        for (at, _) in &plot.axis {
            flow.put(box_of(x(*at) - 0.25, top, 0.5, ROW, Shade::Faint));
        }
        if let Some(at) = plot.rule {
            flow.put(box_of(x(at) - 0.5, top, 1.0, ROW, Shade::Middle));
        }
        let thick = if mark.hollow { 1.0 } else { 2.0 };
        let (low, high) = (x(mark.low), x(mark.high));
        flow.put(box_of(
            low,
            middle - thick / 2.0,
            high - low,
            thick,
            Shade::Middle,
        ));
        flow.put(diamond(x(mark.at), middle, 4.0, Shade::Dark));
        if mark.hollow {
            flow.put(diamond(x(mark.at), middle, 2.6, Shade::Paper));
        }
        beside(flow, setter, &mark.label, &mark.text);
        flow.y += ROW;
    }
    flow.skip(2.0);
    flow.text(setter, &plot.caption, Style::PRINT, 0.0);
    flow.skip(4.0);
}

fn axis(flow: &mut Flow, setter: &mut Setter, plot: &Plot) {
    flow.y += 9.0;
    for (at, text) in &plot.axis {
        if let Some(line) = setter.single(text, Style::PRINT, 60.0) {
            flow.put(Item::Line(x(*at) - line.width / 2.0, flow.y - 2.0, line));
        }
    }
}

pub(super) fn bars(flow: &mut Flow, setter: &mut Setter, bars: &Bars) {
    flow.skip(3.0);
    // At most some tens of bars.
    flow.need(bars.rows.len() as f32 * ROW + 12.0);
    for (label, share, text) in &bars.rows {
        flow.put(box_of(LEFT - 0.5, flow.y, 0.5, ROW, Shade::Dark));
        flow.put(box_of(
            LEFT,
            flow.y + 2.0,
            share.clamp(0.0, 1.0) * FIELD,
            ROW - 4.0,
            Shade::Middle,
        ));
        beside(flow, setter, label, text);
        flow.y += ROW;
    }
    flow.skip(2.0);
    flow.text(setter, &bars.caption, Style::PRINT, 0.0);
    flow.skip(4.0);
}
