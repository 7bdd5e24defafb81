import { listConnections, type Connection } from "@relance/contract/connectors";
import { useQuery } from "@tanstack/react-query";
import { ask } from "../../api/client.ts";
import { useWords } from "../../i18n/words.ts";
import { Status, type StatusKind } from "../../ui/status.tsx";
import { shopWords } from "./shop-words.ts";
import { SourceTable } from "./source-table.tsx";

const SIGNS: Readonly<Record<Connection["reading"], StatusKind>> = {
  none: "info",
  reading: "live",
  idle: "done",
  stopped: "paused",
  failed: "problem",
};

/** How the reading of a shop stands: shape, word and colour. */
export function ReadingState({ shop }: { readonly shop: Connection }) {
  const say = useWords(shopWords);
  return <Status kind={SIGNS[shop.reading]} word={say.states[shop.reading]} />;
}

/** The connected shops, among the sources. */
export function Shops() {
  const say = useWords(shopWords);
  const { data, error } = useQuery(ask(listConnections, {}, true));
  const lines = data?.items.map((one) => ({
    id: one.id,
    to: `/sources/shops/${one.id}`,
    name: one.name,
    kind: say.kinds[one.shop],
    state: <ReadingState shop={one} />,
    lastAt: one.lastReceivedAt,
    rows: one.stored,
    refused: one.refused + one.parts.reduce((sum, part) => sum + part.refused, 0),
  }));
  return <SourceTable say={say} head={{ source: say.shop, rows: say.stored }} lines={lines} error={error} add="/sources/shops/new" />;
}
