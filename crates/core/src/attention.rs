//! Flags that say: a person must look.

use crate::words::words;

words! {
    /// Why a person must look at a case.
    Attention, "attention" {
        /// The platform's reason code is new to us; the case counts as `other`.
        UnknownReason = "unknown_reason",
        /// The platform's stage is new to us.
        UnknownStage = "unknown_stage",
        /// The platform's status is new to us.
        UnknownStatus = "unknown_status",
        /// The platform's result is new to us; the case is not counted.
        UnknownOutcome = "unknown_outcome",
        /// Another word of the platform (channel, evidence kind, …) is new to us.
        UnknownWord = "unknown_word",
        /// It is our turn and the platform names no deadline: the shown one is an estimate.
        NoDeadline = "no_deadline",
        /// The deadline moved to an earlier instant.
        DeadlineMovedEarlier = "deadline_moved_earlier",
        /// Less than 24 hours are left and no response is on its way.
        DeadlineNear = "deadline_near",
        /// The deadline passed without a confirmed response.
        DeadlineMissed = "deadline_missed",
        /// The stage went back.
        StageWentBack = "stage_went_back",
        /// A closed case opened again.
        Reopened = "reopened",
        /// Someone answered outside Docket.
        AnsweredElsewhere = "answered_elsewhere",
        /// The platform's answer does not have the documented form.
        ContractChange = "contract_change",
        /// The platform refused our response.
        ResponseRefused = "response_refused",
        /// A prepared response was not sent because the dispute moved on.
        ResponseDropped = "response_dropped",
        /// It is not known whether the platform has our response.
        ResponseUnconfirmed = "response_unconfirmed",
        /// The platform took our response without its files.
        FilesLeftOut = "files_left_out",
        /// The platform keeps our response unsent and will send it by itself at the deadline.
        SavedNotSent = "saved_not_sent",
        /// A background job for this case gave up.
        DeadJob = "dead_job",
        /// The platform no longer shows this dispute.
        Vanished = "vanished",
    }
}

impl Attention {
    /// What a person should do about it, in one sentence.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::UnknownReason => {
                "read the dispute at the platform and decide by its text; report the new reason code"
            }
            Self::UnknownStage => {
                "read the dispute at the platform; deadlines and actions shown may be wrong"
            }
            Self::UnknownStatus => "check at the platform whether it is our turn",
            Self::UnknownOutcome => {
                "read the result at the platform; the case is left out of the win rate until it is known"
            }
            Self::UnknownWord => {
                "a word of the platform is not known here; compare with the platform's own page"
            }
            Self::NoDeadline => "the deadline is an estimate: look it up at the platform",
            Self::DeadlineMovedEarlier => "the platform shortened the deadline: plan again",
            Self::DeadlineNear => "less than 24 hours are left: answer now",
            Self::DeadlineMissed => {
                "the deadline passed unanswered: record the cause and check whether an appeal is open"
            }
            Self::StageWentBack => "the dispute went back a stage: check what is asked now",
            Self::Reopened => "a closed dispute opened again: look at the new round",
            Self::AnsweredElsewhere => {
                "somebody answered outside Docket: read that answer before doing anything"
            }
            Self::ContractChange => {
                "the platform's data changed form: work at the platform until the connector is mended"
            }
            Self::ResponseRefused => {
                "the platform refused the response: read its reason and prepare a new one"
            }
            Self::ResponseDropped => {
                "the dispute moved on before the prepared response was sent: see whether one is still asked for"
            }
            Self::ResponseUnconfirmed => {
                "check at the platform whether the response is there before sending anything again"
            }
            Self::FilesLeftOut => {
                "the platform took the response but not its files (the history names them): see whether they can be given on the platform's own page"
            }
            Self::SavedNotSent => {
                "the platform saved the response but did not send it: press submit on the platform's own page, or leave it to be sent at the deadline"
            }
            Self::DeadJob => "a background job gave up: read its last error and start it again",
            Self::Vanished => {
                "the platform no longer lists this dispute: check the connection's account and permissions"
            }
        }
    }
}
