//! Plans of an action on many cases.

use docket_core::id::ClientId;
use serde_json::{Value, json};

use crate::bulk::{Done, Plan, Planned, Step};

/// A plan with a line for each case: what will happen to it, and once it was carried out what came of that.
pub fn plan(plan: &Plan) -> Value {
    let name = |client: ClientId| plan.clients.get(&client).map(|c| c.name.as_str());
    let line = |planned: &Planned| {
        let done = plan.done.iter().flatten().find(|d| d.case == planned.case);
        line(planned, name(planned.client), done)
    };
    json!({
        "id": plan.id, "made_at": plan.made_at, "begun_at": plan.begun_at, "state": state(plan), "step": plan.wish,
        "lines": plan.cases.iter().map(line).collect::<Vec<_>>(),
    })
}

fn state(plan: &Plan) -> &'static str {
    match (plan.ended_at, plan.begun_at) {
        (Some(_), _) => "ended",
        (None, Some(_)) => "under_way",
        (None, None) => "planned",
    }
}

fn line(planned: &Planned, client: Option<&str>, done: Option<&Done>) -> Value {
    json!({
        "case": planned.case, "platform_dispute_id": planned.dispute, "client": planned.client, "client_name": client,
        "will": will(&planned.step),
        "done": done.map(|d| json!({ "ok": d.ok, "said": d.said.0, "asked": d.asked })),
    })
}

/// What will happen, with its reason in English: it is kept so that pages can say it in any language.
fn will(step: &Step) -> Value {
    let why = match step {
        Step::Assign { why, .. } => why.as_ref(),
        Step::Nothing { why } => Some(why),
        Step::Ask { .. } | Step::Accept { .. } | Step::PutAside { .. } => None,
    };
    let mut value = json!(step);
    if let Some(why) = why {
        value["why"] = json!(why.0);
    }
    value
}
