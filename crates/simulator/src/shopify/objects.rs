//! Plain data as objects of the graph.

use apollo_compiler::{
    resolvers::{ObjectValue, ResolveInfo, ResolvedValue},
    schema::ExtendedType,
};
use serde_json::Value;

use super::{
    call::{Call, Resolved, leaf},
    pages::{Pages, Row},
};

/// Owned by this object, or inside another one.
pub(crate) enum Data<'a> {
    Owned(Box<Value>),
    Part(&'a Value),
}

/// An object that is nothing but its fields.
pub(crate) struct Bag<'a> {
    call: &'a Call<'a>,
    type_name: String,
    data: Data<'a>,
}

impl<'a> Bag<'a> {
    pub(crate) fn owned(call: &'a Call<'a>, type_name: &str, value: Value) -> Self {
        call.count();
        Self {
            call,
            type_name: type_name.to_owned(),
            data: Data::Owned(Box::new(value)),
        }
    }

    pub(super) fn part(call: &'a Call<'a>, type_name: &str, value: &'a Value) -> Self {
        call.count();
        // Interfaces and unions: the data says which object it is.
        let own = value.get("__typename").and_then(Value::as_str);
        Self {
            call,
            type_name: own.unwrap_or(type_name).to_owned(),
            data: Data::Part(value),
        }
    }
}

impl ObjectValue for Bag<'_> {
    fn type_name(&self) -> &str {
        &self.type_name
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        self.call.guard(&self.type_name, info)?;
        let data = match &self.data {
            Data::Owned(value) => value.as_ref(),
            Data::Part(value) => value,
        };
        field(self.call, data, info)
    }
}

static NULL: Value = Value::Null;

/// A field of plain data: a leaf, an object, a list (cut by `first`) or a connection.
pub(crate) fn field<'a>(call: &'a Call<'a>, data: &'a Value, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
    let value = data.get(info.field_name()).unwrap_or(&NULL);
    let type_name = info.field_definition().ty.inner_named_type();
    let is_leaf = matches!(
        info.schema().types.get(type_name),
        Some(ExtendedType::Scalar(_) | ExtendedType::Enum(_))
    );
    if is_leaf {
        return Ok(leaf(value.clone()));
    }
    if type_name.ends_with("Connection") {
        let rows = value.as_array().map(Vec::as_slice).unwrap_or_default();
        let keyed = rows
            .iter()
            .enumerate()
            .map(|(place, row)| (place as u64 + 1, Row::Part(row)));
        return Ok(ResolvedValue::object(Pages::new(
            call,
            type_name,
            call.window(info)?.cut(keyed),
        )));
    }
    Ok(match value {
        Value::Null => ResolvedValue::null(),
        Value::Array(rows) => {
            let first = info.arguments().get("first").and_then(|value| value.as_u64());
            let most = first
                .and_then(|first| usize::try_from(first).ok())
                .unwrap_or(usize::MAX);
            let bags = rows.iter().take(most).map(|row| Bag::part(call, type_name, row));
            ResolvedValue::list(bags.map(ResolvedValue::object).collect::<Vec<_>>())
        }
        value => ResolvedValue::object(Bag::part(call, type_name, value)),
    })
}
