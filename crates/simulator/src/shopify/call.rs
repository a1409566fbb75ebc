//! The context of a call.

use std::cell::{Cell, Ref, RefCell, RefMut};

use apollo_compiler::{
    resolvers::{FieldError, ResolveInfo, ResolvedValue},
    response::JsonMap,
};
use serde_json::Value;

use super::{access, paging::Window, schema::Version, shop::Shop, view::Place};
use crate::{app::App, dispute::Time, world::World};

/// The world for one call. A trait, because a cell around a mutable reference would tie every lifetime to one.
pub(crate) trait Held {
    fn borrow(&self) -> Ref<'_, World>;
    fn borrow_mut(&self) -> RefMut<'_, World>;
}

impl Held for RefCell<&mut World> {
    fn borrow(&self) -> Ref<'_, World> {
        Ref::map(Self::borrow(self), |world| &**world)
    }

    fn borrow_mut(&self) -> RefMut<'_, World> {
        RefMut::map(Self::borrow_mut(self), |world| &mut **world)
    }
}

/// One call: who asks, when, and what it has touched so far.
pub(crate) struct Call<'w> {
    pub app: &'w App,
    pub world: &'w (dyn Held + 'w),
    pub account: usize,
    pub place: Place,
    /// As it was when the call came in.
    pub shop: Shop,
    pub version: Version,
    pub now: Time,
    /// Objects that were really read, which is what the call costs in the end.
    pub objects: Cell<u32>,
    pub warnings: RefCell<Vec<Value>>,
    /// Lists without a size give everything (bulk operations).
    pub unbounded: Cell<bool>,
}

pub(crate) type Resolved<'a> = Result<ResolvedValue<'a>, FieldError>;

impl Call<'_> {
    /// Refuses what the app may not see.
    pub(crate) fn guard(&self, parent: &str, info: &ResolveInfo<'_>) -> Result<(), FieldError> {
        let type_name = info.field_definition().ty.inner_named_type();
        access::check(&self.shop, parent, info.field_name(), type_name)
    }

    pub(crate) fn count(&self) {
        self.objects.set(self.objects.get().saturating_add(1));
    }

    pub(crate) fn window(&self, info: &ResolveInfo<'_>) -> Result<Window, FieldError> {
        let mut window = Window::read(info.arguments())?;
        if self.unbounded.get() {
            window.unbounded();
        }
        Ok(window)
    }
}

/// An argument as plain JSON; null where it is absent.
pub(crate) fn argument(arguments: &JsonMap, name: &str) -> Value {
    let value = arguments.get(name).map(serde_json::to_value);
    value.and_then(Result::ok).unwrap_or_default()
}

/// A leaf value in the executor's form.
pub(crate) fn leaf<'a>(value: impl Into<Value>) -> ResolvedValue<'a> {
    match value.into() {
        Value::Array(items) => ResolvedValue::list(items.into_iter().map(leaf).collect::<Vec<_>>()),
        value => ResolvedValue::leaf(value),
    }
}
