import { CodedError } from "../../platform/errors.ts";
import { brokenOff, certificateWrong, hostUnknown, noAnswer, queryRefused, signInRefused, sourceFailed } from "./errors.ts";
import type { SyncRecord } from "./queries.ts";

const SILENT = new Set(["ECONNREFUSED", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH"]);
const BROKEN = new Set(["ECONNRESET", "EPIPE", "ERR_STREAM_PREMATURE_CLOSE"]);

/** What went wrong while a source was asked, as a coded error: what the system, TLS or a database says is sorted by its own codes. */
export function failureOf(error: unknown, sync: Pick<SyncRecord, "settings">): CodedError {
  if (error instanceof CodedError) return error;
  const { message, code = "", cause } = error as Error & { code?: string };
  const detail = message.slice(0, 300);
  const host = hostOf(sync.settings);
  const more = { cause: cause ?? error };
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return hostUnknown({ host }, more);
  if (SILENT.has(code)) return noAnswer({ host }, more);
  if (BROKEN.has(code) || message === "aborted") return brokenOff({ host }, more);
  // The client of MySQL calls every failure of the handshake by one name.
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|^HANDSHAKE_SSL_ERROR$/.test(code)) return certificateWrong({ host, detail }, more);
  // MySQL and MariaDB name theirs.
  if (/^ER_(ACCESS_DENIED|DBACCESS_DENIED|HOST_NOT_PRIVILEGED|NOT_SUPPORTED_AUTH)/.test(code)) return signInRefused({ detail }, more);
  if (/^ER_/.test(code)) return queryRefused({ detail }, more);
  if (code === "PROTOCOL_CONNECTION_LOST") return brokenOff({ host }, more);
  // SQLSTATE: class 28 is the sign-in.
  if (/^28...$/.test(code)) return signInRefused({ detail }, more);
  if (/^[0-9A-Z]{5}$/.test(code)) return queryRefused({ detail }, more);
  return sourceFailed({ reason: detail }, more);
}

const hostOf = (settings: SyncRecord["settings"]): string => ("address" in settings ? new URL(settings.address).host : settings.host);
