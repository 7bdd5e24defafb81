import { Button, Checkbox, Select, TextInput } from "@mantine/core";
import { listStores } from "@relance/contract/catalog";
import type { ImportTable, ImportView } from "@relance/contract/imports";
import { mappingProblems, type Mapping, type MappingProblem, type Target } from "@relance/model/imports";
import { useQuery } from "@tanstack/react-query";
import { ask } from "../../api/client.ts";
import { useWords } from "../../i18n/words.ts";
import { Part } from "../../ui/page.tsx";
import { Status } from "../../ui/status.tsx";
import {
  contactTable,
  emailTemplate,
  fillTemplate,
  keptTarget,
  refOf,
  TARGET_GROUPS,
  targetOf,
  withEmailTemplate,
  withTarget,
  type TableRef,
} from "./mapping.ts";
import { importWords } from "./words.ts";

const ZONES = Intl.supportedValuesOf("timeZone");
const SURE = 0.9;
const useImportWords = () => useWords(importWords);

/** What each column of a file becomes and how its values are read, with what is still missing said at the end. */
export function MappingEditor({
  view,
  mapping,
  onChange,
  onCheck,
  busy,
}: {
  readonly view: ImportView;
  readonly mapping: Mapping;
  readonly onChange: (next: Mapping) => void;
  readonly onCheck: () => void;
  readonly busy: boolean;
}) {
  const say = useWords(importWords);
  const problems = mapping.columns.length + mapping.templates.length === 0 ? [] : mappingProblems(mapping, view.tables);
  const ready = problems.length === 0 && mapping.columns.length > 0;
  return (
    <>
      {view.tables.map((table, index) => (
        <TableColumns key={table.name} view={view} table={table} of={refOf(view.tables, index)} mapping={mapping} onChange={onChange} />
      ))}
      {view.tables.length > 1 && (
        <p className="small soft" style={{ marginTop: 10 }}>
          {say.joined}
        </p>
      )}
      <Part title={say.readTitle}>
        <Reading mapping={mapping} onChange={onChange} view={view} />
      </Part>
      {problems.length > 0 && (
        <div className="call" data-kind="review" role="status" style={{ marginTop: 24 }}>
          <b>{say.needs}</b>
          <ul className="import-needs">
            {problems.map((problem) => (
              <li key={`${problem.field} ${problem.message}`}>
                <Need problem={problem} />
              </li>
            ))}
          </ul>
        </div>
      )}
      <div className="import-actions">
        <Button onClick={onCheck} disabled={!ready} loading={busy}>
          {view.report ? say.checkAgain : say.check}
        </Button>
        <span className="small soft">{say.checkNote}</span>
      </div>
    </>
  );
}

interface TableProps {
  readonly view: ImportView;
  readonly table: ImportTable;
  readonly of: TableRef;
  readonly mapping: Mapping;
  readonly onChange: (next: Mapping) => void;
}

function TableColumns(props: TableProps) {
  const say = useWords(importWords);
  const { table, of, mapping } = props;
  const used = table.columns.filter((column) => targetOf(mapping, of, column) !== null).length;
  return (
    <Part title={of.named ? say.mapTable(table.name) : say.mapTitle} aside={say.mapAside(String(used), String(table.columns.length))}>
      <p className="small soft" style={{ margin: "8px 0" }}>
        {writtenAs(say, table)}
      </p>
      <table className="plain import-columns">
        <thead>
          <tr>
            <th>{say.column}</th>
            <th>{say.value}</th>
            <th>{say.goes}</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {table.columns.map((column, index) => (
            <Column key={column} {...props} column={column} index={index} />
          ))}
        </tbody>
      </table>
    </Part>
  );
}

/** How a table is written, as it was found: form, encoding, separator, decimals and dates. */
export function writtenAs(say: ReturnType<typeof useImportWords>, table: ImportTable): string {
  const { decimal, dates } = table.detected;
  return [
    table.packing === "none" ? say.formats[table.format] : say.packed(say.formats[table.format], table.packing),
    ...(table.separator === null ? [] : [say.separatedBy(say.separators[table.separator] ?? table.separator)]),
    ...(table.encoding === null ? [] : [table.encoding.toUpperCase()]),
    ...(decimal === null ? [] : [decimal === "," ? say.decimalComma : say.decimalPoint]),
    ...dates.map((one) => say.dateIn(one.column, say.dateFormats[one.format])),
  ].join(" · ");
}

function Column({ view, table, of, column, index, mapping, onChange }: TableProps & { readonly column: string; readonly index: number }) {
  const say = useWords(importWords);
  const to = targetOf(mapping, of, column);
  const values = [...new Set(table.sample.map((row) => (row[index] ?? "").trim()).filter((value) => value !== ""))].slice(0, 3);
  const proposed = view.confidence.find((one) => one.table === of.name && one.column === column);
  const kept = keptTarget(mapping, of, column);
  const groups = TARGET_GROUPS.map(({ group, targets }) => ({
    group: say.groups[group],
    items: targets.map((value) => ({ value: value as string, label: say.targets[value] ?? value })),
  }));
  const own = to !== null && /^(contact\.attributes|product\.attributes|product\.options|event\.properties)\./.test(to) ? to : kept;
  const data =
    own === null
      ? groups
      : [
          ...groups,
          {
            group: say.groups.attribute,
            items: [
              {
                value: own as string,
                label: (own.startsWith("event.") ? say.keepProperty : say.keepAs)(own.slice(own.lastIndexOf(".") + 1)),
              },
            ],
          },
        ];
  return (
    <tr>
      <td>
        <b>{column}</b>
      </td>
      <td className="values">{values.join(" · ") || "–"}</td>
      <td>
        <Select
          aria-label={say.targetOf(column)}
          data={data}
          value={to}
          placeholder={say.leave}
          clearable
          searchable
          maxDropdownHeight={320}
          onChange={(value) => onChange(withTarget(mapping, of, column, value as Target | null))}
        />
      </td>
      <td>
        {to !== null && proposed?.to === to && (
          <span title={say.sure(Math.round(proposed.sure * 100))}>
            <Status kind={proposed.sure >= SURE ? "live" : "review"} word={proposed.sure >= SURE ? say.recognised : say.look} />
          </span>
        )}
      </td>
    </tr>
  );
}

function Reading({
  view,
  mapping,
  onChange,
}: {
  readonly view: ImportView;
  readonly mapping: Mapping;
  readonly onChange: (next: Mapping) => void;
}) {
  const say = useWords(importWords);
  const { options } = mapping;
  const set = (some: Partial<Mapping["options"]>): void => onChange({ ...mapping, options: { ...options, ...some } });
  const sells = mapping.columns.some(({ to }) => /^(product|article)\./.test(to));
  const stores = useQuery({ ...ask(listStores, {}), enabled: sells }).data?.items ?? [];
  const template = emailTemplate(mapping);
  const at = contactTable(mapping, view.tables);
  const table = view.tables[at]!;
  const address = template === "" ? null : fillTemplate(template, table.columns, table.sample[0] ?? [], options.trimFloatIds);
  return (
    <>
      <div className="import-options">
        <Select
          label={say.zone}
          data={ZONES.includes(options.timeZone) ? ZONES : [options.timeZone, ...ZONES]}
          value={options.timeZone}
          searchable
          allowDeselect={false}
          onChange={(value) => value && set({ timeZone: value })}
        />
        <TextInput
          label={say.currency}
          value={options.currency}
          maxLength={3}
          onChange={(event) => set({ currency: event.currentTarget.value.toUpperCase() })}
          error={!/^[A-Z]{3}$/.test(options.currency)}
        />
        <Select
          label={say.decimal}
          data={[
            { value: ".", label: say.point },
            { value: ",", label: say.comma },
          ]}
          value={options.decimal}
          allowDeselect={false}
          onChange={(value) => value && set({ decimal: value as "." | "," })}
        />
        <Select
          label={say.days}
          data={[
            { value: "day", label: say.dayFirst },
            { value: "month", label: say.monthFirst },
          ]}
          value={options.dayFirst ? "day" : "month"}
          allowDeselect={false}
          onChange={(value) => set({ dayFirst: value !== "month" })}
        />
        {sells && (
          <TextInput
            label={say.language}
            description={say.languageNote}
            value={options.language ?? ""}
            maxLength={2}
            onChange={(event) => set({ language: event.currentTarget.value.toLowerCase() || undefined })}
            error={options.language !== undefined && !/^[a-z]{2}$/.test(options.language)}
          />
        )}
        {sells && stores.length > 0 && (
          <Select
            label={say.store}
            data={[{ value: "", label: say.noStore }, ...stores.map((one) => ({ value: one.code, label: one.name }))]}
            value={options.store ?? ""}
            allowDeselect={false}
            onChange={(value) => set({ store: value || undefined })}
          />
        )}
        <TextInput
          label={say.returns}
          description={say.returnsNote}
          value={options.returnPrefix ?? ""}
          maxLength={20}
          onChange={(event) => set({ returnPrefix: event.currentTarget.value === "" ? null : event.currentTarget.value })}
        />
        <TextInput
          label={say.email}
          description={say.emailNote}
          placeholder="customer-{{CustomerID}}@shop.example"
          value={template}
          maxLength={500}
          onChange={(event) => onChange(withEmailTemplate(mapping, refOf(view.tables, at), event.currentTarget.value))}
        />
      </div>
      {address !== null && (
        <p className="small soft" style={{ marginTop: 8, overflowWrap: "anywhere" }}>
          {address === "" ? say.emailNone : say.emailGives(address)}
        </p>
      )}
      <Checkbox
        mt={14}
        label={say.trim}
        checked={options.trimFloatIds}
        onChange={(event) => set({ trimFloatIds: event.currentTarget.checked })}
      />
    </>
  );
}

/** A mapping problem in the reader's words; the model's own sentence names targets by their key. */
function Need({ problem }: { readonly problem: MappingProblem }) {
  const say = useWords(importWords);
  const named = /^([a-z]+\.[A-Za-z_.]+) is /.exec(problem.message)?.[1];
  if (problem.code === "missing_target" && named === undefined) return <>{say.needIdentity}</>;
  if (problem.code === "missing_language") return <>{say.needsMore.missing_language}</>;
  const quoted = /"([^"]*)"/.exec(problem.message)?.[1];
  return (
    <>
      {say.needsMore[problem.code]} <b>{named === undefined ? (quoted ?? problem.field) : (say.targets[named] ?? named)}</b>
    </>
  );
}
