//! Actions on many cases at once: a plan that says for each case what will happen, kept before anything does, and carried out
//! once. Each case is its own commit: one that changed meanwhile stops none of the others.

mod carry;
mod suggest;

use docket_core::sentence;
use docket_core::sentence::{Kept, Sentence};
use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use docket_core::case::Case;
use docket_core::id::{CaseId, ClientId, PersonId, PlanId, RequestId, RuleId};
use docket_core::rule::{Rule, RuleKind, RuleState};
use docket_store::{Client, ClientScope, StoredCase, StoredPlan, UnitOfWork};
use serde::{Deserialize, Serialize};

pub use self::suggest::{Skill, Workload};
use crate::Desk;
use crate::error::{Error, Result};

/// Cases of one plan at most: what fits on the page where it is looked at.
pub const MOST: usize = 100;

/// What is wished for every selected case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum BulkWish {
    /// Give them to somebody; none for nobody.
    Assign {
        /// Their name.
        to: Option<String>,
    },
    /// Give each to whom its skills and the workload suggest.
    AssignSuggested,
    /// Ask each client for what its case lacks.
    Ask {
        /// Said before what is lacking.
        words: String,
        /// Where to mail it.
        to: Option<String>,
    },
    /// Accept each by the client's own rule that speaks of it.
    AcceptByRule,
    /// Put them aside until an instant, at most until the next step before the deadline.
    PutAside {
        /// Until when.
        until: DateTime<Utc>,
    },
}

/// What will happen to one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Step {
    /// It goes from who has it now to somebody.
    Assign {
        /// Who has it now.
        from: Option<String>,
        /// Who gets it.
        to: Option<String>,
        /// Why them.
        why: Option<Kept>,
    },
    /// Its client is asked this.
    Ask {
        /// The question.
        question: String,
        /// Where it is mailed to.
        to: Option<String>,
        /// When the answer is due.
        due: DateTime<Utc>,
    },
    /// An acceptance is prepared.
    Accept {
        /// By this rule.
        rule: RuleId,
        /// Its name and version.
        label: String,
        /// What it costs.
        amount: String,
    },
    /// It is put aside.
    PutAside {
        /// Until then.
        until: DateTime<Utc>,
    },
    /// Nothing.
    Nothing {
        /// Why.
        why: Kept,
    },
}

/// A case of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// The case.
    pub case: CaseId,
    /// The platform's id.
    pub dispute: String,
    /// Whose.
    pub client: ClientId,
    /// What will happen.
    pub step: Step,
}

/// What came of one case: none went well, a reason did not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The case.
    pub case: CaseId,
    /// What was done, in words; or why nothing was.
    pub said: Kept,
    /// Whether it was done.
    pub ok: bool,
    /// The question that was asked; its page's address is made there for whoever passes it on.
    #[serde(default)]
    pub asked: Option<RequestId>,
}

/// A plan, and what came of it once it was carried out.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Its id.
    pub id: PlanId,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// The wish.
    pub wish: BulkWish,
    /// The cases, in the order in which they were selected.
    pub cases: Vec<Planned>,
    /// When it was begun; a plan is begun once.
    pub begun_at: Option<DateTime<Utc>>,
    /// When its last case was done; one that broke off can be taken up some time after.
    pub moved_at: Option<DateTime<Utc>>,
    /// When all of it was done.
    pub ended_at: Option<DateTime<Utc>>,
    /// What came of it so far, in the order of its cases.
    pub done: Option<Vec<Done>>,
    /// Names of the clients.
    pub clients: HashMap<ClientId, Client>,
}

/// A plan that did not move for so long broke off: a case takes moments.
const STOOD: Duration = Duration::minutes(2);

impl Plan {
    /// Whether it can be begun, or taken up where it broke off.
    pub fn can_go(&self, now: DateTime<Utc>) -> bool {
        self.ended_at.is_none() && self.moved_at.is_none_or(|moved| moved < now - STOOD)
    }
}

#[derive(Serialize, Deserialize)]
struct KeptPlan {
    wish: BulkWish,
    cases: Vec<Planned>,
}

impl Desk {
    /// Plans an action on cases: nothing happens yet.
    ///
    /// # Errors
    /// When nothing or too much is selected, or the wish says too little.
    pub async fn plan_bulk(
        &self,
        scope: ClientScope,
        person: PersonId,
        (wish, cases): (BulkWish, &[CaseId]),
    ) -> Result<PlanId> {
        if cases.is_empty() {
            return Err(Error::Invalid(sentence!("select at least one case")));
        }
        if cases.len() > MOST {
            return Err(Error::Invalid(sentence!(
                "select at most {most} cases at a time",
                most = MOST
            )));
        }
        if matches!(&wish, BulkWish::PutAside { until } if *until <= self.env.now()) {
            return Err(Error::Invalid(sentence!(
                "choose a later time to put them aside until"
            )));
        }
        if let BulkWish::Assign { to: Some(to) } = &wish {
            self.can_be_given(to).await?;
        }
        let found = self.db.cases_in(scope, cases).await?;
        let mut found: HashMap<CaseId, StoredCase> = found.into_iter().map(|c| (c.case.id, c)).collect();
        one_client_for_an_address(&wish, found.values())?;
        let mut planner = self.planner(scope, &wish, cases).await?;
        let mut planned = Vec::with_capacity(cases.len());
        for id in cases {
            // Selected twice, or not to be seen: it is not there.
            let Some(stored) = found.remove(id) else { continue };
            let step = self.planned_step(scope, &mut planner, &stored.case).await?;
            planned.push(Planned {
                case: *id,
                dispute: stored.case.dispute.to_string(),
                client: stored.case.client,
                step,
            });
        }
        if planned.is_empty() {
            return Err(Error::NotFound(sentence!("none of these cases is there")));
        }
        let kept = KeptPlan { wish, cases: planned };
        let id = PlanId::new(&self.env);
        let text = serde_json::to_string(&kept).map_err(|e| Error::Invalid(e.to_string().into()))?;
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.keep_plan(id, person, &text, self.env.now()).await?;
        unit.commit().await?;
        Ok(id)
    }

    /// A person's own plan.
    ///
    /// # Errors
    /// When they have none of this id.
    pub async fn bulk_plan(&self, scope: ClientScope, person: PersonId, id: PlanId) -> Result<Plan> {
        let found = self.db.plan(person, id).await?;
        let stored = found.ok_or_else(|| Error::NotFound(sentence!("there is no such plan")))?;
        let clients = self.db.clients(scope).await?;
        plan_of(id, &stored, clients)
    }

    /// Nobody is given a case who could not work on it.
    pub(crate) async fn can_be_given(&self, name: &str) -> Result<()> {
        let people = self.db.people().await?;
        let fits = |p: &&docket_core::person::Person| p.name == name && suggest::works(p);
        if people.iter().any(|p| fits(&p)) {
            return Ok(());
        }
        Err(Error::Invalid(sentence!(
            "`{name}` is nobody who works on cases here; choose somebody of the list",
            name
        )))
    }

    async fn planner(&self, scope: ClientScope, wish: &BulkWish, cases: &[CaseId]) -> Result<Planner> {
        let suggest = match wish {
            BulkWish::AssignSuggested => {
                let countries = self.db.countries(scope, cases).await?.into_iter().collect();
                Some((self.workload(scope).await?, countries))
            }
            BulkWish::Assign { .. }
            | BulkWish::Ask { .. }
            | BulkWish::AcceptByRule
            | BulkWish::PutAside { .. } => None,
        };
        let rules = match wish {
            BulkWish::AcceptByRule => self.db.rules(scope, false).await?,
            BulkWish::Assign { .. }
            | BulkWish::AssignSuggested
            | BulkWish::Ask { .. }
            | BulkWish::PutAside { .. } => Vec::new(),
        };
        Ok(Planner {
            wish: wish.clone(),
            suggest,
            rules,
        })
    }

    async fn planned_step(&self, scope: ClientScope, planner: &mut Planner, case: &Case) -> Result<Step> {
        let nothing = |why: Sentence| Ok(Step::Nothing { why: Kept(why) });
        if case.closed_at.is_some() {
            return nothing(sentence!("it is closed"));
        }
        match &planner.wish {
            BulkWish::Assign { to } if case.assignee == *to => nothing(sentence!("it has it already")),
            BulkWish::Assign { to } => Ok(Step::Assign {
                from: case.assignee.clone(),
                to: to.clone(),
                why: None,
            }),
            BulkWish::AssignSuggested if case.assignee.is_some() => nothing(sentence!("it has somebody")),
            BulkWish::AssignSuggested => Ok(planner.suggested(case)),
            BulkWish::Ask { words, to } => {
                let wish = self.ask_wish(scope, case.id).await?;
                let question = format!("{}\n{}", words.trim(), wish.question).trim().to_owned();
                if question.is_empty() {
                    return nothing(sentence!("it lacks nothing, and no words were given"));
                }
                Ok(Step::Ask {
                    question,
                    to: to.clone(),
                    due: wish.due,
                })
            }
            BulkWish::AcceptByRule if case.pending.is_some() => {
                nothing(sentence!("a response is on its way"))
            }
            BulkWish::AcceptByRule => Ok(planner.rule_for(case)),
            BulkWish::PutAside { until } => {
                let until = latest_aside(case).map_or(*until, |latest| latest.min(*until));
                if until <= self.env.now() {
                    return nothing(sentence!("its next step is due now"));
                }
                Ok(Step::PutAside { until })
            }
        }
    }
}

/// Until when a case may be put aside at most: its next step, or its deadline once every step is over.
fn latest_aside(case: &Case) -> Option<DateTime<Utc>> {
    case.next_step
        .map(|step| step.at)
        .or(case.round.deadline.map(|d| d.at))
}

/// One address is one client's: what is asked names orders and amounts, and leads to a page.
fn one_client_for_an_address<'a>(
    wish: &BulkWish,
    mut cases: impl Iterator<Item = &'a StoredCase>,
) -> Result<()> {
    let BulkWish::Ask { to: Some(to), .. } = wish else {
        return Ok(());
    };
    let first = cases.next().map(|stored| stored.case.client);
    if cases.all(|stored| Some(stored.case.client) == first) {
        return Ok(());
    }
    Err(Error::Invalid(sentence!(
        "the selected cases are of several clients, and {to} would read the questions of all: select cases of one client, or leave the address away",
        to
    )))
}

struct Planner {
    wish: BulkWish,
    /// Who works on cases, and to which country the goods of each case went.
    suggest: Option<(Workload, HashMap<CaseId, String>)>,
    rules: Vec<Rule>,
}

impl Planner {
    fn suggested(&mut self, case: &Case) -> Step {
        let suggested = self.suggest.as_mut().and_then(|(load, countries)| {
            let country = countries.get(&case.id).map(String::as_str);
            load.give(case, country)
        });
        match suggested {
            Some((to, why)) => Step::Assign {
                from: None,
                to: Some(to),
                why: Some(Kept(why)),
            },
            None => Step::Nothing {
                why: Kept(sentence!("there is nobody who works on cases")),
            },
        }
    }

    fn rule_for(&self, case: &Case) -> Step {
        let acts = |rule: &&Rule| {
            rule.state == RuleState::Active && rule.kind == RuleKind::AutoAcceptBelow && rule.speaks_of(case)
        };
        match self.rules.iter().find(acts) {
            Some(rule) => Step::Accept {
                rule: rule.id,
                label: rule.label(),
                amount: case.facts.amount.to_string(),
            },
            None => Step::Nothing {
                why: Kept(sentence!("no active rule of its client accepts it")),
            },
        }
    }
}

fn plan_of(id: PlanId, stored: &StoredPlan, clients: Vec<Client>) -> Result<Plan> {
    let damaged = |e: serde_json::Error| {
        Error::Invalid(sentence!("the plan cannot be read: {why}", why = e.to_string()))
    };
    let kept: KeptPlan = serde_json::from_str(&stored.plan).map_err(damaged)?;
    let done = stored.result.as_deref().map(serde_json::from_str).transpose();
    Ok(Plan {
        id,
        made_at: stored.made_at,
        wish: kept.wish,
        cases: kept.cases,
        begun_at: stored.begun_at,
        moved_at: stored.moved_at,
        ended_at: stored.ended_at,
        done: done.map_err(damaged)?,
        clients: clients.into_iter().map(|c| (c.id, c)).collect(),
    })
}
