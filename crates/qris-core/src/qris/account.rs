//! The accounts of a payload.

use crate::id::Id;
use crate::schema::keys::{self, AnyAccount, MerchantAccount};
use crate::schema::{QRIS_ROOT, QRIS_SCHEME};
use crate::value::{Criteria, Mpan};
use crate::wire::{DataObject, Payload, Template};

/// All accounts of a payload, 02–51, in its order. It need not conform.
pub fn accounts<'p, 'a>(payload: &'p Payload<'a>) -> impl Iterator<Item = Account<'a>> + use<'p, 'a> {
    payload.objects().filter(|object| object.id().is_account()).map(|object| Account::of(payload, object))
}

/// One account of a payload: a card network's (02–25) or a template of some scheme (26–51).
///
/// ```
/// use qris_core::{Payload, accounts};
/// let text = String::from(
///     "00020126620013ID.FINPAY.WWW01189360077732007160010212FM20071600010303UKE520458145303360\
///      5802ID5909Test Sogi6015JAKARTA SELATAN6304D10B",
/// );
/// let payload = Payload::parse(&text)?;
/// let account = accounts(&payload).next().unwrap();
/// assert_eq!((account.id().number(), account.guid()), (26, Some("ID.FINPAY.WWW")));
/// assert_eq!((account.nns(), account.merchant_id()), (Some("93600777"), Some("FM2007160001")));
/// assert_eq!(account.criteria().and_then(|criteria| criteria.meaning()), Some("small business"));
/// # Ok::<(), qris_core::DecodeError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Account<'a> {
    object: DataObject<'a>,
    template: Option<Template<'a, AnyAccount>>,
    is_qris: bool,
}

impl<'a> Account<'a> {
    pub(super) fn of(payload: &Payload<'a>, object: DataObject<'a>) -> Account<'a> {
        let template = payload.template_of(&object).map(Template::typed);
        Account { object, template, is_qris: template.is_some() && QRIS_SCHEME.has(payload, &object) }
    }

    /// Whether it is an account of QRIS, so that the objects inside are those of its table. It is in payloads of
    /// Indonesia, and elsewhere with an Indonesian identifier or a PAN that begins 9360.
    pub const fn is_qris(&self) -> bool {
        self.is_qris
    }

    /// Its ID, 02–51.
    pub const fn id(&self) -> Id {
        self.object.id()
    }

    /// The whole object.
    pub const fn object(&self) -> DataObject<'a> {
        self.object
    }

    /// The objects inside; `None` for a card network's account, and when it does not frame.
    pub const fn template(&self) -> Option<Template<'a, AnyAccount>> {
        self.template
    }

    /// The objects inside, when it is a merchant account of QRIS: 26–39 or 41–45. For 40 and 51 see
    /// [`Payload::transfer_account`] and [`Payload::national_repository`].
    pub fn merchant_account(&self) -> Option<Template<'a, MerchantAccount>> {
        self.of_qris().filter(|_| self.id().is_merchant_account())
    }

    /// The objects inside, where QRIS has a table for them. In 40 and 51 it has other names for the same values.
    fn of_qris(&self) -> Option<Template<'a, MerchantAccount>> {
        let has_table = self.is_qris && QRIS_ROOT.row(self.id()).is_some_and(|row| !row.reserved);
        self.template.filter(|_| has_table).map(|template| template.erase().typed())
    }

    /// Whose account it is (00), usually a reverse domain name. Compare without regard to case.
    pub fn guid(&self) -> Option<&'a str> {
        self.template.as_ref()?.read(keys::GUID)
    }

    /// The merchant PAN (01), when it is one. In 40 it is the customer's. `None` for accounts of other schemes, as all
    /// that follow: there it is something else.
    pub fn mpan(&self) -> Option<Mpan> {
        self.of_qris()?.read(keys::MPAN)
    }

    /// The first eight digits of the PAN: the acquirer's NNS code.
    pub fn nns(&self) -> Option<&'a str> {
        self.mpan()?;
        self.of_qris()?.value_of(keys::MPAN.id())?.get(..8)
    }

    /// The acquirer's own number of the merchant (02). In 51 it is the NMID.
    pub fn merchant_id(&self) -> Option<&'a str> {
        self.of_qris()?.read(keys::MERCHANT_ID)
    }

    /// The merchant criteria (03).
    pub fn criteria(&self) -> Option<Criteria> {
        self.of_qris()?.read(keys::CRITERIA)
    }
}
