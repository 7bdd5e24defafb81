import type { PropertyFilter } from "@relance/model/rules";
import { IconX } from "@tabler/icons-react";
import { useId } from "react";
import { useWords } from "../../i18n/words.ts";
import { Joining, Type } from "./chips.tsx";
import { Compare, FIXED } from "./comparison.tsx";
import { segmentWords } from "./words.ts";

/** What the events must be like to count. */
export function Filters({
  where,
  properties,
  onChange,
}: {
  readonly where: readonly PropertyFilter[];
  readonly properties: readonly string[];
  readonly onChange: (where: readonly PropertyFilter[]) => void;
}) {
  const say = useWords(segmentWords);
  const id = useId();
  return (
    <>
      {where.map((filter, at) => {
        const put = (changed: typeof filter): void => onChange(where.with(at, changed));
        return (
          <span className="row wrap" key={at} style={{ gap: 6 }}>
            <Joining>{at === 0 ? say.where : say.and}</Joining>
            <Type
              label={say.property}
              value={filter.property}
              known={properties}
              id={`${id}w${at}`}
              onChange={(property) => put({ ...filter, property })}
            />
            <Compare is={filter.is} sort="text" ops={FIXED} onChange={(is) => put({ ...filter, is })} />
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
        );
      })}
      <button
        type="button"
        className="link-button tiny"
        onClick={() => onChange([...where, { property: properties[1] ?? "amount", is: { op: "set" } }])}
      >
        {say.addWhere}
      </button>
    </>
  );
}
