//! The state of a session, and the loop that changes it.

use std::collections::HashMap;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, after, never, select, unbounded};
use gen_lsp_types::Uri;
use lsp_server::{ErrorCode, Message, Request, RequestId, Response};
use serde_json::{Value, json};

use super::answers::Question;
use super::capabilities::{ClientCapabilities, initialize_result, registrations};
use super::connection::{Client, Failure, Level};
use super::documents::Documents;
use super::preview::Preview;
use super::progress::ProgressReport;
use super::publish::Published;
use super::settings::{EditorSettings, SECTION};
use super::snapshot::Snapshot;
use super::worker::{Job, Project, Report, Worker, innermost};
use super::{parent, uri};

/// How long the first analysis waits for the client's answer about settings.
const PATIENCE: Duration = Duration::from_millis(1500);

/// A workspace folder.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    pub(super) uri: Uri,
    pub(super) path: PathBuf,
    /// The answer to `workspace/configuration` for this folder.
    pub(super) settings: Option<EditorSettings>,
}

/// What a request of ours was about.
#[derive(Clone, Debug)]
pub(super) enum Asked {
    /// Settings of these folders, then those for all.
    Configuration(Vec<Uri>),
    /// To show progress.
    Progress,
    /// Something whose answer does not matter.
    Other(&'static str),
}

/// Where in its life the session is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    /// Before `initialize`.
    New,
    Running,
    /// After `shutdown`.
    ShutDown,
}

/// A request that waits for an analysis.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) id: RequestId,
    /// The snapshot has to be this new.
    pub(super) generation: u64,
    pub(super) question: Question,
}

/// What has changed since the last job was given out.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pub(super) files: Vec<PathBuf>,
    pub(super) relist: bool,
}

/// A session.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) client: Client,
    pub(super) capabilities: ClientCapabilities,
    pub(super) documents: Documents,
    pub(super) folders: Vec<Folder>,
    /// Of `initialize`.
    pub(super) initial_settings: Option<EditorSettings>,
    /// Of `workspace/didChangeConfiguration`, or the answer for all folders.
    pub(super) client_settings: Option<EditorSettings>,
    /// Counts the changes to anything that the analysis sees.
    pub(super) generation: u64,
    pub(super) changes: Changes,
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) waiting: Vec<Waiting>,
    pub(super) published: Published,
    /// Whether the client is to ask anew once the analysis is done.
    pub(super) refresh_wanted: bool,
    /// What `$/setTrace` said.
    pub(super) trace: String,
    phase: Phase,
    worker: Option<Worker>,
    reports: Receiver<Report>,
    /// Whether the client may be sent what it did not ask for.
    ready: bool,
    /// Looks at the open files alone while the first analysis takes long.
    preview: Preview,
    /// Whether the worker has a job.
    busy: bool,
    /// Until when the analysis waits for settings.
    patience: Option<Instant>,
    /// Says when a process has ended without which the session has no sense.
    parents: (Sender<()>, Receiver<()>),
    asked: HashMap<RequestId, Asked>,
    next_id: i32,
    progress: ProgressReport,
}

/// Whether the session goes on.
enum Flow {
    Continue,
    Exit,
}

impl Server {
    pub(super) fn new(sender: Sender<Message>) -> Self {
        let client = Client::new(sender);
        Self {
            progress: ProgressReport::default(),
            client,
            capabilities: ClientCapabilities::default(),
            documents: Documents::default(),
            folders: Vec::new(),
            initial_settings: None,
            client_settings: None,
            generation: 0,
            changes: Changes::default(),
            snapshot: Arc::default(),
            waiting: Vec::new(),
            published: Published::default(),
            refresh_wanted: false,
            trace: "off".to_owned(),
            phase: Phase::New,
            worker: None,
            reports: never(),
            ready: false,
            preview: Preview::default(),
            busy: false,
            patience: None,
            parents: unbounded(),
            asked: HashMap::new(),
            next_id: 0,
        }
    }

    /// Ends the session when a process does.
    pub(super) fn watch(&mut self, process: Option<u32>) {
        if let Some(process) = process {
            parent::watch(process, self.parents.0.clone());
        }
    }

    /// Handles messages until the session ends; whether it ended in order.
    pub(super) fn run(&mut self, incoming: &Receiver<Message>) -> bool {
        loop {
            let (reports, parents) = (self.reports.clone(), self.parents.1.clone());
            let patience = match self.patience {
                Some(until) => after(until.saturating_duration_since(Instant::now())),
                None => never(),
            };
            select! {
                recv(incoming) -> message => match message {
                    Ok(message) => if matches!(self.guarded(message), Flow::Exit) { break },
                    Err(_) => break,
                },
                recv(reports) -> report => match report {
                    Ok(report) => self.on_report(report),
                    Err(_) => self.reports = never(),
                },
                recv(patience) -> _ => self.patience = None,
                recv(self.preview.due()) -> _ => self.start_preview(),
                recv(self.preview.reports()) -> report => self.on_preview(report.ok()),
                recv(parents) -> _ => break,
            }
            // What came together is analyzed together.
            if incoming.is_empty() {
                self.analyze();
            }
        }
        self.phase == Phase::ShutDown
    }

    /// A panic costs the message that caused it, and nothing else.
    fn guarded(&mut self, message: Message) -> Flow {
        let id = match &message {
            Message::Request(request) => Some(request.id.clone()),
            _ => None,
        };
        self.guard(id, |server| server.on_message(message))
    }

    /// Does something for a request, or for none, and answers for it if it panics.
    fn guard(&mut self, id: Option<RequestId>, action: impl FnOnce(&mut Self) -> Flow) -> Flow {
        let handled = panic::catch_unwind(AssertUnwindSafe(|| action(self)));
        handled.unwrap_or_else(|_| {
            let text = "this message ran into a bug in cyclint; please report it";
            self.client.log(Level::Error, text);
            if let Some(id) = id {
                let failure = Failure::new(ErrorCode::InternalError, text);
                self.client.answer(id, Err(failure));
            }
            Flow::Continue
        })
    }

    fn on_message(&mut self, message: Message) -> Flow {
        match message {
            Message::Request(request) => self.on_request(request),
            Message::Notification(it) if it.method == "exit" => return Flow::Exit,
            Message::Notification(it) if self.phase == Phase::Running => self.on_notification(it),
            Message::Notification(_) => {}
            Message::Response(response) => self.on_response(response),
        }
        Flow::Continue
    }

    fn on_request(&mut self, request: Request) {
        let id = request.id.clone();
        let method = request.method.as_str();
        let result = match (self.phase, method) {
            (Phase::New, "initialize") => self.initialize(&request.params),
            (Phase::New, _) => Err(Failure::new(
                ErrorCode::ServerNotInitialized,
                "`initialize` comes first",
            )),
            (Phase::ShutDown, _) => Err(Failure::new(
                ErrorCode::InvalidRequest,
                "the server was shut down",
            )),
            (Phase::Running, "initialize") => Err(Failure::new(
                ErrorCode::InvalidRequest,
                "initialized already",
            )),
            (Phase::Running, "shutdown") => {
                self.shut_down();
                Ok(Value::Null)
            }
            (Phase::Running, _) => match Question::parse(method, request.params) {
                Ok(question) => {
                    // Who asks before `initialized` is to be answered, too.
                    self.ready = true;
                    self.log_trace(method);
                    self.ask_later(id, question);
                    return;
                }
                Err(failure) => Err(failure),
            },
        };
        self.client.answer(id, result);
    }

    fn initialize(&mut self, params: &Value) -> Result<Value, Failure> {
        check(params)?;
        self.capabilities =
            ClientCapabilities::parse(params.get("capabilities").unwrap_or(&Value::Null));
        let process = params.get("processId").and_then(Value::as_u64);
        self.watch(process.and_then(|it| u32::try_from(it).ok()));
        self.set_trace(params);
        self.folders = folders(params);
        self.initial_settings = params
            .get("initializationOptions")
            .and_then(|it| self.read_initial(it));
        let (worker, reports) = Worker::start(self.capabilities.encoding)
            .map_err(|it| Failure::new(ErrorCode::InternalError, it.to_string()))?;
        self.worker = Some(worker);
        self.reports = reports;
        self.phase = Phase::Running;
        self.relist();
        if self.capabilities.configuration {
            self.patience = Some(Instant::now() + PATIENCE);
        }
        Ok(initialize_result(self.capabilities.encoding))
    }

    /// Options of ours stand at the top, or under `settings`.
    fn read_initial(&mut self, options: &Value) -> Option<EditorSettings> {
        let nested = options.get("settings").filter(|it| it.is_object());
        let section = nested.unwrap_or(options);
        let section = section
            .get(SECTION)
            .filter(|it| it.is_object())
            .unwrap_or(section);
        section.is_object().then(|| self.read_settings(section))
    }

    /// Reads settings, and tells what is wrong with them.
    pub(super) fn read_settings(&self, section: &Value) -> EditorSettings {
        let (settings, problems) = EditorSettings::parse(section);
        for problem in problems {
            self.client.log(Level::Warning, &problem);
        }
        settings
    }

    fn shut_down(&mut self) {
        self.phase = Phase::ShutDown;
        if let Some(worker) = self.worker.take() {
            worker.supersede(u64::MAX);
        }
        self.reports = never();
        for waiting in std::mem::take(&mut self.waiting) {
            let failure = Failure::new(ErrorCode::RequestCanceled, "the server was shut down");
            self.client.answer(waiting.id, Err(failure));
        }
    }

    /// The client is ready for our requests.
    pub(super) fn on_initialized(&mut self) {
        self.ready = true;
        let version = env!("CARGO_PKG_VERSION");
        let folders: Vec<_> = self
            .folders
            .iter()
            .map(|it| it.path.display().to_string())
            .collect();
        let message = format!(
            "cyclint {version}, process {}, in {}",
            std::process::id(),
            folders.join(", ")
        );
        self.client.log(Level::Info, &message);
        let registrations = registrations(&self.capabilities);
        if !registrations.is_empty() {
            let params = json!({"registrations": registrations});
            self.ask(
                "client/registerCapability",
                params,
                Asked::Other("registration"),
            );
        }
        self.ask_for_settings();
    }

    /// Asks for the settings of each folder, and for those of no folder.
    pub(super) fn ask_for_settings(&mut self) {
        if !self.capabilities.configuration {
            return;
        }
        let folders: Vec<Uri> = self.folders.iter().map(|it| it.uri.clone()).collect();
        let scoped = folders
            .iter()
            .map(|it| json!({"scopeUri": it, "section": SECTION}));
        let items: Vec<_> = scoped.chain([json!({"section": SECTION})]).collect();
        self.patience = Some(Instant::now() + PATIENCE);
        self.ask(
            "workspace/configuration",
            json!({"items": items}),
            Asked::Configuration(folders),
        );
    }

    /// Sends a request.
    pub(super) fn ask(&mut self, method: &str, params: Value, about: Asked) {
        self.next_id += 1;
        let id = RequestId::from(format!("cyclint-{}", self.next_id));
        self.asked.insert(id.clone(), about);
        self.client.request(id, method, params);
    }

    fn on_response(&mut self, response: Response) {
        match (self.asked.remove(&response.id), response.response_result) {
            (Some(Asked::Configuration(folders)), Ok(answer)) => {
                self.on_settings(&folders, &answer)
            }
            (Some(Asked::Configuration(_)), Err(error)) => {
                self.patience = None;
                self.client
                    .log(Level::Warning, &format!("no settings: {}", error.message));
            }
            (Some(Asked::Other(what)), Err(error)) => {
                self.client
                    .log(Level::Warning, &format!("{what} failed: {}", error.message));
            }
            (Some(Asked::Progress), Ok(_)) => self.progress.begin(&self.client),
            (Some(Asked::Progress), Err(_)) => {}
            (Some(Asked::Other(_)), Ok(_)) | (None, _) => {}
        }
    }

    /// An answer of null says nothing: what was known stays.
    fn on_settings(&mut self, asked: &[Uri], answer: &Value) {
        self.patience = None;
        let answers = answer.as_array().map(Vec::as_slice).unwrap_or_default();
        for (uri, section) in asked.iter().zip(answers) {
            if !section.is_object() {
                continue;
            }
            let settings = self.read_settings(section);
            for folder in self.folders.iter_mut().filter(|it| it.uri == *uri) {
                folder.settings = Some(settings.clone());
            }
        }
        if let Some(section) = answers.get(asked.len()).filter(|it| it.is_object()) {
            self.client_settings = Some(self.read_settings(section));
        }
        self.relist();
    }

    /// Puts a question into the list, and answers at once if nothing has to be waited for.
    fn ask_later(&mut self, id: RequestId, question: Question) {
        let generation = self.generation;
        self.waiting.push(Waiting {
            id,
            generation,
            question,
        });
        self.answer_waiting();
    }

    /// Answers what the snapshot is new enough for.
    pub(super) fn answer_waiting(&mut self) {
        for waiting in std::mem::take(&mut self.waiting) {
            if waiting.generation > self.snapshot.generation && waiting.question.needs_analysis() {
                self.waiting.push(waiting);
                continue;
            }
            let answer = panic::catch_unwind(AssertUnwindSafe(|| waiting.question.answer(self)));
            match answer {
                Ok(Some(result)) => self.client.answer(waiting.id, result),
                Ok(None) => self.waiting.push(waiting),
                Err(_) => {
                    let failure = Failure::new(
                        ErrorCode::InternalError,
                        "this request ran into a bug in cyclint; please report it",
                    );
                    self.client.log(Level::Error, &failure.message);
                    self.client.answer(waiting.id, Err(failure));
                }
            }
        }
    }

    /// A request is not wanted any more.
    pub(super) fn cancel(&mut self, id: &RequestId) {
        if let Some(at) = self.waiting.iter().position(|it| it.id == *id) {
            let waiting = self.waiting.swap_remove(at);
            let failure = Failure::new(ErrorCode::RequestCanceled, "cancelled");
            self.client.answer(waiting.id, Err(failure));
        }
    }

    /// A file has another text.
    pub(super) fn touch(&mut self, path: PathBuf) {
        self.changes.files.push(path);
        self.changed();
    }

    /// Files may have come or gone, or settings changed.
    pub(super) fn relist(&mut self) {
        self.changes.relist = true;
        self.changed();
    }

    fn changed(&mut self) {
        self.generation += 1;
        if let Some(worker) = &self.worker {
            worker.supersede(self.generation);
        }
    }

    /// Gives the worker a job, if there is something new and it has none.
    fn analyze(&mut self) {
        let is_new = self.generation > self.snapshot.generation;
        if !self.ready || self.busy || self.patience.is_some() || !is_new || self.worker.is_none() {
            return;
        }
        let changes = std::mem::take(&mut self.changes);
        let job = Job {
            generation: self.generation,
            projects: self.projects(),
            buffers: self.documents.buffers(),
            changed: changes.files,
            relist: changes.relist,
        };
        if let Some(worker) = &self.worker {
            worker.analyze(job);
            self.busy = true;
            self.preview.first_job();
        }
    }

    /// The first analysis takes its time: what can be said of the open files by themselves?
    fn start_preview(&mut self) {
        let mut projects = self.projects();
        let open: Vec<PathBuf> = self.documents.buffers().sources().cloned().collect();
        projects.retain_mut(|project| {
            let own = open.iter().filter(|it| it.starts_with(&project.root));
            project.only.get_or_insert_with(|| own.cloned().collect());
            project.only.as_ref().is_some_and(|it| !it.is_empty())
        });
        let job = Job {
            generation: self.generation,
            projects,
            buffers: self.documents.buffers(),
            changed: Vec::new(),
            relist: true,
        };
        self.preview.start(job, self.capabilities.encoding);
    }

    /// Rings that need other files follow later; nobody waits for them until then.
    fn on_preview(&mut self, report: Option<Report>) {
        let snapshot = match report {
            Some(Report::Done(snapshot)) if self.snapshot.generation == 0 => *snapshot,
            Some(Report::Progress(..) | Report::Message(_)) => return,
            _ => return self.preview.stop(),
        };
        self.preview.stop();
        // It is as new as what it saw, but the whole is still to come: the generation stays 0, which
        // is what `analyze` looks at.
        let generation = snapshot.generation;
        let is_newest = generation == self.generation;
        self.snapshot = Arc::new(Snapshot {
            generation: 0,
            ..snapshot
        });
        if self.capabilities.pulls {
            for waiting in std::mem::take(&mut self.waiting) {
                match waiting.question.document(self) {
                    Some(answer) if waiting.generation <= generation => {
                        self.refresh_wanted = true;
                        self.client.answer(waiting.id, Ok(answer));
                    }
                    _ => self.waiting.push(waiting),
                }
            }
        } else if is_newest {
            self.publish();
        }
    }

    /// One for each folder, and one for each directory with open files outside of all folders.
    fn projects(&self) -> Vec<Project> {
        let initial = self.initial_settings.clone();
        let editor = |own: Option<EditorSettings>| {
            let layers = [initial.clone(), self.client_settings.clone(), own];
            layers.into_iter().flatten().collect::<Vec<_>>()
        };
        let roots: Vec<&Path> = self.folders.iter().map(|it| it.path.as_path()).collect();
        let mut projects: Vec<Project> = self
            .folders
            .iter()
            .map(|it| Project {
                root: it.path.clone(),
                only: None,
                editor: editor(it.settings.clone()),
            })
            .collect();
        projects.sort_by(|a, b| a.root.cmp(&b.root));
        projects.dedup_by(|a, b| a.root == b.root);
        let buffers = self.documents.buffers();
        let sources = buffers.sources();
        for path in sources.filter(|it| innermost(&roots, it).is_none()) {
            let root = path.parent().unwrap_or(path);
            let same = |it: &&mut Project| it.only.is_some() && it.root == root;
            match projects.iter_mut().find(same) {
                Some(project) => project.only.get_or_insert_default().push(path.clone()),
                None => projects.push(Project {
                    root: root.to_owned(),
                    only: Some(vec![path.clone()]),
                    editor: editor(None),
                }),
            }
        }
        projects
    }

    fn on_report(&mut self, report: Report) {
        match report {
            Report::Progress(phase, percent) => {
                if self.capabilities.progress {
                    let begin = self.progress.report(&self.client, phase, percent);
                    if let Some(token) = begin {
                        let params = json!({"token": token});
                        self.ask("window/workDoneProgress/create", params, Asked::Progress);
                    }
                }
                return;
            }
            Report::Message(message) => {
                self.client.show(Level::Error, &message);
                self.client.log(Level::Error, &message);
                return;
            }
            Report::Done(snapshot) => self.on_snapshot(*snapshot),
            Report::Cancelled => {}
            Report::Failed(generation, message) => self.on_failure(generation, &message),
        }
        self.busy = false;
        self.progress.end(&self.client);
    }

    fn on_snapshot(&mut self, snapshot: Snapshot) {
        for problem in &snapshot.problems {
            if !self.snapshot.problems.contains(problem) {
                self.client.log(Level::Warning, problem);
            }
        }
        self.preview.stop();
        let is_newest = snapshot.generation == self.generation;
        self.snapshot = Arc::new(snapshot);
        self.answer_waiting();
        if self.capabilities.pulls {
            self.refresh();
        } else if is_newest {
            // The findings of an older text would be taken for those of the newest version.
            self.publish();
        }
    }

    /// The findings from before stay; whoever waits gets those.
    fn on_failure(&mut self, generation: u64, message: &str) {
        let text = format!("the analysis ran into a bug in cyclint: {message}");
        self.client.log(Level::Error, &text);
        let last = Arc::make_mut(&mut self.snapshot);
        last.generation = generation;
        self.answer_waiting();
    }

    /// Makes the client ask anew.
    fn refresh(&mut self) {
        if self.refresh_wanted && self.capabilities.refresh {
            self.ask(
                "workspace/diagnostic/refresh",
                Value::Null,
                Asked::Other("refresh"),
            );
        }
        self.refresh_wanted = false;
    }

    pub(super) fn set_trace(&mut self, params: &Value) {
        let value = params.get("trace").or(params.get("value"));
        if let Some(value) = value.and_then(Value::as_str) {
            value.clone_into(&mut self.trace);
        }
    }

    /// Tells those who want to know what is going on.
    pub(super) fn log_trace(&self, message: &str) {
        if self.trace != "off" {
            self.client
                .notify("$/logTrace", json!({"message": message}));
        }
    }
}

/// Checks the parameters of `initialize`. What is missing is not there.
fn check(params: &Value) -> Result<(), Failure> {
    let wrong = |what: &str| Err(Failure::new(ErrorCode::InvalidParams, what));
    if !params.is_object() {
        return wrong("the parameters are no object");
    }
    let is = |key: &str, check: fn(&Value) -> bool| {
        params.get(key).is_none_or(|it| it.is_null() || check(it))
    };
    let known = [
        ("processId", is("processId", Value::is_i64)),
        ("rootUri", is("rootUri", Value::is_string)),
        ("rootPath", is("rootPath", Value::is_string)),
        ("capabilities", is("capabilities", Value::is_object)),
        ("workspaceFolders", is("workspaceFolders", Value::is_array)),
    ];
    match known.into_iter().find(|(_, is_right)| !is_right) {
        Some((key, _)) => wrong(&format!("`{key}` has a wrong type")),
        None => Ok(()),
    }
}

/// The folders of `initialize`: the list, or what older clients say.
fn folders(params: &Value) -> Vec<Folder> {
    if let Some(list) = params.get("workspaceFolders").and_then(Value::as_array) {
        return list.iter().filter_map(folder).collect();
    }
    let root = params.get("rootUri").and_then(Value::as_str).map(Uri::from);
    let path = params.get("rootPath").and_then(Value::as_str);
    let root = root.or_else(|| path.map(|it| uri::from_path(Path::new(it))));
    let folder = root.map(|uri| Folder {
        path: uri::to_path(&uri),
        uri,
        settings: None,
    });
    folder.into_iter().collect()
}

/// A folder as the protocol has it.
pub(super) fn folder(value: &Value) -> Option<Folder> {
    let uri = Uri::from(value.get("uri")?.as_str()?);
    Some(Folder {
        path: uri::to_path(&uri),
        uri,
        settings: None,
    })
}

#[cfg(test)]
mod tests {
    use crossbeam_channel::unbounded;
    use lsp_server::{Message, RequestId};

    use super::{Flow, Server};

    #[test]
    fn a_panic_costs_one_request() {
        let (sender, sent) = unbounded();
        let mut server = Server::new(sender);
        let bug = |_: &mut Server| -> Flow { std::panic::resume_unwind(Box::new("a bug")) };
        let flow = server.guard(Some(RequestId::from(7)), bug);
        assert!(matches!(flow, Flow::Continue));
        let answers = sent.try_iter().filter_map(|it| match it {
            Message::Response(it) => Some((it.id, it.response_result.err()?.code)),
            _ => None,
        });
        assert_eq!(answers.collect::<Vec<_>>(), [(RequestId::from(7), -32603)]);
    }
}
