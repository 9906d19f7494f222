//! The standard's table of response codes: every row of every service, in the sandbox, and what leads there without.

use qris_snap::Service;
use qris_snap::codes::{CASES, Case, ResponseCode, Situation};
use serde_json::json;

use qris_gateway::model::{Role, State};

use crate::{generated, role, sample, sandbox};

/// In whose words the gateway says it without being asked to: those of the situations that lead to the row.
pub(crate) fn situations(row: &Case) -> Vec<&'static str> {
    let leads = |it: &Situation| (it.case().http, it.case().case) == (row.http, row.case);
    Situation::all().filter(leads).map(Situation::description).collect()
}

#[tokio::test]
async fn each_row_is_answered_where_it_is_asked_for() {
    let gateway = sandbox().await;
    let mut clients = Vec::new();
    for service in Service::all().filter(|service| *service != Service::TokenB2b2c) {
        let client = gateway.client("standard", role(service)).await;
        clients.push((service, client));
    }
    for (service, client) in &clients {
        let standard = qris_snap::dialect::STANDARD;
        for row in CASES.iter().filter(|row| row.http != 200 && row.http != 202) {
            let code = ResponseCode::new(row.http, Some(*service), row.case).to_string();
            let mut body = sample(&standard, *service);
            body["additionalInfo"] = json!({"simulate": code});
            let told = client.call(*service, &body).send(&gateway).await.expect(&code);
            let words = row.message.replace("{field}", "simulated").replace("{reason}", "[simulated]");
            assert_eq!(told["responseMessage"], words.as_str());
        }
        for wrong in ["2009900", "4049999", "4040000", "0000000"] {
            let mut body = sample(&standard, *service);
            body["additionalInfo"] = json!({"simulate": wrong});
            let code = format!("400{}01", service.code());
            client.call(*service, &body).send(&gateway).await.expect(&code);
        }
    }
}

/// 202: all is done, and the caller has to ask what became of it.
#[tokio::test]
async fn in_progress_is_done_and_told_by_a_query() {
    let gateway = sandbox().await;
    let merchant = gateway.client("standard", Role::Merchant).await;
    let mut body = merchant.generate_body("10000.00");
    body["additionalInfo"] = json!({"simulate": "2024700"});
    let told = merchant.call(Service::Generate, &body).send(&gateway).await.expect("2024700");
    assert_eq!(told, json!({"responseCode": "2024700", "responseMessage": "Request In Progress"}));
    let query = json!({"originalPartnerReferenceNo": body["partnerReferenceNo"], "serviceCode": "47"});
    let told = merchant.call(Service::Query, &query).send(&gateway).await.expect("2005100");
    assert_eq!(told["latestTransactionStatus"], "01");
    let number = told["originalReferenceNo"].as_str().unwrap();
    let mut cancel = merchant.about(Service::Cancel, number);
    cancel["additionalInfo"] = json!({"simulate": "2027700"});
    merchant.call(Service::Cancel, &cancel).send(&gateway).await.expect("2027700");
    assert_eq!(merchant.status(&gateway, number).await, "05");
    // What is refused is refused.
    merchant.call(Service::Cancel, &cancel).send(&gateway).await.expect("4047704");
}

#[tokio::test]
async fn outside_of_the_sandbox_nothing_is_simulated() {
    let gateway = crate::common::Gateway::start().await;
    let merchant = gateway.client("standard", Role::Merchant).await;
    for code in ["4034704", "2024700"] {
        let mut body = merchant.generate_body("10000.00");
        body["additionalInfo"] = json!({"simulate": code});
        merchant.call(Service::Generate, &body).send(&gateway).await.expect("2004700");
    }
    let number = generated(&gateway, &merchant, "10.00").await;
    assert_eq!(gateway.transaction(&number).await.state, State::Initiated);
}
