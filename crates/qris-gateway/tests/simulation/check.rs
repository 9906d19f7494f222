//! The rules, each from the sentence that promises it, and none from the code that keeps it.

use std::collections::BTreeMap;

use qris_gateway::db::local::{Commit, Local};
use qris_gateway::db::{DbError, Tx};
use qris_gateway::model::{State, Transaction, ledger, transaction};

use crate::world::Made;

/// What was seen of closed days: day, entries, sum of amounts, sum of tips.
pub(crate) type Days = BTreeMap<i64, (i64, i64, i64)>;

fn read<T>(local: &mut Local, unit: impl FnOnce(&mut dyn Tx) -> Result<T, DbError>) -> T {
    local.unit(Commit::Heard, unit).unwrap()
}

/// The rules of one transaction.
pub(crate) fn transaction(local: &mut Local, made: &Made) -> Result<(), String> {
    let number = made.number.clone();
    let (found, entries, refunds, events) = read(local, move |tx| {
        let found = transaction::by_reference(tx, &number)?;
        let mut pairs = |sql| tx.rows::<(String, i64)>(sql, &[&number]);
        let entries = pairs("SELECT kind, amount + tip FROM entry WHERE reference_no = $1")?;
        let refunds = pairs("SELECT partner_refund_no, amount FROM refund WHERE reference_no = $1")?;
        let events = pairs("SELECT kind, seq FROM notification WHERE reference_no = $1 ORDER BY seq")?;
        Ok((found, entries, refunds, events))
    });
    let Some(found) = found else {
        return if made.acknowledged.made {
            Err(format!("{} was acknowledged and is lost", made.number))
        } else {
            Ok(())
        };
    };
    money(&found, &entries, &refunds)?;
    told(&found, &refunds, &events)?;
    acknowledged(&found, made, &refunds)
}

/// Nothing is paid twice, no more is given back than was paid, and the ledger says the same as the transaction.
fn money(found: &Transaction, entries: &[(String, i64)], refunds: &[(String, i64)]) -> Result<(), String> {
    let of =
        |kind: &str| entries.iter().filter(|(it, _)| it == kind).map(|(_, sum)| *sum).collect::<Vec<_>>();
    let (payments, given_back) = (of("payment"), of("refund"));
    let paid = found.paid_amount.get() + found.paid_tip.get();
    let is_paid = matches!(found.state, State::Paid | State::Refunded);
    let number = &found.reference_no;
    if payments.len() != usize::from(is_paid) {
        return Err(format!("{number} is {:?} and has {} payment entries", found.state, payments.len()));
    }
    if is_paid && payments != [paid] {
        return Err(format!("{number}: a payment of {paid}, booked as {payments:?}"));
    }
    let sum: i64 = refunds.iter().map(|(_, amount)| *amount).sum();
    if given_back.iter().sum::<i64>() != sum
        || found.refunded.get() != sum
        || given_back.len() != refunds.len()
    {
        return Err(format!(
            "{number}: refunds of {sum}, booked {given_back:?}, stored {}",
            found.refunded.get()
        ));
    }
    if sum > paid || (found.state == State::Refunded) != (sum > 0) {
        return Err(format!("{number}: {sum} of {paid} refunded, and it is {:?}", found.state));
    }
    let mut numbers: Vec<&str> = refunds.iter().map(|(number, _)| number.as_str()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    if numbers.len() != refunds.len() {
        return Err(format!("{number}: a refund number was used twice: {refunds:?}"));
    }
    Ok(())
}

/// One final event for the one step that won, and one for each refund, in the order of their numbers.
fn told(found: &Transaction, refunds: &[(String, i64)], events: &[(String, i64)]) -> Result<(), String> {
    let number = &found.reference_no;
    let final_event = match found.state {
        State::Initiated => None,
        State::Paid | State::Refunded => Some("paid"),
        other => Some(other.as_str()),
    };
    let winners: Vec<&str> =
        events.iter().map(|(kind, _)| kind.as_str()).filter(|kind| *kind != "refunded").collect();
    if winners != final_event.into_iter().collect::<Vec<_>>() {
        return Err(format!("{number} is {:?} and tells {winners:?}", found.state));
    }
    let count = events.iter().filter(|(kind, _)| kind == "refunded").count();
    if count != refunds.len() {
        return Err(format!("{number} tells of {count} of {} refunds", refunds.len()));
    }
    if events.iter().enumerate().any(|(at, (_, seq))| *seq != at as i64 + 1) {
        return Err(format!("{number}: the places of its events are {events:?}"));
    }
    Ok(())
}

/// What a client was told stays true.
fn acknowledged(found: &Transaction, made: &Made, refunds: &[(String, i64)]) -> Result<(), String> {
    let it = &made.acknowledged;
    let number = &found.reference_no;
    let kept = match it.ended {
        None => true,
        Some(State::Paid) => matches!(found.state, State::Paid | State::Refunded),
        Some(state) => found.state == state,
    };
    if !kept {
        return Err(format!("{number} was told as {:?}, and is {:?}", it.ended, found.state));
    }
    if found.paid_at.is_some_and(|at| at >= found.expires_at) {
        return Err(format!("{number} had run out when it was paid"));
    }
    for (refund, amount) in &it.refunds {
        if !refunds.iter().any(|(known, sum)| known == refund && sum == amount) {
            return Err(format!("{number}: refund {refund} of {amount} was acknowledged and is lost"));
        }
    }
    Ok(())
}

/// The ledger has what the transactions have, and a closed day stays as it was when it was closed.
pub(crate) fn days(local: &mut Local, seen: &mut Days) -> Result<(), String> {
    let (closed, ledger_sum, stored_sum, days) = read(local, |tx| {
        let mut one = |sql| tx.one::<i64>(sql, &[]);
        let ledger_sum = one(
            "SELECT COALESCE(SUM(CASE WHEN kind = 'payment' THEN amount + tip ELSE -amount END), 0) FROM entry",
        )?;
        let stored_sum = one("SELECT COALESCE(SUM(paid_amount + paid_tip - refunded), 0) FROM txn")?;
        // Not by the function under test: what is closed is what the table says.
        let closed = one("SELECT COALESCE(MAX(c.day), -1) FROM closed_day c")?;
        let sql = "SELECT day, COUNT(*), SUM(amount), SUM(tip) FROM entry GROUP BY day";
        let days = tx.rows::<(i64, i64, i64, i64)>(sql, &[])?;
        Ok((closed, ledger_sum, stored_sum, days))
    });
    if ledger_sum != stored_sum {
        return Err(format!("the ledger has {ledger_sum}, the transactions {stored_sum}"));
    }
    let now: Days =
        days.into_iter().filter(|it| it.0 <= closed).map(|(day, n, sum, tip)| (day, (n, sum, tip))).collect();
    for (day, sums) in &now {
        let reported = read(local, |tx| ledger::sums(tx, *day, None));
        let total: i64 = reported.iter().map(|it| it.amount.get()).sum();
        if total != sums.1 {
            return Err(format!("the report of day {day} says {total}, the ledger {}", sums.1));
        }
    }
    // A day that was closed with nothing on it is not in the map, and must not come into it.
    let until = seen.get(&i64::MAX).map_or(-1, |(closed, ..)| *closed);
    let before: Days =
        seen.iter().filter(|(day, _)| **day <= until).map(|(day, sums)| (*day, *sums)).collect();
    let same: Days = now.iter().filter(|(day, _)| **day <= until).map(|(day, sums)| (*day, *sums)).collect();
    if before != same {
        return Err(format!("a closed day has changed: {before:?} became {same:?}"));
    }
    *seen = now;
    seen.insert(i64::MAX, (closed, 0, 0));
    Ok(())
}
