//! TLS to PostgreSQL, with the meanings libpq gives `sslmode`, over rustls.
//!
//! Hand-written because no library for this client reads libpq's parameters: which attempts are made in which order, and what
//! is checked of the server's certificate. The checks themselves are rustls's.

use std::path::Path;
use std::sync::Arc;

use reqwest::Url;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;

/// `sslmode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SslMode {
    /// Never TLS.
    Disable,
    /// TLS when the server refuses to go without; nothing is checked.
    Allow,
    /// TLS when the server has it; nothing is checked.
    Prefer,
    /// TLS; with `sslrootcert` as [`VerifyCa`](SslMode::VerifyCa), otherwise nothing is checked.
    Require,
    /// TLS, and the certificate is signed by a root.
    VerifyCa,
    /// The same, and it is the host's.
    VerifyFull,
}

/// What a URL says about TLS.
#[derive(Debug, Clone)]
pub(super) struct Ssl {
    pub(super) mode: SslMode,
    root: Option<String>,
    certificate: Option<(String, String)>,
}

/// Parameters of libpq that change how TLS is done, and that nothing here follows: leaving one out in silence could make a
/// connection weaker than its owner thinks.
const NOT_FOLLOWED: [&str; 9] = [
    "sslcrl",
    "sslcrldir",
    "sslpassword",
    "sslcompression",
    "sslsni",
    "ssl_min_protocol_version",
    "ssl_max_protocol_version",
    "sslcertmode",
    "requiressl",
];

impl Ssl {
    /// Takes what says how TLS is done out of a URL; the rest is the connection's.
    ///
    /// # Errors
    /// What cannot be followed; without the URL, which may hold a password.
    pub(super) fn split(url: &str) -> Result<(String, Ssl), String> {
        let mut ssl = Ssl { mode: SslMode::Prefer, root: None, certificate: None };
        let (mut certificate, mut key) = (None, None);
        // A password may hold a question mark, as the client reads it.
        let after = url.find('@').unwrap_or(0);
        let Some(at) = url[after..].find('?').map(|at| after + at) else { return Ok((url.to_owned(), ssl)) };
        let (base, query) = (&url[..at], &url[at + 1..]);
        // The query alone, on an address of no meaning: hosts of libpq's URLs are not what a URL's are.
        let read = Url::parse(&format!("x://x?{query}")).map_err(|_| "its parameters cannot be read")?;
        let mut rest = Vec::new();
        for (pair, (name, value)) in query.split('&').zip(read.query_pairs()) {
            match name.as_ref() {
                "sslmode" => ssl.mode = mode(&value)?,
                "sslrootcert" => ssl.root = Some(value.into_owned()),
                "sslcert" => certificate = Some(value.into_owned()),
                "sslkey" => key = Some(value.into_owned()),
                name if NOT_FOLLOWED.contains(&name) => {
                    return Err(format!("{name} is not supported here: take it out of the URL"));
                }
                _ => rest.push(pair),
            }
        }
        ssl.certificate = match (certificate, key) {
            (Some(certificate), Some(key)) => Some((certificate, key)),
            (None, None) => None,
            _ => return Err("sslcert and sslkey belong together: give both or none".to_owned()),
        };
        // As libpq has it: who trusts every root must check the name.
        if ssl.root.as_deref() == Some("system") && ssl.mode != SslMode::VerifyFull {
            return Err("sslrootcert=system wants sslmode=verify-full".to_owned());
        }
        let rest = if rest.is_empty() { base.to_owned() } else { format!("{base}?{}", rest.join("&")) };
        Ok((rest, ssl))
    }

    /// What makes TLS connections.
    ///
    /// # Errors
    /// A file that cannot be read, or is no certificate or key.
    pub(super) fn connector(&self) -> Result<MakeRustlsConnect, String> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let checks = !matches!(self.mode, SslMode::Disable | SslMode::Allow | SslMode::Prefer);
        let roots = if checks { self.roots()? } else { None };
        let name = self.mode == SslMode::VerifyFull;
        let verifier = Verifier { roots, name, provider: Arc::clone(&provider) };
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier));
        let config = match &self.certificate {
            Some((certificate, key)) => {
                let chain = certificates(certificate)?;
                let key =
                    PrivateKeyDer::from_pem_file(key).map_err(|error| format!("sslkey {key}: {error}"))?;
                config.with_client_auth_cert(chain, key).map_err(|error| format!("sslcert: {error}"))?
            }
            None => config.with_no_client_auth(),
        };
        Ok(MakeRustlsConnect::new(config))
    }

    /// The roots a certificate must be signed by; none: any certificate will do.
    fn roots(&self) -> Result<Option<RootCertStore>, String> {
        let mut roots = RootCertStore::empty();
        match self.root.as_deref() {
            Some(path) if path != "system" => {
                for certificate in certificates(path)? {
                    roots.add(certificate).map_err(|error| format!("sslrootcert {path}: {error}"))?;
                }
            }
            None if self.mode == SslMode::Require => return Ok(None),
            _ => {
                let (added, _) =
                    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
                if added == 0 {
                    return Err("this system has no root certificates: name some with sslrootcert".to_owned());
                }
            }
        }
        Ok(Some(roots))
    }
}

fn mode(text: &str) -> Result<SslMode, String> {
    Ok(match text {
        "disable" => SslMode::Disable,
        "allow" => SslMode::Allow,
        "prefer" => SslMode::Prefer,
        "require" => SslMode::Require,
        "verify-ca" => SslMode::VerifyCa,
        "verify-full" => SslMode::VerifyFull,
        other => {
            let modes = "disable, allow, prefer, require, verify-ca and verify-full";
            return Err(format!("sslmode={other} is none of {modes}"));
        }
    })
}

fn certificates(path: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let wrong = |error: rustls::pki_types::pem::Error| format!("the certificates in {path}: {error}");
    let found = CertificateDer::pem_file_iter(Path::new(path)).map_err(wrong)?;
    let found = found.collect::<Result<Vec<_>, _>>().map_err(wrong)?;
    if found.is_empty() { Err(format!("{path} holds no certificate")) } else { Ok(found) }
}

#[derive(Debug)]
struct Verifier {
    roots: Option<RootCertStore>,
    name: bool,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        _: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if let Some(roots) = &self.roots {
            let certificate = ParsedCertificate::try_from(certificate)?;
            let algorithms = self.provider.signature_verification_algorithms.all;
            verify_server_cert_signed_by_trust_anchor(&certificate, roots, chain, now, algorithms)?;
            if self.name {
                verify_server_name(&certificate, name)?;
            }
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_how_tls_is_done_is_taken_out() {
        let split = |url: &str| Ssl::split(url).map(|(rest, ssl)| (rest, ssl.mode, ssl.root));
        assert_eq!(split("postgres://a/b"), Ok(("postgres://a/b".into(), SslMode::Prefer, None)));
        let url = "postgres://a/b?sslmode=verify-full&options=-c%20a%3Db&sslrootcert=my%20ca%2B1.crt";
        let rest = "postgres://a/b?options=-c%20a%3Db".to_owned();
        assert_eq!(split(url), Ok((rest, SslMode::VerifyFull, Some("my ca+1.crt".to_owned()))));
    }

    #[test]
    fn what_cannot_be_followed_is_refused_without_the_password() {
        for (query, says) in [
            ("sslmode=verify_full", "sslmode=verify_full is none of"),
            ("sslcrl=/x", "sslcrl is not supported"),
            ("sslcert=/x", "belong together"),
            ("sslrootcert=system&sslmode=require", "wants sslmode=verify-full"),
        ] {
            let wrong = Ssl::split(&format!("postgres://u:hush@h/d?{query}")).unwrap_err();
            assert!(wrong.contains(says) && !wrong.contains("hush"), "{wrong}");
        }
        let (_, ssl) = Ssl::split("postgres://h/d?sslmode=verify-ca&sslrootcert=/nowhere").unwrap();
        assert!(ssl.connector().err().unwrap().contains("/nowhere"));
    }
}
