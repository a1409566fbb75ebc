//! What every connector owes, whatever its platform: one suite over `&dyn Connector`, run for each platform against the
//! real simulator over HTTP. What a platform's side of it looks like stands in `platforms.rs`; nothing else here knows
//! one platform from another.

#![expect(clippy::unwrap_used, reason = "a test fails where it unwraps")]

mod acting;
mod checking;
mod hiding;
mod house;
mod listing;
mod losing;
mod marks;
mod platforms;
mod reading;
mod refusing;
mod samples;
mod webhooks;

/// The suite for one platform; every function takes the platform's side.
macro_rules! suite {
    ($platform:ident, $side:expr; $($room:ident :: $name:ident),+ $(,)?) => {
        mod $platform {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                crate::$room::$name(&$side).await;
            })+
        }
    };
}

macro_rules! for_each_platform {
    ($($room:ident :: $name:ident),+ $(,)?) => {
        suite!(paypal, crate::platforms::PAYPAL; $($room::$name),+);
        suite!(klarna, crate::platforms::KLARNA; $($room::$name),+);
        suite!(shopify, crate::platforms::SHOPIFY; $($room::$name),+);
    };
}

for_each_platform!(
    listing::the_first_listing_names_every_dispute_once,
    listing::an_interrupted_listing_loses_nothing,
    listing::open_disputes_are_listed_whatever_came_before,
    marks::what_did_not_change_costs_no_reading,
    marks::a_change_moves_the_mark,
    reading::what_is_not_ours_is_not_found,
    reading::the_raw_body_reads_the_same_elsewhere,
    reading::a_healthy_account_permits_everything,
    acting::what_is_claimed_is_done_once_and_proved,
    acting::what_is_not_claimed_makes_no_call,
    checking::what_passes_is_taken,
    checking::what_would_be_refused_is_refused_before,
    refusing::wrong_credentials_ask_for_a_person,
    refusing::too_many_calls_name_a_pause,
    refusing::failures_of_reads_are_tried_again,
    refusing::a_page_of_html_is_a_broken_contract,
    losing::an_answer_says_what_is_known,
    losing::a_lost_answer_is_found_by_reading,
    hiding::errors_hold_neither_secrets_nor_names,
    hiding::facts_about_orders_hold_no_names,
    webhooks::a_genuine_one_names_its_dispute,
    webhooks::a_forged_one_is_refused,
    webhooks::without_a_secret_nothing_is_believed,
);
