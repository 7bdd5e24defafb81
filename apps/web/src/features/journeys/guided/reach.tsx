import { useDebouncedValue } from "@mantine/hooks";
import { previewSegment } from "@relance/contract/segments";
import type { Graph } from "@relance/model/journeys";
import type { Rule } from "@relance/model/rules";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { ask } from "../../../api/client.ts";
import { useFormats } from "../../../i18n/language.tsx";
import { useWords } from "../../../i18n/words.ts";
import { guidedWords } from "./words.ts";

/** How many contacts the conditions let in, and who has the date a start waits for. */
export function Reach({ graph }: { readonly graph: Graph }) {
  const say = useWords(guidedWords);
  const { number } = useFormats();
  const rule = useMemo(() => reachOf(graph), [graph]);
  const [settled] = useDebouncedValue(rule, 400);
  const { data, error } = useQuery({ ...ask(previewSegment, { body: { rule: settled, exact: false, sample: 0 } }), retry: false });
  const told = error || (data && data.problems.length > 0);
  return (
    <section aria-live="polite">
      <div className="small soft">{say.withThese}</div>
      {told ? (
        <p className="small soft">{say.later}</p>
      ) : (
        <>
          <div className="big-number">{data ? `${data.exact ? "" : "≈ "}${number(data.count)}` : say.counting}</div>
          <p className="small soft">{graph.starts.some(isDated) ? say.dated : say.everyone}</p>
        </>
      )}
    </section>
  );
}

const isDated = (start: Graph["starts"][number]): boolean => start.kind === "date";

function reachOf({ starts, settings }: Graph): Rule {
  const dates = starts.flatMap((start): Rule[] =>
    start.kind === "date" ? [{ kind: "attribute", attribute: start.attribute, is: { op: "set" } }] : [],
  );
  const dated: Rule[] = dates.length > 0 && dates.length === starts.length ? [{ kind: "any", of: dates }] : [];
  return { kind: "all", of: [...dated, ...(settings.filter ? [settings.filter] : [])] };
}
