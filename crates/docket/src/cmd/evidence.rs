//! `docket evidence`: what a case has, and what it needs.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Subcommand;
use docket_app::{CaseChecklist, CasePacket, ClientScope, Desk, NewEvidence, StoredEvidence};
use docket_core::dossier::Goods;
use docket_core::evidence::{Band, EvidenceKind, Need, Row, Shows, Standing};
use docket_core::id::EvidenceId;
use docket_core::response::Tracking;
use docket_core::words::{Language, readable};

use crate::output::{self, Table, line};
use crate::text::absolute;

#[derive(Subcommand)]
pub enum Command {
    /// What the case needs, has and lacks
    Check {
        /// Our id or the platform's
        case: String,
        #[arg(long)]
        json: bool,
    },
    /// Bring a piece of evidence to a case
    Add(Box<Add>),
    /// The pieces of evidence of a case
    List {
        /// Our id or the platform's
        case: String,
        #[arg(long)]
        json: bool,
    },
    /// Make the packet of what is there: a letter and its exhibits as one PDF that fits the platform. Nothing is sent
    Packet {
        /// Our id or the platform's
        case: String,
        /// en, nl, sv or de
        #[arg(long, default_value = "en")]
        language: Language,
        /// Where to write it
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Say what a piece shows: files of a client count, and go into the packet, once somebody has
    Confirm {
        /// Our id or the platform's
        case: String,
        /// The piece, as `docket evidence list` shows it
        piece: EvidenceId,
        /// What it shows; `docket evidence kinds` lists them
        #[arg(long)]
        kind: EvidenceKind,
        /// A picture, which the program cannot read: what of a proof of delivery you see on it (status, date, recipient, parcel)
        #[arg(long, value_delimiter = ',', value_name = "PART,…")]
        shows: Option<Vec<Shows>>,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Take a piece off a case; it stays stored
    Withdraw {
        /// Our id or the platform's
        case: String,
        /// The piece, as `docket evidence list` shows it
        piece: EvidenceId,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Say that a kind of evidence does not apply to a case
    Skip {
        /// Our id or the platform's
        case: String,
        kind: EvidenceKind,
        /// Why it does not apply
        #[arg(long, required_unless_present = "undo")]
        why: Option<String>,
        /// It applies after all
        #[arg(long, conflicts_with = "why")]
        undo: bool,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Say what a case is about: physical, digital or service
    Goods {
        /// Our id or the platform's
        case: String,
        goods: Goods,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Every kind of evidence
    Kinds,
}

#[derive(clap::Args)]
pub struct Add {
    /// Our id or the platform's
    case: String,
    /// What it shows; `docket evidence kinds` lists them
    kind: EvidenceKind,
    /// One line about it, for the list of exhibits
    #[arg(long)]
    title: Option<String>,
    /// Text
    #[arg(long)]
    text: Option<String>,
    /// A file (JPEG, PNG, GIF, PDF, or plain text in UTF-8)
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Carrier of the parcel
    #[arg(long, requires = "tracking")]
    carrier: Option<String>,
    /// Tracking number
    #[arg(long, requires = "carrier")]
    tracking: Option<String>,
    #[arg(long, value_name = "URL", requires = "tracking")]
    tracking_url: Option<String>,
    /// Refund that was made, its id at the platform
    #[arg(long, value_name = "ID")]
    refund_id: Option<String>,
    /// Why it may show card or identity numbers: a lead's word, kept in the history
    #[arg(long, value_name = "WHY")]
    allow_sensitive: Option<String>,
    /// Who supplied it, such as the client or a carrier; you if absent
    #[arg(long, value_name = "WHO")]
    supplied_by: Option<String>,
    /// Where it comes from, such as "e-mail of 24 November"
    #[arg(long, value_name = "WHERE")]
    place: Option<String>,
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

pub async fn run(command: Command, desk: &Desk) -> Result<ExitCode> {
    const SCOPE: ClientScope = ClientScope::Agency;
    match command {
        Command::Check { case, json } => {
            let id = desk.find_case(SCOPE, &case).await?;
            let checklist = desk.evidence_checklist(SCOPE, id).await?;
            if json {
                output::json(&docket_app::fields::checklist(&checklist)?)?
            } else {
                print(&checklist)?
            }
        }
        Command::Add(add) => {
            let id = desk.find_case(SCOPE, &add.case).await?;
            let piece = desk.add_evidence(SCOPE, id, add.read()?).await?;
            line(piece.id)?;
        }
        Command::List { case, json } => {
            let id = desk.find_case(SCOPE, &case).await?;
            list(&desk.evidence(SCOPE, id).await?, json)?;
        }
        Command::Packet { case, language, out } => {
            let id = desk.find_case(SCOPE, &case).await?;
            let packet = desk.packet(SCOPE, id, language).await?;
            let content = desk.files.get(&packet.file.sha256).await?;
            std::fs::write(&out, &content).with_context(|| format!("cannot write {}", out.display()))?;
            print_packet(&packet)?;
        }
        Command::Confirm {
            case,
            piece,
            kind,
            shows,
            by,
        } => {
            let id = desk.find_case(SCOPE, &case).await?;
            let by = super::actor(by);
            desk.confirm_evidence(SCOPE, id, (piece, kind), &by).await?;
            if let Some(shows) = shows {
                desk.see_evidence(SCOPE, id, (piece, shows), &by).await?;
            }
            line(format!("it shows: {}", readable(kind)))?;
        }
        Command::Withdraw { case, piece, by } => {
            let id = desk.find_case(SCOPE, &case).await?;
            desk.withdraw_evidence(SCOPE, id, piece, &super::actor(by))
                .await?;
            line("taken off; it stays stored")?;
        }
        Command::Skip {
            case, kind, why, by, ..
        } => {
            let id = desk.find_case(SCOPE, &case).await?;
            let actor = super::actor(by);
            match why {
                Some(why) => {
                    desk.skip_evidence(SCOPE, id, (kind, why), &actor).await?;
                    line(format!("{kind} does not apply"))?;
                }
                None => {
                    desk.unskip_evidence(SCOPE, id, kind, &actor).await?;
                    line(format!("{kind} applies"))?;
                }
            }
        }
        Command::Goods { case, goods, by } => {
            let id = desk.find_case(SCOPE, &case).await?;
            desk.set_goods(SCOPE, id, goods, &super::actor(by)).await?;
            line(format!("the case is about {goods} goods"))?;
        }
        Command::Kinds => {
            for kind in EvidenceKind::ALL {
                line(kind)?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

impl Add {
    fn read(self) -> Result<NewEvidence> {
        let file = self
            .file
            .map(|path| {
                let content =
                    std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
                let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
                anyhow::Ok((name.unwrap_or_default(), content.into()))
            })
            .transpose()?;
        let tracking = self.carrier.zip(self.tracking).map(|(carrier, number)| Tracking {
            carrier,
            number,
            url: self.tracking_url,
        });
        Ok(NewEvidence {
            kind: self.kind,
            title: self.title,
            text: self.text,
            tracking,
            refund_id: self.refund_id,
            file,
            allow_sensitive: self.allow_sensitive,
            supplied_by: self.supplied_by,
            place: self.place,
            actor: super::actor(self.by),
        })
    }
}

/// What a packet holds, and what a person should know of it.
pub fn print_packet(packet: &CasePacket) -> Result<()> {
    let file = &packet.file;
    line(format!(
        "{}  {} pages, {} bytes, SHA-256 {}",
        file.name, packet.pages, file.size, file.sha256
    ))?;
    let (pages, bytes) = packet.most;
    let pages = pages.map_or_else(String::new, |most| format!("{most} pages and "));
    line(format!("  the platform takes {pages}{bytes} bytes"))?;
    for (number, (what, page)) in packet.exhibits.iter().enumerate() {
        line(format!("  exhibit {:<3} page {page:<4} {what}", number + 1))?;
    }
    for told in packet.steps.iter().chain(&packet.notes).chain(&packet.gaps) {
        line(format!("  - {told}"))?;
    }
    Ok(())
}

fn list(pieces: &[StoredEvidence], json: bool) -> Result<()> {
    if json {
        return output::json(&pieces);
    }
    if pieces.is_empty() {
        eprintln!("nothing was brought to this case; `docket evidence check` says what it needs");
        return Ok(());
    }
    let mut table = Table::new(&["PIECE", "KIND", "WHAT", "FROM", "ADDED"]);
    for piece in pieces {
        let item = &piece.item;
        let tracking = item
            .tracking
            .as_ref()
            .map(|t| format!("{} {}", t.carrier, t.number));
        let file = item.file.as_ref().map(|f| f.name.clone());
        let what = item
            .title
            .clone()
            .or(file)
            .or(tracking)
            .or_else(|| item.refund_id.clone());
        table.row(vec![
            piece.id.to_string(),
            if item.unconfirmed {
                "to be confirmed".to_owned()
            } else {
                readable(item.kind)
            },
            what.or_else(|| item.text.clone())
                .unwrap_or_default()
                .chars()
                .take(60)
                .collect(),
            format!("{}, {}", item.from.by, item.from.place),
            absolute(piece.added_at),
        ]);
    }
    table.print()
}

fn print(checklist: &CaseChecklist) -> Result<()> {
    let (case, list) = (&checklist.stored.case, &checklist.list);
    line(format!(
        "{}  {}  {} of {}",
        case.dispute,
        case.platform.title(),
        readable(case.facts.reason),
        case.facts.amount
    ))?;
    for said in &checklist.words {
        let at = said
            .at
            .map(|at| format!(" ({})", absolute(at)))
            .unwrap_or_default();
        line(format!("  the buyer says{at}: {}", said.text))?;
    }
    let assumed = if list.goods_assumed {
        ", as nobody told: `docket evidence goods` says what it is"
    } else {
        ""
    };
    line(format!("  goods: {}{assumed}", list.goods))?;
    line(format!(
        "  complete: {} % of the weight; what decides is {} (matrix {})",
        list.completeness,
        match (list.band(), list.decisive()) {
            (Band::Empty, true) => "not named here, and nothing else is there",
            (_, true) => "there",
            (_, false) => "not there",
        },
        list.matrix
    ))?;
    for row in &list.rows {
        // What harms is only worth a line where it is there.
        if row.need != Need::Forbidden || !row.having.is_empty() {
            print_row(row)?;
        }
    }
    for piece in checklist.unconfirmed() {
        let from = &piece.item.from;
        line(format!(
            "[?] from {}: {}; what does it show? docket evidence confirm {} {} --kind KIND",
            from.by, from.place, case.dispute, piece.id
        ))?;
    }
    for warning in &list.warnings {
        line(format!("  ! {warning}"))?;
    }
    Ok(())
}

fn print_row(row: &Row) -> Result<()> {
    let mark = match row.standing {
        Standing::Present => "[x]",
        Standing::Weak => "[~]",
        Standing::Missing => "[ ]",
        Standing::NotApplicable => "[-]",
    };
    let need = if row.asked {
        "asked for".to_owned()
    } else {
        row.need.to_string()
    };
    line(format!(
        "{mark} {:<20} {need:<10} {:>3}  {}",
        readable(row.kind),
        row.weight,
        row.why
    ))?;
    for having in &row.having {
        line(format!(
            "      + {} (from {}: {})",
            having.what, having.from.by, having.from.place
        ))?;
    }
    for note in &row.notes {
        line(format!("      - {note}"))?;
    }
    Ok(())
}
