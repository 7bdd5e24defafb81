// `npm start`: installs what is missing, builds the web app, then hands over to the server on the Node that Relance brings.
import { ensureInstalled, ensureWebBuilt, ROOT, startNode } from "./install.mjs";

ensureInstalled();
ensureWebBuilt();
const server = startNode([`${ROOT}/apps/server/src/main.ts`, ...process.argv.slice(2)]);
// The server stops cleanly on either; a terminal sends Ctrl-C to the whole group, so it may hear it twice.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => server.kill(signal));
// npm passes a signal on to the shell it started, and `exec` in package.json makes that shell us. When npm itself is killed, nobody tells us.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) server.kill("SIGTERM");
}, 1_000).unref();
server.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGKILL" ? 137 : 1)));
