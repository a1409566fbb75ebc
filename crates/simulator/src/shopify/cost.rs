//! What a document costs before it runs (reference 7): scalars 0, objects 1, lists by `first` or `last`, a mutation 10.

use apollo_compiler::{
    ExecutableDocument, Schema,
    ast::Value,
    executable::{Field, Operation, Selection, SelectionSet},
    response::JsonMap,
    schema::ExtendedType,
};

/// More than one page may not hold.
const PAGE: u64 = 250;
const MUTATION: u64 = 10;

pub(crate) struct Pricing<'a> {
    pub schema: &'a Schema,
    pub document: &'a ExecutableDocument,
    pub variables: &'a JsonMap,
}

impl Pricing<'_> {
    /// Points, or what is wrong with a connection's size.
    pub(crate) fn operation(&self, operation: &Operation) -> Result<u64, String> {
        let fields = self.set(&operation.selection_set)?;
        Ok(if operation.is_mutation() {
            fields + MUTATION
        } else {
            fields
        })
    }

    fn set(&self, set: &SelectionSet) -> Result<u64, String> {
        set.selections.iter().try_fold(0_u64, |sum, selection| {
            let cost = match selection {
                Selection::Field(field) => self.field(field)?,
                Selection::InlineFragment(part) => self.set(&part.selection_set)?,
                Selection::FragmentSpread(spread) => match self.document.fragments.get(&spread.fragment_name)
                {
                    Some(fragment) => self.set(&fragment.selection_set)?,
                    None => 0,
                },
            };
            Ok(sum.saturating_add(cost))
        })
    }

    fn field(&self, field: &Field) -> Result<u64, String> {
        let name = field.ty().inner_named_type();
        let leaf = matches!(
            self.schema.types.get(name),
            Some(ExtendedType::Scalar(_) | ExtendedType::Enum(_))
        );
        if leaf || field.name.starts_with("__") {
            return Ok(0);
        }
        let size = self
            .argument(field, "first")
            .or_else(|| self.argument(field, "last"));
        if name.ends_with("Connection") {
            let size = size.ok_or("you must provide one of first or last")?;
            return Ok(self.rows(&field.selection_set)?.saturating_mul(checked(size)?));
        }
        let each = 1 + self.set(&field.selection_set)?;
        let count = match (self.ids(field), size) {
            (Some(ids), _) => ids,
            (None, Some(size)) => checked(size)?,
            (None, None) => 1,
        };
        // The payload of a mutation is part of its ten points.
        let payload = name.ends_with("Payload");
        Ok(each.saturating_mul(count) - u64::from(payload))
    }

    /// Cost of one row of a connection: edges and page information are free.
    fn rows(&self, set: &SelectionSet) -> Result<u64, String> {
        set.selections.iter().try_fold(0_u64, |sum, selection| {
            let cost = match selection {
                Selection::Field(field) => match field.name.as_str() {
                    "nodes" | "node" => 1 + self.set(&field.selection_set)?,
                    "edges" => self.rows(&field.selection_set)?,
                    _ => 0,
                },
                Selection::InlineFragment(part) => self.rows(&part.selection_set)?,
                Selection::FragmentSpread(spread) => match self.document.fragments.get(&spread.fragment_name)
                {
                    Some(fragment) => self.rows(&fragment.selection_set)?,
                    None => 0,
                },
            };
            Ok(sum.saturating_add(cost))
        })
    }

    fn argument(&self, field: &Field, name: &str) -> Option<i64> {
        match field.argument_by_name(name).ok()?.as_ref() {
            Value::Variable(variable) => self.variables.get(variable.as_str())?.as_i64(),
            Value::Int(number) => number.try_to_i32().ok().map(i64::from),
            _ => None,
        }
    }

    fn ids(&self, field: &Field) -> Option<u64> {
        let count = match field.specified_argument_by_name("ids")?.as_ref() {
            Value::Variable(variable) => self.variables.get(variable.as_str())?.as_array()?.len(),
            Value::List(ids) => ids.len(),
            _ => return None,
        };
        u64::try_from(count).ok()
    }
}

fn checked(size: i64) -> Result<u64, String> {
    match u64::try_from(size) {
        Ok(size) if size <= PAGE => Ok(size),
        Ok(_) => Err(format!(
            "first and last cannot exceed {PAGE}: ask for a smaller page"
        )),
        Err(_) => Err("first and last cannot be negative: ask for at least 0".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shopify::schema::{self, Version};

    fn price(text: &str) -> Result<u64, String> {
        let document = schema::prepare(Version::LATEST, text).unwrap();
        let variables = JsonMap::new();
        let pricing = Pricing {
            schema: schema::of(Version::LATEST),
            document: &document,
            variables: &variables,
        };
        pricing.operation(document.operations.get(None).unwrap())
    }

    #[test]
    fn costs_follow_objects_and_pages() {
        assert_eq!(price("{ shop { id } }"), Ok(1));
        let page = "{ disputes(first: 50) { nodes { id amount { amount } order { id } } pageInfo { hasNextPage } } }";
        assert_eq!(price(page), Ok(150));
        assert_eq!(
            price("{ disputes(first: 10) { edges { cursor node { id } } } }"),
            Ok(10)
        );
        assert_eq!(price(r#"{ nodes(ids: ["a", "b"]) { id } }"#), Ok(2));
        let update = r#"mutation { disputeEvidenceUpdate(id: "a", input: {}) { userErrors { message } } }"#;
        assert_eq!(price(update), Ok(11));
        assert!(price("{ disputes { nodes { id } } }").is_err());
        assert!(price("{ disputes(first: 251) { nodes { id } } }").is_err());
    }
}
