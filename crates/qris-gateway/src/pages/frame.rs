//! What stands around every page: language, navigation, the way out of a session.

use super::assets;
use super::lang::Lang;
use super::session::{Realm, Session};
use super::visitor::Visitor;
use super::words::Words;
use crate::app::App;

/// The part of a page that the base template draws.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) lang: Lang,
    pub(super) t: &'static Words,
    /// This page in the other language.
    pub(super) other_lang: String,
    /// What the page leads to; none on a payment page: a payer has one thing to do.
    pub(super) links: Vec<Link>,
    /// Form token of the session that can be closed.
    pub(super) logout: Option<String>,
    /// Whether no real money moves here.
    pub(super) sandbox: bool,
}

/// A link of the navigation.
#[derive(Debug, Clone)]
pub(super) struct Link {
    pub(super) href: &'static str,
    pub(super) text: &'static str,
    pub(super) here: bool,
}

/// Which link of the navigation a page is behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Here {
    Home,
    Inspector,
    Api,
    Requests,
    Transactions,
    Partners,
    Exceptions,
}

impl Here {
    fn link(self, words: &'static Words) -> (&'static str, &'static str) {
        match self {
            Here::Home => ("/", words.home),
            Here::Inspector => ("/inspect", words.inspector),
            Here::Api => ("/docs", words.api),
            Here::Requests => ("/requests", words.requests),
            Here::Transactions => ("/operator/transactions", words.transactions),
            Here::Partners => ("/operator/partners", words.partners),
            Here::Exceptions => ("/operator/exceptions", words.exceptions),
        }
    }
}

impl Frame {
    /// Without links.
    pub(super) fn plain(visitor: &Visitor) -> Frame {
        let words = visitor.lang.words();
        let other_lang = visitor.other_lang();
        Frame { lang: visitor.lang, t: words, other_lang, links: Vec::new(), logout: None, sandbox: false }
    }

    /// With the links everybody has.
    pub(super) fn public(app: &App, visitor: &Visitor, here: Here) -> Frame {
        let mut frame = Frame::plain(visitor).of(app);
        if app.config.has_inspector() {
            frame.lead(here, &[Here::Inspector]);
        }
        frame.lead(here, &[Here::Api]);
        if app.sandbox_key.is_some() {
            frame.lead(here, &[Here::Requests]);
        }
        frame
    }

    /// With the links of a session.
    pub(super) fn of_session(app: &App, visitor: &Visitor, session: &Session, here: Here) -> Frame {
        let mut frame = match session.realm {
            Realm::Sandbox => Frame::public(app, visitor, here),
            Realm::Operator => {
                let mut frame = Frame::plain(visitor).of(app);
                frame.lead(here, &[Here::Transactions, Here::Partners, Here::Exceptions]);
                frame
            }
        };
        frame.logout = Some(session.csrf.clone());
        frame
    }

    /// Says when it belongs to a sandbox.
    pub(super) fn of(mut self, app: &App) -> Frame {
        self.sandbox = app.sandbox_key.is_some();
        self
    }

    fn lead(&mut self, here: Here, to: &[Here]) {
        let links = to.iter().map(|there| {
            let (href, text) = there.link(self.t);
            Link { href, text, here: *there == here }
        });
        let links: Vec<Link> = links.collect();
        self.links.extend(links);
    }

    /// Changes with the assets, so that they can be kept for ever.
    pub(super) fn version(&self) -> &'static str {
        assets::version()
    }
}
