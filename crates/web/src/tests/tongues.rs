//! Languages and time zones: chosen by a person, asked for by a browser; reports have the same digits in each.

use askama::Template;
use axum::http::{Request, StatusCode};
use docket_core::person::{Access, Locale};
use docket_core::words::Language;
use docket_store::on_both;
use docket_store::testing::TestDb;

use super::desk::{TestDesk, unescape};
use super::four;
use super::markup::LOCALES;
use crate::locale;
use crate::pages::factors::FactorsPage;
use crate::pages::sla::SlaPage;
use crate::pages::win_rate::WinRatePage;
use crate::samples::Samples;
use crate::samples::make::{Dispute, now};
use crate::samples::people::viewer;

on_both!(a_person_chooses_language_and_zone);

async fn a_person_chooses_language_and_zone(db: TestDb) {
    let test = TestDesk::on(db).await;
    let client = test.client("Nordlicht").await;
    let case = test.cases(&client, &[Dispute::ours("PP-D-77")]).await[0];
    let mia = test.person("Mia", Access::Specialist).await;
    let before = test.get_as(&mia, "/queue").await.body;
    assert!(before.contains("<html lang=\"en\">") && before.contains("All instants are UTC."));
    let chosen = [("language", "de"), ("zone", "Europe/Berlin")];
    let kept = test.post_as(&mia, "/account/locale", &chosen).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER);
    let page = test.get_as(&mia, "/queue").await.body;
    assert!(page.contains("<html lang=\"de\">"), "{page}");
    for said in [
        "Arbeitsliste",
        "Alle Zeiten in Europe/Berlin.",
        "Nicht erhalten",
        " MEZ<",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    // So does what core and app say: what actions do, and why a form was refused.
    let page = unescape(&test.get_as(&mia, &format!("/cases/{case}")).await.body);
    for said in ["lässt sich nicht rückgängig machen", "Strg-K"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    for english in ["cannot be undone", "is refunded"] {
        assert!(!page.contains(english), "{english}: {page}");
    }
    let empty = [("kind", "other"), ("text", "")];
    let refused = test
        .post_as(&mia, &format!("/cases/{case}/evidence/add"), &empty)
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let refused = unescape(&refused.body);
    assert!(
        refused.contains("es ist nichts darin: Fügen Sie einen Text"),
        "{refused}"
    );
    // Programs read an instant as before.
    assert!(page.contains(&format!("datetime=\"{}", now().format("%Y-%m-%dT%H"))) || page.contains("Z\">"));
    // Whoever else looks reads as they did.
    let jon = test.person("Jon", Access::Lead).await;
    assert!(
        test.get_as(&jon, "/queue")
            .await
            .body
            .contains("<html lang=\"en\">")
    );
    let account = unescape(&test.get_as(&mia, "/account").await.body);
    assert!(account.contains("value=\"de\" lang=\"de\" selected"), "{account}");
    // Nothing of an unknown zone or language is kept.
    let wrong = [("language", "de"), ("zone", "Mars/Olympus")];
    let refused = test.post_as(&mia, "/account/locale", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused
            .body
            .contains("Eine Zeitzone dieses Namens gibt es nicht.")
    );
    let wrong = [("language", "tlh"), ("zone", "UTC")];
    let refused = test.post_as(&mia, "/account/locale", &wrong).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    let page = test.get_as(&mia, "/queue").await.body;
    assert!(page.contains("Europe/Berlin"));
}

#[tokio::test]
async fn before_the_log_in_pages_are_in_the_browsers_language() {
    let test = TestDesk::new().await;
    let asks = |url: &str, language: &str| {
        let request = Request::get(url).header("host", "127.0.0.1:8080");
        test.send(request.header("accept-language", language))
    };
    let page = asks("/log-in", "sv-SE,sv;q=0.9,en;q=0.8").await.body;
    assert!(
        page.contains("<html lang=\"sv\">") && page.contains("<h1>Logga in</h1>"),
        "{page}"
    );
    let nowhere = asks("/nowhere", "nl").await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    assert!(
        nowhere.body.contains("Op dit adres is geen pagina."),
        "{}",
        nowhere.body
    );
    let asked = asks("/ask/no-token", "de").await;
    assert!(
        asked.body.contains("<h1>Diese Seite gibt es nicht</h1>"),
        "{}",
        asked.body
    );
    // A language that there is not.
    assert!(asks("/log-in", "fi").await.body.contains("<html lang=\"en\">"));
}

/// The numbers of each cell of a page's tables, whatever stands around them.
fn numbers(html: &str, language: Language) -> Vec<Vec<String>> {
    let cells = html
        .split("<td")
        .skip(1)
        .map(|rest| rest.split("</td>").next().unwrap());
    let cell = |cell: &str| {
        let text: String = cell
            .split('<')
            .map(|part| part.split_once('>').map_or(part, |(_, text)| text))
            .collect::<Vec<_>>()
            .join(" ");
        // Days are written in the language's order.
        if text.contains(" UTC") {
            return Vec::new();
        }
        let text: Vec<char> = text.chars().collect();
        let near = |place: Option<usize>| place.and_then(|p| text.get(p)).is_some_and(char::is_ascii_digit);
        let mut plain = String::new();
        for (place, letter) in text.iter().enumerate() {
            let inside = near(place.checked_sub(1)) && near(Some(place + 1));
            match (language, letter) {
                (Language::Dutch | Language::German, '.') if inside => {}
                (Language::English, ',') if inside => {}
                (Language::Swedish, '\u{a0}') if inside => {}
                (Language::Dutch | Language::German | Language::Swedish, ',') if inside => plain.push('.'),
                (_, '−') => plain.push('-'),
                (_, other) => plain.push(*other),
            }
        }
        let numbers = plain.split(|c: char| !c.is_ascii_digit() && c != '.' && c != '-');
        let mut numbers: Vec<String> = numbers
            .map(|number| number.trim_matches(['.', '-']).to_owned())
            .filter(|number| number.contains(|c: char| c.is_ascii_digit()))
            .collect();
        numbers.sort();
        numbers
    };
    cells.map(cell).collect()
}

fn the_same<P: Template>(name: &str, pages: impl Fn() -> Vec<P>) {
    let told = |present: Locale| {
        let html = locale::within(present, || {
            let pages = pages();
            pages
                .iter()
                .map(|page| page.render().unwrap())
                .collect::<String>()
        });
        // An apostrophe is written with a number.
        numbers(&html.replace("&#39;", "'"), present.language)
    };
    // One zone for all: what differs then is the language's.
    let in_utc = |language| Locale {
        language,
        ..Locale::default()
    };
    let english = told(in_utc(Language::English));
    assert!(english.iter().flatten().count() > 20, "{name}: {english:?}");
    for present in LOCALES {
        assert_eq!(
            told(in_utc(present.language)),
            english,
            "{name} in {}",
            present.language
        );
    }
}

#[test]
fn reports_have_the_same_digits_in_each_language() {
    the_same("win rates", || {
        vec![WinRatePage::of(
            &viewer(),
            &four::win_rates(docket_app::GroupBy::Month, four::MONTHS),
            &[],
            (None, None),
        )]
    });
    the_same("win rates", WinRatePage::samples);
    the_same("factors", FactorsPage::samples);
    the_same("service levels", SlaPage::samples);
}

#[test]
fn a_number_is_the_same_however_it_is_written() {
    let one = |cell: &str, language| numbers(&format!("<td>{cell}</td>"), language);
    let english = one("1,234.50\u{a0}EUR", Language::English);
    assert_eq!(english, [["1234.50"]]);
    assert_eq!(one("1.234,50&nbsp;EUR", Language::German), english);
    assert_eq!(one("1\u{a0}234,50 EUR", Language::Swedish), english);
    assert_ne!(one("1.234,51 EUR", Language::Dutch), english);
}
