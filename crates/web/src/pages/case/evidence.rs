//! Evidence of a case: what it needs by weight, what is there with its content, what is missing, and what would harm.

use askama::Template;
use chrono::{DateTime, Utc};
use docket_app::{CaseView, StoredEvidence};
use docket_core::dossier::Goods;
use docket_core::evidence::{Checklist, EvidenceKind, Item, Need, Row, Shows, Standing};
use docket_core::id::CaseId;

use super::claim::Claimed;
use super::head::{Head, Part};
use docket_core::person::Role;

use crate::doors::{Door, Viewer};
use crate::locale;
use crate::pages::{Choice, Frame, Section};
use crate::say::{say, say_all};
use crate::show::{self, Stamp};
use crate::texts::t;
use crate::urls;

/// The page.
#[derive(Debug, Template)]
#[template(path = "case_evidence.html")]
pub struct EvidenceView {
    frame: Frame,
    pub head: Head,
    /// What the buyer says, beside what answers it.
    claim: Option<Claimed>,
    /// None where it cannot be told.
    list: Option<Needs>,
    /// Of which nobody said yet what they show.
    unconfirmed: Vec<Piece>,
    pieces: Vec<Piece>,
    kinds: Vec<Choice>,
    /// Where everything is changed; none for whoever only reads.
    work: Option<Work>,
    statement: String,
    preview: String,
}

/// What the case needs.
#[derive(Debug)]
struct Needs {
    completeness: u8,
    decisive: bool,
    matrix: u32,
    goods: Vec<Choice>,
    goods_assumed: bool,
    warnings: Vec<String>,
    rows: Vec<CheckRow>,
    /// Names of kinds that would harm and are not there.
    harmful: Vec<String>,
}

/// The addresses of the forms, and what one of them begins with.
#[derive(Debug)]
struct Work {
    add: String,
    change: String,
    ask: String,
    question: String,
    due: String,
    due_shown: Stamp,
    /// Whether the person may let what looks sensitive pass.
    lead: bool,
}

/// A line of the checklist.
#[derive(Debug)]
struct CheckRow {
    number: usize,
    kind: EvidenceKind,
    name: String,
    need: String,
    weight: u8,
    why: String,
    mark: String,
    class: &'static str,
    gap: bool,
    skipped: bool,
    harms: bool,
    having: Vec<(String, String)>,
    notes: Vec<String>,
    /// A parcel is a part of it.
    parcel: bool,
    /// A refund's id is.
    refund: bool,
}

/// A piece that somebody brought.
#[derive(Debug)]
struct Piece {
    id: String,
    kind: String,
    title: String,
    text: Option<String>,
    more: Option<String>,
    from: String,
    added: Stamp,
    file: Option<Shown>,
    /// What a person says to read on it, where the program may not read it.
    seen: Vec<Choice>,
}

/// A file, as it can be looked at.
#[derive(Debug)]
struct Shown {
    url: String,
    name: String,
    size: String,
    picture: bool,
}

impl EvidenceView {
    pub fn of(
        viewer: &Viewer,
        view: &CaseView,
        (list, pieces): (Option<&Checklist>, &[StoredEvidence]),
        (question, due): (String, DateTime<Utc>),
        now: DateTime<Utc>,
    ) -> Self {
        let case = &view.stored.case;
        let title = t("case-evidence-of")
            .with("dispute", case.dispute.to_string())
            .plain();
        let piece = |p: &StoredEvidence| Piece::of(case.id, p, now);
        let (unconfirmed, there): (Vec<_>, Vec<_>) = pieces.iter().partition(|p| p.item.unconfirmed);
        let kind =
            |kind: &EvidenceKind| Choice::new(kind.as_str(), show::title(kind), *kind == EvidenceKind::Other);
        Self {
            frame: Frame::of(viewer, title, Section::Queue).dated(now),
            head: Head::of(viewer, view, Part::Evidence, now),
            claim: None,
            list: list.map(Needs::of),
            unconfirmed: unconfirmed.into_iter().map(piece).collect(),
            pieces: there.into_iter().map(piece).collect(),
            kinds: EvidenceKind::ALL.iter().map(kind).collect(),
            work: viewer.may(Door::AddEvidence).then(|| Work {
                add: urls::of(case.id, urls::ADD_EVIDENCE),
                change: urls::of(case.id, urls::CHANGE_EVIDENCE),
                ask: urls::of(case.id, urls::ASK_FROM_CASE),
                question,
                due: locale::typed(due),
                due_shown: Stamp::of(due, now),
                lead: matches!(viewer.person.access.role(), Role::Admin | Role::Lead),
            }),
            statement: urls::of(case.id, urls::CASE_STATEMENT),
            preview: urls::of(case.id, urls::CASE_PREVIEW),
        }
    }

    /// With what the buyer says.
    pub fn claimed(mut self, claim: Option<Claimed>) -> Self {
        self.claim = claim;
        self
    }
}

impl Needs {
    fn of(list: &Checklist) -> Self {
        let shown = |row: &&Row| row.need != Need::Forbidden || !row.having.is_empty();
        let goods = |goods: &Goods| Choice::new(goods.as_str(), show::title(goods), *goods == list.goods);
        let rows = list.rows.iter().filter(shown).enumerate();
        let harmful = list.rows.iter().filter(|row| !shown(row));
        Self {
            completeness: list.completeness,
            decisive: list.decisive(),
            matrix: list.matrix,
            goods: Goods::ALL.iter().map(goods).collect(),
            goods_assumed: list.goods_assumed,
            warnings: say_all(&list.warnings),
            rows: rows.map(|(number, row)| CheckRow::of(number, row)).collect(),
            harmful: harmful
                .map(|row| format!("{}: {}", show::title(row.kind), say(&row.why)))
                .collect(),
        }
    }
}

fn is_gap(row: &Row) -> bool {
    matches!(row.need, Need::Required | Need::Useful)
        && matches!(row.standing, Standing::Missing | Standing::Weak)
}

/// Whether it is there, as a text's name and a badge's class.
pub fn mark(row: &Row) -> (&'static str, &'static str) {
    let harms = row.need == Need::Forbidden;
    match row.standing {
        Standing::Present | Standing::Weak if harms => ("case-mark-harms", "bad"),
        Standing::Present => ("case-mark-there", "good"),
        Standing::Weak => ("case-mark-weak", "warn"),
        Standing::Missing if row.need == Need::Required => ("case-mark-missing", "bad"),
        Standing::Missing => ("case-mark-missing", "calm"),
        Standing::NotApplicable => ("case-does-not-apply", "calm"),
    }
}

impl CheckRow {
    fn of(number: usize, row: &Row) -> Self {
        let harms = row.need == Need::Forbidden;
        let (mark, class) = mark(row);
        let having = row
            .having
            .iter()
            .map(|h| (say(&h.what), format!("{}, {}", h.from.by, h.from.place)));
        Self {
            number,
            kind: row.kind,
            name: show::title(row.kind),
            need: if row.asked {
                t("case-asked").plain()
            } else if harms {
                t("case-mark-harms").plain()
            } else {
                show::words(row.need)
            },
            weight: row.weight,
            why: say(&row.why),
            mark: t(mark).plain(),
            class,
            gap: is_gap(row),
            skipped: row.standing == Standing::NotApplicable,
            harms,
            having: having.collect(),
            notes: say_all(&row.notes),
            parcel: matches!(
                row.kind,
                EvidenceKind::Tracking | EvidenceKind::DeliveryProof | EvidenceKind::ShipmentProof
            ),
            refund: row.kind == EvidenceKind::RefundProof,
        }
    }
}

impl Piece {
    fn of(case: CaseId, piece: &StoredEvidence, now: DateTime<Utc>) -> Self {
        let item = &piece.item;
        let parcel = item.tracking.as_ref();
        let parcel = parcel.map(|p| {
            t("case-parcel")
                .with("carrier", &p.carrier)
                .with("number", &p.number)
                .plain()
        });
        let refund = item
            .refund_id
            .as_ref()
            .map(|id| t("case-refund").with("id", id).plain());
        Self {
            id: piece.id.to_string(),
            kind: show::title(item.kind),
            title: title(item),
            text: item.text.clone(),
            more: parcel.or(refund),
            from: format!("{}, {}", item.from.by, item.from.place),
            added: Stamp::of(piece.added_at, now),
            file: item.file.as_ref().map(|file| Shown {
                url: urls::case_file(case, &file.sha256),
                name: file.name.clone(),
                size: show::size(file.size),
                picture: file.media_type.starts_with("image/"),
            }),
            seen: seen(item),
        }
    }
}

/// What may stand on a picture or a scan of a delivery, and what somebody said that does.
fn seen(item: &Item) -> Vec<Choice> {
    let file = item.file.as_ref();
    let shown = file.is_some_and(|f| f.media_type.starts_with("image/") || f.media_type == "application/pdf");
    if item.kind != EvidenceKind::DeliveryProof || !shown {
        return Vec::new();
    }
    let said = |shows: &Shows| item.seen.as_ref().is_some_and(|seen| seen.shows.contains(shows));
    Shows::ALL
        .iter()
        .map(|shows| Choice::new(shows.as_str(), show::title(shows), said(shows)))
        .collect()
}

fn title(item: &Item) -> String {
    let file = item.file.as_ref().map(|file| file.name.clone());
    item.title
        .clone()
        .or(file)
        .unwrap_or_else(|| show::title(item.kind))
}
