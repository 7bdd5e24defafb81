import { graphWarnings, type Graph } from "@relance/model/journeys";
import { useLanguage } from "../../../i18n/language.tsx";

/** What is hardly meant, where it is set and before it is published. */
export function Warnings({ graph }: { readonly graph: Graph }) {
  const { language } = useLanguage();
  return graphWarnings(graph).map((one) => (
    <div key={one.code} className="call" data-kind="review" role="status">
      {one.message[language]}
    </div>
  ));
}
