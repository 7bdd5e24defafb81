import { listModelParts, type ModelPart } from "@relance/contract/readiness";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ask } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Waiting } from "../../ui/page.tsx";
import { sortOf, useSyncOf } from "../sources/sync-source.ts";
import { useReadinessNames } from "./names.ts";
import { readinessWords } from "./words.ts";

/** The page of the catalogue that shows each part of the model. */
const PAGES: Readonly<Record<ModelPart["part"], string>> = {
  product: "products",
  variant: "products",
  price: "products",
  stock: "products",
  category: "categories",
  store: "stores",
  article: "articles",
  order: "orders",
  cart: "carts",
  object: "objects",
};

/** Where the rest of the model comes from and how fresh it is, part by part. */
export function Model() {
  const say = useWords(readinessWords);
  const { language } = useLanguage();
  const { ago } = useFormats();
  const now = useNow();
  const { source } = useReadinessNames();
  const rhythm = useRhythm();
  const { data, error } = useQuery(ask(listModelParts, {}));
  if (error) return <RefusalNote error={error} />;
  if (!data) return <Waiting />;
  return (
    <div className="readiness-wide" tabIndex={0} role="region" aria-label={say.model}>
      <table className="plain readiness-inventory">
        <thead>
          <tr>
            <th scope="col">{say.part}</th>
            <th scope="col">{say.from}</th>
            <th scope="col" className="wide">
              {say.rhythm}
            </th>
            <th scope="col">{say.latest}</th>
          </tr>
        </thead>
        <tbody>
          {data.items.map((one) => {
            const sources = Object.entries(one.sources)
              .sort(([, a], [, b]) => b - a)
              .slice(0, 3)
              .map(([name]) => name);
            return (
              <tr key={`${one.part} ${one.names?.en ?? ""}`}>
                <th scope="row">
                  <Link to="/catalog/$part" params={{ part: PAGES[one.part] }}>
                    {one.names?.[language] ?? say.parts[one.part]}
                  </Link>
                </th>
                <td className="small soft">{sources.map(source).join(", ") || "—"}</td>
                <td className="wide small soft">{[...new Set(sources.map(rhythm))].join(", ") || "—"}</td>
                <td className="small soft">{one.latest === null ? say.nothingYet : ago(one.latest, now)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

const BY_HAND = new Set(["import", "demo", "person"]);

/** How often a source tells news. */
function useRhythm(): (source: string) => string {
  const say = useWords(readinessWords);
  const syncOf = useSyncOf();
  return (source) => {
    const sync = syncOf(source);
    if (sync) return "at" in sync.every ? say.daily : say.everyMinutes(sync.every.minutes);
    return BY_HAND.has(sortOf(source)) ? say.byHand : say.seconds;
  };
}
