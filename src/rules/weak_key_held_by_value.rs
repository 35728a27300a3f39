//! CYC307: the value of a `WeakKeyDictionary` holds its key.

use super::finding::Verdict;
use super::hazard_report::Words;
use crate::cycles::hazards::Hazard;
use crate::program::model::Program;

pub(super) fn words(program: &Program, hazard: &Hazard) -> Words {
    let class = hazard.class.map_or("the key".to_owned(), |it| {
        format!("`{}`", program.class(it).name)
    });
    Words {
        code: "CYC307",
        verdict: Some(Verdict::Never),
        message: format!(
            "{class} is not freed while the `WeakKeyDictionary` lives: the value of its entry \
             holds the key"
        ),
        help: "a `WeakKeyDictionary` holds its values, and no collector looks through it: keep \
               in the value a `weakref.ref` of the key (a `weakref.WeakMethod` of its methods), or \
               keep the value in an attribute of the object instead"
            .to_owned(),
    }
}
