import { isIP } from "node:net";
import { resolve } from "node:path";

/** The roles a process can play; one process plays all by default. */
const ROLES = ["http", "engine", "delivery", "jobs"] as const;
export type ProcessRole = (typeof ROLES)[number];

/** Everything the environment may say, read once. docs/en/settings.md is generated from SETTINGS. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** Absolute folder of the embedded database, keys, uploads and logs. */
  readonly dataFolder: string;
  /** `null`: the embedded PostgreSQL. */
  readonly databaseUrl: string | null;
  readonly roles: readonly ProcessRole[];
  /** Where people and mail links reach us, without a final slash. */
  readonly publicUrl: string;
  /** Load the demo shop at the first start. */
  readonly demo: boolean;
  readonly apiKey: string | null;
  readonly writeKey: string | null;
  readonly adminEmail: string | null;
  readonly adminPassword: string | null;
  readonly logLevel: string;
  /** Hosts and networks inside the house that providers and webhooks may reach although they are not public. */
  readonly allowPrivateHosts: readonly string[];
  /** Addresses of reverse proxies whose X-Forwarded-* headers are believed. */
  readonly trustedProxies: readonly string[];
}

interface Setting {
  readonly name: string;
  readonly fallback: string;
  readonly meaning: string;
}

/** The one table of settings, in the order the documentation shows them. */
export const SETTINGS: readonly Setting[] = [
  { name: "PORT", fallback: "3000", meaning: "Port of the web app and the API." },
  { name: "HOST", fallback: "127.0.0.1", meaning: "Address to listen on. Anything but loopback opens the server to the network." },
  { name: "RELANCE_DATA", fallback: ".relance", meaning: "Folder of the embedded database, keys, uploads and logs." },
  { name: "DATABASE_URL", fallback: "", meaning: "Your own PostgreSQL (15 or newer), as `postgres://…`. Empty: the embedded one." },
  {
    name: "RELANCE_ROLES",
    fallback: "http,engine,delivery,jobs",
    meaning: "What this process does; several processes may share one database.",
  },
  { name: "RELANCE_PUBLIC_URL", fallback: "", meaning: "Address people and e-mail links use. Empty: `http://HOST:PORT`." },
  { name: "RELANCE_DEMO", fallback: "1", meaning: "1: load the demo shop at the first start. 0: start empty." },
  {
    name: "RELANCE_API_KEY",
    fallback: "",
    meaning: "API key (`rlk_…`, at least 24 characters) to create at the first start, for automation.",
  },
  { name: "RELANCE_WRITE_KEY", fallback: "", meaning: "Write key (at least 8 characters) to create at the first start, for event SDKs." },
  { name: "RELANCE_ADMIN_EMAIL", fallback: "", meaning: "E-mail of the first administrator. Empty: a one-time set-up link is printed." },
  { name: "RELANCE_ADMIN_PASSWORD", fallback: "", meaning: "Password of the first administrator (12 to 128 characters)." },
  { name: "RELANCE_LOG", fallback: "info", meaning: "Least level that is logged: trace, debug, info, warn, error or fatal." },
  {
    name: "RELANCE_ALLOW_PRIVATE_HOSTS",
    fallback: "",
    meaning: "Host names or addresses, separated by commas, inside your network that SMTP and webhooks may reach.",
  },
  {
    name: "RELANCE_TRUSTED_PROXIES",
    fallback: "",
    meaning: "Addresses, separated by commas, of reverse proxies whose X-Forwarded-* headers are believed.",
  },
];

/** A wrong setting: the message is one sentence that names it. */
export class WrongSetting extends Error {
  override readonly name = "WrongSetting";
}

/**
 * Reads the settings; the only place that knows the environment.
 * @throws WrongSetting naming the first wrong value
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const read = (name: string) => (environment[name] ?? SETTINGS.find((setting) => setting.name === name)!.fallback).trim();
  const port = wholeNumber("PORT", read("PORT"), 1, 65_535);
  const host = read("HOST");
  if (host !== "localhost" && isIP(host) === 0) throw new WrongSetting(`HOST is "${host}"; it must be an IP address or "localhost".`);
  const adminEmail = optional(read("RELANCE_ADMIN_EMAIL"));
  const adminPassword = optional(read("RELANCE_ADMIN_PASSWORD"));
  if (adminEmail && !/^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+$/.test(adminEmail))
    throw new WrongSetting(`RELANCE_ADMIN_EMAIL is "${adminEmail}"; it must be an e-mail address.`);
  if (!adminEmail !== !adminPassword)
    throw new WrongSetting("RELANCE_ADMIN_EMAIL and RELANCE_ADMIN_PASSWORD go together; set both or neither.");
  if (adminPassword && (adminPassword.length < 12 || adminPassword.length > 128))
    throw new WrongSetting("RELANCE_ADMIN_PASSWORD must have 12 to 128 characters.");
  return {
    port,
    host,
    dataFolder: resolve(read("RELANCE_DATA")),
    databaseUrl: databaseUrl(read("DATABASE_URL")),
    roles: roles(read("RELANCE_ROLES")),
    publicUrl: publicUrl(read("RELANCE_PUBLIC_URL") || `http://${host.includes(":") ? `[${host}]` : host}:${port}`),
    demo: flag("RELANCE_DEMO", read("RELANCE_DEMO")),
    apiKey: apiKey(optional(read("RELANCE_API_KEY"))),
    writeKey: writeKey(optional(read("RELANCE_WRITE_KEY"))),
    adminEmail,
    adminPassword,
    logLevel: oneOf("RELANCE_LOG", read("RELANCE_LOG"), ["trace", "debug", "info", "warn", "error", "fatal", "silent"]),
    allowPrivateHosts: every("RELANCE_ALLOW_PRIVATE_HOSTS", read("RELANCE_ALLOW_PRIVATE_HOSTS"), isHost, "host names or IP addresses"),
    trustedProxies: every(
      "RELANCE_TRUSTED_PROXIES",
      read("RELANCE_TRUSTED_PROXIES"),
      isNetwork,
      "IP addresses or networks such as 10.0.0.0/8",
    ),
  };
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw new WrongSetting(`${name} is "${text}"; it must be a whole number from ${least} to ${most}.`);
  return value;
}

function flag(name: string, text: string): boolean {
  return oneOf(name, text, ["0", "1"]) === "1";
}

function oneOf(name: string, text: string, allowed: readonly string[]): string {
  if (!allowed.includes(text)) throw new WrongSetting(`${name} is "${text}"; it must be one of ${allowed.join(", ")}.`);
  return text;
}

function list(text: string): string[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

function every(name: string, text: string, good: (item: string) => boolean, what: string): string[] {
  const wrong = list(text).find((item) => !good(item));
  if (wrong !== undefined) throw new WrongSetting(`${name} names "${wrong}"; it must be ${what}, separated by commas.`);
  return list(text);
}

const isHost = (item: string): boolean => isIP(item) !== 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(item);

function isNetwork(item: string): boolean {
  const [address = "", bits, ...more] = item.split("/");
  const width = { 4: 32, 6: 128 }[isIP(address)] ?? 0;
  return width > 0 && more.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= width));
}

function optional(text: string): string | null {
  return text === "" ? null : text;
}

function roles(text: string): ProcessRole[] {
  const named = list(text);
  const unknown = named.find((name) => !(ROLES as readonly string[]).includes(name));
  if (unknown !== undefined) throw new WrongSetting(`RELANCE_ROLES names "${unknown}"; the roles are ${ROLES.join(", ")}.`);
  if (named.length === 0) throw new WrongSetting(`RELANCE_ROLES is empty; name at least one of ${ROLES.join(", ")}.`);
  return ROLES.filter((role) => named.includes(role));
}

function databaseUrl(text: string): string | null {
  if (text === "") return null;
  // The value may hold a password, so the message does not repeat it.
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text))
    throw new WrongSetting("DATABASE_URL must look like postgres://user:password@host:5432/database.");
  return text;
}

function publicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.search || url.hash)
    throw new WrongSetting(`RELANCE_PUBLIC_URL is "${text}"; it must be an http or https address such as https://relance.example.com.`);
  return url.href.replace(/\/+$/, "");
}

function apiKey(key: string | null): string | null {
  if (key !== null && !/^rlk_[A-Za-z0-9_-]{20,200}$/.test(key))
    throw new WrongSetting("RELANCE_API_KEY must be rlk_ followed by 20 to 200 letters, digits, _ or -.");
  return key;
}

function writeKey(key: string | null): string | null {
  if (key !== null && !/^[A-Za-z0-9_-]{8,200}$/.test(key))
    throw new WrongSetting("RELANCE_WRITE_KEY must have 8 to 200 letters, digits, _ or -.");
  return key;
}
