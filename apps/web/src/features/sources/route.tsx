import "./sources.css";
import { Button } from "@mantine/core";
import { listSources, type Source } from "@relance/contract/sources";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { ask } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Empty, Part, Sheet, Waiting } from "../../ui/page.tsx";
import { Say } from "../../ui/sentence.tsx";
import { Spark } from "../../ui/spark.tsx";
import { Connect } from "./connect.tsx";
import { SourcesHead } from "./head.tsx";
import { Syncs } from "./syncs.tsx";
import { Shops } from "./shops.tsx";
import { sourceWords } from "./words.ts";

export { LivePage } from "./live.tsx";
export { SourcePage } from "./source.tsx";
export { NewShopPage } from "./new-shop.tsx";
export { ShopPage } from "./shop.tsx";
export { NewSyncPage } from "./new-sync.tsx";
export { SyncPage } from "./sync.tsx";

/** Where data comes from: websites and servers that send events, then each other kind of source in a part of its own. */
export function SourcesPage() {
  const say = useWords(sourceWords);
  const { workspace } = useSession();
  const [connecting, setConnecting] = useState(false);
  const may = workspace?.role === "admin";
  const { data, error } = useQuery(ask(listSources, {}, true));
  const button = may && (
    <Button leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => setConnecting(true)}>
      {say.connect}
    </Button>
  );
  return (
    <>
      <SourcesHead shown="all" actions={button} />
      <Sheet>
        <RefusalNote error={error} />
        {!data && !error && <Waiting lines={6} />}
        {data?.items.length === 0 && (
          <Empty title={say.none} text={may ? say.noneText : say.askAdmin}>
            {button}
          </Empty>
        )}
        {data && data.items.length > 0 && <Senders items={data.items} />}
        <Shops />
        <Syncs />
        <OtherWays />
      </Sheet>
      {connecting && <Connect close={() => setConnecting(false)} />}
    </>
  );
}

const received = ({ day }: Source): number => day.stored + day.duplicate + day.refused;

function Senders({ items }: { readonly items: readonly Source[] }) {
  const say = useWords(sourceWords);
  const { number } = useFormats();
  const all = items.reduce((sum, one) => sum + received(one), 0);
  const refused = items.reduce((sum, one) => sum + one.day.refused, 0);
  return (
    <>
      <Say text={all === 0 ? say.sayQuiet : say.say(all, number(all), refused, number(refused))} small />
      <Part title={say.senders} aside={<Link to="/sources/live">{say.toLive}</Link>}>
        <table className="plain sources">
          <thead>
            <tr>
              <th>{say.source}</th>
              <th>{say.last}</th>
              <th className="right wide">{say.hours}</th>
              <th className="right wide">{say.stored}</th>
              <th className="right wide">{say.duplicate}</th>
              <th className="right">{say.refused}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((one) => (
              <Row key={one.id} source={one} />
            ))}
          </tbody>
        </table>
      </Part>
    </>
  );
}

function Row({ source: one }: { readonly source: Source }) {
  const say = useWords(sourceWords);
  const { number, ago } = useFormats();
  const now = useNow();
  return (
    <tr>
      <td>
        <Link to="/sources/$source" params={{ source: one.id }}>
          <b>{one.name}</b>
        </Link>
        <div className="small soft">{say.kinds[one.kind]}</div>
      </td>
      <td>{one.lastReceivedAt === null ? <span className="faint">{say.never}</span> : ago(one.lastReceivedAt, now)}</td>
      <td className="right wide">
        <Spark values={one.hours} label={say.spark(number(received(one)))} />
      </td>
      <td className="right wide">{number(one.day.stored)}</td>
      <td className="right wide">{number(one.day.duplicate)}</td>
      <td className="right" style={one.day.refused > 0 ? { color: "var(--r-garance)", fontWeight: 600 } : undefined}>
        {number(one.day.refused)}
      </td>
    </tr>
  );
}

/** The sources that have pages of their own elsewhere. */
function OtherWays() {
  const say = useWords(sourceWords);
  return (
    <Part title={say.others}>
      <div className="ways">
        <Link to="/imports">
          <b>{say.file}</b>
          <div className="small soft">{say.fileText}</div>
        </Link>
        <a href="/api/docs" target="_blank" rel="noreferrer">
          <b>{say.server}</b>
          <div className="small soft">{say.serverText}</div>
        </a>
      </div>
    </Part>
  );
}
