//! CYC306: something that lives as long as the process holds an object whose finalizer would take
//! it out.

use super::pin_report::PinRule;
use crate::cycles::standing_pins::StandingPin;
use crate::heap::object::Root;
use crate::program::model::Program;

pub(super) const RULE: PinRule = PinRule {
    code: "CYC306",
    matches,
    reason,
    help,
};

fn matches(_: &StandingPin) -> bool {
    true
}

fn reason(program: &Program, pin: &StandingPin) -> String {
    let class = program.class(pin.pin.class).name;
    let holder = match pin.pin.root {
        Some(Root::Thread) => "a thread that runs holds it",
        Some(Root::Timer) => "a timer that starts itself again holds it",
        Some(Root::Loop) => "the event loop holds it",
        Some(Root::Logger) => "a logger holds it",
        _ if pin.pin.in_library => "a library holds what it calls",
        _ => "a registry holds it",
    };
    if pin.by_finalizer {
        format!("{holder}, and only `{class}.__del__` would end that")
    } else {
        format!("{holder}, and nobody ends that")
    }
}

fn help(_: &Program, pin: &StandingPin) -> String {
    match pin.pin.root {
        Some(Root::Thread | Root::Timer | Root::Loop) => {
            "`__del__` cannot end what holds its own object: give the object a method that does, \
             and call it (or a `with` block); or let what runs hold only what it needs, or a \
             `weakref.ref` that it looks at each time"
        }
        _ if pin.pin.in_library || pin.pin.root == Some(Root::Logger) => {
            "take it out again in a method that the owner calls, not in `__del__`; or hand over \
             something that holds a `weakref.ref` of the object"
        }
        _ => {
            "hold the objects weakly: `weakref.WeakSet`, or `weakref.WeakValueDictionary` for a \
             dict, which need no `__del__`; or take the object out in a method that its owner calls"
        }
    }
    .to_owned()
}
