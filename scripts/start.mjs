// `npm start`: installs what is missing, builds the web app, then hands over to the server on the Node that Relance brings.
import { ensureInstalled, ensureWebBuilt, ROOT, startNode } from "./install.mjs";

ensureInstalled();
ensureWebBuilt();
// What an import or a group of events reads lives as long as its transaction. In young space of the usual size it is copied again and again
// until then: a quarter of their CPU. The space grows to this only under such work.
const server = startNode(["--max-semi-space-size=64", `${ROOT}/apps/server/src/main.ts`, ...process.argv.slice(2)]);
// The server stops cleanly on either; a terminal sends Ctrl-C to the whole group, so it may hear it twice.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => server.kill(signal));
// npm passes a signal on to the shell it started, and `exec` in package.json makes that shell us. When npm itself is killed, nobody tells us.
const parent = process.ppid;
setInterval(() => { if (process.ppid !== parent) server.kill("SIGTERM"); }, 1_000).unref();
server.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGKILL" ? 137 : 1)));
