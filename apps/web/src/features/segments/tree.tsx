import { Button, Menu } from "@mantine/core";
import { listGroups } from "@relance/contract/contacts";
import { listObjectTypes } from "@relance/contract/objects";
import { listSegments } from "@relance/contract/segments";
import type { Rule } from "@relance/model/rules";
import {
  IconArrowDown,
  IconArrowUp,
  IconCheck,
  IconGripVertical,
  IconIndentDecrease,
  IconIndentIncrease,
  IconPlus,
  IconX,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState, type DragEvent } from "react";
import { ask } from "../../api/client.ts";
import { useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Joining, Pick } from "./chips.tsx";
import { Condition } from "./conditions.tsx";
import {
  addTo,
  changeAt,
  combine,
  isGroup,
  lift,
  move,
  moveInto,
  nest,
  pathOf,
  type GroupKind,
  type GroupRule,
  type Place,
} from "./edit.ts";
import { useFactText } from "./fact.ts";
import { insightWords } from "./insight-words.ts";
import { segmentWords } from "./words.ts";

/** By the path of a node. */
export type Verdicts = ReadonlyMap<string, { readonly truth: boolean; readonly fact: unknown }>;

export interface TreeProps {
  readonly root: Rule;
  readonly onChange: (root: Rule) => void;
  readonly problems: readonly { readonly path: string; readonly message: { readonly fr: string; readonly en: string } }[];
  /** What each node says of the person asked about, with the fact it rests on. */
  readonly verdicts: Verdicts;
  /** The segment being edited, which cannot mention itself. */
  readonly self: string | null;
}
const KINDS: readonly GroupKind[] = ["all", "any", "none"];

/** A group: its word, its rows joined by that word, and how to add to it. */
export function GroupRows({ group, place, ...tree }: TreeProps & { readonly group: GroupRule; readonly place: Place }) {
  const say = useWords(segmentWords);
  const { root, onChange } = tree;
  const drop = useDrop((from) => onChange(moveInto(root, from, place)));
  return (
    <div className="rule-group" data-kind={group.kind} data-drop {...drop}>
      <div className="rule-row">
        {place.length > 0 && <Grip place={place} />}
        <Joining>{say.fulfil}</Joining>
        <Pick
          label={say.comparison}
          tone={group.kind}
          value={group.kind}
          options={KINDS.map((kind) => [kind, say.kinds[kind]])}
          onChange={(kind) => onChange(changeAt(root, place, () => ({ ...group, kind })))}
        />
        {place.length > 0 && <Gestures {...tree} place={place} />}
      </div>
      {group.of.map((child, at) => (
        <Row key={at} {...tree} rule={child} place={[...place, at]} joined={at === 0 ? "" : say.joined[group.kind]} />
      ))}
      <Add {...tree} place={place} />
    </div>
  );
}

function Row({ rule, place, joined, ...tree }: TreeProps & { readonly rule: Rule; readonly place: Place; readonly joined: string }) {
  const say = useWords(segmentWords);
  const { language } = useLanguage();
  const drop = useDrop((from) => tree.onChange(combine(tree.root, from, place)));
  const path = pathOf(place);
  const verdict = tree.verdicts.get(path);
  const insight = useWords(insightWords);
  const textOf = useFactText();
  const fact = verdict === undefined ? null : textOf(rule, verdict.fact);
  const wrong = tree.problems.filter((one) => (isGroup(rule) ? one.path === path : one.path === path || one.path.startsWith(`${path}.`)));
  const faults = wrong.map((one, at) => (
    <div className="rule-fault tiny" key={at}>
      {one.message[language]}
    </div>
  ));
  if (isGroup(rule))
    return (
      <div className="rule-nested">
        <span className="rule-joined">{joined}</span>
        <div className="grow">
          <GroupRows {...tree} group={rule} place={place} />
          {faults}
        </div>
      </div>
    );
  return (
    <div className="rule-line" data-drop {...drop}>
      <div className="rule-row" data-wrong={wrong.length > 0 || undefined}>
        <Grip place={place} />
        <span className="rule-joined">{joined}</span>
        {verdict !== undefined &&
          (verdict.truth ? (
            <IconCheck size={15} stroke={2} color="var(--r-vif)" aria-label={say.true} />
          ) : (
            <IconX size={15} stroke={2} color="var(--r-garance)" aria-label={say.false} />
          ))}
        <Condition rule={rule} onChange={(changed) => tree.onChange(changeAt(tree.root, place, () => changed))} />
        <Gestures {...tree} place={place} />
      </div>
      {fact !== null && <div className="rule-fact small soft">{insight.fact(fact)}</div>}
      {faults}
    </div>
  );
}

function Gestures({ root, onChange, place }: TreeProps & { readonly place: Place }) {
  const say = useWords(segmentWords);
  const path = pathOf(place);
  const at = place.at(-1)!;
  const among = (index: number): Place => [...place.slice(0, -1), index];
  // Each with where the condition stands afterwards: the focus follows it there, so that the same gesture can be made again.
  const gestures: readonly (readonly [string, string, typeof IconX, () => Rule, Place])[] = [
    ["up", say.up, IconArrowUp, () => move(root, place, -1), among(Math.max(at - 1, 0))],
    ["down", say.down, IconArrowDown, () => move(root, place, 1), among(at + 1)],
    ["nest", say.nest, IconIndentIncrease, () => nest(root, place), [...place, 0]],
    ...(place.length > 1
      ? ([["lift", say.lift, IconIndentDecrease, () => lift(root, place), [...place.slice(0, -2), place.at(-2)! + 1]]] as const)
      : []),
    ["remove", say.remove, IconX, () => changeAt(root, place, () => null), among(Math.max(at - 1, 0))],
  ];
  const make = (name: string, change: () => Rule, then: Place): void => {
    onChange(change());
    requestAnimationFrame(() => focusGesture(name, [pathOf(then), path]));
  };
  return (
    <span className="rule-gestures" data-place={path}>
      {gestures.map(([name, words, Sign, change, then]) => (
        <button
          key={name}
          type="button"
          className="icon-button"
          data-gesture={name}
          aria-label={words}
          title={words}
          onClick={() => make(name, change, then)}
        >
          <Sign size={14} stroke={1.6} aria-hidden />
        </button>
      ))}
    </span>
  );
}

/** Puts the focus on a gesture of the first of these places that has it. */
function focusGesture(name: string, paths: readonly string[]): void {
  const found = paths
    .map((path) => document.querySelector<HTMLElement>(`[data-place="${path}"] [data-gesture="${name}"]`))
    .find((one) => one !== null);
  found?.focus();
}

const DRAGGED = "application/x-relance-condition";

/** What is dragged is a place; the mouse's way to what the buttons beside do by keyboard. */
function Grip({ place }: { readonly place: Place }) {
  const say = useWords(segmentWords);
  return (
    <span
      className="rule-grip"
      draggable
      title={say.drag}
      aria-hidden
      onDragStart={(event) => {
        event.dataTransfer.setData(DRAGGED, JSON.stringify(place));
        event.dataTransfer.effectAllowed = "move";
      }}
    >
      <IconGripVertical size={14} stroke={1.6} />
    </span>
  );
}

/** Takes what is dropped here, and shows that it would; the innermost place under the pointer takes it. */
function useDrop(take: (from: Place) => void) {
  const [over, setOver] = useState(false);
  const leave = (): void => setOver(false);
  return {
    "data-over": over || undefined,
    onDragOver: (event: DragEvent) => {
      if (!event.dataTransfer.types.includes(DRAGGED)) return;
      event.preventDefault();
      event.stopPropagation();
      setOver(true);
    },
    // What lies inside takes over: the group around it stops showing itself.
    onDragOverCapture: (event: DragEvent) => {
      if (event.currentTarget !== innermost(event)) leave();
    },
    onDragLeave: leave,
    onDrop: (event: DragEvent) => {
      leave();
      const dragged = event.dataTransfer.getData(DRAGGED);
      if (dragged === "") return;
      event.preventDefault();
      event.stopPropagation();
      take(JSON.parse(dragged) as number[]);
    },
  };
}

const innermost = (event: DragEvent): Element | null => (event.target instanceof Element ? event.target.closest("[data-drop]") : null);

function Add({ root, onChange, place, self }: TreeProps & { readonly place: Place }) {
  const say = useWords(segmentWords);
  const segment = useQuery(ask(listSegments, {})).data?.items.find((one) => one.id !== self && one.state !== "archived");
  const group = useQuery(ask(listGroups, {})).data?.items[0];
  const type = useQuery(ask(listObjectTypes, {})).data?.items[0];
  const blanks: readonly (readonly [string, Rule | null])[] = [
    [say.condition.attribute, { kind: "attribute", attribute: "country", is: { op: "eq", value: "FR" } }],
    [
      say.condition.event,
      {
        kind: "event",
        event: "Order Completed",
        where: [],
        window: { kind: "last", span: { n: 30, unit: "day" } },
        measure: { of: "count" },
        is: { op: "gte", value: 1 },
      },
    ],
    [say.condition.consent, { kind: "consent", channel: "email", topic: "", granted: true }],
    [say.condition.rfm, { kind: "rfm", part: "group", is: { op: "eq", value: "champions" } }],
    [say.condition.prediction, { kind: "prediction", field: "churn", is: { op: "gte", value: 0.5 } }],
    [
      say.condition.sequence,
      {
        kind: "sequence",
        first: { event: "Product Added", where: [] },
        window: { kind: "last", span: { n: 30, unit: "day" } },
        steps: [{ event: "Order Completed", where: [], within: { n: 3, unit: "day" }, happened: false }],
      },
    ],
    [
      say.condition.message,
      {
        kind: "message",
        what: "opened",
        channel: "email",
        journey: null,
        template: null,
        link: "",
        by: "human",
        window: { kind: "last", span: { n: 90, unit: "day" } },
        is: { op: "gte", value: 1 },
      },
    ],
    [
      say.condition.affinity,
      {
        kind: "affinity",
        event: "Product Viewed",
        where: [],
        window: { kind: "last", span: { n: 90, unit: "day" } },
        property: "category",
        value: "Shoes",
        by: { share: 50 },
        least: 3,
      },
    ],
    [say.condition.object, type ? { kind: "object", object: type.key, where: [], is: { op: "gte", value: 1 } } : null],
    [say.condition.distance, { kind: "distance", to: { store: null }, km: 20, within: true }],
    [say.condition.sample, { kind: "sample", percent: 10, seed: "A" }],
    [say.condition.segment, segment ? { kind: "segment", segment: segment.id, member: true } : null],
    [say.condition.group, group ? { kind: "group", group: group.id, member: true } : null],
  ];
  return (
    <div className="rule-row">
      <Menu position="bottom-start">
        <Menu.Target>
          <Button variant="default" size="xs" leftSection={<IconPlus size={14} aria-hidden />}>
            {say.addCondition}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {blanks.map(([name, blank]) => (
            <Menu.Item
              key={name}
              disabled={blank === null}
              onClick={() => {
                if (blank) onChange(addTo(root, place, blank));
              }}
            >
              {name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <button type="button" className="link-button" onClick={() => onChange(addTo(root, place, { kind: "any", of: [] }))}>
        {say.addGroup}
      </button>
    </div>
  );
}
