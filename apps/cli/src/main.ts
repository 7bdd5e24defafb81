#!/usr/bin/env node
import { run } from "./run.ts";

// Under `npm run relance` npm has moved to the project's folder; file names are meant from where the person stands.
const folder = process.env["npm_lifecycle_event"] === "relance" ? (process.env["INIT_CWD"] ?? process.cwd()) : process.cwd();
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1)); // `relance contacts find a | head`
process.exitCode = await run(process.argv.slice(2), { environment: process.env, folder, out: process.stdout, err: process.stderr, fetch });
