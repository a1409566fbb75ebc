//! Help without a script: what each page is for, and the keys, as far as the person has them.

use askama::Template;

use crate::doors::Viewer;
use crate::error::{PageResult, html};
use crate::pages::{Frame, Section};
use crate::texts::{find, t};

/// The page.
#[derive(Debug, Template)]
#[template(path = "help.html")]
pub struct HelpView {
    frame: Frame,
    staff: bool,
    /// Address, name, and what the page answers.
    pages: Vec<(String, String, String)>,
}

impl HelpView {
    pub fn of(viewer: &Viewer) -> Self {
        let frame = Frame::of(viewer, t("help-title"), Section::None);
        let entry = |(address, name): (String, &str)| {
            let what = find(&format!("help-{name}")).unwrap_or_default();
            (address, t(name).plain(), what)
        };
        Self {
            staff: viewer.is_staff(),
            pages: frame.entries().map(|(url, name, _)| entry((url, name))).collect(),
            frame,
        }
    }
}

pub async fn page(viewer: Viewer) -> PageResult {
    html(&HelpView::of(&viewer))
}
