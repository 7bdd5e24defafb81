import { SegmentedControl, Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { listContacts } from "@relance/contract/contacts";
import { previewContent, type PreviewBody, type TemplateBody } from "@relance/contract/messages";
import { getWorkspace } from "@relance/contract/team";
import { smsSize, stopLine, withStop } from "@relance/model/messages";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ask } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { inScheme } from "../../ui/in-scheme.ts";
import { Waiting } from "../../ui/page.tsx";
import { nameOf } from "../contacts/name.ts";
import type { Written } from "./draft.ts";
import { editorWords } from "./words.ts";

// Gmail cuts the HTML of a message beyond this.
const CLIPPED = 102 * 1024;
type Width = "desktop" | "phone";
/** A text and a call have no subject, no design, and look the same on every screen. */
const isBare = (channel: TemplateBody["channel"]): boolean => channel === "sms" || channel === "webhook";

/** The message as one contact would get it. Its HTML is a stranger's: shown in a frame without scripts and without our origin. */
export function Preview({
  written,
  channel,
  language,
  contact,
  choose,
}: {
  readonly written: Written;
  readonly channel: TemplateBody["channel"];
  readonly language: string;
  readonly contact: string | null;
  readonly choose: (contact: string | null) => void;
}) {
  const say = useWords(editorWords);
  const [asked] = useDebouncedValue(written, 500);
  const [width, setWidth] = useState<Width>("desktop");
  const [dark, setDark] = useState(false);
  const [plain, setPlain] = useState(false);
  const { data, error } = useQuery({
    ...ask(previewContent, { body: { content: asked.content, class: asked.class, language, ...(contact !== null && { contact }) } }),
    retry: false,
  });
  return (
    <section aria-label={say.preview} className="stack">
      <div className="row wrap between">
        <Person value={contact} onChange={choose} />
        {!isBare(channel) && (
          <div className="row wrap">
            <SegmentedControl
              size="xs"
              aria-label={say.width}
              value={width}
              onChange={(value) => setWidth(value as Width)}
              data={[
                { value: "desktop", label: say.desktop },
                { value: "phone", label: say.phone },
              ]}
            />
            <SegmentedControl
              size="xs"
              aria-label={say.light}
              value={dark ? "dark" : "light"}
              onChange={(value) => setDark(value === "dark")}
              data={[
                { value: "light", label: say.light },
                { value: "dark", label: say.dark },
              ]}
            />
            <SegmentedControl
              size="xs"
              aria-label={say.plain}
              value={plain ? "plain" : "html"}
              onChange={(value) => setPlain(value === "plain")}
              data={[
                { value: "html", label: say.html },
                { value: "plain", label: say.plain },
              ]}
            />
          </div>
        )}
      </div>
      {!data && !error && <Waiting />}
      {error && (
        <div className="call" data-kind="review">
          {say.noPreview}
        </div>
      )}
      {data && !error && (
        <Shown data={data} channel={channel} marketing={written.class === "marketing"} width={width} dark={dark} plain={plain} />
      )}
    </section>
  );
}

function Shown({
  data,
  channel,
  marketing,
  width,
  dark,
  plain,
}: {
  readonly data: PreviewBody;
  readonly channel: TemplateBody["channel"];
  readonly marketing: boolean;
  readonly width: Width;
  readonly dark: boolean;
  readonly plain: boolean;
}) {
  const say = useWords(editorWords);
  return (
    <>
      {!isBare(channel) && (
        <div>
          <b data-testid="preview-subject">{data.subject || say.noSubject}</b>
          <div className="small soft">{data.preheader}</div>
        </div>
      )}
      {channel === "sms" && <SmsLength text={data.text} marketing={marketing} language={data.language} />}
      {!isBare(channel) && <Size bytes={data.bytes} />}
      {plain ? (
        <pre className="mail-text" data-width={width}>
          {data.text}
        </pre>
      ) : (
        <iframe
          className="mail-frame"
          data-width={width}
          data-dark={dark}
          title={say.frame}
          sandbox=""
          srcDoc={inScheme(data.html, dark)}
        />
      )}
    </>
  );
}

/** What the text costs as this contact would get it; the signs that make it cost twice are named. */
function SmsLength({ text, marketing, language }: { readonly text: string; readonly marketing: boolean; readonly language: string }) {
  const say = useWords(editorWords);
  const { money } = useFormats();
  const workspace = useQuery(ask(getWorkspace, {})).data;
  const sender = workspace?.settings.sms.senders[0];
  // Marketing carries its way out: it counts.
  const whole = marketing && sender ? withStop(text, stopLine(sender, language, "https://relance.example/s/0123456789")) : text;
  const { encoding, units, segments, odd } = smsSize(whole);
  const price = workspace?.settings.sms.segmentPrice ?? null;
  return (
    <div className="small soft" data-testid="sms-size">
      {say.smsSize(units, segments)}
      {price !== null && workspace && `. ${say.smsPrice(money(price * segments, workspace.currency))}`}
      {whole !== text && <div>{say.smsStop(whole.slice(text.trimEnd().length).trim())}</div>}
      {encoding === "ucs2" && (
        <div className="call" data-kind="review">
          {say.smsOdd(odd.slice(0, 8).join(" "))}
        </div>
      )}
    </div>
  );
}

function Size({ bytes }: { readonly bytes: number }) {
  const say = useWords(editorWords);
  const { number } = useFormats();
  const kilobytes = number(Math.round(bytes / 102.4) / 10);
  return (
    <div className="small soft row">
      <meter min={0} max={CLIPPED} high={CLIPPED * 0.85} optimum={0} value={Math.min(bytes, CLIPPED)} aria-label={say.size(kilobytes)} />
      {bytes > CLIPPED ? <b>{say.tooLarge(kilobytes)}</b> : say.size(kilobytes)}
    </div>
  );
}

function Person({ value, onChange }: { readonly value: string | null; readonly onChange: (contact: string | null) => void }) {
  const say = useWords(editorWords);
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState<{ value: string; label: string } | null>(null);
  // The field shows the name of who is chosen: that is no search.
  const [asked] = useDebouncedValue(search === chosen?.label ? "" : search.trim(), 250);
  const { data, error } = useQuery(ask(listContacts, { query: { limit: 8, ...(asked !== "" && { search: asked }) } }));
  const found = (data?.items ?? []).map((one) => ({
    value: one.id,
    label: [nameOf(one), one.email].filter((part, at, all) => part && all.indexOf(part) === at).join(", ") || one.id,
  }));
  const options = chosen && !found.some((one) => one.value === chosen.value) ? [chosen, ...found] : found;
  const change = (id: string | null): void => {
    setChosen(options.find((one) => one.value === id) ?? null);
    onChange(id);
  };
  return (
    <>
      <Select
        size="xs"
        aria-label={say.asContact}
        placeholder={say.sample}
        searchable
        clearable
        filter={({ options: all }) => all}
        nothingFoundMessage={say.nobody}
        data={options}
        value={value}
        onChange={change}
        searchValue={search}
        onSearchChange={setSearch}
        style={{ minWidth: 230 }}
      />
      <RefusalNote error={error} />
    </>
  );
}
