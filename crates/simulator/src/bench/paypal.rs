//! PayPal's templates of the static mode.

use chrono::Duration;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use super::Kind;
use crate::{
    account::Account,
    dispute::{Status, Time, stamp},
    plant::{self, Wish},
    render,
    template::Template,
};

/// PayPal's templates for one status.
pub(super) fn kind(rng: &mut StdRng, status: Status, body_bytes: usize, owner: &Account, now: Time) -> Kind {
    let wish = Wish {
        account: 0,
        created: now - Duration::days(1),
        status,
        due: Some(now + Duration::days(10)),
        plain: true,
    };
    let mut dispute = plant::make(rng, 1, &wish, owner, now);
    "@ID@".clone_into(&mut dispute.id);
    dispute.message("BUYER", "Note number @REVISION@ on this dispute.", &[], now);
    let summary = marked(render::summary(&dispute, "@BASE@", now));
    let mut full = marked(render::full(&dispute, "@BASE@", now));
    let lacking = body_bytes.saturating_sub(full.to_string().len());
    for part in 0..lacking / 2_000 + usize::from(lacking % 2_000 > 100) {
        let length = (lacking - part * 2_000).min(2_000).saturating_sub(100);
        let message = json!({"posted_by": "BUYER", "time_posted": stamp(now), "content": "More words. ".repeat(length / 12)});
        if let Some(messages) = full["messages"].as_array_mut() {
            messages.push(message);
        }
    }
    let state = render::state(&dispute, now).to_owned();
    Kind {
        state,
        full: Template::new(&full),
        summary: Template::new(&summary),
    }
}

fn marked(mut body: Value) -> Value {
    body["create_time"] = "@CREATED@".into();
    body["update_time"] = "@UPDATED@".into();
    body["dispute_amount"]["value"] = "@AMOUNT@".into();
    body
}
