//! What the control door shows of a dispute.

use std::cell::RefCell;

use apollo_compiler::{resolvers::Execution, response::JsonMap};
use serde_json::Value;

use super::{
    dispute::{DISPUTE, gid},
    graphql::call,
    root::Root,
    schema::{self, Version},
    shop::Shop,
};
use crate::{app::App, world::World};

/// The whole document of one dispute, as its owner could read it with every scope.
pub(crate) fn detail(app: &App, world: &mut World, account: usize, id: u64, base: String) -> Value {
    const DETAIL: &str = include_str!("detail.graphql");
    let held = RefCell::new(world);
    let mut call = call(app, &held, account, Version::LATEST, base);
    call.shop = Shop::new(0);
    let Ok(document) = schema::prepare(Version::LATEST, DETAIL) else {
        return Value::Null;
    };
    let id = gid(DISPUTE, id);
    let variables = JsonMap::from_iter([("id".into(), id.into())]);
    let execution = Execution::new(schema::of(Version::LATEST), &document).raw_variable_values(&variables);
    let result = execution.execute_sync(&Root(&call));
    let data = result
        .ok()
        .and_then(|response| serde_json::to_value(response.data).ok());
    data.map_or(Value::Null, |mut data| data["dispute"].take())
}
