//! `POST /admin/api/{version}/graphql.json`: token, version, price, bucket, execution (reference 1, 7 and 8).

use std::{
    cell::{Cell, RefCell},
    sync::Arc,
};

use apollo_compiler::{
    executable::Operation,
    request::coerce_variable_values,
    resolvers::{Execution, ObjectValue},
    response::{ExecutionResponse, GraphQLError, JsonMap},
};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    access,
    call::{Call, Held},
    cost::Pricing,
    mutations::Mutation,
    root::Root,
    schema::{self, Version},
    served, tokens,
    view::{Place, zone},
    webhooks,
};
use crate::{app::App, platform::Platform, world::World};

/// One query may not cost more (reference 7).
const MOST: u64 = 1_000;

#[derive(Debug, Deserialize)]
struct Request {
    query: String,
    variables: Option<JsonMap>,
    #[serde(rename = "operationName")]
    operation_name: Option<String>,
}

pub(crate) async fn post(
    State(app): State<Arc<App>>,
    Path((handle, asked)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let (Some(account), Some(version)) = (tokens::shop_of(&app, &handle), Version::serving(&asked)) else {
        return tokens::refusal(StatusCode::NOT_FOUND, "Not Found");
    };
    let base = super::base(&headers, &handle);
    let mut world = app.world();
    let now = app.clock.now();
    super::settle(&mut world, &app, now);
    if let Err(refused) = tokens::check(&mut world, &app, account, &headers) {
        return served(*refused, version);
    }
    let typed = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let request = match typed {
        Some(media_type) if media_type.starts_with("application/json") => serde_json::from_slice(&body).ok(),
        _ => None,
    };
    let Some(request): Option<Request> = request else {
        let errors = json!({"errors": {"query": "Required parameter missing or invalid"}});
        return served((StatusCode::BAD_REQUEST, Json(errors)).into_response(), version);
    };
    let held = RefCell::new(&mut *world);
    let call = call(&app, &held, account, version, base);
    let answer = answer(&call, &request);
    let before = call.shop.receiver();
    let after = world.shopify.shop(account).receiver();
    drop(world);
    webhooks::follow(&app, account, before.as_ref(), after);
    served(Json(answer).into_response(), version)
}

pub(crate) fn call<'w>(
    app: &'w App,
    world: &'w RefCell<&'w mut World>,
    account: usize,
    version: Version,
    base: String,
) -> Call<'w> {
    let shop = Held::borrow_mut(world).shopify.shop(account).clone();
    Call {
        app,
        world,
        account,
        place: Place {
            base,
            zone: zone(account),
        },
        shop,
        version,
        now: app.clock.now(),
        objects: Cell::new(0),
        warnings: RefCell::default(),
        unbounded: Cell::new(false),
    }
}

fn failure(code: &str, message: &str) -> Value {
    json!({"errors": [{"message": message, "extensions": {"code": code}}]})
}

fn all(errors: &[GraphQLError], code: &str) -> Value {
    let rows = errors.iter().map(|error| {
        let mut row = serde_json::to_value(error).unwrap_or_default();
        row["extensions"] = json!({"code": code});
        row
    });
    json!({"errors": rows.collect::<Vec<_>>()})
}

fn answer(call: &Call<'_>, request: &Request) -> Value {
    let document = match schema::prepare(call.version, &request.query) {
        Ok(document) => document,
        Err(errors) => return all(&errors, "INVALID_DOCUMENT"),
    };
    let operation = match document.operations.get(request.operation_name.as_deref()) {
        Ok(operation) => operation.clone(),
        Err(error) => return failure("BAD_REQUEST", &error.message().to_string()),
    };
    let none = JsonMap::new();
    let given = request.variables.as_ref().unwrap_or(&none);
    let variables = match coerce_variable_values(schema::of(call.version), &operation, given) {
        Ok(variables) => variables,
        Err(error) => return all(&[error.to_graphql_error(&document.sources)], "INVALID_VARIABLE"),
    };
    let pricing = Pricing {
        schema: schema::of(call.version),
        document: &document,
        variables: &variables,
    };
    let requested = match pricing.operation(&operation) {
        Ok(points) if points <= MOST => u32::try_from(points).unwrap_or(u32::MAX),
        Ok(points) => return too_dear(points),
        Err(message) => return failure("BAD_USER_INPUT", &message),
    };
    if let Err(throttled) = pay(call, requested) {
        return throttled;
    }
    let execution = Execution::new(schema::of(call.version), &document)
        .operation(&operation)
        .coerced_variable_values(&variables)
        .enable_schema_introspection(true);
    let result = execution.execute_sync(root(call, &operation).as_ref());
    let actual = actual(call, &operation, requested);
    let cost = refund(call, requested, actual);
    match result {
        Err(error) => failure("BAD_REQUEST", &error.message().to_string()),
        Ok(response) => shown(call, &response, cost),
    }
}

fn shown(call: &Call<'_>, response: &ExecutionResponse, cost: Value) -> Value {
    let mut body = json!({"data": response.data});
    let errors: Vec<Value> = response
        .errors
        .iter()
        .filter_map(|error| serde_json::to_value(error).ok())
        .map(access::decoded)
        .collect();
    if !errors.is_empty() {
        body["errors"] = errors.into();
    }
    body["extensions"] = json!({"cost": cost});
    let warnings = call.warnings.take();
    if !warnings.is_empty() {
        body["extensions"]["search"] = warnings.into();
    }
    body
}

fn root<'a>(call: &'a Call<'a>, operation: &Operation) -> Box<dyn ObjectValue + 'a> {
    if operation.is_mutation() {
        Box::new(Mutation(call))
    } else {
        Box::new(Root(call))
    }
}

fn too_dear(points: u64) -> Value {
    let message = format!(
        "Query cost is {points}, which exceeds the single query max cost limit ({MOST}): ask for smaller pages or fewer fields"
    );
    let extensions = json!({"code": "MAX_COST_EXCEEDED", "cost": points, "maxCost": MOST});
    json!({"errors": [{"message": message, "extensions": extensions}]})
}

/// Takes the requested points, or says that the bucket lacks them: no data and no actual cost then.
fn pay(call: &Call<'_>, requested: u32) -> Result<(), Value> {
    let mut world = call.world.borrow_mut();
    let bucket = world.shopify.shop(call.account).points();
    if bucket.take(requested) {
        return Ok(());
    }
    call.app.rates.limited(Platform::Shopify, call.account);
    let status = json!({
        "maximumAvailable": f64::from(bucket.size()), "currentlyAvailable": bucket.available(),
        "restoreRate": f64::from(bucket.refill()),
    });
    let cost = json!({"requestedQueryCost": requested, "actualQueryCost": null, "throttleStatus": status});
    let mut body = failure("THROTTLED", "Throttled");
    body["errors"][0]["extensions"]["documentation"] = "https://shopify.dev/api/usage/rate-limits".into();
    body["extensions"] = json!({"cost": cost});
    Err(body)
}

fn actual(call: &Call<'_>, operation: &Operation, requested: u32) -> u32 {
    let objects = call.objects.get();
    if operation.is_mutation() {
        objects.max(10)
    } else {
        objects
    }
    .min(requested)
}

fn refund(call: &Call<'_>, requested: u32, actual: u32) -> Value {
    call.app.rates.used(Platform::Shopify, call.account, actual);
    let mut world = call.world.borrow_mut();
    let bucket = world.shopify.shop(call.account).points();
    bucket.give_back(requested - actual);
    let status = json!({
        "maximumAvailable": f64::from(bucket.size()), "currentlyAvailable": bucket.available(),
        "restoreRate": f64::from(bucket.refill()),
    });
    json!({"requestedQueryCost": requested, "actualQueryCost": actual, "throttleStatus": status})
}
