//! The parts that shapes are made of.

use utoipa::openapi::schema::{
    AdditionalProperties, ArrayBuilder, Object, ObjectBuilder, Schema, SchemaType, Type,
};
use utoipa::openapi::{KnownFormat, Ref, RefOr, SchemaFormat};

use super::words;

/// A part of a shape, or a shape by its name.
pub type Part = RefOr<Schema>;

pub fn plain(kind: Type) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(kind)
}

pub fn text() -> Part {
    plain(Type::String).into()
}

pub fn id() -> Part {
    words::id().into()
}

pub fn time() -> Part {
    words::instant().into()
}

pub fn number() -> Part {
    plain(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
        .into()
}

pub fn truth() -> Part {
    plain(Type::Boolean).into()
}

/// An object whose members are not told one by one.
pub fn open() -> Part {
    plain(Type::Object)
        .additional_properties(Some(AdditionalProperties::FreeForm(true)))
        .into()
}

/// Or null.
pub fn maybe(part: Part) -> Part {
    match part {
        RefOr::T(Schema::Object(object)) => {
            let kind = match &object.schema_type {
                SchemaType::Type(kind) => SchemaType::from_iter([kind.clone(), Type::Null]),
                other => other.clone(),
            };
            let values = object.enum_values.clone().map(|mut values| {
                values.push(serde_json::Value::Null);
                values
            });
            let mut object: Object = object;
            object.schema_type = kind;
            object.enum_values = values;
            RefOr::T(Schema::Object(object))
        }
        other => utoipa::openapi::OneOfBuilder::new()
            .item(plain(Type::Null))
            .item(other)
            .into(),
    }
}

pub fn list(part: Part) -> Part {
    ArrayBuilder::new().items(part).into()
}

/// A shape of this list.
pub fn known(name: &str) -> Part {
    RefOr::Ref(Ref::from_schema_name(name))
}

pub fn object<const N: usize>(members: [(&str, Part); N]) -> ObjectBuilder {
    let mut object = ObjectBuilder::new().schema_type(Type::Object);
    for (name, part) in members {
        object = object.property(name, part).required(name);
    }
    object
}

pub fn with<const N: usize>(mut object: ObjectBuilder, optional: [(&str, Part); N]) -> ObjectBuilder {
    for (name, part) in optional {
        object = object.property(name, part);
    }
    object
}

/// A page of a list.
pub fn page_of(name: &str) -> Part {
    object([("items", list(known(name))), ("next", maybe(text()))]).into()
}

/// One, or a list of all.
pub fn one_or_all(name: &str) -> Part {
    let either = utoipa::openapi::OneOfBuilder::new();
    either.item(known(name)).item(list(known(name))).into()
}

/// The bytes of a file.
pub fn bytes() -> Part {
    plain(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
        .into()
}
