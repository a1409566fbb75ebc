//! The pages of the letter.

use super::{Exhibit, Order};
use crate::letter::{Block, Letter, Words, day};
use crate::sheet::Flow;
use crate::sheet::{MEASURE, Setter, Sheet, Style};

/// So many rows of the table of exhibits are kept on one page.
const TOGETHER: usize = 8;

/// Sets the letter; `starts` are the pages on which its exhibits begin.
pub(super) fn set(
    setter: &mut Setter,
    words: &Words,
    letter: &Letter,
    order: &Order<'_>,
    starts: &[usize],
) -> Vec<Sheet> {
    let mut flow = Flow::new();
    flow.text(setter, &letter.title, Style::TITLE, 0.0);
    flow.skip(6.0);
    about(&mut flow, setter, words, letter, order);
    for block in &letter.blocks {
        match block {
            Block::Heading(text) => flow.heading(setter, text),
            Block::Paragraph(text) => {
                flow.text(setter, text, Style::BODY, 0.0);
                flow.skip(5.0);
            }
            Block::Quote(text) => {
                flow.text(setter, text, Style::BODY, 18.0);
                flow.skip(5.0);
            }
        }
    }
    timeline(&mut flow, setter, words, letter);
    exhibits(&mut flow, setter, words, order.exhibits, starts);
    flow.sheets
}

fn about(flow: &mut Flow, setter: &mut Setter, words: &Words, letter: &Letter, order: &Order<'_>) {
    flow.rule();
    let date = (words.plain("date"), day(letter.language, order.at.date_naive()));
    for (label, value) in letter.about.iter().chain([&date]) {
        flow.row(setter, &[(label, 120.0), (value, MEASURE - 120.0)], Style::SMALL);
    }
    flow.rule();
    flow.skip(8.0);
}

fn timeline(flow: &mut Flow, setter: &mut Setter, words: &Words, letter: &Letter) {
    if letter.timeline.is_empty() {
        return;
    }
    flow.heading(setter, &words.plain("timeline"));
    let widths = [112.0, 205.0, MEASURE - 317.0];
    let heads = [words.plain("when"), words.plain("what"), words.plain("source")];
    let cells: Vec<(&str, f32)> = heads.iter().map(String::as_str).zip(widths).collect();
    flow.row(setter, &cells, Style::LABEL);
    flow.rule();
    for event in &letter.timeline {
        let texts = [event.when.as_str(), &event.what, &event.source];
        let cells: Vec<(&str, f32)> = texts.into_iter().zip(widths).collect();
        flow.row(setter, &cells, Style::SMALL);
    }
    flow.skip(2.0);
    flow.text(setter, &words.plain("timeline_note"), Style::NOTE, 0.0);
}

fn exhibits(flow: &mut Flow, setter: &mut Setter, words: &Words, exhibits: &[Exhibit], starts: &[usize]) {
    if exhibits.is_empty() {
        return;
    }
    // The first ones stand together: a last row alone on a page reads like a mistake.
    flow.need(64.0 + TOGETHER.min(exhibits.len()) as f32 * (Style::SMALL.leading() + 3.0));
    flow.heading(setter, &words.plain("exhibits"));
    let widths = [72.0, MEASURE - 72.0 - 46.0, 46.0];
    let heads = ["".to_owned(), words.plain("what"), words.plain("page")];
    let cells: Vec<(&str, f32)> = heads.iter().map(String::as_str).zip(widths).collect();
    flow.row(setter, &cells, Style::LABEL);
    flow.rule();
    for ((number, exhibit), start) in (1..).zip(exhibits).zip(starts) {
        let label = words.say("exhibit", [("number", number.into())]);
        let page = start.to_string();
        let cells = [
            (label.as_str(), widths[0]),
            (exhibit.summary.as_str(), widths[1]),
            (page.as_str(), widths[2]),
        ];
        flow.row(setter, &cells, Style::SMALL);
    }
}
