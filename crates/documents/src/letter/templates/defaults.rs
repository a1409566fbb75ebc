//! The compiled-in templates, by their path.

macro_rules! files {
    ($($language:literal),+) => {
        &[$(
            files!(@ $language, "words.txt"),
            files!(@ $language, "opening.txt"),
            files!(@ $language, "request.txt"),
            files!(@ $language, "paypal/request.txt"),
            files!(@ $language, "shopify/request.txt"),
            files!(@ $language, "not_received.txt"),
            files!(@ $language, "not_as_described.txt"),
            files!(@ $language, "unauthorised.txt"),
            files!(@ $language, "credit_not_processed.txt"),
            files!(@ $language, "duplicate.txt"),
            files!(@ $language, "incorrect_amount.txt"),
            files!(@ $language, "subscription_cancelled.txt"),
            files!(@ $language, "risk_stop.txt"),
            files!(@ $language, "general.txt"),
        )+]
    };
    (@ $language:literal, $name:literal) => {
        (
            concat!($language, "/", $name),
            include_str!(concat!("../../../../../config/templates/", $language, "/", $name)),
        )
    };
}

pub(super) const FILES: &[(&str, &str)] = files!("en", "nl", "sv", "de");
