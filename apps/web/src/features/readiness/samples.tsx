import { Button, NumberInput, SegmentedControl } from "@mantine/core";
import { listSamples, makeSample, reviewItem, sampleItem, type Sample } from "@relance/contract/readiness";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Empty, Part, Sheet, Waiting } from "../../ui/page.tsx";
import { Say } from "../../ui/sentence.tsx";
import { useReadinessNames } from "./names.ts";
import { ReadinessHead } from "./route.tsx";
import { sampleWords } from "./sample-words.ts";

type Verdict = "right" | "wrong" | "unsure";

/** Samples that people review: draw one, judge record after record, see the error rate and how it moves. */
export function SamplesPage() {
  const say = useWords(sampleWords);
  const { data, error } = useQuery(ask(listSamples, {}));
  const [open, setOpen] = useState<string | null>(null);
  const may = (useSession().workspace?.role ?? "viewer") !== "viewer";
  const under =
    data?.items.find((one) => one.id === open) ?? data?.items.find((one) => one.endedAt === null && one.reviewed < one.drawn) ?? null;
  const last = data?.items.find((one) => one.reviewed > 0);
  return (
    <>
      <ReadinessHead />
      <Sheet margin={data && data.items.length > 0 ? <History samples={data.items} open={setOpen} /> : undefined}>
        <RefusalNote error={error} />
        {!data && !error && <Waiting lines={6} />}
        {data && data.items.length === 0 && <Empty title={say.none} text={say.noneText} />}
        {last && <RateSentence sample={last} />}
        {under && may && <Review key={under.id} sample={under} />}
        {last && <Rates sample={under !== null && under.reviewed > 0 ? under : last} />}
        {data && may && <Draw />}
      </Sheet>
    </>
  );
}

function useRate() {
  const { language } = useLanguage();
  const { number } = useFormats();
  const one = (value: number): string => number(Math.round(value * 1000) / 10);
  const unit = language === "en" ? "%" : "\u00a0%";
  return {
    rate: (share: number) => `${one(share)}${unit}`,
    interval: (low: number, high: number) => `[${one(low)}${language === "en" ? "," : "\u202f;"} ${one(high)}]`,
  };
}

function RateSentence({ sample }: { readonly sample: Sample }) {
  const say = useWords(sampleWords);
  const { rate, interval } = useRate();
  const whole = sample.rates[0]!.interval;
  if (whole === null) return null;
  return <Say small text={say.sentence(rate(whole.share), interval(whole.low, whole.high), say.subjects[sample.subject])} />;
}

function Draw() {
  const say = useWords(sampleWords);
  const [subject, setSubject] = useState<"contacts" | "products">("contacts");
  const [percent, setPercent] = useState<number>(2);
  const draw = useChange(makeSample);
  return (
    <Part title={say.draw}>
      <p className="small soft cleaning-why">{say.drawText}</p>
      <div className="row wrap" style={{ alignItems: "end", gap: 16 }}>
        <SegmentedControl
          aria-label={say.of}
          value={subject}
          onChange={(value) => setSubject(value as "contacts" | "products")}
          data={(["contacts", "products"] as const).map((value) => ({ value, label: say.subjects[value] }))}
        />
        <NumberInput
          label={say.percent}
          min={1}
          max={5}
          step={1}
          value={percent}
          onChange={(value) => setPercent(Number(value) || 1)}
          w={110}
        />
        <Button loading={draw.isPending} onClick={() => draw.mutate({ body: { subject, percent: Math.min(5, Math.max(1, percent)) } })}>
          {say.drawButton}
        </Button>
      </div>
      <RefusalNote error={draw.error} />
    </Part>
  );
}

function Review({ sample }: { readonly sample: Sample }) {
  const say = useWords(sampleWords);
  const { field } = useReadinessNames();
  const { number } = useFormats();
  const { data, error } = useQuery({ ...ask(sampleItem, { params: { id: sample.id }, query: {} }), placeholderData: undefined });
  const save = useChange(reviewItem);
  const [said, setSaid] = useState<{ place: number; verdicts: Record<string, Verdict> }>({ place: -1, verdicts: {} });
  const item = data?.item;
  if (error) return <RefusalNote error={error} />;
  if (item === undefined) return <Waiting />;
  if (item === null)
    return (
      <p className="call" data-kind="good">
        {say.ended}
      </p>
    );
  const verdicts = said.place === item.place ? said.verdicts : {};
  const all: Record<string, Verdict> = Object.fromEntries(item.fields.map((one) => [one.field, verdicts[one.field] ?? "right"]));
  return (
    <Part title={item.title} aside={say.progress(number(sample.reviewed + 1), number(sample.drawn))}>
      {item.gone && (
        <p className="call" data-kind="review">
          {say.gone}
        </p>
      )}
      <ul className="cleaning-rows">
        {item.fields.map((one) => (
          <li key={one.field}>
            <div className="grow">
              <span className="small faint">{say.fields[one.field as keyof typeof say.fields] ?? field(one.field)}</span>
              <div className="cleaning-change">{one.value ?? say.empty}</div>
            </div>
            <SegmentedControl
              size="xs"
              aria-label={say.verdictOn(field(one.field))}
              value={all[one.field]!}
              onChange={(value) => setSaid({ place: item.place, verdicts: { ...verdicts, [one.field]: value as Verdict } })}
              data={(["right", "wrong", "unsure"] as const).map((value) => ({ value, label: say.verdicts[value] }))}
            />
          </li>
        ))}
      </ul>
      <div className="row" style={{ paddingTop: 12 }}>
        <Button
          loading={save.isPending}
          onClick={() =>
            save.mutate({
              params: { id: sample.id },
              body: { place: item.place, verdicts: item.gone ? Object.fromEntries(item.fields.map((one) => [one.field, "unsure"])) : all },
            })
          }
        >
          {say.next}
        </Button>
      </div>
      <RefusalNote error={save.error} />
    </Part>
  );
}

function Rates({ sample }: { readonly sample: Sample }) {
  const say = useWords(sampleWords);
  const { field } = useReadinessNames();
  const { number } = useFormats();
  const { rate, interval } = useRate();
  const most = Math.max(0.05, ...sample.rates.map((one) => one.interval?.high ?? 0));
  return (
    <Part title={say.rates} aside={say.ratesAside}>
      <table className="plain readiness-rates">
        <thead>
          <tr>
            <th scope="col">{say.field}</th>
            <th scope="col" className="right">
              {say.wrong}
            </th>
            <th scope="col" className="whisker" aria-hidden />
            <th scope="col" className="right">
              {say.rate}
            </th>
          </tr>
        </thead>
        <tbody>
          {sample.rates.map((one) => (
            <tr key={one.field ?? ""} className={one.field === null ? "no-total" : undefined}>
              <th scope="row" style={{ fontWeight: one.field === null ? 600 : 400 }}>
                {one.field === null ? say.record : (say.fields[one.field as keyof typeof say.fields] ?? field(one.field))}
              </th>
              <td className="right">
                {number(one.wrong)} / {number(one.looked)}
              </td>
              <td className="whisker">{one.interval && <Whisker {...one.interval} most={most} />}</td>
              <td className="right">
                {one.interval === null ? (
                  "—"
                ) : (
                  <>
                    {rate(one.interval.share)} <span className="small faint">{interval(one.interval.low, one.interval.high)}</span>
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Part>
  );
}

/** Dot and whisker on one scale for the whole column. */
function Whisker({
  share,
  low,
  high,
  most,
}: {
  readonly share: number;
  readonly low: number;
  readonly high: number;
  readonly most: number;
}) {
  const x = (value: number): number => 4 + (value / most) * 108;
  return (
    <svg width="120" height="14" viewBox="0 0 120 14" aria-hidden>
      <path d={`M${x(low)} 7H${x(high)}M${x(low)} 3v8M${x(high)} 3v8`} stroke="var(--r-d1)" strokeWidth="1.6" />
      <circle cx={x(share)} cy="7" r="3.6" fill="var(--r-d1)" />
    </svg>
  );
}

function History({ samples, open }: { readonly samples: readonly Sample[]; readonly open: (id: string) => void }) {
  const say = useWords(sampleWords);
  const { number, day } = useFormats();
  const { rate, interval } = useRate();
  return (
    <section>
      <h3>{say.history}</h3>
      <ul className="cleaning-fixes">
        {samples.map((one) => {
          const whole = one.rates[0]!.interval;
          return (
            <li key={one.id}>
              <b>{day(one.drawnAt)}</b>
              <span className="small soft">
                {say.line(say.subjects[one.subject], number(one.drawn), number(one.of), number(one.strata))}
              </span>
              <span className="small">
                {whole === null ? (
                  say.notYet
                ) : (
                  <>
                    {rate(whole.share)} <span className="faint">{interval(whole.low, whole.high)}</span>
                  </>
                )}
              </span>
              {one.reviewed < one.drawn && (
                <Button size="xs" variant="subtle" onClick={() => open(one.id)}>
                  {say.resume(number(one.drawn - one.reviewed))}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
