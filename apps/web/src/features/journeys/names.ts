import { listGroups } from "@relance/contract/contacts";
import { listTemplates } from "@relance/contract/messages";
import { listSegments } from "@relance/contract/segments";
import { kindOf, type Start, type Step } from "@relance/model/journeys";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { ask } from "../../api/client.ts";
import { useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { journeyWords } from "./words.ts";

export interface Names {
  readonly templateNames: ReadonlyMap<string, string>;
  readonly groups: ReadonlyMap<string, string>;
  readonly segments: ReadonlyMap<string, string>;
}

const named = (items: readonly { readonly id: string; readonly name: string }[] | undefined): ReadonlyMap<string, string> => new Map(items?.map((one) => [one.id, one.name]));

/** Names of what a journey refers to by id. */
export function useNames(): Names {
  const templates = useQuery(ask(listTemplates, { query: { limit: 200 } })).data?.items;
  const groups = useQuery(ask(listGroups, {})).data?.items;
  const segments = useQuery(ask(listSegments, {})).data?.items;
  return useMemo(() => ({ templateNames: named(templates), groups: named(groups), segments: named(segments) }), [templates, groups, segments]);
}

/** What a step is called, and the line of what it does; never the same words twice. */
export function useStepWords(names: Names): (step: Step) => { readonly name: string; readonly line: string } {
  const say = useWords(journeyWords);
  const { language } = useLanguage();
  return (step) => {
    const line = kindOf(step).describe(step, names)[language];
    const name = step.name || (step.kind === "wait" || step.kind === "email" || step.kind === "group" ? line : say.kinds[step.kind]);
    return { name, line: name === line ? "" : line };
  };
}

/** What makes someone enter, as a line. */
export function useStartWords(names: Names): (start: Start) => string {
  const say = useWords(journeyWords);
  const { language } = useLanguage();
  const field = (attribute: string): string => (attribute === "birth_date" ? say.birthDate : attribute.replace(/^attributes\./, "").replaceAll("_", " "));
  return (start) => {
    switch (start.kind) {
      case "event": return start.where.length === 0 ? say.startEvent(start.event) : say.startEventWhere(start.event, start.where.length);
      case "segment": return (start.on === "enter" ? say.startEnter : say.startLeave)(names.segments.get(start.segment) ?? "…");
      case "group": return say.startGroup(names.groups.get(start.group) ?? "…");
      case "date": {
        const name = field(start.attribute);
        const day = start.days === 0 ? say.dayItself : start.days < 0 ? say.daysBefore(-start.days) : say.daysAfter(start.days);
        return say.startDate(`${name.slice(0, 1).toLocaleUpperCase(language)}${name.slice(1)}`, day, start.at);
      }
    }
  };
}
