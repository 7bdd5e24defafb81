import { Button, SegmentedControl } from "@mantine/core";
import { getTimeline, type TimelineItem } from "@relance/contract/contacts";
import { eventTitle } from "@relance/model/rules";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { askPages } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useReason } from "../../app/send-moment.tsx";
import { sendWords } from "../../app/send-words.ts";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Waiting } from "../../ui/page.tsx";
import { Marked } from "../../ui/sentence.tsx";
import { Moment, Thread, type Sign } from "../../ui/thread.tsx";
import { useStepName } from "./step-name.ts";
import { Why } from "./why.tsx";
import { contactWords } from "./words.ts";

const VIEWS = {
  all: "",
  received: "send,engagement",
  did: "event,order,engagement,consent",
  decided: "send,visit,segment,change,merge",
} as const;
type View = keyof typeof VIEWS;

/** Everything that happened to one contact, newest first, a heading per day. */
export function Timeline({ contact }: { readonly contact: string }) {
  const say = useWords(contactWords);
  const { dayKey, dayName } = useFormats();
  const now = useNow();
  const [view, setView] = useState<View>("all");
  const pages = useInfiniteQuery({
    ...askPages(getTimeline, (after) => ({
      params: { id: contact },
      query: { limit: 50, ...(VIEWS[view] !== "" && { kinds: VIEWS[view] }), ...(after !== undefined && { after }) },
    })),
    refetchInterval: 10_000,
  });
  const items = pages.data?.pages.flatMap((one) => one.items) ?? [];
  const days = Map.groupBy(items, (one) => dayKey(one.at));
  return (
    <>
      <SegmentedControl
        aria-label={say.thread}
        value={view}
        onChange={(value) => setView(value as View)}
        data={(Object.keys(VIEWS) as View[]).map((one) => ({ value: one, label: say[one] }))}
        style={{ marginBottom: 20 }}
      />
      <RefusalNote error={pages.error} />
      {pages.isPending && <Waiting lines={6} />}
      {pages.data && items.length === 0 && <p className="soft">{say.quiet}</p>}
      {[...days].map(([day, ofDay]) => (
        <section key={day}>
          <div className="day">{dayName(ofDay[0]!.at, now)}</div>
          <Thread>
            {together(ofDay).map((same) => (
              <Item key={same[0]!.id} items={same} />
            ))}
          </Thread>
        </section>
      ))}
      {pages.hasNextPage && (
        <Button variant="subtle" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()} style={{ marginTop: 16 }}>
          {say.older}
        </Button>
      )}
    </>
  );
}

const text = (value: unknown): string =>
  value === null || value === undefined ? "—" : typeof value === "string" ? value : JSON.stringify(value);

/** Fields that changed at one moment, from one message, are one thing that happened. */
function together(items: readonly TimelineItem[]): readonly (readonly TimelineItem[])[] {
  const lines: TimelineItem[][] = [];
  for (const one of items) {
    const last = lines.at(-1);
    if (one.kind === "change" && last?.[0]!.kind === "change" && last[0]!.at === one.at) last.push(one);
    else lines.push([one]);
  }
  return lines;
}

function Item({ items }: { readonly items: readonly TimelineItem[] }) {
  const item = items[0]!;
  const { time } = useFormats();
  const [open, setOpen] = useState(false);
  const word = useLine();
  const step = useStepName(item.kind === "visit" ? (item.data.journey as string) : null, item.title);
  const line = {
    ...word({ ...item, title: step }),
    more: items
      .map((one) => word(one).more)
      .filter((more) => more !== "")
      .join(", "),
  };
  const send = item.kind === "send" ? text(item.data.send) : null;
  const say = useWords(sendWords);
  return (
    <Moment sign={line.sign} title={<Marked text={line.title} />} at={time(item.at)}>
      {line.more !== "" && <span>{line.more} </span>}
      {send !== null && (
        <button type="button" className="link-button" aria-expanded={open} onClick={() => setOpen(!open)}>
          {say.why}
        </button>
      )}
      {send !== null && open && <Why send={send} />}
    </Moment>
  );
}

interface Line {
  readonly sign: Sign;
  readonly title: string;
  readonly more: string;
}

/** One line of the timeline in words. */
function useLine(): (item: TimelineItem) => Line {
  const say = useWords(contactWords);
  const send = useWords(sendWords);
  const reason = useReason();
  const { money, number } = useFormats();
  const { language } = useLanguage();
  const about = ({ amount, currency, properties }: TimelineItem["data"]): string => {
    if (typeof amount === "number" && typeof currency === "string") return money(amount, currency);
    const order = (properties as { readonly order_id?: unknown } | null)?.order_id;
    if (typeof order !== "string" && typeof order !== "number") return summaryOf(properties);
    return [say.ofOrder(String(order)), ...(typeof amount === "number" ? [number(amount)] : [])].join(", ");
  };
  return ({ kind, title, data }) => {
    if (kind === "event") return { sign: "past", title: eventTitle(title, language), more: about(data) };
    if (kind === "order")
      return {
        sign: "good",
        title: data.kind === "return" ? say.returned(title) : say.ordered(title),
        more: typeof data.total === "number" && typeof data.currency === "string" ? money(data.total, data.currency) : "",
      };
    if (kind === "send") {
      const state = data.state as keyof typeof send.states;
      return {
        sign: state === "accepted" ? "now" : state === "skipped" ? "not" : state === "failed" || state === "uncertain" ? "bad" : "past",
        title: `${send.states[state]}, ${title === "email" ? "e\u2060-\u2060mail" : title}`,
        more:
          reason(data.reason as string | null) ??
          (typeof data.delivery === "string" ? send.delivery[data.delivery as keyof typeof send.delivery] : ""),
      };
    }
    if (kind === "engagement")
      return {
        sign: data.machine === true ? "not" : "fact",
        title: say.kinds[title as keyof typeof say.kinds] ?? title,
        more: data.machine === true ? say.machine : typeof data.url === "string" ? data.url : "",
      };
    if (kind === "segment") return { sign: "fact", title: data.entered === true ? say.entered(title) : say.left(title), more: "" };
    if (kind === "consent")
      return {
        sign: data.state === "granted" ? "good" : "not",
        title: say.consent(
          say.consentStates[data.state as keyof typeof say.consentStates] ?? text(data.state),
          title === "email" ? "e\u2060-\u2060mail" : title.toUpperCase(),
        ),
        more: say.consentSources[text(data.source)] ?? text(data.source),
      };
    if (kind === "merge") return { sign: "past", title: say.merged, more: "" };
    if (kind === "change") {
      const name = (say.fields as Readonly<Record<string, string>>)[title] ?? title.replace(/^attributes\./, "");
      return {
        sign: "past",
        title: say.changed,
        more:
          data.old === null || data.old === undefined ? say.learned(name, text(data.new)) : say.from(name, text(data.old), text(data.new)),
      };
    }
    return { sign: "fact", title: say.step(title), more: "" };
  };
}

/** What an event was about, so that two page views can be told apart: its name alone where it has one, else its first plain properties. */
function summaryOf(properties: unknown): string {
  if (typeof properties !== "object" || properties === null) return "";
  const { name, title, query } = properties as Readonly<Record<string, unknown>>;
  for (const one of [name, title, query]) if (typeof one === "string" && one !== "") return one.slice(0, 160);
  return Object.entries(properties)
    .filter(([, value]) => typeof value === "string" || typeof value === "number")
    .slice(0, 3)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(", ")
    .slice(0, 160);
}
