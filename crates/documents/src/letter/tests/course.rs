//! How letters open, and what they tell of order and goods where more than one source or many lines do.

use super::*;

#[test]
fn appeals_and_further_rounds_open_with_what_they_are() {
    let on = Some(samples::at("2026-05-30T09:00:00Z"));
    let decided = |outcome, on| Some(Decision { outcome, on });
    let answers = [
        Answer::First,
        Answer::Appeal(None),
        Answer::Appeal(decided(Outcome::Lost, on)),
        Answer::Appeal(decided(Outcome::Partial, on)),
        Answer::Appeal(decided(Outcome::Lost, None)),
        Answer::Again(None),
        Answer::Again(decided(Outcome::Won, None)),
        Answer::Again(decided(Outcome::Lost, None)),
        Answer::Again(decided(Outcome::Partial, None)),
        Answer::Appeal(decided(Outcome::Settled, on)),
    ];
    let mut all = String::new();
    for language in Language::ALL {
        all.push_str(&format!("# {language}\n"));
        for answer in answers {
            let claim = Claim {
                amount: None,
                opened_at: None,
                buyer_words: None,
                answer,
                ..samples::claim(Reason::Other)
            };
            let letter = draft(&templates(), *language, &claim, &Dossier::default(), &[]);
            let Some(Block::Paragraph(opening)) = letter.blocks.first() else {
                panic!("{:?}", letter.blocks)
            };
            all.push_str(&format!("{}: {opening}\n", letter.title));
        }
    }
    insta::assert_snapshot!("openings", all);
}

#[test]
fn an_address_with_and_without_its_country_is_one() {
    let mut dossier = samples::dossier();
    let mut platform = dossier.orders[0].clone();
    let said = |dossier: &Dossier| {
        let claim = samples::claim(Reason::NotReceived);
        text(&draft(&templates(), Language::English, &claim, dossier, &[]))
    };
    platform.fact.ship_to = Some("Größe-Allee 5, 10115 Berlin".to_owned());
    dossier.orders.push(platform.clone());
    assert!(said(&dossier).contains("The address of the order: Größe-Allee 5, 10115 Berlin, Deutschland"));
    dossier.orders[1].fact.ship_to = Some("Größe-Allee 7, 10115 Berlin".to_owned());
    assert!(!said(&dossier).contains("address of the order"), "they differ");
}

#[test]
fn goods_are_listed_once_each_as_long_as_that_is_a_sentence() {
    let of = |titles: &dyn Fn(usize) -> String, lines: usize| {
        let mut dossier = samples::dossier();
        let line = dossier.lines[0].clone();
        dossier.lines = (0..lines).map(|_| line.clone()).collect();
        for (number, known) in dossier.lines.iter_mut().enumerate() {
            (known.fact.title, known.fact.quantity) = (Some(titles(number)), 2);
        }
        let claim = samples::claim(Reason::Other);
        text(&draft(&templates(), Language::English, &claim, &dossier, &[]))
    };
    assert!(of(&|_| "Lamp".to_owned(), 12).contains("The order consists of: 24\u{a0}×\u{a0}Lamp."));
    assert!(of(&|number| format!("Lamp {number}"), 30).contains("The order consists of"));
    assert!(!of(&|number| format!("Lamp {number}"), 31).contains("The order consists of"));
}
