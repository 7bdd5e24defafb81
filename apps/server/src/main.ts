import pino from "pino";
import { WrongSetting, readConfig } from "./config.ts";
import { WrongDatabase } from "./database.ts";
import { createLog } from "./platform/log/index.ts";
import { WrongRootKey } from "./platform/secrets/index.ts";
import { startProcess, type RunningProcess } from "./process.ts";

// Draining takes at most 25 s (DESIGN §7); a process that still runs after this long is stuck and is better gone.
const LAST_RESORT = 40_000;

if (Number(process.versions.node.split(".")[0]) < 26) giveUp("Relance runs on the Node it brings (26): start it with npm start.");

const config = readOrGiveUp();
const log = createLog(config.logLevel, process.stdout.isTTY ? logFile() : undefined);
const started = performance.now();
let running: RunningProcess | undefined;
let stopping: Promise<void> | undefined;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void stop(signal));
// `npm start` holds the other end: when it is gone, nobody would stop us.
process.on("disconnect", () => void stop("the starter went away"));
process.on("unhandledRejection", (error) => log.error({ err: error }, "process.unhandled"));

try {
  say("Relance is starting…");
  running = await startProcess(config, log, say);
  say(`Ready in ${((performance.now() - started) / 1_000).toFixed(1)} s.`);
  if (running.url) say(`\n  ${running.url}\n`);
  if (running.setupUrl)
    say(`  First visit: open this link, good once, and choose your e-mail address and password:\n  ${running.setupUrl}\n`);
  else if (running.url) say("  Sign in with your e-mail address and password. Ctrl-C stops.\n");
} catch (error) {
  if (stopping) await stopping;
  else if (error instanceof WrongDatabase || error instanceof WrongSetting || error instanceof WrongRootKey || isExpected(error))
    giveUp(expectedSentence(error as Error & { code?: string }));
  else {
    log.fatal({ err: error }, "process.start_failed");
    giveUp(`Relance could not start: ${(error as Error).message}`);
  }
}

async function stop(why: string): Promise<void> {
  stopping ??= (async () => {
    say(`Stopping (${why})…`);
    setTimeout(() => giveUp("Some work did not end in time; it will be taken up at the next start."), LAST_RESORT).unref();
    await running?.stop();
    say("Stopped.");
    process.exit(0);
  })();
  await stopping;
}

function readOrGiveUp() {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (error instanceof WrongSetting) giveUp(error.message);
    throw error;
  }
}

function isExpected(error: unknown): boolean {
  return ["EADDRINUSE", "EACCES", "EADDRNOTAVAIL"].includes((error as { code?: string }).code ?? "");
}

function expectedSentence(error: Error & { code?: string }): string {
  if (error.code === "EADDRINUSE")
    return `PORT ${config.port} on ${config.host} is taken by another program (another Relance?); stop it or set PORT to another number.`;
  if (error.code === "EADDRNOTAVAIL") return `HOST ${config.host} is not an address of this machine.`;
  if (error.code === "EACCES")
    return `PORT ${config.port} may not be opened by this user; set PORT to a number above 1023. (${error.message})`;
  return error.message;
}

function logFile(): ReturnType<typeof pino.destination> {
  return pino.destination({ dest: `${config.dataFolder}/relance.log`, mkdir: true, sync: true, mode: 0o600 });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function giveUp(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
