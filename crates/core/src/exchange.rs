//! Rates of exchange: exact decimals, applied to minor units.

use crate::money::{Currency, Money};

/// Parts of one.
const PARTS: i128 = 1_000_000_000_000;
const DECIMALS: usize = 12;

/// What one unit of a currency is worth in another, in parts of 10^12.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExchangeRate(i64);

impl ExchangeRate {
    /// From parts of 10^12; none unless it is above nothing.
    pub fn from_parts(parts: i64) -> Option<Self> {
        (parts > 0).then_some(Self(parts))
    }

    /// In parts of 10^12.
    pub const fn parts(self) -> i64 {
        self.0
    }

    /// Reads a decimal number above nothing, of at most twelve decimals.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > DECIMALS {
            return None;
        }
        let parts: i128 = format!("{whole}{fraction:0<DECIMALS$}").parse().ok()?;
        Self::from_parts(i64::try_from(parts).ok()?)
    }

    /// An amount in another currency, rounded to the nearest minor unit, halves away from nothing.
    pub fn of(self, minor: i64, from: Currency, to: Currency) -> Money {
        let power = |currency: Currency| 10_i128.pow(currency.exponent());
        let product = i128::from(minor) * i128::from(self.0) * power(to);
        let divisor = PARTS * power(from);
        let half = if product < 0 { -divisor / 2 } else { divisor / 2 };
        Money::new(i64::try_from((product + half) / divisor).unwrap_or(i64::MAX), to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(minor: i64, rate: &str, from: &str, to: &str) -> i64 {
        let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
        ExchangeRate::parse(rate).unwrap().of(minor, from, to).minor
    }

    #[test]
    fn amounts_keep_their_decimals() {
        assert_eq!(converted(10_000, "0.0871", "SEK", "EUR"), 8_71);
        assert_eq!(converted(1_000, "0.006123", "JPY", "EUR"), 6_12);
        assert_eq!(converted(1, "0.5", "EUR", "USD"), 1, "halves go up");
        assert_eq!(converted(-1, "0.5", "EUR", "USD"), -1);
        assert_eq!(converted(12_345, "163.320000000001", "EUR", "JPY"), 20_162);
    }

    #[test]
    fn only_decimals_above_nothing_are_rates() {
        for text in [
            "",
            "0",
            "-1",
            "1e3",
            "1,5",
            "0.0000000000001",
            ".5",
            "99999999999",
        ] {
            assert_eq!(ExchangeRate::parse(text), None, "{text}");
        }
        assert_eq!(ExchangeRate::parse("1").unwrap().parts(), 1_000_000_000_000);
    }
}
