//! A directory with files, and the command run in it.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot set the stage has to fail"
)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A temporary directory.
pub(crate) struct Project {
    directory: TempDir,
    environment: Vec<(String, String)>,
    working_directory: PathBuf,
}

impl Project {
    pub(crate) fn new() -> Self {
        let directory = TempDir::new().expect("a temporary directory");
        let working_directory = fs::canonicalize(directory.path()).expect("it is there");
        Self {
            directory,
            environment: Vec::new(),
            working_directory,
        }
    }

    /// A project with files.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let mut project = Self::new();
        for (path, content) in files {
            project.file(path, content);
        }
        project
    }

    pub(crate) fn file(&mut self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        let parent = path.parent().expect("a file has a parent");
        fs::create_dir_all(parent).expect("a directory");
        fs::write(path, content).expect("a file");
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        fs::canonicalize(self.directory.path())
            .expect("it is there")
            .join(path)
    }

    /// Runs what follows in a directory of the project.
    pub(crate) fn in_directory(mut self, path: &str) -> Self {
        self.working_directory = self.path(path);
        self
    }

    /// Sets an environment variable for what follows.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.retain(|(it, _)| it != name);
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cyclint"));
        command
            .args(args)
            .current_dir(&self.working_directory)
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        command
    }

    /// Exit code, standard output and standard error, with the directory as `[DIR]`.
    pub(crate) fn run(&self, args: &[&str]) -> String {
        let output = self.command(args).output().expect("it starts");
        self.show(&output)
    }

    /// Starts it, and leaves it running.
    pub(crate) fn start(&self, args: &[&str]) -> std::io::Result<std::process::Child> {
        self.command(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
    }

    /// Standard output alone, as it is.
    pub(crate) fn stdout(&self, args: &[&str]) -> String {
        let output = self.command(args).output().expect("it starts");
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// The same, with text on standard input.
    pub(crate) fn run_with(&self, args: &[&str], stdin: &str) -> String {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let pipe = child.stdin.take();
        pipe.expect("a pipe")
            .write_all(stdin.as_bytes())
            .expect("it reads");
        let output = child.wait_with_output().expect("it ends");
        self.show(&output)
    }

    /// The same, with standard output connected to something else.
    pub(crate) fn run_into(&self, args: &[&str], stdout: Stdio) -> String {
        let child = self
            .command(args)
            .stdout(stdout)
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let output = child.wait_with_output().expect("it ends");
        self.show(&output)
    }

    fn show(&self, output: &Output) -> String {
        let root = self.path("");
        let root = root.to_string_lossy();
        let root = root.trim_end_matches('/');
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(root, "[DIR]");
        let code = output.status.code();
        let mut shown = format!(
            "exit {}\n",
            code.map_or("?".to_owned(), |it| it.to_string())
        );
        for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
            if !bytes.is_empty() {
                shown.push_str(&format!("--- {name}\n{}", text(bytes)));
            }
        }
        shown
    }
}

/// The content of a file.
pub(crate) fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("a file")
}
