//! Codes of authenticator apps (TOTP, RFC 6238): optional, asked for at log-in, each good for once; and recovery codes for
//! who lost the phone.

use docket_core::chain::digest;
use docket_core::id::PersonId;
use docket_core::person::Person;
use docket_core::sentence;
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

/// Recovery codes that a person gets.
const RECOVERY_CODES: usize = 8;
/// Random bytes of one: nobody tries through so many, not even with the hashes in hand.
const RECOVERY_BYTES: usize = 10;

/// The hash of a recovery code, however it was typed; none for what cannot be one.
fn recovery_hash(person: PersonId, typed: &str) -> Option<[u8; 32]> {
    let plain: String = typed.chars().filter(char::is_ascii_hexdigit).collect();
    (plain.len() == 2 * RECOVERY_BYTES)
        .then(|| digest(&format!("recovery {person} {}", plain.to_lowercase())))
}

/// Six digits, thirty seconds, one step of difference between the clocks: what every app assumes.
fn totp(secret: &str, email: &str) -> Result<Totp> {
    let broken = |why: String| Error::Invalid(format!("the code cannot be checked: {why}").into());
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

    /// Whether a log-in may go on: no code is asked for, or this is one of the app or for recovery, which is used up now.
    pub(super) async fn code_fits(
        &self,
        unit: &mut UnitOfWork,
        account: &Account,
        code: &str,
    ) -> Result<bool> {
        if !account.person.second_factor {
            return Ok(true);
        }
        let person = account.person.id;
        if let Some(hash) = recovery_hash(person, code) {
            return Ok(unit.use_recovery_code(person, &hash).await?);
        }
        match self.step_of(account, code)? {
            Some(step) => Ok(unit.use_step(person, step, self.env.now()).await?),
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
            return Err(Error::Invalid(sentence!(
                "An authenticator app is set up already. Turn it off first."
            )));
        }
        unit.commit().await?;
        let url = totp(&secret, &person.email)?.to_url();
        let url =
            url.map_err(|e| Error::Invalid(format!("the set-up address cannot be made: {e}").into()))?;
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
        let url =
            url.map_err(|e| Error::Invalid(format!("the set-up address cannot be made: {e}").into()))?;
        Ok(Some(FactorSetUp { secret, url }))
    }

    /// Turns it on with a first code; from then on each log-in asks for one. Gives the recovery codes, which are shown this
    /// once: only their hashes are kept.
    ///
    /// # Errors
    /// When the code does not fit.
    pub async fn confirm_factor(&self, person: PersonId, code: &str) -> Result<Vec<String>, StepRefused> {
        let account = self.db.account(person, &self.keys).await?;
        let account = account.filter(|a| a.factor.as_ref().is_some_and(|f| !f.confirmed));
        let account = account.ok_or(StepRefused::NothingBegun)?;
        let step = self.step_of(&account, code)?.ok_or(StepRefused::Code)?;
        let mut unit = UnitOfWork::begin(&self.db).await?;
        if !unit.use_step(person, step, self.env.now()).await? {
            return Err(StepRefused::Code);
        }
        let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| self.recovery_code()).collect();
        let hashes: Vec<[u8; 32]> = codes.iter().filter_map(|c| recovery_hash(person, c)).collect();
        unit.set_recovery_codes(person, &hashes).await?;
        unit.commit().await?;
        Ok(codes)
    }

    /// Five groups of four digits and letters.
    fn recovery_code(&self) -> String {
        let mut random = [0u8; RECOVERY_BYTES];
        self.env.fill(&mut random);
        let pairs: Vec<String> = random.chunks(2).map(hex::encode).collect();
        pairs.join("-")
    }

    /// How many recovery codes a person has left.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recovery_codes(&self, person: PersonId) -> Result<i64> {
        Ok(self.db.recovery_codes(person).await?)
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
