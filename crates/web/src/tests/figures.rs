//! Every figure is the length of the list that it links to.

use axum::http::StatusCode;
use chrono::{Duration, NaiveDate, NaiveTime};
use docket_app::{GroupBy, Period, WinRateWish};
use docket_core::attention::Attention;
use docket_core::factor::{Factor, FactorKind};
use docket_core::money::Money;
use docket_core::person::{Access, Role};
use docket_core::stats::{AmountShown, Shown};
use docket_core::words::{Outcome, Reason, Stage, Turn};

use super::desk::{TestDesk, between, read, unescape};
use crate::samples::make::{Dispute, now, platform_deadline};
use crate::show;

/// Links that begin so, and the number that they show.
fn figures(page: &str, mark: &str, number: impl Fn(&str) -> Option<&str>) -> Vec<(String, u64)> {
    page.split(mark)
        .skip(1)
        .map(|link| {
            let (url, rest) = link.split_once('"').unwrap();
            (unescape(url), number(rest).unwrap().parse().unwrap())
        })
        .collect()
}

fn overview(page: &str) -> Vec<(String, u64)> {
    figures(page, "<a class=\"figure\" href=\"", |rest| {
        between(between(rest, "class=\"value\"", "/span>")?, ">", "<")
    })
}

async fn overview_holds(test: &TestDesk, url: &str) -> Vec<u64> {
    let figures = overview(&test.page(url).await);
    assert_eq!(figures.len(), 4);
    for (list, number) in &figures {
        assert_eq!(test.length(list).await, *number, "{list}");
    }
    figures.into_iter().map(|(_, number)| number).collect()
}

#[tokio::test]
async fn overview_figures_are_the_lengths_of_their_lists() {
    let test = TestDesk::new().await;
    let (first, second) = (test.client("Nordlicht").await, test.client("Søn & Co").await);
    let due = |hours| Some(platform_deadline(now() + Duration::hours(hours)));
    // More than one page, so that the count is of the list and not of the page.
    let mut disputes: Vec<Dispute> = (0..57).map(|n| Dispute::ours(format!("PP-D-{n}"))).collect();
    disputes.extend([
        Dispute {
            deadline: due(47),
            ..Dispute::ours("soon")
        },
        Dispute {
            deadline: due(-2),
            ..Dispute::ours("late")
        },
        Dispute {
            turn: Turn::Buyer,
            deadline: None,
            ..Dispute::ours("buyer")
        },
        Dispute {
            attention: [Attention::UnknownOutcome].into(),
            ..Dispute::ended("odd", Outcome::Unknown, true)
        },
    ]);
    test.cases(&first, &disputes).await;
    let other = Dispute {
        attention: [Attention::NoDeadline].into(),
        deadline: due(20),
        ..Dispute::ours("other")
    };
    test.cases(&second, &[other, Dispute::ended("won", Outcome::Won, true)])
        .await;

    assert_eq!(overview_holds(&test, "/queue?open=1").await, [61, 60, 3, 2]);
    assert_eq!(
        overview_holds(&test, "/queue?client=nordlicht").await,
        [60, 59, 2, 1]
    );
    assert_eq!(
        overview_holds(&test, &format!("/queue?client={}", second.0.id)).await,
        [1, 1, 1, 1]
    );
}

fn mixed() -> Vec<Dispute> {
    let day = |text: &str| {
        text.parse::<NaiveDate>()
            .unwrap()
            .and_time(NaiveTime::MIN)
            .and_utc()
    };
    let days = [
        "2026-08-31",
        "2026-09-01",
        "2026-09-30",
        "2026-10-15",
        "2026-11-20",
    ];
    let mut all = Vec::new();
    for (n, outcome) in Outcome::ALL.iter().cycle().take(60).enumerate() {
        let base = Dispute::ended(format!("PP-D-{n}"), *outcome, n % 3 == 0);
        all.push(Dispute {
            opened_at: day(days[n % days.len()]),
            reason: Reason::ALL[n % Reason::ALL.len()],
            stage: Stage::ALL[n % Stage::ALL.len()],
            amount: Money::new(5_000, ["EUR", "SEK", "JPY"][n % 3].parse().unwrap()),
            ..base
        });
    }
    // The last instant of a month and the first of the next belong to different lines.
    let last = day("2026-10-01") - Duration::seconds(1);
    all.push(Dispute {
        opened_at: last,
        ..Dispute::ours("last-second")
    });
    all.push(Dispute {
        opened_at: day("2026-10-01"),
        ..Dispute::ours("first-second")
    });
    all
}

#[tokio::test]
async fn report_figures_are_the_lengths_of_their_lists() {
    let test = TestDesk::new().await;
    let (first, second) = (test.client("Nordlicht").await, test.client("Southwind").await);
    let ids = test.cases(&first, &mixed()).await;
    test.cases(&second, &mixed()[..7]).await;
    // One that was won after a part of it had been offered: reports count it as won in part, and so do their lists.
    let won = |d: &Dispute| d.outcome == Some(Outcome::Won) && d.answered;
    let part = mixed().iter().position(won).unwrap();
    let offered = Factor {
        kind: FactorKind::ProposedRefund,
        value: format!("15 {}", mixed()[part].amount.currency),
        source: "test".to_owned(),
        as_of: now(),
    };
    let mut unit = docket_store::UnitOfWork::begin(&test.desk.db).await.unwrap();
    unit.keep_factors((ids[part], first.0.id), &[offered], now())
        .await
        .unwrap();
    unit.commit().await.unwrap();
    let counted = test.page("/queue?client=nordlicht&outcome=won").await;
    assert!(!counted.contains(&format!(">PP-D-{part}<")), "{counted}");
    let mut checked = 0;
    for by in [
        "month",
        "reason",
        "platform",
        "stage",
        "currency",
        "evidence",
        "amount",
        "specialist",
        "client",
    ] {
        for scope in [
            "closed=1&from=2026-11-01&to=2027-01-01&",
            "client=Nordlicht&",
            "",
            "client=Nordlicht&from=2026-09-10&to=2026-10-01&",
        ] {
            let page = test.page(&format!("/reports/win-rate?{scope}by={by}")).await;
            let counts = ["<td class=\"num\"><a href=\"", "<a class=\"count\" href=\""]
                .map(|mark| figures(&page, mark, |rest| between(rest, ">", "<")));
            for (list, number) in counts.concat() {
                assert_eq!(test.length(&list).await, number, "{by} {scope}: {list}");
                checked += 1;
            }
        }
    }
    assert!(checked > 300, "only {checked} figures were found");
}

/// Each rate and amount of the report stands on the page, to the digit that the other formats show.
#[tokio::test]
async fn the_page_shows_what_the_report_counted() {
    let test = TestDesk::new().await;
    let owner = test.client("Nordlicht").await;
    let many: Vec<Dispute> = (0..4)
        .flat_map(|round| {
            mixed().into_iter().map(move |dispute| Dispute {
                id: format!("{round}-{}", dispute.id),
                ..dispute
            })
        })
        .collect();
    test.cases(&owner, &many).await;
    let page = test.page("/reports/win-rate?client=Nordlicht&by=currency").await;
    let wish = WinRateWish {
        client: Some(owner.0.clone()),
        period: Period::of(None, None, now()).unwrap(),
        by: GroupBy::Currency,
        closed: false,
        currency: None,
    };
    let report = test.desk.win_rate(wish).await.unwrap();
    let mut percents = 0;
    for line in report.ledger.groups.iter().chain([&report.ledger.total]) {
        for rate in [line.group.rate(), line.group.coverage(), line.on_time] {
            if let Shown::Percent {
                hits,
                n,
                percent,
                interval,
                ..
            } = rate.shown()
            {
                percents += 1;
                let detail = format!("{hits} of {n}; {:.1} to {:.1} %", interval.low, interval.high);
                assert!(
                    page.contains(&format!(">{percent:.1} %<")) && page.contains(&detail),
                    "{detail}"
                );
            }
        }
        for amounts in &line.amounts {
            let money = |minor| read(&show::money(Money::new(minor, amounts.currency)));
            for rate in [amounts.won, amounts.recovered, amounts.retained] {
                let detail = format!("{} of {}", money(rate.part()), money(rate.whole()));
                assert!(page.contains(&detail), "{detail}");
                if let AmountShown::Percent { percent, .. } = rate.shown() {
                    assert!(page.contains(&format!(">{percent:.1} %<")), "{percent}");
                }
            }
        }
    }
    assert!(percents >= 8 && !page.contains("NaN"), "{percents}");
    for words in [
        "not known",
        "Nothing was decided in the period before",
        "Win rate by amount",
        "count as known when the dispute opened",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let missing = test.get("/reports/win-rate?currency=SEK").await;
    // The report stands there in its own currencies, the form as it was filled in, and why.
    assert_eq!(missing.status, axum::http::StatusCode::BAD_REQUEST);
    for words in [
        "role=\"alert\"",
        "docket rate import",
        "value=\"SEK\"",
        "Win rate by amount",
    ] {
        assert!(
            missing.body.contains(words),
            "{words} is missing in {}",
            missing.body
        );
    }
    assert!(
        !missing.body.contains("at most 7 days"),
        "nothing is in one currency"
    );
    let backwards = test.get("/reports/win-rate?from=2026-03-01&to=2026-02-01").await;
    assert_eq!(backwards.status, axum::http::StatusCode::BAD_REQUEST);
    for words in ["must lie before", "value=\"2026-03-01\"", "value=\"2026-02-01\""] {
        assert!(backwards.body.contains(words), "{words}");
    }
}

/// A report as a file holds what its page counts, and for a client's person only its own cases.
#[tokio::test]
async fn a_report_as_csv_is_that_of_its_page_and_of_ones_own_client() {
    let test = TestDesk::new().await;
    let (first, second) = (test.client("Nordlicht").await, test.client("Sonne").await);
    test.cases(&first, &mixed()).await;
    test.cases(&second, &[Dispute::ended("won", Outcome::Won, true)])
        .await;
    for report in ["win-rate", "factors"] {
        let page = test.page(&format!("/reports/{report}?from=2026-01-01")).await;
        let start = format!("href=\"/reports/{report}/csv");
        let link = unescape(between(&page, &start, "\"").unwrap());
        assert!(link.contains("from=2026-01-01"), "{link}");
        let file = test.get(&format!("/reports/{report}/csv{link}")).await;
        assert_eq!(file.status, StatusCode::OK, "{}", file.body);
        assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
        let name = file.headers["content-disposition"].to_str().unwrap();
        assert!(
            name.starts_with("attachment; filename=\"") && name.ends_with(".csv\""),
            "{name}"
        );
        assert!(file.body.lines().count() > 3, "{}", file.body);
    }
    let wish = WinRateWish {
        client: None,
        period: Period::of(None, None, now()).unwrap(),
        by: GroupBy::Client,
        closed: false,
        currency: None,
    };
    let report = test.desk.win_rate(wish).await.unwrap();
    let file = test.get("/reports/win-rate/csv?by=client").await;
    assert_eq!(file.body, docket_app::figures::win_rate::csv(&report));
    assert!(file.body.contains("Nordlicht") && file.body.contains("Sonne"));
    let own = Access::of(Role::Client, Some(first.0.id)).unwrap();
    let mia = test.person("Mia", own).await;
    let file = test.get_as(&mia, "/reports/win-rate/csv?by=client").await;
    assert!(
        file.body.contains("Nordlicht") && !file.body.contains("Sonne"),
        "{}",
        file.body
    );
    let other = test.get_as(&mia, "/reports/win-rate/csv?client=sonne").await;
    assert_eq!(other.status, StatusCode::BAD_REQUEST);

    // The cases behind the amounts, from the link beside them.
    let total = report.ledger.total.group;
    let page = test.page("/reports/win-rate?by=month").await;
    let link = page
        .split("href=\"")
        .find(|link| link.contains("cases=1"))
        .unwrap();
    let link = unescape(link.split('"').next().unwrap());
    let file = test.get(&link).await;
    let lines = u64::try_from(file.body.lines().count()).unwrap() - 1;
    let mut beside = total.no_contest.iter();
    let superseded = beside.find(|(outcome, _)| *outcome == Outcome::Superseded);
    let superseded = superseded.map_or(0, |(_, n)| *n);
    assert_eq!(lines, total.received + superseded, "{}", file.body);
    let file = test.get_as(&mia, &link).await;
    let sonnes = second.0.id.to_string();
    assert!(
        file.body.lines().count() > 1 && !file.body.contains(&sonnes),
        "{}",
        file.body
    );
}
