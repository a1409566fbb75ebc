//! Blocks, set on pages.

use super::{Block, Board, Key, plot, table};
use crate::sheet::{Flow, Item, MEASURE, SIDE, Setter, Sheet, Style};

/// The large figures.
const LARGE: Style = Style::bold(15.0);

pub(super) fn pages(setter: &mut Setter, board: &Board) -> Vec<Sheet> {
    let mut flow = Flow::new();
    flow.text(setter, &board.title, Style::TITLE, 0.0);
    flow.skip(3.0);
    for line in &board.about {
        flow.text(setter, line, Style::SMALL, 0.0);
    }
    flow.skip(3.0);
    flow.rule();
    for block in &board.blocks {
        match block {
            Block::Heading(text) => flow.heading(setter, text),
            Block::Text(text) => {
                flow.text(setter, text, Style::SMALL, 0.0);
                flow.skip(3.0);
            }
            Block::Strong(text) => {
                flow.skip(4.0);
                flow.need(60.0);
                flow.text(setter, text, Style::LABEL, 0.0);
            }
            Block::Note(text) => {
                flow.text(setter, text, Style::PRINT, 0.0);
                flow.skip(2.5);
            }
            Block::Keys(all) => keys(&mut flow, setter, all),
            Block::Table(table) => table::set(&mut flow, setter, table),
            Block::Plot(plot) => plot::plot(&mut flow, setter, plot),
            Block::Bars(bars) => plot::bars(&mut flow, setter, bars),
        }
    }
    flow.sheets
}

/// Side by side, each in a column of its own.
fn keys(flow: &mut Flow, setter: &mut Setter, all: &[Key]) {
    const GAP: f32 = 12.0;
    if all.is_empty() {
        return;
    }
    // At most some tens of columns.
    let width = MEASURE / all.len() as f32;
    flow.skip(6.0);
    flow.need(70.0);
    let top = flow.y;
    let mut lowest = top;
    for (place, key) in all.iter().enumerate() {
        let x = SIDE + place as f32 * width;
        let mut y = top;
        // Words in place of a figure are not shouted.
        let figure = key.main.contains(|c: char| c.is_ascii_digit());
        let main = if figure { LARGE } else { Style::HEADING };
        for (text, style) in [
            (&key.label, Style::LABEL),
            (&key.main, main),
            (&key.detail, Style::PRINT),
        ] {
            for line in setter.lines(text, style, width - GAP) {
                y += style.leading();
                flow.put(Item::Line(x, y - style.size * 0.4, line));
            }
        }
        lowest = lowest.max(y);
    }
    flow.y = lowest + 6.0;
    flow.rule();
}
