#![allow(clippy::unwrap_used, reason = "x")]
mod support;
use std::time::{Duration, Instant};
use chrono::TimeDelta;
use docket_core::id::ClientId;
use docket_queue::{NewJob, Outcome, Queue, RunSummary, Settings};
use docket_store::testing::TestDb;
use support::*;

async fn measure(test: TestDb) {
    let env = standing().env();
    let e = test.db.engine();
    for slots in [1usize, 16, 64] {
        let n = if slots == 1 { 2000 } else { 20_000 };
        let jobs: Vec<NewJob> = (0..n).map(|n| job("k", n, env.now())).collect();
        let t = Instant::now();
        enqueue(&test.db, &env, &jobs).await;
        let enq = t.elapsed();
        let (handler, _) = script(|_| async { Ok(Outcome::Done) });
        let t = Instant::now();
        let s = until_idle_long(Queue::new(test.db.clone(), env.clone(), Settings { slots, ..settings() }).handle("k", handler)).await;
        let d = t.elapsed();
        assert_eq!(s.done, n);
        println!("{e} slots {slots}: enqueue {:.0}/s drain {:.0}/s", n as f64 / enq.as_secs_f64(), n as f64 / d.as_secs_f64());
    }
    let a = ClientId::new(&env);
    let mut jobs: Vec<NewJob> = (0..20_000).map(|n| NewJob { priority: 100, ..job("k", format!("f{n}"), env.now() + TimeDelta::days(1)) }).collect();
    jobs.extend((0..50_000).map(|n| of_client(a, NewJob { priority: 90, ..job("slow", format!("a{n}"), env.now()) })));
    jobs.extend((0..5_000).map(|n| job("k", format!("n{n}"), env.now())));
    enqueue(&test.db, &env, &jobs).await;
    if matches!(test.db, docket_store::Db::Postgres(_)) { execute(&test.db, "ANALYZE jobs").await; }
    let (handler, mut st, _gate) = gated(|_| Outcome::Done);
    let w = Running::start(Queue::new(test.db.clone(), env.clone(), Settings { per_client: 2, ..settings() }).handle("slow", handler));
    next(&mut st).await; next(&mut st).await;
    let (handler, mut d) = { let (tx, rx) = tokio::sync::mpsc::unbounded_channel(); (script(move |_| { let _ = tx.send(()); async { Ok(Outcome::Done) } }).0, rx) };
    let (h2, _x) = script(|_| async { Ok(Outcome::Done) });
    let t = Instant::now();
    let w2 = Running::start(Queue::new(test.db.clone(), env.clone(), Settings { slots: 16, per_client: 2, ..settings() }).handle("k", handler).handle("slow", h2));
    for _ in 0..5000 { next(&mut d).await; }
    println!("{e} backlog 50k busy client + 20k future: drain 5000 of others {:.0}/s", 5000.0 / t.elapsed().as_secs_f64());
    // latency with the backlog
    let mut l = Vec::new();
    for n in 0..20 {
        enqueue(&test.db, &env, &[job("k", format!("l{n}"), env.now())]).await;
        let t = Instant::now();
        w2.waker.wake();
        next(&mut d).await;
        l.push(t.elapsed());
    }
    l.sort();
    println!("{e} latency with backlog p50 {:?} max {:?}", l[10], l[19]);
    w2.stop().await;
    drop(w);
    let _ = Duration::ZERO;
}
async fn until_idle_long(q: Queue) -> RunSummary {
    q.run_until_idle(tokio_util::sync::CancellationToken::new()).await.unwrap()
}
docket_store::on_both!(measure);
