import type { LiveEvent, RefusedMessage } from "@relance/contract/events";

/** One message of the stream, accepted or refused. */
export interface Line {
  readonly id: string;
  readonly receivedAt: string;
  readonly occurredAt: string | null;
  readonly source: string | null;
  /** Of the event; of a refused message what it said, if it can be read. */
  readonly name: string | null;
  readonly contact: string | null;
  readonly who: string | null;
  /** false: history, which starts nothing. */
  readonly live: boolean;
  readonly refusal: { readonly code: string; readonly field: string } | null;
  /** As it came, to be read. */
  readonly body: string;
}

const MOST = 100;

/** The last hundred of both, newest first. */
export function linesOf(seen: { readonly events: readonly LiveEvent[]; readonly refused: readonly RefusedMessage[] }): Line[] {
  const accepted = seen.events.map((one): Line => ({
    id: one.id,
    receivedAt: one.receivedAt,
    occurredAt: one.occurredAt,
    source: one.source,
    name: one.name,
    contact: one.contact,
    who: one.who,
    live: one.live,
    refusal: null,
    body: JSON.stringify(
      {
        type: one.type,
        ...(one.type === "track" && { event: one.name }),
        messageId: one.messageId,
        [one.type === "identify" ? "traits" : "properties"]: one.properties,
      },
      null,
      2,
    ),
  }));
  const refused = seen.refused.map((one): Line => {
    const said = read(one.body);
    return {
      id: one.id,
      receivedAt: one.receivedAt,
      occurredAt: null,
      source: one.source,
      name: said.name,
      contact: null,
      who: null,
      live: true,
      refusal: { code: one.code, field: one.field ?? "" },
      body: said.body,
    };
  });
  return [...accepted, ...refused]
    .sort((a, b) => (a.receivedAt === b.receivedAt ? (a.id < b.id ? 1 : -1) : a.receivedAt < b.receivedAt ? 1 : -1))
    .slice(0, MOST);
}

/** A refused message may be anything, and is cut where it was long. */
function read(body: string): { name: string | null; body: string } {
  try {
    const value = JSON.parse(body) as { event?: unknown; type?: unknown } | null;
    const name = [value?.event, value?.type].find((one) => typeof one === "string" && one !== "");
    return { name: typeof name === "string" ? name : null, body: JSON.stringify(value, null, 2) };
  } catch {
    return { name: null, body };
  }
}

/** Whether a line holds all the words: in its name, its person, its reason or what it said. */
export function lineMatches(line: Line, words: string): boolean {
  const text = [line.name, line.who, line.refusal?.code, line.refusal?.field, line.body].join(" ").toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
