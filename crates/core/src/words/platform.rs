use std::fmt;
use std::str::FromStr;

use super::UnknownWord;

/// Longest word of a platform, in bytes.
const LONGEST: usize = 15;

/// Where disputes live, as one short word. The core knows none of them: which ones exist is the binary's list of
/// connectors, so that a further platform changes nothing here.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Platform {
    text: [u8; LONGEST],
    length: u8,
}

impl Platform {
    /// PayPal, Customer Disputes API v1.
    pub const PAYPAL: Self = Self::new("paypal");
    /// Klarna, Disputes API.
    pub const KLARNA: Self = Self::new("klarna");
    /// Shopify Payments.
    pub const SHOPIFY: Self = Self::new("shopify");

    /// A platform by its word.
    ///
    /// # Panics
    /// When the word is not one to fifteen of `a-z`, `0-9`, `_`; words of connectors are constants, so that this
    /// happens when they are compiled.
    pub const fn new(word: &str) -> Self {
        match Self::checked(word) {
            Some(platform) => platform,
            None => panic!("a platform's word has one to fifteen of a-z, 0-9 and _"),
        }
    }

    const fn checked(word: &str) -> Option<Self> {
        let bytes = word.as_bytes();
        if bytes.is_empty() || bytes.len() > LONGEST {
            return None;
        }
        let mut text = [0; LONGEST];
        let mut at = 0;
        while at < bytes.len() {
            if !matches!(bytes[at], b'a'..=b'z' | b'0'..=b'9' | b'_') {
                return None;
            }
            text[at] = bytes[at];
            at += 1;
        }
        Some(Self {
            text,
            #[expect(clippy::cast_possible_truncation, reason = "at most fifteen, checked above")]
            length: bytes.len() as u8,
        })
    }

    /// The word.
    pub fn as_str(&self) -> &str {
        // Only ASCII gets in.
        std::str::from_utf8(&self.text[..usize::from(self.length)]).unwrap_or_default()
    }

    /// The name as its owner writes it; the word itself where it is written like that.
    pub fn title(&self) -> &str {
        match self.as_str() {
            "paypal" => "PayPal",
            "klarna" => "Klarna",
            "shopify" => "Shopify",
            other => other,
        }
    }
}

impl fmt::Debug for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Platform({})", self.as_str())
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Platform {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::checked(word).ok_or_else(|| UnknownWord {
            kind: "platform",
            word: word.to_owned(),
            known: "paypal, klarna, shopify".to_owned(),
        })
    }
}

impl serde::Serialize for Platform {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Platform {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_reads_back_and_others_are_refused() {
        for platform in [Platform::PAYPAL, Platform::SHOPIFY, Platform::new("toy_2")] {
            assert_eq!(platform.as_str().parse(), Ok(platform));
            assert_eq!(
                serde_json::from_str::<Platform>(&serde_json::to_string(&platform).unwrap()).unwrap(),
                platform
            );
        }
        for word in ["", "PayPal", "a platform", "sixteen_letters_"] {
            assert!(word.parse::<Platform>().is_err(), "{word}");
        }
        assert_eq!(Platform::KLARNA.title(), "Klarna");
        assert_eq!(Platform::new("toy").title(), "toy");
    }
}
