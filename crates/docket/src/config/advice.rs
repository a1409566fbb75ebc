//! `[advice]`: what platforms charge for disputes.

use anyhow::{Context, Result, bail};
use docket_core::money::{Currency, Money};
use docket_core::recommend::Fee as Charged;
use docket_core::words::Platform;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advice {
    fees: Vec<Fee>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fee {
    platform: String,
    currency: String,
    won: String,
    lost: String,
    accepted: String,
}

impl Advice {
    /// What platforms charge.
    ///
    /// # Errors
    /// When a platform, a currency or an amount is none, or one place has two entries.
    pub fn fees(&self) -> Result<Vec<Charged>> {
        let mut fees: Vec<Charged> = Vec::new();
        for fee in &self.fees {
            let place = format!(
                "configuration: advice.fees of {} in {}",
                fee.platform, fee.currency
            );
            let platform: Platform = fee.platform.parse().context(place.clone())?;
            let currency: Currency = fee.currency.parse().context(place.clone())?;
            let money = |text: &str| -> Result<Money> {
                let money = Money::parse(text, currency).context(place.clone())?;
                if money.minor < 0 {
                    bail!("{place}: `{text}` is below 0");
                }
                Ok(money)
            };
            if fees
                .iter()
                .any(|known| known.platform == platform && known.won.currency == currency)
            {
                bail!("{place}: there are two entries; keep one");
            }
            fees.push(Charged {
                platform,
                won: money(&fee.won)?,
                lost: money(&fee.lost)?,
                accepted: money(&fee.accepted)?,
            });
        }
        Ok(fees)
    }
}
