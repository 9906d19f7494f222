//! Every statement of the previous release (commit 09a37bc, `crates/qris-gateway/src/model`, blanks apart), with values of a
//! merchant's day and how many rows each answers with or changes. A migration that expands leaves all of them as they are.

use qris_gateway::db::Value;

/// Milliseconds, seconds and day (WIB) of what happens here.
pub(crate) const NOW_MS: i64 = 1_790_000_000_000;
pub(crate) const NOW: i64 = NOW_MS / 1000;

/// A statement, its values, and the rows it answers with or changes.
pub(crate) struct Statement(pub(crate) &'static str, pub(crate) Vec<Value<'static>>, pub(crate) usize);

fn t(text: &str) -> Value<'static> {
    Value::Text(text.to_owned().into())
}

fn i(number: i64) -> Value<'static> {
    Value::Int(number)
}

fn b(text: &str) -> Value<'static> {
    Value::Blob(text.to_owned().leak().as_bytes())
}

/// Ids begin with `n`; the gateway's key is made by the first who comes.
pub(crate) fn statements(n: &str, first: bool) -> Vec<Statement> {
    let id = |name: &str| t(&format!("{n}-{name}"));
    let hash = |name: &str| b(&format!("{n}-{name}"));
    let none = || Value::Null;
    let made = usize::from(first);
    let mut all = vec![
        Statement("SELECT value FROM meta WHERE name = 'schema'", vec![], 1),
        Statement(
            "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            vec![id("file"), t("a")],
            1,
        ),
        Statement(
            "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            vec![id("file"), t("b")],
            1,
        ),
        Statement("SELECT value FROM meta WHERE name = ?1", vec![id("file")], 1),
        // Partners and keys.
        Statement(
            "INSERT INTO partner (client_id, partner_id, channel_id, name, dialect, role, policy, mount, notify_url, notify_sign, notify_token_url, notify_headers, created_at, disabled_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) ON CONFLICT DO NOTHING",
            vec![
                id("merchant"),
                id("partner"),
                t("95221"),
                t("Melati"),
                t("standard"),
                t("merchant"),
                t("{}"),
                t(""),
                t("https://melati.example/n"),
                t("rsa"),
                none(),
                t("[]"),
                i(NOW),
                none(),
            ],
            1,
        ),
        Statement(
            "INSERT INTO partner (client_id, partner_id, channel_id, name, dialect, role, policy, mount, notify_url, notify_sign, notify_token_url, notify_headers, created_at, disabled_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) ON CONFLICT DO NOTHING",
            vec![
                id("upstream"),
                id("partner-up"),
                t("95221"),
                t("Switch"),
                t("standard"),
                t("upstream"),
                t("{}"),
                t(""),
                none(),
                t("rsa"),
                none(),
                t("[]"),
                i(NOW),
                none(),
            ],
            1,
        ),
        Statement(
            "SELECT client_id, partner_id, channel_id, name, dialect, role, policy, mount, notify_url, notify_sign, notify_token_url, notify_headers, created_at, disabled_at FROM partner WHERE client_id = ?1",
            vec![id("merchant")],
            1,
        ),
        Statement("SELECT client_id FROM partner WHERE partner_id = ?1", vec![id("partner")], 1),
        Statement(
            "INSERT INTO credential (id, client_id, kind, value, created_at, valid_until) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            vec![id("secret"), id("merchant"), t("secret"), b("sealed"), i(NOW), none()],
            1,
        ),
        Statement(
            "SELECT id, value, created_at, valid_until FROM credential WHERE client_id = ?1 AND kind = ?2 AND (valid_until IS NULL OR valid_until > ?3) ORDER BY created_at DESC, id",
            vec![id("merchant"), t("secret"), i(NOW)],
            1,
        ),
        Statement(
            "UPDATE credential SET valid_until = ?3 WHERE client_id = ?1 AND kind = ?2 AND (valid_until IS NULL OR valid_until > ?3)",
            vec![id("merchant"), t("secret"), i(NOW + 9)],
            1,
        ),
        Statement(
            "INSERT INTO gateway_key (id, private, public_pem, created_at) VALUES (1, ?1, ?2, ?3) ON CONFLICT DO NOTHING",
            vec![b("sealed"), t("PEM"), i(NOW)],
            made,
        ),
        Statement("SELECT private, public_pem FROM gateway_key WHERE id = 1", vec![], 1),
        Statement(
            "UPDATE partner SET disabled_at = ?2 WHERE client_id = ?1 AND disabled_at IS NULL",
            vec![id("upstream"), i(NOW)],
            1,
        ),
        Statement(
            "INSERT INTO merchant (merchant_id, client_id, guid, mpan, acquirer_merchant_id, nmid, criteria, mcc, name, city, postal_code, created_at, disabled_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT DO NOTHING",
            vec![
                id("M1"),
                id("merchant"),
                t("ID.CO.QRIS.WWW"),
                t("9360000"),
                t("1"),
                t("ID10"),
                t("UMI"),
                t("5812"),
                t("Soto"),
                t("BOGOR"),
                t("16111"),
                i(NOW),
                none(),
            ],
            1,
        ),
        Statement(
            "SELECT merchant_id, client_id, guid, mpan, acquirer_merchant_id, nmid, criteria, mcc, name, city, postal_code, created_at, disabled_at FROM merchant WHERE merchant_id = ?1",
            vec![id("M1")],
            1,
        ),
        Statement(
            "SELECT merchant_id, client_id, guid, mpan, acquirer_merchant_id, nmid, criteria, mcc, name, city, postal_code, created_at, disabled_at FROM merchant WHERE client_id = ?1 ORDER BY created_at, merchant_id",
            vec![id("merchant")],
            1,
        ),
        Statement(
            "INSERT INTO merchant_part (merchant_id, kind, id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            vec![id("M1"), t("terminal"), t("T1")],
            1,
        ),
        Statement(
            "SELECT id FROM merchant_part WHERE merchant_id = ?1 AND kind = ?2 ORDER BY id",
            vec![id("M1"), t("terminal")],
            1,
        ),
        // A token.
        Statement(
            "INSERT INTO token (hash, client_id, kind, customer, expires_at, used_at) VALUES (?1, ?2, ?3, ?4, ?5, NULL)",
            vec![hash("token"), id("merchant"), t("b2b"), none(), i(NOW + 900)],
            1,
        ),
        Statement(
            "SELECT client_id, kind, customer, expires_at, used_at FROM token WHERE hash = ?1",
            vec![hash("token")],
            1,
        ),
        Statement(
            "UPDATE token SET used_at = ?2 WHERE hash = ?1 AND used_at IS NULL",
            vec![hash("token"), i(NOW)],
            1,
        ),
        // A request's external id and reference.
        Statement(
            "INSERT INTO external_id (client_id, service, day, id, fingerprint, http, answer) VALUES (?1, ?2, ?3, ?4, ?5, 0, ?5) ON CONFLICT DO NOTHING",
            vec![id("merchant"), i(47), i(20_000), t("1"), b("print")],
            1,
        ),
        Statement(
            "SELECT fingerprint, http, answer FROM external_id WHERE client_id = ?1 AND service = ?2 AND day = ?3 AND id = ?4",
            vec![id("merchant"), i(47), i(20_000), t("1")],
            1,
        ),
        Statement(
            "UPDATE external_id SET http = ?5, answer = ?6 WHERE client_id = ?1 AND service = ?2 AND day = ?3 AND id = ?4",
            vec![id("merchant"), i(47), i(20_000), t("1"), i(200), b("{}")],
            1,
        ),
        Statement(
            "INSERT INTO reference (client_id, service, number, reference_no) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
            vec![id("merchant"), i(47), t("P1"), id("paid")],
            1,
        ),
        Statement(
            "SELECT reference_no FROM reference WHERE client_id = ?1 AND service = ?2 AND number = ?3",
            vec![id("merchant"), i(47), t("P1")],
            1,
        ),
    ];
    // Generate.
    for name in ["paid", "cancelled", "failed", "expired"] {
        all.push(Statement("INSERT INTO txn (reference_no, page_id, client_id, partner_reference_no, external_id, merchant_id, sub_merchant_id, store_id, terminal_id, amount, tip_kind, tip_value, qr_content, state, created_at, expires_at, paid_amount, paid_tip, refunded, simulate) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, 0, 0, 0, ?17)", vec![id(name), id(&format!("page-{name}")), id("merchant"), t(name), t("1"), id("M1"), none(), none(), t("T1"), i(1_000_000), t("none"), i(0), id(&format!("qr-{name}")), t("initiated"), i(NOW), i(NOW + 60), none()], 1));
    }
    all.extend([
        Statement("SELECT reference_no, page_id, client_id, partner_reference_no, external_id, merchant_id, sub_merchant_id, store_id, terminal_id, amount, tip_kind, tip_value, qr_content, state, created_at, expires_at, closed_at, reason, paid_amount, paid_tip, paid_at, payer, rrn, refunded, simulate FROM txn WHERE reference_no = ?1", vec![id("paid")], 1),
        Statement("SELECT reference_no FROM txn WHERE page_id = ?1", vec![id("page-paid")], 1),
        Statement("SELECT reference_no FROM txn WHERE qr_content = ?1", vec![id("qr-paid")], 1),
        Statement("SELECT reference_no FROM txn WHERE client_id = ?1 AND partner_reference_no = ?2", vec![id("merchant"), t("paid")], 1),
        Statement("SELECT reference_no FROM txn WHERE client_id = ?1 AND external_id = ?2 ORDER BY created_at DESC LIMIT 1", vec![id("merchant"), t("1")], 1),
        Statement("SELECT reference_no FROM txn WHERE (?1 = '' OR client_id = ?1) AND created_at <= ?2 AND (created_at < ?2 OR reference_no < ?3) ORDER BY created_at DESC, reference_no DESC LIMIT ?4", vec![id("merchant"), i(i64::MAX), t(""), i(9)], 4),
        Statement("SELECT reference_no FROM txn WHERE (?1 = '' OR client_id = ?1) AND created_at >= ?2 AND created_at < ?3 ORDER BY created_at, reference_no", vec![id("merchant"), i(0), i(i64::MAX)], 4),
        // What becomes of it.
        Statement("UPDATE txn SET state = 'paid', paid_amount = ?2, paid_tip = ?3, paid_at = ?4, payer = ?5, rrn = ?6 WHERE reference_no = ?1 AND state = 'initiated' AND expires_at > ?4", vec![id("paid"), i(1_000_000), i(50_000), i(NOW), t("payer"), t("123456789012")], 1),
        Statement("UPDATE txn SET state = 'cancelled', closed_at = ?3, reason = ?2 WHERE reference_no = ?1 AND state = 'initiated' AND expires_at > ?3", vec![id("cancelled"), t("no"), i(NOW)], 1),
        Statement("UPDATE txn SET state = 'failed', closed_at = ?3, reason = ?2 WHERE reference_no = ?1 AND state = 'initiated' AND expires_at > ?3", vec![id("failed"), t("no"), i(NOW)], 1),
        Statement("SELECT reference_no FROM txn WHERE state = 'initiated' AND expires_at <= ?1 ORDER BY expires_at LIMIT ?2", vec![i(NOW + 61), i(9)], 1),
        Statement("UPDATE txn SET state = 'expired', closed_at = ?2 WHERE reference_no = ?1 AND state = 'initiated' AND expires_at <= ?2", vec![id("expired"), i(NOW + 61)], 1),
        Statement("UPDATE txn SET state = 'refunded', refunded = refunded + ?2 WHERE reference_no = ?1 AND state IN ('paid', 'refunded') AND CAST(?2 AS BIGINT) > 0 AND CAST(?2 AS BIGINT) <= paid_amount + paid_tip - refunded", vec![id("paid"), i(300_000)], 1),
        Statement("INSERT INTO refund (refund_no, reference_no, client_id, partner_refund_no, amount, reason, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", vec![id("refund"), id("paid"), id("merchant"), t("F1"), i(300_000), none(), i(NOW + 86_400)], 1),
        Statement("SELECT refund_no, reference_no, client_id, partner_refund_no, amount, reason, created_at FROM refund WHERE reference_no = ?1 ORDER BY created_at, refund_no", vec![id("paid")], 1),
        // An issuer asks.
        Statement("INSERT INTO inquiry (reference_no, client_id, partner_reference_no, qr_content, txn, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)", vec![id("inquiry"), id("merchant"), t("Q1"), id("qr-paid"), id("paid"), i(NOW)], 1),
        Statement("SELECT reference_no, qr_content, txn, created_at FROM inquiry WHERE client_id = ?1 AND partner_reference_no = ?2", vec![id("merchant"), t("Q1")], 1),
        Statement("UPDATE inquiry SET paid_at = ?2 WHERE reference_no = ?1", vec![id("inquiry"), i(NOW)], 1),
        // The outbox.
        Statement("INSERT INTO notification (id, client_id, reference_no, seq, kind, subject, body, state, attempts, due_ms, lease_until_ms, fence, created_at) SELECT ?1, ?2, ?3, COALESCE(MAX(seq), 0) + 1, ?4, ?5, ?6, 'pending', 0, ?7, 0, 0, ?8 FROM notification WHERE reference_no = ?3 ON CONFLICT DO NOTHING", vec![id("told"), id("merchant"), id("paid"), t("paid"), t(""), b("{}"), i(NOW_MS), i(NOW)], 1),
        Statement("SELECT id FROM notification n WHERE state = 'pending' AND due_ms <= ?1 AND lease_until_ms <= ?2 AND NOT EXISTS (SELECT 1 FROM notification e WHERE e.reference_no = n.reference_no AND e.seq < n.seq AND e.state = 'pending') ORDER BY due_ms, seq LIMIT ?3", vec![i(NOW_MS), i(NOW_MS), i(9)], if first { 1 } else { 2 }),
        Statement("UPDATE notification SET lease_owner = ?2, lease_until_ms = ?4, fence = fence + 1, attempts = attempts + 1 WHERE id = ?1 AND state = 'pending' AND lease_until_ms <= ?3", vec![id("told"), t("old"), i(NOW_MS), i(NOW_MS + 9000)], 1),
        Statement("UPDATE notification SET state = ?4, due_ms = ?5, url = ?6, headers = ?7, string_to_sign = ?8, answer_status = ?9, answer = ?10, lease_until_ms = 0, lease_owner = NULL, ended_at = CASE WHEN ?4 = 'pending' THEN NULL ELSE CAST(?11 AS BIGINT) END WHERE id = ?1 AND lease_owner = ?2 AND fence = ?3 AND state = 'pending'", vec![id("told"), t("old"), i(1), t("dead"), i(NOW_MS), t("https://melati.example/n"), t("{}"), t("POST"), i(502), t(""), i(NOW)], 1),
        Statement("SELECT id FROM notification WHERE state = ?1 ORDER BY created_at, id LIMIT ?2", vec![t("dead"), i(1)], 1),
        Statement("UPDATE notification SET state = 'pending', due_ms = ?2, attempts = 0, ended_at = NULL WHERE id = ?1 AND state = 'dead'", vec![id("told"), i(NOW_MS + 5)], 1),
        Statement("UPDATE notification SET due_ms = ?1 WHERE state = 'pending' AND due_ms > ?1", vec![i(NOW_MS)], 1),
        Statement("SELECT id, client_id, reference_no, seq, kind, subject, body, state, attempts, due_ms, fence, url, headers, string_to_sign, answer_status, answer, created_at FROM notification WHERE id = ?1", vec![id("told")], 1),
        Statement("SELECT id FROM notification WHERE reference_no = ?1 ORDER BY seq", vec![id("paid")], 1),
        Statement("SELECT COUNT(*) FROM notification WHERE state = ?1", vec![t("pending")], 1),
        // Money that came late, told by the upstream.
        Statement("INSERT INTO exception (id, client_id, reference_no, kind, amount, detail, body, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING", vec![id("late"), id("upstream"), id("expired"), t("late"), i(700_000), t("late"), b("{}"), i(NOW)], 1),
        Statement("SELECT id, client_id, reference_no, kind, amount, detail, body, created_at FROM exception WHERE created_at >= ?1 AND created_at < ?2 ORDER BY created_at, id", vec![i(NOW), i(NOW + 1)], if first { 1 } else { 2 }),
        Statement("SELECT id, client_id, reference_no, kind, amount, detail, body, created_at FROM exception WHERE created_at <= ?1 AND (created_at < ?1 OR id < ?2) ORDER BY created_at DESC, id DESC LIMIT ?3", vec![i(i64::MAX), t(""), i(1)], 1),
        // The sandbox's log, and what is forgotten.
        Statement("INSERT INTO request_log (id, client_id, at_ms, method, path, http, code, debug) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", vec![id("log"), id("merchant"), i(NOW_MS), t("POST"), t("/v1.0"), i(200), t("2004700"), t("{}")], 1),
        Statement("SELECT id, client_id, at_ms, method, path, http, code, debug FROM request_log WHERE client_id = ?1 ORDER BY at_ms DESC, id", vec![id("merchant")], 1),
        Statement("DELETE FROM request_log WHERE client_id = ?1 AND id NOT IN (SELECT id FROM request_log WHERE client_id = ?1 ORDER BY at_ms DESC, id LIMIT ?2)", vec![id("merchant"), i(0)], 1),
        Statement("DELETE FROM reference WHERE client_id = ?1 AND service = ?2 AND number = ?3", vec![id("merchant"), i(47), t("P1")], 1),
        Statement("DELETE FROM external_id WHERE client_id = ?1 AND day < ?2", vec![id("merchant"), i(20_001)], 1),
        Statement("DELETE FROM token WHERE hash = ?1", vec![hash("token")], 1),
        Statement("DELETE FROM token WHERE expires_at < ?1", vec![i(0)], 0),
        Statement("UPDATE merchant SET disabled_at = ?2 WHERE merchant_id = ?1 AND disabled_at IS NULL", vec![id("M1"), i(NOW)], 1),
        Statement("SELECT client_id FROM partner ORDER BY created_at, client_id", vec![], if first { 2 } else { 4 }),
    ]);
    all
}
