//! Merchants: added, listed, disabled.

use qris_core::check::findings;
use qris_core::value::Nmid;
use qris_core::{AccountValues, Builder, Id, Initiation, Profile, Sealed, Severity};
use serde::Serialize;

use super::check::check_id;
use super::partner::when;
use super::{Office, random_digits};
use crate::db::{DbError, Tx};
use crate::error::OperatorError;
use crate::model::{Merchant, Part, Role, acquirer, merchant, partner};

/// A merchant to be added.
#[derive(Debug, Clone, Default)]
pub struct NewMerchant {
    /// Client id of the partner it belongs to.
    pub owner: String,
    /// Whether what is `None` gets a demo value, good for trying and not for money; else it is refused.
    pub demo: bool,
    /// `merchantId` of messages; none: a random one.
    pub merchant_id: Option<String>,
    /// The acquirer's reverse domain name (26-00).
    pub guid: Option<String>,
    /// The merchant PAN (26-01).
    pub mpan: Option<String>,
    /// The acquirer's number of the merchant (26-02).
    pub acquirer_merchant_id: Option<String>,
    /// The national merchant ID (51-02).
    pub nmid: Option<String>,
    /// The merchant criteria (26-03 and 51-03).
    pub criteria: Option<String>,
    /// The merchant category code (52).
    pub mcc: Option<String>,
    /// The merchant name (59).
    pub name: Option<String>,
    /// The merchant city (60).
    pub city: Option<String>,
    /// The postal code (61).
    pub postal_code: Option<String>,
    /// The only `subMerchantId`s it accepts; empty: every one.
    pub sub_merchants: Vec<String>,
    /// The only `terminalId`s it accepts; empty: every one.
    pub terminals: Vec<String>,
}

impl NewMerchant {
    /// The flags of what a payload needs and is not given.
    fn missing(&self) -> Vec<&'static str> {
        let needed = [
            ("--guid", &self.guid),
            ("--mpan", &self.mpan),
            ("--acquirer-merchant-id", &self.acquirer_merchant_id),
            ("--nmid", &self.nmid),
            ("--criteria", &self.criteria),
            ("--mcc", &self.mcc),
            ("--name", &self.name),
            ("--city", &self.city),
            ("--postal-code", &self.postal_code),
        ];
        needed.iter().filter(|(_, value)| value.is_none()).map(|(flag, _)| *flag).collect()
    }
}

/// A merchant as it is shown.
#[derive(Debug, Clone, Serialize)]
pub struct MerchantObject {
    /// `merchantId` of messages.
    pub merchant_id: String,
    /// Client id of the partner it belongs to.
    pub owner: String,
    /// The acquirer's reverse domain name (26-00).
    pub guid: String,
    /// The merchant PAN (26-01).
    pub mpan: String,
    /// The acquirer's number of the merchant (26-02).
    pub acquirer_merchant_id: String,
    /// The national merchant ID (51-02).
    pub nmid: String,
    /// The merchant category code (52).
    pub mcc: String,
    /// The merchant name (59).
    pub name: String,
    /// The merchant city (60).
    pub city: String,
    /// The postal code (61).
    pub postal_code: String,
    /// The merchant criteria (26-03 and 51-03).
    pub criteria: String,
    /// The only `subMerchantId`s it accepts; empty: every one.
    pub sub_merchants: Vec<String>,
    /// The only `terminalId`s it accepts; empty: every one.
    pub terminals: Vec<String>,
    /// Client ids of the upstreams that may settle its transactions.
    pub upstreams: Vec<String>,
    /// Client id of the one that makes its codes; none: the gateway does.
    pub acquirer: Option<String>,
    /// ISO 8601, WIB.
    pub created_at: String,
    /// ISO 8601, WIB; none: it may take payments.
    pub disabled_at: Option<String>,
}

/// A merchant of invented values under an acquirer that does not exist.
pub(super) fn demo_merchant(client_id: &str, now: i64) -> Result<Merchant, OperatorError> {
    // 9360, then an acquirer number nobody has, the method digit of a credit-less account, and a running number.
    let number = random_digits(9)?;
    Ok(Merchant {
        merchant_id: format!("00{}", random_digits(13)?),
        client_id: client_id.to_owned(),
        guid: "ID.CO.EXAMPLE.WWW".to_owned(),
        mpan: format!("936009991{number}"),
        acquirer_merchant_id: format!("DEMO{number}"),
        nmid: demo_nmid(&number)?,
        criteria: "UMI".to_owned(),
        mcc: "5814".to_owned(),
        name: "WARUNG CONTOH".to_owned(),
        city: "JAKARTA PUSAT".to_owned(),
        postal_code: "10110".to_owned(),
        created_at: now,
        disabled_at: None,
    })
}

/// An NMID of this year with a right check digit: `ID`, 2026, eight digits of the number, and the one that fits.
fn demo_nmid(number: &str) -> Result<String, OperatorError> {
    let begin = number.get(..8).unwrap_or("00000000");
    let fits = |nmid: &String| nmid.parse::<Nmid>().is_ok_and(|nmid| nmid.luhn_holds());
    let found = (0..10).map(|digit| format!("ID2026{begin}{digit}")).find(fits);
    found.ok_or_else(|| OperatorError::Usage("no check digit fits the demo merchant's NMID".to_owned()))
}

/// Whether a conforming payload can be made of a merchant.
fn check(new: &Merchant) -> Result<(), OperatorError> {
    let wrong =
        |what: &str, problem: &dyn std::fmt::Display| OperatorError::Usage(format!("{what}: {problem}"));
    check_id("a merchant id", &new.merchant_id, 64)?;
    let criteria = new.criteria.parse().map_err(|error| wrong("criteria", &error))?;
    let mpan = new.mpan.parse().map_err(|error| wrong("MPAN", &error))?;
    let account = AccountValues::new(&new.guid, mpan, &new.acquirer_merchant_id, criteria);
    let mut builder = Builder::rupiah();
    builder
        .account(Id::MERCHANT_ACCOUNT, &account)
        .national(new.nmid.parse().map_err(|error| wrong("NMID", &error))?, criteria)
        .mcc(new.mcc.parse().map_err(|error| wrong("MCC", &error))?)
        .merchant_name(&new.name)
        .merchant_city(&new.city)
        .postal_code(&new.postal_code)
        .initiation(Initiation::Dynamic);
    let mut buffer = [0; 512];
    let text = builder.write_to(&mut buffer).map_err(|error| wrong("merchant", &error))?;
    let sealed = Sealed::parse(text).map_err(|error| wrong("merchant", &error))?;
    match findings(&sealed, &Profile::QRIS).find(|finding| finding.severity() == Severity::Error) {
        Some(finding) => Err(wrong("merchant", &finding)),
        None => Ok(()),
    }
}

impl Office<'_> {
    /// Adds a merchant to a partner.
    ///
    /// # Errors
    /// [`OperatorError::Refused`] for an unknown owner or an id that is taken, [`OperatorError::Usage`] for values that are
    /// missing, or no conforming payload can be made of.
    pub async fn add_merchant(&self, new: NewMerchant) -> Result<MerchantObject, OperatorError> {
        let missing = new.missing();
        if !new.demo && !missing.is_empty() {
            let text = format!(
                "a merchant's code needs {} too; --demo invents what is not given, for trying and not for money",
                missing.join(", ")
            );
            return Err(OperatorError::Usage(text));
        }
        let demo = demo_merchant(&new.owner, self.now)?;
        let merchant = Merchant {
            merchant_id: new.merchant_id.unwrap_or(demo.merchant_id),
            guid: new.guid.unwrap_or(demo.guid),
            mpan: new.mpan.unwrap_or(demo.mpan),
            acquirer_merchant_id: new.acquirer_merchant_id.unwrap_or(demo.acquirer_merchant_id),
            nmid: new.nmid.unwrap_or(demo.nmid),
            criteria: new.criteria.unwrap_or(demo.criteria),
            mcc: new.mcc.unwrap_or(demo.mcc),
            name: new.name.unwrap_or(demo.name),
            city: new.city.unwrap_or(demo.city),
            postal_code: new.postal_code.unwrap_or(demo.postal_code),
            ..demo
        };
        check(&merchant)?;
        for id in &new.sub_merchants {
            check_id("a sub-merchant id", id, 32)?;
        }
        for id in &new.terminals {
            check_id("a terminal id", id, 16)?;
        }
        let (subs, terminals) = (new.sub_merchants, new.terminals);
        let unit = move |tx: &mut dyn Tx| {
            let owner = partner::by_client_id(tx, &merchant.client_id)?;
            let unknown = || OperatorError::Refused(format!("no partner {:?}", merchant.client_id));
            if owner.ok_or_else(unknown)?.role != Role::Merchant {
                let text = format!("partner {:?} is not of role merchant", merchant.client_id);
                return Err(OperatorError::Refused(text));
            }
            if !merchant::add(tx, &merchant)? {
                let text = format!("merchant id {:?} is taken: choose another", merchant.merchant_id);
                return Err(OperatorError::Refused(text));
            }
            for id in &subs {
                merchant::add_part(tx, &merchant.merchant_id, Part::SubMerchant, id)?;
            }
            for id in &terminals {
                merchant::add_part(tx, &merchant.merchant_id, Part::Terminal, id)?;
            }
            Ok(object(tx, merchant)?)
        };
        self.store.write(unit).await
    }

    /// The merchants of a partner, or of all; oldest first.
    ///
    /// # Errors
    /// The storage's.
    pub async fn merchants(&self, owner: Option<String>) -> Result<Vec<MerchantObject>, OperatorError> {
        let unit = move |tx: &mut dyn Tx| {
            let mut found = Vec::new();
            for partner in partner::all(tx)? {
                if owner.as_ref().is_none_or(|owner| *owner == partner.client_id) {
                    for merchant in merchant::of_partner(tx, &partner.client_id)? {
                        found.push(object(tx, merchant)?);
                    }
                }
            }
            Ok(found)
        };
        self.store.read(unit).await
    }

    /// Lets an upstream settle the transactions of a merchant, or lets it no more.
    ///
    /// # Errors
    /// [`OperatorError::Refused`] for a merchant or an upstream there is not, and for one that is not bound.
    pub async fn bind_merchant(
        &self,
        merchant_id: String,
        upstream: String,
        bound: bool,
    ) -> Result<(), OperatorError> {
        let unit = move |tx: &mut dyn Tx| {
            let refused = |text: String| Err(OperatorError::Refused(text));
            if merchant::by_id(tx, &merchant_id)?.is_none() {
                return refused(format!("no merchant {merchant_id:?}"));
            }
            if !bound {
                let route = acquirer::route(tx, &merchant_id)?;
                if route.is_some_and(|route| route.acquirer == upstream) {
                    let text =
                        "it makes the merchant's codes, and must settle them: `merchant unroute` first";
                    return refused(text.to_owned());
                }
                let removed = merchant::remove_part(tx, &merchant_id, Part::Upstream, &upstream)?;
                return if removed { Ok(()) } else { refused(format!("{upstream:?} is not bound to it")) };
            }
            match partner::by_client_id(tx, &upstream)? {
                Some(partner) if partner.role == Role::Upstream => {}
                Some(_) => return refused(format!("partner {upstream:?} is not of role upstream")),
                None => return refused(format!("no partner {upstream:?}")),
            }
            Ok(merchant::add_part(tx, &merchant_id, Part::Upstream, &upstream)?)
        };
        self.store.write(unit).await
    }

    /// Refuses a merchant from now on. Its transactions stay.
    ///
    /// # Errors
    /// [`OperatorError::Refused`] when it is unknown or was disabled before.
    pub async fn disable_merchant(&self, merchant_id: &str) -> Result<(), OperatorError> {
        let (id, now) = (merchant_id.to_owned(), self.now);
        if self.store.write(move |tx| merchant::disable(tx, &id, now)).await? {
            return Ok(());
        }
        Err(OperatorError::Refused(format!("no merchant {merchant_id:?} that is not disabled already")))
    }
}

fn object(tx: &mut dyn Tx, merchant: Merchant) -> Result<MerchantObject, DbError> {
    Ok(MerchantObject {
        sub_merchants: merchant::parts(tx, &merchant.merchant_id, Part::SubMerchant)?,
        terminals: merchant::parts(tx, &merchant.merchant_id, Part::Terminal)?,
        upstreams: merchant::parts(tx, &merchant.merchant_id, Part::Upstream)?,
        acquirer: acquirer::route(tx, &merchant.merchant_id)?.map(|route| route.acquirer),
        merchant_id: merchant.merchant_id,
        owner: merchant.client_id,
        guid: merchant.guid,
        mpan: merchant.mpan,
        acquirer_merchant_id: merchant.acquirer_merchant_id,
        nmid: merchant.nmid,
        mcc: merchant.mcc,
        name: merchant.name,
        city: merchant.city,
        postal_code: merchant.postal_code,
        criteria: merchant.criteria,
        created_at: when(merchant.created_at),
        disabled_at: merchant.disabled_at.map(when),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_merchant_makes_conforming_payloads() {
        for _ in 0..50 {
            check(&demo_merchant("c", 0).unwrap()).unwrap();
        }
    }

    #[test]
    fn values_that_make_no_payload_are_refused() {
        let demo = || demo_merchant("c", 0).unwrap();
        let refused = |merchant: Merchant| check(&merchant).unwrap_err().to_string();
        assert!(refused(Merchant { mpan: "12".into(), ..demo() }).starts_with("MPAN"));
        assert!(refused(Merchant { nmid: "ID1".into(), ..demo() }).starts_with("NMID"));
        assert!(refused(Merchant { mcc: "58".into(), ..demo() }).starts_with("MCC"));
        assert!(refused(Merchant { name: "x".repeat(26), ..demo() }).starts_with("merchant"));
        assert!(refused(Merchant { city: "x".repeat(16), ..demo() }).starts_with("merchant"));
        assert!(refused(Merchant { name: String::new(), ..demo() }).starts_with("merchant"));
        assert!(refused(Merchant { acquirer_merchant_id: "x".repeat(16), ..demo() }).starts_with("merchant"));
    }
}
