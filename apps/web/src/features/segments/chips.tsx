import type { ReactNode } from "react";

interface Of {
  readonly label: string;
  readonly disabled?: boolean;
}

/** One value of a sentence, chosen from a list. */
export function Pick<T extends string>({
  label,
  value,
  options,
  onChange,
  tone,
}: Of & {
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  readonly onChange: (value: T) => void;
  readonly tone?: string;
}) {
  return (
    <select
      className="chip"
      data-tone={tone}
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value as T)}
    >
      {options.map(([key, name]) => (
        <option key={key} value={key}>
          {name}
        </option>
      ))}
    </select>
  );
}

/** One value of a sentence, typed; as wide as what it holds. `known` are offered while typing. */
export function Type({
  label,
  value,
  onChange,
  type = "text",
  known,
  id,
}: Of & {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: "text" | "number" | "date";
  readonly known?: readonly string[];
  readonly id?: string;
}) {
  return (
    <>
      <input
        className="chip"
        aria-label={label}
        title={label}
        type={type}
        step="any"
        value={value}
        list={known ? id : undefined}
        style={{ width: type === "date" ? undefined : `${Math.min(Math.max(value.length, 3), 30) + 3.5}ch` }}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {known && (
        <datalist id={id}>
          {known.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
    </>
  );
}

export const Joining = ({ children }: { readonly children: ReactNode }) => <span className="soft">{children}</span>;
