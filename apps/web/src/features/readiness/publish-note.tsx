import { journeyReadiness } from "@relance/contract/readiness";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ask } from "../../api/client.ts";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Marked } from "../../ui/sentence.tsx";
import { useReadinessNames } from "./names.ts";
import { readinessWords } from "./words.ts";

const KINDS = { all: "good", some: "info", not_yet: "review" } as const;

/** Whether the data carries a journey as its draft stands; says nothing while it is not known. */
export function ReadinessNote({ journey }: { readonly journey: string }) {
  const say = useWords(readinessWords);
  const { number } = useFormats();
  const { list, because } = useReadinessNames();
  const { data } = useQuery(ask(journeyReadiness, { params: { id: journey } }));
  if (!data) return null;
  const missing = data.needs.filter((one) => one.essential && one.met === "no");
  const text = data.ready === "all" ? say.publishAll : data.ready === "some" || missing.length === 0 ? say.publishSome(number(data.people), number(data.of)) : say.publishNot(list(missing));
  return <div className="call" data-kind={KINDS[data.ready]} role="status"><Marked text={text} /> {data.ready === "some" && because(data)} <Link to="/readiness">{say.publishTo}</Link></div>;
}
