import pino, { type DestinationStream, type Logger as Pino } from "pino";

/**
 * The log: an event name and typed fields only, never personal data and never a built string.
 * `log.info({ segment, members }, "segment.built")`.
 */
export type Logger = Pino;

// Fields that may carry personal data or secrets by accident; the rule is not to log them, this is the belt (SECURITY §5).
const REDACTED = [
  "email",
  "phone",
  "address",
  "password",
  "token",
  "authorization",
  "cookie",
  "secret",
  "key",
  "*.email",
  "*.phone",
  "*.address",
  "*.password",
  "*.token",
  "*.authorization",
  "*.cookie",
  "*.secret",
];

/**
 * What is written of an error. Anything else it carries is left out: PostgreSQL repeats values in `detail` and `where` ("Key (email)=(…)
 * already exists"), and the driver hangs the whole connection with its queries on the error of a lost one.
 */
const OF_ERRORS = new Set([
  "type",
  "message",
  "stack",
  "aggregateErrors",
  "code",
  "severity",
  "schema",
  "table",
  "column",
  "constraint",
  "routine",
  "errno",
  "syscall",
  "status",
  "statusCode",
]);
const errorOf = (error: Error): Record<string, unknown> =>
  Object.fromEntries(Object.entries(pino.stdSerializers.err(error)).filter(([name]) => OF_ERRORS.has(name)));

/** @param level least level that is written */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = { level, base: null, redact: { paths: REDACTED, censor: "***" }, serializers: { err: errorOf, error: errorOf } };
  return destination ? pino(options, destination) : pino(options);
}
