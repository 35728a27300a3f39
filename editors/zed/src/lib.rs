//! Starts `cyclint server` for Python files in Zed.

use zed_extension_api::{self as zed, LanguageServerId, Result, serde_json, settings::LspSettings};

struct Cyclint;

impl zed::Extension for Cyclint {
    fn new() -> Self {
        Self
    }

    fn language_server_command(
        &mut self,
        id: &LanguageServerId,
        worktree: &zed::Worktree,
    ) -> Result<zed::Command> {
        let settings = LspSettings::for_worktree(id.as_ref(), worktree).ok();
        let binary = settings.and_then(|it| it.binary);
        let path = binary.as_ref().and_then(|it| it.path.clone());
        let command = path
            .or_else(|| worktree.which("cyclint"))
            .ok_or("cyclint is not on PATH: install it, for example by `cargo install cyclint`")?;
        let arguments = binary.and_then(|it| it.arguments);
        Ok(zed::Command {
            command,
            args: arguments.unwrap_or_else(|| vec!["server".to_owned()]),
            env: worktree.shell_env(),
        })
    }

    fn language_server_initialization_options(
        &mut self,
        id: &LanguageServerId,
        worktree: &zed::Worktree,
    ) -> Result<Option<serde_json::Value>> {
        let settings = LspSettings::for_worktree(id.as_ref(), worktree)?;
        Ok(settings.settings.or(settings.initialization_options))
    }

    fn language_server_workspace_configuration(
        &mut self,
        id: &LanguageServerId,
        worktree: &zed::Worktree,
    ) -> Result<Option<serde_json::Value>> {
        let settings = LspSettings::for_worktree(id.as_ref(), worktree)?;
        Ok(settings.settings.map(|it| serde_json::json!({ "cyclint": it })))
    }
}

zed::register_extension!(Cyclint);
