//! Every header that a document marks mandatory: without it, its row of the table; an unknown one does no harm.

use qris_snap::Service;
use qris_snap::dialect::Dialect;
use qris_snap::headers::HeaderName;
use qris_snap::policy::{CustomerTokenRule, TokenRule};

use crate::{DOCUMENTS, role, sample, sandbox};

/// The mandatory headers of a service, and the code for each when it is missing.
pub(crate) fn mandatory(dialect: &Dialect, service: Service) -> Vec<(HeaderName, String)> {
    let policy = &dialect.policy;
    let mut found = Vec::new();
    if !service.is_token() && policy.token != TokenRule::None {
        found.push((HeaderName::Authorization, format!("401{}03", service.code())));
    }
    if !service.is_token() && policy.customer_token == CustomerTokenRule::Required {
        found.push((HeaderName::AuthorizationCustomer, format!("401{}04", service.code())));
    }
    let others = policy.mandatory_headers(service);
    found.extend(others.iter().map(|name| (name, format!("400{}02", service.code()))));
    found
}

#[tokio::test]
async fn each_mandatory_header_is_demanded() {
    let gateway = sandbox().await;
    for (document, dialect) in &DOCUMENTS {
        for service in dialect.services {
            let client = gateway.client(dialect.name, role(*service)).await;
            let call = client.call(*service, &sample(dialect, *service));
            for (name, code) in mandatory(dialect, *service) {
                // Without what names the partner nobody is known, and the dialect of the path is spoken.
                let told = call.clone().without(name.as_str()).send(&gateway).await.expect(&code);
                let message = told["responseMessage"].as_str().unwrap();
                let named = code.ends_with("02") && code.starts_with("400");
                assert_eq!(message.contains(name.as_str()), named, "{document} {service} {message}");
                call.clone().header(name.as_str(), "").send(&gateway).await.expect(&code);
            }
            let told = call.header("X-UNKNOWN", "1").send(&gateway).await;
            assert!(!told.code.starts_with("400"), "{document} {service}: {}", told.text());
        }
    }
}
