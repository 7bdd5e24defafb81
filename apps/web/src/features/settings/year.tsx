import type { Holiday } from "@relance/model/calendar";
import { useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import type { Settings } from "./use-settings.ts";
import { pressureWords } from "./pressure-words.ts";

const text = (year: number, month: number, day: number): string =>
  `${year}-${String(month + 1).padStart(2, "0")}-${String(day).padStart(2, "0")}`;

/** A year at a glance, its closed days marked; the list beside it says the same in words, so that this is a picture to assistive tools. */
export function Year({
  year,
  holidays,
  own,
}: {
  readonly year: number;
  readonly holidays: readonly Holiday[];
  readonly own: Settings["calendar"]["days"];
}) {
  const say = useWords(pressureWords);
  const { language } = useLanguage();
  const names = new Map(holidays.map((one) => [one.date, one.name[language]]));
  const mine = new Map(own.filter((day) => day.store === null).map((day) => [day.date, day]));
  const monthName = new Intl.DateTimeFormat(language === "fr" ? "fr-FR" : "en-GB", { month: "long", timeZone: "UTC" });
  return (
    <>
      <div className="year" role="img" aria-label={`${say.year(String(year))}: ${[...names.values()].join(", ")}`}>
        {Array.from({ length: 12 }, (_, month) => {
          const blank = (new Date(Date.UTC(year, month, 1)).getUTCDay() + 6) % 7;
          const count = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
          return (
            <div key={month} className="month">
              <b>{monthName.format(Date.UTC(year, month, 1))}</b>
              <div className="month-days">
                {Array.from({ length: blank }, (_none, n) => (
                  <span key={`b${n}`} />
                ))}
                {Array.from({ length: count }, (_none, n) => {
                  const date = text(year, month, n + 1);
                  const day = mine.get(date);
                  const kind = day?.kind === "on" ? "open" : day ? "own" : names.has(date) ? "holiday" : undefined;
                  return (
                    <span key={date} data-kind={kind} data-rest={(blank + n) % 7 === 6 || undefined} title={day?.name ?? names.get(date)}>
                      {n + 1}
                    </span>
                  );
                })}
              </div>
            </div>
          );
        })}
      </div>
      <p className="year-legend tiny">
        <span data-kind="holiday">14</span> {say.legendHoliday} <span data-kind="own">14</span> {say.legendOff}{" "}
        <span data-kind="open">14</span> {say.legendOn}
      </p>
    </>
  );
}
