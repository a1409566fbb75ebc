use proptest::prelude::*;

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
        "4111  1111  1111  1111",
        "Paid 12  4111 1111 1111 1111  10.00 EUR",
        "4111/1111/1111/1111",
        "4111_1111_1111_1111",
        "4111 - 1111 - 1111 - 1111",
        "PAN4111111111111111",
        "Visa4111 1111 1111 1111",
        "amex 3782  822463  10005",
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
        // The same further apart, and over two lines.
        "4111  1111  1111  1111  1111  11",
        "Tracking 4111  1111  1111  1111",
        "4111/1111/1111/1112",
        "0034 0434 1610\n9401 5902",
        "41111111\n11111111",
        "2026/11/24 14/05/33 1001",
        // Part of a code.
        "JD4111111111111111",
        "4111111111111111A",
        "+46 70 123 45 67, 2026-11-24 13:30, 1 299,00 SEK",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn a_card_on_two_lines_is_found_on_both() {
    for text in [
        "4111 1111\n1111 1111",
        "Card:\n41111111\n11111111",
        "visa 411111111111\n1111",
    ] {
        assert_eq!(found(text), [Found::CardNumber; 2], "{text}");
    }
    assert_eq!(cleared("4111 1111\n1111 1111"), "•••• ••••\n•••• ••••");
}

#[test]
fn a_card_whose_group_is_broken_by_the_line_is_found_on_both() {
    for text in ["4111 1111 11\n11 1111", "4111-1111-1\n111-1111"] {
        assert_eq!(found(text), [Found::CardNumber; 2], "{text}");
        assert!(!cleared(text).contains('1'), "{text}");
    }
    assert_eq!(
        found("41111111\n11111111"),
        [],
        "halves without a shape are no card"
    );
}

#[test]
fn of_a_papers_machine_readable_lines_a_letter_shows_none() {
    let passport =
        "Hi\nP<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10\nBye";
    assert_eq!(cleared(passport), "Hi\n•••\n•••\nBye");
    let card =
        "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<";
    assert_eq!(cleared(card), "•••\n•••\n•••");
}

#[test]
fn papers_are_found_by_their_numbers_beside_their_names() {
    for text in [
        "Passport No. X1234567",
        "Passport number: 123456789",
        "passport\nX1234567",
        "Ausweisnummer L01X00T47",
        "Personalausweis Nr. L01X00T47",
        "IDENTITY CARD\nJane Doe\nDocument no. X1234567",
        "Paspoortnummer SPECI2014",
        "Identiteitskaart nr. IABC12345",
        "Passnummer: 12345678",
        "ID-kort nr 12345678",
        "Driving licence no. MORGA657054SM9IJ",
        "Driver's license: D1234567",
        "Führerschein-Nr. B072RRE2I55",
        "Rijbewijsnummer 5012345678",
        "Körkortsnummer: 12345678901",
    ] {
        assert_eq!(found(text), [Found::IdentityDocument], "{text}");
    }
    for text in [
        "A passport was not needed. Order AB1234567",
        "Document no. X1234567",
        "Passport holder, black leather, SKU PH123456",
        "passport photo",
        "Ski pass 2026",
        "A driving licence holder, SKU LIC1234567",
        "Tracking number 1Z5R89390357567128",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn codes_are_found_beside_their_words_only() {
    assert_eq!(found("CVV: 123"), [Found::CardCode]);
    assert_eq!(found("CVC2 = 9876"), [Found::CardCode]);
    assert_eq!(found("Visa card\nsecurity code 123"), [Found::CardCode]);
    assert_eq!(found("CVV2 123"), [Found::CardCode]);
    assert_eq!(found("CVV/CVC: 123"), [Found::CardCode]);
    assert_eq!(found("cvv\n123"), [Found::CardCode]);
    assert_eq!(found("Visa card\nsecurity code\n123"), [Found::CardCode]);
    assert_eq!(found("Your door's security code\n123"), []);
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

proptest! {
    #[test]
    fn a_card_is_found_whatever_stands_between_its_groups(
        body in proptest::collection::vec(0u8..10, 14),
        gap in "( {1,3}| ?[-./_] ?)",
        around in "[a-z ]{0,20}",
    ) {
        let mut digits = [&[4][..], &body].concat();
        let check = (0..10).find(|last| luhn(&[&digits[..], &[*last]].concat())).unwrap();
        digits.push(check);
        let groups: Vec<String> = digits.chunks(4).map(|four| four.iter().map(|d| char::from(d + b'0')).collect()).collect();
        let text = format!("{around} {} {around}", groups.join(&gap));
        prop_assert!(found(&text).contains(&Found::CardNumber), "{text}");
        prop_assert!(!cleared(&text).contains(&groups[1]), "{text}");
    }

    #[test]
    fn numbers_of_parcels_and_orders_are_left_alone(
        body in proptest::collection::vec(0u8..10, 18),
        gap in "( {0,2}|-)",
        label in "(Sendungsnummer|Tracking number|Order|Zending)",
    ) {
        // The numbers of parcels begin with 00: no card does.
        let digits: String = body.iter().map(|d| char::from(d + b'0')).collect();
        let groups: Vec<&str> = [&digits[..2], &digits[2..6], &digits[6..10], &digits[10..14], &digits[14..]].into();
        let text = format!("{label}: 00{}", groups.join(&gap));
        prop_assert_eq!(found(&text), []);
    }
}
