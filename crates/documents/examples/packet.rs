//! Makes a packet of ten exhibits, prints what it took, and writes it where it is told:
//! `cargo run --release -p docket-documents --features testing --example packet -- packet.pdf [en|nl|sv|de] [RUNS]`.

use std::error::Error;
use std::time::Instant;
use std::{env, fs};

use docket_core::words::{Language, Reason};
use docket_documents::letter::{self, Templates};
use docket_documents::packet::{self, Order, Quality};
use docket_documents::samples;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let path = arguments.next().ok_or("say where to write the packet")?;
    let language: Language = arguments.next().unwrap_or_else(|| "en".to_owned()).parse()?;
    let runs: usize = arguments.next().unwrap_or_else(|| "1".to_owned()).parse()?;
    let templates = Templates::load(None)?;
    let claim = samples::claim(Reason::NotReceived);
    let exhibits = samples::ten_exhibits();
    for _ in 0..runs {
        let start = Instant::now();
        let letter = letter::draft(
            &templates,
            language,
            &claim,
            &samples::dossier(),
            &["shipping_documentation"],
        );
        let order = Order {
            dispute: &claim.dispute,
            language,
            letter: Some(&letter),
            exhibits: &exhibits,
            at: samples::at("2026-06-02T12:00:00Z"),
            archival: false,
            quality: Quality::default(),
        };
        let made = packet::build(&templates, order)?;
        println!(
            "{} pages, {} bytes, {:?}",
            made.pages,
            made.pdf.len(),
            start.elapsed()
        );
        fs::write(&path, made.pdf)?;
    }
    for gap in letter::draft(&templates, language, &claim, &samples::dossier(), &[]).gaps {
        println!("{gap}");
    }
    Ok(())
}
