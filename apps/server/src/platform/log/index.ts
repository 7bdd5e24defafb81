import pino, { type DestinationStream, type Logger as Pino } from "pino";

/**
 * The log: an event name and typed fields only, never personal data and never a built string.
 * `log.info({ segment, members }, "segment.built")`.
 */
export type Logger = Pino;

// Fields that may carry personal data or secrets by accident; the rule is not to log them, this is the belt (SECURITY §5).
const REDACTED = [
  "email", "phone", "address", "password", "token", "authorization", "cookie", "secret", "key",
  "*.email", "*.phone", "*.address", "*.password", "*.token", "*.authorization", "*.cookie", "*.secret",
  // A PostgreSQL error repeats values in these: "Key (email)=(…) already exists".
  "err.detail", "err.where", "err.query", "err.parameters", "err.internalQuery",
  "error.detail", "error.where", "error.query", "error.parameters",
];

/** @param level least level that is written */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = { level, base: null, redact: { paths: REDACTED, censor: "***" }, serializers: { err: pino.stdSerializers.err, error: pino.stdSerializers.err } };
  return destination ? pino(options, destination) : pino(options);
}
