import { IconAlertOctagon, IconAlertTriangle, IconCheck, IconPlayerPause, IconPointFilled } from "@tabler/icons-react";

export type StatusKind = "live" | "paused" | "draft" | "problem" | "review" | "info" | "done";
const SIGNS = {
  live: IconPointFilled,
  paused: IconPlayerPause,
  problem: IconAlertOctagon,
  review: IconAlertTriangle,
  done: IconCheck,
  draft: null,
  info: null,
} as const;

/** Shape, word and colour: never colour alone. */
export function Status({ kind, word }: { readonly kind: StatusKind; readonly word: string }) {
  const Sign = SIGNS[kind];
  return (
    <span className="status" data-kind={kind}>
      {Sign && <Sign size={12} stroke={1.8} aria-hidden />}
      {word}
    </span>
  );
}
