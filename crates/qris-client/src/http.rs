//! One bounded POST: no redirects, no proxies, time limits, a limit on the answer, nothing sent twice.

use std::error::Error as _;
use std::time::Duration;

use qris_snap::Service;
use qris_snap::client::{Caller, HttpRequest};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Url, redirect, retry};

use crate::error::SetupError;
use crate::options::Options;

/// How long a connection is kept for the next request. Servers close theirs too, and a request that meets that is lost.
const IDLE: Duration = Duration::from_secs(15);

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// Why nothing came back.
pub(crate) enum NoAnswer {
    /// The request did not leave.
    NotSent(String),
    /// It may have arrived.
    Lost(String),
}

/// The way to one acquirer.
#[derive(Debug)]
pub(crate) struct Way {
    client: Client,
    base: Url,
    max_answer: usize,
}

impl Way {
    pub(crate) fn new(options: &Options, caller: &Caller) -> Result<Way, SetupError> {
        let base = base(options)?;
        for service in Service::all() {
            let path = caller.path(service);
            if at(&base, &path).path() != path {
                return Err(SetupError::Url(format!("the path {path} would not be sent as it is signed")));
            }
        }
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .no_proxy()
            .referer(false)
            .connect_timeout(options.connect_timeout)
            .pool_idle_timeout(IDLE)
            .user_agent(concat!("qris-client/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| SetupError::Http(cause(&error)))?;
        Ok(Way { client, base, max_answer: options.max_answer })
    }

    /// Sends a request and reads its answer, all of it within `limit`.
    pub(crate) async fn send(&self, request: HttpRequest, limit: Duration) -> Result<Answer, NoAnswer> {
        let url = at(&self.base, &request.path);
        let headers = to_wire(&request).map_err(NoAnswer::NotSent)?;
        let sent = self.client.post(url).headers(headers).body(request.body).timeout(limit).send().await;
        let mut response = sent.map_err(|error| no_answer(&error))?;
        let status = response.status().as_u16();
        let too_large = || NoAnswer::Lost(format!("HTTP {status} with more than {} bytes", self.max_answer));
        if response.content_length().is_some_and(|length| length > self.max_answer as u64) {
            return Err(too_large());
        }
        let mut body = Vec::new();
        loop {
            let chunk = response.chunk().await;
            let chunk = chunk.map_err(|error| NoAnswer::Lost(format!("HTTP {status}, {}", cause(&error))))?;
            let Some(chunk) = chunk else { return Ok(Answer { status, body }) };
            if body.len().saturating_add(chunk.len()) > self.max_answer {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
    }
}

fn base(options: &Options) -> Result<Url, SetupError> {
    let wrong = |why: &str| Err(SetupError::Url(why.to_owned()));
    let Ok(url) = Url::parse(&options.base_url) else { return wrong("it is no absolute URL") };
    let Some(host) = url.host_str().filter(|host| !host.is_empty()) else { return wrong("it has no host") };
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    let here = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
    match url.scheme() {
        "https" => {}
        "http" if here || options.plain_http => {}
        "http" => return wrong("http is spoken with this machine only, https is wanted"),
        _ => return wrong("https is wanted"),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return wrong("it must not hold a user or password");
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return wrong("scheme, host and port are wanted; a path is the caller's mount, because it is signed");
    }
    Ok(url)
}

fn at(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(path);
    url
}

fn to_wire(request: &HttpRequest) -> Result<HeaderMap, String> {
    let mut wire = HeaderMap::new();
    for (name, value) in request.headers.pairs() {
        let not = |_| format!("{name} cannot be sent: its value is not visible ASCII");
        let mut value = HeaderValue::from_str(value).map_err(not)?;
        value.set_sensitive(name.starts_with("Authorization") || name == "X-SIGNATURE");
        wire.insert(HeaderName::from_bytes(name.as_bytes()).map_err(|error| error.to_string())?, value);
    }
    Ok(wire)
}

fn no_answer(error: &reqwest::Error) -> NoAnswer {
    if error.is_connect() || error.is_builder() {
        NoAnswer::NotSent(cause(error))
    } else {
        NoAnswer::Lost(if error.is_timeout() { "no answer in time".to_owned() } else { cause(error) })
    }
}

/// The innermost cause says most: the library's own sentence only repeats the URL.
fn cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    if std::ptr::addr_eq(cause, error) && error.source().is_none() {
        "the request failed".to_owned()
    } else {
        cause.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_https_and_nothing_but_an_origin() {
        let judged = |url: &str, plain_http| base(&Options { plain_http, ..Options::new(url) });
        for url in [
            "https://api.acquirer.example",
            "https://api.acquirer.example:8443/",
            "http://127.0.0.1:8080",
            "http://[::1]:8080",
            "http://localhost:8080",
        ] {
            assert!(judged(url, false).is_ok(), "{url}");
        }
        assert!(judged("http://acquirer.internal", true).is_ok());
        for url in [
            "http://api.acquirer.example",
            "http://127.0.0.1.example",
            "ftp://127.0.0.1",
            "api.acquirer.example",
            "",
            "https://user@api.acquirer.example",
            "https://:pw@api.acquirer.example",
            "https://api.acquirer.example/v1",
            "https://api.acquirer.example/?a",
            "https://api.acquirer.example/#a",
        ] {
            assert!(judged(url, false).is_err(), "{url}");
        }
    }
}
