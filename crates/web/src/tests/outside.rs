//! Tried from outside: what a client's person gets at any door with ids of another client, and what addresses that climb out of
//! their folder lead to.

use axum::http::{Request, StatusCode};
use docket_app::{Ask, ClientScope};
use docket_core::id::CaseId;
use docket_core::person::{Access, Role};
use docket_store::on_both;
use docket_store::testing::TestDb;

use super::desk::TestDesk;
use super::doors::{address, house};
use crate::doors::{Door, Method, Pass, Who};

/// What stands only in what is the second client's.
const FOREIGN: [&str; 4] = ["of-second", "won-second", "Southwind", "Who took parcel 99?"];

/// An address with each of these ids in its place; as it is where it has none.
fn addresses(door: Door, ids: &[String], test: &TestDesk) -> Vec<String> {
    let own = address(door, CaseId::new(&test.desk.env), test);
    let path = door.entry().path;
    if !path.contains("{id}") {
        return vec![own];
    }
    let filled = |id: &String| {
        path.replace("{id}", id)
            .replace("{sha256}", &"0".repeat(64))
            .replace("{kind}", "tracking")
            .replace("{flag}", "vanished")
            .replace("{token}", "never-made")
            .replace("{name}", "keys.js")
    };
    ids.iter().map(filled).collect()
}

/// Doors that a client's person may go through, and those that it may not, too: with every id of another client, as address and
/// as parameter, nothing of it is read and nothing of it is changed.
async fn no_door_gives_or_takes_anything_of_another_client(db: TestDb) {
    let (test, [_, foreign], [client, other]) = house(db).await;
    let ida = test.person("Ida", Access::Client(client.id)).await;
    let ask = Ask {
        case: foreign,
        question: "Who took parcel 99?".to_owned(),
        due: None,
        to: None,
        actor: "dana".to_owned(),
    };
    let asked = test.desk.ask_client(ClientScope::Agency, ask).await.unwrap();
    let connections = test.desk.connections(ClientScope::One(other.id)).await.unwrap();
    let ids = [
        foreign.to_string(),
        other.id.to_string(),
        asked.request.id.to_string(),
        connections[0].id.to_string(),
    ];
    let told = async || {
        let stored = test.desk.case(ClientScope::Agency, foreign).await.unwrap();
        let (request, answers) = test
            .desk
            .info_request(ClientScope::Agency, asked.request.id)
            .await
            .unwrap();
        format!("{stored:?} {request:?} {}", answers.len())
    };
    let before = told().await;
    let mut tried = 0;
    let people = |door: &&Door| matches!(door.entry().who, Who::People(_)) && **door != Door::Live;
    for door in Door::ALL.iter().filter(people) {
        // What ends the session is tried by its own tests.
        if matches!(door, Door::LogOut | Door::EndSession) {
            continue;
        }
        for url in addresses(*door, &ids, &test) {
            let named: Vec<String> = ["case", "client", "connection", "id"]
                .into_iter()
                .flat_map(|name| ids.iter().map(move |id| format!("{name}={id}")))
                .collect();
            let answers = if door.entry().method == Method::Get {
                let mut all = vec![test.get_as(&ida, &url).await];
                // An address that names one thing has no other parameter by which another could be named.
                let lists = named.iter().filter(|_| !door.entry().path.contains("{id}"));
                for query in lists {
                    all.push(test.get_as(&ida, &format!("{url}?{query}")).await);
                }
                all
            } else {
                let fields: Vec<(&str, &str)> =
                    named.iter().filter_map(|pair| pair.split_once('=')).collect();
                vec![test.post_as(&ida, &url, &fields).await]
            };
            for answer in answers {
                let leaked = FOREIGN.iter().find(|word| answer.body.contains(**word));
                assert!(leaked.is_none(), "{door:?} {url} tells {leaked:?}");
                assert!(
                    !answer.status.is_server_error(),
                    "{door:?} {url}: {}",
                    answer.status
                );
                if url.contains(&ids[0]) || url.contains(&ids[2]) {
                    assert!(
                        answer.status.is_client_error(),
                        "{door:?} {url}: {}",
                        answer.status
                    );
                }
                tried += 1;
            }
        }
    }
    assert!(tried > 200, "only {tried} tries");
    assert_eq!(told().await, before, "nothing of another client has changed");
    // The same person gets its own: the doors are open, and not all of them broken.
    assert_eq!(test.get_as(&ida, "/queue").await.status, StatusCode::OK);
    let own = Door::ALL
        .iter()
        .filter(|door| door.pass(Role::Client) == Pass::Own);
    assert!(own.count() > 15);
}

on_both!(no_door_gives_or_takes_anything_of_another_client);

/// Ways out of a folder, as addresses write them.
const CLIMBS: [&str; 9] = [
    "..%2f..%2fplanted",
    "..%2fplanted",
    "%2e%2e%2f%2e%2e%2fplanted",
    "..%5c..%5cplanted",
    "....%2f%2fplanted",
    "%2fetc%2fpasswd",
    "..%252f..%252fetc%252fpasswd",
    "planted%00.js",
    "%c0%ae%c0%ae%2fplanted",
];

#[tokio::test]
async fn no_address_climbs_out_of_its_folder() {
    let test = TestDesk::new().await;
    let owner = test.client("Nordlicht").await;
    let case = test
        .cases(&owner, &[crate::samples::make::Dispute::ours("N-1")])
        .await[0];
    // Beside the folder that holds what is uploaded, and in it.
    std::fs::write(test.folder().join("planted"), "what nobody may read").unwrap();
    let mut tried = 0;
    for door in Door::ALL.iter().filter(|door| door.entry().method == Method::Get) {
        let path = door.entry().path;
        let places: Vec<&str> = path.split('/').filter(|part| part.starts_with('{')).collect();
        for place in &places {
            for climb in CLIMBS {
                let url = address(*door, case, &test);
                let parts = path.split('/').zip(url.split('/'));
                let parts: Vec<&str> = parts
                    .map(|(name, filled)| if name == *place { climb } else { filled })
                    .collect();
                let url = parts.join("/");
                let request = test.as_of(&test.admin, Request::get(&url).header("host", "127.0.0.1:8080"));
                let answer = test.send(request).await;
                let status = answer.status;
                assert!(
                    status.is_client_error() || status.is_redirection(),
                    "{url} answers with {status}"
                );
                for secret in ["what nobody may read", "root:"] {
                    assert!(!answer.body.contains(secret), "{url}");
                }
                tried += 1;
            }
        }
    }
    assert!(tried > 100, "only {tried} tries");
}
