import { Select } from "@mantine/core";
import type { Output } from "@relance/contract/client";
import { compareSegment, listSegments, segmentGrowth } from "@relance/contract/segments";
import type { Rule } from "@relance/model/rules";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { insightWords } from "./insight-words.ts";
import { UnderWayToExact, useWhole, type Whole } from "./whole.tsx";

type Compared = Output<typeof compareSegment.response>;
type Side = NonNullable<Compared["change"]>["joining"];
const DAYS = 90;

const sideOf = (a: Side, b: Side): Side => ({
  count: a.count + b.count,
  sample: [...a.sample, ...b.sample].slice(0, Math.max(a.sample.length, b.sample.length)),
});

/** Two parts of the same comparison as one. */
function together(a: Compared, b: Compared): Compared {
  return {
    exact: true,
    change: a.change &&
      b.change && {
        joining: sideOf(a.change.joining, b.change.joining),
        leaving: sideOf(a.change.leaving, b.change.leaving),
        staying: a.change.staying + b.change.staying,
      },
    overlap: a.overlap &&
      b.overlap && {
        both: a.overlap.both + b.overlap.both,
        onlyRule: a.overlap.onlyRule + b.overlap.onlyRule,
        onlySegment: a.overlap.onlySegment + b.overlap.onlySegment,
      },
  };
}

/** Estimated first, which costs the same whatever the number of contacts; then exactly. */
function useCompared(
  body: { readonly rule: Rule; readonly segment?: string; readonly with?: string },
  enabled = true,
): { readonly data: Compared | undefined; readonly error: unknown; readonly whole: Whole<Compared> } {
  const quick = useQuery({ ...ask(compareSegment, { body: { ...body, exact: false } }), enabled });
  const estimated = quick.data?.exact === false && !quick.isPlaceholderData;
  const whole = useWhole<Compared>({
    key: [compareSegment.path, body],
    enabled: enabled && estimated,
    ask: (part, signal) => api.call(compareSegment, { body: { ...body, part } }, signal),
    add: together,
  });
  return { data: (estimated && whole.data) || quick.data, error: quick.error ?? whole.error, whole };
}

/** What saving the rule would change, before it is saved. */
export function IfSaved({ rule, segment }: { readonly rule: Rule; readonly segment: string }) {
  const say = useWords(insightWords);
  const { data, error, whole } = useCompared({ rule, segment });
  const number = useNumber(data);
  if (!data?.change) return <RefusalNote error={error} />;
  const { joining, leaving, staying } = data.change;
  return (
    <section aria-live="polite">
      <h3>{say.ifSaved}</h3>
      {joining.count + leaving.count === 0 && <p className="small soft">{say.noChange}</p>}
      <People sign="+" title={say.joining(joining.count, number(joining.count))} side={joining} number={number} />
      <People sign="−" title={say.leaving(leaving.count, number(leaving.count))} side={leaving} number={number} />
      {joining.count + leaving.count > 0 && <p className="small soft">{say.staying(staying, number(staying))}</p>}
      <UnderWayToExact whole={whole} />
    </section>
  );
}

/** How numbers are written: "about 1,200" while they are estimated. */
function useNumber(data: Compared | undefined): (n: number) => string {
  const say = useWords(insightWords);
  const { number } = useFormats();
  return (n) => (data?.exact === false ? say.about(number(n)) : number(n));
}

function People({
  sign,
  title,
  side,
  number,
}: {
  readonly sign: string;
  readonly title: string;
  readonly side: Side;
  readonly number: (n: number) => string;
}) {
  const say = useWords(insightWords);
  if (side.count === 0) return null;
  return (
    <details className="small" style={{ marginBottom: 6 }}>
      <summary>
        <b aria-hidden>{sign}</b> {title}
      </summary>
      {side.sample.map((one) => (
        <div key={one.id} style={{ paddingLeft: 16, lineHeight: "24px" }}>
          <Link to="/contacts/$contact" params={{ contact: one.id }}>
            {one.known ? one.name || one.email : say.visitor}
          </Link>
        </div>
      ))}
      {side.count > side.sample.length && (
        <div className="soft" style={{ paddingLeft: 16 }}>
          {say.andMore(number(side.count - side.sample.length))}
        </div>
      )}
    </details>
  );
}

/** How many the rule shares with the members of a segment of one's choice. */
export function Overlap({ rule, self }: { readonly rule: Rule; readonly self: string | null }) {
  const say = useWords(insightWords);
  const [chosen, choose] = useState<string | null>(null);
  const others = (useQuery(ask(listSegments, {})).data?.items ?? []).filter((one) => one.id !== self);
  const other = others.find((one) => one.id === chosen);
  const { data, error, whole } = useCompared({ rule, with: chosen ?? "" }, chosen !== null);
  const number = useNumber(data);
  const overlap = other && data?.overlap;
  if (others.length === 0) return null;
  return (
    <section>
      <Select
        label={say.overlap}
        placeholder={say.choose}
        searchable
        clearable
        size="sm"
        data={others.map((one) => ({ value: one.id, label: one.name }))}
        value={chosen}
        onChange={choose}
      />
      <RefusalNote error={error} />
      {overlap && (
        <div aria-live="polite">
          <Bars
            parts={[
              { tone: "here", n: overlap.onlyRule },
              { tone: "both", n: overlap.both },
              { tone: "there", n: overlap.onlySegment },
            ]}
          />
          <dl className="facts small">
            <dt>{say.both}</dt>
            <dd>{number(overlap.both)}</dd>
            <dt>{say.onlyHere}</dt>
            <dd>{number(overlap.onlyRule)}</dd>
            <dt>{say.onlyThere(other.name)}</dt>
            <dd>{number(overlap.onlySegment)}</dd>
          </dl>
          <UnderWayToExact whole={whole} />
        </div>
      )}
    </section>
  );
}

function Bars({ parts }: { readonly parts: readonly { readonly tone: string; readonly n: number }[] }) {
  const all = parts.reduce((sum, one) => sum + one.n, 0);
  if (all === 0) return null;
  return (
    <div className="overlap-bar" aria-hidden>
      {parts.map((one) => (
        <i key={one.tone} data-tone={one.tone} style={{ width: `${(100 * one.n) / all}%` }} />
      ))}
    </div>
  );
}

/** About how many the rule would have named over the last three months. */
export function Growth({ rule }: { readonly rule: Rule }) {
  const say = useWords(insightWords);
  const { number } = useFormats();
  const points = useQuery(ask(segmentGrowth, { body: { rule, days: DAYS } })).data?.points;
  if (!points) return null;
  const most = Math.max(1, ...points.map((one) => one.count));
  const daysAgo = (index: number): string => number(Math.round((DAYS * (points.length - 1 - index)) / (points.length - 1)));
  return (
    <section>
      <h3>{say.growth}</h3>
      <div className="growth" role="img" aria-label={points.map((one, index) => say.before(daysAgo(index), number(one.count))).join(". ")}>
        {points.map((one, index) => (
          <i
            key={one.at}
            title={say.before(daysAgo(index), number(one.count))}
            style={{ height: `${Math.max(2, (100 * one.count) / most)}%` }}
          />
        ))}
      </div>
      <p className="tiny faint">{say.growthHelp}</p>
    </section>
  );
}
