//! Files and a case for tests and measurements, made here: nobody's photos, nobody's papers, nobody's order.
#![expect(
    clippy::unwrap_used,
    reason = "what is made here from constants does not fail"
)]

use std::io::{Cursor, Write};

use chrono::{DateTime, Utc};
use docket_core::dossier::{
    Dossier, Known, Line, Message, Movement, Order, Policy, PolicyKind, Provenance, Refund, Scan, Shipment,
    Writer,
};
use docket_core::money::Money;
use docket_core::words::{Platform, Reason};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use lopdf::{Dictionary, Document, Object, Stream, dictionary};

use crate::letter::{Answer, Claim};
use crate::packet::Exhibit;

/// A picture with a gradient and some noise, so that it packs like a photo.
pub fn picture(width: u32, height: u32) -> DynamicImage {
    let mut seed = 7u32;
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, y| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = (seed >> 27) as u8;
        let red = (x * 200 / width) as u8;
        let green = (y * 200 / height) as u8;
        Rgb([red + noise, green + noise, 90 + noise])
    }))
}

/// In that format.
pub fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    image.write_to(&mut out, format).unwrap();
    out.into_inner()
}

/// A photo.
pub fn jpeg(width: u32, height: u32) -> Vec<u8> {
    encoded(&picture(width, height), ImageFormat::Jpeg)
}

/// A PDF with these lines on its pages.
pub fn pdf(pages: &[&[&str]]) -> Vec<u8> {
    saved(document(pages))
}

/// A PDF of one page with at least so many bytes.
pub fn pdf_of(bytes: usize) -> Vec<u8> {
    let mut document = document(&[&["Delivered"]]);
    let ballast = Stream::new(Dictionary::new(), vec![b'x'; bytes]);
    document.add_object(ballast.with_compression(false));
    saved(document)
}

/// A PDF that runs a script when it is opened.
pub fn scripted_pdf() -> Vec<u8> {
    let mut document = document(&[&["Delivered"]]);
    let action = dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("app.alert(1)") };
    document.catalog_mut().unwrap().set("OpenAction", action);
    saved(document)
}

/// A small PDF that unpacks to more than is taken.
pub fn bomb_pdf() -> Vec<u8> {
    let mut document = document(&[&["Delivered"]]);
    let content = Stream::new(dictionary! { "Filter" => "FlateDecode" }, bomb(210_000_000));
    let id = document.add_object(content);
    let page = document.page_iter().next().unwrap();
    document.get_dictionary_mut(page).unwrap().set("Contents", id);
    saved(document)
}

/// As bytes.
pub fn saved(mut document: Document) -> Vec<u8> {
    let mut out = Vec::new();
    document.save_to(&mut out).unwrap();
    out
}

/// The same, still to be changed.
pub fn document(pages: &[&[&str]]) -> Document {
    let mut document = Document::with_version("1.5");
    let tree = document.new_object_id();
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
    });
    let resources = document.add_object(dictionary! { "Font" => dictionary! { "F1" => font } });
    let mut kids = Vec::new();
    for lines in pages {
        let mut content = String::from("BT /F1 12 Tf 72 720 Td ");
        for line in *lines {
            content.push_str(&format!("({line}) Tj 0 -16 Td "));
        }
        content.push_str("ET");
        let content = document.add_object(Stream::new(Dictionary::new(), content.into_bytes()));
        kids.push(Object::Reference(document.add_object(dictionary! {
            "Type" => "Page", "Parent" => tree, "Contents" => content, "Resources" => resources,
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
        })));
    }
    let count = kids.len() as i64;
    document.objects.insert(
        tree,
        Object::Dictionary(dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count }),
    );
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    document
}

/// So many zero bytes, packed.
pub fn bomb(bytes: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    let zeros = vec![0; 1_000_000];
    for _ in 0..bytes / zeros.len() {
        encoder.write_all(&zeros).unwrap();
    }
    encoder.finish().unwrap()
}

/// Packed as PDFs do.
pub fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The least that a packet's photos and papers cost any program: each photo decoded, each paper parsed and written, once.
/// Gives the bytes that came out.
pub fn opened(exhibits: &[Exhibit]) -> usize {
    let mut bytes = 0;
    for exhibit in exhibits {
        bytes += if exhibit.content.starts_with(b"%PDF") {
            saved(Document::load_mem(&exhibit.content).unwrap()).len()
        } else if let Ok(photo) = image::load_from_memory(&exhibit.content) {
            photo.as_bytes().len()
        } else {
            exhibit.content.len()
        };
    }
    bytes
}

/// That moment.
pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn known<T>(fact: T, by: &str, place: &str) -> Known<T> {
    Known {
        fact,
        from: Provenance {
            by: by.to_owned(),
            at: at("2026-06-01T08:00:00Z"),
            place: place.to_owned(),
        },
    }
}

/// A claim for this reason.
pub fn claim(reason: Reason) -> Claim {
    Claim {
        platform: Platform::PAYPAL,
        dispute: "PP-R-QZX-51234567".to_owned(),
        reason,
        amount: Some(euro(129_900)),
        opened_at: Some(at("2026-05-20T10:12:00Z")),
        merchant: "Björk & Söner AB".to_owned(),
        buyer_words: Some(
            "I never got my lamp. Nobody answers, and the café below says they took nothing.".to_owned(),
        ),
        answer: Answer::First,
    }
}

fn euro(minor: i64) -> Money {
    Money::new(minor, "EUR".parse().unwrap())
}

/// Everything that can be known of a purchase.
pub fn dossier() -> Dossier {
    let order = Order {
        number: "#1001".to_owned(),
        refs: vec!["7XA12345BC678901D".to_owned()],
        placed_at: at("2026-05-02T09:30:00Z"),
        promised_by: Some(at("2026-05-09T22:00:00Z")),
        total: Some(euro(129_900)),
        shipping: Some(euro(4_900)),
        goods: None,
        cancelled_at: None,
        ship_to: Some("Größe-Allee 5, 10115 Berlin, Deutschland".to_owned()),
        ship_country: Some("DE".to_owned()),
        addresses_match: None,
        buyer: Vec::new(),
    };
    let line = |title: &str, description: &str, quantity| Line {
        sku: None,
        title: Some(title.to_owned()),
        description: Some(description.to_owned()),
        quantity,
        amount: None,
    };
    let shipment = Shipment {
        carrier: Some("PostNord".to_owned()),
        number: Some("RR123456785SE".to_owned()),
        url: Some("https://tracking.example/RR123456785SE".to_owned()),
        shipped_at: Some(at("2026-05-04T15:10:00Z")),
        delivered_at: Some(at("2026-05-08T11:42:00Z")),
        received_by: Some("M. Exempel".to_owned()),
    };
    let scan = |movement, when: &str, place: &str| Scan {
        number: Some("RR123456785SE".to_owned()),
        movement,
        at: at(when),
        place: Some(place.to_owned()),
    };
    let message = |by, when: &str, text: &str| Message {
        by,
        at: at(when),
        text: text.to_owned(),
    };
    let policy = |kind, title: &str| Policy {
        kind,
        title: Some(title.to_owned()),
        text: "Thirty days.".to_owned(),
        url: None,
        from: "2025-01-01".parse().unwrap(),
        until: None,
    };
    Dossier {
        orders: vec![known(order, "Shopify", "order")],
        lines: vec![
            known(
                line("Desk lamp Ålö", "Brass, 40 cm, with bulb", 1),
                "Shopify",
                "order.lineItems[0]",
            ),
            known(
                line("Cable, 2 m", "Textile, black", 2),
                "Shopify",
                "order.lineItems[1]",
            ),
        ],
        shipments: vec![known(shipment, "Shopify", "order.fulfillments[0]")],
        scans: vec![
            known(
                scan(Movement::InTransit, "2026-05-05T20:00:00Z", "Malmö"),
                "warehouse",
                "shipments.csv:12",
            ),
            known(
                scan(Movement::Attempted, "2026-05-07T12:05:00Z", "Berlin"),
                "warehouse",
                "shipments.csv:13",
            ),
            known(
                scan(Movement::Delivered, "2026-05-08T11:42:00Z", "Berlin"),
                "warehouse",
                "shipments.csv:14",
            ),
        ],
        refunds: vec![known(
            Refund {
                id: Some("RF-77".to_owned()),
                amount: euro(129_900),
                at: at("2026-05-15T08:00:00Z"),
            },
            "Shopify",
            "order.refunds[0]",
        )],
        returns: Vec::new(),
        messages: vec![
            known(
                message(Writer::Buyer, "2026-05-10T07:00:00Z", "Where is it?"),
                "mail",
                "messages.csv:3",
            ),
            known(
                message(Writer::Merchant, "2026-05-10T09:00:00Z", "Delivered."),
                "mail",
                "messages.csv:4",
            ),
        ],
        policies: vec![
            known(
                policy(PolicyKind::Refund, "Returns 2025"),
                "client",
                "policies.csv:2",
            ),
            known(
                policy(PolicyKind::Terms, "Terms 2025"),
                "client",
                "policies.csv:3",
            ),
        ],
    }
}

/// Ten exhibits as a case may have: five photos of twelve megapixels, three PDFs of five pages, two texts.
pub fn ten_exhibits() -> Vec<Exhibit> {
    let photo = jpeg(4000, 3000);
    let page: &[&str] = &["Consignment note", "RR123456785SE", "Delivered 2026-05-08 11:42"];
    let paper = pdf(&[page; 5]);
    let chat = "Buyer: Where is it?\nMerchant: The carrier says it was delivered on Friday.\n\n".repeat(30);
    let exhibit = |number: usize, name: &str, content: &[u8]| Exhibit {
        name: format!("{name}-{number}"),
        summary: format!("What file {number} shows, in one line"),
        content: content.to_owned(),
    };
    let photos = (1..6).map(|number| exhibit(number, "photo", &photo));
    let papers = (6..9).map(|number| exhibit(number, "paper", &paper));
    let chats = (9..11).map(|number| exhibit(number, "chat", chat.as_bytes()));
    photos.chain(papers).chain(chats).collect()
}
