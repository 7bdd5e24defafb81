import { listObjectTypes, type ObjectTypeRow } from "@relance/contract/objects";
import type { FieldKind } from "@relance/model/objects";
import type { ObjectRule, PropertyFilter } from "@relance/model/rules";
import { IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { ask } from "../../api/client.ts";
import { useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Joining, Pick } from "./chips.tsx";
import { Compare, comparisonOf, COUNTED, type Sort } from "./comparison.tsx";
import { segmentWords } from "./words.ts";

const SORTS: Readonly<Record<FieldKind, Sort>> = {
  text: "text",
  choice: "text",
  number: "number",
  boolean: "boolean",
  date: "date",
  moment: "instant",
};
const FIRST = { text: "eq", number: "gte", boolean: "eq", date: "within_next", instant: "within_last" } as const;

/** How many objects of a type they have, and what those must be like. */
export function HasObjects({ rule, onChange }: { readonly rule: ObjectRule; readonly onChange: (rule: ObjectRule) => void }) {
  const say = useWords(segmentWords);
  const { language } = useLanguage();
  const types = useQuery(ask(listObjectTypes, {})).data?.items ?? [];
  const type = types.find((one) => one.key === rule.object);
  const named = types.map((one) => [one.key, one.names.many[language]] as const);
  return (
    <>
      <Pick
        label={say.chosen}
        value={rule.object}
        options={type ? named : [[rule.object, say.lost], ...named]}
        onChange={(object) => onChange({ ...rule, object, where: [] })}
      />
      <Compare is={rule.is} sort="number" ops={COUNTED} onChange={(is) => onChange({ ...rule, is })} />
      {type && <Where type={type} where={rule.where} onChange={(where) => onChange({ ...rule, where })} />}
    </>
  );
}

function Where({
  type,
  where,
  onChange,
}: {
  readonly type: ObjectTypeRow;
  readonly where: readonly PropertyFilter[];
  readonly onChange: (where: readonly PropertyFilter[]) => void;
}) {
  const say = useWords(segmentWords);
  const { language } = useLanguage();
  const sortOf = (key: string): Sort => SORTS[type.fields.find((one) => one.key === key)?.kind ?? "text"];
  const first = (property: string): PropertyFilter => ({
    property,
    is: comparisonOf(FIRST[sortOf(property) as keyof typeof FIRST], null, sortOf(property)),
  });
  const fields = type.fields.map((one) => [one.key, one.names[language]] as const);
  return (
    <>
      {where.map((filter, at) => (
        <span className="row wrap" key={at} style={{ gap: 6 }}>
          <Joining>{at === 0 ? say.where : say.and}</Joining>
          <Pick
            label={say.property}
            value={filter.property}
            options={fields.some(([key]) => key === filter.property) ? fields : [[filter.property, say.lost], ...fields]}
            onChange={(property) => onChange(where.with(at, first(property)))}
          />
          <Compare is={filter.is} sort={sortOf(filter.property)} onChange={(is) => onChange(where.with(at, { ...filter, is }))} />
          <button
            type="button"
            className="icon-button"
            aria-label={say.removeWhere}
            title={say.removeWhere}
            onClick={() => onChange(where.toSpliced(at, 1))}
          >
            <IconX size={13} aria-hidden />
          </button>
        </span>
      ))}
      {fields.length > 0 && (
        <button type="button" className="link-button tiny" onClick={() => onChange([...where, first(fields[0]![0])])}>
          {say.addWhere}
        </button>
      )}
    </>
  );
}
