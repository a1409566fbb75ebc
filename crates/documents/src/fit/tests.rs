use docket_core::packaging::{FileType, GIF, JPEG, Names, PNG, Texts};
use image::ImageFormat;
use lopdf::dictionary;
use proptest::prelude::*;

use super::*;
use crate::examine::Kind;
use crate::samples;

const ROOMY: Packaging = Packaging {
    types: &[PDF, JPEG, PNG],
    file_bytes: 2_000_000,
    all_bytes: Some(4_000_000),
    files: None,
    files_of_piece: None,
    pdf_pages: Some(49),
    archival: false,
    names: Names {
        besides: Some("-_"),
        chars: Some(40),
    },
    texts: Texts {
        one: 1,
        appeal: 1,
        all: None,
    },
};

fn file(name: &str, content: Vec<u8>) -> File {
    File {
        name: name.to_owned(),
        summary: format!("What {name} shows"),
        content,
    }
}

fn fitted(files: &[File], packaging: &Packaging) -> Result<Fitted, CannotFit> {
    let target = Target {
        packaging,
        one_piece: false,
        dispute: "D-1",
        language: Language::English,
        at: samples::at("2026-06-02T12:00:00Z"),
    };
    let fitted = fit(&Templates::load(None).unwrap(), files, target)?;
    lawful(&fitted, packaging);
    Ok(fitted)
}

/// What must be true of whatever comes out.
fn lawful(fitted: &Fitted, packaging: &Packaging) {
    let together: usize = fitted.files.iter().map(|made| made.content.len()).sum();
    assert!(packaging.all_bytes.is_none_or(|most| together as u64 <= most));
    assert!(packaging.files.is_none_or(|most| fitted.files.len() <= most));
    let mut names = BTreeSet::new();
    for made in &fitted.files {
        let file_type: &FileType = packaging
            .file_type(made.media_type)
            .expect("a type that is taken");
        assert!(made.content.len() as u64 <= packaging.file_bytes);
        assert!(packaging.names.fit(&made.name, file_type), "{}", made.name);
        assert!(names.insert(made.name.to_lowercase()), "{} twice", made.name);
        let examined = examine(&made.name, &made.content).expect("what is made can be read");
        assert_eq!(examined.kind.media_type(), made.media_type);
        assert!(examined.kind != Kind::Pdf || packaging.pdf_pages.is_none_or(|most| examined.pages <= most));
    }
    let from: Vec<usize> = fitted.files.iter().flat_map(|made| made.from.clone()).collect();
    assert!(from.is_sorted(), "the order is kept");
}

#[test]
fn each_file_becomes_what_the_platform_takes() {
    let picture = samples::picture(60, 40);
    let files = [
        file("foto (1).webp", samples::encoded(&picture, ImageFormat::WebP)),
        file("paper.pdf", samples::pdf(&[&["x"]])),
        file("chat.txt", b"Hello".to_vec()),
        file("foto (1).gif", samples::encoded(&picture, ImageFormat::Gif)),
    ];
    let made = fitted(&files, &ROOMY).unwrap();
    let names: Vec<&str> = made.files.iter().map(|made| made.name.as_str()).collect();
    assert_eq!(names, ["foto--1.jpg", "paper.pdf", "chat.pdf", "foto--1--2.jpg"]);
    assert_eq!(
        made.files[1].content, files[1].content,
        "a PDF that fits is sent as it came"
    );
    assert!(
        made.steps
            .contains(&"`chat.txt`: set on the pages of a PDF".to_owned()),
        "{:?}",
        made.steps
    );
    assert!(
        made.steps
            .contains(&"`foto (1).webp`: called `foto--1.jpg`".to_owned()),
        "{:?}",
        made.steps
    );
    let gifs = Packaging {
        types: &[GIF],
        ..ROOMY
    };
    let said = fitted(&files[1..2], &gifs).unwrap_err().to_string();
    assert!(said.contains("`paper.pdf` can be turned into no type"), "{said}");
}

#[test]
fn a_photo_is_made_smaller_in_the_stated_order() {
    let files = [file("photo.jpg", samples::jpeg(1600, 1200))];
    let size = |file_bytes| {
        let packaging = Packaging { file_bytes, ..ROOMY };
        let made = fitted(&files, &packaging).unwrap();
        made.steps.iter().find(|step| step.contains("pictures")).cloned()
    };
    let first = fitted(&files, &ROOMY).unwrap().files[0].content.len() as u64;
    assert_eq!(size(first), None);
    assert_eq!(
        size(first - 1).as_deref(),
        Some("`photo.jpg`: pictures saved again at quality 80")
    );
    let small = size(first / 8).unwrap();
    assert!(small.contains("pictures made smaller, at most"), "{small}");
    let packaging = Packaging {
        file_bytes: 2_000,
        ..ROOMY
    };
    let said = fitted(&files, &packaging).unwrap_err().to_string();
    assert!(
        said.starts_with("`photo.jpg` has 0.1 MB at its smallest, the platform takes 0.1 MB"),
        "{said}"
    );
}

#[test]
fn a_scanned_pdf_is_made_smaller_too() {
    let mut document = samples::document(&[&["scan"]]);
    let photo = samples::jpeg(1600, 1200);
    let before = photo.len() as u64;
    let stream = lopdf::Stream::new(
        dictionary! {
            "Subtype" => "Image", "Width" => 1600, "Height" => 1200, "ColorSpace" => "DeviceRGB",
            "BitsPerComponent" => 8, "Filter" => "DCTDecode",
        },
        photo,
    );
    let id = document.add_object(stream);
    let page = document.page_iter().next().unwrap();
    let drawn = dictionary! { "XObject" => dictionary! { "Im1" => id } };
    document.get_dictionary_mut(page).unwrap().set("Resources", drawn);
    let files = [file("scan.pdf", samples::saved(document))];
    let packaging = Packaging {
        file_bytes: before / 2,
        ..ROOMY
    };
    let made = fitted(&files, &packaging).unwrap();
    assert!(
        made.steps[0].starts_with("`scan.pdf`: pictures made smaller"),
        "{:?}",
        made.steps
    );
    let read = lopdf::Document::load_mem(&made.files[0].content).unwrap();
    let photos = read.objects.values().filter_map(|object| object.as_stream().ok());
    assert!(
        photos
            .clone()
            .any(|stream| stream.filters().is_ok_and(|filters| filters == [b"DCTDecode"]))
    );
}

#[test]
fn too_many_files_are_merged_and_the_order_is_kept() {
    let files = [
        file("b.jpg", samples::jpeg(60, 40)),
        file("a.pdf", samples::pdf(&[&["first"], &["second"]])),
        file("c.txt", b"third".to_vec()),
    ];
    let packaging = Packaging {
        files: Some(1),
        archival: true,
        ..ROOMY
    };
    let made = fitted(&files, &packaging).unwrap();
    assert_eq!(made.files[0].from, [0, 1, 2]);
    assert_eq!(made.steps[0], "merged into one PDF: b.jpg, a.pdf, c.txt");
    let step = "`exhibits.pdf`: pages drawn as pictures, as PDF/A wants: a.pdf";
    assert_eq!(made.steps[1], step);
    let read = examine("x", &made.files[0].content).unwrap();
    assert_eq!(read.pages, 4);
    for (page, word) in read.text.iter().zip(["b.jpg", "a.pdf", "a.pdf", "third"]) {
        assert!(page.contains(word), "{word} not in {page}");
    }
    let short = Packaging {
        pdf_pages: Some(3),
        ..packaging
    };
    let said = fitted(&files, &short).unwrap_err().to_string();
    assert!(said.contains("has 4 pages, the platform takes 3"), "{said}");
}

#[test]
fn where_texts_alone_are_taken_files_are_refused() {
    let packaging = Packaging {
        types: &[],
        files: Some(0),
        ..ROOMY
    };
    let said = fitted(&[file("a.txt", b"x".to_vec())], &packaging)
        .unwrap_err()
        .to_string();
    assert!(said.contains("takes no files"), "{said}");
    assert_eq!(fitted(&[], &packaging).unwrap().files, []);
}

#[test]
fn a_packet_is_made_smaller_until_it_fits() {
    let templates = Templates::load(None).unwrap();
    let exhibits = [Exhibit {
        name: "photo.jpg".to_owned(),
        summary: "A photo".to_owned(),
        content: samples::jpeg(1600, 1200),
    }];
    let order = Order {
        dispute: "D-1",
        language: Language::English,
        letter: None,
        exhibits: &exhibits,
        at: samples::at("2026-06-02T12:00:00Z"),
        archival: false,
        quality: Quality::default(),
    };
    let (best, steps) = fit_packet(&templates, order, &ROOMY).unwrap();
    assert!(steps.is_empty());
    let file_bytes = best.pdf.len() as u64 * 3 / 4;
    let (smaller, steps) = fit_packet(&templates, order, &Packaging { file_bytes, ..ROOMY }).unwrap();
    assert!(
        smaller.pdf.len() as u64 <= file_bytes && steps.len() == 1,
        "{steps:?}"
    );
    let said = fit_packet(
        &templates,
        order,
        &Packaging {
            file_bytes: 1_000,
            ..ROOMY
        },
    )
    .unwrap_err();
    assert!(matches!(said, CannotFit::TooLarge { .. }), "{said}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// A packet fits into its one file, with all its pages, or it is refused.
    #[test]
    fn no_packet_exceeds_its_limits(
        sizes in proptest::collection::vec((1u32..900, 1u32..900, 0usize..3), 1..6),
        file_bytes in 2_000u64..300_000,
        all_bytes in 2_000u64..300_000,
        pages in 1usize..12,
        archival in any::<bool>(),
    ) {
        let exhibits: Vec<_> = (1..).zip(&sizes).map(|(number, (width, height, kind))| {
            let content = match kind {
                0 => samples::jpeg(*width, *height),
                1 => "A line of a chat.\n".repeat(*height as usize / 4 + 1).into_bytes(),
                _ => samples::pdf(&vec![&["Consignment note"][..]; *width as usize / 200 + 1]),
            };
            crate::packet::Exhibit { name: format!("file-{number}"), summary: "What it shows".to_owned(), content }
        }).collect();
        let templates = Templates::load(None).unwrap();
        let packaging = Packaging { file_bytes, all_bytes: Some(all_bytes), pdf_pages: Some(pages), archival, ..ROOMY };
        let order = Order {
            dispute: "D-1",
            language: Language::English,
            letter: None,
            exhibits: &exhibits,
            at: samples::at("2026-06-02T12:00:00Z"),
            archival,
            quality: Quality::default(),
        };
        if let Ok((packet, _)) = fit_packet(&templates, order, &packaging) {
            prop_assert!(packet.pdf.len() as u64 <= file_bytes.min(all_bytes));
            let examined = examine("packet.pdf", &packet.pdf).unwrap();
            prop_assert!(examined.pages == packet.pages && packet.pages <= pages);
        }
    }

    /// Whatever comes in: it fits, or it is refused. `lawful` looks at all that comes out.
    #[test]
    fn nothing_ever_exceeds_its_limits(
        sizes in proptest::collection::vec((1u32..300, 1u32..300, 0usize..5), 1..6),
        file_bytes in 2_000u64..60_000,
        all_bytes in 4_000u64..100_000,
        most in 1usize..7,
        name in "\\PC{0,30}",
    ) {
        let files: Vec<File> = sizes.iter().map(|(width, height, kind)| {
            let picture = samples::picture(*width, *height);
            let content = match kind {
                0 => samples::encoded(&picture, ImageFormat::Png),
                1 => samples::encoded(&picture, ImageFormat::WebP),
                2 => samples::pdf(&[&["a page"]]),
                3 => name.clone().into_bytes(),
                _ => samples::encoded(&picture, ImageFormat::Jpeg),
            };
            file(&name, content)
        }).collect();
        let packaging = Packaging { file_bytes, all_bytes: Some(all_bytes), files: Some(most), ..ROOMY };
        let _fits_or_is_refused = fitted(&files, &packaging);
    }
}

/// Where PDF/A is wanted, a PDF of somebody else's is drawn, and one that is PDF/A already goes as it is.
#[test]
fn a_lone_pdf_is_made_archival_once() {
    let packaging = Packaging {
        archival: true,
        ..ROOMY
    };
    let foreign = [file("note.pdf", samples::pdf(&[&["first"], &["second"]]))];
    let made = fitted(&foreign, &packaging).unwrap();
    assert!(
        made.steps
            .iter()
            .any(|step| step.contains("pages drawn as pictures")),
        "{:?}",
        made.steps
    );
    assert_eq!(examine("x", &made.files[0].content).unwrap().pages, 2);
    let again = [file("note.pdf", made.files[0].content.clone())];
    let kept = fitted(&again, &packaging).unwrap();
    assert_eq!(kept.files[0].content, again[0].content);
    assert!(kept.steps.is_empty(), "{:?}", kept.steps);
}
