//! Who calls: the Basic pair of a UUID and an API key, or the key alone (reference 2).

use axum::http::{HeaderMap, header};
use base64::{Engine, engine::general_purpose::STANDARD};

use super::{
    ApiError,
    book::{Rights, Settings},
};
use crate::app::App;

/// The calling account and how it is set up.
pub(crate) struct Caller {
    pub account: usize,
    pub settings: Settings,
}

impl Caller {
    pub(crate) fn writer(self) -> Result<Self, ApiError> {
        match self.settings.rights {
            Rights::Full => Ok(self),
            Rights::Read | Rights::None => Err(ApiError::forbidden()),
        }
    }
}

pub(crate) fn caller(app: &App, headers: &HeaderMap) -> Result<Caller, ApiError> {
    let account = owner(app, headers).ok_or_else(ApiError::unauthorized)?;
    let settings = app.world().klarna.settings(account);
    if settings.rights == Rights::None {
        return Err(ApiError::forbidden());
    }
    Ok(Caller { account, settings })
}

/// The account of the credentials, whatever it may do.
pub(crate) fn owner(app: &App, headers: &HeaderMap) -> Option<usize> {
    let given = headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .strip_prefix("Basic ")?;
    let by = |fits: &dyn Fn(&crate::account::KlarnaAccount) -> bool| {
        app.accounts.iter().position(|account| fits(&account.klarna))
    };
    if given.starts_with("klarna_") {
        return by(&|known| known.api_key == given);
    }
    let text = String::from_utf8(STANDARD.decode(given).ok()?).ok()?;
    let (user, password) = text.split_once(':')?;
    by(&|known| known.username == user && known.password == password)
}
