import { collectDefaultMetrics, Counter, Gauge, Histogram, register } from "prom-client";

/**
 * What this process measures of itself. What all processes share (depths, ages, states) is read from the database in `metrics.ts` at the
 * top. Names and units: docs/en/operator.md; a test keeps the two alike.
 */
const FAST = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export const httpSeconds = new Histogram({
  name: "relance_http_request_seconds",
  help: "Answers by route (as declared, without ids) and status",
  labelNames: ["method", "route", "status"],
  buckets: FAST,
});
export const ingestMessages = new Counter({
  name: "relance_ingest_messages_total",
  help: "Messages of the event protocol, after the commit: stored, duplicate or refused",
  labelNames: ["outcome"],
});
export const ingestSeconds = new Histogram({
  name: "relance_ingest_acknowledge_seconds",
  help: "From the arrival of a call to its answer, after the commit",
  buckets: FAST,
});
export const turnSeconds = new Histogram({
  name: "relance_engine_turn_seconds",
  help: "Length of engine turns that committed",
  buckets: FAST,
});
export const handedOver = new Counter({
  name: "relance_provider_results_total",
  help: "How hand-overs to providers ended, by kind of outcome",
  labelNames: ["outcome"],
});

/** Numbers that live in an object of this process and are read when asked for. */
export interface ProcessNumbers {
  engine?(): { readonly turns: number; readonly facts: number; readonly failures: number };
  takeovers?(): number;
  heldBuckets?(): readonly { readonly role: string; readonly n: number }[];
  clockSkewSeconds?(): number;
  /** What holds timers and sends, by code. */
  held?(): string | null;
  pools?(): readonly {
    readonly role: string;
    readonly open: number;
    readonly idle: number;
    readonly waiting: number;
    readonly most: number;
  }[];
}

let numbers: ProcessNumbers | null = null;

/** Tells the metrics where this process's numbers are; the last one told counts. */
export function measureProcess(of: ProcessNumbers): void {
  if (numbers === null) collectDefaultMetrics();
  numbers = of;
}

// Counted since the start by their owners; read when asked for.
const counter = (name: string, help: string, read: () => number | undefined) =>
  void new Counter({
    name,
    help,
    collect() {
      this.reset();
      this.inc(read() ?? 0);
    },
  });
const gauge = (name: string, help: string, read: (gauge: Gauge) => void, labelNames: string[] = []) =>
  void new Gauge({
    name,
    help,
    labelNames,
    collect() {
      this.reset();
      read(this);
    },
  });

counter("relance_engine_turns_total", "Engine turns committed by this process", () => numbers?.engine?.().turns);
counter("relance_engine_facts_total", "Facts worked off by this process", () => numbers?.engine?.().facts);
counter(
  "relance_engine_failures_total",
  "Engine turns that failed; the work was rolled back and tried again, or quarantined",
  () => numbers?.engine?.().failures,
);
counter("relance_lease_takeovers_total", "Buckets this process took over from one that died", () => numbers?.takeovers?.());
gauge(
  "relance_leases_held",
  "Buckets this process owns, by role; over all processes 256 each",
  (to) => numbers?.heldBuckets?.().forEach(({ role, n }) => to.set({ role }, n)),
  ["role"],
);
gauge("relance_clock_skew_seconds", "How far the clocks of the database and of this process disagree", (to) =>
  to.set(numbers?.clockSkewSeconds?.() ?? 0),
);
gauge(
  "relance_held",
  "1 while timers and sends are held for this reason",
  (to) => {
    const reason = numbers?.held?.() ?? null;
    if (reason !== null) to.set({ reason }, 1);
  },
  ["reason"],
);
gauge(
  "relance_pool_connections",
  "Connections to the database by role: in use, idle, and the most there may be",
  (to) =>
    numbers?.pools?.().forEach(({ role, open, idle, most }) => {
      to.set({ role, state: "used" }, open - idle);
      to.set({ role, state: "idle" }, idle);
      to.set({ role, state: "most" }, most);
    }),
  ["role", "state"],
);
gauge(
  "relance_pool_waiting",
  "Statements that wait for a connection, by role",
  (to) => numbers?.pools?.().forEach(({ role, waiting }) => to.set({ role }, waiting)),
  ["role"],
);

/** All metrics as Prometheus text. */
export const metricsText = async (): Promise<{ readonly type: string; readonly text: string }> => ({
  type: register.contentType,
  text: await register.metrics(),
});
