// Which program is run, and what a page may contain.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import { build } from "esbuild";

const out = fs.mkdtempSync(path.join(os.tmpdir(), "cyclint-"));
for (const name of ["binary", "ring"]) {
  const outfile = path.join(out, `${name}.mjs`);
  await build({ entryPoints: [`src/${name}.ts`], bundle: true, format: "esm", platform: "node", outfile });
}
const { findBinary } = await import(path.join(out, "binary.mjs"));
const { page } = await import(path.join(out, "ring.mjs"));

function program(...parts) {
  const file = path.join(out, ...parts, "cyclint");
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, "", { mode: 0o755 });
  return file;
}

const folder = path.join(out, "folder");
const own = program("folder", ".venv", "bin");
const active = program("active", "bin");
const onPath = program("path");
const env = { VIRTUAL_ENV: path.join(out, "active"), PATH: path.join(out, "path") };
const home = path.join(out, "home");
const given = { setting: null, folders: [folder], trusted: true, env, home, isWindows: false };

test("the setting comes first, then the environments, then PATH", () => {
  assert.equal(findBinary({ ...given, setting: "/x/cyclint" }), "/x/cyclint");
  assert.equal(findBinary(given), own);
  assert.equal(findBinary({ ...given, folders: [] }), active);
  assert.equal(findBinary({ ...given, folders: [], env: { PATH: env.PATH } }), onPath);
  assert.equal(findBinary({ ...given, folders: [], env: {} }), undefined);
  const installed = program("home", ".local", "bin");
  assert.equal(findBinary({ ...given, folders: [], env: {} }), installed);
  assert.equal(findBinary({ ...given, folders: [home], trusted: false, env: {} }), undefined);
  fs.rmSync(installed);
});

test("a folder whose name begins with dots is not outside", () => {
  const dotted = program("folder", "..bin");
  const inFolder = { PATH: path.dirname(dotted) };
  assert.equal(findBinary({ ...given, trusted: false, env: inFolder }), undefined);
});

test("nothing in a folder is run unless it is trusted", () => {
  const untrusted = { ...given, trusted: false };
  assert.equal(findBinary(untrusted), active);
  const inFolder = { VIRTUAL_ENV: path.join(folder, ".venv"), PATH: [path.join(folder, ".venv/bin"), "."].join(":") };
  assert.equal(findBinary({ ...untrusted, env: inFolder }), undefined);
  assert.equal(findBinary({ ...given, env: inFolder }), own);
});

test("text from the source is escaped", () => {
  const place = { uri: "file:///a.py", range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } } };
  const evil = "<script>alert(1)</script>";
  const html = page(
    {
      code: "CYC101",
      message: evil,
      help: evil,
      nodes: [{ id: 0, label: evil, finalizer: true }],
      edges: [{ from: 0, to: 0, label: evil, weaken: true, location: place }],
    },
    "nonce",
  );
  assert.ok(!html.includes("<script>alert"));
  assert.ok(html.includes("default-src 'none'"));
});

test("the package has the program and nothing else", () => {
  execFileSync("npx", ["--no-install", "vsce", "package", "--no-dependencies", "--out", path.join(out, "cyclint.vsix")], { stdio: "pipe" });
  const listed = execFileSync("python3", ["-m", "zipfile", "-l", path.join(out, "cyclint.vsix")], { encoding: "utf8" });
  assert.match(listed, /extension\/dist\/extension\.js/);
  assert.match(listed, /extension\/package\.json/);
  assert.doesNotMatch(listed, /node_modules|\.ts\b/);
});
