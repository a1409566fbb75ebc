//! Samples of the parts of a case.

use docket_app::{BuyerFile, CaseDraft, CaseView, Choices, Preview, Problem, SeenFile};
use docket_core::draft::{DraftState, Version};
use docket_core::evidence::{Checklist, EvidenceKind};
use docket_core::packaging::Used;
use docket_core::response::{AcceptKind, OfferKind, SubmissionState};
use docket_core::sentence::Sentence;
use docket_core::words::ActionKind;

use super::case_page::{advice, draft, file, list, pieces, records, submission, views, words};
use super::make::{NASTY, now};
use super::people::{auditor, clients_own, viewer};
use super::{Samples, house};
use crate::pages::case::{
    CasePage, Claimed, Clash, EvidenceView, HistoryView, Known, Look, PreviewView, Saved, StatementView,
};

impl Samples for CasePage {
    fn samples() -> Vec<Self> {
        let (views, client) = views();
        let (words, list, advice) = (words(), list(), advice());
        let refused = |why: bool| why.then(|| NASTY.into());
        let choices = Choices {
            elsewhere: vec![
                (ActionKind::Accept, NASTY.into()),
                (ActionKind::Escalate, NASTY.into()),
            ],
            offers: OfferKind::ALL
                .iter()
                .map(|k| (*k, refused(*k == OfferKind::RefundWithReplacement)))
                .collect(),
            accepts: AcceptKind::ALL.iter().map(|k| (*k, None)).collect(),
            partial: true,
            files: vec![file("image/png")],
        };
        let workers = [NASTY.to_owned()];
        let given = [BuyerFile {
            id: NASTY.to_owned(),
            description: Some(NASTY.to_owned()),
            media_type: None,
        }];
        let known = Known {
            buyer_files: &given,
            choices: Some(&choices),
            workers: &workers,
            words: &words,
            list: Some(&list),
            advice: Some(&advice),
            record: None,
        };
        let [full, bare] = records(&views[0]);
        let recorded = |record| Known {
            record: Some(record),
            ..Known::default()
        };
        let own = clients_own(client);
        let mut all: Vec<Self> = [&full, &bare]
            .map(|record| Self::of(&own, &views[0], recorded(record), now()))
            .into();
        all.extend(views.iter().map(|v| Self::of(&viewer(), v, known, now())));
        all.push(Self::of(&viewer(), &views[0], Known::default(), now()));
        // Everything that a platform may ever take, with nothing else under way.
        let mut every = views[4].clone();
        every.stored.case.facts.allowed_actions = ActionKind::ALL.iter().copied().collect();
        all.push(Self::of(&viewer(), &every, known, now()));
        let bare = Choices {
            elsewhere: Vec::new(),
            files: Vec::new(),
            ..choices.clone()
        };
        let bare = Known {
            choices: Some(&bare),
            ..known
        };
        all.push(Self::of(&viewer(), &every, bare, now()));
        all
    }
}

impl Samples for EvidenceView {
    fn samples() -> Vec<Self> {
        let (views, _) = views();
        let claim = Claimed::of(views[0].stored.case.id, &words(), &[], now());
        let empty = Checklist {
            rows: Vec::new(),
            warnings: Vec::new(),
            ..list()
        };
        vec![
            Self::of(
                &viewer(),
                &views[0],
                (Some(&list()), &pieces()),
                (NASTY.to_owned(), now()),
                now(),
            )
            .claimed(Some(claim)),
            Self::of(
                &auditor(),
                &views[0],
                (Some(&list()), &pieces()),
                (NASTY.to_owned(), now()),
                now(),
            ),
            Self::of(
                &viewer(),
                &views[2],
                (Some(&empty), &[]),
                (String::new(), now()),
                now(),
            ),
        ]
    }
}

impl Samples for StatementView {
    fn samples() -> Vec<Self> {
        let (views, _) = views();
        let clash = Clash {
            by: NASTY.to_owned(),
            version: 3,
            base: Some(NASTY.to_owned()),
            theirs: NASTY.to_owned(),
            yours: NASTY.to_owned(),
            merged: Some(NASTY.to_owned()),
        };
        let mut all: Vec<Self> = views
            .iter()
            .map(|v| Self::of(&viewer(), v, Some(500), now()))
            .collect();
        all.push(Self::of(&viewer(), &views[4], None, now()).beside(clash));
        let claim = Claimed::of(views[4].stored.case.id, &words(), &[], now());
        let version = Version {
            number: 1,
            edition: draft(&house(), &views[4].stored, true).draft.edition,
            by: NASTY.to_owned(),
            at: now(),
        };
        let read = Self::of(&viewer(), &views[4], Some(500), now()).claimed(Some(claim));
        all.push(read.reading(Saved::of(&version)));
        all
    }
}

impl Samples for PreviewView {
    fn samples() -> Vec<Self> {
        let (views, _) = views();
        let house = house();
        let problem = Problem {
            what: NASTY.into(),
            todo: NASTY.into(),
        };
        let seen = |finds: Vec<Sentence>, most| SeenFile {
            file: file("application/pdf"),
            most,
            pages: finds.is_empty().then_some(3),
            finds,
        };
        let preview = |draft: CaseDraft, problems: Vec<Problem>| Preview {
            draft,
            problems,
            used: vec![
                Used {
                    what: "characters of one text",
                    used: 501,
                    most: 500,
                },
                Used {
                    what: "bytes of files",
                    used: 1,
                    most: 2_000_000,
                },
            ],
            files: vec![seen(Vec::new(), 10_000_000), seen(vec![NASTY.into()], 1)],
            lacking: vec![EvidenceKind::DeliveryProof],
            warnings: vec![NASTY.into()],
            matrix: 2,
            outdated: Some(now()),
        };
        let open = &views[4];
        let mut ready = draft(&house, &open.stored, true);
        (ready.state, ready.draft.state) = (DraftState::Draft, DraftState::Draft);
        let with = |v: &CaseView, p: Option<&Preview>, confirming| {
            Self::of(
                &viewer(),
                v,
                (p, Some(&open.stored.case)),
                Look { confirming },
                now(),
            )
        };
        let refused = preview(ready.clone(), vec![problem]);
        let ready = preview(ready, Vec::new());
        let reviewed = preview(draft(&house, &open.stored, true), Vec::new());
        let unfinished = preview(draft(&house, &open.stored, false), Vec::new());
        let mut all: Vec<Self> = views.iter().map(|v| with(v, None, false)).collect();
        all.extend([&refused, &ready, &reviewed, &unfinished].map(|p| with(open, Some(p), false)));
        all.push(with(open, Some(&ready), true));
        all.push(with(&views[0], Some(&ready), true));
        for state in SubmissionState::ALL {
            let mut sent = open.clone();
            sent.submissions = vec![submission(&house, &open.stored, *state)];
            all.push(with(&sent, Some(&ready), false));
        }
        let mut sent = open.clone();
        sent.submissions = vec![submission(&house, &open.stored, SubmissionState::Confirmed)];
        let mut became = preview(draft(&house, &open.stored, true), Vec::new());
        became.draft.draft.submission = Some(sent.submissions[0].id);
        (became.draft.state, became.draft.draft.state) = (DraftState::Approved, DraftState::Approved);
        all.push(with(&sent, Some(&became), false));
        all
    }
}

impl Samples for HistoryView {
    fn samples() -> Vec<Self> {
        let views = views().0;
        let recorded = views.iter().flat_map(|v| records(v).map(|r| (v, r)));
        let mut samples: Vec<Self> = recorded
            .map(|(v, r)| Self::of(&viewer(), (v, &r), &[], now()))
            .collect();
        let draft = views.iter().find_map(|view| view.draft.as_ref());
        let version = |draft: &docket_app::CaseDraft, number| Version {
            number,
            edition: draft.draft.edition.clone(),
            by: NASTY.to_owned(),
            at: now(),
        };
        let many = draft.map(|draft| (1..=23).map(|n| version(draft, n)).collect::<Vec<_>>());
        let [full, _] = records(&views[0]);
        samples.extend(many.map(|many| Self::of(&viewer(), (&views[0], &full), &many, now())));
        samples
    }
}
