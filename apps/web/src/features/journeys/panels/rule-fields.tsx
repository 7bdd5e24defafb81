import { listGroups } from "@relance/contract/contacts";
import { listSegments } from "@relance/contract/segments";
import { problems, type Rule } from "@relance/model/rules";
import { useQuery } from "@tanstack/react-query";
import { ask } from "../../../api/client.ts";
import { RulePlace } from "../../segments/comparison.tsx";
import { asGroup } from "../../segments/edit.ts";
import { useNamed } from "../../segments/named.ts";
import { GroupRows, type Verdicts } from "../../segments/tree.tsx";

const NO_VERDICTS: Verdicts = new Map();

/** The rule builder of segments, inside a journey: it may also speak of what happened since the run began. */
export function RuleFields({ rule, put }: { readonly rule: Rule; readonly put: (rule: Rule) => void }) {
  const groups = useQuery(ask(listGroups, {})).data?.items;
  const segments = useQuery(ask(listSegments, {})).data?.items;
  const named = useNamed();
  const ids = (items: readonly { readonly id: string }[]) => new Set(items.map((one) => one.id));
  const root = asGroup(rule);
  const found =
    groups && segments && named.read
      ? problems(root, {
          groups: new Set(groups.map((one) => one.id)),
          segments: new Map(segments.map((one) => [one.id, []])),
          stores: ids(named.stores),
          journeys: ids(named.journeys),
          templates: ids(named.templates),
          place: { kind: "journey" },
        })
      : [];
  return (
    <RulePlace value="journey">
      <GroupRows root={root} group={root} place={[]} onChange={put} problems={found} verdicts={NO_VERDICTS} self={null} />
    </RulePlace>
  );
}
