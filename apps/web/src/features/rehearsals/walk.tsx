import { Button, Checkbox, NativeSelect, NumberInput, SegmentedControl, Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { listContacts } from "@relance/contract/contacts";
import type { Journey } from "@relance/contract/journeys";
import { walkThrough, type Happening, type WalkMoment } from "@relance/contract/rehearsals";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useReason } from "../../app/send-moment.tsx";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Sheet } from "../../ui/page.tsx";
import { Moment, type Sign } from "../../ui/thread.tsx";
import { nameOf } from "../contacts/name.ts";
import { useStepNames, useWays } from "./people.tsx";
import { rehearsalWords } from "./words.ts";

const HOUR = 3_600_000;
type Does = Happening["does"];
interface Act { readonly hours: number; readonly does: Does; readonly event: string; readonly properties: Record<string, unknown>; readonly field: string; readonly value: string }

/** One person, real or invented, goes through the draft with the clock sped up; what they do is yours to say. */
export function Walk({ journey }: { readonly journey: Journey }) {
  const say = useWords(rehearsalWords);
  const [real, setReal] = useState(false);
  const [contact, setContact] = useState<{ id: string; name: string } | null>(null);
  const [firstName, setFirstName] = useState("Inès");
  const [agrees, setAgrees] = useState(true);
  const startEvent = journey.draft.starts.flatMap((one) => (one.kind === "event" ? [one] : []))[0];
  const [acts, setActs] = useState<readonly Act[]>(startEvent ? [{ hours: 0, does: "event", event: startEvent.event, properties: startEvent.key === null ? {} : { [startEvent.key]: "1" }, field: "", value: "" }] : [{ hours: 0, does: "enters", event: "", properties: {}, field: "", value: "" }]);
  const [from] = useState(() => new Date(Math.ceil(performance.timeOrigin / HOUR) * HOUR).toISOString());
  const go = useChange(walkThrough);
  const happenings = acts.map((act): Happening => {
    const at = new Date(Date.parse(from) + act.hours * HOUR + 60_000).toISOString();
    if (act.does === "event") return { at, does: "event", event: act.event, properties: act.properties };
    if (act.does === "sets") return { at, does: "sets", field: act.field, value: act.value };
    return { at, does: act.does } as Happening;
  });
  const run = (): void => go.mutate({ params: { id: journey.id }, body: { from, days: 60, happenings, ...(real && contact ? { contact: contact.id } : { invented: { agrees: agrees ? ["email", "sms"] : [], values: firstName === "" ? {} : { first_name: firstName } } }) } });
  return (
    <Sheet>
      <p className="small soft">{say.walkText}</p>
      <div className="walk" style={{ marginTop: 14 }}>
        <div className="stack">
          <SegmentedControl value={real ? "real" : "invented"} onChange={(value) => setReal(value === "real")} data={[{ value: "invented", label: say.invented }, { value: "real", label: say.real }]} />
          {real ? <Pick contact={contact} pick={setContact} /> : <><TextInput label={say.firstName} value={firstName} onChange={(event) => setFirstName(event.currentTarget.value)} /><Checkbox label={say.agrees} checked={agrees} onChange={(event) => setAgrees(event.currentTarget.checked)} /></>}
          <h3>{say.happens}</h3>
          <ul className="walk-acts">{acts.map((act, at) => <li key={at} className="row between small"><span>{say.at} {act.hours} h{say.colon}{titleOf(say, act)}</span><button type="button" className="link-button tiny" onClick={() => setActs(acts.filter((_one, place) => place !== at))}>{say.remove}</button></li>)}</ul>
          <Add add={(act) => setActs([...acts, act].sort((a, b) => a.hours - b.hours))} />
          <Button loading={go.isPending} disabled={real && contact === null} onClick={run}>{say.walkGo}</Button>
          <RefusalNote error={go.error} />
        </div>
        {go.data && <Story key={JSON.stringify(go.data)} journey={journey} from={from} moments={go.data.moments} waiting={go.data.waiting} />}
      </div>
    </Sheet>
  );
}

type Say = (typeof rehearsalWords)["en"];
const titleOf = (say: Say, act: Act): string => (act.does === "event" ? say.did.event(act.event) : act.does === "sets" ? say.did.sets(act.field) : say.did[act.does as "opens"]());

function Pick({ contact, pick }: { readonly contact: { id: string; name: string } | null; readonly pick: (contact: { id: string; name: string } | null) => void }) {
  const say = useWords(rehearsalWords);
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed.trim(), 200);
  const found = useQuery({ ...ask(listContacts, { query: { search, limit: 5 } }), enabled: contact === null && search.length > 1 });
  if (contact) return <p>{contact.name} <button type="button" className="link-button small" onClick={() => pick(null)}>{say.remove}</button></p>;
  return <div><TextInput type="search" label={say.find} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} /><ul className="people-list">{(search.length > 1 ? found.data?.items : undefined)?.map((one) => <li key={one.id}><button type="button" className="link-button" onClick={() => pick({ id: one.id, name: nameOf(one) || say.unnamed })}>{nameOf(one) || say.unnamed}</button></li>)}</ul></div>;
}

function Add({ add }: { readonly add: (act: Act) => void }) {
  const say = useWords(rehearsalWords);
  const [does, setDoes] = useState<Does>("opens");
  const [hours, setHours] = useState<number>(1);
  const [event, setEvent] = useState("Order Completed");
  const [properties, setProperties] = useState("{}");
  const [field, setField] = useState("city");
  const [value, setValue] = useState("");
  const parsed = readObject(properties);
  return (
    <div className="stack">
      <div className="row wrap" style={{ alignItems: "flex-end" }}>
        <NumberInput label={`${say.at} (${say.hours})`} w={110} min={0} max={1_400} value={hours} onChange={(given) => setHours(Number(given) || 0)} />
        <NativeSelect aria-label={say.happens} value={does} onChange={(change) => setDoes(change.currentTarget.value as Does)} data={[{ value: "opens", label: say.opens }, { value: "clicks", label: say.clicks }, { value: "event", label: say.event }, { value: "leaves", label: say.leavesBy }, { value: "enters", label: say.entersIt }, { value: "sets", label: say.sets }]} />
        <Button variant="default" disabled={does === "event" && (parsed === null || event === "")} onClick={() => add({ hours, does, event, properties: parsed ?? {}, field, value })}>{say.add}</Button>
      </div>
      {does === "event" && <><TextInput label={say.eventName} value={event} onChange={(change) => setEvent(change.currentTarget.value)} /><Textarea label={say.properties} autosize value={properties} error={parsed === null ? say.badJson : undefined} onChange={(change) => setProperties(change.currentTarget.value)} /></>}
      {does === "sets" && <div className="row"><TextInput label={say.field} value={field} onChange={(change) => setField(change.currentTarget.value)} /><TextInput label={say.fieldValue} value={value} onChange={(change) => setValue(change.currentTarget.value)} /></div>}
    </div>
  );
}

function readObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

const SIGNS: Readonly<Record<WalkMoment["kind"], Sign>> = { did: "now", entered: "fact", arrived: "past", waits: "past", left: "past", ended: "fact", planned: "past", held: "not", sent: "good", skipped: "not", failed: "bad", refused: "bad" };

/** The story told with its clock: an hour a second, to the end at once when asked. */
function Story({ journey, from, moments: all, waiting }: { readonly journey: Journey; readonly from: string; readonly moments: readonly WalkMoment[]; readonly waiting: { step: string; until: string | null; listens: string[] } | null }) {
  const say = useWords(rehearsalWords);
  const { language } = useLanguage();
  const reason = useReason();
  const { time, moment, dayKey } = useFormats();
  const name = useStepNames(journey.draft);
  const way = useWays(journey.draft);
  const start = Date.parse(from);
  // A message step is told by its message.
  const moments = useMemo(() => all.filter((one) => one.kind !== "left" || !all.some((other) => other.step === one.step && ["planned", "held", "sent", "skipped", "failed"].includes(other.kind))), [all]);
  const last = moments.length === 0 ? start : Date.parse(moments.at(-1)!.at);
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const [clock, setClock] = useState(calm ? last : start);
  const [playing, setPlaying] = useState(!calm);
  useEffect(() => {
    if (!playing) return undefined;
    const timer = setInterval(() => setClock((at) => {
      // Empty hours pass at once: the clock goes to the next moment, an hour a second until then at most three.
      const next = moments.map((one) => Date.parse(one.at)).find((one) => one > at) ?? last;
      return Math.min(last, Math.max(at + HOUR / 4, next - 3 * HOUR));
    }), 250);
    return () => clearInterval(timer);
  }, [playing, moments, last]);
  const shown = moments.filter((one) => Date.parse(one.at) <= clock);
  const done = shown.length === moments.length;
  const told = (one: WalkMoment): string | null => {
    const { facts } = one;
    const code = typeof facts["reason"] === "string" ? reason(facts["reason"]) : null;
    const until = typeof facts["until"] === "string" ? say.until(moment(facts["until"], Date.parse(one.at))) : null;
    if (one.kind === "refused") return (facts["message"] as { fr: string; en: string } | null)?.[language] ?? String(facts["code"]);
    if (one.kind === "sent") return say.checksPassed(String((facts["checks"] as { result: string }[] | null)?.filter((check) => check.result === "pass").length ?? 0));
    if (one.kind === "left") return way(one.step ?? "", String(facts["exit"]));
    if (one.kind === "ended") return (say.endOne as Readonly<Record<string, string>>)[String(facts["outcome"])] ?? String(facts["outcome"]);
    return [code, until].filter((part) => part !== null).join(", ") || null;
  };
  const title = (one: WalkMoment): string => (one.kind === "did" ? ((one.facts["does"] === "event" ? say.did.event(String(one.facts["event"])) : one.facts["does"] === "sets" ? say.did.sets(String(one.facts["field"])) : say.did[one.facts["does"] as "opens"]()) ?? "") : one.step === null || one.kind === "ended" ? say.kinds[one.kind] : `${say.kinds[one.kind]}${say.colon}${name(one.step)}`);
  const when = (at: string): string => say.dayN(String(Math.round((Date.parse(dayKey(at)) - Date.parse(dayKey(start))) / (24 * HOUR))), time(at));
  if (moments.length === 0) return <p className="soft">{say.nothingYet}</p>;
  return (
    <div>
      <div className="row wrap" style={{ marginBottom: 12 }}>
        <Button size="xs" variant="default" onClick={() => { if (done) setClock(start); setPlaying(!playing || done); }}>{playing && !done ? say.stop : done ? say.replay : say.play}</Button>
        <Button size="xs" variant="subtle" onClick={() => setClock(last)}>{say.jump}</Button>
        <span className="small soft">{when(new Date(clock).toISOString())}</span><span className="tiny faint">{say.speed}</span>
      </div>
      <ol className="thread" aria-live="polite">{shown.map((one, at) => <Moment key={at} sign={SIGNS[one.kind]} title={title(one)} at={when(one.at)}>{told(one) ?? undefined}</Moment>)}</ol>
      {done && waiting && <p className="small soft">{waiting.until === null ? say.waitingOn(name(waiting.step), waiting.listens.join(", ")) : say.waitingAt(name(waiting.step), moment(waiting.until, last))}</p>}
    </div>
  );
}
