import { z } from "zod";
import type { LocalDate, Words } from "../../base/index.ts";
import { nameDayOf } from "../../calendar/index.ts";
import { localTime, offsetDays, property } from "../parts.ts";
import { deaf, type StartKind } from "./kind.ts";

/** As a date start's `attribute`: the day on which the contact's first name is celebrated (`nameDayOf`). It comes every year. */
export const NAME_DAY = "name_day";

/** So many days before (negative) or after a date attribute or the name day, at a local hour, every year or once. */
export type DateStart = {
  readonly kind: "date";
  readonly attribute: string;
  readonly days: number;
  readonly at: string;
  readonly yearly: boolean;
};
export const dateShape = z.strictObject({
  kind: z.literal("date"),
  attribute: property,
  days: offsetDays,
  at: localTime,
  yearly: z.boolean(),
});

export const date: StartKind<DateStart> = {
  ...deaf,
  problems: (start) =>
    start.attribute === "birth_date" || start.attribute === NAME_DAY || start.attribute.startsWith("attributes.")
      ? []
      : [
          {
            field: "attribute",
            code: "not_a_date",
            message: { fr: "Choisissez un attribut qui contient une date.", en: "Choose an attribute that holds a date." },
          },
        ],
  describe: (start) =>
    aroundDay(
      start.attribute === "birth_date"
        ? { fr: "Date de naissance", en: "Birth date" }
        : start.attribute === NAME_DAY
          ? { fr: "Fête du prénom", en: "Name day" }
          : same(start.attribute.replace(/^attributes\./, "").replaceAll("_", " ")),
      start.attribute === NAME_DAY ? { ...start, yearly: true } : start,
    ),
};

/** The field of the contact from which a date start takes its day. */
export const fieldOfDate = ({ attribute }: DateStart): string => (attribute === NAME_DAY ? "first_name" : attribute);

/** The day a start counts from, told from that field. A name day stands in a leap year: 29 February exists. */
export function dateToldBy({ attribute }: DateStart, value: string): LocalDate | null {
  if (attribute !== NAME_DAY) return value;
  const day = nameDayOf(value);
  return day === null ? null : `2000-${day}`;
}

const same = (name: string): Words => ({ fr: capital(name), en: capital(name) });
const capital = (name: string): string => `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;

/** « Renouvellement : 3 jours avant, à 09:00, chaque année » */
export function aroundDay(
  name: Words,
  { days, at, yearly = false }: { readonly days: number; readonly at: string; readonly yearly?: boolean | undefined },
): Words {
  const n = Math.abs(days);
  const day =
    n === 0
      ? { fr: "le jour même", en: "the day itself" }
      : {
          fr: `${n}\u00a0jour${n > 1 ? "s" : ""} ${days < 0 ? "avant" : "après"}`,
          en: `${n} day${n > 1 ? "s" : ""} ${days < 0 ? "before" : "after"}`,
        };
  const again = yearly ? { fr: ", chaque année", en: ", every year" } : { fr: "", en: "" };
  return { fr: `${name.fr}\u00a0: ${day.fr}, à ${at}${again.fr}`, en: `${name.en}: ${day.en}, at ${at}${again.en}` };
}
