//! Texts, instants and whole numbers that never fail a dispute.

use std::fmt;

use chrono::{DateTime, NaiveDateTime, SubsecRound, Utc};
use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A scalar as text. Ids are opaque (reference 2), and merchants' references have been seen as bare numbers; what is no
/// scalar at all reads as an empty text, so that one odd field does not cost the dispute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text(pub String);

impl Text {
    /// The text, unless there is nothing in it.
    pub fn filled(&self) -> Option<&str> {
        Some(self.0.trim()).filter(|text| !text.is_empty())
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Text;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Text, E> {
                Ok(Text(text.to_owned()))
            }
            fn visit_string<E: Error>(self, text: String) -> Result<Text, E> {
                Ok(Text(text))
            }
            fn visit_u64<E: Error>(self, number: u64) -> Result<Text, E> {
                Ok(Text(number.to_string()))
            }
            fn visit_i64<E: Error>(self, number: i64) -> Result<Text, E> {
                Ok(Text(number.to_string()))
            }
            fn visit_f64<E: Error>(self, number: f64) -> Result<Text, E> {
                Ok(Text(number.to_string()))
            }
            fn visit_bool<E: Error>(self, word: bool) -> Result<Text, E> {
                Ok(Text(word.to_string()))
            }
            fn visit_unit<E: Error>(self) -> Result<Text, E> {
                Ok(Text(String::new()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Text, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Text(String::new()))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Text(String::new()))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// An instant, cut to microseconds; `Odd` keeps the place of one that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Time {
    /// Readable.
    At(DateTime<Utc>),
    /// Something stands there, and it is no instant.
    Odd,
}

impl Time {
    /// The instant, if it could be read.
    pub const fn at(self) -> Option<DateTime<Utc>> {
        match self {
            Self::At(at) => Some(at),
            Self::Odd => None,
        }
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(deserializer)?;
        Ok(instant(text.0.trim()).map_or(Self::Odd, |at| Self::At(at.trunc_subsecs(6))))
    }
}

/// Reference 16: with or without seconds, fraction and offset; without an offset it is UTC.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    const OFFSET: [&str; 2] = ["%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M%#z"];
    const BARE: [&str; 2] = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"];
    let text = text.replacen(' ', "T", 1);
    if let Ok(at) = DateTime::parse_from_rfc3339(&text) {
        return Some(at.with_timezone(&Utc));
    }
    let bare = text.strip_suffix(['Z', 'z']).unwrap_or(&text);
    if let Some(at) = BARE
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(bare, form).ok())
    {
        return Some(at.and_utc());
    }
    OFFSET
        .iter()
        .find_map(|form| DateTime::parse_from_str(&text, form).ok())
        .map(|at| at.with_timezone(&Utc))
}

/// An amount in minor units; `Odd` for anything but a whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Minor {
    /// So many.
    Of(i64),
    /// Something else.
    Odd,
}

impl Minor {
    /// The number, if it is one.
    pub const fn number(self) -> Option<i64> {
        match self {
            Self::Of(number) => Some(number),
            Self::Odd => None,
        }
    }
}

impl<'de> Deserialize<'de> for Minor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(deserializer)?;
        Ok(text.0.trim().parse().map_or(Self::Odd, Self::Of))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        let time: Time = serde_json::from_value(text.into()).unwrap();
        Some(time.at()?.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
    }

    #[test]
    fn instants_come_in_many_forms() {
        let rows = [
            ("2027-01-15T08:00:00Z", "2027-01-15T08:00:00Z"),
            ("2027-01-15T08:00:48.123Z", "2027-01-15T08:00:48.123Z"),
            ("2027-01-15T08:00:48.1234567Z", "2027-01-15T08:00:48.123456Z"),
            ("2027-01-15T08:00", "2027-01-15T08:00:00Z"),
            ("2027-01-15T08:00Z", "2027-01-15T08:00:00Z"),
            ("2027-01-15T08:00:09", "2027-01-15T08:00:09Z"),
            ("2027-01-15T08:00:09.5", "2027-01-15T08:00:09.500Z"),
            ("2027-01-15T10:00+02:00", "2027-01-15T08:00:00Z"),
            ("2027-01-15T10:00:01+0200", "2027-01-15T08:00:01Z"),
            ("2027-01-15 08:00:00", "2027-01-15T08:00:00Z"),
        ];
        for (text, expected) in rows {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "soon", "2027-01-15", "2027-13-15T08:00:00Z", "1800000000"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn an_odd_scalar_fails_nothing() {
        let texts: Vec<Text> =
            serde_json::from_str(r#"["a", 7, -7, 1.5, true, null, {"a": [1]}, [{}]]"#).unwrap();
        let texts: Vec<&str> = texts.iter().map(|text| text.0.as_str()).collect();
        assert_eq!(texts, ["a", "7", "-7", "1.5", "true", "", "", ""]);
        let sums: Vec<Minor> = serde_json::from_str(r#"[1999, "1999", 19.99, "x", {}]"#).unwrap();
        let sums: Vec<Option<i64>> = sums.into_iter().map(Minor::number).collect();
        assert_eq!(sums, [Some(1999), Some(1999), None, None, None]);
    }
}
