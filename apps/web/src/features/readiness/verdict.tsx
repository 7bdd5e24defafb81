import { getReadiness, type JudgedJourney, type MeasuredNeed } from "@relance/contract/readiness";
import { IconAlertOctagon, IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ask } from "../../api/client.ts";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useReadinessNames } from "./names.ts";
import "./readiness.css";
import { readinessWords } from "./words.ts";

type Judged = Pick<JudgedJourney, "kind" | "key" | "ready" | "people" | "of" | "needs">;
const SIGNS = { all: IconCircleCheck, some: IconAlertTriangle, not_yet: IconAlertOctagon };

/** The verdicts on ready-made journeys (by their key) and on those of the workspace (by their id), in one question that pages share; undefined while not known. */
export function useVerdicts(): (kind: JudgedJourney["kind"], key: string) => JudgedJourney | undefined {
  const { data } = useQuery(ask(getReadiness, {}));
  return (kind, key) => (data && data.people > 0 ? data.journeys.find((one) => one.kind === kind && one.key === key) : undefined);
}

/** Whether the data carries a journey, for how many or why not yet, and where to bring in what is missing most. */
export function Verdict({ journey }: { readonly journey: Judged }) {
  const say = useWords(readinessWords);
  const { number } = useFormats();
  const { because, list } = useReadinessNames();
  const essential = journey.needs.filter((one) => one.essential);
  const missing = essential.filter((one) => one.met === "no");
  const next = missing[0] ?? (journey.ready === "all" ? undefined : essential.find((one) => one.met === "partly"));
  const text =
    journey.ready === "all"
      ? say.readyAll
      : journey.ready === "some" || missing.length === 0
        ? [say.readySome(number(journey.people), number(journey.of)), because(journey)].filter((part) => part !== null).join(" ")
        : say.notYet(list(missing));
  const Sign = SIGNS[journey.ready];
  return (
    <span className="readiness-verdict small" data-ready={journey.ready}>
      <Sign size={16} stroke={1.5} aria-hidden />
      <span>
        {text}
        {next && (
          <>
            {" "}
            <CureLink need={next} journey={journey} />
          </>
        )}
      </span>
    </span>
  );
}

/** Where what a need asks for is brought in. `journey`: whose need it is, where it is that of one. */
export function CureLink({
  need,
  journey,
}: {
  readonly need: Pick<MeasuredNeed, "of" | "name">;
  readonly journey?: Pick<JudgedJourney, "kind" | "key"> | undefined;
}) {
  const words = useWords(readinessWords).cure[need.of];
  switch (need.of) {
    case "event":
      return <Link to="/sources">{words}</Link>;
    case "attribute":
    case "catalogue":
      return <Link to="/imports">{words}</Link>;
    case "consent":
      return <Link to="/forms">{words}</Link>;
    case "website":
      return (
        <Link to="/settings/$part" params={{ part: "workspace" }}>
          {words}
        </Link>
      );
    case "stores":
      return (
        <Link to="/catalog/$part" params={{ part: "stores" }}>
          {words}
        </Link>
      );
    case "coupons":
      return (
        <Link to="/catalog/$part" params={{ part: "coupons" }}>
          {words}
        </Link>
      );
    case "template":
      if (need.name !== null)
        return (
          <Link to="/templates/$template" params={{ template: need.name }}>
            {words}
          </Link>
        );
      return journey?.kind === "journey" ? (
        <Link to="/journeys/$journey" params={{ journey: journey.key }}>
          {words}
        </Link>
      ) : (
        <Link to="/templates">{words}</Link>
      );
  }
}
