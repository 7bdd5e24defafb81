import { listCouponPools } from "@relance/contract/catalog";
import { listGroups } from "@relance/contract/contacts";
import { listForms } from "@relance/contract/forms";
import type { Output } from "@relance/contract/client";
import { listTemplates } from "@relance/contract/messages";
import { listJourneys } from "@relance/contract/journeys";
import { listObjectTypes } from "@relance/contract/objects";
import { listSegments } from "@relance/contract/segments";
import { kindOf, startKindOf, type GraphNames, type Start, type Step } from "@relance/model/journeys";
import { listWebhooks } from "@relance/contract/webhooks";
import { useQueries, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useMemo } from "react";
import { ask } from "../../api/client.ts";
import { useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { kindWords } from "./kind-words.ts";

export type Names = GraphNames;

const named = (items: readonly { readonly id: string; readonly name: string }[] | undefined): ReadonlyMap<string, string> =>
  new Map(items?.map((one) => [one.id, one.name]));

/** Names of what a journey refers to by id; `parts`: what it is made of, whose templates may be beyond those a list shows. */
export function useNames(parts: readonly (Step | Start)[] = []): Names {
  const templates = useTemplatesOf(parts);
  const groups = useQuery(ask(listGroups, {})).data?.items;
  const segments = useQuery(ask(listSegments, {})).data?.items;
  const journeys = useQuery(ask(listJourneys, { query: {} })).data?.items;
  const coupons = useQuery(ask(listCouponPools, {})).data?.items;
  const webhooks = useQuery(ask(listWebhooks, {})).data?.items;
  const forms = useQuery(ask(listForms, { query: {} })).data?.items;
  const types = useQuery(ask(listObjectTypes, {})).data?.items;
  return useMemo(
    () => ({
      templateNames: named(templates),
      groups: named(groups),
      segments: named(segments),
      journeys: named(journeys),
      coupons: named(coupons),
      webhooks: named(webhooks),
      forms: new Map(
        forms?.flatMap((one) => [
          [one.key, one.name],
          [one.id, one.name],
        ]),
      ),
      objectTypes: new Map(types?.map((one) => [one.key, one])),
    }),
    [templates, groups, segments, journeys, coupons, webhooks, forms, types],
  );
}

type Templates = Output<typeof listTemplates.response>;
const AT_ONCE = 100;
const together = (pages: UseQueryResult<Templates>[]): Templates["items"] => pages.flatMap((one) => one.data?.items ?? []);

function useTemplatesOf(parts: readonly (Step | Start)[]): Templates["items"] | undefined {
  const listed = useQuery(ask(listTemplates, { query: { limit: 200 } })).data;
  const known = new Set(listed?.items.map((one) => one.id));
  // Where all are listed, what is not there is not there: nobody is asked in vain.
  const others =
    listed === undefined || listed.next === null
      ? []
      : [
          ...new Set(
            parts.flatMap((one) => ("template" in one && one.template !== null && !known.has(one.template) ? [one.template] : [])),
          ),
        ].sort();
  const pages = Array.from({ length: Math.ceil(others.length / AT_ONCE) }, (_, at) => others.slice(at * AT_ONCE, (at + 1) * AT_ONCE));
  const found = useQueries({
    queries: pages.map((ids) => ask(listTemplates, { query: { ids: ids.join(","), limit: AT_ONCE } })),
    combine: together,
  });
  return useMemo(() => listed && [...listed.items, ...found], [listed, found]);
}

type StepWords = (step: Step) => { readonly name: string; readonly line: string };

/** What a step is called, and the line of what it does; never the same words twice. */
export function useStepWords(names: Names): StepWords {
  const say = useWords(kindWords);
  const { language } = useLanguage();
  return useMemo(
    () =>
      remembered((step) => {
        const line = kindOf(step).describe(step, names)[language];
        const name = step.name || (NAMED_BY_LINE.has(step.kind) ? line : say.kinds[step.kind]);
        return { name, line: name === line ? "" : line };
      }),
    [names, language, say],
  );
}

/** Each step is asked about once: a letter changes one of three hundred, and a step never changes, another takes its place. */
function remembered(words: StepWords): StepWords {
  const known = new WeakMap<Step, ReturnType<StepWords>>();
  return (step) => {
    const said = known.get(step) ?? words(step);
    known.set(step, said);
    return said;
  };
}

// Their line says it all: the kind would only repeat the drawing.
const NAMED_BY_LINE: ReadonlySet<Step["kind"]> = new Set<Step["kind"]>([
  "wait",
  "email",
  "sms",
  "web_push",
  "push",
  "whatsapp",
  "onsite",
  "group",
  "audience",
  "consent",
  "journey",
  "coupon",
  "task",
  "attribute",
  "webhook",
]);

/** What makes someone enter, as a line. */
export function useStartWords(names: Names): (start: Start) => string {
  const { language } = useLanguage();
  return (start) => startKindOf(start).describe(start, names)[language];
}
