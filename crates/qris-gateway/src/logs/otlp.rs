//! Spans on their way to a collector: OTLP over HTTP, in batches, from a thread of the library. A collector that is slow or
//! gone costs no request anything: [`QUEUE`] spans wait for it, more are dropped and counted in the log.

use std::time::Duration;

use opentelemetry::trace::TracerProvider;
use opentelemetry::{StringValue, Value};
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, SdkTracerProvider, SpanData, SpanExporter as Exporter,
};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::registry::LookupSpan;

use crate::traces::TARGET;

/// Most spans that wait for the collector.
const QUEUE: usize = 4096;
/// How long the collector may take for a batch.
const PATIENCE: Duration = Duration::from_secs(3);

/// The pipeline to a collector at this URL.
///
/// # Errors
/// When the TLS library cannot be set up or the URL is none.
pub(super) fn provider(url: &str) -> Result<SdkTracerProvider, String> {
    // The exporter's own client would follow redirects and proxies of the environment.
    let client = reqwest::blocking::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(PATIENCE)
        .build()
        .map_err(|error| error.to_string())?;
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(client)
        .with_endpoint(format!("{url}/v1/traces"))
        .with_timeout(PATIENCE)
        .build()
        .map_err(|error| error.to_string())?;
    let batches = BatchConfigBuilder::default().with_max_queue_size(QUEUE).build();
    let processor = BatchSpanProcessor::builder(Masked(exporter)).with_batch_config(batches).build();
    let resource = Resource::builder().with_service_name("qris-gateway").build();
    Ok(SdkTracerProvider::builder().with_resource(resource).with_span_processor(processor).build())
}

/// Hands the spans of [`crate::traces`], and no others, to a pipeline. Events stay in the log.
pub(super) fn layer<S>(provider: &SdkTracerProvider) -> impl Layer<S>
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a>,
{
    let ours = filter_fn(|it| it.is_span() && it.target() == TARGET).with_max_level_hint(LevelFilter::INFO);
    tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("qris-gateway"))
        .with_location(false)
        .with_threads(false)
        .with_tracked_inactivity(false)
        .with_level(false)
        .with_target(false)
        .with_filter(ours)
}

/// As with the log: for the day somebody puts a secret into a span.
#[derive(Debug)]
struct Masked<E>(E);

impl<E: Exporter> Exporter for Masked<E> {
    async fn export(&self, mut batch: Vec<SpanData>) -> OTelSdkResult {
        for attribute in batch.iter_mut().flat_map(|span| &mut span.attributes) {
            if let Value::String(text) = &mut attribute.value {
                *text = StringValue::from(super::mask(text.as_str()));
            }
        }
        self.0.export(batch).await
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.0.set_resource(resource);
    }
}
