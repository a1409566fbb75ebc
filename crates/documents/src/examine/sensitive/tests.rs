use super::*;

fn found(text: &str) -> Vec<Found> {
    search(&[text.to_owned()])
        .into_iter()
        .map(|find| find.found)
        .collect()
}

#[test]
fn cards_are_found_in_any_grouping() {
    for text in [
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "Zahlung mit 5555555555554444 am Montag",
        "amex 3782 822463 10005",
        "2223 0031 2200 3222",
        "6011.1111.1111.1117",
        "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
        "Card number:\n4222222222222",
        "paid for order 12 with visa 4111111111111111",
    ] {
        assert_eq!(found(text), [Found::CardNumber], "{text}");
    }
}

#[test]
fn numbers_that_merely_look_like_cards_are_left_alone() {
    for text in [
        // Luhn's digit is right, the beginning is nobody's.
        "Invoice 1234567890123452",
        // Labelled as something else.
        "Tracking number: 4111111111111111",
        "OCR 5555555555554444",
        "Sendungsnummer 4111 1111 1111 1111",
        // An article number that begins with 4 and passes by chance.
        "4006381333931 x 2, 4222222222222",
        // The last digit is wrong.
        "4111 1111 1111 1112",
        // More digits than any card has: a parcel.
        "4111 1111 1111 1111 1111 11",
        // Part of a code.
        "JD4111111111111111",
        "4111111111111111A",
        "+46 70 123 45 67, 2026-11-24 13:30, 1 299,00 SEK",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn codes_are_found_beside_their_words_only() {
    assert_eq!(found("CVV: 123"), [Found::CardCode]);
    assert_eq!(found("CVC2 = 9876"), [Found::CardCode]);
    assert_eq!(found("Visa card\nsecurity code 123"), [Found::CardCode]);
    assert_eq!(found("Your door's security code 123"), []);
    assert_eq!(found("We never store the CVV of order 123"), []);
    assert_eq!(found("cvv result code M, 123 items"), []);
}

#[test]
fn national_numbers_need_their_checksum_and_mostly_their_name() {
    assert_eq!(found("123-45-6789"), [Found::UsSocialSecurity]);
    assert_eq!(found("SSN 123456789"), [Found::UsSocialSecurity]);
    assert_eq!(found("000-45-6789 and 123456789 and 666-12-3456"), []);
    assert_eq!(found("BSN: 111222333"), [Found::DutchBsn]);
    assert_eq!(found("BSN: 111222334"), []);
    assert_eq!(found("KvK 111222333"), []);
    assert_eq!(found("811218-9876"), [Found::SwedishPersonnummer]);
    assert_eq!(found("Personnummer\n198112189876"), [Found::SwedishPersonnummer]);
    // A company's number, a wrong checksum, an order numbered by its date.
    assert_eq!(found("556016-0680"), []);
    assert_eq!(found("811218-9875"), []);
    assert_eq!(found("20241105-1239"), []);
    assert_eq!(found("Steuer-ID 86095742719"), [Found::GermanTaxId]);
    assert_eq!(found("Steuer-ID 86095742718"), []);
    assert_eq!(found("Tel. 86095742719"), []);
}

#[test]
fn passports_are_found_by_their_lines() {
    let text = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
    assert_eq!(found(text), [Found::IdentityDocument]);
    assert_eq!(
        found("L898902C36UTO7408122F1204159ZE184226B<<<<<10"),
        [Found::IdentityDocument]
    );
    assert_eq!(found("PLEASE<<< READ THE TERMS"), []);
}

#[test]
fn a_find_says_where_and_never_what() {
    let pages = ["".to_owned(), "Hello\nmy card 4111 1111 1111 1111 is".to_owned()];
    let finds = search(&pages);
    assert_eq!(finds.len(), 1);
    assert_eq!((finds[0].page, finds[0].line), (2, 2));
    assert_eq!(
        finds[0].to_string(),
        "card number ••••••••••••1111 on page 2, line 2"
    );
}

#[test]
fn a_text_for_a_letter_shows_no_number_that_must_stay() {
    let text = "Order 1001 never came.\nI paid with card 4111 1111 1111 1111.\nPlease help.";
    assert_eq!(
        cleared(text),
        "Order 1001 never came.\nI paid with card •••• •••• •••• ••••.\nPlease help."
    );
    let harmless = "Parcel 00340434161094015902 came on 2026-11-05.\n";
    assert_eq!(cleared(harmless), harmless);
}
