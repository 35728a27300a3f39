//! The threads between the streams and the main loop.

use std::io::{self, BufReader, Read, Write};
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded, never, select, unbounded};
use lsp_server::{Connection, ErrorCode, Message, Request, RequestId, Response};
use serde_json::{Value, json};

use super::frame::{Frame, Frames};

/// Starts reading and writing. The connection's receiver ends with the input. The thread that writes
/// ends with the connection's sender, once it has written what is left; the second receiver ends
/// with that thread.
///
/// # Errors
///
/// If no threads can be started.
pub(super) fn connect<R, W>(input: R, output: W) -> io::Result<(Connection, Receiver<()>)>
where
    R: Read + Send + 'static,
    W: Write + Send + 'static,
{
    let (incoming, receiver): (Sender<Message>, Receiver<Message>) = unbounded();
    let (sender, outgoing): (Sender<Message>, Receiver<Message>) = unbounded();
    let (rejected, rejections): (Sender<Rejected>, Receiver<Rejected>) = unbounded();
    let (writing, written) = bounded::<()>(0);
    thread::Builder::new()
        .name("reader".to_owned())
        .spawn(move || read(input, &incoming, &rejected))?;
    thread::Builder::new()
        .name("writer".to_owned())
        .spawn(move || {
            // A client that closed its end has gone; its input ends, too.
            let _ = write(output, &outgoing, &rejections);
            drop(writing);
        })?;
    Ok((Connection { sender, receiver }, written))
}

/// Nothing is written here: a client that does not read must not keep its end from being seen.
fn read(input: impl Read, incoming: &Sender<Message>, rejections: &Sender<Rejected>) {
    let mut frames = Frames::new(BufReader::with_capacity(1 << 16, input));
    while let Ok(Some(frame)) = frames.next() {
        let message = match frame {
            Frame::Body(bytes) => parse(&bytes),
            Frame::Malformed(why) => Err(Rejected::new(ErrorCode::ParseError, why)),
        };
        let is_taken = match message {
            Ok(message) => incoming.send(message).is_ok(),
            Err(rejected) => rejections.send(rejected).is_ok(),
        };
        if !is_taken {
            return;
        }
    }
}

fn write(
    mut output: impl Write,
    outgoing: &Receiver<Message>,
    rejections: &Receiver<Rejected>,
) -> io::Result<()> {
    let mut rejections = rejections.clone();
    loop {
        select! {
            recv(outgoing) -> message => match message {
                Ok(message) => message.write(&mut output)?,
                Err(_) => break,
            },
            recv(rejections) -> rejected => match rejected {
                Ok(rejected) => rejected.write(&mut output)?,
                Err(_) => rejections = never(),
            },
        }
    }
    rejections
        .try_iter()
        .try_for_each(|it| it.write(&mut output))
}

/// A message that cannot be handed on, and the answer to it.
#[derive(Debug)]
struct Rejected {
    code: ErrorCode,
    message: String,
    /// The id of the request, whatever it is; null if it is not known.
    id: Value,
}

impl Rejected {
    fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            id: Value::Null,
        }
    }

    /// The crate's own type for answers has no id that is null.
    fn write(&self, output: &mut impl Write) -> io::Result<()> {
        let error = json!({"code": self.code as i32, "message": self.message});
        let body = json!({"jsonrpc": "2.0", "id": self.id, "error": error}).to_string();
        write!(output, "Content-Length: {}\r\n\r\n{body}", body.len())?;
        output.flush()
    }
}

/// The message of a body.
fn parse(body: &[u8]) -> Result<Message, Rejected> {
    let value: Value = serde_json::from_slice(body)
        .map_err(|error| Rejected::new(ErrorCode::ParseError, format!("no JSON: {error}")))?;
    let id = value.get("id").cloned().unwrap_or(Value::Null);
    let is_request = value.get("method").is_some() && value.get("id").is_some();
    let has_method = value.get("method").is_none_or(Value::is_string);
    let parsed = has_method.then(|| match is_request {
        // Told apart here: a request whose id is of no known type would else pass as a notification.
        true => serde_json::from_value(value).map(Message::Request),
        false => serde_json::from_value(value),
    });
    match parsed {
        Some(Ok(message)) => Ok(message),
        _ => Err(Rejected {
            id: if id.is_string() || id.is_number() {
                id
            } else {
                Value::Null
            },
            ..Rejected::new(
                ErrorCode::InvalidRequest,
                "neither a request, a notification nor an answer",
            )
        }),
    }
}

/// The way to the client.
#[derive(Clone, Debug)]
pub(super) struct Client {
    sender: Sender<Message>,
}

impl Client {
    /// Sends through a connection.
    pub(super) fn new(sender: Sender<Message>) -> Self {
        Self { sender }
    }

    /// Sends a notification.
    pub(super) fn notify(&self, method: &str, params: Value) {
        let method = method.to_owned();
        self.send(lsp_server::Notification { method, params });
    }

    /// Sends a request.
    pub(super) fn request(&self, id: RequestId, method: &str, params: Value) {
        let method = method.to_owned();
        self.send(Request { id, method, params });
    }

    /// Answers a request.
    pub(super) fn answer(&self, id: RequestId, result: Result<Value, Failure>) {
        self.send(match result {
            Ok(result) => Response {
                id,
                response_result: Ok(result),
            },
            Err(failure) => Response::new_err(id, failure.code as i32, failure.message),
        });
    }

    /// Writes to the client's log.
    pub(super) fn log(&self, level: Level, message: &str) {
        let params = json!({"type": level as i32, "message": message});
        self.notify("window/logMessage", params);
    }

    /// Shows a message to the user.
    pub(super) fn show(&self, level: Level, message: &str) {
        let params = json!({"type": level as i32, "message": message});
        self.notify("window/showMessage", params);
    }

    fn send(&self, message: impl Into<Message>) {
        // If nobody writes any more, nobody reads either.
        let _ = self.sender.send(message.into());
    }
}

/// How important a message is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Level {
    /// Something does not work.
    Error = 1,
    /// Something may not be as meant.
    Warning = 2,
    /// For knowledge.
    Info = 3,
}

/// Why a request has no result.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) code: ErrorCode,
    pub(super) message: String,
}

impl Failure {
    /// A failure in words.
    pub(super) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { code, message }
    }
}

#[cfg(test)]
mod tests {
    use lsp_server::Message;

    use super::parse;

    fn kind(body: &str) -> String {
        match parse(body.as_bytes()) {
            Ok(Message::Request(_)) => "request".to_owned(),
            Ok(Message::Notification(_)) => "notification".to_owned(),
            Ok(Message::Response(_)) => "response".to_owned(),
            Err(rejected) => format!("{} {}", rejected.code as i32, rejected.id),
        }
    }

    #[test]
    fn kinds_of_messages() {
        assert_eq!(kind(r#"{"id": 1, "method": "a"}"#), "request");
        assert_eq!(
            kind(r#"{"id": "x", "method": "a", "params": [1]}"#),
            "request"
        );
        assert_eq!(kind(r#"{"method": "a"}"#), "notification");
        assert_eq!(kind(r#"{"id": 1, "result": null}"#), "response");
        assert_eq!(
            kind(r#"{"id": 1, "error": {"code": 1, "message": ""}}"#),
            "response"
        );
    }

    #[test]
    fn no_messages() {
        assert_eq!(kind(r#"{"id": 1, "method":"#), "-32700 null");
        assert_eq!(kind("\u{fffd}"), "-32700 null");
        assert_eq!(kind(""), "-32700 null");
        assert_eq!(kind("[]"), "-32600 null");
        assert_eq!(kind("1"), "-32600 null");
        assert_eq!(kind(r#"{"id": 7, "method": 3}"#), "-32600 7");
        assert_eq!(kind(r#"{"id": [], "method": "a"}"#), "-32600 null");
        assert_eq!(
            kind(r#"{"id": 5000000000, "method": "a"}"#),
            "-32600 5000000000"
        );
    }
}
