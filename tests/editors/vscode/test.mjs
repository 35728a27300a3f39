// What a user of Visual Studio Code sees: findings with their related places, the status item, the
// ring, code actions, settings, and what an untrusted folder may not do.
//
//   node test.mjs PARTS VSIX PROGRAM [PICTURES]
//
// PARTS is the folder that install.sh made, PROGRAM the cyclint to test; screenshots go to PICTURES.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const [parts, vsix, program, pictures] = process.argv.slice(2).map((it) => path.resolve(it));
const { chromium } = createRequire(path.join(parts, "package.json"))("playwright-core");
const PATIENCE = Number(process.env.PATIENCE ?? 60_000);

const home = fs.mkdtempSync(path.join(os.tmpdir(), "cyclint-vscode-"));
const folder = path.join(home, "project");
const bin = path.join(home, "bin");
const stolen = path.join(home, "stolen");
const settings = path.join(home, "data", "User", "settings.json");

function write(file, text, mode) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text, { mode });
}

write(
  path.join(folder, "port.py"),
  `from reader import Reader
class Port:
    def __init__(self):
        self.reader = Reader(self)
    def __del__(self):
        print('closed')
def main():
    Port()
main()
`,
);
write(
  path.join(folder, "reader.py"),
  `class Reader:
    def __init__(self, port):
        self.port = port
`,
);
// What a folder that nobody should trust might bring along.
const evil = `#!/bin/sh\necho stolen > ${stolen}\nexec ${program} "$@"\n`;
write(path.join(folder, "evil"), evil, 0o755);
write(path.join(folder, ".venv", "bin", "cyclint"), evil, 0o755);
write(path.join(folder, ".vscode", "settings.json"), JSON.stringify({ "cyclint.path": path.join(folder, "evil") }));
fs.mkdirSync(bin);
fs.symlinkSync(program, path.join(bin, "cyclint"));
// The editor takes PATH from a login shell.
write(path.join(home, ".profile"), `PATH="${bin}:$PATH"\n`);
const quiet = {
  "workbench.startupEditor": "none",
  "workbench.enableExperiments": false,
  "extensions.ignoreRecommendations": true,
  "telemetry.telemetryLevel": "off",
  "chat.disableAIFeatures": true,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  // With the wish to keep files, and the dialog, as they are by default.
  "security.workspace.trust.startupPrompt": "always",
};
write(settings, JSON.stringify(quiet));

const entry = path.join(parts, "node_modules", "code-server", "out", "node", "entry.js");
const own = [entry, "--extensions-dir", path.join(home, "extensions"), "--user-data-dir", path.join(home, "data")];
const node = path.join(parts, "node", "bin", "node");
const env = {
  HOME: home,
  PATH: `${bin}:${path.dirname(node)}:/usr/bin:/bin`,
  LANG: "C.UTF-8",
};

async function freePort() {
  const server = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Waits until something is so. */
async function until(what, condition) {
  const end = Date.now() + PATIENCE;
  while (Date.now() < end) {
    if (await condition()) {
      return;
    }
    await sleep(200);
  }
  assert.fail(`not seen: ${what}`);
}

class Window {
  constructor(page) {
    this.page = page;
    this.count = 0;
  }

  async picture(name) {
    this.count += 1;
    if (pictures) {
      await this.page.screenshot({ path: path.join(pictures, `${this.count}-${name}.png`) });
    }
  }

  async command(title) {
    await this.page.keyboard.press("F1");
    const input = this.page.locator(".quick-input-widget input");
    await input.waitFor();
    await input.fill(`>${title}`);
    await this.page.locator(".quick-input-list .monaco-list-row.focused", { hasText: title }).waitFor();
    await this.page.keyboard.press("Enter");
  }

  async open(file, line = 1, column = 1) {
    await this.page.keyboard.press("Control+P");
    const input = this.page.locator(".quick-input-widget input");
    await input.waitFor();
    await input.fill(`${file}:${line}:${column}`);
    await this.page.locator(".quick-input-list .monaco-list-row.focused", { hasText: file }).waitFor();
    await this.page.keyboard.press("Enter");
    await this.page.locator(".tab.active", { hasText: file }).first().waitFor();
    await this.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
  }

  /** The rows of the Problems panel. */
  rows() {
    return this.page.locator(".markers-panel .monaco-list-row");
  }

  async problems() {
    const texts = await this.rows().allInnerTexts();
    return texts.map((it) => it.replace(/\s+/g, " ").trim());
  }

  /** Whether a row of the Problems panel has all these texts. */
  async hasProblem(...texts) {
    return (await this.problems()).some((row) => texts.every((it) => row.includes(it)));
  }

  async codeAction(title) {
    const action = this.page.locator(".action-widget .monaco-list-row", { hasText: title }).first();
    // The list closes again when the editor is not ready for it yet.
    await until(`the action ${title}`, async () => {
      await this.page.keyboard.press("Escape");
      await this.page.keyboard.press("Control+.");
      return action.click({ timeout: 5_000 }).then(() => true, () => false);
    });
  }

  /** Replaces the user's settings. */
  async set(values) {
    await this.command("Preferences: Open User Settings (JSON)");
    const line = this.page.locator(".view-line", { hasText: "workbench.startupEditor" }).first();
    await line.click({ timeout: PATIENCE });
    await this.page.keyboard.press("Control+A");
    await this.page.keyboard.insertText(JSON.stringify(values));
    await this.page.keyboard.press("Control+S");
    await until("the settings closed", async () => {
      await this.page.keyboard.press("Escape");
      return !(await line.isVisible());
    });
  }

  /** The page within the two frames of a webview. */
  async webview() {
    const inner = this.page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
    await inner.locator("svg").waitFor({ timeout: PATIENCE });
    return inner;
  }

  /** Waits for a line of the output. */
  async logged(text) {
    await this.page.locator(".panel .view-line", { hasText: text }).first().waitFor({ timeout: PATIENCE });
  }

  /** Whether the status item says that the server runs. */
  async isRunning() {
    const item = this.page.locator(".statusbar-item", { hasText: "cyclint" });
    return (await item.locator(".codicon-check").count()) === 1;
  }

  /** Messages that pop up: there should be none. */
  async complaints() {
    return this.page.locator(".notification-toast").allInnerTexts();
  }
}

let server;
let browser;
let window;
try {
  execFileSync(node, [...own, "--install-extension", vsix], { env, stdio: "pipe" });
  const port = await freePort();
  server = spawn(
    node,
    [...own, "--auth", "none", "--bind-addr", `127.0.0.1:${port}`, "--disable-telemetry", "--disable-update-check", folder],
    { env, stdio: ["ignore", fs.openSync(path.join(home, "server.log"), "w"), "inherit"] },
  );
  const url = `http://127.0.0.1:${port}/`;
  await until("the editor", () => fetch(url).then((it) => it.ok, () => false));
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"],
  });
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  window = new Window(page);
  await page.goto(`${url}?folder=${encodeURIComponent(folder)}`);

  // A folder that is not trusted: the findings are there, from the program on PATH.
  await page.getByRole("button", { name: /No, I don't trust/ }).click({ timeout: PATIENCE });
  await window.open("port.py", 4, 10);
  await window.command("Problems: Focus on Problems View");
  await until("the finding", () => window.hasProblem("Port.__del__", "runs late", "CYC102", "[Ln 4, Col 9]"));
  await until("the related place in the other file", () => window.hasProblem("reader.py [Ln 3, Col 9]", "Reader holds Port"));
  await until("the status", () => window.isRunning());
  await window.picture("untrusted");
  assert.ok(!fs.existsSync(stolen), "a program of an untrusted folder was run");

  // Hover.
  await window.open("port.py", 4, 10);
  await window.command("Show or Focus Hover");
  const hover = page.locator(".monaco-hover", { hasText: "Reader holds Port" });
  await hover.first().waitFor({ timeout: PATIENCE });
  await window.picture("hover");
  await page.keyboard.press("Escape");

  // The ring, by the command and by the code action; an arrow leads to its place.
  await window.open("port.py", 4, 10);
  await window.command("cyclint: Show the ring at the cursor");
  let ring = await window.webview();
  assert.equal(await ring.locator(".node").count(), 2);
  assert.equal(await ring.locator(".node.finalizer").textContent().then((it) => it.trim()), "Port");
  await window.picture("ring");
  await ring.locator(".edge", { hasText: "port" }).last().locator("text").click();
  await page.locator(".tab.active", { hasText: "reader.py" }).waitFor({ timeout: PATIENCE });
  await window.picture("arrow");
  await window.command("View: Close All Editors");
  await window.open("port.py", 4, 10);
  await window.codeAction("Show the ring of references");
  ring = await window.webview();
  assert.equal(await ring.locator(".edge").count(), 2);
  await window.command("View: Close All Editors");

  // A setting of the user.
  await window.set({ ...quiet, "cyclint.ignore": ["back-reference"] });
  await until("no finding where it is ignored", async () => !(await window.hasProblem("CYC102")));
  await window.picture("ignored");
  await window.set(quiet);
  await until("the finding", () => window.hasProblem("CYC102"));
  await window.command("View: Close All Editors");

  // An edit of the other file: the finding goes, and comes back.
  await window.open("reader.py", 3, 9);
  await page.keyboard.type("pass  # ");
  await until("no finding once nothing is stored", async () => !(await window.hasProblem("CYC102")));
  for (let count = 0; count < 8; count += 1) {
    await page.keyboard.press("Backspace");
  }
  await until("the finding", () => window.hasProblem("CYC102"));

  // The suppression.
  await window.open("port.py", 4, 10);
  await window.codeAction("Ignore CYC102 (back-reference) here");
  await until("no finding where it is suppressed", async () => (await window.problems()).length === 0);
  const line = page.locator(".view-line", { hasText: "# cyclint: ignore[back-reference]" });
  await line.first().waitFor({ timeout: PATIENCE });
  await window.picture("suppressed");
  await page.keyboard.press("Control+Z");
  await until("the finding", () => window.hasProblem("CYC102"));

  // Output, debug information, restart.
  await window.command("cyclint: Show debug information");
  await window.logged("related_information: true");
  await window.command("cyclint: Restart server");
  await window.logged("starting");
  await window.picture("output");
  assert.ok(!fs.existsSync(stolen), "a program of an untrusted folder was run");

  // Once the user trusts the folder, its settings count.
  await window.command("Workspaces: Manage Workspace Trust");
  await page.getByRole("button", { name: "Trust", exact: true }).first().click({ timeout: PATIENCE });
  await until("the program that the folder names", () => fs.existsSync(stolen));
  await until("the status", () => window.isRunning());
  await page.keyboard.press("Escape");
  await window.command("Problems: Focus on Problems View");
  await until("the finding", () => window.hasProblem("CYC102"));
  await window.picture("trusted");
  assert.deepEqual(await window.complaints(), []);
  console.log("Visual Studio Code: findings, hover, ring, code actions, settings and trust work");
} catch (error) {
  await window?.picture("failed");
  throw error;
} finally {
  await browser?.close();
  server?.kill();
  if (!process.env.KEEP) fs.rmSync(home, { recursive: true, force: true });
}
