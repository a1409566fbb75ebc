//! Amounts as PayPal writes them: a decimal string whose digits depend on the currency.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// An amount in the smallest unit of its currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Money {
    pub minor: i64,
    pub currency: String,
}

/// The currencies that planted disputes use, with the size of a typical order in whole units.
pub(crate) const CURRENCIES: [(&str, i64); 13] = [
    ("USD", 80),
    ("EUR", 75),
    ("GBP", 65),
    ("JPY", 9_000),
    ("KWD", 25),
    ("AUD", 110),
    ("CAD", 105),
    ("CHF", 70),
    ("SEK", 800),
    ("PLN", 300),
    ("MXN", 1_500),
    ("BRL", 400),
    ("DKK", 520),
];

/// Decimals of a currency; `None` for one that this fake does not trade in.
pub(crate) fn decimals(currency: &str) -> Option<u32> {
    if !CURRENCIES.iter().any(|(known, _)| *known == currency) {
        return None;
    }
    Some(match currency {
        "JPY" => 0,
        "KWD" => 3,
        _ => 2,
    })
}

impl Money {
    pub(crate) fn new(minor: i64, currency: &str) -> Self {
        Self {
            minor,
            currency: currency.to_owned(),
        }
    }

    pub(crate) fn with_minor(&self, minor: i64) -> Self {
        Self {
            minor,
            currency: self.currency.clone(),
        }
    }

    pub(crate) fn value(&self) -> String {
        let digits = decimals(&self.currency).unwrap_or(2);
        let unit = 10_i64.pow(digits);
        let sign = if self.minor < 0 { "-" } else { "" };
        let (whole, rest) = (self.minor.abs() / unit, self.minor.abs() % unit);
        match digits {
            0 => format!("{sign}{whole}"),
            _ => format!("{sign}{whole}.{rest:0width$}", width = digits as usize),
        }
    }

    pub(crate) fn json(&self) -> Value {
        json!({"currency_code": self.currency, "value": self.value()})
    }

    /// Reads PayPal's `{currency_code, value}`; the value must be a string with no more decimals than the currency has.
    pub(crate) fn parse(value: &Value) -> Option<Self> {
        let currency = value.get("currency_code")?.as_str()?;
        let digits = decimals(currency)?;
        let text = value.get("value")?.as_str()?;
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let dotted = text.contains('.');
        if whole.is_empty()
            || whole.len() > 15
            || !plain(whole)
            || !plain(fraction)
            || (dotted && fraction.is_empty())
        {
            return None;
        }
        if fraction.len() > digits as usize {
            return None;
        }
        let padded = format!("{whole}{fraction:0<width$}", width = digits as usize);
        Some(Self::new(padded.parse().ok()?, currency))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_follow_the_currency() {
        assert_eq!(Money::new(1234, "EUR").value(), "12.34");
        assert_eq!(Money::new(1234, "JPY").value(), "1234");
        assert_eq!(Money::new(1234, "KWD").value(), "1.234");
        assert_eq!(Money::new(-5, "USD").value(), "-0.05");
    }

    #[test]
    fn only_strings_with_fitting_decimals_are_read() {
        let read = |value: Value| Money::parse(&json!({"currency_code": "JPY", "value": value}));
        assert_eq!(read(json!("900")), Some(Money::new(900, "JPY")));
        assert_eq!(read(json!("9.00")), None);
        assert_eq!(read(json!(900)), None);
        assert_eq!(
            Money::parse(&json!({"currency_code": "EUR", "value": "3.5"})),
            Some(Money::new(350, "EUR"))
        );
        assert_eq!(
            Money::parse(&json!({"currency_code": "EUR", "value": "1,000.00"})),
            None
        );
        assert_eq!(
            Money::parse(&json!({"currency_code": "EUR", "value": "1."})),
            None
        );
    }
}
