//! CYC302: an exit handler or a signal handler holds its object until the process ends.

use super::pin_report::PinRule;
use crate::cycles::standing_pins::StandingPin;
use crate::heap::object::Root;
use crate::program::model::Program;

pub(super) const RULE: PinRule = PinRule {
    code: "CYC302",
    matches,
    reason,
    help,
};

fn matches(pin: &StandingPin) -> bool {
    matches!(pin.pin.root, Some(Root::AtExit | Root::Signal))
}

fn reason(_: &Program, pin: &StandingPin) -> String {
    match pin.pin.root {
        Some(Root::Signal) => {
            "the handler of a signal holds it until another one takes its place".to_owned()
        }
        _ => "an exit handler holds it until the process ends".to_owned(),
    }
}

fn help(program: &Program, pin: &StandingPin) -> String {
    if let Some(&remover) = pin.removers.first() {
        let remover = program.qualified_function(remover);
        return format!(
            "call `{remover}`, which takes the handler out, when the object is done with"
        );
    }
    match pin.pin.root {
        Some(Root::Signal) => "restore the handler that was there before when the object is done \
                               with; or let the handler look the object up through a `weakref.ref`"
            .to_owned(),
        _ => "`atexit.unregister` the handler in the method that ends the life of the object; or \
              register a function that gets a `weakref.ref` of it; or use `weakref.finalize(self, \
              function, resource)`, which runs when the object dies and at exit at the latest"
            .to_owned(),
    }
}
