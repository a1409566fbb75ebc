use docket_core::dossier::Dossier;
use docket_core::words::{Platform, Reason};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use lopdf::Object;

use super::*;
use crate::examine::examine;
use crate::letter::{Block, Claim, draft};
use crate::samples;

fn templates() -> Templates {
    Templates::load(None).unwrap()
}

fn exhibit(name: &str, content: Vec<u8>) -> Exhibit {
    Exhibit {
        name: name.to_owned(),
        summary: format!("What {name} shows"),
        content,
    }
}

fn bundle(exhibits: &[Exhibit], archival: bool) -> Result<Packet, PacketError> {
    let order = Order {
        dispute: "D-1",
        language: Language::English,
        letter: None,
        exhibits,
        at: samples::at("2026-06-02T12:00:00Z"),
        archival,
        quality: Quality::default(),
    };
    build(&templates(), order)
}

fn whole(
    platform: Platform,
    reason: Reason,
    language: Language,
    dossier: &Dossier,
    archival: bool,
) -> Packet {
    let claim = Claim {
        platform,
        ..samples::claim(reason)
    };
    let letter = draft(
        &templates(),
        language,
        &claim,
        dossier,
        &["shipping_documentation"],
    );
    let exhibits = vec![
        exhibit("proof.jpg", samples::jpeg(300, 200)),
        exhibit(
            "chat.txt",
            b"Where is it?\n\nThe carrier says: delivered.".to_vec(),
        ),
        exhibit("note.pdf", samples::pdf(&[&["Consignment note"], &["Signed"]])),
    ];
    let order = Order {
        dispute: &claim.dispute,
        language,
        letter: Some(&letter),
        exhibits: &exhibits,
        at: samples::at("2026-06-02T12:00:00Z"),
        archival,
        quality: Quality::default(),
    };
    build(&templates(), order).unwrap()
}

fn read(packet: &Packet) -> Vec<String> {
    let examined = examine("packet.pdf", &packet.pdf).unwrap();
    assert_eq!(examined.notes, [], "the packet's own text is read in whole");
    assert_eq!(examined.pages, packet.pages);
    examined.text
}

/// The pages of every platform and reason as text; the languages take turns. With `DOCKET_GOLDEN` set to a folder the files are
/// written there too, to be looked at.
#[test]
fn golden_packets() {
    let platforms = [Platform::PAYPAL, Platform::KLARNA, Platform::SHOPIFY];
    let mut languages = Language::ALL.iter().cycle();
    for platform in platforms {
        for &reason in Reason::ALL {
            let &language = languages.next().unwrap();
            let archival = platform == Platform::SHOPIFY;
            let packet = whole(platform, reason, language, &samples::dossier(), archival);
            if let Some(folder) = std::env::var_os("DOCKET_GOLDEN") {
                let name = format!("{platform}_{reason}_{language}.pdf");
                std::fs::write(std::path::Path::new(&folder).join(name), &packet.pdf).unwrap();
            }
            let pages = read(&packet);
            let shown: String = (1..)
                .zip(&pages)
                .map(|(page, text)| format!("--- {page}\n{text}\n"))
                .collect();
            insta::assert_snapshot!(format!("{platform}_{reason}_{language}"), shown);
        }
    }
}

/// Every word of the letter is on the pages, whatever the platform and the claim.
#[test]
fn every_platform_and_reason_has_its_letter_whole() {
    let mut counts = String::new();
    for platform in [Platform::PAYPAL, Platform::KLARNA, Platform::SHOPIFY] {
        for &reason in Reason::ALL {
            let archival = platform == Platform::SHOPIFY;
            let packet = whole(platform, reason, Language::English, &samples::dossier(), archival);
            // An address may be broken between lines.
            let mut pages = read(&packet).concat();
            pages.retain(|c| !c.is_whitespace());
            let claim = Claim {
                platform,
                ..samples::claim(reason)
            };
            let places = &["shipping_documentation"];
            let letter = draft(
                &templates(),
                Language::English,
                &claim,
                &samples::dossier(),
                places,
            );
            for block in &letter.blocks {
                let (Block::Heading(text) | Block::Paragraph(text) | Block::Quote(text)) = block;
                for word in text.split_whitespace() {
                    assert!(
                        pages.contains(word),
                        "`{word}` of {platform}, {reason} is on no page:\n{pages}"
                    );
                }
            }
            assert_eq!(packet.drawn, if archival { vec![3] } else { Vec::new() });
            assert_eq!(String::from_utf8_lossy(&packet.pdf).contains("pdfaid"), archival);
            counts.push_str(&format!("{platform} {reason}: {} pages\n", packet.pages));
        }
    }
    insta::assert_snapshot!("page_counts", counts);
}

/// Another program's word, not only ours. Without it the test says so, and with `CI=true` it fails.
#[test]
fn a_pdfa_packet_is_sound_for_others() {
    let packet = whole(
        Platform::SHOPIFY,
        Reason::NotReceived,
        Language::English,
        &samples::dossier(),
        true,
    );
    sound(&packet.pdf);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("packet.pdf");
    std::fs::write(&path, &packet.pdf).unwrap();
    match std::process::Command::new("qpdf")
        .arg("--check")
        .arg(&path)
        .output()
    {
        Ok(said) => assert!(
            said.status.success(),
            "{}{}",
            String::from_utf8_lossy(&said.stdout),
            String::from_utf8_lossy(&said.stderr)
        ),
        Err(error) => {
            let wanted = std::env::var("CI").is_ok_and(|ci| ci == "true");
            assert!(
                !wanted,
                "qpdf is required when CI=true ({error}): apt-get install qpdf"
            );
            eprintln!("left out: qpdf is not here ({error})");
        }
    }
}

/// What PDF/A wants of a file: no encryption, colours that are defined, every typeface in the file.
fn sound(pdf: &[u8]) {
    let document = lopdf::Document::load_mem(pdf).unwrap();
    assert!(!document.trailer.has(b"Encrypt"));
    let intents = document.catalog().unwrap().get(b"OutputIntents").unwrap();
    let intents = document.dereference(intents).unwrap().1.as_array().unwrap();
    assert!(!intents.is_empty());
    let mut fonts = 0;
    for object in document.objects.values() {
        let Ok(dictionary) = object.as_dict() else {
            continue;
        };
        if !dictionary.has_type(b"FontDescriptor") {
            continue;
        }
        fonts += 1;
        let embedded = [&b"FontFile"[..], b"FontFile2", b"FontFile3"];
        assert!(
            embedded.iter().any(|key| dictionary.has(key)),
            "not embedded: {dictionary:?}"
        );
    }
    assert!(fonts > 0);
}

#[test]
fn each_exhibit_begins_where_the_letter_says() {
    let packet = whole(
        Platform::PAYPAL,
        Reason::NotReceived,
        Language::English,
        &samples::dossier(),
        false,
    );
    let pages = read(&packet);
    assert_eq!(packet.starts.len(), 3);
    for (number, start) in (1..).zip(&packet.starts) {
        let head = format!("Exhibit {number}, page 1 of");
        assert!(pages[start - 1].contains(&head), "{head} not on page {start}");
    }
    assert_eq!(packet.pages, packet.starts[2] + 1);
    assert!(pages[packet.pages - 1].contains("Exhibit 3, page 2 of 2"));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let one = whole(
        Platform::PAYPAL,
        Reason::NotReceived,
        Language::German,
        &samples::dossier(),
        false,
    );
    let two = whole(
        Platform::PAYPAL,
        Reason::NotReceived,
        Language::German,
        &samples::dossier(),
        false,
    );
    assert!(one == two);
    let document = lopdf::Document::load_mem(&one.pdf).unwrap();
    let catalog = document.catalog().unwrap();
    assert_eq!(catalog.get(b"Lang").and_then(Object::as_str).unwrap(), b"de");
    let info = document
        .trailer
        .get(b"Info")
        .and_then(Object::as_reference)
        .unwrap();
    let title = document
        .get_dictionary(info)
        .unwrap()
        .get(b"Title")
        .and_then(Object::as_str)
        .unwrap();
    assert_eq!(title, b"Stellungnahme zum Fall PP-R-QZX-51234567");
}

/// A page of a foreign PDF is in a PDF/A as a picture that shows what the page shows.
#[test]
fn foreign_pages_are_drawn_for_pdfa() {
    let made = bundle(
        &[exhibit("note.pdf", samples::pdf(&[&["Signed by M. Berg"], &[]]))],
        true,
    )
    .unwrap();
    assert_eq!((made.pages, &made.drawn[..]), (2, &[1][..]));
    let text = String::from_utf8_lossy(&made.pdf).into_owned();
    assert!(
        text.contains("<pdfaid:part>2</pdfaid:part>")
            && text.contains("<pdfaid:conformance>B</pdfaid:conformance>")
    );
    sound(&made.pdf);
    let (full, empty) = (darkness(&made.pdf, 0), darkness(&made.pdf, 1));
    assert!(
        full > 500 && empty == 0,
        "{full} dark dots where words are, {empty} where none are"
    );
    // Its own words stay text; those of the page are in the picture alone.
    let read = read(&made).concat();
    assert!(read.contains("exhibit 1") || read.contains("Exhibit 1"), "{read}");
    assert!(!read.contains("Berg"), "{read}");
}

/// However large a page says it is, its picture is not.
#[test]
fn a_page_of_any_size_is_drawn_small() {
    for (width, height) in [(200_000, 3), (2, 90_000), (14_400, 14_400), (1, 1)] {
        let mut document = lopdf::Document::load_mem(&samples::pdf(&[&["x"]])).unwrap();
        let page = document.page_iter().next().unwrap();
        let sides = vec![0.into(), 0.into(), width.into(), height.into()];
        let page = document.get_object_mut(page).unwrap().as_dict_mut().unwrap();
        page.set("MediaBox", sides);
        let mut odd = Vec::new();
        document.save_to(&mut odd).unwrap();
        let made = bundle(&[exhibit("odd.pdf", odd)], true).unwrap();
        let made = lopdf::Document::load_mem(&made.pdf).unwrap();
        let pictures = made.get_page_images(made.page_iter().next().unwrap()).unwrap();
        let longest = pictures[0].width.max(pictures[0].height);
        assert!((1..=2000).contains(&longest), "{width} x {height}: {longest}");
    }
}

/// How many dots of a page's picture are dark.
fn darkness(pdf: &[u8], page: usize) -> usize {
    let document = lopdf::Document::load_mem(pdf).unwrap();
    let id = document.page_iter().nth(page).unwrap();
    let pictures = document.get_page_images(id).unwrap();
    let [picture] = &pictures[..] else {
        panic!("{} pictures on page {page}", pictures.len())
    };
    let object = document.get_object(picture.id).unwrap().as_stream().unwrap();
    let dots = match object.filters().unwrap()[..] {
        [b"DCTDecode"] => image::load_from_memory(&object.content)
            .unwrap()
            .into_luma8()
            .into_raw(),
        _ => object.decompressed_content().unwrap(),
    };
    dots.iter().filter(|dot| **dot < 100).count()
}

#[test]
fn an_exhibit_that_cannot_be_used_is_named() {
    let bad = bundle(
        &[
            exhibit("a.txt", b"x".to_vec()),
            exhibit("b.exe", b"MZ\0\0".to_vec()),
        ],
        false,
    )
    .unwrap_err();
    assert!(
        bad.to_string().starts_with("exhibit 2: `b.exe` is a program"),
        "{bad}"
    );
}

#[test]
fn signs_that_the_typeface_lacks_become_boxes_and_are_counted() {
    let text = "Danke 😀 你好, grüße à la carte: åäö ß é € – „ok“ • …";
    let packet = bundle(&[exhibit("chat.txt", text.as_bytes().to_vec())], true).unwrap();
    assert_eq!(packet.unknown_characters, 3);
    let pages = read(&packet);
    assert!(
        pages[0].contains("Danke □ □□, grüße à la carte: åäö ß é € – „ok“ • …"),
        "{}",
        pages[0]
    );
}

#[test]
fn a_photo_stands_upright_and_its_notes_are_gone() {
    // Left half red, right half blue, and a note that it was taken lying on its side.
    let picture = DynamicImage::ImageRgb8(RgbImage::from_fn(64, 32, |x, _| {
        if x < 32 {
            Rgb([250, 0, 0])
        } else {
            Rgb([0, 0, 250])
        }
    }));
    let jpeg = samples::encoded(&picture, ImageFormat::Jpeg);
    let exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    let mut turned = vec![0xFF, 0xD8, 0xFF, 0xE1, 0, exif.len() as u8 + 2];
    turned.extend(exif);
    turned.extend(&jpeg[2..]);
    let packet = bundle(&[exhibit("photo.jpg", turned)], false).unwrap();
    assert!(read(&packet)[0].contains("photo.jpg (32 × 64)"));
    assert!(!packet.pdf.windows(4).any(|bytes| bytes == b"Exif"));
}

#[test]
fn long_texts_and_long_words_stay_on_their_pages() {
    let word = "RR123456785SE".repeat(40);
    let text = format!("{word}\n\n{}", "A line of it.\n".repeat(200));
    let packet = bundle(&[exhibit("long.txt", text.into_bytes())], false).unwrap();
    let pages = read(&packet);
    assert!(packet.pages > 3);
    let kept: String = pages.concat().split_whitespace().collect();
    assert_eq!(kept.matches("Alineofit.").count(), 200);
    assert!(kept.contains(&word));
}
