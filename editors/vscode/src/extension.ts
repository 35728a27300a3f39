// Starts `cyclint server`, and shows rings.

import * as crypto from "node:crypto";
import * as os from "node:os";
import * as vscode from "vscode";
import { LanguageClient, LanguageClientOptions, ServerOptions, State, TransportKind } from "vscode-languageclient/node";

import { findBinary } from "./binary";
import { Location, Ring, page } from "./ring";

const SHOW_GRAPH = "cyclint.showGraph";

let client: LanguageClient | undefined;
let status: vscode.StatusBarItem;
let output: vscode.LogOutputChannel;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  output = vscode.window.createOutputChannel("cyclint", { log: true });
  status = vscode.window.createStatusBarItem("cyclint.status", vscode.StatusBarAlignment.Left);
  status.name = "cyclint";
  status.command = "cyclint.showOutput";
  context.subscriptions.push(
    output,
    status,
    vscode.commands.registerCommand("cyclint.restart", restart),
    vscode.commands.registerCommand("cyclint.showOutput", () => output.show()),
    vscode.commands.registerCommand("cyclint.showRing", showRingAtCursor),
    vscode.commands.registerCommand("cyclint.showDebugInformation", showDebugInformation),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("cyclint.path")) {
        void restart();
      }
    }),
  );
  await restart();
}

export async function deactivate(): Promise<void> {
  await stop();
}

let restarted: Promise<void> = Promise.resolve();

/** One after the other: when a folder is trusted, its settings change at the same time. */
function restart(): Promise<void> {
  restarted = restarted.then(stop).then(start);
  return restarted;
}

async function stop(): Promise<void> {
  const running = client;
  client = undefined;
  try {
    if (running?.needsStop()) {
      await running.stop();
    }
    await running?.dispose();
  } catch (error) {
    // One that did not start, or does not answer any more, is to be replaced all the same.
    output.warn(`stopping: ${String(error)}`);
  }
}

async function start(): Promise<void> {
  const command = findBinary({
    setting: pathSetting(),
    folders: (vscode.workspace.workspaceFolders ?? []).map((it) => it.uri.fsPath),
    trusted: vscode.workspace.isTrusted,
    env: process.env,
    home: os.homedir(),
    isWindows: process.platform === "win32",
  });
  if (command === undefined) {
    show("$(error) cyclint", "cyclint was not found: install it, or set cyclint.path");
    output.error(`cyclint was not found: not in the settings, the environments or PATH (${process.env["PATH"] ?? ""})`);
    return;
  }
  output.info(`starting ${command} server`);
  const run: ServerOptions = { command, args: ["server"], transport: TransportKind.stdio };
  const options: LanguageClientOptions = {
    documentSelector: [
      { scheme: "file", language: "python" },
      { scheme: "untitled", language: "python" },
    ],
    outputChannel: output,
    diagnosticPullOptions: { onChange: true, onSave: true },
    middleware: {
      executeCommand: async (name, args, next) => {
        const result: unknown = await next(name, args);
        if (name === SHOW_GRAPH) {
          showRing(result as Ring | null);
        }
        return result;
      },
    },
  };
  const started = new LanguageClient("cyclint", "cyclint", run, options);
  client = started;
  started.onDidChangeState(({ newState }) => {
    if (client !== started) {
      return;
    }
    if (newState === State.Running) {
      const version = started.initializeResult?.serverInfo?.version ?? "";
      show("$(check) cyclint", `cyclint ${version} (${command})`);
    } else if (newState === State.Starting) {
      show("$(sync~spin) cyclint", "cyclint is starting");
    } else {
      show("$(error) cyclint", "cyclint has stopped");
    }
  });
  try {
    await started.start();
  } catch (error) {
    output.error(`cannot start ${command}: ${String(error)}`);
    show("$(error) cyclint", `cyclint cannot be started: ${command}`);
  }
}

/** `cyclint.path`; where the workspace is not trusted, only as the user set it. */
function pathSetting(): string | null | undefined {
  const setting = vscode.workspace.getConfiguration("cyclint").inspect<string | null>("path");
  if (!vscode.workspace.isTrusted) {
    return setting?.globalValue;
  }
  return setting?.workspaceFolderValue ?? setting?.workspaceValue ?? setting?.globalValue;
}

function show(text: string, tooltip: string): void {
  status.text = text;
  status.tooltip = tooltip;
  status.show();
}

async function showRingAtCursor(): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined || client === undefined) {
    return;
  }
  const { line, character } = editor.selection.active;
  const argument = { uri: client.code2ProtocolConverter.asUri(editor.document.uri), position: { line, character } };
  const ring = await client.sendRequest("workspace/executeCommand", { command: SHOW_GRAPH, arguments: [argument] });
  showRing(ring as Ring | null);
}

function showRing(ring: Ring | null): void {
  if (ring === null) {
    void vscode.window.showInformationMessage("cyclint: no ring goes through this place");
    return;
  }
  const panel = vscode.window.createWebviewPanel("cyclint.ring", `Ring: ${ring.code}`, vscode.ViewColumn.Beside, {
    enableScripts: true,
    localResourceRoots: [],
  });
  panel.webview.onDidReceiveMessage((message: { edge?: unknown }) => {
    const edge = typeof message.edge === "number" ? ring.edges[message.edge] : undefined;
    if (edge !== undefined) {
      void reveal(edge.location);
    }
  });
  panel.webview.html = page(ring, crypto.randomBytes(16).toString("hex"));
}

async function reveal(location: Location): Promise<void> {
  const { start, end } = location.range;
  const selection = new vscode.Range(start.line, start.character, end.line, end.character);
  await vscode.window.showTextDocument(vscode.Uri.parse(location.uri), { selection, viewColumn: vscode.ViewColumn.One });
}

async function showDebugInformation(): Promise<void> {
  const content = await client?.sendRequest("workspace/executeCommand", { command: "cyclint.printDebugInformation" });
  if (typeof content === "string") {
    output.info(content);
    output.show();
  }
}
