//! Packets, and the least that any program has to do with the same exhibits.

use std::time::Instant;

use anyhow::{Result, anyhow};
use clap::ValueEnum;
use docket_core::packaging::{JPEG, Names, PDF, PNG, Packaging, Texts};
use docket_core::words::{Language, Reason};
use docket_documents::fit::fit_packet;
use docket_documents::letter::{self, Templates};
use docket_documents::packet::{self, Exhibit, Order, Quality};
use docket_documents::samples;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// Photos decoded, papers parsed and written, once
    Open,
    /// A packet with its pictures at their best, whatever its size
    Whole,
    /// Fitted to 10 MB, as PayPal takes it
    TenMegabytes,
    /// Fitted to 2 MB and PDF/A, as Shopify takes it
    TwoMegabytes,
}

impl What {
    pub fn word(self) -> String {
        self.to_possible_value()
            .map_or_else(String::new, |value| value.get_name().to_owned())
    }

    const fn most(self) -> Option<(u64, bool)> {
        match self {
            Self::Open | Self::Whole => None,
            Self::TenMegabytes => Some((10_000_000, false)),
            Self::TwoMegabytes => Some((2_000_000, true)),
        }
    }
}

/// What one took.
#[derive(Serialize, Deserialize)]
pub struct Made {
    pub seconds: f64,
    pub pages: usize,
    pub bytes: usize,
}

/// Makes so many, one after the other, and prints each as a line of JSON.
pub fn make(what: What, packets: u32) -> Result<()> {
    let templates = Templates::load(None)?;
    let exhibits = samples::ten_exhibits();
    for _ in 0..packets {
        let begun = Instant::now();
        let (pages, bytes) = match what {
            What::Open => (0, samples::opened(&exhibits)),
            What::Whole | What::TenMegabytes | What::TwoMegabytes => typeset(&templates, &exhibits, what)?,
        };
        let made = Made {
            seconds: begun.elapsed().as_secs_f64(),
            pages,
            bytes,
        };
        println!("{}", serde_json::to_string(&made)?);
    }
    Ok(())
}

fn typeset(templates: &Templates, exhibits: &[Exhibit], what: What) -> Result<(usize, usize)> {
    let claim = samples::claim(Reason::NotReceived);
    let (language, dossier) = (Language::English, samples::dossier());
    let letter = letter::draft(templates, language, &claim, &dossier, &["shipping_documentation"]);
    let order = Order {
        dispute: &claim.dispute,
        language,
        letter: Some(&letter),
        exhibits,
        at: samples::at("2026-06-02T12:00:00Z"),
        archival: false,
        quality: Quality::default(),
    };
    let made = match what.most() {
        None => packet::build(templates, order)?,
        Some(most) => {
            let fitted = fit_packet(templates, order, &packaging(most));
            fitted.map_err(|e| anyhow!("{e}"))?.0
        }
    };
    Ok((made.pages, made.pdf.len()))
}

const fn packaging((file_bytes, archival): (u64, bool)) -> Packaging {
    Packaging {
        types: &[PDF, JPEG, PNG],
        file_bytes,
        all_bytes: None,
        files: None,
        files_of_piece: None,
        pdf_pages: None,
        archival,
        names: Names {
            besides: None,
            chars: None,
        },
        texts: Texts {
            one: 2_000,
            appeal: 2_000,
            all: None,
        },
    }
}
