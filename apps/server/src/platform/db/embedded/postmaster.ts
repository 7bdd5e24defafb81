import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

/** The server process that `postmaster.pid` names, when it really is alive and serving this folder. */
export function runningPid(data: string): number | null {
  const file = join(data, "postmaster.pid");
  if (!existsSync(file)) return null;
  const pid = Number(readFileSync(file, "utf8").split("\n")[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return null;
  return commandOf(pid).includes(data) ? pid : null;
}

/**
 * Removes a lock file whose process is gone, or whose number now belongs to another program. PostgreSQL refuses to start on the
 * second kind when the other program has the same user, which is typical of restarted containers with low numbers (DATABASE.md §A).
 */
export function removeStaleLock(data: string): void {
  if (runningPid(data) === null) rmSync(join(data, "postmaster.pid"), { force: true });
}

/** Whether a process of this number exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return (error as { code?: string }).code === "EPERM";
  }
}

function isZombie(pid: number): boolean {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false; // no /proc on this system
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    try {
      return execFileSync("ps", ["-p", String(pid), "-o", "command="], { encoding: "utf8" });
    } catch {
      return ""; // gone between the two looks
    }
  }
}
