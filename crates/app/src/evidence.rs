//! Evidence of a case: what is brought, what a case needs, and what it has.

use bytes::Bytes;
use docket_connector::{BuyerFile, Connector, Said};
use docket_core::case::{self, Command, Event, EvidenceStep};
use docket_core::dossier::{Dossier, Goods, Provenance};
use docket_core::evidence::{
    Asked, CardCheck, Checklist, EvidenceKind, Item, NotApplicable, Seen, Shows, Situation, checklist,
};
use docket_core::factor::FactorKind;
use docket_core::id::{CaseId, EvidenceId};
use docket_core::response::{FileRef, Tracking};
use docket_core::sentence;
use docket_core::sentence::Sentence;
use docket_core::words::Turn;
use docket_documents::examine;
use docket_store::{Change, ClientScope, StoredCase, StoredEvidence, UnitOfWork};

use crate::Desk;
use crate::cases::CaseView;
use crate::dossier::CaseDossier;
use crate::error::{Error, Result};
use crate::taken::{self, blocking, examined};

/// A piece of evidence that somebody brings.
#[derive(Debug, Clone)]
pub struct NewEvidence {
    /// What it shows.
    pub kind: EvidenceKind,
    /// One line about it.
    pub title: Option<String>,
    /// Text.
    pub text: Option<String>,
    /// A parcel.
    pub tracking: Option<Tracking>,
    /// A refund's id at the platform.
    pub refund_id: Option<String>,
    /// Name and content of a file.
    pub file: Option<(String, Bytes)>,
    /// Who supplied it: `client`, a carrier, a person; none means the one who brings it.
    pub supplied_by: Option<String>,
    /// Where from, in words.
    pub place: Option<String>,
    /// Why it may show what must not leave the house otherwise: a lead's word, kept in the history.
    pub allow_sensitive: Option<String>,
    /// Who brings it.
    pub actor: String,
}

/// The checklist of a case, with the claim that it answers.
#[derive(Debug, Clone)]
pub struct CaseChecklist {
    /// The case.
    pub stored: StoredCase,
    /// What the buyer says; personal data.
    pub words: Vec<Said>,
    /// What the platform asked for, by its own types.
    pub(crate) asked: Vec<Asked>,
    /// Files that the buyer gave to the platform, which hands them out.
    pub buyer_files: Vec<BuyerFile>,
    /// What is needed and there.
    pub list: Checklist,
    /// Every piece.
    pub pieces: Vec<StoredEvidence>,
    /// The pieces that count, each with the text that its file holds.
    pub(crate) items: Vec<(Item, Option<String>)>,
    /// What is known of the purchase.
    pub(crate) dossier: Dossier,
}

impl CaseChecklist {
    /// Pieces of which nobody has said yet what they show: they count for nothing until somebody does.
    pub fn unconfirmed(&self) -> Vec<&StoredEvidence> {
        self.pieces
            .iter()
            .filter(|piece| piece.item.unconfirmed)
            .collect()
    }
}

impl Desk {
    /// Adds a piece of evidence to a case, with its file.
    ///
    /// # Errors
    /// When it says nothing, its file is of no known kind, or somebody else was first.
    pub async fn add_evidence(
        &self,
        scope: ClientScope,
        id: CaseId,
        new: NewEvidence,
    ) -> Result<StoredEvidence> {
        let stored = self.case(scope, id).await?;
        let text = new.text.filter(|text| !text.trim().is_empty());
        if text.is_none() && new.tracking.is_none() && new.refund_id.is_none() && new.file.is_none() {
            return Err(Error::Invalid(sentence!(
                "there is nothing in it: add a text, a file, a parcel or a refund's id"
            )));
        }
        let leave = match new.allow_sensitive.as_deref() {
            Some(why) => Some(self.leave(why, &new.actor).await?),
            None => None,
        };
        for (what, said) in [("the text", &text), ("the title", &new.title)] {
            if let Some(said) = said.as_ref().filter(|said| !said.is_empty()) {
                let content = Bytes::copy_from_slice(said.as_bytes());
                examined(what, &content, leave.as_ref()).await?;
            }
        }
        let file = match new.file {
            Some((name, content)) => Some(self.take_exhibit(&name, content, leave.as_ref()).await?),
            None => None,
        };
        let now = self.env.now();
        let piece = StoredEvidence {
            id: EvidenceId::new(&self.env),
            added_at: now,
            item: Item {
                kind: new.kind,
                title: new.title,
                text,
                tracking: new.tracking,
                refund_id: new.refund_id,
                from: Provenance {
                    by: new.supplied_by.unwrap_or_else(|| new.actor.clone()),
                    at: now,
                    place: new.place.unwrap_or_else(|| {
                        file.as_ref()
                            .map_or("typed in".to_owned(), |file| file.name.clone())
                    }),
                },
                file,
                unconfirmed: false,
                seen: None,
            },
        };
        let step = EvidenceStep::Added {
            id: piece.id,
            kind: piece.item.kind,
            sha256: piece.item.file.as_ref().map(|file| file.sha256.clone()),
            sensitive: leave.map(|leave| leave.why().to_owned()),
        };
        let owner = (id, stored.case.client);
        let mut unit = self.evidence_step(stored, step, &new.actor).await?;
        unit.add_evidence(owner, &piece).await?;
        unit.commit().await?;
        Ok(piece)
    }

    /// Says what a piece of evidence shows, as a client's own files need it before they count. Saying the same again
    /// changes nothing.
    ///
    /// # Errors
    /// When the case has no such piece, or somebody else was first.
    pub async fn confirm_evidence(
        &self,
        scope: ClientScope,
        id: CaseId,
        (piece, kind): (EvidenceId, EvidenceKind),
        actor: &str,
    ) -> Result<()> {
        let stored = self.case(scope, id).await?;
        let mut item = self.piece(&stored, piece).await?;
        if item.kind == kind && !item.unconfirmed {
            return Ok(());
        }
        (item.kind, item.unconfirmed) = (kind, false);
        let step = EvidenceStep::Confirmed { id: piece, kind };
        let mut unit = self.evidence_step(stored, step, actor).await?;
        if !unit.change_evidence(id, piece, &item).await? {
            return Err(no_piece(id, piece));
        }
        unit.commit().await?;
        Ok(())
    }

    /// Says what can be read on a picture, as a person saw it: the program reads no pictures. An empty list takes it back.
    ///
    /// # Errors
    /// When the case has no such piece, its text can be read by the program, or somebody else was first.
    pub async fn see_evidence(
        &self,
        scope: ClientScope,
        id: CaseId,
        (piece, shows): (EvidenceId, Vec<Shows>),
        actor: &str,
    ) -> Result<()> {
        let stored = self.case(scope, id).await?;
        let mut item = self.piece(&stored, piece).await?;
        let readable = match &item.file {
            Some(file) => self.text_of(file).await?.0.is_some(),
            None => true,
        };
        if readable {
            return Err(Error::Invalid(sentence!(
                "its text can be read, so what it shows is judged by that; this is for pictures"
            )));
        }
        item.seen = (!shows.is_empty()).then(|| Seen {
            shows: shows.clone(),
            by: actor.to_owned(),
            at: self.env.now(),
        });
        let step = EvidenceStep::Seen { id: piece, shows };
        let mut unit = self.evidence_step(stored, step, actor).await?;
        if !unit.change_evidence(id, piece, &item).await? {
            return Err(no_piece(id, piece));
        }
        unit.commit().await?;
        Ok(())
    }

    async fn piece(&self, stored: &StoredCase, piece: EvidenceId) -> Result<Item> {
        let (own, id) = (ClientScope::One(stored.case.client), stored.case.id);
        let all = self.db.evidence(own, id).await?;
        let found = all.into_iter().find(|p| p.id == piece);
        Ok(found.ok_or_else(|| no_piece(id, piece))?.item)
    }

    /// Takes a piece of evidence off a case. What was sent with it stays as it was sent.
    ///
    /// # Errors
    /// When the case has no such piece, or somebody else was first.
    pub async fn withdraw_evidence(
        &self,
        scope: ClientScope,
        id: CaseId,
        piece: EvidenceId,
        actor: &str,
    ) -> Result<()> {
        let stored = self.case(scope, id).await?;
        let mut unit = self
            .evidence_step(stored, EvidenceStep::Withdrawn { id: piece }, actor)
            .await?;
        if !unit.withdraw_evidence(id, piece, self.env.now()).await? {
            return Err(no_piece(id, piece));
        }
        unit.commit().await?;
        Ok(())
    }

    /// Says that a kind of evidence does not apply to a case, and why.
    ///
    /// # Errors
    /// When the reason is empty, or somebody else was first.
    pub async fn skip_evidence(
        &self,
        scope: ClientScope,
        id: CaseId,
        (kind, why): (EvidenceKind, String),
        actor: &str,
    ) -> Result<()> {
        let stored = self.case(scope, id).await?;
        let owner = (id, stored.case.client);
        let skipped = NotApplicable {
            kind,
            why: why.clone(),
            by: actor.to_owned(),
            at: self.env.now(),
        };
        let mut unit = self
            .evidence_step(stored, EvidenceStep::Skipped { kind, why }, actor)
            .await?;
        unit.skip_evidence(owner, &skipped).await?;
        unit.commit().await?;
        Ok(())
    }

    /// Takes back that a kind of evidence does not apply.
    ///
    /// # Errors
    /// When somebody else was first.
    pub async fn unskip_evidence(
        &self,
        scope: ClientScope,
        id: CaseId,
        kind: EvidenceKind,
        actor: &str,
    ) -> Result<()> {
        let stored = self.case(scope, id).await?;
        let mut unit = self
            .evidence_step(stored, EvidenceStep::Unskipped { kind }, actor)
            .await?;
        unit.unskip_evidence(id, kind).await?;
        unit.commit().await?;
        Ok(())
    }

    /// Says what kind of goods a case is about.
    ///
    /// # Errors
    /// When somebody else was first.
    pub async fn set_goods(&self, scope: ClientScope, id: CaseId, goods: Goods, actor: &str) -> Result<()> {
        let stored = self.case(scope, id).await?;
        let owner = (id, stored.case.client);
        let mut unit = self
            .evidence_step(stored, EvidenceStep::Goods(goods), actor)
            .await?;
        unit.set_goods(owner, goods, (actor, self.env.now())).await?;
        unit.commit().await?;
        Ok(())
    }

    /// The pieces of evidence of a case, oldest first.
    ///
    /// # Errors
    /// When there is no such case in scope.
    pub async fn evidence(&self, scope: ClientScope, id: CaseId) -> Result<Vec<StoredEvidence>> {
        self.case(scope, id).await?;
        Ok(self.db.evidence(scope, id).await?)
    }

    /// What a case needs, what it has and what it lacks.
    ///
    /// # Errors
    /// When there is no such case in scope.
    pub async fn evidence_checklist(&self, scope: ClientScope, id: CaseId) -> Result<CaseChecklist> {
        let stored = self.case(scope, id).await?;
        let (_, connector) = self.connector(stored.case.connection).await?;
        let known = self.dossier_of(&stored.case).await?;
        self.checklist_with((stored, known), connector.as_ref()).await
    }

    /// What a case that is looked at needs, has and lacks; nothing of it is read twice.
    ///
    /// # Errors
    /// When its evidence cannot be read.
    pub async fn checklist_of(&self, view: &CaseView) -> Result<CaseChecklist> {
        let connector = self.connector_of(&view.connection).await?;
        let known = (view.stored.clone(), view.dossier.clone());
        self.checklist_with(known, connector.as_ref()).await
    }

    /// What the buyer says and gave to the platform, as the case was last read.
    ///
    /// # Errors
    /// When what was read cannot be understood any more.
    pub async fn buyer_says(&self, view: &CaseView) -> Result<(Vec<Said>, Vec<BuyerFile>)> {
        let Some(body) = &view.dossier.dispute else {
            return Ok((Vec::new(), Vec::new()));
        };
        let connector = self.connector_of(&view.connection).await?;
        Ok((connector.claim(body)?.words, connector.buyer_files(body)?))
    }

    async fn checklist_with(
        &self,
        (stored, known): (StoredCase, CaseDossier),
        connector: &dyn Connector,
    ) -> Result<CaseChecklist> {
        let id = stored.case.id;
        let own = ClientScope::One(stored.case.client);
        let marks = self.db.checklist_marks(own, id).await?;
        let dossier = known.facts;
        let (claim, buyer_files) = match &known.dispute {
            Some(body) => (connector.claim(body)?, connector.buyer_files(body)?),
            None => (docket_connector::Claim::default(), Vec::new()),
        };
        let (mut items, mut unseen) = (Vec::new(), Vec::new());
        let pieces = self.db.evidence(own, id).await?;
        for piece in pieces.iter().filter(|piece| !piece.item.unconfirmed) {
            let content = match &piece.item.file {
                Some(file) => {
                    let (text, notes) = self.text_of(file).await?;
                    unseen.extend(notes);
                    text
                }
                None => None,
            };
            items.push((piece.item.clone(), content));
        }
        let factors = self.db.factors(own, id).await?;
        let checks = factors.into_iter().filter_map(|row| {
            let what = row.kind.parse().ok()?;
            let from = Provenance {
                by: stored.case.platform.to_string(),
                at: row.recorded_at,
                place: row.source,
            };
            let code = row.value;
            matches!(what, FactorKind::AvsResult | FactorKind::CvvResult).then_some(CardCheck {
                what,
                code,
                from,
            })
        });
        let card_checks: Vec<CardCheck> = checks.collect();
        let facts = &stored.case.facts;
        // Nobody is asked for anything once it is another's turn.
        let asked = if facts.turn == Turn::Ours {
            claim.asked.as_slice()
        } else {
            &[]
        };
        let mut list = checklist(
            &self.settings.matrix,
            Situation {
                platform: stored.case.platform,
                reason: facts.reason,
                goods: marks.goods,
                asked,
                dossier: &dossier,
                items: &items,
                skipped: &marks.skipped,
                card_checks: &card_checks,
                refs: &facts.order_refs,
                opened_at: facts.opened_at,
                now: self.env.now(),
                disputed: facts.amount,
            },
        );
        list.warnings.extend(unseen);
        Ok(CaseChecklist {
            words: claim.words,
            asked: claim.asked,
            buyer_files,
            stored,
            list,
            pieces,
            items,
            dossier,
        })
    }

    /// The text of a file, where it can be read, and what of it a packet does not show.
    async fn text_of(&self, file: &FileRef) -> Result<(Option<String>, Vec<Sentence>)> {
        let (name, content) = (file.name.clone(), self.files.get(&file.sha256).await?);
        // What was taken in before it was looked at like this stays listed, unread.
        let Ok(examined) = blocking(move || examine(&name, &content)).await? else {
            return Ok((None, Vec::new()));
        };
        let text = Some(examined.text.join("\n")).filter(|text| !text.trim().is_empty());
        Ok((text, taken::notes(&file.name, &examined)))
    }

    /// Begins a commit with what is said of a case's evidence: its history, and its state.
    async fn evidence_step(&self, stored: StoredCase, step: EvidenceStep, actor: &str) -> Result<UnitOfWork> {
        let transition = case::apply(
            &stored.case,
            Event::Command(Command::Evidence(step)),
            self.env.now(),
        )?;
        let mut unit = UnitOfWork::begin(&self.db).await?;
        let change = Change {
            before: Some(stored),
            transition,
            observed: None,
        };
        self.save(&mut unit, actor, &[change]).await?;
        Ok(unit)
    }
}

fn no_piece(id: CaseId, piece: EvidenceId) -> Error {
    Error::NotFound(sentence!(
        "this case has no piece of evidence {piece}; see `docket evidence list {id}`",
        piece,
        id
    ))
}
