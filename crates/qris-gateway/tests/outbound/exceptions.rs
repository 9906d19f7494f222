//! Exceptions and their history, on both back ends: added to, never changed, and judged one after the other.

use qris_gateway::admin::{ExceptionObject, Opened, Span, WantedExceptions};
use qris_gateway::db::{DbError, Tx};
use qris_gateway::error::OperatorError;
use qris_gateway::model::{EntryKind, Exception, Minor, Partner, audit, ledger};
use qris_snap::datetime::wib_day;
use tokio::task::block_in_place;

use crate::postgres::Postgres;
use crate::support::{CLIENT, Gateway, partner, transaction};

#[tokio::test]
async fn sqlite() {
    suite(&Gateway::new().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql() {
    let server = block_in_place(Postgres::start);
    suite(&Gateway::new_on(&server).await).await;
}

async fn suite(gateway: &Gateway) {
    let upstream = Partner { client_id: "UP".to_owned(), partner_id: "UP-1".to_owned(), ..partner(None) };
    gateway.add_partner(upstream).await;
    gateway.initiated(transaction("A")).await;
    gateway.initiated(transaction("B")).await;
    for (id, reference_no, amount, created_at) in [
        ("aaaaaaaa-1", Some("A"), Some(100_000), 1_000),
        ("aaaaaaaa-2", None, None, 2_000),
        ("cccccccc-3", None, Some(400), 3_000),
    ] {
        let exception = Exception {
            id: id.to_owned(),
            client_id: if reference_no.is_some() { CLIENT } else { "UP" }.to_owned(),
            told_by: Some("UP".to_owned()),
            reference_no: reference_no.map(str::to_owned),
            kind: "late".to_owned(),
            amount: amount.map(Minor::new),
            detail: "it is expired".to_owned(),
            body: b"{\"a\":1}".to_vec(),
            created_at,
        };
        let added: Result<(), DbError> =
            gateway.app.store.write(move |tx| audit::add_exception(tx, &exception)).await;
        added.unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let mut config = gateway.app.config.clone();
    config.master_key_file = Some(folder.path().join("key"));
    let opened = Opened::open(&config).await.unwrap();
    a_history_is_added_to_and_never_changed(&opened).await;
    lists_are_filtered_and_paged(&opened).await;
    what_is_given_back_at_once_is_never_more_than_came(&opened).await;
}

fn refused<T: std::fmt::Debug>(done: Result<T, OperatorError>) -> String {
    match done {
        Err(OperatorError::Refused(why)) => why,
        other => panic!("{other:?}"),
    }
}

async fn rows(opened: &Opened) -> i64 {
    let unit = |tx: &mut dyn Tx| tx.one::<i64>("SELECT COUNT(*) FROM exception_note", &[]);
    opened.store.read(unit).await.unwrap()
}

async fn a_history_is_added_to_and_never_changed(opened: &Opened) {
    let office = opened.office();
    let id = "aaaaaaaa-1";
    assert!(refused(office.exception("aaaaaaaa").await).contains("several"), "an id that is not one");
    assert!(refused(office.exception("aaaa").await).contains("no exception"));
    let before = office.exception(id).await.unwrap();
    assert_eq!((before.state, before.reference_no.as_deref(), before.history.len()), ("open", Some("A"), 0));
    assert_eq!(before.body.as_deref(), Some("{\"a\":1}"));

    assert!(refused(office.assign_exception(id, "A", "Rina", None).await).contains("already"));
    assert!(refused(office.assign_exception(id, "Z", "Rina", None).await).contains("no transaction"));
    for number in ["B", "A"] {
        let bound = office.assign_exception(id, number, "Rina", Some("its number was wrong")).await.unwrap();
        assert_eq!(bound.reference_no.as_deref(), Some(number));
    }
    for (amount, by, reason) in [
        ("0.00", "Rina", "x"),
        ("-1.00", "Rina", "x"),
        ("1", "Rina", "x"),
        ("1.00", "", "x"),
        ("1.00", "R", " \n"),
    ] {
        let wrong = office.refund_exception(id, amount, by, reason).await;
        assert!(matches!(wrong, Err(OperatorError::Usage(_))), "{amount:?} {by:?} {reason:?}");
    }
    assert_eq!(office.refund_exception(id, "400.00", "Rina", "half").await.unwrap().refunded, "400.00");
    let more = refused(office.refund_exception(id, "600.01", "Rina", "rest").await);
    assert!(more.contains("400.00 of 1000.00"), "{more}");
    assert_eq!(office.refund_exception(id, "600.00", "Budi", "rest").await.unwrap().refunded, "1000.00");
    assert!(refused(office.refund_exception(id, "0.01", "Budi", "more").await).contains("too much"));
    let closed = office.close_exception(id, "Budi", "given back by bank transfer").await.unwrap();
    assert_eq!(closed.state, "closed");
    let again = refused(office.close_exception(id, "Rina", "x").await);
    assert!(again.contains("closed by Budi") && again.contains("bank transfer"), "{again}");
    assert!(refused(office.assign_exception(id, "B", "Rina", None).await).contains("closed"));

    let found = office.exception(id).await.unwrap();
    let history: Vec<_> = found.history.iter().map(|note| (note.action, note.by.as_str())).collect();
    assert_eq!(
        history,
        [
            ("assigned", "Rina"),
            ("assigned", "Rina"),
            ("refunded", "Rina"),
            ("refunded", "Budi"),
            ("closed", "Budi")
        ]
    );
    let amounts: Vec<_> = found.history.iter().filter_map(|note| note.amount.as_deref()).collect();
    assert_eq!(amounts, ["400.00", "600.00"]);
    assert_eq!(rows(opened).await, 5, "what was refused left nothing");
    let today = wib_day(office.now);
    let booked = async |day: i64, client_id: Option<&'static str>| {
        let sums = opened.store.read(move |tx| ledger::sums(tx, day, client_id)).await.unwrap();
        let given_back = sums.into_iter().filter(|sum| sum.kind == EntryKind::ExceptionRefund);
        given_back.map(|sum| (sum.client_id, sum.count, sum.amount)).collect::<Vec<_>>()
    };
    assert_eq!(booked(today, None).await, [(CLIENT.to_owned(), 2, Minor::new(100_000))]);
    assert_eq!((booked(today, Some("UP")).await, booked(today - 1, None).await), (Vec::new(), Vec::new()));
}

async fn lists_are_filtered_and_paged(opened: &Opened) {
    let ids = async |wanted: WantedExceptions, limit| -> Vec<String> {
        let found: Vec<ExceptionObject> = opened.office().exceptions(wanted, limit).await.unwrap();
        found.into_iter().map(|it| it.id).collect()
    };
    let of = |closed: Option<bool>, partner: Option<&str>| WantedExceptions {
        closed,
        partner: partner.map(str::to_owned),
        ..WantedExceptions::default()
    };
    let [first, second, third] = ["aaaaaaaa-1", "aaaaaaaa-2", "cccccccc-3"];
    assert_eq!(ids(of(None, None), 9).await, [first, second, third]);
    assert_eq!(ids(of(None, None), 2).await, [first, second]);
    let after = WantedExceptions { after: Some(second.to_owned()), ..of(None, None) };
    assert_eq!(ids(after, 2).await, [third]);
    assert_eq!(ids(of(Some(true), None), 9).await, [first]);
    assert_eq!(ids(of(Some(false), None), 9).await, [second, third]);
    assert_eq!(ids(of(None, Some("UP-1")), 9).await, [first, second, third], "who told us");
    assert_eq!(ids(of(None, Some(CLIENT)), 9).await, [first], "whose transaction it is");
    opened.office().assign_exception(second, "B", "Rina", None).await.unwrap();
    assert_eq!(ids(of(None, Some(CLIENT)), 9).await, [first, second]);
    let span = Span { since: Some(2_000), until: Some(3_000) };
    assert_eq!(ids(WantedExceptions { span, ..of(None, None) }, 9).await, [second]);
    assert!(refused(opened.office().exceptions(of(None, Some("nobody")), 9).await).contains("no partner"));
}

async fn what_is_given_back_at_once_is_never_more_than_came(opened: &Opened) {
    let office = opened.office();
    let give = |number: u32| async move {
        let done = office.refund_exception("cccccccc-3", "1.00", &format!("Nr {number}"), "one of ten").await;
        done.is_ok()
    };
    let done = futures_util::future::join_all((0..10).map(give)).await;
    assert_eq!(done.into_iter().filter(|ok| *ok).count(), 4, "four of ten fit");
    assert_eq!(office.exception("cccccccc-3").await.unwrap().refunded, "4.00");
    let close = |number: u32| async move {
        office.close_exception("cccccccc-3", &format!("Nr {number}"), "x").await.is_ok()
    };
    let done = futures_util::future::join_all((0..10).map(close)).await;
    assert_eq!(done.into_iter().filter(|ok| *ok).count(), 1);
}
