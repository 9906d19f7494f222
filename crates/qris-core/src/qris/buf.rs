//! A conforming payload that owns its text.

use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;
use core::hash::{Hash, Hasher};

use super::{Facts, Qris, Rejection};
use crate::check::Finding;
use crate::id::Id;
use crate::schema::Profile;
use crate::wire::{DataObject, Place, SealedBuf, Span};

/// A conforming payload that owns its text: `Send + Sync + 'static`, to hold one across threads or `await`.
///
/// ```
/// use qris_core::{QrisBuf, Rejection};
///
/// async fn pay(body: String) -> Result<String, Rejection> {
///     let qris = QrisBuf::decode(body)?;
///     tokio::task::yield_now().await;
///     Ok(qris.as_qris().merchant_name().to_owned())
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let body = String::from("000201520400005303360540410005802ID5901A6001B26080004ID.A63041858");
/// let paid = tokio::spawn(pay(body)).await.unwrap();
/// assert_eq!(paid.as_deref(), Ok("A"));
/// # }
/// ```
#[derive(Clone)]
pub struct QrisBuf {
    sealed: SealedBuf,
    account: Place,
    name: Span,
    city: Span,
    facts: Facts,
}

impl QrisBuf {
    /// Takes the text over when it conforms to [`Profile::WILD`], QRIS as acquirers really print it.
    ///
    /// # Errors
    /// As [`Qris::decode`].
    pub fn decode(text: impl Into<Box<str>>) -> Result<QrisBuf, Rejection> {
        QrisBuf::decode_with(text, &Profile::WILD)
    }

    /// The same, judged by another profile.
    ///
    /// # Errors
    /// As [`Qris::decode_with`].
    pub fn decode_with(text: impl Into<Box<str>>, profile: &Profile) -> Result<QrisBuf, Rejection> {
        Ok(QrisBuf::from_sealed(SealedBuf::parse(text)?, profile)?)
    }

    /// Checks a payload whose CRC is known to be right.
    ///
    /// # Errors
    /// The first finding of severity error.
    pub fn from_sealed(sealed: SealedBuf, profile: &Profile) -> Result<QrisBuf, Finding> {
        let borrowed = sealed.as_sealed();
        let (account, name, city, facts) = parts(&Qris::judged(borrowed, profile)?);
        Ok(QrisBuf { sealed, account, name, city, facts })
    }

    /// The borrowed payload with all its getters; nothing is read or judged again.
    pub fn as_qris(&self) -> Qris<'_> {
        let (sealed, text) = (self.sealed.as_sealed(), self.sealed.as_str());
        let part = |span: Span| text.get(span.range()).unwrap_or_default();
        let account = DataObject::at(self.account, text, sealed.unit());
        Qris { account, name: part(self.name), city: part(self.city), facts: self.facts, sealed }
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        self.sealed.as_str()
    }

    /// The text, without a copy.
    pub fn into_string(self) -> String {
        self.sealed.into_string()
    }
}

/// What to keep of a judged payload, as places in its text.
fn parts(qris: &Qris<'_>) -> (Place, Span, Span, Facts) {
    let span = |id| qris.sealed.get(id).map_or(Span::default(), |object| object.value_span());
    let [name, city] = [Id::MERCHANT_NAME, Id::MERCHANT_CITY].map(span);
    (qris.account.place(), name, city, qris.facts)
}

impl From<&Qris<'_>> for QrisBuf {
    fn from(qris: &Qris<'_>) -> QrisBuf {
        let (account, name, city, facts) = parts(qris);
        QrisBuf { sealed: qris.sealed.to_buf(), account, name, city, facts }
    }
}

impl core::str::FromStr for QrisBuf {
    type Err = Rejection;

    fn from_str(text: &str) -> Result<QrisBuf, Rejection> {
        QrisBuf::decode(text)
    }
}

impl AsRef<str> for QrisBuf {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Debug for QrisBuf {
    /// The shape of the payload and the profile, and nothing of the text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("QrisBuf").field(&self.as_qris()).finish()
    }
}

impl PartialEq for QrisBuf {
    fn eq(&self, other: &Self) -> bool {
        self.as_qris() == other.as_qris()
    }
}

impl Eq for QrisBuf {}

impl Hash for QrisBuf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_qris().hash(state);
    }
}
