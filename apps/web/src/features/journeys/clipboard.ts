import { listCouponPools, listStores } from "@relance/contract/catalog";
import { listGroups } from "@relance/contract/contacts";
import { listJourneys } from "@relance/contract/journeys";
import { getTemplate, listTemplates } from "@relance/contract/messages";
import { listSegments } from "@relance/contract/segments";
import { listWebhooks } from "@relance/contract/webhooks";
import {
  MOST_STEPS,
  readPiece,
  stepReferences,
  takeSteps,
  withNewIds,
  withReferences,
  type Graph,
  type Piece,
  type Step,
  type StepReference,
} from "@relance/model/journeys";
import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { ask } from "../../api/client.ts";
import { useWords } from "../../i18n/words.ts";
import { newStepId } from "./blank.ts";
import { clipboardWords } from "./clipboard-words.ts";
import type { Draft } from "./draft.ts";
import { START } from "./canvas/layout.ts";
import type { Marks } from "./canvas/marks.ts";
import { wayAfter, wayTo } from "./canvas/moves.ts";

/** Something a step may name in this workspace. `channel`: of a template. */
export interface Choosable {
  readonly id: string;
  readonly name: string;
  readonly channel?: string;
}
export type Choosables = Readonly<Record<StepReference["of"], readonly Choosable[]>>;
/** Steps that name what this workspace does not have, until someone says what to take instead. */
export interface Asked {
  readonly piece: Piece;
  readonly unknown: readonly StepReference[];
  readonly there: Choosables;
}

// What a menu copied here, for where a page may not read the clipboard.
let copied = "";

/** Copy, cut and paste of steps over the clipboard of the machine, so that they go between journeys, workspaces and installations. */
export function useStepClipboard({
  draft,
  marks,
  chosen,
  readOnly,
  names,
  choose,
}: {
  readonly draft: Draft;
  readonly marks: Marks;
  readonly chosen: string | null;
  readonly readOnly: boolean;
  readonly names: ReadonlyMap<string, string>;
  readonly choose: (id: string) => void;
}) {
  const say = useWords(clipboardWords);
  const queries = useQueryClient();
  const [said, tell] = useState("");
  const [asked, askFor] = useState<Asked | null>(null);
  const { graph, command } = draft;

  const take = (): string | null => {
    if (marks.picked.size === 0) return null;
    copied = JSON.stringify(pieceOf(graph, marks.picked, names));
    tell(say.copied(marks.picked.size));
    return copied;
  };
  const cut = (): string | null => {
    const { picked } = marks;
    const text = take();
    if (text === null) return null;
    const before = wayTo(graph, takeSteps(graph, picked)[0]!.id);
    command({ kind: "remove", steps: [...picked] });
    choose(before && !picked.has(before.step) ? before.step : START);
    tell(say.cut(picked.size));
    return text;
  };
  const put = (steps: readonly Step[]): void => {
    const after = wayAfter(graph, chosen);
    askFor(null);
    if (graph.steps.length + steps.length > MOST_STEPS) return tell(say.tooMany(MOST_STEPS));
    if (after === undefined) return undefined;
    const fresh = withNewIds(steps, newStepId);
    command({ kind: "paste", steps: fresh, after });
    choose(fresh[0]!.id);
    if (fresh.length > 1) marks.markAll(fresh.map((step) => step.id));
    return tell(say.pasted(fresh.length));
  };
  const paste = (text: string): boolean => {
    const piece = readPiece(text);
    if (piece === null) return false;
    void choosables(queries, piece).then(
      (there) => {
        const known = new Set([
          ...Object.values(there)
            .flat()
            .map((one) => one.id),
          ...stepReferences(graph.steps).map((one) => one.id),
        ]);
        const unknown = stepReferences(piece.steps).filter((one) => !known.has(one.id));
        if (unknown.length > 0) askFor({ piece, unknown, there });
        else put(piece.steps);
      },
      () => tell(say.failed),
    );
    return true;
  };
  useClipboardKeys({ take, cut, paste, readOnly });
  return {
    said,
    tell,
    asked,
    stopAsking: () => askFor(null),
    copy: (): void => {
      const text = take();
      if (text !== null) void navigator.clipboard?.writeText(text).catch(() => undefined);
    },
    cut: (): void => {
      const text = cut();
      if (text !== null) void navigator.clipboard?.writeText(text).catch(() => undefined);
    },
    paste: (): void =>
      void readClipboard().then((text) => {
        if (!paste(text) && !paste(copied)) tell(say.empty);
      }),
    answer: (answers: ReadonlyMap<string, string | null>): void => {
      if (asked) put(withReferences(asked.piece.steps, answers));
    },
  };
}

/** Ctrl-C, X and V where no text is being written or chosen. */
function useClipboardKeys(gestures: {
  readonly take: () => string | null;
  readonly cut: () => string | null;
  readonly paste: (text: string) => boolean;
  readonly readOnly: boolean;
}): void {
  const latest = useRef(gestures);
  useEffect(() => {
    latest.current = gestures;
  });
  useEffect(() => {
    const put = (event: ClipboardEvent, text: string | null): void => {
      if (text === null) return;
      event.clipboardData?.setData("text/plain", text);
      event.preventDefault();
    };
    const onCopy = (event: ClipboardEvent): void => {
      if (aboutSteps(event)) put(event, latest.current.take());
    };
    const onCut = (event: ClipboardEvent): void => {
      if (aboutSteps(event) && !latest.current.readOnly) put(event, latest.current.cut());
    };
    const onPaste = (event: ClipboardEvent): void => {
      if (aboutSteps(event) && !latest.current.readOnly && latest.current.paste(event.clipboardData?.getData("text/plain") ?? ""))
        event.preventDefault();
    };
    document.addEventListener("copy", onCopy);
    document.addEventListener("cut", onCut);
    document.addEventListener("paste", onPaste);
    return () => {
      document.removeEventListener("copy", onCopy);
      document.removeEventListener("cut", onCut);
      document.removeEventListener("paste", onPaste);
    };
  }, []);
}

function aboutSteps({ target }: ClipboardEvent): boolean {
  const writing = target instanceof Element && target.closest("input, textarea, select, [contenteditable], dialog") !== null;
  return !writing && document.querySelector("dialog[open]") === null && (document.getSelection()?.isCollapsed ?? true);
}

const readClipboard = (): Promise<string> => navigator.clipboard?.readText().catch(() => "") ?? Promise.resolve("");

function pieceOf(graph: Graph, picked: ReadonlySet<string>, names: ReadonlyMap<string, string>): Piece {
  const steps = takeSteps(graph, picked);
  return {
    relance: "steps",
    version: 1,
    steps,
    names: Object.fromEntries(
      stepReferences(steps).flatMap(({ id }) => {
        const name = names.get(id);
        return name === undefined ? [] : [[id, name.slice(0, 200)]];
      }),
    ),
  };
}

/** What steps may name here. Templates are listed up to two hundred; of the rest those that the piece names are asked for. */
async function choosables(queries: QueryClient, piece: Piece): Promise<Choosables> {
  const [template, group, segment, journey, pool, webhook, store] = await Promise.all([
    queries.fetchQuery(ask(listTemplates, { query: { limit: 200 } })),
    queries.fetchQuery(ask(listGroups, {})),
    queries.fetchQuery(ask(listSegments, {})),
    queries.fetchQuery(ask(listJourneys, { query: {} })),
    queries.fetchQuery(ask(listCouponPools, {})),
    queries.fetchQuery(ask(listWebhooks, {})),
    queries.fetchQuery(ask(listStores, {})),
  ]);
  const named = new Set(
    (template.next === null ? [] : stepReferences(piece.steps)).flatMap((one) =>
      one.of === "template" && !template.items.some((other) => other.id === one.id) ? [one.id] : [],
    ),
  );
  const more = await Promise.all(
    [...named].map((id) => queries.fetchQuery({ ...ask(getTemplate, { params: { id } }), retry: false }).catch(() => null)),
  );
  return {
    template: [...template.items, ...more.filter((one) => one !== null)],
    group: group.items,
    segment: segment.items,
    journey: journey.items,
    pool: pool.items,
    webhook: webhook.items,
    store: store.items,
  };
}
