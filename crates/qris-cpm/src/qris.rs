//! The top rung: a code of QRIS that conforms.

use core::fmt;
use core::ops::Deref;

use crate::application::Application;
use crate::check;
use crate::digits::Pan;
use crate::error::DecodeError;
use crate::finding::Finding;
use crate::payload::CpmPayload;
use crate::schema::Profile;
use crate::tlv::Spot;

/// A code of QRIS without a finding of severity error: what a merchant's reader may send on. It dereferences to the
/// [`CpmPayload`]. `Debug` is masked.
///
/// ```
/// use qris_cpm::QrisCpm;
/// let text = "hQVDUFYwMWFLTwegAAAGAiAgUAdRUklTQ1BNWgqTYAkUAAAAAAGfXyAGQ09OVE9IXy0EaWRlbmMbn3QYMjgxMDAwMDAwMDAwMDAwMDAwMDAwMDAx";
/// let code = QrisCpm::decode(text)?;
/// assert_eq!(code.pan().nns(), Some("93600914"));
/// assert_eq!(code.issuer_data(), b"281000000000000000000001");
/// assert_eq!((code.application().holder_name(), code.application().language()), (Some("CONTOH"), Some("iden")));
/// // Logs do not pay.
/// let log = format!("{code:?}");
/// assert!(log.contains("QRISCPM") && !log.contains("CONTOH") && !log.contains("28100") && !log.contains("000000001"));
/// # Ok::<(), qris_cpm::Rejection>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct QrisCpm {
    code: CpmPayload,
    application: Spot,
    issuer_data: Spot,
    pan: Pan,
}

/// Why a text is no code of QRIS. It holds nothing of the text.
// No `source` in the chain: each variant says the whole sentence itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// It is no consumer-presented code.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// It breaks a rule of QRIS: the first finding of severity error. [`check::visit`] tells all.
    #[error(transparent)]
    NotConformant(#[from] Finding),
}

impl QrisCpm {
    /// Reads a text as [`CpmPayload::parse`] does, and checks every rule of [`Profile::Qris`].
    ///
    /// # Errors
    /// [`Rejection::Decode`] when the text is no code, [`Rejection::NotConformant`] when a rule is broken.
    pub fn decode(text: &str) -> Result<QrisCpm, Rejection> {
        Ok(QrisCpm::from_payload(CpmPayload::parse(text)?)?)
    }

    /// Checks every rule of [`Profile::Qris`].
    ///
    /// # Errors
    /// The first finding of severity error.
    pub fn from_payload(code: CpmPayload) -> Result<QrisCpm, Finding> {
        if let Some(error) = check::first_error(&code, Profile::Qris) {
            return Err(error);
        }
        let parts = code.applications().next().and_then(|application| {
            let data = application.transparent(crate::Tag::ISSUER_QRIS_DATA)?;
            Some((application.template().spot(), data.spot(), application.pan()?))
        });
        match parts {
            Some((application, issuer_data, pan)) => Ok(QrisCpm { code, application, issuer_data, pan }),
            // All three are mandatory, so the check has refused what lacks one.
            None => Err(check::incomplete(&code)),
        }
    }

    /// The application, with what is common (62).
    pub fn application(&self) -> Application<'_> {
        Application::new(&self.code, self.application.object(self.code.as_bytes()))
    }

    /// The payer's PAN, of 5A or 57.
    pub const fn pan(&self) -> &Pan {
        &self.pan
    }

    /// The issuer's QRIS data (61/63/9F74): 8 to 64 bytes, a secret.
    pub fn issuer_data(&self) -> &[u8] {
        self.issuer_data.object(self.code.as_bytes()).value()
    }

    /// The code without what is known of it.
    pub fn into_payload(self) -> CpmPayload {
        self.code
    }
}

impl Deref for QrisCpm {
    type Target = CpmPayload;

    fn deref(&self) -> &CpmPayload {
        &self.code
    }
}

impl fmt::Debug for QrisCpm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("QrisCpm").field(&self.code).finish()
    }
}
