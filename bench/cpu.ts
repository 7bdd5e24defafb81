import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** CPU seconds this process and an embedded database have used so far; the database's only where /proc tells (Linux). */
export function cpuSeconds(folder: string): { readonly node: number; readonly database: number } {
  const { user, system } = process.cpuUsage();
  return { node: (user + system) / 1e6, database: cpuOfDatabase(folder) };
}

const TICKS = 100; // clock ticks a second, on every Linux we know

/** CPU seconds of the embedded database in a data folder, its backends that ended included; NaN where /proc does not tell. */
export function cpuOfDatabase(folder: string): number {
  try {
    const postmaster = readFileSync(join(folder, "postgres", "data", "postmaster.pid"), "utf8").split("\n")[0];
    let ticks = 0;
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      const fields = statOf(pid);
      if (fields && (pid === postmaster || fields[1] === postmaster)) ticks += Number(fields[11]) + Number(fields[12]);
      if (fields && pid === postmaster) ticks += Number(fields[13]) + Number(fields[14]); // of children that ended
    }
    return ticks / TICKS;
  } catch {
    return NaN;
  }
}

/** CPU seconds of a process; NaN when it is gone or /proc does not tell. */
export function cpuOfProcess(pid: number): number {
  const fields = statOf(String(pid));
  return fields ? (Number(fields[11]) + Number(fields[12])) / TICKS : NaN;
}

/** Fields of /proc/PID/stat after the name: state, parent, …; undefined when the process is gone. */
function statOf(pid: string): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}
