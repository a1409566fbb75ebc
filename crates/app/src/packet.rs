//! The packet of a case: a letter and its exhibits as one PDF, made to fit the platform.

mod answer;
mod course;
mod fitting;
mod points;

use chrono::NaiveTime;
use docket_core::dossier::{Dossier, Policy};
use docket_core::evidence::{Checklist, EvidenceKind, Item, Need, Row, Standing};
use docket_core::id::CaseId;
use docket_core::response::{FileRef, Tracking};
use docket_core::sentence;
use docket_core::words::Language;
use docket_documents::examine::cleared;
use docket_documents::fit::{CannotFit, fit_packet};
use docket_documents::letter::{self, Block, Templates};
use docket_documents::packet::{Exhibit, Order, Quality};
use docket_store::{ClientScope, UnitOfWork};

use self::fitting::fitting;
use crate::Desk;
use crate::error::{Error, Result};
use crate::evidence::CaseChecklist;

/// A packet, made and kept.
#[derive(Debug, Clone)]
pub struct CasePacket {
    /// The file, kept by its content.
    pub file: FileRef,
    /// Its pages.
    pub pages: usize,
    /// So many pages and bytes the platform takes of one file.
    pub most: (Option<usize>, u64),
    /// What each exhibit is, and the page on which it begins.
    pub exhibits: Vec<(String, usize)>,
    /// Sentences of the letter that were left out because nobody told their facts.
    pub gaps: Vec<String>,
    /// What was done to make it fit.
    pub steps: Vec<String>,
    /// What a person should know before it goes.
    pub notes: Vec<String>,
    /// The letter's paragraphs, for platforms that read a text before a file.
    paragraphs: Vec<String>,
    /// Says in the letter's language that the answer is attached.
    cover: String,
    /// Characters that the platform takes of one text.
    text_chars: usize,
    parcels: Vec<Tracking>,
    refunds: Vec<String>,
    /// What was asked for and is there, with the platform's own type for it.
    asked: Vec<(EvidenceKind, Option<String>)>,
}

/// Which exhibits go in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Take {
    /// All of them, or there is no packet.
    All,
    /// Those that fit.
    Fitting,
}

/// What must be there for a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Least {
    /// A piece that can be shown.
    Exhibit,
    /// Records that the letter can tell of: enough where the other choice is no answer at all.
    Records,
}

impl Desk {
    /// Makes the packet of a case of what is there now, and keeps it. The same evidence on the same
    /// day gives the same bytes.
    ///
    /// # Errors
    /// When there is nothing to show or tell, a piece cannot be used, or nothing makes it fit the platform.
    pub async fn packet(&self, scope: ClientScope, id: CaseId, language: Language) -> Result<CasePacket> {
        self.packet_with(scope, id, language, (Least::Records, Take::All))
            .await
    }

    /// As [`Desk::packet`], but of the exhibits only those that fit, the heaviest first: where nobody is there to choose, a
    /// letter with most of them is better than none.
    pub(crate) async fn packet_that_fits(
        &self,
        scope: ClientScope,
        id: CaseId,
        language: Language,
        least: Least,
    ) -> Result<CasePacket> {
        self.packet_with(scope, id, language, (least, Take::Fitting))
            .await
    }

    async fn packet_with(
        &self,
        scope: ClientScope,
        id: CaseId,
        language: Language,
        (least, take): (Least, Take),
    ) -> Result<CasePacket> {
        let checklist = self.evidence_checklist(scope, id).await?;
        let case = &checklist.stored.case;
        let (own, owner) = (ClientScope::One(case.client), (case.id, case.client));
        let client = self.db.clients(own).await?.into_iter().next();
        let (_, connector) = self.connector(case.connection).await?;
        let (places, exhibits) = self.exhibits(&checklist, language).await?;
        let enough = match least {
            Least::Exhibit => !exhibits.is_empty(),
            Least::Records => !exhibits.is_empty() || tells(&checklist.dossier),
        };
        let nothing = || {
            Error::Invalid(sentence!(
                "there is no piece of evidence to show; `docket evidence check {id}` says what is needed",
                id = id.to_string()
            ))
        };
        if !enough {
            return Err(nothing());
        }
        let rounds = self.db.rounds(own, case.id).await?;
        let earlier = rounds.iter().filter(|round| round.number < case.round.number);
        let before = earlier
            .max_by_key(|round| round.number)
            .and_then(|round| round.outcome);
        let claim = letter::Claim {
            platform: case.platform,
            dispute: case.dispute.to_string(),
            reason: case.facts.reason,
            amount: Some(case.facts.amount),
            opened_at: Some(case.facts.opened_at),
            merchant: client.map(|client| client.name).unwrap_or_default(),
            buyer_words: checklist.words.last().map(|said| cleared(&said.text)),
            answer: course::of(&case.facts, (case.outcome, case.closed_at), before),
        };
        // A refund of a part decides nothing, but its id is told where it was asked for.
        let there = |row: &&Row| {
            let part = row.kind == EvidenceKind::RefundProof && row.having.iter().any(|having| having.good);
            row.asked && (row.standing == Standing::Present || part)
        };
        let asked = checklist
            .list
            .rows
            .iter()
            .filter(there)
            .flat_map(|row| {
                let of_kind = checklist
                    .asked
                    .iter()
                    .filter(|asked| asked.kind.unwrap_or(EvidenceKind::ClaimAnswer) == row.kind);
                of_kind.map(|asked| (row.kind, asked.sent_as.clone()))
            })
            .collect();
        let (parcels, refunds) = references(&checklist.items, &checklist.dossier);
        let dossier = without_secrets(&checklist.dossier);
        let packaging = connector.packaging();
        let templates = self.settings.templates.clone();
        // A letter has a day and no hour: what was looked at today is, byte for byte, what goes out today.
        let at = self.env.now().date_naive().and_time(NaiveTime::MIN).and_utc();
        let dispute = claim.dispute.clone();
        let made = tokio::task::spawn_blocking(move || {
            let typeset = |places: &[&'static str], exhibits: &[Exhibit]| {
                let letter = letter::draft(&templates, language, &claim, &dossier, places);
                let order = Order {
                    dispute: &claim.dispute,
                    language,
                    letter: Some(&letter),
                    exhibits,
                    at,
                    archival: packaging.archival,
                    quality: Quality::default(),
                };
                let gaps = letter.gaps.iter().map(ToString::to_string).collect::<Vec<_>>();
                fit_packet(&templates, order, &packaging)
                    .map(|(packet, steps)| (packet, steps, gaps, letter.blocks))
            };
            let (made, shown) = match typeset(&places, &exhibits) {
                Err(_) if take == Take::Fitting => fitting(&places, &exhibits, typeset)?,
                made => (made?, vec![true; exhibits.len()]),
            };
            let title = |(exhibit, shown): (&Exhibit, bool)| (exhibit.summary.clone(), shown);
            Ok((made, exhibits.iter().zip(shown).map(title).collect::<Vec<_>>()))
        });
        let made = made.await.map_err(|e| {
            Error::Invalid(sentence!(
                "the packet could not be made: {why}",
                why = e.to_string()
            ))
        })?;
        let ((packet, steps, gaps, blocks), titles) =
            made.map_err(|e: CannotFit| Error::Invalid(e.sentence()))?;
        let (shown, left_out): (Vec<_>, Vec<_>) = titles.into_iter().partition(|(_, shown)| *shown);
        let titles: Vec<String> = shown.into_iter().map(|(title, _)| title).collect();
        if titles.is_empty() && least == Least::Exhibit {
            return Err(nothing());
        }
        let mut notes = Vec::new();
        if !left_out.is_empty() {
            let names: Vec<String> = left_out.into_iter().map(|(title, _)| title).collect();
            notes.push(format!("left out, as they do not fit: {}", names.join(", ")));
        }
        if titles.is_empty() {
            notes.push(
                "there is no exhibit: the letter tells what the records say, and shows nothing".to_owned(),
            );
        }
        if !checklist.unconfirmed().is_empty() {
            notes.push(format!(
                "{} file(s) of the client are not in it, as nobody has said what they show: see `docket evidence check {id}`",
                checklist.unconfirmed().len()
            ));
        }
        if packet.unknown_characters > 0 {
            notes.push(format!(
                "{} characters are in no typeface here and stand as boxes: look at the pages",
                packet.unknown_characters
            ));
        }
        let file = self.keep_file(&file_name(&dispute), packet.pdf.into()).await?;
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.keep_packet(owner, &file.sha256, language, self.env.now())
            .await?;
        unit.commit().await?;
        let paragraphs = blocks.into_iter().filter_map(|block| match block {
            Block::Paragraph(text) => Some(text),
            Block::Heading(_) | Block::Quote(_) => None,
        });
        Ok(CasePacket {
            paragraphs: paragraphs.collect(),
            cover: self.settings.templates.cover(language, &file.name, titles.len()),
            text_chars: packaging.texts.one,
            file,
            pages: packet.pages,
            most: (packaging.pdf_pages, packaging.file_bytes),
            exhibits: titles.into_iter().zip(packet.starts).collect(),
            gaps,
            steps,
            notes,
            parcels,
            refunds,
            asked,
        })
    }

    /// What is shown, heaviest first: files and texts that people brought, and policies that the dossier holds; each with what
    /// the letter may call it.
    async fn exhibits(
        &self,
        checklist: &CaseChecklist,
        language: Language,
    ) -> Result<(Vec<&'static str>, Vec<Exhibit>)> {
        let templates = &self.settings.templates;
        let mut places = Vec::new();
        let mut exhibits = Vec::new();
        for kind in in_order(&checklist.list, &checklist.items) {
            let of_kind = checklist.items.iter().map(|(item, _)| item);
            for (nth, item) in of_kind.filter(|item| item.kind == kind).enumerate() {
                let named = || match &item.file {
                    // What the checklist does not find to be what it is said to be is not called so.
                    Some(file) if !points::good(&checklist.list, (kind, nth)) => file.name.clone(),
                    _ => templates.evidence(language, kind),
                };
                let summary = item.title.clone().unwrap_or_else(named);
                let content = match (&item.file, &item.text) {
                    (Some(file), _) => (file.name.clone(), self.files.get(&file.sha256).await?.to_vec()),
                    (None, Some(text)) => (format!("{kind}.txt"), text.clone().into_bytes()),
                    // Parcels and refund ids go into the platform's own fields.
                    (None, None) => continue,
                };
                places.push(points::at(&checklist.list, (kind, nth), item));
                exhibits.push(Exhibit {
                    name: content.0,
                    summary,
                    content: content.1,
                });
            }
            for policy in policies(&checklist.dossier, kind) {
                let named = || templates.evidence(language, kind);
                let title = policy.title.clone().unwrap_or_else(named);
                places.push(points::place(kind));
                exhibits.push(Exhibit {
                    name: format!("{kind}.txt"),
                    summary: templates.policy(language, &title, policy.from),
                    content: cleared(&policy.text).into_bytes(),
                });
            }
        }
        Ok((places, exhibits))
    }
}

/// A name that every platform takes: Klarna's ids have colons, and end in what tells them apart.
fn file_name(dispute: &str) -> String {
    let end = dispute.rsplit(':').next().unwrap_or(dispute);
    let plain: String = end
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect();
    format!("packet-{plain}.pdf")
}

/// Whether the records tell anything that speaks for the merchant, so that a letter without exhibits is still an answer.
fn tells(dossier: &Dossier) -> bool {
    !(dossier.shipments.is_empty() && dossier.refunds.is_empty() && dossier.messages.is_empty())
}

/// Kinds in the checklist's order, what it does not name after them. What harms is never shown.
fn in_order(list: &Checklist, items: &[(Item, Option<String>)]) -> Vec<EvidenceKind> {
    let harms = |kind: EvidenceKind| {
        list.rows
            .iter()
            .any(|row| row.kind == kind && row.need == Need::Forbidden)
    };
    let mut order: Vec<EvidenceKind> = Vec::new();
    let named = list.rows.iter().map(|row| row.kind);
    for kind in named.chain(items.iter().map(|(item, _)| item.kind)) {
        if !harms(kind) && !order.contains(&kind) {
            order.push(kind);
        }
    }
    order
}

fn policies(dossier: &Dossier, kind: EvidenceKind) -> impl Iterator<Item = &Policy> {
    let all = dossier.policies.iter().map(|known| &known.fact);
    all.filter(move |policy| Some(policy.kind) == kind.policy() && !policy.text.trim().is_empty())
}

/// Free texts of others may hold a card's number; numbers of orders, parcels and refunds stay as they are.
fn without_secrets(dossier: &Dossier) -> Dossier {
    let mut dossier = dossier.clone();
    let lines = dossier.lines.iter_mut().map(|known| &mut known.fact);
    let texts = lines.flat_map(|line| [&mut line.title, &mut line.description]);
    let returns = dossier.returns.iter_mut().map(|known| &mut known.fact);
    let texts = texts.chain(returns.flat_map(|back| [&mut back.reason, &mut back.state]));
    for text in texts.flatten() {
        *text = cleared(text);
    }
    dossier
}

/// Parcels and refunds that the case knows, once each.
fn references(items: &[(Item, Option<String>)], dossier: &Dossier) -> (Vec<Tracking>, Vec<String>) {
    let mut parcels: Vec<Tracking> = items
        .iter()
        .filter_map(|(item, _)| item.tracking.clone())
        .collect();
    for known in &dossier.shipments {
        if let (Some(carrier), Some(number)) = (&known.fact.carrier, &known.fact.number) {
            parcels.push(Tracking {
                carrier: carrier.clone(),
                number: number.clone(),
                url: known.fact.url.clone(),
            });
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    parcels.retain(|parcel| seen.insert(parcel.number.clone()));
    let refunds = dossier.refunds.iter().filter_map(|known| known.fact.id.clone());
    let refunds: std::collections::BTreeSet<String> = items
        .iter()
        .filter_map(|(item, _)| item.refund_id.clone())
        .chain(refunds)
        .collect();
    (parcels, refunds.into_iter().collect())
}

/// The letters' texts: compiled in, and a folder's in place of those with the same path.
///
/// # Errors
/// With file and line, when one is broken.
pub fn templates(folder: Option<&std::path::Path>) -> Result<Templates> {
    Templates::load(folder).map_err(|e| Error::Invalid(e.to_string().into()))
}

#[cfg(test)]
mod tests {
    use docket_core::dossier::{Known, Provenance, Shipment};
    use docket_core::money::Money;
    use proptest::prelude::*;

    use super::*;

    fn from(by: &str) -> Provenance {
        Provenance {
            by: by.to_owned(),
            at: chrono::DateTime::UNIX_EPOCH,
            place: "told.csv:2".to_owned(),
        }
    }

    fn item((number, refund): (Option<u8>, Option<u8>)) -> Item {
        Item {
            unconfirmed: false,
            seen: None,
            kind: EvidenceKind::Tracking,
            title: None,
            text: None,
            tracking: number.map(|number| Tracking {
                carrier: "DHL".to_owned(),
                number: format!("P{number}"),
                url: None,
            }),
            refund_id: refund.map(|id| format!("R{id}")),
            file: None,
            from: from("ada"),
        }
    }

    proptest! {
        /// What goes into the platform's own fields was told by a source or by a person, each once; what was told is not left out.
        #[test]
        fn no_parcel_and_no_refund_goes_out_that_nobody_told(
            brought in proptest::collection::vec((proptest::option::of(0_u8..9), proptest::option::of(0_u8..9)), 0..6),
            shipped in proptest::collection::vec((any::<bool>(), proptest::option::of(0_u8..9)), 0..6),
            refunded in proptest::collection::vec(proptest::option::of(0_u8..9), 0..6),
        ) {
            let items: Vec<(Item, Option<String>)> = brought.iter().map(|told| (item(*told), None)).collect();
            let mut dossier = Dossier::default();
            for (carrier, number) in &shipped {
                let fact = Shipment {
                    carrier: carrier.then(|| "DHL".to_owned()),
                    number: number.map(|number| format!("P{number}")),
                    url: None,
                    shipped_at: None,
                    delivered_at: None,
                    received_by: None,
                };
                dossier.shipments.push(Known { fact, from: from("shopify") });
            }
            for id in &refunded {
                let fact = docket_core::dossier::Refund {
                    id: id.map(|id| format!("R{id}")),
                    amount: Money::new(100, "EUR".parse().unwrap()),
                    at: chrono::DateTime::UNIX_EPOCH,
                };
                dossier.refunds.push(Known { fact, from: from("paypal") });
            }
            let (parcels, refunds) = references(&items, &dossier);
            let told = brought.iter().filter_map(|(number, _)| *number);
            let told = told.chain(shipped.iter().filter_map(|(carrier, number)| number.filter(|_| *carrier)));
            let told: std::collections::BTreeSet<String> = told.map(|number| format!("P{number}")).collect();
            let sent: Vec<String> = parcels.into_iter().map(|parcel| parcel.number).collect();
            prop_assert_eq!(sent.len(), told.len(), "each once");
            prop_assert_eq!(sent.into_iter().collect::<std::collections::BTreeSet<_>>(), told);
            let told = brought.iter().filter_map(|(_, refund)| *refund).chain(refunded.iter().flatten().copied());
            let told: std::collections::BTreeSet<String> = told.map(|id| format!("R{id}")).collect();
            prop_assert_eq!(refunds, told.into_iter().collect::<Vec<_>>());
        }
    }
}
