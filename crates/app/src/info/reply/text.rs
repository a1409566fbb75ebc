//! What somebody wrote in a reply, without what they replied to.

/// The lines that divide a reply, in every language that they are written in.
pub(super) struct Labels {
    pub marker: Vec<String>,
    pub answer: Vec<String>,
    pub plan: Vec<String>,
}

/// How the headers of a quoted mail begin where its lines carry no `>` (Outlook), in the desk's languages.
const QUOTED_FROM: [&str; 4] = ["from:", "von:", "van:", "från:"];
/// So many lines before our own text such headers stand at most.
const QUOTED_HEADERS: usize = 12;

/// The answer and the action plan of a reply; what is missing is empty.
pub(super) fn parts(body: &str, labels: &Labels) -> (String, String) {
    let written = written(body, &labels.marker);
    let mut answer: Vec<&str> = Vec::new();
    let mut plan: Option<Vec<&str>> = None;
    for line in written {
        if let Some(rest) = after_label(line, &labels.plan) {
            plan.get_or_insert_default().push(rest);
        } else if let Some(plan) = &mut plan {
            plan.push(line);
        } else {
            answer.push(after_label(line, &labels.answer).unwrap_or(line));
        }
    }
    let text = |lines: Vec<&str>| lines.join("\n").trim().to_owned();
    (text(answer), text(plan.unwrap_or_default()))
}

/// The lines that are not quoted, without signatures and without the lines that lead to a quote.
fn written<'a>(body: &'a str, marker: &[String]) -> Vec<&'a str> {
    let mut kept: Vec<&str> = Vec::new();
    let mut signature = false;
    let mut quoted = false;
    for line in body.lines().map(str::trim_end) {
        let bare = line.trim_start();
        if bare.starts_with('>') {
            if !quoted {
                drop_attribution(&mut kept);
            }
            (quoted, signature) = (true, false);
            continue;
        }
        if marker.iter().any(|m| bare.contains(m.as_str())) {
            // Our mail as it was, unmarked: it and its headers are no words of the client.
            drop_headers(&mut kept);
            break;
        }
        signature |= bare == "--";
        if !signature {
            kept.push(line);
        }
        quoted &= bare.is_empty();
    }
    kept
}

/// Takes away the line that leads to a quote (`On Tuesday … <desk@agency.example> wrote:`), which may be broken in two.
fn drop_attribution(kept: &mut Vec<&str>) {
    while kept.last().is_some_and(|line| line.trim().is_empty()) {
        kept.pop();
    }
    let lines = match kept[..] {
        [.., _, last] if last.ends_with(':') && last.starts_with('<') => 2,
        [.., last] if last.ends_with(':') && last.contains('@') => 1,
        [.., before, last] if last.ends_with(':') && before.contains('@') => 2,
        _ => 0,
    };
    kept.truncate(kept.len() - lines);
}

/// Takes away the headers of a mail that is quoted without marks, and the rule above them.
fn drop_headers(kept: &mut Vec<&str>) {
    let near = kept.len().saturating_sub(QUOTED_HEADERS);
    let begins = |line: &&str| {
        let line = line.trim_start_matches(['*', ' ']).to_lowercase();
        QUOTED_FROM.iter().any(|from| line.starts_with(from))
    };
    if let Some(at) = kept[near..].iter().rposition(begins) {
        kept.truncate(near + at);
    }
    let rule = |line: &&str| line.trim().is_empty() || line.starts_with("-----") || line.starts_with("_____");
    while kept.last().is_some_and(rule) {
        kept.pop();
    }
}

/// What stands behind a label at the beginning of a line, however it is set off (`*Action plan:*`, `action plan`).
fn after_label<'a>(line: &'a str, labels: &[String]) -> Option<&'a str> {
    let line = line.trim_start_matches(['*', '_', '#', ' ', '\t', '\u{a0}']);
    labels.iter().find_map(|label| {
        let word = label.trim_end_matches(':');
        let begins = line.get(..word.len())?;
        if begins.to_lowercase() != word.to_lowercase() {
            return None;
        }
        let rest = line[word.len()..].trim_start_matches(['*', '_', ' ']);
        match rest.strip_prefix(':') {
            Some(rest) => Some(rest.trim_start_matches(['*', '_', ' '])),
            None => rest.is_empty().then_some(""),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> (String, String) {
        let of = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect();
        let labels = Labels {
            marker: of(&["Reply above this line", "Bitte über dieser Zeile antworten"]),
            answer: of(&["Answer:", "Antwort:"]),
            plan: of(&["Action plan:", "Maßnahmen:"]),
        };
        parts(body, &labels)
    }

    fn both(answer: &str, plan: &str) -> (String, String) {
        (answer.to_owned(), plan.to_owned())
    }

    #[test]
    fn a_reply_above_its_quote_is_read_in_two_parts() {
        let body = "DHL took it.\nOn Monday.\n\nAction plan:\nWe send the scan today.\n\nOn Tue, 24 Nov 2026 at 10:00, Docket\n<answers@agency.example> wrote:\n> ----- Reply above this line -----\n> Which carrier?\n> Action plan: as you like\n";
        assert_eq!(
            read(body),
            both("DHL took it.\nOn Monday.", "We send the scan today.")
        );
    }

    #[test]
    fn labels_count_in_each_language_however_they_are_set_off() {
        assert_eq!(
            read("Antwort: DHL\r\n*maßnahmen:* Scan morgen\r\n-- \r\nAnna\r\n"),
            both("DHL", "Scan morgen")
        );
        assert_eq!(
            read("**Answer:** DHL\n\nACTION PLAN\nthe scan"),
            both("DHL", "the scan")
        );
    }

    #[test]
    fn a_mail_that_is_quoted_without_marks_is_no_part_of_the_plan() {
        let body = "DHL.\nAction plan: From: today on we scan.\n\n________________________________\nFrom: Docket <answers@agency.example>\nSent: Tuesday\nTo: orders@acme.example\nSubject: A question\n\n----- Reply above this line -----\n\nWhich carrier?\n";
        assert_eq!(read(body), both("DHL.", "From: today on we scan."));
        let body = "DHL.\nMaßnahmen: Scan.\n\nVon: Docket\nGesendet: Dienstag\n\n----- Bitte über dieser Zeile antworten -----\nFrage\n";
        assert_eq!(read(body), both("DHL.", "Scan."));
    }

    #[test]
    fn what_stands_below_or_between_a_quote_counts() {
        let body = "On Tue Docket <answers@agency.example> wrote:\n> ----- Reply above this line -----\n> Which carrier?\nDHL, see: the scan\n> And then?\nAction plan: the scan\n";
        assert_eq!(read(body), both("DHL, see: the scan", "the scan"));
    }

    #[test]
    fn a_missing_part_is_empty() {
        assert_eq!(read("DHL"), both("DHL", ""));
        assert_eq!(read("Action plan: scan"), both("", "scan"));
        assert_eq!(read("> Answer: x\n> Action plan: y"), both("", ""));
        assert_eq!(
            read("my action plan: none\nActions"),
            both("my action plan: none\nActions", "")
        );
    }
}
