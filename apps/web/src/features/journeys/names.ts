import { listCouponPools } from "@relance/contract/catalog";
import { listGroups } from "@relance/contract/contacts";
import { listForms } from "@relance/contract/forms";
import { listTemplates } from "@relance/contract/messages";
import { listJourneys } from "@relance/contract/journeys";
import { listObjectTypes } from "@relance/contract/objects";
import { listSegments } from "@relance/contract/segments";
import { kindOf, startKindOf, type GraphNames, type Start, type Step } from "@relance/model/journeys";
import { listWebhooks } from "@relance/contract/webhooks";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { ask } from "../../api/client.ts";
import { useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { kindWords } from "./kind-words.ts";

export type Names = GraphNames;

const named = (items: readonly { readonly id: string; readonly name: string }[] | undefined): ReadonlyMap<string, string> => new Map(items?.map((one) => [one.id, one.name]));

/** Names of what a journey refers to by id. */
export function useNames(): Names {
  const templates = useQuery(ask(listTemplates, { query: { limit: 200 } })).data?.items;
  const groups = useQuery(ask(listGroups, {})).data?.items;
  const segments = useQuery(ask(listSegments, {})).data?.items;
  const journeys = useQuery(ask(listJourneys, { query: {} })).data?.items;
  const coupons = useQuery(ask(listCouponPools, {})).data?.items;
  const webhooks = useQuery(ask(listWebhooks, {})).data?.items;
  const forms = useQuery(ask(listForms, { query: {} })).data?.items;
  const types = useQuery(ask(listObjectTypes, {})).data?.items;
  return useMemo(() => ({ templateNames: named(templates), groups: named(groups), segments: named(segments), journeys: named(journeys), coupons: named(coupons), webhooks: named(webhooks), forms: new Map(forms?.flatMap((one) => [[one.key, one.name], [one.id, one.name]])), objectTypes: new Map(types?.map((one) => [one.key, one])) }), [templates, groups, segments, journeys, coupons, webhooks, forms, types]);
}

/** What a step is called, and the line of what it does; never the same words twice. */
export function useStepWords(names: Names): (step: Step) => { readonly name: string; readonly line: string } {
  const say = useWords(kindWords);
  const { language } = useLanguage();
  return (step) => {
    const line = kindOf(step).describe(step, names)[language];
    const name = step.name || (NAMED_BY_LINE.has(step.kind) ? line : say.kinds[step.kind]);
    return { name, line: name === line ? "" : line };
  };
}

// Their line says it all: the kind would only repeat the drawing.
const NAMED_BY_LINE: ReadonlySet<Step["kind"]> = new Set<Step["kind"]>(["wait", "email", "sms", "web_push", "push", "whatsapp", "onsite", "group", "audience", "consent", "journey", "coupon", "task", "attribute", "webhook"]);

/** What makes someone enter, as a line. */
export function useStartWords(names: Names): (start: Start) => string {
  const { language } = useLanguage();
  return (start) => startKindOf(start).describe(start, names)[language];
}
