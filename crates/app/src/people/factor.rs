//! Codes of authenticator apps (TOTP, RFC 6238): optional, asked for at log-in, each good for once.

use docket_core::id::PersonId;
use docket_core::person::Person;
use docket_store::{Account, UnitOfWork};
use secrecy::{ExposeSecret, SecretString};
use totp_rs::{Builder, Secret, Totp};

use super::password::PasswordRefused;
use crate::Desk;
use crate::error::{Error, Result};

/// What is shown to set an app up.
#[derive(Debug, Clone)]
pub struct FactorSetUp {
    /// The secret, for typing in.
    pub secret: String,
    /// The same as an address that apps understand.
    pub url: String,
}

/// Why a code did not turn it on.
#[derive(Debug, thiserror::Error)]
pub enum StepRefused {
    /// The code is not the app's at this moment, or was used.
    #[error("This code does not fit. Wait for the next one, and check that the phone’s clock is right.")]
    Code,
    /// There is nothing to turn on.
    #[error("Begin again: no set-up is under way.")]
    NothingBegun,
    /// Something else.
    #[error(transparent)]
    Other(#[from] Error),
}

impl From<docket_store::Error> for StepRefused {
    fn from(error: docket_store::Error) -> Self {
        Self::Other(error.into())
    }
}

/// Six digits, thirty seconds, one step of difference between the clocks: what every app assumes.
fn totp(secret: &str, email: &str) -> Result<Totp> {
    let broken = |why: String| Error::Invalid(format!("the code cannot be checked: {why}"));
    let secret = Secret::try_from_base32(secret).map_err(|e| broken(e.to_string()))?;
    Builder::new()
        .with_secret(secret)
        .with_account_name(email.replace(':', ""))
        .with_issuer(Some("Docket"))
        .build()
        .map_err(|e| broken(e.to_string()))
}

impl Desk {
    /// The step whose code this is, if it is none that was used.
    fn step_of(&self, account: &Account, code: &str) -> Result<Option<i64>> {
        let Some(factor) = &account.factor else {
            return Ok(None);
        };
        let code: String = code.chars().filter(char::is_ascii_digit).collect();
        let now = u64::try_from(self.env.now().timestamp()).unwrap_or_default();
        let step = totp(factor.secret.expose_secret(), &account.person.email)?.check(&code, now);
        Ok(step
            .and_then(|s| i64::try_from(s).ok())
            .filter(|s| *s > factor.last_step))
    }

    /// Whether a log-in may go on: no code is asked for, or this is one, which is used up now.
    pub(super) async fn code_fits(
        &self,
        unit: &mut UnitOfWork,
        account: &Account,
        code: &str,
    ) -> Result<bool> {
        if !account.person.second_factor {
            return Ok(true);
        }
        match self.step_of(account, code)? {
            Some(step) => Ok(unit.use_step(account.person.id, step, self.env.now()).await?),
            None => Ok(false),
        }
    }

    /// Begins to set an authenticator app up, or begins again; nothing is asked for until a code was given.
    ///
    /// # Errors
    /// When one is set up already.
    pub async fn begin_factor(&self, person: &Person) -> Result<FactorSetUp> {
        let mut random = [0u8; 20];
        self.env.fill(&mut random);
        let secret = Secret::new_stack(random).to_base32();
        let mut unit = UnitOfWork::begin(&self.db).await?;
        let sealed = SecretString::from(secret.clone());
        if !unit.set_factor(person.id, &sealed, &self.keys, &self.env).await? {
            return Err(Error::Invalid(
                "An authenticator app is set up already. Turn it off first.".to_owned(),
            ));
        }
        unit.commit().await?;
        let url = totp(&secret, &person.email)?.to_url();
        let url = url.map_err(|e| Error::Invalid(format!("the set-up address cannot be made: {e}")))?;
        Ok(FactorSetUp { secret, url })
    }

    /// What a set-up that is under way shows; none where there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn factor_set_up(&self, person: &Person) -> Result<Option<FactorSetUp>> {
        let account = self.db.account(person.id, &self.keys).await?;
        let factor = account.and_then(|a| a.factor).filter(|f| !f.confirmed);
        let Some(factor) = factor else { return Ok(None) };
        let secret = factor.secret.expose_secret().to_owned();
        let url = totp(&secret, &person.email)?.to_url();
        let url = url.map_err(|e| Error::Invalid(format!("the set-up address cannot be made: {e}")))?;
        Ok(Some(FactorSetUp { secret, url }))
    }

    /// Turns it on with a first code; from then on each log-in asks for one.
    ///
    /// # Errors
    /// When the code does not fit.
    pub async fn confirm_factor(&self, person: PersonId, code: &str) -> Result<(), StepRefused> {
        let account = self.db.account(person, &self.keys).await?;
        let account = account.filter(|a| a.factor.as_ref().is_some_and(|f| !f.confirmed));
        let account = account.ok_or(StepRefused::NothingBegun)?;
        let step = self.step_of(&account, code)?.ok_or(StepRefused::Code)?;
        let mut unit = UnitOfWork::begin(&self.db).await?;
        if !unit.use_step(person, step, self.env.now()).await? {
            return Err(StepRefused::Code);
        }
        Ok(unit.commit().await?)
    }

    /// Turns it off, or ends a set-up, for whoever knows the password.
    ///
    /// # Errors
    /// When the password is not right, or was tried too often.
    pub async fn turn_factor_off(
        &self,
        person: PersonId,
        password: &SecretString,
        from: &str,
    ) -> Result<(), PasswordRefused> {
        self.own_password(person, password, from).await?;
        Ok(self.drop_factor(person).await?)
    }

    /// Turns it off without asking: for who lost the phone, by who runs the desk.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_factor(&self, person: PersonId) -> Result<()> {
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.drop_factor(person).await?;
        Ok(unit.commit().await?)
    }
}
