//! Progress of the first analysis, for the client to show.

use serde_json::{Value, json};

use super::connection::Client;

/// The token under which it is reported.
const TOKEN: &str = "cyclint/analysis";

/// How far the reporting is.
#[derive(Debug, Default)]
pub(super) struct ProgressReport {
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum State {
    /// Nothing was reported.
    #[default]
    New,
    /// The client was asked; whether the analysis has ended meanwhile.
    Announced {
        ended: bool,
    },
    Running,
    Ended,
}

impl ProgressReport {
    /// Reports a phase, and how much of it is done. Gives a token to be announced, the first time.
    pub(super) fn report(
        &mut self,
        client: &Client,
        phase: &str,
        percent: usize,
    ) -> Option<&'static str> {
        match self.state {
            State::New => {
                self.state = State::Announced { ended: false };
                return Some(TOKEN);
            }
            State::Running => send(
                client,
                &json!({"kind": "report", "message": phase, "percentage": percent}),
            ),
            State::Announced { .. } | State::Ended => {}
        }
        None
    }

    /// The client knows the token.
    pub(super) fn begin(&mut self, client: &Client) {
        let ended = self.state == State::Announced { ended: true };
        self.state = State::Running;
        let title = "cyclint: looking for reference cycles";
        send(
            client,
            &json!({"kind": "begin", "title": title, "cancellable": false, "percentage": 0}),
        );
        if ended {
            self.end(client);
        }
    }

    /// The analysis is done.
    pub(super) fn end(&mut self, client: &Client) {
        match self.state {
            State::Announced { .. } => self.state = State::Announced { ended: true },
            State::Running => {
                send(client, &json!({"kind": "end"}));
                self.state = State::Ended;
            }
            State::New | State::Ended => {}
        }
    }
}

fn send(client: &Client, value: &Value) {
    client.notify("$/progress", json!({"token": TOKEN, "value": value}));
}
