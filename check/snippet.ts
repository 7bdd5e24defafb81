import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";

/** Bytes the snippet may weigh on a shop's page, compressed; what the server writes in front of it is under 300 more. */
const MOST = 6_000 - 300;

/** Builds the snippet as it is served and weighs it. */
export async function checkSnippet(): Promise<string[]> {
  const built = (await build({ root: "packages/snippet", logLevel: "error", build: { write: false } })) as Rolldown.RolldownOutput[];
  const script = built.flatMap((one) => one.output).find((one) => one.type === "chunk");
  if (!script || script.code.length < 2_000) return ["the snippet's build holds no script: nothing was weighed"];
  const bytes = gzipSync(script.code, { level: 9 }).length;
  return bytes <= MOST ? [] : [`packages/snippet: ${bytes} bytes compressed, ${MOST} at most`];
}
