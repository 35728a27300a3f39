//! The process that started the server.

use std::path::Path;
use std::time::Duration;
use std::{fs, thread};

use crossbeam_channel::Sender;

const INTERVAL: Duration = Duration::from_millis(500);

/// Says on a channel when the process has ended; at once, if it is not there (LSP 3.17, `processId`:
/// the server is to exit then). Where the system does not tell, nothing is said; the input will end.
pub(super) fn watch(process: u32, ended: Sender<()>) {
    let processes = Path::new("/proc");
    if !processes.join("self").exists() {
        return;
    }
    let status = processes.join(process.to_string()).join("stat");
    let watch = move || {
        while is_running(&status) {
            thread::sleep(INTERVAL);
        }
        let _ = ended.send(());
    };
    // Without a thread the input has to do.
    let _ = thread::Builder::new()
        .name("parent".to_owned())
        .spawn(watch);
}

/// One that has ended but was not waited for runs no more.
fn is_running(status: &Path) -> bool {
    let Ok(text) = fs::read_to_string(status) else {
        return false;
    };
    // proc(5): the name, in parentheses, may have any characters; the state follows.
    let state = text.rsplit_once(')').map(|(_, rest)| rest.trim_start());
    !state.is_some_and(|it| it.starts_with(['Z', 'X']))
}
