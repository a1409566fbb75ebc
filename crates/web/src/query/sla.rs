//! What the SLA page shows.

use chrono::NaiveDate;
use docket_app::SlaLine;
use docket_core::sla::Fate;

use super::Pairs;
use super::values::{day, read, text, unknown_parameter, word};
use crate::texts::t;

/// Which report, and whether the clocks behind a figure of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SlaQuery {
    /// Name or id.
    pub client: Option<String>,
    pub from: Option<NaiveDate>,
    /// The first day that is out.
    pub to: Option<NaiveDate>,
    /// The clocks that are listed.
    pub clocks: Option<Clocks>,
    /// So many of them stand on pages before.
    pub after: usize,
}

/// The clocks of one target that came to the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clocks {
    /// Version of the contract.
    pub version: i64,
    /// Name of the target.
    pub target: String,
    /// With pauses and exclusions taken off.
    pub adjusted: bool,
    /// What they came to.
    pub fate: Fate,
}

impl Clocks {
    /// Whether a clock is one of them.
    pub fn fit(&self, line: &SlaLine<'_>) -> bool {
        let fate = if self.adjusted {
            line.judged.adjusted
        } else {
            line.judged.raw
        };
        (line.version, line.target) == (self.version, self.target.as_str()) && fate == self.fate
    }
}

const ADJUSTED: &str = "adjusted";
const RAW: &str = "raw";

impl SlaQuery {
    /// Reads the parameters; every wrong one is named with what would be right.
    pub fn parse(pairs: &Pairs) -> Result<Self, Vec<String>> {
        let mut query = Self::default();
        let (mut version, mut target, mut adjusted, mut fate) = (None, None, false, None);
        let number = |value: &str| {
            value
                .parse()
                .map_err(|_| t("query-number").with("value", value).plain())
        };
        let mut wrong = read(pairs, |name, value| {
            match name {
                "client" => query.client = Some(value.to_owned()),
                "from" => query.from = Some(day(value)?),
                "to" => query.to = Some(day(value)?),
                "version" => version = Some(number(value)?),
                "target" => target = Some(value.to_owned()),
                "view" => {
                    adjusted = match value {
                        ADJUSTED => true,
                        RAW => false,
                        other => {
                            let known = format!("{RAW}, {ADJUSTED}");
                            return Err(t("query-word").with("value", other).with("known", known).plain());
                        }
                    };
                }
                "clocks" => fate = Some(word(value)?),
                "after" => query.after = usize::try_from(number(value)?).unwrap_or_default(),
                _ => {
                    return Err(unknown_parameter(
                        "client, from, to, version, target, view, clocks, after",
                    ));
                }
            }
            Ok(())
        });
        query.clocks = match (version, target, fate) {
            (Some(version), Some(target), Some(fate)) => Some(Clocks {
                version,
                target,
                adjusted,
                fate,
            }),
            (None, None, None) => None,
            _ => {
                wrong.push(t("query-clocks").plain());
                None
            }
        };
        if wrong.is_empty() { Ok(query) } else { Err(wrong) }
    }

    /// The parameters of a link to this view.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let clocks = self.clocks.as_ref();
        let view = |clocks: &Clocks| if clocks.adjusted { ADJUSTED } else { RAW }.to_owned();
        let parts = [
            ("client", self.client.clone()),
            ("from", self.from.map(text)),
            ("to", self.to.map(text)),
            ("version", clocks.map(|c| c.version.to_string())),
            ("target", clocks.map(|c| c.target.clone())),
            ("view", clocks.map(view)),
            ("clocks", clocks.map(|c| c.fate.to_string())),
            ("after", (self.after > 0).then(|| self.after.to_string())),
        ];
        parts
            .into_iter()
            .filter_map(|(name, value)| value.map(|v| (name, v)))
            .collect()
    }
}
