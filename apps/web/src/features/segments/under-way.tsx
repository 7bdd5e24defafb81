import { Button, Progress } from "@mantine/core";
import { cancelSegmentChange, getSegment, segmentHistory } from "@relance/contract/segments";
import { useQuery } from "@tanstack/react-query";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { historyWords } from "./history-words.ts";

const BUCKETS = 256;
const WIDTH = 240;
const HEIGHT = 48;

/** While a changed rule is computed: how far it is, that the former one still holds, and the way back. */
export function UnderWay({ segment }: { readonly segment: string }) {
  const say = useWords(historyWords);
  const { data } = useQuery({
    ...ask(getSegment, { params: { id: segment } }),
    refetchInterval: (query) => (query.state.data?.state === "building" ? 1_000 : false),
  });
  const cancel = useChange(cancelSegmentChange);
  if (data?.state !== "building") return null;
  const done = (100 * (BUCKETS - data.toBuild)) / BUCKETS;
  return (
    <section role="status">
      <h3>{data.versionInForce === null ? say.first : say.changing}</h3>
      <Progress value={Math.max(2, done)} aria-label={say.progress(Math.round(done))} mb={6} />
      {data.versionInForce !== null && <p className="small soft">{say.stays}</p>}
      {data.versionInForce !== null && (
        <Button size="xs" variant="subtle" loading={cancel.isPending} onClick={() => cancel.mutate({ params: { id: segment } })}>
          {say.takeBack}
        </Button>
      )}
      <RefusalNote error={cancel.error} />
    </section>
  );
}

/** Who entered and left over the last days, and the size of the segment as it really was. */
export function History({ segment }: { readonly segment: string }) {
  const say = useWords(historyWords);
  const { number } = useFormats();
  const days = useQuery(ask(segmentHistory, { params: { id: segment }, query: { days: 30 } })).data?.days;
  if (!days) return null;
  const sum = (of: "entered" | "left"): number => days.reduce((all, day) => all + day[of], 0);
  const sizes = days.map((day) => day.members);
  const [low, high] = [Math.min(...sizes), Math.max(...sizes)];
  const y = (size: number): number => (high === low ? HEIGHT / 2 : HEIGHT - 3 - ((size - low) / (high - low)) * (HEIGHT - 6));
  return (
    <>
      <p className="small soft" style={{ marginTop: 4 }}>
        {say.lately(sum("entered"), sum("left"), number)}
      </p>
      <svg
        className="history-line"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={say.line(number(sizes[0]!), number(sizes.at(-1)!))}
      >
        <polyline points={sizes.map((size, at) => `${((at * WIDTH) / (sizes.length - 1)).toFixed(1)},${y(size).toFixed(1)}`).join(" ")} />
      </svg>
    </>
  );
}
