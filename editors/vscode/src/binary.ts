// Where the program is.

import * as fs from "node:fs";
import * as path from "node:path";

/** What the search depends on. */
export interface Surroundings {
  /** `cyclint.path` as it may be used here. */
  setting: string | null | undefined;
  /** The workspace folders. */
  folders: readonly string[];
  /** Whether the user trusts them. */
  trusted: boolean;
  env: NodeJS.ProcessEnv;
  home: string;
  isWindows: boolean;
}

/**
 * The program to run: the one that the settings name, else that of the folder's own environment, of
 * the active one, or the one on PATH. Editors that were not started from a shell often have a short
 * PATH, so the places where pip, pipx, uv, cargo and Homebrew install come last. Nothing that lies in
 * a folder is run unless it is trusted.
 */
export function findBinary(given: Surroundings): string | undefined {
  if (given.setting) {
    return given.setting;
  }
  const name = given.isWindows ? "cyclint.exe" : "cyclint";
  const bin = given.isWindows ? "Scripts" : "bin";
  const own = given.folders.flatMap((it) => [path.join(it, ".venv", bin), path.join(it, "venv", bin)]);
  const active = [given.env["VIRTUAL_ENV"], given.env["CONDA_PREFIX"]]
    .filter((it) => it !== undefined)
    .map((it) => path.join(it, bin));
  // A relative entry of PATH would mean a place in the folder.
  const onPath = (given.env["PATH"] ?? "").split(path.delimiter).filter((it) => path.isAbsolute(it));
  const usual = [path.join(given.home, ".local", "bin"), path.join(given.home, ".cargo", "bin")];
  if (!given.isWindows) {
    usual.push("/opt/homebrew/bin", "/usr/local/bin");
  }
  const isWithin = (directory: string) => given.folders.some((it) => contains(it, directory));
  return [...own, ...active, ...onPath, ...usual]
    .filter((it) => given.trusted || !isWithin(it))
    .map((it) => path.join(it, name))
    .find(isExecutable);
}

function contains(folder: string, directory: string): boolean {
  const relative = path.relative(folder, directory);
  // On another drive it stays absolute.
  return relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
