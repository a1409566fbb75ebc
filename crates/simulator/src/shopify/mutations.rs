//! The mutations.

use apollo_compiler::resolvers::{ObjectValue, ResolveInfo, ResolvedValue};
use serde_json::{Value, json};

use super::{
    bulk,
    call::{Call, Resolved, argument},
    dispute::{EVIDENCE, SLOTS, TEXTS, UPLOAD, parse_gid},
    evidence::{self, Change, Refusal, Slot},
    nodes::EvidenceNode,
    objects::Bag,
    webhooks,
};

pub(crate) struct Mutation<'a>(pub &'a Call<'a>);

impl ObjectValue for Mutation<'_> {
    fn type_name(&self) -> &str {
        "Mutation"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let call = self.0;
        call.guard("Mutation", info)?;
        let name = info.field_name();
        let payload = match name {
            "disputeEvidenceUpdate" => return Ok(evidence_update(call, info)),
            "webhookSubscriptionCreate" => webhooks::create(call, info)?,
            "webhookSubscriptionDelete" => webhooks::delete(call, info),
            "stagedUploadsCreate" => staged(call, info),
            "bulkOperationRunQuery" => bulk::run(call, info),
            _ => return Err(self.unknown_field_error(info)),
        };
        let type_name = info.field_definition().ty.inner_named_type();
        Ok(ResolvedValue::object(Bag::owned(call, type_name, payload)))
    }
}

fn evidence_update<'a>(call: &'a Call<'a>, info: &ResolveInfo<'_>) -> ResolvedValue<'a> {
    let id = argument(info.arguments(), "id");
    let input = argument(info.arguments(), "input");
    let number = match parse_gid(id.as_str().unwrap_or_default()) {
        Some((EVIDENCE, number)) => Some(number),
        _ => None,
    };
    let result = match number {
        Some(number) => evidence::update(call, number, change(&input)),
        None => Err(evidence::not_found()),
    };
    let errors = match &result {
        Ok(()) => Vec::new(),
        Err(Refusal { code, field, message }) => {
            vec![json!({"code": code, "field": field, "message": message})]
        }
    };
    call.count();
    ResolvedValue::object(EvidencePayload {
        call,
        evidence_id: number.filter(|_| result.is_ok()),
        rest: json!({"userErrors": errors}),
    })
}

struct EvidencePayload<'a> {
    call: &'a Call<'a>,
    evidence_id: Option<u64>,
    rest: Value,
}

impl ObjectValue for EvidencePayload<'_> {
    fn type_name(&self) -> &str {
        "DisputeEvidenceUpdatePayload"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        if info.field_name() != "disputeEvidence" {
            return super::objects::field(self.call, &self.rest, info);
        }
        self.call.guard(self.type_name(), info)?;
        let world = self.call.world.borrow();
        let found = self
            .evidence_id
            .and_then(|id| world.shopify.by_evidence(self.call.account, id).cloned());
        Ok(ResolvedValue::nullable_object(
            found.map(|dispute| EvidenceNode::new(self.call, dispute)),
        ))
    }
}

/// The input was checked against the schema already, so unknown keys cannot come here.
fn change(input: &Value) -> Change {
    let mut change = Change {
        submit: input["submitEvidence"] == true,
        shipping_address: input["shippingAddress"]
            .as_object()
            .map(|_| address(&input["shippingAddress"])),
        ..Change::default()
    };
    for (field, _) in TEXTS {
        if let Some(value) = input.get(field) {
            change
                .texts
                .push((field.to_owned(), value.as_str().map(str::to_owned)));
        }
    }
    for (field, _) in SLOTS {
        if let Some(value) = input.get(field).filter(|value| value.is_object()) {
            let upload = match parse_gid(value["id"].as_str().unwrap_or_default()) {
                Some((UPLOAD, number)) => Some(number),
                _ => None,
            };
            change.slots.push(Slot {
                field: field.to_owned(),
                upload,
                destroy: value["destroy"] == true,
            });
        }
    }
    change
}

/// The input type and the object type of an address name the country differently.
fn address(input: &Value) -> Value {
    let mut address = json!({"id": "gid://shopify/MailingAddress/1?model_name=DisputeEvidenceAddress"});
    for name in [
        "address1",
        "address2",
        "city",
        "company",
        "country",
        "firstName",
        "lastName",
        "phone",
        "province",
        "provinceCode",
        "zip",
    ] {
        address[name] = input[name].clone();
    }
    address["countryCodeV2"] = input["countryCode"].clone();
    address
}

/// Targets that take a file; their address is no id of an upload and cannot be attached on this version (reference 2).
fn staged(call: &Call<'_>, info: &ResolveInfo<'_>) -> Value {
    let input = argument(info.arguments(), "input");
    let files = input.as_array().map(Vec::as_slice).unwrap_or_default();
    let targets = files.iter().enumerate().map(|(place, file)| {
        let url = format!("{}/staged/{}/{place}", call.place.base, call.now.timestamp_millis());
        json!({
            "url": url, "resourceUrl": url,
            "parameters": [{"name": "content_type", "value": file["mimeType"]}, {"name": "acl", "value": "private"}],
        })
    });
    json!({"stagedTargets": targets.collect::<Vec<_>>(), "userErrors": []})
}
