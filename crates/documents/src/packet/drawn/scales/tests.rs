//! Pages that would take hours or all memory, and honest ones beside them.

use std::fmt::Write as _;

use hayro::hayro_syntax::Pdf;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};

use super::*;
use crate::samples;

/// A page with this content, and with these further resources.
fn page(content: &str, more: impl FnOnce(&mut Document) -> Dictionary) -> Vec<u8> {
    let mut document = samples::document(&[&["Delivered"]]);
    let more = more(&mut document);
    let page = document.page_iter().next().unwrap();
    let content = document.add_object(Stream::new(Dictionary::new(), content.as_bytes().to_vec()));
    let page = document.get_dictionary_mut(page).unwrap();
    page.set("Contents", content);
    page.set("Resources", more);
    samples::saved(document)
}

fn bare(content: &str) -> Vec<u8> {
    page(content, |_| Dictionary::new())
}

fn weighed(pdf: Vec<u8>, scales: &mut Scales) -> Result<(), Why> {
    let pdf = Pdf::new(pdf).unwrap();
    let page = &pdf.pages()[0];
    let (width, height) = page.render_dimensions();
    let scale = 2000.0 / width.max(height);
    scales.weigh(1, page, scale, ((width * scale) as u16, (height * scale) as u16))
}

fn refusal(pdf: Vec<u8>) -> String {
    weighed(pdf, &mut Scales::default())
        .expect_err("it is refused")
        .to_string()
}

#[test]
fn an_honest_page_costs_little_of_what_there_is() {
    let before = Scales::default().dots;
    for pdf in [
        samples::pdf(&[&["Delivered", "Signed"]]),
        bare("0 0 595 842 re f 0 0 m 595 842 l S"),
    ] {
        let mut scales = Scales::default();
        weighed(pdf, &mut scales).unwrap();
        assert!(before - scales.dots < before / 300, "{}", before - scales.dots);
    }
}

/// Each form draws the one before ten times.
fn forms(depth: usize, innermost: &str) -> Vec<u8> {
    page("/F Do", |document| {
        let mut form: Option<ObjectId> = None;
        for _ in 0..depth {
            let content = if form.is_some() {
                "/F Do ".repeat(10)
            } else {
                innermost.to_owned()
            };
            let mut dictionary = dictionary! {
                "Type" => "XObject", "Subtype" => "Form", "BBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
            };
            if let Some(inner) = form {
                dictionary.set(
                    "Resources",
                    dictionary! { "XObject" => dictionary! { "F" => inner } },
                );
            }
            form = Some(document.add_object(Stream::new(dictionary, content.into_bytes())));
        }
        dictionary! { "XObject" => dictionary! { "F" => form.unwrap() } }
    })
}

#[test]
fn forms_in_forms_are_refused_whether_they_paint_or_not() {
    for innermost in ["0 0 595 842 re f", "q Q"] {
        let why = refusal(forms(10, innermost));
        assert!(
            why.contains("page 1 takes more work to draw than any honest one"),
            "{why}"
        );
    }
    weighed(forms(3, "0 0 5 5 re f"), &mut Scales::default()).unwrap();
}

#[test]
fn endless_dashes_and_fills_are_refused() {
    assert!(refusal(bare("[0.000001] 0 d 0 0 m 500 500 l S")).contains("more work"));
    let mut fills = String::new();
    for at in 0..20_000 {
        let _ = write!(fills, "0 {} 595 842 re f ", f64::from(at) / 20_000.0);
    }
    assert!(refusal(bare(&fills)).contains("more work"));
}

#[test]
fn a_page_full_of_long_lines_is_refused_before_they_fill_the_memory() {
    let mut curves = String::new();
    for at in 0..60_000 {
        let _ = write!(
            curves,
            "{} 0 m 500 {} 0 800 {} 842 c S ",
            at % 595,
            at % 842,
            (at * 7) % 595
        );
    }
    let why = refusal(bare(&curves));
    assert!(why.contains("page 1 has more lines than any honest one"), "{why}");
}

#[test]
fn a_tile_as_large_as_a_wall_is_refused() {
    let tiled = |step: i64| {
        page("/Pattern cs /P scn 0 0 500 500 re f", |document| {
            let tile = dictionary! {
                "Type" => "Pattern", "PatternType" => 1, "PaintType" => 1, "TilingType" => 1,
                "BBox" => vec![0.into(), 0.into(), 10.into(), 10.into()], "XStep" => step, "YStep" => step,
                "Resources" => Dictionary::new(),
            };
            let tile = document.add_object(Stream::new(tile, b"0 0 5 5 re f".to_vec()));
            dictionary! { "Pattern" => dictionary! { "P" => Object::Reference(tile) } }
        })
    };
    let why = refusal(tiled(60_000));
    assert!(why.contains("a tile of 65535 x 65535 dots"), "{why}");
    weighed(tiled(12), &mut Scales::default()).unwrap();
}

#[test]
fn a_picture_inside_the_content_counts_like_any_other() {
    let why = refusal(bare(
        "q 500 0 0 500 0 0 cm BI /W 60000 /H 60000 /BPC 1 /CS /G ID x EI Q",
    ));
    assert!(why.contains("a picture of 60000 x 60000 pixels"), "{why}");
}

#[test]
fn time_that_is_over_ends_the_drawing() {
    let mut scales = Scales::of(limits::DRAWN_DOTS, Duration::ZERO);
    let why = weighed(samples::pdf(&[&["Delivered"]]), &mut scales)
        .unwrap_err()
        .to_string();
    assert!(why.contains("page 1 takes too long to draw"), "{why}");
}

#[test]
fn a_huge_page_is_drawn_no_larger_than_any_other() {
    let mut document = samples::document(&[&["Delivered"]]);
    let page = document.page_iter().next().unwrap();
    let side = 10_000_000;
    document
        .get_dictionary_mut(page)
        .unwrap()
        .set("MediaBox", vec![0.into(), 0.into(), side.into(), side.into()]);
    let pdf = Pdf::new(samples::saved(document)).unwrap();
    let (cache, mut scales) = (hayro::RenderCache::new(), Scales::default());
    let drawn = super::super::page(&pdf, &cache, &mut scales, 0).unwrap();
    assert_eq!((drawn.width(), drawn.height()), (2000, 2000));
}
