//! The process that started the server.

use std::path::PathBuf;
use std::time::Duration;
use std::{fs, thread};

use crossbeam_channel::{Receiver, bounded, never};

const INTERVAL: Duration = Duration::from_millis(500);

/// A channel that ends when the process does. Where the system does not tell, it never ends; the
/// input will, then.
pub(super) fn watch(process: u32) -> Receiver<()> {
    let status = PathBuf::from(format!("/proc/{process}/stat"));
    // A client in another container tells the number of a process that nobody sees here.
    if !is_running(&status) {
        return never();
    }
    let (alive, ended) = bounded::<()>(0);
    let watch = move || {
        while is_running(&status) {
            thread::sleep(INTERVAL);
        }
        drop(alive);
    };
    match thread::Builder::new()
        .name("parent".to_owned())
        .spawn(watch)
    {
        Ok(_) => ended,
        Err(_) => never(),
    }
}

/// One that has ended but was not waited for runs no more.
fn is_running(status: &PathBuf) -> bool {
    let Ok(text) = fs::read_to_string(status) else {
        return false;
    };
    // proc(5): the name, in parentheses, may have any characters; the state follows.
    let state = text.rsplit_once(')').map(|(_, rest)| rest.trim_start());
    !state.is_some_and(|it| it.starts_with(['Z', 'X']))
}
