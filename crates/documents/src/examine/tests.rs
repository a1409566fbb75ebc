use image::ImageFormat;
use lopdf::{Object, Stream, dictionary};
use proptest::prelude::*;

use super::*;
use crate::samples;

fn refusal(bytes: &[u8]) -> String {
    examine("a file", bytes).unwrap_err().to_string()
}

#[test]
fn a_kind_is_told_by_content_whatever_the_name() {
    let picture = samples::picture(40, 30);
    for (format, kind) in [
        (ImageFormat::Jpeg, Kind::Jpeg),
        (ImageFormat::Png, Kind::Png),
        (ImageFormat::Gif, Kind::Gif),
        (ImageFormat::WebP, Kind::WebP),
    ] {
        let examined = examine("invoice.exe", &samples::encoded(&picture, format)).unwrap();
        assert_eq!((examined.kind, examined.pixels), (kind, Some((40, 30))));
    }
    assert_eq!(
        examine("x", "Hej, tack för köpet!".as_bytes()).unwrap().kind,
        Kind::Text
    );
    assert_eq!(
        examine("x", b"Gr\xfc\xdfe, 10 \x80").unwrap().text,
        ["Grüße, 10 €"]
    );
    assert_eq!(
        examine("x", b"MZ is how my letter begins").unwrap().kind,
        Kind::Text
    );
}

#[test]
fn what_is_no_evidence_is_refused_with_what_to_do() {
    for (bytes, says) in [
        (&b""[..], "attach it again"),
        (b"MZ\x90\0\x03\0\0\0", "programs are never evidence"),
        (b"\x7fELF\x02\x01\x01\0", "programs are never evidence"),
        (b"#!/bin/sh\nrm", "programs are never evidence"),
        (b"PK\x03\x04\x14\0", "print an Office document to a PDF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG drawing"),
        (b"<?xml version='1.0'?><!-- x --><svg/>", "an SVG drawing"),
        (b"  <!DOCTYPE html><p>", "a web page"),
        (b"\xef\xbb\xbf<html>", "a web page"),
        (b"\0\0\0\x18ftypheic", "save it as JPEG or PNG"),
        (b"II*\0\x08\0\0\0", "save it as JPEG or PNG"),
        (b"\x01\x02\x03\x04", "not known here"),
        (
            b"MIME-Version: 1.0\r\nContent-Transfer-Encoding: base64\r\n\r\nSGVq",
            "an e-mail with attachments",
        ),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "is damaged"),
        (b"%PDF-1.7 and nothing else", "is damaged"),
    ] {
        let said = refusal(bytes);
        assert!(said.starts_with("`a file` is ") && said.contains(says), "{said}");
    }
    assert!(
        refusal(&vec![b'a'; limits::FILE_BYTES + 1]).contains("has 50.1 MB; make it smaller than 50.0 MB")
    );
}

#[test]
fn a_picture_that_unpacks_to_too_much_is_refused_by_its_header() {
    // A PNG that claims 60000 x 60000 pixels.
    let mut png = samples::encoded(&samples::picture(8, 8), ImageFormat::Png);
    png[16..24].copy_from_slice(&[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
    let crc = crc32(&png[12..29]);
    png[29..33].copy_from_slice(&crc.to_be_bytes());
    assert!(
        refusal(&png).contains("too large once opened"),
        "{}",
        refusal(&png)
    );
    // A JPEG painted again and again.
    let mut jpeg = samples::jpeg(8, 8);
    jpeg.extend([0xFF, 0xDA].repeat(limits::JPEG_SCANS));
    assert!(refusal(&jpeg).contains("painted 101 times"));
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

#[test]
fn a_pdf_is_counted_and_read_by_page_and_line() {
    let pdf = samples::pdf(&[
        &["Order 1001", "Delivered on 3 May"],
        &["Paid with 4111 1111 1111 1111"],
    ]);
    let examined = examine("a.pdf", &pdf).unwrap();
    assert_eq!((examined.kind, examined.pages), (Kind::Pdf, 2));
    assert_eq!(examined.text[0].trim(), "Order 1001\nDelivered on 3 May");
    assert_eq!(examined.notes, []);
    let finds: Vec<String> = examined.finds.iter().map(Find::to_string).collect();
    assert_eq!(finds, ["card number ••••••••••••1111 on page 2, line 1"]);
}

#[test]
fn a_pdf_that_acts_or_hides_is_refused() {
    let with = |key: &str, value: Object| {
        let mut document = samples::document(&[&["x"]]);
        document.catalog_mut().unwrap().set(key, value);
        refusal(&samples::saved(document))
    };
    let action = |kind: &str| Object::Dictionary(dictionary! { "S" => kind });
    assert!(with("OpenAction", action("JavaScript")).contains("is a PDF with JavaScript"));
    assert!(with("OpenAction", action("Launch")).contains("starts programs"));
    assert!(
        with(
            "AA",
            Object::Dictionary(dictionary! { "WC" => action("SubmitForm") })
        )
        .contains("sends data")
    );
    let names = dictionary! { "EmbeddedFiles" => dictionary! { "Names" => Vec::<Object>::new() } };
    assert!(with("Names", Object::Dictionary(names)).contains("a PDF with files inside it"));
    let form = dictionary! { "XFA" => Object::string_literal("x") };
    assert!(with("AcroForm", Object::Dictionary(form)).contains("a dynamic form"));
}

#[test]
fn a_pdf_with_a_password_is_refused() {
    let mut document = samples::document(&[&["x"]]);
    document.trailer.set(
        "ID",
        vec![Object::string_literal("a"), Object::string_literal("b")],
    );
    let version = lopdf::EncryptionVersion::V2 {
        document: &document,
        owner_password: "o",
        user_password: "u",
        key_length: 128,
        permissions: lopdf::Permissions::all(),
    };
    let state = lopdf::EncryptionState::try_from(version).unwrap();
    document.encrypt(&state).unwrap();
    let said = refusal(&samples::saved(document));
    assert!(said.contains("a PDF with a password"), "{said}");
}

#[test]
fn a_pdf_that_unpacks_to_too_much_is_refused() {
    let content = |filter: Object, bytes: Vec<u8>| {
        let mut document = samples::document(&[&["x"]]);
        let stream = Stream::new(dictionary! { "Filter" => filter }, bytes);
        let id = document.add_object(stream);
        let page = document.page_iter().next().unwrap();
        document.get_dictionary_mut(page).unwrap().set("Contents", id);
        refusal(&samples::saved(document))
    };
    let bomb = samples::bomb(210_000_000);
    let packed_twice = samples::packed(&bomb);
    let twice = Object::Array(vec!["FlateDecode".into(), "FlateDecode".into()]);
    for said in [content("FlateDecode".into(), bomb), content(twice, packed_twice)] {
        assert!(said.contains("unpacks to more than 200.0 MB"), "{said}");
    }
    // One content, shown on so many pages.
    let mut document = samples::document(&vec![&["x"][..]; 20]);
    let id = document.add_object(Stream::new(
        dictionary! { "Filter" => "FlateDecode" },
        samples::bomb(20_000_000),
    ));
    let pages: Vec<_> = document.page_iter().collect();
    for page in pages {
        document.get_dictionary_mut(page).unwrap().set("Contents", id);
    }
    assert!(refusal(&samples::saved(document)).contains("unpacks to more than"));
    let many = samples::pdf(&vec![&["x"][..]; limits::PDF_PAGES + 1]);
    assert!(refusal(&many).contains("more than 300 pages"));
}

#[test]
fn a_pdf_without_the_content_of_its_pages_is_refused() {
    let whole = samples::pdf(&[&["Order 1001", "Delivered on 3 May"]]);
    let kept = (5..whole.len()).filter(|end| match examine("a.pdf", &whole[..*end]) {
        Ok(examined) => !examined.text.concat().contains("Delivered on 3 May"),
        Err(_) => false,
    });
    assert_eq!(
        kept.collect::<Vec<_>>(),
        [0usize; 0],
        "cut there, it is a blank page"
    );
    let mut document = samples::document(&[&["x"]]);
    let page = document.page_iter().next().unwrap();
    let gone = document.new_object_id();
    document.get_dictionary_mut(page).unwrap().set("Contents", gone);
    assert!(refusal(&samples::saved(document)).contains("save it anew"));
    // A page that is meant to be blank stays.
    let mut document = samples::document(&[&["x"], &[]]);
    let page = document.page_iter().last().unwrap();
    document.get_dictionary_mut(page).unwrap().remove(b"Contents");
    assert_eq!(examine("a.pdf", &samples::saved(document)).unwrap().pages, 2);
}

#[test]
fn form_fields_are_told_and_links_are_not() {
    let mut document = samples::document(&[&["x"], &["y"]]);
    let pages: Vec<_> = document.page_iter().collect();
    for (page, kind) in pages.into_iter().zip(["Link", "Widget"]) {
        let annotation = document.add_object(dictionary! { "Type" => "Annot", "Subtype" => kind });
        let page = document.get_dictionary_mut(page).unwrap();
        page.set("Annots", vec![Object::Reference(annotation)]);
    }
    let examined = examine("a.pdf", &samples::saved(document)).unwrap();
    assert_eq!(examined.notes, [Note::Annotations(2)]);
}

/// What nobody sees on a page goes out with the file all the same.
#[test]
fn a_card_number_in_a_form_field_a_note_or_a_title_is_found() {
    let text = || Object::string_literal("card 4111 1111 1111 1111");
    for (key, kind, place) in [
        ("V", "Widget", "here"),
        ("V", "Widget", "elsewhere"),
        ("V", "Widget", "list"),
        ("Contents", "FreeText", "here"),
        ("Title", "", "here"),
    ] {
        let mut document = samples::document(&[&["x"]]);
        let value = match place {
            "elsewhere" => Object::Reference(document.add_object(text())),
            "list" => Object::Array(vec![text()]),
            _ => text(),
        };
        document.add_object(dictionary! { "Type" => "Annot", "Subtype" => kind, key => value });
        let examined = examine("a.pdf", &samples::saved(document)).unwrap();
        let finds: Vec<_> = examined
            .finds
            .iter()
            .map(|find| (find.found, find.page))
            .collect();
        assert_eq!(finds, [(Found::CardNumber, 0)], "{key}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_bytes_make_it_panic(start in 0usize..8, bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let starts: [&[u8]; 8] = [
            b"", b"%PDF-1.7\n", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\0\0\0\0WEBP", b"PK", b"P<UTO",
        ];
        let _judged = examine("x", &[starts[start], &bytes].concat());
    }

    #[test]
    fn no_broken_pdf_makes_it_panic(at in any::<prop::sample::Index>(), bytes in proptest::collection::vec(any::<u8>(), 1..20)) {
        let mut pdf = samples::pdf(&[&["Order 1001"], &["Delivered"]]);
        let at = at.index(pdf.len());
        let end = (at + bytes.len()).min(pdf.len());
        pdf.splice(at..end, bytes);
        let _judged = examine("x", &pdf);
    }

    #[test]
    fn no_text_makes_the_search_panic(text in "\\PC{0,200}") {
        let _found = examine("x", text.as_bytes());
    }
}
