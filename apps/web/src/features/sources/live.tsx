import { Button, Checkbox, Select, TextInput } from "@mantine/core";
import { inspectEvents } from "@relance/contract/events";
import { listSources } from "@relance/contract/sources";
import { IconPlayerPause, IconPlayerPlay, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { ask } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Empty, Sheet, Waiting } from "../../ui/page.tsx";
import { Status } from "../../ui/status.tsx";
import { SourcesHead } from "./head.tsx";
import { liveWords } from "./live-words.ts";
import { lineMatches, linesOf, type Line } from "./lines.ts";
import { Received } from "./received.tsx";

const EVERY_MS = 2_000;

/** The last messages as they come, accepted or refused, each with what it said; frozen to read. */
export function LivePage() {
  const say = useWords(liveWords);
  const [frozen, setFrozen] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const { data, error } = useQuery({ ...ask(inspectEvents, {}), enabled: !frozen, refetchInterval: EVERY_MS });
  const sources = useQuery(ask(listSources, {})).data?.items ?? [];
  const names = new Map(sources.map((one) => [one.id, one.name]));
  const lines = data && linesOf(data);
  const line = lines?.find((one) => one.id === chosen);
  const freeze = (
    <Button
      variant="default"
      leftSection={frozen ? <IconPlayerPlay size={16} stroke={1.5} /> : <IconPlayerPause size={16} stroke={1.5} />}
      onClick={() => setFrozen(!frozen)}
    >
      {frozen ? say.goOn : say.freeze}
    </Button>
  );
  return (
    <>
      <SourcesHead shown="live" actions={lines && lines.length > 0 && freeze} />
      <Sheet {...(line && { margin: <Received line={line} source={names.get(line.source ?? "") ?? null} /> })}>
        <RefusalNote error={error} />
        {!lines && !error && <Waiting lines={8} />}
        {lines?.length === 0 && (
          <Empty title={say.none} text={say.noneText}>
            <Link to="/sources">{say.toSources}</Link>
          </Empty>
        )}
        {lines && lines.length > 0 && (
          <Stream
            lines={lines}
            frozen={frozen}
            names={names}
            chosen={chosen}
            choose={(id) => {
              setChosen(id);
              setFrozen(true);
            }}
          />
        )}
      </Sheet>
    </>
  );
}

interface StreamProps {
  readonly lines: readonly Line[];
  readonly frozen: boolean;
  readonly names: ReadonlyMap<string, string>;
  readonly chosen: string | null;
  readonly choose: (id: string) => void;
}

function Stream({ lines, frozen, names, chosen, choose }: StreamProps) {
  const say = useWords(liveWords);
  const { second } = useFormats();
  const [words, setWords] = useState("");
  const [source, setSource] = useState("");
  const [onlyRefused, setOnlyRefused] = useState(false);
  const shown = lines.filter(
    (one) => (!onlyRefused || one.refusal !== null) && (source === "" || one.source === source) && lineMatches(one, words),
  );
  return (
    <>
      <div className="live-head">
        <Status kind={frozen ? "paused" : "live"} word={frozen ? say.frozen : say.live} />
        <TextInput
          type="search"
          aria-label={say.find}
          placeholder={say.find}
          leftSection={<IconSearch size={16} stroke={1.5} />}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        <Select
          aria-label={say.source}
          allowDeselect={false}
          value={source}
          onChange={(value) => setSource(value ?? "")}
          data={[{ value: "", label: say.everySource }, ...[...names].map(([value, label]) => ({ value, label }))]}
        />
        <Checkbox label={say.onlyRefused} checked={onlyRefused} onChange={(event) => setOnlyRefused(event.currentTarget.checked)} />
      </div>
      <table className="plain live">
        <thead>
          <tr>
            <th>{say.received}</th>
            <th>{say.event}</th>
            <th className="wide">{say.source}</th>
            <th className="wide">{say.who}</th>
            <th>{say.verdict}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((one) => (
            <tr key={one.id} data-chosen={one.id === chosen || undefined} data-refused={one.refusal !== null || undefined}>
              <td>{second(one.receivedAt)}</td>
              <td>
                <button type="button" className="live-name" aria-pressed={one.id === chosen} onClick={() => choose(one.id)}>
                  {one.name ?? say.unnamed}
                </button>
              </td>
              <td className="wide">{names.get(one.source ?? "") ?? "–"}</td>
              <td className="wide">
                {one.contact === null ? (
                  "–"
                ) : (
                  <Link to="/contacts/$contact" params={{ contact: one.contact }}>
                    {one.who ?? say.visitor(one.contact.slice(-4))}
                  </Link>
                )}
              </td>
              <td>
                {one.refusal === null ? (
                  <span className="soft">{one.live ? say.valid : say.history}</span>
                ) : (
                  <span>
                    {say.refused} {say.reason(one.refusal.code, one.refusal.field)}
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length === 0 && (
        <p className="small soft" style={{ paddingTop: 12 }}>
          {say.noMatch}{" "}
          <button
            type="button"
            className="link-button"
            onClick={() => {
              setWords("");
              setSource("");
              setOnlyRefused(false);
            }}
          >
            {say.clear}
          </button>
        </p>
      )}
      <p className="small faint" style={{ paddingTop: 12 }}>
        {say.foot}
      </p>
    </>
  );
}
