//! `qris gateway notification`.

use qris_gateway::admin::NotificationObject;

use super::args::{ListNotifications, RetryNotifications};
use super::{at_work, print_json, print_table};
use crate::output::{Outcome, Verdict, say};

pub(super) fn list(args: ListNotifications) -> Outcome {
    let common = args.common;
    let found = at_work(common.place(false), async |opened| {
        opened.office().notifications(args.state.as_deref(), args.limit).await
    })?;
    if common.json {
        return print_json(&found);
    }
    let rows: Vec<_> = found
        .iter()
        .map(|it| {
            let NotificationObject { id, client_id, reference_no, kind, state, .. } = it;
            let [id, client, reference] = [id, client_id, reference_no].map(Clone::clone);
            let answer = it.answer_status.map_or("-".to_owned(), |status| status.to_string());
            [id, client, reference, kind.to_string(), state.to_string(), it.attempts.to_string(), answer]
        })
        .collect();
    print_table(&["ID", "CLIENT ID", "REFERENCE", "KIND", "STATE", "TRIES", "ANSWER"], &rows)
}

pub(super) fn retry(args: RetryNotifications) -> Outcome {
    let common = args.common;
    let count =
        at_work(common.place(false), async |opened| opened.office().retry_notifications(args.ids).await)?;
    if common.json {
        return print_json(&serde_json::json!({ "retried": count }));
    }
    say("retried", &count.to_string());
    Ok(Verdict::Good)
}
