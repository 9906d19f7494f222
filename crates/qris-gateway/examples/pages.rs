//! The pages alone, over a database with something in it: for looking at them and for the browser's tests.
//!
//! `pages FOLDER` prints one JSON line with the addresses; `POST /test/new/{reference_no}` makes a
//! transaction, `POST /test/pay/{reference_no}` pays it.

#[path = "../tests/common/seed.rs"]
mod seed;

use std::net::SocketAddr;

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::post;
use qris_gateway::app::Shared;
use qris_gateway::model::{Minor, Tip};
use qris_gateway::{pages, password};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: pages FOLDER")?;
    std::fs::create_dir_all(&folder)?;
    let hash = password::hash(seed::PASSWORD)?;
    let app = seed::app(folder.as_ref(), |config| {
        config.sandbox = true;
        config.operator_password_hash = Some(hash);
    })
    .await;
    let now = app.clock.now();
    let waiting =
        seed::add(&app, seed::a_transaction("2026080700000001", "Warung Melati", Some(4_750_000), now)).await;
    let mut open = seed::a_transaction("2026080700000002", "Kedai Kopi Ibu Sri", None, now);
    (open.tip, open.expires_at) = (Tip::Prompt, now + 200_000);
    let open = seed::add(&app, open).await;
    let paid =
        seed::add(&app, seed::a_transaction("2026080700000003", "Warung Melati", Some(12_500_000), now))
            .await;
    seed::pay(&app, &paid.reference_no, 12_500_000).await;
    seed::a_dead_notification(&app, &paid.reference_no).await;
    let refunded =
        seed::add(&app, seed::a_transaction("2026080700000004", "Warung Melati", Some(8_000_000), now)).await;
    seed::pay(&app, &refunded.reference_no, 8_000_000).await;
    seed::give_back(&app, &refunded.reference_no, 3_000_000, "Satu menu habis").await;
    let mut expired = seed::a_transaction("2026080700000005", "Warung Melati", Some(2_500_000), now - 400);
    expired.tip = Tip::Fixed(Minor::new(100_000));
    let expired = seed::add(&app, expired).await;
    seed::an_exception(&app, &expired.reference_no).await;
    let hostile = seed::a_transaction("2026080700000006", "<script>alert(1)</script>", Some(100), now);
    let hostile = seed::add(&app, hostile).await;
    for n in 10..70 {
        seed::add(
            &app,
            seed::a_transaction(
                &format!("20260806000000{n}"),
                "Warung Melati",
                Some(n * 100_000),
                now - 90_000,
            ),
        )
        .await;
    }
    seed::a_request(&app, 200, "2004700", "{}").await;
    let debug = r#"{"stringToSign":"POST:/v1.0/qr/qr-mpm-generate:<token>:7a3f…c1:2026-08-07T14:05:09+07:00","hashMinified":"7a3f05c1","hashAsSent":"19b2e8f4","diagnosis":"the body was hashed as sent, not minified: minify it first","causes":["body-not-minified"]}"#;
    seed::a_request(&app, 401, "4014700", debug).await;
    let debug = r#"{"reason":"no merchant TOKO-9 of this partner","at":"merchantId","advice":"Send the merchantId of a merchant that is registered and active."}"#;
    seed::a_request(&app, 404, "4044708", debug).await;
    // A static code, and one with a great deal to say about it.
    let text = std::fs::read_to_string;
    let testdata = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/mpm");
    let fixed = text(format!("{testdata}/valid/qris-plain-static.qr"))?;
    let findings = text(format!("{testdata}/valid/qris-static-51-printed-version.qr"))?;

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let admin = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let admin_url = format!("http://{}", admin.local_addr()?);
    let page = |id: &str| format!("{url}/pay/{id}");
    let line = serde_json::json!({
        "url": url, "admin_url": admin_url, "password": seed::PASSWORD, "sandbox_key": seed::SANDBOX_KEY, "client_id": seed::CLIENT,
        "reference_no": waiting.reference_no, "payload": waiting.qr_content, "static": fixed.trim(), "findings": findings.trim(),
        "pages": {"waiting": page(&waiting.page_id), "open": page(&open.page_id), "paid": page(&paid.page_id),
                  "refunded": page(&refunded.page_id), "expired": page(&expired.page_id),
                  "hostile": page(&hostile.page_id)},
    });
    println!("{line}");
    let router = Router::new()
        .merge(pages::router())
        .route("/test/pay/{reference_no}", post(pay))
        .route("/test/new/{reference_no}", post(new))
        .with_state(app.clone());
    let operator = pages::operator_router().with_state(app);
    let public = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>());
    let operator = axum::serve(admin, operator.into_make_service_with_connect_info::<SocketAddr>());
    tokio::try_join!(public.into_future(), operator.into_future())?;
    Ok(())
}

/// Makes a transaction; its payment page.
async fn new(State(app): State<Shared>, Path(reference_no): Path<String>) -> String {
    let new = seed::a_transaction(&reference_no, "Warung Melati", Some(4_750_000), app.clock.now());
    format!("/pay/{}", seed::add(&app, new).await.page_id)
}

async fn pay(State(app): State<Shared>, Path(reference_no): Path<String>) {
    seed::pay(&app, &reference_no, 4_750_000).await;
}
