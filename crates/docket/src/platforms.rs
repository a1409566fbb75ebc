//! The platforms that this binary speaks with. A further one adds its line here.

use docket_connector::Driver;

pub const DRIVERS: &[&Driver] = &[
    &docket_paypal::DRIVER,
    &docket_klarna::DRIVER,
    &docket_shopify::DRIVER,
];
