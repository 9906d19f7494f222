//! Payment schemes, and how to recognize their accounts.

use core::fmt;

use super::national::SCHEMES;
use super::qris::QRIS_ROOT;
use super::spec::TemplateSpec;
use super::{Profile, Reading};
use crate::id::{ACCOUNT_TEMPLATES, Id};
use crate::value::Mpan;
use crate::wire::{DataObject, Payload, header};

/// A payment scheme. The objects 01–99 of an account mean what its scheme says, and the identifier in its 00 says whose
/// scheme that is (EMVCo MPM 4.7.11).
#[non_exhaustive]
pub struct Scheme {
    /// `QRIS`.
    pub name: &'static str,
    /// The name in JSON, and of the profile; it never changes: `qris`.
    pub key: &'static str,
    /// The country (58) whose payloads are the scheme's when no account says otherwise.
    pub country: &'static str,
    /// The identifiers (00) of its accounts, as its codes write them; they are compared without regard to case.
    pub guids: &'static [&'static str],
    /// How its identifiers begin, in upper case, where a scheme has one for each member.
    pub guid_prefix: Option<&'static str>,
    /// How PANs (01) of its accounts begin.
    pub pan_prefix: Option<&'static str>,
    /// The table of its payloads.
    pub root: &'static TemplateSpec,
    /// What it asks of a payload beyond its table.
    pub rules: SchemeRules,
}

impl fmt::Debug for Scheme {
    /// By key: its table names the scheme again.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Scheme").field(&self.key).finish()
    }
}

impl PartialEq for Scheme {
    /// By key: each scheme has its own.
    fn eq(&self, other: &Scheme) -> bool {
        self.key == other.key
    }
}

impl Eq for Scheme {}

/// Rules about the whole payload that are a scheme's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SchemeRules {
    /// In its country a payload is in rupiah.
    pub rupiah: bool,
    /// A transaction has a limit of Rp 10 million.
    pub limit: bool,
    /// A dynamic payload has an amount.
    pub amount_when_dynamic: bool,
    /// 40 is the account of a transfer, a cash deposit or a cash withdrawal.
    pub transfers: bool,
}

impl SchemeRules {
    /// None: the table says it all.
    pub const NONE: SchemeRules =
        SchemeRules { rupiah: false, limit: false, amount_when_dynamic: false, transfers: false };
    /// Those of QRIS.
    pub const QRIS: SchemeRules =
        SchemeRules { rupiah: true, limit: true, amount_when_dynamic: true, transfers: true };
}

/// QRIS: accounts with an Indonesian domain name; those with a PAN of the national numbering system, and in payloads of Indonesia all,
/// whose identifier is not that of another scheme.
pub static QRIS_SCHEME: Scheme = Scheme {
    guid_prefix: Some("ID."),
    pan_prefix: Some("9360"),
    rules: SchemeRules::QRIS,
    ..Scheme::new("QRIS", "qris", "ID", &[], &QRIS_ROOT)
};

impl Scheme {
    pub(super) const fn new(
        name: &'static str,
        key: &'static str,
        country: &'static str,
        guids: &'static [&'static str],
        root: &'static TemplateSpec,
    ) -> Scheme {
        let (guid_prefix, pan_prefix, rules) = (None, None, SchemeRules::NONE);
        Scheme { name, key, country, guids, guid_prefix, pan_prefix, root, rules }
    }

    /// All schemes. Where two are of one country, the one that takes in the other comes first.
    pub const fn all() -> &'static [&'static Scheme] {
        SCHEMES
    }

    /// The scheme with this key.
    pub fn named(key: &str) -> Option<&'static Scheme> {
        SCHEMES.iter().copied().find(|scheme| scheme.key == key)
    }

    /// The profile that judges its payloads as they are in circulation; [`Profile::for_making`] is stricter.
    pub const fn profile(&'static self) -> Profile {
        match self.guid_prefix {
            // Of the two profiles of QRIS the one for codes in circulation.
            Some(_) => Profile::WILD,
            None => Profile {
                name: self.key,
                root: self.root,
                reading: Reading::Wild,
                scheme: Some(self),
                rules: self.rules,
            },
        }
    }

    /// Whose payload this is: by the identifiers of its accounts, then by its country (58). Of several schemes that have accounts
    /// in it, it is the one of its country, or else QRIS, or else the one of the first account: QRIS with an account of a foreign
    /// network is QRIS, and a code of Singapore with an account of QRIS is Singapore's. `None` when neither accounts nor country belong to a scheme we know.
    ///
    /// ```
    /// use qris_core::{Payload, schema::Scheme};
    /// let text = String::from("00020101021129370016A000000677010111011300668012345675802TH530376463046197");
    /// let payload = Payload::parse(&text)?;
    /// assert_eq!(Scheme::of(&payload).map(|scheme| (scheme.name, scheme.key)), Some(("PromptPay", "promptpay")));
    /// # Ok::<(), qris_core::DecodeError>(())
    /// ```
    pub fn of(payload: &Payload<'_>) -> Option<&'static Scheme> {
        // So are nearly all payloads of Indonesia.
        if is_national(payload) {
            return Some(&QRIS_SCHEME);
        }
        let at_home = |scheme: &&'static Scheme| scheme.is_at_home(payload);
        let has_account = |scheme: &&'static Scheme| scheme.has_account_in(payload);
        let home = SCHEMES.iter().copied().filter(at_home);
        // Its own country's scheme comes first, then QRIS, then whoever has an account, then the country alone.
        home.clone()
            .find(has_account)
            .or_else(|| Some(&QRIS_SCHEME).filter(has_account))
            .or_else(|| Scheme::all_in(payload).next())
            .or_else(|| home.clone().next())
    }

    /// The schemes that have an account in a payload, each once, in the order of their first accounts.
    ///
    /// ```
    /// use qris_core::{Payload, schema::Scheme};
    /// let text = String::from("0002012612000801020304270400SG6304FFFF").replace("26120008010203042704", "26130009SG.PAYNOW51110007SG.SGQR");
    /// # let text = String::from("00020126130009SG.PAYNOW51110007SG.SGQR6304") + "0000";
    /// let payload = Payload::parse(&text)?;
    /// let keys: Vec<_> = Scheme::all_in(&payload).map(|scheme| scheme.key).collect();
    /// assert_eq!(keys, ["paynow", "sgqr"]);
    /// # Ok::<(), qris_core::DecodeError>(())
    /// ```
    pub fn all_in<'p>(payload: &'p Payload<'_>) -> impl Iterator<Item = &'static Scheme> + use<'p> {
        let mut seen = 0_u64;
        payload.objects().filter_map(move |account| {
            let place = SCHEMES.iter().position(|scheme| scheme.has(payload, &account))?;
            let bit = 1 << (place & 63);
            let is_new = seen & bit == 0;
            seen |= bit;
            SCHEMES.get(place).copied().filter(|_| is_new)
        })
    }

    /// Whether the payload may be taken for one of this scheme: [`Scheme::of`] is this scheme or one with its table, and it has an
    /// account of it; or, but for QRIS, accounts of card networks (02–25) alone, as those belong to no scheme.
    #[inline(always)]
    pub(crate) fn is_whose(&self, payload: &Payload<'_>) -> bool {
        self.guid_prefix.is_some() && is_national(payload) || self.is_whose_by_accounts(payload)
    }

    #[inline(never)]
    fn is_whose_by_accounts(&self, payload: &Payload<'_>) -> bool {
        // Schemes of one country share a table, so none other comes before it.
        if self.is_at_home(payload) && self.has_account_in(payload) {
            return true;
        }
        let has_its_table = |other: &Scheme| core::ptr::eq(other.root, self.root);
        let has_cards_alone =
            || self.guid_prefix.is_none() && !payload.present().intersects(ACCOUNT_TEMPLATES);
        Scheme::of(payload).is_some_and(has_its_table)
            && (has_cards_alone()
                || SCHEMES.iter().any(|other| has_its_table(other) && other.has_account_in(payload)))
    }

    #[inline(never)]
    fn has_account_in(&self, payload: &Payload<'_>) -> bool {
        payload.objects().any(|object| self.has(payload, &object))
    }

    /// Whether an account of a payload is one of this scheme.
    ///
    /// ```
    /// use qris_core::schema::QRIS_SCHEME;
    /// use qris_core::{Id, Payload};
    /// let text = String::from("0002012605010115802SG6304FD65");
    /// let payload = Payload::parse(&text)?;
    /// let account = payload.get(Id::new(26).unwrap()).unwrap();
    /// assert!(!QRIS_SCHEME.has(&payload, &account));
    /// # Ok::<(), qris_core::DecodeError>(())
    /// ```
    pub fn has(&self, payload: &Payload<'_>, account: &DataObject<'_>) -> bool {
        if !ACCOUNT_TEMPLATES.contains(account.id().number()) {
            return false;
        }
        let template = payload.template_of(account);
        let value = |id| template.as_ref().and_then(|template| template.value_of(Id::known(id)));
        let guid = value(0);
        if guid.is_some_and(|guid| self.is_named_by(guid)) {
            return true;
        }
        if guid.is_some_and(|guid| SCHEMES.iter().any(|scheme| scheme.is_named_by(guid))) {
            return false;
        }
        let has_pan =
            |prefix: &str| value(1).is_some_and(|pan| pan.starts_with(prefix) && pan.parse::<Mpan>().is_ok());
        if self.pan_prefix.is_some_and(has_pan) {
            return true;
        }
        // At home whatever is not somebody else's, where the scheme has no identifiers of its own, or QRIS's many.
        self.guids.is_empty() && self.is_at_home(payload)
    }

    /// Whether an identifier (00) is the scheme's.
    pub(crate) fn is_named_by(&self, guid: &str) -> bool {
        // A domain name, and not somebody's account, such as `id.sok@bank` in a KHQR.
        let begins = |prefix: &str| {
            guid.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
                && !guid.contains('@')
        };
        self.guid_prefix.is_some_and(begins) || self.guids.iter().any(|own| own.eq_ignore_ascii_case(guid))
    }

    /// Whether the payload is of the scheme's country.
    pub(crate) fn is_at_home(&self, payload: &Payload<'_>) -> bool {
        // Compared where it stands: reading the object first costs a hundredth of a whole check.
        let [a, b, c, d] = header(Id::COUNTRY, 2);
        matches!(*self.country.as_bytes(), [x, y] if payload.has(Id::COUNTRY, &[a, b, c, d, x, y]))
    }
}

/// Whether the value of an account begins with an identifier (00) of Indonesia, as nearly all do in its payloads.
#[inline(always)]
pub(crate) fn is_indonesian(account: &[u8]) -> bool {
    // `00`, two characters of length, `ID.` in either case: at once, as byte by byte it costs a hundredth of a whole check.
    const SMALL: u64 = u64::from_le_bytes([0, 0, 0, 0, 0x20, 0x20, 0, 0]);
    const ASKED: u64 = u64::from_le_bytes([0xFF, 0xFF, 0, 0, 0xFF, 0xFF, 0xFF, 0]);
    const ID: u64 = u64::from_le_bytes(*b"00\0\0id.\0");
    account.first_chunk().is_some_and(|bytes| (u64::from_le_bytes(*bytes) | SMALL) & ASKED == ID)
}

/// Whether the payload is of Indonesia, and its national repository (51) frames and begins with an identifier of Indonesia, as in
/// nearly all payloads of QRIS; it is found at once.
#[inline(always)]
fn is_national(payload: &Payload<'_>) -> bool {
    // What is asked of the value cannot be the header of a next object.
    let value = payload.written(Id::NATIONAL_REPOSITORY).and_then(|text| text.get(4..));
    value.is_some_and(is_indonesian)
        && !payload.is_unframed(Id::NATIONAL_REPOSITORY)
        && QRIS_SCHEME.is_at_home(payload)
}
