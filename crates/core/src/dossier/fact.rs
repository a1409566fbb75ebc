//! One fact of a purchase, whatever it speaks of: what is stored by its kind.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{Dossier, Known, Line, Message, Order, Policy, Provenance, Refund, Return, Scan, Shipment};
use crate::words::words;

words! {
    /// What a fact speaks of.
    FactKind, "kind of fact" {
        /// The order.
        Order = "order",
        /// A line of it.
        Line = "line",
        /// A parcel.
        Shipment = "shipment",
        /// A scan of a parcel.
        Scan = "scan",
        /// Money that went back.
        Refund = "refund",
        /// Goods that came back.
        Return = "return",
        /// What was written.
        Message = "message",
        /// A policy.
        Policy = "policy",
    }
}

/// A fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// The order.
    Order(Order),
    /// A line of it.
    Line(Line),
    /// A parcel.
    Shipment(Shipment),
    /// A scan of a parcel.
    Scan(Scan),
    /// Money that went back.
    Refund(Refund),
    /// Goods that came back.
    Return(Return),
    /// What was written.
    Message(Message),
    /// A policy.
    Policy(Policy),
}

/// Plain structures always serialise.
fn write(fact: &impl Serialize) -> String {
    serde_json::to_string(fact).unwrap_or_default()
}

fn read<T: DeserializeOwned>(json: &str) -> Result<T, serde_json::Error> {
    serde_json::from_str(json)
}

impl Fact {
    /// What it speaks of.
    pub const fn kind(&self) -> FactKind {
        match self {
            Self::Order(_) => FactKind::Order,
            Self::Line(_) => FactKind::Line,
            Self::Shipment(_) => FactKind::Shipment,
            Self::Scan(_) => FactKind::Scan,
            Self::Refund(_) => FactKind::Refund,
            Self::Return(_) => FactKind::Return,
            Self::Message(_) => FactKind::Message,
            Self::Policy(_) => FactKind::Policy,
        }
    }

    /// Its JSON, without its kind.
    pub fn to_json(&self) -> String {
        match self {
            Self::Order(fact) => write(fact),
            Self::Line(fact) => write(fact),
            Self::Shipment(fact) => write(fact),
            Self::Scan(fact) => write(fact),
            Self::Refund(fact) => write(fact),
            Self::Return(fact) => write(fact),
            Self::Message(fact) => write(fact),
            Self::Policy(fact) => write(fact),
        }
    }

    /// With what was said before of the same fact where this one says nothing: the shop's file tells when a parcel left, the
    /// carrier's when it came. Scans, messages and policies are what they are. `before` is as [`Fact::to_json`] writes it.
    ///
    /// # Errors
    /// When `before` is no fact of this kind.
    pub fn filled_from(&self, before: &str) -> Result<Self, serde_json::Error> {
        match self.kind() {
            FactKind::Scan | FactKind::Message | FactKind::Policy => return Ok(self.clone()),
            FactKind::Order | FactKind::Line | FactKind::Shipment | FactKind::Refund | FactKind::Return => {}
        }
        let mut own: Map<String, Value> = serde_json::from_str(&self.to_json())?;
        for (name, said) in serde_json::from_str::<Map<String, Value>>(before)? {
            let silent = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
            if own.get(&name).is_none_or(silent) {
                own.insert(name, said);
            }
        }
        Self::from_json(self.kind(), &Value::Object(own).to_string())
    }

    /// Reads it back.
    ///
    /// # Errors
    /// When the JSON is no fact of this kind.
    pub fn from_json(kind: FactKind, json: &str) -> Result<Self, serde_json::Error> {
        Ok(match kind {
            FactKind::Order => Self::Order(read(json)?),
            FactKind::Line => Self::Line(read(json)?),
            FactKind::Shipment => Self::Shipment(read(json)?),
            FactKind::Scan => Self::Scan(read(json)?),
            FactKind::Refund => Self::Refund(read(json)?),
            FactKind::Return => Self::Return(read(json)?),
            FactKind::Message => Self::Message(read(json)?),
            FactKind::Policy => Self::Policy(read(json)?),
        })
    }
}

impl Dossier {
    /// Adds a fact.
    pub fn add(&mut self, fact: Fact, from: Provenance) {
        match fact {
            Fact::Order(fact) => self.orders.push(Known { fact, from }),
            Fact::Line(fact) => self.lines.push(Known { fact, from }),
            Fact::Shipment(fact) => self.shipments.push(Known { fact, from }),
            Fact::Scan(fact) => self.scans.push(Known { fact, from }),
            Fact::Refund(fact) => self.refunds.push(Known { fact, from }),
            Fact::Return(fact) => self.returns.push(Known { fact, from }),
            Fact::Message(fact) => self.messages.push(Known { fact, from }),
            Fact::Policy(fact) => self.policies.push(Known { fact, from }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_of_before_the_country_was_asked_reads_and_stays_the_same() {
        let before = r#"{"number":"1001","refs":[],"placed_at":"2026-03-01T00:00:00Z","promised_by":null,"total":null,"shipping":null,"goods":null,"cancelled_at":null,"ship_to":null}"#;
        let Ok(Fact::Order(order)) = Fact::from_json(FactKind::Order, before) else {
            panic!("no order");
        };
        assert_eq!(order.ship_country, None);
        assert_eq!(Fact::Order(order).to_json(), before);
    }

    #[test]
    fn what_one_source_does_not_say_stays_as_another_said_it() {
        let parcel = |carrier: Option<&str>, shipped: Option<&str>, delivered: Option<&str>| {
            let at = |text: Option<&str>| text.map(|text| text.parse().unwrap());
            Fact::Shipment(Shipment {
                carrier: carrier.map(str::to_owned),
                number: Some("JD1".to_owned()),
                url: None,
                shipped_at: at(shipped),
                delivered_at: at(delivered),
                received_by: None,
            })
        };
        let (left, came) = ("2026-03-01T00:00:00Z", "2026-03-04T00:00:00Z");
        let shop = parcel(Some("DHL"), Some(left), None);
        let carrier = parcel(None, None, Some(came));
        let both = parcel(Some("DHL"), Some(left), Some(came));
        assert_eq!(carrier.filled_from(&shop.to_json()).unwrap(), both);
        assert_eq!(carrier.filled_from(&both.to_json()).unwrap(), both, "told again");
        let corrected = parcel(Some("GLS"), None, None);
        assert_eq!(
            corrected.filled_from(&both.to_json()).unwrap(),
            parcel(Some("GLS"), Some(left), Some(came))
        );
    }
}
