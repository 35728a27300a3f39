//! CYC304: a `__del__` that stores its own object where it outlives the call.

use super::finding::Verdict;
use super::hazard_report::Words;
use crate::cycles::hazards::Hazard;
use crate::program::model::Program;

pub(super) fn words(program: &Program, hazard: &Hazard) -> Words {
    let class = hazard
        .class
        .map_or("object", |it| program.class(it).name.as_str());
    Words {
        code: "CYC304",
        verdict: Some(Verdict::Never),
        message: format!(
            "`{class}.__del__` brings its object back to life: what it stores holds it, and \
             `__del__` will not run again"
        ),
        help: "store what is to be kept (the handle, the buffer) instead of `self`; objects that \
               are to be used again belong back into their pool by a call of the owner or the end \
               of a `with` block, not by `__del__`"
            .to_owned(),
    }
}
