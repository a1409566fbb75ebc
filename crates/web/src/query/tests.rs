use super::values::hours;
use super::*;

fn pairs(text: &str) -> Pairs {
    url::form_urlencoded::parse(text.as_bytes())
        .into_owned()
        .collect()
}

#[test]
fn a_view_survives_its_own_link() {
    let all = "client=Nord+%26+S%C3%B8n&platform=paypal&turn=ours&due=48h&assignee=nobody&attention=dead_job&open=1\
               &opened_from=2026-01-01&opened_to=2026-02-01&closed_from=2026-01-01&closed_to=2026-02-01&amount_from=5000\
               &amount_below=20000&outcome=open&reason=other&stage=inquiry&currency=EUR&decision=delivery\
               &contested=0&figure=covered&after=1790000000000000.0199a6c2-7a00-7000-8000-000000000001";
    let query = QueueQuery::parse(&pairs(all)).unwrap();
    let link = crate::urls::queue(&query);
    assert_eq!(
        QueueQuery::parse(&pairs(link.split_once('?').unwrap().1)).unwrap(),
        query
    );
    assert_eq!(query.pairs().len(), 21);
}

#[test]
fn a_span_of_whole_hours_is_one_short_parameter() {
    let query = QueueQuery::parse(&pairs(
        "due_from=2026-11-24T06:30:00Z&due_to=2026-11-25T06:30:00Z",
    ))
    .unwrap();
    let link = crate::urls::queue(&query);
    assert_eq!(link, "/queue?due_in=2026-11-24T06:30Z/PT24H");
    assert_eq!(
        QueueQuery::parse(&pairs(link.split_once('?').unwrap().1)).unwrap(),
        query
    );
    let odd = QueueQuery::parse(&pairs(
        "due_from=2026-11-24T06:30:10Z&due_to=2026-11-25T06:00:00Z",
    ))
    .unwrap();
    assert_eq!(odd.pairs().len(), 2);
    for wrong in [
        "2026-11-24T06:30Z",
        "2026-11-24/PT1H",
        "2026-11-24T06:30Z/PT0H",
        "2026-11-24T06:30Z/PT1M",
        "/PT1H",
    ] {
        assert!(
            QueueQuery::parse(&pairs(&format!("due_in={wrong}"))).is_err(),
            "{wrong}"
        );
    }
}

#[test]
fn days_of_utc_are_one_short_parameter() {
    let read = |text: &str| QueueQuery::parse(&pairs(text)).unwrap();
    let long = read("days=utc&opened_from=2026-01-01&opened_to=2026-02-01&figure=won");
    let link = crate::urls::queue(&long);
    assert_eq!(link, "/queue?opened=2026-01-01/2026-02-01&figure=won");
    assert_eq!(read(link.split_once('?').unwrap().1), long);
    let half = read("days=utc&closed_from=2026-01-01");
    assert_eq!(half.pairs().len(), 2, "half an interval keeps its own words");
    let readers = read("opened_from=2026-01-01&opened_to=2026-02-01");
    assert_eq!(readers.pairs().len(), 2, "days of the reader are no days of UTC");
    for wrong in ["2026-01-01", "2026-01-01/", "2026-13-01/2026-02-01"] {
        assert!(
            QueueQuery::parse(&pairs(&format!("opened={wrong}"))).is_err(),
            "{wrong}"
        );
    }
}

#[test]
fn wrong_values_are_all_named_with_the_right_words() {
    let wrong = QueueQuery::parse(&pairs(
        "turn=mine&due=soon&attention=red&opened_from=1.2.2026&open=yes&trun=ours",
    ));
    let wrong = wrong.unwrap_err();
    assert_eq!(wrong.len(), 6, "{wrong:?}");
    assert!(
        wrong[0].contains("known: ours, buyer, platform, nobody"),
        "{wrong:?}"
    );
    assert!(wrong[1].contains("48h"), "{wrong:?}");
    assert!(wrong[2].ends_with("vanished, any"), "{wrong:?}");
    assert!(wrong[5].contains("known: client"), "{wrong:?}");
    let by_answer = QueueQuery::parse(&pairs("figure=in_time")).unwrap();
    assert_eq!(by_answer.figure, Some(Figure::InTime));
}

#[test]
fn empty_fields_of_a_form_mean_nothing() {
    assert_eq!(
        QueueQuery::parse(&pairs("client=&turn=&due=&assignee=++")),
        Ok(QueueQuery::default())
    );
}

#[test]
fn absurd_times_are_refused_not_overflowed() {
    for wrong in ["0h", "-1h", "9223372036854775807d", "366d", "h", "48"] {
        assert!(hours(wrong).is_err(), "{wrong}");
    }
    assert_eq!(hours("7d"), Ok(168));
}
