import type { Duplex } from "node:stream";
import type { Id, Instant } from "@relance/model/base";
import type { Database } from "./db/database.ts";

/**
 * The five doors to the outside. Everything awaited that can leave the process goes through one of them, so that one seeded
 * scheduler can run the whole engine in simulated time with a fault at every await (RELIABILITY §5.2). A lint forbids the rest:
 * `Date.now`, `Math.random`, `setTimeout`, `node:net`, `node:fs` and friends live only in `platform/`.
 */
export interface Ports {
  readonly sql: Database;
  readonly net: Net;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly files: Files;
}

export interface Clock {
  /** Now by the database's clock (offset measured regularly), in milliseconds since the epoch. Meaning and leases use this one. */
  now(): Instant;
  /** Milliseconds that never go back; for durations only. */
  monotonic(): number;
  /** Resolves after `ms` milliseconds, or at once when `signal` aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Chance {
  /** A new version 7 id for something that happens at `at`; ids of one process never go back. */
  id(at: Instant): Id;
  /** A number in [0, 1). */
  float(): number;
  /** Bytes fit for secrets and tokens. */
  bytes(count: number): Uint8Array;
}

export interface Net {
  /** Opens a TCP (or TLS) connection. Rejects when refused, timed out or, with `publicOnly`, when the address is not public. */
  connect(target: {
    host: string;
    port: number;
    tls: boolean;
    servername?: string;
    timeoutMs: number;
    publicOnly: boolean;
  }): Promise<Duplex>;
  /** Whether a domain takes mail, as DNS says: an MX, or else an address (RFC 5321 §5.1), and no null MX (RFC 7505). Null: no answer came. Never rejects. */
  takesMail(domain: string, timeoutMs: number): Promise<boolean | null>;
}

export interface Files {
  read(path: string): Promise<Uint8Array>;
  /** Writes the whole file, durable and all-or-nothing (temporary name, fsync, rename). */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** Appends and fsyncs. */
  append(path: string, bytes: Uint8Array): Promise<void>;
  /** Writes a stream; rejects with `TooLarge` and leaves nothing behind when it exceeds `mostBytes`. @returns its size */
  save(path: string, source: AsyncIterable<Uint8Array>, mostBytes: number): Promise<number>;
  /** Reads a file piece by piece. */
  stream(path: string): AsyncIterable<Uint8Array>;
  /** Reads the bytes from `from` up to, not including, `to`; fewer at the end of the file. */
  slice(path: string, from: number, to: number): Promise<Uint8Array>;
  remove(path: string): Promise<void>;
  list(folder: string): Promise<string[]>;
}

/** A stream held more bytes than it may. */
export class TooLarge extends Error {
  override readonly name = "TooLarge";
}
