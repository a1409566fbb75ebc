//! Reading the form: fields and files as they stream in, within limits.

use axum::body::Body;
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{StatusCode, header};
use bytes::{Bytes, BytesMut};
use docket_app::{AnswerProblem, Desk, Error, NewAnswer, plain_name};
use futures::StreamExt;
use std::time::Duration;

use crate::texts::t;

/// Largest file.
const FILE_LIMIT: usize = 32_000_000;
/// All of a form together.
const TOTAL_LIMIT: u64 = 64_000_000;
/// A text field: longer ones are refused with the right words by who takes the answer.
const TEXT_LIMIT: usize = 200_000;
/// Files of one answer.
pub const FILES: usize = 20;
/// Longest time for a form to arrive.
const PATIENCE: Duration = Duration::from_secs(15 * 60);
/// What is still read of a refused upload, so that the browser finishes sending and shows the answer. A connection that is
/// cut while it sends shows nothing but an error of its own.
const FINISH_BYTES: u64 = 512_000_000;
const FINISH_TIME: Duration = Duration::from_secs(120);

/// Why a form was not taken.
#[derive(Debug)]
pub struct Refused {
    pub status: StatusCode,
    pub problems: Vec<String>,
}

impl Refused {
    pub const fn bad(problems: Vec<String>) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            problems,
        }
    }

    fn too_large(why: &str) -> Self {
        Self {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            problems: vec![t(why).plain()],
        }
    }
}

/// What is missing, too long or must not be kept, in the words of the reader.
pub fn problems(typed: &NewAnswer) -> Vec<String> {
    let word = |problem: &AnswerProblem| match problem {
        AnswerProblem::NoAnswer => t("ask-answer-missing").plain(),
        AnswerProblem::NoPlan => t("ask-plan-missing").plain(),
        AnswerProblem::LongAnswer(most) => t("ask-answer-too-long").with("n", *most).plain(),
        AnswerProblem::LongPlan(most) => t("ask-plan-too-long").with("n", *most).plain(),
        AnswerProblem::SecretAnswer(line) => t("ask-answer-secret").with("n", *line).plain(),
        AnswerProblem::SecretPlan(line) => t("ask-plan-secret").with("n", *line).plain(),
    };
    typed.problems().iter().map(word).collect()
}

/// Reads and throws away what still comes of a body, within limits, beside the answer.
pub fn let_finish(body: Body) {
    tokio::spawn(tokio::time::timeout(FINISH_TIME, async move {
        let mut stream = body.into_data_stream();
        let mut read = 0u64;
        while let Some(Ok(chunk)) = stream.next().await {
            read += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
            if read > FINISH_BYTES {
                return;
            }
        }
    }));
}

/// Reads the form. What was typed comes back in every case, so that a refused form can be shown again.
pub async fn read(desk: &Desk, request: Request) -> (NewAnswer, Option<Refused>) {
    let mut typed = NewAnswer::default();
    let length = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.parse::<u64>().ok());
    // Said by the browser before anything is read: refused at once.
    if length.is_some_and(|n| n > TOTAL_LIMIT) {
        let_finish(request.into_body());
        return (typed, Some(Refused::too_large("ask-too-large")));
    }
    let refused = match tokio::time::timeout(PATIENCE, parts(desk, request, &mut typed)).await {
        Ok(Ok(())) => {
            let problems = problems(&typed);
            (!problems.is_empty()).then(|| Refused::bad(problems))
        }
        Ok(Err(refused)) => Some(refused),
        Err(_) => Some(Refused {
            status: StatusCode::REQUEST_TIMEOUT,
            problems: vec![t("ask-too-slow").plain()],
        }),
    };
    (typed, refused)
}

async fn parts(desk: &Desk, request: Request, typed: &mut NewAnswer) -> Result<(), Refused> {
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|_| Refused::bad(vec![t("ask-no-form").plain()]))?;
    let mut left = TOTAL_LIMIT;
    let read = fields(desk, &mut form, typed, &mut left).await;
    if read.is_err() {
        // The browser finishes sending, and then shows why.
        left = 0;
        while let Ok(Some(rest)) = form.next_field().await {
            // Empty or too large, it is thrown away.
            let _ = content(rest, 0, &mut left).await;
        }
    }
    read
}

async fn fields(
    desk: &Desk,
    form: &mut Multipart,
    typed: &mut NewAnswer,
    left: &mut u64,
) -> Result<(), Refused> {
    while let Some(field) = form.next_field().await.map_err(|e| broken(&e))? {
        match field.name().unwrap_or_default() {
            "answer" => typed.answer = text(field, left).await?,
            "action_plan" => typed.action_plan = text(field, left).await?,
            "files" => {
                let name = field.file_name().unwrap_or_default().to_owned();
                let content = content(field, FILE_LIMIT, left).await?;
                // A file field that was left empty comes without name and content.
                if content.is_empty() && name.is_empty() {
                    continue;
                }
                take(desk, typed, &name, content).await?;
            }
            _ => {
                content(field, TEXT_LIMIT, left).await?;
            }
        }
    }
    Ok(())
}

async fn take(desk: &Desk, typed: &mut NewAnswer, name: &str, content: Bytes) -> Result<(), Refused> {
    // The texts stand before the files in the form: without them nothing is kept, files neither.
    let problems = problems(typed);
    if !problems.is_empty() {
        return Err(Refused::bad(problems));
    }
    if typed.files.len() == FILES {
        return Err(Refused::bad(vec![t("ask-too-many").with("n", FILES).plain()]));
    }
    match desk.take_file(&plain_name(name), content, None).await {
        Ok(file) => {
            typed.files.push(file);
            Ok(())
        }
        Err(Error::Invalid(why)) => Err(Refused::bad(vec![format!("{why}.")])),
        Err(error) => {
            tracing::error!(%error, "a client's file could not be kept");
            Err(Refused {
                status: StatusCode::INTERNAL_SERVER_ERROR,
                problems: vec![t("ask-file-failed").plain()],
            })
        }
    }
}

async fn text(field: Field<'_>, left: &mut u64) -> Result<String, Refused> {
    let bytes = content(field, TEXT_LIMIT, left).await?;
    // Browsers send line ends as CRLF.
    Ok(String::from_utf8_lossy(&bytes).replace("\r\n", "\n"))
}

/// Reads a field up to its limit. What goes beyond is read on and thrown away, so that the browser finishes sending and
/// shows why; what never ends is cut.
async fn content(mut field: Field<'_>, limit: usize, left: &mut u64) -> Result<Bytes, Refused> {
    let mut all = BytesMut::new();
    let (mut too_large, mut thrown) = (false, 0u64);
    while let Some(chunk) = field.chunk().await.map_err(|e| broken(&e))? {
        let size = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        if !too_large && all.len() + chunk.len() <= limit && size <= *left {
            *left -= size;
            all.extend_from_slice(&chunk);
            continue;
        }
        too_large = true;
        all = BytesMut::new();
        thrown += size;
        if thrown > FINISH_BYTES {
            break;
        }
    }
    if too_large {
        return Err(Refused::too_large("ask-part-too-large"));
    }
    Ok(all.freeze())
}

fn broken(_: &MultipartError) -> Refused {
    Refused::bad(vec![t("ask-broken").plain()])
}
