// Runs on the machine's own Node (20.19 or newer), before anything is installed: plain JavaScript, no dependency.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const NODE = join(ROOT, "node_modules/.bin/node");

/** One line of progress on the terminal. */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/** Installs the packages of the lock file when they are missing or from another lock file. Install scripts stay off. */
export function ensureInstalled() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    fail(`Node ${process.versions.node} is too old to install Relance; 20.19 or newer is needed (Relance then brings its own).`);
  const wanted = hashOf([join(ROOT, "package-lock.json")]);
  const mark = join(ROOT, "node_modules/.relance-installed");
  if (existsSync(NODE) && existsSync(mark) && readFileSync(mark, "utf8") === wanted) return;
  say("Installing packages (about a minute the first time)…");
  const npm = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: ROOT, stdio: "inherit" });
  if (npm.status !== 0) fail("The packages could not be installed; npm's own words are above.");
  if (!existsSync(NODE))
    fail(`Relance brings no Node for ${process.platform} ${process.arch}; the supported systems are Linux and macOS on x64 and arm64.`);
  writeFileSync(mark, wanted);
}

/** Builds the web app and the snippet when their sources changed since the last build. */
export function ensureWebBuilt() {
  const sources = [
    "apps/web/src",
    "apps/web/public",
    "apps/web/index.html",
    "apps/web/vite.config.ts",
    "packages/model/src",
    "packages/contract/src",
    "packages/snippet/src",
    "packages/snippet/vite.config.ts",
    "package-lock.json",
  ];
  const wanted = hashOf(sources.flatMap((path) => filesUnder(join(ROOT, path))).sort());
  const mark = join(ROOT, "apps/web/dist/.built-from");
  if (existsSync(mark) && readFileSync(mark, "utf8") === wanted) return;
  say("Building the web app…");
  rmSync(join(ROOT, "apps/web/dist"), { recursive: true, force: true });
  for (const part of ["packages/snippet", "apps/web"]) {
    const vite = runNode(["node_modules/vite/bin/vite.js", "build", part, "--logLevel", "warn"]);
    if (vite.status !== 0) fail("The web app could not be built; the reason is above.");
  }
  mkdirSync(dirname(mark), { recursive: true });
  writeFileSync(mark, wanted);
}

/** Runs a script with the Node that Relance brings, its output on our terminal. */
export function runNode(args, options = {}) {
  return spawnSync(NODE, args, { cwd: ROOT, stdio: "inherit", env: environment(), ...options });
}

/** Starts a script with the Node that Relance brings; the channel lets it notice when we are gone. */
export function startNode(args) {
  return spawn(NODE, args, { stdio: ["inherit", "inherit", "inherit", "ipc"], env: environment() });
}

// Modules are compiled once, not at each start: the server's, with its types stripped, take a second of CPU otherwise.
function environment() {
  return {
    NODE_COMPILE_CACHE: join(ROOT, "node_modules/.cache/relance-code"),
    ...process.env,
    PATH: `${join(ROOT, "node_modules/.bin")}:${process.env.PATH ?? ""}`,
  };
}

function filesUnder(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function hashOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths) hash.update(path.slice(ROOT.length)).update("\0").update(readFileSync(path)).update("\0");
  return hash.digest("hex");
}

export function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
