//! Planted documents against the facts about Klarna's interface (names, types, limits, words). The file is not part of this
//! repository: the environment variable `DOCKET_KLARNA_SPEC` names a copy, and without it there is nothing to hold against.

use super::*;

struct Spec(Value);

impl Spec {
    /// Appends what does not fit.
    fn check(&self, kind: &str, value: &Value, path: &str, out: &mut Vec<String>) {
        if let Some(kind) = kind.strip_suffix(" | None") {
            return match value {
                Value::Null => {}
                other => self.check(kind, other, path, out),
            };
        }
        if let Some(item) = kind.strip_prefix("List[").and_then(|rest| rest.strip_suffix(']')) {
            let Some(rows) = value.as_array() else {
                return out.push(format!("{path}: no list"));
            };
            for row in rows {
                self.check(item, row, path, out);
            }
            return;
        }
        if kind.contains(" | ") {
            let fits = kind.split(" | ").any(|one| {
                let mut found = Vec::new();
                self.check(one, value, path, &mut found);
                found.is_empty()
            });
            if !fits {
                out.push(format!("{path}: none of {kind}"));
            }
            return;
        }
        let fits = match kind {
            "str" | "uuid|str" | "datetime" => value.is_string(),
            "int" => value.is_i64(),
            "bool" => value.is_boolean(),
            "None" => value.is_null(),
            _ => return self.named(kind, value, path, out),
        };
        if !fits {
            out.push(format!("{path}: not {kind}"));
        }
    }

    fn named(&self, kind: &str, value: &Value, path: &str, out: &mut Vec<String>) {
        if let Some(words) = self.0["enums"][kind].as_array() {
            if !words.contains(value) {
                out.push(format!("{path}: {value} is no {kind}"));
            }
            return;
        }
        let schema = &self.0["schemas"][kind];
        let (Some(fields), Some(map)) = (schema["fields"].as_object(), value.as_object()) else {
            return out.push(format!("{path}: not {kind}"));
        };
        for (name, rule) in fields {
            let below = format!("{path}/{name}");
            match map.get(name) {
                None if rule["required"] == true => out.push(format!("{below}: missing")),
                None => {}
                Some(value) => {
                    self.check(rule["type"].as_str().unwrap(), value, &below, out);
                    limits(rule, value, &below, out);
                }
            }
        }
        if schema["additional_properties_allowed"] == false {
            let surplus = map.keys().filter(|name| !fields.contains_key(*name));
            out.extend(surplus.map(|name| format!("{path}/{name}: surplus")));
        }
    }
}

fn limits(rule: &Value, value: &Value, path: &str, out: &mut Vec<String>) {
    let size = match value {
        Value::String(text) => text.chars().count() as u64,
        Value::Array(rows) => rows.len() as u64,
        _ => return,
    };
    let bound = |name: &str| {
        rule[format!("{name}_length")]
            .as_u64()
            .or(rule[format!("{name}_items")].as_u64())
    };
    if bound("min").is_some_and(|least| size < least) || bound("max").is_some_and(|most| size > most) {
        out.push(format!("{path}: size {size}"));
    }
    let open = rule["open_enum_values"].as_array();
    let word = value.as_str().unwrap_or_default().to_lowercase();
    if open.is_some_and(|words| !words.contains(&json!(word))) {
        out.push(format!("{path}: unlisted {word}"));
    }
}

/// Faults of the file itself, and what is planted so that clients meet it.
fn expected(row: &Value, found: &str) -> bool {
    let closed = row["state"] == "CLOSED";
    (closed && (found == "/arbitration: missing" || found == "/previous_state: missing"))
        || found.contains("RETURN_NOT_POSSIBLE")
        || found.contains("unlisted decided_under_seasonal_return_window")
}

#[tokio::test]
async fn documents_fit_the_known_facts() {
    let Ok(path) = std::env::var("DOCKET_KLARNA_SPEC") else {
        eprintln!("skipped: DOCKET_KLARNA_SPEC names no file");
        return;
    };
    let spec = Spec(serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap());
    let desk = Desk::open(Options {
        cases: 600,
        platforms: Mix::Klarna,
        ..options()
    })
    .await;
    let rows = desk.control("/klarna/disputes").await;
    let mut surprises = Vec::new();
    for row in rows.as_array().unwrap() {
        let body = match row["state"].as_str().unwrap() {
            "INITIATED" => "PaymentDisputeBodyDisputeInitiated",
            "REPRESENTMENT" => "PaymentDisputeBodyRepresentment",
            "PRE_ARBITRATION" => "PaymentDisputeBodyPreArbitration",
            "ARBITRATION" => "PaymentDisputeBodyArbitration",
            _ => "PaymentDisputeBodyClosed",
        };
        let mut found = Vec::new();
        spec.check(body, row, "", &mut found);
        surprises.extend(found.into_iter().filter(|one| !expected(row, one)));
    }
    surprises.sort();
    surprises.dedup();
    assert!(surprises.is_empty(), "{surprises:#?}");
}
