//! Typesetting: text broken into lines and set on A4 pages, which are kept as lists of things to draw until all of them
//! are known, because every page says how many there are.

mod draw;
mod flow;
mod write;

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use krilla::image::Image;
use krilla::pdf::PdfDocument;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use parley::fontique::{Blob, Collection, CollectionOptions, SourceCache};
use parley::style::{FontFamily, FontFamilyName, FontWeight, StyleProperty};
use parley::{FontContext, Layout, LayoutContext};

pub(crate) use self::flow::Flow;
pub(crate) use self::write::{About, write};

/// A4, in points.
pub(crate) const WIDTH: f32 = 595.28;
pub(crate) const HEIGHT: f32 = 841.89;
/// Left and right; above and below stand header and footer in theirs.
pub(crate) const SIDE: f32 = 62.0;
pub(crate) const TOP: f32 = 64.0;
pub(crate) const BOTTOM: f32 = 62.0;
/// What text may fill.
pub(crate) const MEASURE: f32 = WIDTH - 2.0 * SIDE;
pub(crate) const FLOOR: f32 = HEIGHT - BOTTOM;

/// How text looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    pub(crate) size: f32,
    pub(crate) bold: bool,
    pub(crate) grey: bool,
}

impl Style {
    pub(crate) const BODY: Self = Self::plain(10.0);
    pub(crate) const SMALL: Self = Self::plain(8.5);
    pub(crate) const TITLE: Self = Self::bold(16.0);
    pub(crate) const HEADING: Self = Self::bold(11.5);
    pub(crate) const LABEL: Self = Self::bold(8.5);
    /// Small print, its heads, and what must be read in it.
    pub(crate) const PRINT: Self = Self {
        grey: true,
        ..Self::plain(7.5)
    };
    pub(crate) const PRINT_BOLD: Self = Self::bold(7.5);
    pub(crate) const PRINT_DARK: Self = Self::plain(7.5);
    pub(crate) const NOTE: Self = Self {
        grey: true,
        ..Self::plain(8.0)
    };

    const fn plain(size: f32) -> Self {
        Self {
            size,
            bold: false,
            grey: false,
        }
    }

    pub(crate) const fn bold(size: f32) -> Self {
        Self {
            bold: true,
            ..Self::plain(size)
        }
    }

    /// From one baseline to the next.
    pub(crate) fn leading(self) -> f32 {
        self.size * 1.4
    }
}

/// A line of text, shaped.
#[derive(Clone)]
pub(crate) struct Line {
    text: Rc<str>,
    glyphs: Vec<KrillaGlyph>,
    style: Style,
    pub(crate) width: f32,
}

/// Something on a page.
pub(crate) enum Item {
    /// Left end of the baseline.
    Line(f32, f32, Line),
    /// A thin rule: x, y, width.
    Rule(f32, f32, f32),
    /// A filled shape, by its corners.
    Shape(Vec<(f32, f32)>, Shade),
    /// A thin line around a picture, or a page of somebody else's.
    Frame(Place),
    Image(Image, Place),
    PdfPage(PdfDocument, usize, Place),
}

/// How dark a shape is. Greys only, so that nothing is lost in print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shade {
    /// Lines of a field that is read across.
    Faint,
    /// Bars and intervals.
    Middle,
    /// Points and what stands out.
    Dark,
    /// Inside of hollow points.
    Paper,
}

/// Where a picture stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

/// A page, still open.
#[derive(Default)]
pub(crate) struct Sheet {
    pub(crate) items: Vec<Item>,
}

/// The typeface and what shapes it.
pub(crate) struct Setter {
    fonts: FontContext,
    layouts: LayoutContext<()>,
    regular: Font,
    bold: Font,
    /// Characters that the typeface does not have, shown as a box.
    pub(crate) unknown: usize,
}

impl Setter {
    pub(crate) fn new() -> Option<Self> {
        let mut collection = Collection::new(CollectionOptions {
            shared: false,
            system_fonts: false,
        });
        for font in [notosans::REGULAR_TTF, notosans::BOLD_TTF] {
            collection.register_fonts(Blob::new(Arc::new(font)), None);
        }
        Some(Self {
            fonts: FontContext {
                collection,
                source_cache: SourceCache::default(),
            },
            layouts: LayoutContext::new(),
            regular: Font::new(notosans::REGULAR_TTF.into(), 0)?,
            bold: Font::new(notosans::BOLD_TTF.into(), 0)?,
            unknown: 0,
        })
    }

    /// Breaks a text into lines. Its own line ends are kept.
    pub(crate) fn lines(&mut self, text: &str, style: Style, measure: f32) -> Vec<Line> {
        text.lines()
            .flat_map(|line| self.paragraph(line, style, measure))
            .collect()
    }

    fn paragraph(&mut self, text: &str, style: Style, measure: f32) -> Vec<Line> {
        let mut text = clean(text);
        let mut layout = self.layout(&text, style, measure);
        let missing = missing(&layout, &text);
        if !missing.is_empty() {
            self.unknown += missing.len();
            text = text
                .char_indices()
                .map(|(at, c)| if missing.contains(&at) { '□' } else { c })
                .collect();
            layout = self.layout(&text, style, measure);
        }
        let text: Rc<str> = text.into();
        if layout.is_empty() || text.is_empty() {
            return vec![Line {
                text,
                glyphs: Vec::new(),
                style,
                width: 0.0,
            }];
        }
        layout.lines().map(|line| shaped(&text, &line, style)).collect()
    }

    fn layout(&mut self, text: &str, style: Style, measure: f32) -> Layout<()> {
        let mut builder = self.layouts.ranged_builder(&mut self.fonts, text, 1.0, false);
        let family = FontFamily::Single(FontFamilyName::Named(Cow::Borrowed("Noto Sans")));
        builder.push_default(StyleProperty::FontFamily(family));
        builder.push_default(StyleProperty::FontSize(style.size));
        // A tracking number or an address of a page may be longer than a column.
        builder.push_default(StyleProperty::OverflowWrap(parley::style::OverflowWrap::Anywhere));
        if style.bold {
            builder.push_default(StyleProperty::FontWeight(FontWeight::BOLD));
        }
        let mut layout = builder.build(text);
        layout.break_all_lines(Some(measure));
        layout
    }

    /// One line, cut with an ellipsis where it is too long.
    pub(crate) fn single(&mut self, text: &str, style: Style, measure: f32) -> Option<Line> {
        let mut cut: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        loop {
            let mut lines = self.lines(&cut, style, measure);
            if lines.len() <= 1 {
                return lines.pop();
            }
            let kept: Vec<char> = cut.trim_end_matches('…').chars().collect();
            let kept = &kept[..kept.len() * 9 / 10];
            cut = kept.iter().collect::<String>().trim_end().to_owned() + "…";
        }
    }
}

/// Tabs become spaces; what controls a printer of long ago goes.
fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => out.push_str("    "),
            c if c.is_control() => {}
            // Marks of direction and joining, and variants of emoji, have no shape of their own.
            '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' => {}
            c => out.push(c),
        }
    }
    out
}

/// Where characters stand that the typeface does not have.
fn missing(layout: &Layout<()>, text: &str) -> Vec<usize> {
    let mut found = Vec::new();
    for run in layout.lines().flat_map(|line| line.runs().collect::<Vec<_>>()) {
        for cluster in run.clusters() {
            if cluster.glyphs().any(|glyph| glyph.id == 0) {
                let range = cluster.text_range();
                found.extend(text[range.clone()].char_indices().map(|(at, _)| range.start + at));
            }
        }
    }
    found
}

fn shaped(text: &Rc<str>, line: &parley::Line<'_, ()>, style: Style) -> Line {
    let mut glyphs: Vec<KrillaGlyph> = Vec::new();
    for run in line.runs() {
        for cluster in run.visual_clusters() {
            if cluster.is_ligature_continuation() {
                if let Some(glyph) = glyphs.last_mut() {
                    glyph.text_range.end = cluster.text_range().end;
                }
                continue;
            }
            glyphs.extend(cluster.glyphs().map(|glyph| {
                KrillaGlyph::new(
                    GlyphId::new(glyph.id),
                    glyph.advance / style.size,
                    glyph.x / style.size,
                    glyph.y / style.size,
                    0.0,
                    cluster.text_range(),
                    None,
                )
            }));
        }
    }
    let width = glyphs.iter().map(|glyph| glyph.x_advance).sum::<f32>() * style.size;
    Line {
        text: Rc::clone(text),
        glyphs,
        style,
        width,
    }
}
