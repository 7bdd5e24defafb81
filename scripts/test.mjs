// `npm test`: installs what is missing (a browser included, where the system's package manager can), then checks and tests everything.
// Ends with one line: N passed, M failed. What was skipped is named above it.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureInstalled, ensureWebBuilt, runNode, say } from "./install.mjs";

ensureInstalled();
ensureBrowser();
ensureWebBuilt();

const results = { passed: 0, failed: 0, skipped: 0 };
runChecks();
for (const project of ["unit", "db", "e2e"]) runTests(project);
if (results.skipped > 0) say(`${results.skipped} skipped, each named above`);
say(`${results.passed} passed, ${results.failed} failed`);
process.exit(results.failed === 0 ? 0 : 1);

function ensureBrowser() {
  if (["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].some((path) => existsSync(path))) return;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    say("Installing Chromium for the browser tests…");
    const quiet = { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
    spawnSync("apt-get", ["update", "-qq"], quiet);
    spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], quiet);
  }
  if (!existsSync("/usr/bin/chromium"))
    say("No Chromium on this machine and no way to install it: the browser tests will be skipped, and counted.");
}

function runChecks() {
  const checks = runNode(["check/index.ts"], { stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" });
  process.stdout.write(checks.stdout);
  const [, passed, failed] = /^checks: (\d+) passed, (\d+) failed$/m.exec(checks.stdout) ?? ["", "0", "1"];
  results.passed += Number(passed);
  results.failed += Number(failed);
}

function runTests(project) {
  const report = join(mkdtempSync(join(tmpdir(), "relance-report-")), "report.json");
  const run = runNode([
    "node_modules/vitest/vitest.mjs",
    "run",
    "--project",
    project,
    "--reporter=dot",
    "--reporter=json",
    `--outputFile.json=${report}`,
  ]);
  if (!existsSync(report)) {
    say(`The ${project} tests did not run.`);
    results.failed += 1;
    return;
  }
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(readFileSync(report, "utf8"));
  // A file that fails to load has no failed test of its own, but it failed.
  const brokenFiles = testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.every((one) => one.status !== "failed"),
  );
  results.passed += numPassedTests;
  results.failed += numFailedTests + brokenFiles.length;
  results.skipped += numPendingTests + numTodoTests;
  for (const file of testResults)
    for (const one of file.assertionResults) if (one.status === "pending" || one.status === "skipped") say(`skipped: ${one.fullName}`);
  // Green all the same, but a reader should know: what needs its second try often has a fault.
  for (const file of testResults)
    for (const one of file.assertionResults)
      if (one.status === "passed" && one.failureMessages.length > 0)
        say(`second try: ${one.fullName}: ${one.failureMessages[0].split("\n")[0]}`);
  if (run.status !== 0 && numFailedTests + brokenFiles.length === 0) results.failed += 1;
}
