//! What lacks in the proof of a refund.

use crate::dossier::Refund;
use crate::evidence::{Item, Situation};
use crate::money::Money;
use crate::sentence;
use crate::sentence::{Part, Sentence};

/// A refund that is claimed must be one that was recorded, by its id or by its amount.
pub(super) fn refund_complaints(case: &Situation<'_>, item: &Item, content: Option<&str>) -> Vec<Sentence> {
    let recorded: Vec<&Refund> = case.dossier.refunds.iter().map(|known| &known.fact).collect();
    if recorded.is_empty() {
        return vec![match &item.refund_id {
            Some(id) => sentence!(
                "no refund is recorded, so nothing bears refund {id} out: import it with `docket import refunds`",
                id
            ),
            None => sentence!(
                "no refund is recorded, so nothing bears it out: import it with `docket import refunds`"
            ),
        }];
    }
    let known = || -> Part { recorded.iter().map(|refund| told(refund)).collect() };
    if let Some(id) = &item.refund_id
        && !recorded.iter().any(|refund| refund.id.as_ref() == Some(id))
    {
        return vec![sentence!(
            "no refund {id} is recorded; recorded: {known}",
            id,
            known = known()
        )];
    }
    let text = [item.text.as_deref(), content]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join("\n");
    // By its id, as given or as written; where none is named, any of them.
    let named = |refund: &&&Refund| {
        let id = refund.id.as_deref();
        id.is_some_and(|id| item.refund_id.as_deref() == Some(id) || whole(&text, id))
    };
    let named: Vec<&Refund> = recorded.iter().filter(named).copied().collect();
    let of = if named.is_empty() { &recorded } else { &named };
    if of.iter().any(|refund| writes(&text, refund.amount)) {
        return Vec::new();
    }
    if let Some(other) = of.iter().find_map(|refund| other_amount(&text, refund.amount)) {
        return vec![sentence!(
            "it shows {other}, which is no recorded refund; recorded: {known}",
            other,
            known = known()
        )];
    }
    if named.is_empty() {
        return vec![sentence!(
            "neither the id nor the amount of a recorded refund can be read in it; recorded: {known}",
            known = known()
        )];
    }
    Vec::new()
}

fn told(refund: &Refund) -> Part {
    match &refund.id {
        Some(id) => Sentence::from("{id} ({amount})")
            .with("id", id)
            .with("amount", refund.amount)
            .into(),
        None => refund.amount.into(),
    }
}

/// Whether it stands there as such, not inside a longer word.
fn whole(text: &str, word: &str) -> bool {
    !word.is_empty()
        && text.match_indices(word).any(|(at, _)| {
            let before = text[..at].chars().next_back();
            let after = text[at + word.len()..].chars().next();
            before.is_none_or(|c| !c.is_alphanumeric()) && after.is_none_or(|c| !c.is_alphanumeric())
        })
}

/// Whether the text has the amount in any usual writing.
fn writes(text: &str, amount: Money) -> bool {
    numbers(text).any(|(_, _, number)| is(&number, amount))
}

/// An amount beside the currency; the first that the text has.
fn other_amount(text: &str, amount: Money) -> Option<String> {
    let code = amount.currency.code();
    let beside = [code, "€", "$", "£", "kr"];
    numbers(text).find_map(|(from, to, number)| {
        let before = text[..from].trim_end();
        let after = text[to..].trim_start();
        let money = beside
            .iter()
            .any(|word| before.ends_with(word) || after.starts_with(word));
        money.then(|| format!("{number} {code}"))
    })
}

/// Where each number begins and ends, and how it is written. Blanks stand before three further digits only.
fn numbers(text: &str) -> impl Iterator<Item = (usize, usize, String)> {
    let digits = |from: usize| text[from..].bytes().take_while(u8::is_ascii_digit).count();
    let mut at = 0;
    std::iter::from_fn(move || {
        let from = at + text[at..].find(|c: char| c.is_ascii_digit())?;
        let mut to = from + digits(from);
        while let Some(c) = text[to..].chars().next() {
            let next = to + c.len_utf8();
            let more = digits(next);
            let goes_on = match c {
                '.' | ',' => more > 0,
                ' ' | '\u{a0}' | '\u{202f}' | '\'' => more == 3,
                _ => false,
            };
            if !goes_on {
                break;
            }
            to = next + more;
        }
        at = to;
        Some((from, to, text[from..to].to_owned()))
    })
}

/// Whether a number is the amount: with its decimals behind the last point or comma, or without where they are naught.
fn is(number: &str, amount: Money) -> bool {
    let exponent = amount.currency.exponent();
    let digits = |part: &str| part.chars().filter(char::is_ascii_digit).collect::<String>();
    let minor = |whole: &str, rest: &str| format!("{}{rest}", digits(whole)).parse::<i64>().ok();
    let split = number.rsplit_once(['.', ',']);
    let decimals = split.filter(|(_, rest)| rest.len() == exponent as usize);
    let value = match decimals {
        Some((whole, rest)) => minor(whole, rest),
        None => minor(number, &"0".repeat(exponent as usize)),
    };
    value == Some(amount.minor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_in_any_usual_writing() {
        let amount = |minor| Money::new(minor, "EUR".parse().unwrap());
        for text in ["255.10 EUR", "EUR 255,10.", "on 24.11. 255.10", "(255.10)"] {
            assert!(writes(text, amount(25_510)), "{text}");
        }
        for text in ["1,299.00", "1.299,00", "1 299,00", "1299", "1'299.00"] {
            assert!(writes(text, amount(129_900)), "{text}");
        }
        for text in ["1255.10", "255.100", "25510", "255.10.2026", ""] {
            assert!(!writes(text, amount(25_510)), "{text}");
        }
        assert!(writes("500 JPY", Money::new(500, "JPY".parse().unwrap())));
        assert_eq!(
            other_amount("at 14.05 we paid 12.00 EUR", amount(1)).unwrap(),
            "12.00 EUR"
        );
    }
}
