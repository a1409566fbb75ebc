//! Amounts in minor units. No floats; different currencies never add.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::sentence;
use crate::sentence::Sentence;

/// An ISO 4217 code whose exponent is known.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// Decimals of the minor unit: EUR 2, JPY 0, KWD 3.
    pub fn exponent(self) -> u32 {
        iso_currency::Currency::from_code(self.code())
            .and_then(|c| c.exponent())
            .map_or(2, u32::from)
    }
}

impl FromStr for Currency {
    type Err = MoneyError;
    fn from_str(code: &str) -> Result<Self, MoneyError> {
        let unknown = || MoneyError::UnknownCurrency(code.to_owned());
        let bytes: [u8; 3] = code.as_bytes().try_into().map_err(|_| unknown())?;
        iso_currency::Currency::from_code(code)
            .and_then(|c| c.exponent())
            .ok_or_else(unknown)?;
        Ok(Self(bytes))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let code = std::borrow::Cow::<'de, str>::deserialize(d)?;
        code.parse().map_err(serde::de::Error::custom)
    }
}

/// An amount: `minor` units of a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Minor units (cents, yen, fils); may be negative.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

/// Why an amount is no amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MoneyError {
    /// No ISO 4217 code with a known exponent.
    UnknownCurrency(String),
    /// Not a decimal number.
    NotDecimal(String),
    /// More decimals than the currency has.
    TooPrecise {
        /// The text.
        value: String,
        /// The currency.
        currency: Currency,
        /// Decimals that it has.
        allowed: u32,
    },
    /// Beyond 64 bits of minor units.
    TooLarge(String),
    /// Two currencies in one sum.
    Mixed(Currency, Currency),
}

impl MoneyError {
    /// It in words.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::UnknownCurrency(code) => sentence!("`{code}` is not a currency code of ISO 4217", code),
            Self::NotDecimal(value) => {
                sentence!("`{value}` is not a decimal amount; write it like 1234.50", value)
            }
            Self::TooPrecise {
                value,
                currency,
                allowed,
            } => sentence!(
                "`{value}` has more decimals than {currency} allows ({allowed})",
                value,
                currency = currency.to_string(),
                allowed = *allowed
            ),
            Self::TooLarge(value) => sentence!("`{value}` is too large an amount", value),
            Self::Mixed(one, other) => sentence!(
                "cannot add {one} and {other}",
                one = one.to_string(),
                other = other.to_string()
            ),
        }
    }
}

impl fmt::Display for MoneyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sentence().fmt(f)
    }
}

impl std::error::Error for MoneyError {}

impl Money {
    /// An amount of minor units.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Reads a platform's decimal string exactly.
    ///
    /// # Errors
    /// When the text is no decimal, or has a remainder below the minor unit.
    pub fn parse(value: &str, currency: Currency) -> Result<Self, MoneyError> {
        let not_decimal = || MoneyError::NotDecimal(value.to_owned());
        let (negative, digits) = match value.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, value),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let numeric = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !numeric(whole) || !numeric(fraction) {
            return Err(not_decimal());
        }
        let exponent = currency.exponent();
        let kept = usize::try_from(exponent).unwrap_or(0).min(fraction.len());
        if fraction[kept..].bytes().any(|b| b != b'0') {
            return Err(MoneyError::TooPrecise {
                value: value.to_owned(),
                currency,
                allowed: exponent,
            });
        }
        let too_large = || MoneyError::TooLarge(value.to_owned());
        let mut minor: i64 = 0;
        let padding = usize::try_from(exponent).unwrap_or(0) - kept;
        for digit in whole
            .bytes()
            .chain(fraction[..kept].bytes())
            .chain(std::iter::repeat_n(b'0', padding))
        {
            // Towards the sign from the start: the smallest amount has no positive counterpart.
            let digit = i64::from(digit - b'0') * if negative { -1 } else { 1 };
            minor = minor
                .checked_mul(10)
                .and_then(|m| m.checked_add(digit))
                .ok_or_else(too_large)?;
        }
        Ok(Self { minor, currency })
    }

    /// The decimal string that platforms expect: `12.50`, `1200` (JPY), `1.234` (KWD).
    pub fn decimal(self) -> String {
        let exponent = self.currency.exponent();
        let sign = if self.minor < 0 { "-" } else { "" };
        let magnitude = self.minor.unsigned_abs();
        if exponent == 0 {
            return format!("{sign}{magnitude}");
        }
        let unit = 10u64.pow(exponent);
        let width = usize::try_from(exponent).unwrap_or(2);
        format!("{sign}{}.{:0width$}", magnitude / unit, magnitude % unit)
    }

    /// Adds an amount of the same currency.
    ///
    /// # Errors
    /// When the currencies differ, or the sum leaves 64 bits.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Mixed(self.currency, other.currency));
        }
        let minor = self
            .minor
            .checked_add(other.minor)
            .ok_or_else(|| MoneyError::TooLarge(self.decimal()))?;
        Ok(Self {
            minor,
            currency: self.currency,
        })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{} {}", self.decimal(), self.currency))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn money(value: &str, code: &str) -> Result<Money, MoneyError> {
        Money::parse(value, code.parse()?)
    }

    #[test]
    fn reads_each_exponent() {
        assert_eq!(money("12.5", "EUR").unwrap().minor, 1250);
        assert_eq!(money("1200", "JPY").unwrap().minor, 1200);
        assert_eq!(money("1200.00", "JPY").unwrap().minor, 1200);
        assert_eq!(money("1.234", "KWD").unwrap().minor, 1234);
        assert_eq!(money("-0.01", "USD").unwrap().minor, -1);
    }

    #[test]
    fn refuses_what_it_cannot_keep() {
        assert!(matches!(
            money("120.005", "EUR"),
            Err(MoneyError::TooPrecise { .. })
        ));
        assert!(matches!(money("1,200.00", "EUR"), Err(MoneyError::NotDecimal(_))));
        assert!(matches!(money("", "EUR"), Err(MoneyError::NotDecimal(_))));
        assert!(matches!(money(".", "EUR"), Err(MoneyError::NotDecimal(_))));
        assert!(matches!(
            money("99999999999999999999", "EUR"),
            Err(MoneyError::TooLarge(_))
        ));
        assert!(matches!(money("1", "ABC"), Err(MoneyError::UnknownCurrency(_))));
    }

    #[test]
    fn a_currency_has_one_spelling() {
        for code in ["eur", "Eur", " EUR", "EURO", "€", "XXX", "XAU"] {
            assert!(
                matches!(money("1", code), Err(MoneyError::UnknownCurrency(_))),
                "{code}"
            );
        }
    }

    #[test]
    fn the_largest_amounts_are_exact() {
        for minor in [i64::MAX, i64::MIN] {
            let amount = Money::new(minor, "EUR".parse().unwrap());
            assert_eq!(Money::parse(&amount.decimal(), amount.currency), Ok(amount));
        }
        assert!(matches!(
            money("92233720368547758.08", "EUR"),
            Err(MoneyError::TooLarge(_))
        ));
    }

    #[test]
    fn currencies_do_not_mix() {
        let sum = money("1", "EUR").unwrap().checked_add(money("1", "USD").unwrap());
        assert!(matches!(sum, Err(MoneyError::Mixed(_, _))));
    }

    proptest! {
        #[test]
        fn decimal_reads_back(minor in -1_000_000_000_000i64..1_000_000_000_000, code in "EUR|JPY|KWD|USD|SEK") {
            let amount = Money::new(minor, code.parse().unwrap());
            prop_assert_eq!(Money::parse(&amount.decimal(), amount.currency).unwrap(), amount);
        }
    }
}
