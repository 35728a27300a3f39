//! The language server: findings in the editor, over the whole workspace, while people type.
//!
//! Three threads and one loop. `connection.rs` reads and writes messages, `worker.rs` analyzes, and
//! the loop in `main_loop.rs` is the only one that has state. It never waits for an analysis: what
//! needs one (`question`) waits in a list until there is a `snapshot.rs` that knows of every change
//! the client had sent before. The analysis itself is that of the command line ([`crate::project`]).

mod actions;
mod answers;
mod buffers;
mod capabilities;
mod connection;
mod documents;
mod frame;
mod graph;
mod hover;
mod main_loop;
mod notifications;
mod parent;
mod position;
mod preview;
mod progress;
mod publish;
mod settings;
mod snapshot;
mod uri;
mod worker;

use std::io;
use std::time::Duration;

use self::main_loop::Server;

/// How long the client may take to read what is left when the session ends.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Serves the client on standard input and output until it ends the session. Gives back whether it
/// did so as the protocol says, with `shutdown` before `exit`.
///
/// # Errors
///
/// If no threads can be started.
pub fn run(client_process: Option<u32>) -> io::Result<bool> {
    let (connection, written) = connection::connect(io::stdin(), io::stdout())?;
    let mut server = Server::new(connection.sender);
    server.watch(client_process);
    let ended_well = server.run(&connection.receiver);
    // The writer ends once nobody can send any more, and has written everything by then; but a client
    // that has gone without closing its end reads nothing.
    drop(server);
    let _ = written.recv_timeout(LAST_WORDS);
    Ok(ended_well)
}
