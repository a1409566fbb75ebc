use super::*;
use crate::stats::amounts::AmountShown;

fn bundle(key: &str, outcome: Option<Outcome>, contested: bool, cases: u64) -> Bundle {
    let mut sums = Sums::default();
    for _ in 0..cases {
        sums.add(10_000, outcome, Some(40_00));
    }
    Bundle {
        key: key.to_owned(),
        platform: Platform::PAYPAL,
        reason: Reason::NotReceived,
        currency: "EUR".parse().unwrap(),
        outcome,
        contested,
        answer: if contested { Answer::InTime } else { Answer::Missed },
        cases,
        sums,
        fees: Vec::new(),
        fee_unknown: 0,
    }
}

#[test]
fn amounts_follow_the_definition() {
    let line = Ledger::of(&[
        bundle("a", Some(Outcome::Won), true, 10),
        bundle("a", Some(Outcome::WonProtected), false, 2),
        bundle("a", Some(Outcome::Partial), true, 5),
        bundle("a", Some(Outcome::Lost), true, 5),
        bundle("a", Some(Outcome::Withdrawn), true, 3),
        bundle("a", Some(Outcome::Accepted), false, 4),
        bundle("a", Some(Outcome::Superseded), false, 9),
        bundle("a", None, false, 1),
    ])
    .total;
    let [euros] = &line.amounts[..] else {
        panic!("one currency")
    };
    let figures = |rate: AmountRate| (rate.part(), rate.whole(), rate.cases());
    assert_eq!(figures(euros.won), (120_000, 200_000, 20));
    assert_eq!(figures(euros.recovered), (120_000, 300_000, 30));
    assert_eq!(figures(euros.retained), (170_000, 300_000, 30));
    assert_eq!(euros.net_benefit(), Some(170_000));
    assert!(matches!(
        euros.won.shown(),
        AmountShown::Percent { weak: true, .. }
    ));
}

#[test]
fn fees_are_taken_off_in_their_currency_and_never_guessed() {
    let (euros, crowns): (Currency, Currency) = ("EUR".parse().unwrap(), "SEK".parse().unwrap());
    let mut charged = bundle("a", Some(Outcome::Won), true, 10);
    charged.fees = vec![
        (
            euros,
            Fees {
                platform: 20_00,
                agency: 10_000,
            },
        ),
        (
            crowns,
            Fees {
                platform: 50_00,
                agency: 0,
            },
        ),
    ];
    let ledger = Ledger::of(std::slice::from_ref(&charged));
    let [amounts] = &ledger.total.amounts[..] else {
        panic!("a line for crowns would have no cases: {ledger:?}")
    };
    let crowns_charged = Fees {
        platform: 50_00,
        agency: 0,
    };
    assert_eq!(amounts.fees_elsewhere(), [(crowns, crowns_charged)]);
    assert_eq!(amounts.net_benefit(), None, "euros less crowns are nothing");
    charged.fees.pop();
    let ledger = Ledger::of(std::slice::from_ref(&charged));
    assert_eq!(ledger.total.amounts[0].net_benefit(), Some(88_000));
    charged.fee_unknown = 1;
    assert_eq!(Ledger::of(&[charged]).total.amounts[0].net_benefit(), None);
}

#[test]
fn a_group_is_compared_at_the_mix_of_all() {
    let at = |key: &str, reason, won, lost| {
        let of = |outcome, cases| Bundle {
            reason,
            ..bundle(key, Some(outcome), true, cases)
        };
        [of(Outcome::Won, won), of(Outcome::Lost, lost)]
    };
    let before = [
        at("1", Reason::NotReceived, 80, 20),
        at("1", Reason::Unauthorised, 10, 40),
    ]
    .concat();
    let after = [
        at("2", Reason::NotReceived, 42, 8),
        at("2", Reason::Unauthorised, 25, 75),
    ]
    .concat();
    let both = Ledger::of(&[before.clone(), after.clone()].concat());
    let percent: Vec<f64> = both
        .groups
        .iter()
        .map(|line| match line.standard.unwrap().rate {
            Standard::Percent { percent, .. } => percent.value,
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(
        (percent[0] - 50.0).abs() < 1e-9 && (percent[1] - 54.5).abs() < 1e-9,
        "{percent:?}"
    );
    let change = Ledger::of(&after).change(&Ledger::of(&before)).unwrap();
    let crate::stats::Drift::Parts { mix, rate, .. } = change.drift else {
        panic!("enough")
    };
    assert!((mix.value + 19.833_333).abs() < 1e-5 && (rate.unwrap().value - 4.5).abs() < 1e-9);
    let open = Ledger::of(&[bundle("2", None, false, 9)]);
    assert_eq!(open.change(&Ledger::of(&before)), None, "immature");
}

#[test]
fn answers_in_time_are_of_those_that_were_due() {
    let mut late = bundle("a", Some(Outcome::Won), true, 4);
    late.answer = Answer::Late;
    let mut none = bundle("a", Some(Outcome::Withdrawn), false, 4);
    none.answer = Answer::NotDue;
    let ledger = Ledger::of(&[late, none, bundle("a", Some(Outcome::Won), true, 16)]);
    assert_eq!(
        (ledger.total.on_time, ledger.total.undated),
        (Rate::new(16, 20), 0)
    );
    let mut undated = bundle("a", Some(Outcome::Won), true, 3);
    undated.answer = Answer::NotDue;
    assert_eq!(Ledger::of(&[undated]).total.undated, 3);
    assert_eq!(Ledger::of(&[]).total, Line::default());
}
