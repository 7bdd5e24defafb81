import { Button } from "@mantine/core";
import { cancelExport, type ExportView } from "@relance/contract/exports";
import { useState } from "react";
import { useChange } from "../../api/client.ts";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Status } from "../../ui/status.tsx";
import { exportWords } from "./words.ts";

const KINDS = { waiting: "draft", running: "info", done: "done", failed: "problem", cancelled: "paused", expired: "paused" } as const;

/** One export in the list: how far it is, how long it still takes, and its file. */
export function ExportRow({ view, at }: { readonly view: ExportView; readonly at: number }) {
  const say = useWords(exportWords);
  const { number, day } = useFormats();
  const stop = useChange(cancelExport);
  const busy = view.state === "waiting" || view.state === "running";
  return (
    <tr>
      <td>
        <b>{say.kinds[view.kind]}</b> <span className="small soft">{say.short[view.format]}</span>
      </td>
      <td>
        <Status kind={KINDS[view.state]} word={say.states[view.state]} />
        {view.state === "running" && <Progress view={view} at={at} />}
        {view.error !== null && <div className="small soft">{view.error}</div>}
      </td>
      <td className="right wide">{number(view.rowsDone)}</td>
      <td className="right wide">{view.bytes === null ? "–" : sizeOf(view.bytes, number, say.units)}</td>
      <td className="wide">{view.createdBy}</td>
      <td className="right wide">
        {day(view.createdAt)}
        {view.state === "done" && view.expiresAt !== null && <div className="small soft">{say.until(day(view.expiresAt))}</div>}
      </td>
      <td>
        <div className="export-actions">
          {view.link !== null && (
            <Button component="a" size="xs" variant="default" href={new URL(view.link).pathname} download>
              {say.download}
            </Button>
          )}
          {(busy || view.state === "done") && (
            <Button size="xs" variant="subtle" loading={stop.isPending} onClick={() => stop.mutate({ params: { id: view.id } })}>
              {busy ? say.stop : say.remove}
            </Button>
          )}
        </div>
      </td>
    </tr>
  );
}

function Progress({ view, at }: { readonly view: ExportView; readonly at: number }) {
  const say = useWords(exportWords);
  const { number } = useFormats();
  const [first] = useState({ at, rows: view.rowsDone, share: view.share });
  const seconds = (at - first.at) / 1_000;
  const [rate, pace] = seconds >= 1 ? [(view.rowsDone - first.rows) / seconds, (view.share - first.share) / seconds] : [0, 0];
  return (
    <div className="small soft" aria-live="polite">
      <progress className="export-bar" value={view.share} max={1} aria-label={say.done(number(Math.round(view.share * 100)))} />
      {[
        ...(rate > 0 ? [say.rate(number(Math.round(rate)))] : []),
        ...(pace > 0 ? [say.left(number(Math.ceil((1 - view.share) / pace)))] : []),
      ].join(" · ")}
    </div>
  );
}

function sizeOf(bytes: number, number: (value: number) => string, units: string): string {
  const names = units.split(" ");
  const power = Math.min(names.length, Math.max(1, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return `${number(Math.max(0.1, Math.round((bytes / 1_000 ** power) * 10) / 10))} ${names[power - 1]}`;
}
