//! Coming in: what is right, what is not, and that nobody learns which.

use std::time::Instant;

use chrono::Duration;
use docket_app::{
    AuditFilter, Desk, LogIn, LogInAnswer, NewPerson, PasswordRefused, PasswordSet, StepRefused,
};
use docket_core::person::{Access, Person, Role};
use docket_store::on_both;
use docket_store::testing::{TestDb, clock::Clock};
use totp_rs::{Builder, Secret};

use crate::support::{process, start};

const PASSWORD: &str = "pale river lamp";

struct House {
    desk: Desk,
    clock: Clock,
    _files: tempfile::TempDir,
    _db: TestDb,
}

impl House {
    fn new(db: TestDb) -> Self {
        let files = tempfile::tempdir().unwrap();
        let clock = Clock::at(start());
        Self {
            desk: process(&db.db, &clock, files.path()),
            clock,
            _files: files,
            _db: db,
        }
    }

    async fn person(&self, name: &str, role: Role) -> Person {
        let new = NewPerson {
            name: name.to_owned(),
            email: format!("{name}@example.com"),
            role,
            client: None,
        };
        let person = self.desk.add_person(&new).await.unwrap();
        let token = self.desk.password_link(person.id).await.unwrap();
        self.set(&token, PASSWORD).await.unwrap();
        person
    }

    async fn set(&self, token: &str, password: &str) -> Result<Person, PasswordRefused> {
        self.desk
            .use_password_link(token, ("Ada", "ada@example.com"), &password.into(), "192.0.2.1")
            .await
    }

    async fn try_with(&self, email: &str, password: &str, code: &str, from: &str) -> LogInAnswer {
        let typed = LogIn {
            email,
            password: password.into(),
            code,
            from,
            agent: "Browser",
        };
        self.desk.log_in(&typed).await.unwrap()
    }

    async fn try_in(&self, email: &str, password: &str) -> LogInAnswer {
        self.try_with(email, password, "", "192.0.2.1").await
    }

    /// The token of a session.
    async fn come_in(&self, email: &str, password: &str) -> String {
        match self.try_in(email, password).await {
            LogInAnswer::In(came) => came.token,
            other => panic!("{email}: {other:?}"),
        }
    }

    async fn knows(&self, token: &str) -> bool {
        self.desk.session(token).await.unwrap().is_some()
    }

    async fn kinds(&self) -> Vec<(String, String)> {
        let rows = self
            .desk
            .audit_rows(None, &AuditFilter::default(), 100)
            .await
            .unwrap();
        rows.into_iter()
            .rev()
            .map(|r| (format!("{} {}", r.actor, r.kind), r.outcome.unwrap_or_default()))
            .collect()
    }
}

fn refused(answer: &LogInAnswer) -> bool {
    matches!(answer, LogInAnswer::Refused)
}

async fn who_fits_comes_in_and_nobody_learns_what_did_not(db: TestDb) {
    let house = House::new(db);
    let mia = house.person("mia", Role::Lead).await;
    let token = house.come_in(" MIA@example.com", PASSWORD).await;
    let (who, session) = house.desk.session(&token).await.unwrap().unwrap();
    assert_eq!((who.id, who.access), (mia.id, Access::Lead));
    assert_eq!(
        (session.address.as_str(), session.agent.as_str()),
        ("192.0.2.1", "Browser")
    );
    assert_ne!(
        house.come_in("mia@example.com", PASSWORD).await,
        token,
        "a new one each time"
    );

    assert!(refused(
        &house.try_in("mia@example.com", "pale river lamp ").await
    ));
    assert!(refused(&house.try_in("nobody@example.com", PASSWORD).await));
    let new = NewPerson {
        name: "No Password".to_owned(),
        email: "none@example.com".to_owned(),
        role: Role::Specialist,
        client: None,
    };
    house.desk.add_person(&new).await.unwrap();
    assert!(refused(&house.try_in("none@example.com", "").await));

    house.desk.disable_person(mia.id).await.unwrap();
    assert!(!house.knows(&token).await, "at once");
    assert!(refused(&house.try_in("mia@example.com", PASSWORD).await));
    house.desk.enable_person(mia.id).await.unwrap();
    assert!(!house.knows(&token).await, "an ended session stays ended");
    house.come_in("mia@example.com", PASSWORD).await;
    let kinds = house.kinds().await;
    let kinds: Vec<(&str, &str)> = kinds.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    assert_eq!(
        kinds,
        [
            ("mia password_by_link", "done"),
            ("mia log_in", "done"),
            ("mia log_in", "done"),
            ("mia log_in", "refused"),
            ("unknown log_in", "refused"),
            ("No Password log_in", "refused"),
            ("mia log_in", "refused"),
            ("mia log_in", "done"),
        ]
    );
}

async fn guessing_is_slow_for_an_account_and_from_an_address(db: TestDb) {
    let house = House::new(db);
    house.person("mia", Role::Lead).await;
    house.person("jon", Role::Lead).await;
    for n in 0..10 {
        let from = format!("192.0.2.{n}");
        assert!(refused(
            &house.try_with("mia@example.com", "wrong", "", &from).await
        ));
    }
    let LogInAnswer::TooOften(again) = house
        .try_with("mia@example.com", PASSWORD, "", "192.0.2.99")
        .await
    else {
        panic!("the right password must not help who guesses");
    };
    assert_eq!(again, start() + Duration::minutes(15));
    house.come_in("jon@example.com", PASSWORD).await;
    // The same for who is not there.
    for _ in 0..10 {
        assert!(refused(
            &house
                .try_with("nobody@example.com", "wrong", "", "192.0.2.50")
                .await
        ));
    }
    let answer = house
        .try_with("nobody@example.com", "wrong", "", "192.0.2.51")
        .await;
    assert!(matches!(answer, LogInAnswer::TooOften(at) if at == again));
    house.clock.advance(Duration::minutes(15));
    house.come_in("mia@example.com", PASSWORD).await;

    // Many accounts from one place; coming in gives no further tries from there.
    for n in 0..60 {
        let email = format!("p{n}@example.com");
        assert!(refused(
            &house.try_with(&email, "wrong", "", "198.51.100.1").await
        ));
    }
    let answer = house
        .try_with("jon@example.com", PASSWORD, "", "198.51.100.1")
        .await;
    assert!(matches!(answer, LogInAnswer::TooOften(_)));
    house.come_in("jon@example.com", PASSWORD).await;
}

async fn a_new_password_ends_the_other_devices(db: TestDb) {
    let house = House::new(db);
    let mia = house.person("mia", Role::Lead).await;
    let (here, there) = (
        house.come_in("mia@example.com", PASSWORD).await,
        house.come_in("mia@example.com", PASSWORD).await,
    );
    let (_, session) = house.desk.session(&here).await.unwrap().unwrap();
    let change = async |present: &str, new: &str| {
        let who = (mia.id, session.id);
        house
            .desk
            .change_password(who, &present.into(), &new.into(), "192.0.2.1")
            .await
    };
    assert!(matches!(
        change("wrong", "nine green kettles").await,
        Err(PasswordRefused::NotYours)
    ));
    assert!(matches!(
        change(PASSWORD, "short").await,
        Err(PasswordRefused::Problem(_))
    ));
    assert!(house.knows(&there).await);
    let old_link = house.desk.password_link(mia.id).await.unwrap();
    change(PASSWORD, "nine green kettles").await.unwrap();
    assert_eq!(
        (house.knows(&here).await, house.knows(&there).await),
        (true, false)
    );
    assert!(refused(&house.try_in("mia@example.com", PASSWORD).await));
    house.come_in("mia@example.com", "nine green kettles").await;
    assert!(
        house.set(&old_link, PASSWORD).await.is_err(),
        "older links end with it"
    );
    // A session that was taken over is no way to guess the password.
    for _ in 0..9 {
        assert!(matches!(
            change("guess", PASSWORD).await,
            Err(PasswordRefused::NotYours)
        ));
    }
    change("guess", PASSWORD).await.unwrap_err();
    let answer = change("nine green kettles", PASSWORD).await;
    assert!(matches!(answer, Err(PasswordRefused::TooOften(_))), "{answer:?}");
}

async fn the_first_link_makes_one_admin_once(db: TestDb) {
    let house = House::new(db);
    let first = house.desk.first_admin_link().await.unwrap().unwrap();
    let second = house.desk.first_admin_link().await.unwrap().unwrap();
    let opened = house.desk.password_page(&first).await.unwrap();
    assert!(matches!(opened, Some(PasswordSet::FirstAdmin)));
    assert!(matches!(
        house.set(&first, "short").await,
        Err(PasswordRefused::Problem(_))
    ));
    let (one, other) = tokio::join!(
        house.set(&first, PASSWORD),
        house.set(&second, "nine green kettles")
    );
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    let people = house.desk.people().await.unwrap();
    assert_eq!(people.len(), 1);
    assert_eq!(
        (people[0].name.as_str(), people[0].access),
        ("Ada", Access::Admin)
    );
    assert!(house.desk.first_admin_link().await.unwrap().is_none());
    for token in [&first, &second, "never made"] {
        assert!(house.desk.password_page(token).await.unwrap().is_none());
    }
}

async fn a_link_runs_out_and_newer_ones_replace_it(db: TestDb) {
    let house = House::new(db);
    let mia = house.person("mia", Role::Lead).await;
    let old = house.desk.password_link(mia.id).await.unwrap();
    let new = house.desk.password_link(mia.id).await.unwrap();
    assert!(house.set(&old, "nine green kettles").await.is_err());
    let session = house.come_in("mia@example.com", PASSWORD).await;
    house.set(&new, "nine green kettles").await.unwrap();
    assert!(
        !house.knows(&session).await,
        "whoever had the old password is out"
    );
    let late = house.desk.password_link(mia.id).await.unwrap();
    house.clock.advance(Duration::hours(48));
    assert!(house.set(&late, PASSWORD).await.is_err());
}

fn code(secret: &str, at: chrono::DateTime<chrono::Utc>) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    let totp = Builder::new().with_secret(secret).build().unwrap();
    totp.generate(at.timestamp().unsigned_abs()).to_string()
}

async fn a_code_is_asked_for_once_it_is_set_up_and_counts_once(db: TestDb) {
    let house = House::new(db);
    let mia = house.person("mia", Role::Lead).await;
    let now = || house.desk.env.now();
    let set_up = house.desk.begin_factor(&mia).await.unwrap();
    assert!(
        set_up
            .url
            .starts_with("otpauth://totp/Docket:mia%40example.com?secret="),
        "{}",
        set_up.url
    );
    house.come_in("mia@example.com", PASSWORD).await;
    let wrong = house.desk.confirm_factor(mia.id, "000000").await;
    assert!(matches!(wrong, Err(StepRefused::Code)), "{wrong:?}");
    let first = code(&set_up.secret, now());
    let recovery = house.desk.confirm_factor(mia.id, &first).await.unwrap();
    assert!(matches!(
        house.desk.confirm_factor(mia.id, &first).await,
        Err(StepRefused::NothingBegun)
    ));
    assert!(
        house.desk.factor_set_up(&mia).await.unwrap().is_none(),
        "shown while it is set up only"
    );

    let with = async |code: &str| {
        house
            .try_with("mia@example.com", PASSWORD, code, "192.0.2.1")
            .await
    };
    assert!(
        refused(&with("").await) && refused(&with(&first).await),
        "used to set it up"
    );
    house.clock.advance(Duration::seconds(30));
    let next = code(&set_up.secret, now());
    assert!(refused(
        &house
            .try_with("mia@example.com", "wrong", &next, "192.0.2.1")
            .await
    ));
    let spaced = format!("{} {}", &next[..3], &next[3..]);
    assert!(
        matches!(with(&spaced).await, LogInAnswer::In(_)),
        "a wrong password uses no code up"
    );
    assert!(refused(&with(&next).await), "seen over a shoulder");
    house.clock.advance(Duration::seconds(300));
    assert!(refused(&with(&next).await), "old");

    // The phone is lost: each of these works once, however it is typed, with the password only.
    assert_eq!((recovery.len(), recovery[0].len()), (8, 24));
    let typed = recovery[0].to_uppercase().replace('-', " ");
    let guess = house
        .try_with("mia@example.com", "wrong", &typed, "192.0.2.1")
        .await;
    assert!(refused(&guess));
    assert!(matches!(with(&typed).await, LogInAnswer::In(_)));
    assert!(refused(&with(&typed).await), "used");
    assert!(refused(&with("0000-1111-2222-3333-4444").await));
    assert_eq!(house.desk.recovery_codes(mia.id).await.unwrap(), 7);

    let wrong = house
        .desk
        .turn_factor_off(mia.id, &"wrong".into(), "192.0.2.1")
        .await;
    assert!(matches!(wrong, Err(PasswordRefused::NotYours)));
    house
        .desk
        .turn_factor_off(mia.id, &PASSWORD.into(), "192.0.2.1")
        .await
        .unwrap();
    house.come_in("mia@example.com", PASSWORD).await;
    assert_eq!(
        house.desk.recovery_codes(mia.id).await.unwrap(),
        0,
        "they go with it"
    );
}

async fn sessions_end_unused_and_at_last_anyway(db: TestDb) {
    let house = House::new(db);
    house.person("mia", Role::Lead).await;
    let token = house.come_in("mia@example.com", PASSWORD).await;
    for _ in 0..11 {
        house.clock.advance(Duration::minutes(65));
        assert!(house.knows(&token).await);
    }
    house.clock.advance(Duration::minutes(10));
    assert!(!house.knows(&token).await, "12 hours");
    let token = house.come_in("mia@example.com", PASSWORD).await;
    house.clock.advance(Duration::hours(2));
    assert!(!house.knows(&token).await, "2 hours without use");
}

on_both!(
    who_fits_comes_in_and_nobody_learns_what_did_not,
    guessing_is_slow_for_an_account_and_from_an_address,
    a_new_password_ends_the_other_devices,
    the_first_link_makes_one_admin_once,
    a_link_runs_out_and_newer_ones_replace_it,
    a_code_is_asked_for_once_it_is_set_up_and_counts_once,
    sessions_end_unused_and_at_last_anyway,
);

#[tokio::test]
async fn who_is_not_there_takes_as_long_as_who_is() {
    let house = House::new(docket_store::testing::sqlite().await);
    house.person("mia", Role::Lead).await;
    // In turns, and the fastest of each: other work on the machine disturbs both alike.
    let (mut known, mut unknown) = (std::time::Duration::MAX, std::time::Duration::MAX);
    for n in 0..9 {
        for (email, best) in [
            ("mia@example.com", &mut known),
            ("nobody@example.com", &mut unknown),
        ] {
            let began = Instant::now();
            let from = format!("192.0.2.{n}");
            assert!(refused(&house.try_with(email, "wrong", "", &from).await));
            *best = began.elapsed().min(*best);
        }
    }
    let ratio = known.as_secs_f64() / unknown.as_secs_f64();
    assert!((0.5..2.0).contains(&ratio), "{known:?} against {unknown:?}");
}

#[tokio::test]
async fn another_role_holds_at_once() {
    let house = House::new(docket_store::testing::sqlite().await);
    let mia = house.person("mia", Role::Admin).await;
    let client = house.desk.add_client("Nordlicht", false, "test").await.unwrap();
    let token = house.come_in("mia@example.com", PASSWORD).await;
    assert!(house.desk.change_role(&mia, Role::Client, None).await.is_err());
    assert!(
        house
            .desk
            .change_role(&mia, Role::Lead, Some(client.id))
            .await
            .is_err()
    );
    assert!(house.knows(&token).await);
    house
        .desk
        .change_role(&mia, Role::Client, Some(client.id))
        .await
        .unwrap();
    assert!(!house.knows(&token).await);
    let token = house.come_in("mia@example.com", PASSWORD).await;
    let (who, _) = house.desk.session(&token).await.unwrap().unwrap();
    assert_eq!(who.access, Access::Client(client.id));
}

#[tokio::test]
async fn who_cannot_be_told_apart_is_not_added() {
    let house = House::new(docket_store::testing::sqlite().await);
    house.person("mia", Role::Lead).await;
    let client = house.desk.add_client("Nordlicht", false, "test").await.unwrap();
    let add = async |name: &str, email: &str, role, client| {
        let new = NewPerson {
            name: name.to_owned(),
            email: email.to_owned(),
            role,
            client,
        };
        house.desk.add_person(&new).await.map_err(|e| e.to_string())
    };
    for (name, email, role, client, says) in [
        ("", "a@example.com", Role::Lead, None, "a name has"),
        ("MIA ", "a@example.com", Role::Lead, None, "somebody's already"),
        ("Jon", "Mia@Example.com", Role::Lead, None, "somebody's already"),
        ("Jon", "jon", Role::Lead, None, "no mail address"),
        (
            "Jon",
            "Jon <jon@example.com>",
            Role::Lead,
            None,
            "no mail address",
        ),
        ("Sync", "a@example.com", Role::Lead, None, "acts by itself"),
        ("Jon", "a@example.com", Role::Client, None, "--client"),
        (
            "Jon",
            "a@example.com",
            Role::Admin,
            Some(client.id),
            "belongs to no client",
        ),
    ] {
        let error = add(name, email, role, client).await.unwrap_err();
        assert!(error.contains(says), "{name} {email}: {error}");
    }
    let ida = add("Ida  Holm", "ida@example.com", Role::Client, Some(client.id))
        .await
        .unwrap();
    assert_eq!(
        (ida.name.as_str(), ida.access),
        ("Ida Holm", Access::Client(client.id))
    );
    assert_eq!(house.desk.find_person("ida holm").await.unwrap().id, ida.id);
}
