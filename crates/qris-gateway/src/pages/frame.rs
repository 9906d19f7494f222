//! What stands around every page: language, navigation, the way out of a session.

use super::assets;
use super::lang::Lang;
use super::visitor::Visitor;
use super::words::Words;

/// The part of a page that the base template draws.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) lang: Lang,
    pub(super) t: &'static Words,
    /// This page in the other language.
    pub(super) other_lang: String,
    pub(super) nav: Nav,
}

/// The links a page leads with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Nav {
    /// None: a payer has one thing to do.
    Plain,
}

impl Frame {
    /// Without links.
    pub(super) fn plain(visitor: &Visitor) -> Frame {
        Frame {
            lang: visitor.lang,
            t: visitor.lang.words(),
            other_lang: visitor.other_lang(),
            nav: Nav::Plain,
        }
    }

    /// Changes with the assets, so that they can be kept for ever.
    pub(super) fn version(&self) -> &'static str {
        assets::version()
    }
}
