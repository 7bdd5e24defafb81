import { journeyReadiness } from "@relance/contract/readiness";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ask } from "../../api/client.ts";
import { useWords } from "../../i18n/words.ts";
import { Verdict } from "./verdict.tsx";
import { readinessWords } from "./words.ts";

const KINDS = { all: "good", some: "info", not_yet: "review" } as const;

/** Whether the data carries a journey as its draft stands; says nothing while it is not known. */
export function ReadinessNote({ journey }: { readonly journey: string }) {
  const say = useWords(readinessWords);
  const { data } = useQuery(ask(journeyReadiness, { params: { id: journey } }));
  return (
    data && (
      <div className="call" data-kind={KINDS[data.ready]} role="status">
        <Verdict journey={data} />{" "}
        <Link className="small" to="/readiness">
          {say.publishTo}
        </Link>
      </div>
    )
  );
}
