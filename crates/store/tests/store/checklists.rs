//! Items of settings checklists as factors: as they stood when each dispute was opened.

use chrono::{DateTime, Duration, Utc};
use docket_core::factor::catalogue::UNKNOWN;
use docket_core::factor::{FactorKind, NOT_PASSED, PASSED, Subject};
use docket_core::stats::{FactorReport, FactorTable, Rate};
use docket_core::words::Platform;
use docket_store::testing::TestDb;
use docket_store::{ClientScope, Setting, UnitOfWork, on_both};

use crate::factor_report::{days, portfolio};
use crate::support::*;

async fn told(desk: &Desk, item: &str, value: &str, valid_from: DateTime<Utc>) {
    let setting = Setting {
        item: format!("settings.{item}"),
        value: value.to_owned(),
        source: "person".to_owned(),
        note: None,
        valid_from,
        recorded_at: start(),
        recorded_by: "ada".to_owned(),
    };
    let mut unit = UnitOfWork::begin(&desk.db).await.unwrap();
    let of = (desk.connection, desk.client);
    unit.record_settings(of, &[(desk.env.uuid(), setting)])
        .await
        .unwrap();
    unit.commit().await.unwrap();
}

fn levels(table: &FactorTable) -> Vec<(&str, u64)> {
    table
        .levels
        .iter()
        .map(|l| (l.name.as_str(), l.rate.n()))
        .collect()
}

async fn items_count_as_they_stood_when_the_dispute_was_opened(test: TestDb) {
    let desk = Desk::new(test).await;
    desk.save(&portfolio(&desk)).await.unwrap();
    let before = start() - Duration::days(9);
    told(&desk, "tracking_pushed", "yes", before).await;
    told(&desk, "webhooks", "no", before).await;
    told(&desk, "funding", "unknown", before).await;
    // Later on the same day: nobody can say that it was before the dispute.
    told(&desk, "tracking_pushed", "no", start() + Duration::seconds(1)).await;
    told(&desk, "return_policy", "no", start() + Duration::seconds(1)).await;
    let counts = desk.db.factor_tallies(ClientScope::Agency, days()).await.unwrap();
    let report = FactorReport::of(&counts.tallies);
    let find = |subject: &Subject| report.factors.iter().find(|table| table.subject == *subject);
    let item = |name: &str| Subject::item(Platform::PAYPAL, name);
    let tracking = find(&item("tracking_pushed")).unwrap();
    // The portfolio's other platforms have items of their own.
    let paypals: u64 = tracking.levels.iter().map(|level| level.rate.n()).sum();
    assert!(paypals > 10 && paypals < report.total.rate().n());
    assert_eq!(levels(tracking), [(PASSED, paypals)]);
    assert_eq!(levels(find(&item("webhooks")).unwrap()), [(NOT_PASSED, paypals)]);
    assert_eq!(levels(find(&item("funding")).unwrap()), [(UNKNOWN, paypals)]);
    assert_eq!(find(&item("return_policy")), None, "nothing was known of it");
    let score = find(&FactorKind::SettingsScore.into()).unwrap();
    assert_eq!(levels(score), [("50_to_79", report.total.rate().n())]);
    for table in &report.factors {
        for level in &table.levels {
            let of_level = |case: &docket_store::FactorCase| case.level == level.name;
            let list = desk
                .db
                .factor_cases(ClientScope::Agency, days(), &table.subject, of_level)
                .await
                .unwrap();
            let won = list.iter().filter(|case| case.won).count();
            let number = |n: usize| u64::try_from(n).unwrap();
            let listed = Rate::new(number(won), number(list.len()));
            assert_eq!(listed, level.rate, "{}: {}", table.subject, level.name);
        }
    }
}

on_both!(items_count_as_they_stood_when_the_dispute_was_opened);
