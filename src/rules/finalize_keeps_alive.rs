//! CYC301: the callback of a `weakref.finalize` holds the object whose end it waits for.

use super::pin_report::PinRule;
use crate::cycles::standing_pins::StandingPin;
use crate::heap::object::Root;
use crate::program::model::Program;

pub(super) const RULE: PinRule = PinRule {
    code: "CYC301",
    matches,
    reason,
    help,
};

fn matches(pin: &StandingPin) -> bool {
    pin.pin.root == Some(Root::Finalize)
}

fn reason(_: &Program, _: &StandingPin) -> String {
    "the callback of its own `weakref.finalize` holds it, and so runs only as the process ends"
        .to_owned()
}

fn help(_: &Program, _: &StandingPin) -> String {
    "nothing that `weakref.finalize(obj, ...)` is given may reach `obj`: make the callback a \
     static method or a function, and pass it the resource itself (the path, the handle) instead \
     of the object that has it; a weak reference does not help, it is dead when the callback runs"
        .to_owned()
}
