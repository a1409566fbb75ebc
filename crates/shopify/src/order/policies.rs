//! The shop's policies as it shows them now, with the texts that a packet may need.

use docket_connector::Error;
use serde::Deserialize;

use super::shape::Policy;
use super::spare;
use crate::{Shopify, documents};

/// Longest text that is kept, in characters: it is kept with each order. A longer one is left out, because half of a policy may
/// say the opposite of the whole.
const LONGEST: usize = 30_000;

impl Shopify {
    pub(super) async fn policies(&self) -> Result<Vec<Policy>, Error> {
        #[derive(Deserialize)]
        struct Data {
            shop: Option<Holder>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Holder {
            shop_policies: Option<Vec<Policy>>,
        }
        let reply = self.query(&documents::POLICIES, serde_json::json!({})).await?;
        reply.log_missing("policies");
        let policies = reply
            .data::<Data>("policies")?
            .and_then(|data| data.shop)
            .and_then(|shop| shop.shop_policies);
        match (policies, reply.explanation()) {
            (None, Some(error)) => spare(error).map(|()| Vec::new()),
            (policies, _) => Ok(policies.unwrap_or_default().into_iter().map(readable).collect()),
        }
    }
}

/// The policy with its text instead of its HTML; without any where none is shown to a buyer's bank.
fn readable(mut policy: Policy) -> Policy {
    let shown = matches!(
        policy.r#type.as_deref(),
        Some("REFUND_POLICY" | "SHIPPING_POLICY" | "SUBSCRIPTION_POLICY")
    );
    let text = policy.body.take().filter(|_| shown).map(|html| text(&html));
    policy.body = text.filter(|text| !text.is_empty() && text.chars().count() <= LONGEST);
    policy
}

/// What a reader of the page sees: paragraphs as lines, without tags, styles and scripts.
fn text(html: &str) -> String {
    let mut found = String::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        found.push_str(&rest[..at].replace(['\n', '\r', '\t'], " "));
        let tag = &rest[at..];
        let name = tag.trim_start_matches(['<', '/']);
        let name: String = name.chars().take_while(char::is_ascii_alphanumeric).collect();
        let name = name.to_ascii_lowercase();
        let end = match name.as_str() {
            "style" | "script" if !tag.starts_with("</") => close(tag, &name),
            _ if tag.starts_with("<!--") => tag.find("-->").map(|at| at + 3),
            _ => tag.find('>').map(|at| at + 1),
        };
        if matches!(
            name.as_str(),
            "p" | "br"
                | "div"
                | "li"
                | "ul"
                | "ol"
                | "tr"
                | "table"
                | "h1"
                | "h2"
                | "h3"
                | "h4"
                | "h5"
                | "h6"
        ) {
            found.push('\n');
        }
        rest = end.map_or("", |end| &tag[end..]);
    }
    found.push_str(&rest.replace(['\n', '\r', '\t'], " "));
    let lines = found.lines().map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        plain(&words.join(" "))
    });
    let lines: Vec<String> = lines.filter(|line| !line.trim().is_empty()).collect();
    lines.join("\n")
}

/// Behind the end tag of an element whose content is no text.
fn close(tag: &str, name: &str) -> Option<usize> {
    let lower = tag.to_ascii_lowercase();
    let from = lower.find(&format!("</{name}"))?;
    Some(from + lower[from..].find('>')? + 1)
}

/// Characters instead of their names.
fn plain(line: &str) -> String {
    let mut found = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('&') {
        found.push_str(&rest[..at]);
        let entity = &rest[at + 1..];
        let end = entity.find(';').filter(|end| *end <= 8);
        let meant = end.and_then(|end| character(&entity[..end]).zip(Some(end)));
        match meant {
            Some((meant, end)) => {
                found.push(meant);
                rest = &entity[end + 1..];
            }
            None => {
                found.push('&');
                rest = entity;
            }
        }
    }
    found.push_str(rest);
    found
}

fn character(name: &str) -> Option<char> {
    let number = |digits: &str, radix| char::from_u32(u32::from_str_radix(digits, radix).ok()?);
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "lsquo" => Some('‘'),
        "rsquo" => Some('’'),
        "nbsp" => Some(' '),
        "euro" => Some('€'),
        "ndash" => Some('–'),
        "mdash" => Some('—'),
        _ => {
            let number_of = name.strip_prefix('#')?;
            match number_of.strip_prefix(['x', 'X']) {
                Some(digits) => number(digits, 16),
                None => number(number_of, 10),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_reads_as_its_text() {
        let html = "<style>p { color: red }</style><h2>Returns</h2>\n<p>Within 30&nbsp;days,\n<b>unused</b> &amp; complete &#8211; \
                    we pay.</p><!-- <p>draft</p> --><ul><li>Lamps</li><li>Shades &lt; 2&#x20AC;</li></ul><p>A & B;</p>";
        assert_eq!(
            text(html),
            "Returns\nWithin 30 days, unused & complete – we pay.\nLamps\nShades < 2€\nA & B;"
        );
        assert_eq!(text("no tags"), "no tags");
        assert_eq!(text("cut <b"), "cut");
        assert_eq!(text(""), "");
    }

    #[test]
    fn texts_that_no_packet_shows_and_too_long_ones_are_not_kept() {
        let kept = |kind: &str, body: &str| {
            let policy = Policy {
                r#type: Some(kind.to_owned()),
                body: Some(body.to_owned()),
                ..Policy::default()
            };
            readable(policy).body
        };
        assert_eq!(
            kept("REFUND_POLICY", "<p>30 days</p>").as_deref(),
            Some("30 days")
        );
        assert_eq!(kept("PRIVACY_POLICY", "<p>30 days</p>"), None);
        assert_eq!(kept("REFUND_POLICY", "<p> </p>"), None);
        assert_eq!(kept("REFUND_POLICY", &"a".repeat(LONGEST + 1)), None);
    }
}
