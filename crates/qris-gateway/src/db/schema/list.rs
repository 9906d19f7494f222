//! The migrations.

use super::Migration;

/// Every migration, oldest first. Never edit one that was released: add another. One that older programs can go on beside
/// expands: their statements, as `tests/both_stores/before.rs` has them, work as before. What they do not do, a newer program does for
/// them. One that takes away what they use contracts, and comes a release after the program that has done without.
pub(super) const MIGRATIONS: &[Migration] = &[
    Migration {
        does: "the tables",
        up: include_str!("0001.sql"),
        down: None,
        contracts: false,
        rows: "SELECT '0'",
        loses: &[],
    },
    Migration {
        does: "a ledger by settlement day, days that are closed, payments told apart, requests that were carried out",
        up: include_str!("0002.sql"),
        down: Some(include_str!("0002.down.sql")),
        contracts: false,
        rows: "SELECT CAST(COUNT(*) AS TEXT) FROM exception",
        loses: &[
            (
                "entries of the ledger whose payment, refund or exception is not there any more, or was on another day",
                "SELECT CAST(COUNT(*) AS TEXT) FROM entry e
                 WHERE NOT (kind = 'payment' AND EXISTS (SELECT 1 FROM txn t WHERE t.reference_no = e.id
                                AND (t.paid_at + 25200) / 86400 = e.day))
                 AND NOT (kind = 'refund' AND EXISTS (SELECT 1 FROM refund r WHERE r.refund_no = e.id
                              AND (r.created_at + 25200) / 86400 = e.day))
                 AND NOT (kind = 'exception' AND EXISTS (SELECT 1 FROM exception x WHERE x.id = e.id
                              AND (x.created_at + 25200) / 86400 = e.day))",
            ),
            ("settlement days that are closed", "SELECT CAST(COUNT(*) AS TEXT) FROM closed_day"),
            (
                "payments whose repetition is known from another payment",
                "SELECT CAST(COUNT(*) AS TEXT) FROM txn WHERE payment_key IS NOT NULL",
            ),
            (
                "signed requests whose copies are refused",
                "SELECT CAST(COUNT(*) AS TEXT) FROM seen_request WHERE until >= :now",
            ),
        ],
    },
    Migration {
        does: "what was done about exceptions, the request that caused a notification, dead letters by age",
        up: include_str!("0003.sql"),
        down: Some(include_str!("0003.down.sql")),
        contracts: false,
        rows: "SELECT CAST(COUNT(*) AS TEXT) FROM notification",
        loses: &[
            (
                "entries of what was done about exceptions",
                "SELECT CAST(COUNT(*) AS TEXT) FROM exception_note",
            ),
            (
                "notifications that name the request that caused them",
                "SELECT CAST(COUNT(*) AS TEXT) FROM notification WHERE request_id IS NOT NULL",
            ),
        ],
    },
    Migration {
        does: "which upstreams settle a merchant's transactions, what is over by age",
        up: include_str!("0004.sql"),
        down: Some(include_str!("0004.down.sql")),
        contracts: false,
        rows: "SELECT CAST((SELECT COUNT(*) FROM notification) + (SELECT COUNT(*) FROM inquiry) AS TEXT)",
        loses: &[(
            "pairs of a merchant and an upstream that may not settle for it",
            "SELECT CAST(COUNT(*) AS TEXT) FROM merchant m, partner p WHERE p.role = 'upstream' AND NOT EXISTS
             (SELECT 1 FROM merchant_part b
              WHERE b.merchant_id = m.merchant_id AND b.kind = 'upstream' AND b.id = p.client_id)",
        )],
    },
    Migration {
        does: "several keys of the gateway, networks that partners may ask from",
        up: include_str!("0005.sql"),
        down: Some(include_str!("0005.down.sql")),
        contracts: false,
        rows: "SELECT '0'",
        loses: &[
            (
                "keys of the gateway that do not sign now",
                "SELECT CAST(COUNT(*) AS TEXT) FROM gateway_key
                 WHERE id <> (SELECT MAX(id) FROM gateway_key WHERE signs_from <= :now)",
            ),
            (
                "partners that may ask from some networks only",
                "SELECT CAST(COUNT(*) AS TEXT) FROM partner WHERE allow_ips <> ''",
            ),
        ],
    },
    Migration {
        does: "what is not in the ledger yet",
        up: include_str!("0006.sql"),
        down: Some(include_str!("0006.down.sql")),
        contracts: false,
        rows: "SELECT CAST((SELECT COUNT(*) FROM txn) + (SELECT COUNT(*) FROM refund) + (SELECT COUNT(*) FROM exception) AS TEXT)",
        loses: &[],
    },
    Migration {
        does: "notifications that wait, by age",
        up: include_str!("0007.sql"),
        down: Some(include_str!("0007.down.sql")),
        contracts: false,
        rows: "SELECT CAST(COUNT(*) AS TEXT) FROM notification",
        loses: &[],
    },
    Migration {
        does: "the payer's account",
        up: include_str!("0008.sql"),
        down: Some(include_str!("0008.down.sql")),
        contracts: false,
        rows: "SELECT '0'",
        loses: &[(
            "payments whose payer's account is known",
            "SELECT CAST(COUNT(*) AS TEXT) FROM txn WHERE customer_pan IS NOT NULL",
        )],
    },
    Migration {
        does: "acquirers, routes to them, what they were asked to do",
        up: include_str!("0009.sql"),
        down: Some(include_str!("0009.down.sql")),
        contracts: false,
        rows: "SELECT '0'",
        loses: &[
            ("acquirers that are called", "SELECT CAST(COUNT(*) AS TEXT) FROM acquirer"),
            ("merchants whose codes an acquirer makes", "SELECT CAST(COUNT(*) AS TEXT) FROM route"),
            (
                "codes and refunds that an acquirer has not decided yet",
                "SELECT CAST(COUNT(*) AS TEXT) FROM forward WHERE state <> 'closed'",
            ),
        ],
    },
];
