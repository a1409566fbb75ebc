//! Preparing the responses, as a specialist would: one call of the binary each.

use anyhow::{Context, Result, anyhow};

use super::{Wanted, note};
use crate::desk::Desk;

/// Preparing at the same time.
const HANDS: usize = 3;

pub fn all(desk: &Desk, wanted: &[Wanted]) -> Result<()> {
    let share = wanted.len().div_ceil(HANDS).max(1);
    std::thread::scope(|scope| {
        let hands: Vec<_> = wanted
            .chunks(share)
            .enumerate()
            .map(|(hand, mine)| {
                scope.spawn(move || {
                    let mut numbered = mine.iter().enumerate();
                    numbered.try_for_each(|(number, wanted)| one(desk, wanted, &format!("{hand}-{number}")))
                })
            })
            .collect();
        for hand in hands {
            hand.join().map_err(|_| anyhow!("preparing broke down"))??;
        }
        Ok(())
    })
}

fn one(desk: &Desk, wanted: &Wanted, name: &str) -> Result<()> {
    let text = note(&wanted.dispute);
    let kind = wanted.platform.text_kind();
    let mut args = vec![
        "respond",
        &wanted.dispute,
        "contest",
        "--evidence",
        kind,
        "--note",
        &text,
    ];
    let file = desk.folder().join(format!("letter-{name}.pdf"));
    let shown = file.display().to_string();
    if wanted.platform.needs_file() {
        // Each its own, so that a mix-up would show.
        let letter = docket_documents::samples::pdf(&[&[&text]]);
        std::fs::write(&file, letter).context("cannot write a letter")?;
        args.extend(["--file", &shown]);
    }
    desk.good(&args).map(drop)
}
