//! Card numbers whose groups stand further apart than those of other numbers do: double blanks, slashes, underscores, two
//! lines. Only groups as cards have them count here.

use super::cards;

/// The groups of card numbers.
const GROUPS: [&[usize]; 4] = [&[4, 4, 4, 4], &[4, 4, 4, 4, 3], &[4, 6, 5], &[4, 6, 4]];
/// The longest gap between two groups of one line.
const GAP: usize = 3;

/// Digits without a gap.
struct Group {
    line: usize,
    from: usize,
    to: usize,
}

/// The lines on which such numbers stand, each with the number masked.
pub(super) fn search(lines: &[&str]) -> Vec<(usize, String)> {
    let groups: Vec<Group> = (0..)
        .zip(lines)
        .flat_map(|(line, text)| groups(line, text))
        .collect();
    let mut found = Vec::new();
    for at in 0..groups.len() {
        for count in 2..=6 {
            let Some(run) = groups.get(at..at + count) else {
                break;
            };
            let before = at.checked_sub(1).map(|before| &groups[before]);
            if is_card(lines, before, run, groups.get(at + count)) {
                let digits: String = run
                    .iter()
                    .map(|group| &lines[group.line][group.from..group.to])
                    .collect();
                let masked = format!("{}{}", "•".repeat(digits.len() - 4), &digits[digits.len() - 4..]);
                found.push((run[0].line, masked.clone()));
                let last = run[count - 1].line;
                found.extend((last != run[0].line).then_some((last, masked)));
            }
        }
    }
    found
}

fn groups(line: usize, text: &str) -> Vec<Group> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let starts = (0..bytes.len()).filter(|at| digit(*at) && !at.checked_sub(1).is_some_and(digit));
    let group = |from: usize| {
        let to = (from..).find(|at| !digit(*at)).unwrap_or(from);
        Group { line, from, to }
    };
    starts.map(group).collect()
}

fn is_card(lines: &[&str], before: Option<&Group>, run: &[Group], after: Option<&Group>) -> bool {
    let gaps: Option<Vec<String>> = run.windows(2).map(|two| gap(lines, &two[0], &two[1])).collect();
    let Some(gaps) = gaps else { return false };
    let (breaks, within): (Vec<&String>, Vec<&String>) = gaps.iter().partition(|gap| gap.as_str() == "\n");
    if breaks.len() > 1 || within.windows(2).any(|two| two[0] != two[1]) {
        return false;
    }
    // A longer row of groups is another number.
    let goes_on = |a: &Group, b: &Group| gap(lines, a, b).is_some_and(|gap| within.contains(&&gap));
    let (first, last) = (&run[0], &run[run.len() - 1]);
    if before.is_some_and(|before| goes_on(before, first)) || after.is_some_and(|after| goes_on(last, after))
    {
        return false;
    }
    let text = |group: &Group| &lines[group.line][..group.from];
    let letter =
        text(first).chars().next_back().is_some_and(char::is_alphabetic) && !cards::glued(text(first));
    let ends = lines[last.line][last.to..]
        .chars()
        .next()
        .is_some_and(char::is_alphabetic);
    if letter || ends {
        return false;
    }
    let digits: Vec<u8> = run
        .iter()
        .flat_map(|group| lines[group.line][group.from..group.to].bytes())
        .map(|byte| byte - b'0')
        .collect();
    let label: Vec<char> = text(first).chars().rev().take(30).collect();
    let label: String = label.into_iter().rev().flat_map(char::to_lowercase).collect();
    let line_before = first.line.checked_sub(1).map_or("", |line| lines[line]);
    let card = cards::named(&label) || cards::named(&line_before.to_lowercase());
    let shaped = || {
        let sizes: Vec<usize> = run.iter().map(|group| group.to - group.from).collect();
        // The end of a line may break a group in two.
        let broken = run.windows(2).position(|two| two[0].line != two[1].line);
        let joined = broken.map(|at| {
            let mut joined = sizes.clone();
            joined[at] += joined.remove(at + 1);
            joined
        });
        GROUPS.contains(&sizes.as_slice()) || joined.is_some_and(|joined| GROUPS.contains(&joined.as_slice()))
    };
    cards::fits(&digits) && (card || (!cards::other(&label) && shaped()))
}

/// What stands between two groups, where they can be of one number.
fn gap(lines: &[&str], left: &Group, right: &Group) -> Option<String> {
    let own = |c: char| c.is_whitespace() || "-./_\u{2010}\u{2011}\u{2013}".contains(c);
    if left.line == right.line {
        let gap = &lines[left.line][left.to..right.from];
        return (gap.chars().count() <= GAP && gap.chars().all(own)).then(|| gap.to_owned());
    }
    let next = right.line == left.line + 1;
    let rest = lines[left.line][left.to..]
        .chars()
        .chain(lines[right.line][..right.from].chars());
    (next && rest.clone().all(own)).then(|| "\n".to_owned())
}
