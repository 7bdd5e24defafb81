import { Button } from "@mantine/core";
import { listConnections, type Connection } from "@relance/contract/connectors";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ask } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Part } from "../../ui/page.tsx";
import { Status, type StatusKind } from "../../ui/status.tsx";
import { shopWords } from "./shop-words.ts";

const SIGNS: Readonly<Record<Connection["reading"], StatusKind>> = { none: "info", reading: "live", idle: "done", stopped: "paused", failed: "problem" };

/** How the reading of a shop stands: shape, word and colour. */
export function ReadingState({ shop }: { readonly shop: Connection }) {
  const say = useWords(shopWords);
  return <Status kind={SIGNS[shop.reading]} word={say.states[shop.reading]} />;
}

/** The connected shops, among the sources. */
export function Shops() {
  const say = useWords(shopWords);
  const { workspace } = useSession();
  const { data, error } = useQuery(ask(listConnections, {}, true));
  const items = data?.items ?? [];
  const add = workspace?.role === "admin" && <Button component={Link} to="/sources/shops/new" variant="default" leftSection={<IconPlus size={16} stroke={1.5} />}>{say.add}</Button>;
  return (
    <Part title={say.part}>
      <RefusalNote error={error} />
      {data && items.length === 0 && <p className="soft">{say.none}</p>}
      {items.length > 0 && (
        <table className="plain">
          <thead><tr><th>{say.shop}</th><th>{say.state}</th><th className="wide">{say.last}</th><th className="right wide">{say.stored}</th><th className="right">{say.refused}</th></tr></thead>
          <tbody>{items.map((one) => <Row key={one.id} shop={one} />)}</tbody>
        </table>
      )}
      <div style={{ marginTop: 14 }}>{add}</div>
    </Part>
  );
}

function Row({ shop }: { readonly shop: Connection }) {
  const say = useWords(shopWords);
  const { number, ago } = useFormats();
  const now = useNow();
  const bad = shop.refused + shop.parts.reduce((sum, part) => sum + part.refused, 0);
  return (
    <tr>
      <td><Link to="/sources/shops/$shop" params={{ shop: shop.id }}><b>{shop.name}</b></Link><div className="small soft">{say.kinds[shop.shop]}</div></td>
      <td><ReadingState shop={shop} /></td>
      <td className="wide">{shop.lastReceivedAt === null ? <span className="faint">{say.never}</span> : ago(shop.lastReceivedAt, now)}</td>
      <td className="right wide">{number(shop.stored)}</td>
      <td className="right" style={bad > 0 ? { color: "var(--r-garance)", fontWeight: 600 } : undefined}>{number(bad)}</td>
    </tr>
  );
}
