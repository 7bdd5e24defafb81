import { Button, Checkbox, NativeSelect, TextInput } from "@mantine/core";
import type { Workspace } from "@relance/contract/team";
import { GATE_CHANNELS } from "@relance/model/arbiter";
import { HOLIDAY_PLACES, holidays, placeOfZone } from "@relance/model/calendar";
import { useState } from "react";
import { useSession } from "../../app/session.tsx";
import { useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { pressureWords } from "./pressure-words.ts";
import { Saving } from "./pressure.tsx";
import { useSettings, type Settings } from "./use-settings.ts";
import { Year } from "./year.tsx";

/** When nothing leaves: quiet hours by channel, hours of texts, public holidays, days of one's own. */
export function CalendarPart() {
  const { workspace } = useSession();
  return workspace && <Form key={workspace.id} workspace={workspace} />;
}

type Part = { readonly settings: Settings; readonly set: (part: Partial<Settings>) => void };

function Form({ workspace }: { readonly workspace: Workspace }) {
  const say = useWords(pressureWords);
  const { settings, set, save, change, may } = useSettings(workspace);
  return (
    <form
      className="form"
      style={{ maxWidth: 860 }}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      {!may && (
        <div className="call" data-kind="info">
          {say.adminOnly}
        </div>
      )}
      <Quiet settings={settings} set={set} />
      <Texts settings={settings} set={set} />
      <Holidays settings={settings} set={set} zone={workspace.timeZone} />
      <Own settings={settings} set={set} />
      <Saving may={may} change={change} />
    </form>
  );
}

type Hours = { readonly from: string; readonly to: string };

function HourFields({
  hours,
  put,
  disabled = false,
}: {
  readonly hours: Hours;
  readonly put: (hours: Hours) => void;
  readonly disabled?: boolean;
}) {
  const say = useWords(pressureWords);
  return (
    <div className="two" style={{ maxWidth: 320 }}>
      <TextInput
        type="time"
        label={say.from}
        disabled={disabled}
        value={hours.from}
        onChange={(event) => put({ ...hours, from: event.currentTarget.value })}
      />
      <TextInput
        type="time"
        label={say.to}
        disabled={disabled}
        value={hours.to}
        onChange={(event) => put({ ...hours, to: event.currentTarget.value })}
      />
    </div>
  );
}

function Quiet({ settings: { quietHours, quietHoursOf }, set }: Part) {
  const say = useWords(pressureWords);
  const usual = { from: "21:00", to: "08:00" };
  const general = quietHours ?? usual;
  return (
    <>
      <h2>{say.quiet}</h2>
      <Checkbox
        label={say.quietOn}
        checked={quietHours !== null}
        onChange={(event) => set({ quietHours: event.currentTarget.checked ? general : null })}
      />
      <HourFields hours={general} disabled={quietHours === null} put={(changed) => set({ quietHours: changed })} />
      {GATE_CHANNELS.map((channel) => {
        const own = quietHoursOf[channel];
        const { [channel]: _now, ...others } = quietHoursOf;
        const choose = (mode: string): void =>
          set({ quietHoursOf: mode === "same" ? others : { ...others, [channel]: mode === "none" ? null : general } });
        return (
          <div key={channel} className="row wrap" style={{ alignItems: "flex-end", gap: 12 }}>
            <NativeSelect
              label={say.quietOf(say.channels[channel])}
              value={own === undefined ? "same" : own === null ? "none" : "own"}
              onChange={(event) => choose(event.currentTarget.value)}
              data={(["same", "own", "none"] as const).map((value) => ({ value, label: say.quietOfModes[value] }))}
              style={{ minWidth: 240 }}
            />
            {own && <HourFields hours={own} put={(changed) => set({ quietHoursOf: { ...others, [channel]: changed } })} />}
          </div>
        );
      })}
    </>
  );
}

function Texts({ settings: { smsHours }, set }: Part) {
  const say = useWords(pressureWords);
  const put = (part: Partial<typeof smsHours>): void => set({ smsHours: { ...smsHours, ...part } });
  return (
    <>
      <h2>{say.sms}</h2>
      <p className="small soft">{say.smsHelp}</p>
      <HourFields hours={smsHours} put={put} />
      {smsHours.from >= smsHours.to && (
        <p className="small" role="alert" style={{ color: "var(--r-garance)" }}>
          {say.smsOrder}
        </p>
      )}
      <Checkbox label={say.smsSundays} checked={smsHours.sundays} onChange={(event) => put({ sundays: event.currentTarget.checked })} />
      <Checkbox label={say.smsHolidays} checked={smsHours.holidays} onChange={(event) => put({ holidays: event.currentTarget.checked })} />
    </>
  );
}

/** What a place is called: its country, with the part's own code. */
function usePlaceName(): (place: string) => string {
  const say = useWords(pressureWords);
  return (place) => {
    const part = place.slice(3);
    return `${say.countries[place.slice(0, 2) as keyof typeof say.countries] ?? place}${part === "" ? "" : `, ${say.parts[part as keyof typeof say.parts] ?? part}`}`;
  };
}

function Holidays({ settings: { calendar }, set, zone }: Part & { readonly zone: string }) {
  const say = useWords(pressureWords);
  const nameOf = usePlaceName();
  const now = useNow();
  const [year, setYear] = useState(new Date(now).getUTCFullYear());
  const [shown, setShown] = useState(calendar.place || placeOfZone(zone));
  const { language } = useLanguage();
  const put = (part: Partial<typeof calendar>): void => set({ calendar: { ...calendar, ...part } });
  const days = holidays(shown, year);
  const places = HOLIDAY_PLACES.map((value) => ({ value, label: nameOf(value) })).toSorted((a, b) =>
    a.label.localeCompare(b.label, language),
  );
  const opened = (date: string): boolean => calendar.days.some((day) => day.date === date && day.kind === "on" && day.store === null);
  const toggle = (date: string, name: string): void =>
    put({
      days: opened(date)
        ? calendar.days.filter((day) => !(day.date === date && day.kind === "on" && day.store === null))
        : [...calendar.days, { date, name, kind: "on", store: null }],
    });
  return (
    <>
      <h2>{say.holidays}</h2>
      <p className="small soft">{say.holidaysHelp}</p>
      {(["email", "push"] as const).map((channel) => (
        <Checkbox
          key={channel}
          label={say.keep(say.channels[channel])}
          checked={calendar.channels.includes(channel)}
          onChange={(event) =>
            put({
              channels: event.currentTarget.checked ? [...calendar.channels, channel] : calendar.channels.filter((one) => one !== channel),
            })
          }
        />
      ))}
      <NativeSelect
        label={say.place}
        value={calendar.place}
        onChange={(event) => put({ place: event.currentTarget.value })}
        data={[{ value: "", label: say.placeAuto }, ...places]}
        style={{ maxWidth: 360 }}
      />
      <div className="row between wrap" style={{ alignItems: "flex-end", marginTop: 8 }}>
        <h3 aria-live="polite">{say.year(String(year))}</h3>
        <div className="row" style={{ alignItems: "flex-end", gap: 8 }}>
          <NativeSelect label={say.shownFor} value={shown} onChange={(event) => setShown(event.currentTarget.value)} data={places} />
          <Button variant="default" aria-label={say.before} disabled={year <= 1970} onClick={() => setYear(year - 1)}>
            ‹
          </Button>
          <Button variant="default" aria-label={say.after} disabled={year >= 2100} onClick={() => setYear(year + 1)}>
            ›
          </Button>
        </div>
      </div>
      <Year year={year} holidays={days} own={calendar.days} />
      <p className="small soft">{say.count(days.length)}</p>
      <ul className="holiday-list">
        {days.map((one) => (
          <li key={one.key} data-open={opened(one.date) || undefined}>
            <time dateTime={one.date}>{dayLabel(one.date, language)}</time>
            <span>{one.name[language]}</span>
            <button type="button" className="link-button small" onClick={() => toggle(one.date, one.name[language])}>
              {opened(one.date) ? say.close : say.open}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

const dayLabel = (date: string, language: string): string =>
  new Intl.DateTimeFormat(language === "fr" ? "fr-FR" : "en-GB", {
    weekday: "short",
    day: "numeric",
    month: "long",
    timeZone: "UTC",
  }).format(Date.parse(`${date}T00:00:00Z`));

function Own({ settings: { calendar }, set }: Part) {
  const say = useWords(pressureWords);
  const { language } = useLanguage();
  const [date, setDate] = useState("");
  const [name, setName] = useState("");
  const [kind, setKind] = useState<"off" | "on">("off");
  const add = (): void => {
    set({
      calendar: {
        ...calendar,
        days: [...calendar.days, { date, name: name.trim(), kind, store: null }].toSorted((a, b) => (a.date < b.date ? -1 : 1)),
      },
    });
    setDate("");
    setName("");
  };
  return (
    <>
      <h2>{say.own}</h2>
      <p className="small soft">
        {say.ownHelp}
        {calendar.days.length === 0 ? ` ${say.noOwn}` : ""}
      </p>
      {calendar.days.length > 0 && (
        <ul className="holiday-list">
          {calendar.days.map((day, at) => (
            <li key={`${day.date} ${at}`}>
              <time dateTime={day.date}>
                {dayLabel(day.date, language)} {day.date.slice(0, 4)}
              </time>
              <span>
                {day.name}, {say.kinds[day.kind]}
              </span>
              <button
                type="button"
                className="link-button small"
                aria-label={say.removeDay(day.name)}
                onClick={() => set({ calendar: { ...calendar, days: calendar.days.toSpliced(at, 1) } })}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="row wrap" style={{ alignItems: "flex-end", gap: 12 }}>
        <TextInput type="date" label={say.date} value={date} onChange={(event) => setDate(event.currentTarget.value)} />
        <TextInput label={say.dayName} maxLength={100} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <NativeSelect
          label={say.kind}
          value={kind}
          onChange={(event) => setKind(event.currentTarget.value as typeof kind)}
          data={(["off", "on"] as const).map((value) => ({ value, label: say.kinds[value] }))}
        />
        <Button variant="default" disabled={date === "" || name.trim() === "" || calendar.days.length >= 200} onClick={add}>
          {say.add}
        </Button>
      </div>
    </>
  );
}
