import { Button, Checkbox, Select, TextInput, Textarea } from "@mantine/core";
import { changeWorkspace, type Workspace } from "@relance/contract/team";
import { useState } from "react";
import { useChange } from "../../api/client.ts";
import { DemoNote } from "../../app/demo-removal.tsx";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { useWords } from "../../i18n/words.ts";
import { reviewWords } from "../journeys/publishing/review-words.ts";
import { settingsWords } from "./words.ts";

const ZONES = Intl.supportedValuesOf("timeZone");
const CURRENCIES = Intl.supportedValuesOf("currency");

export function WorkspaceForm() {
  const { workspace } = useSession();
  return workspace && <Form key={workspace.id} workspace={workspace} />;
}

function Form({ workspace }: { readonly workspace: Workspace }) {
  const say = useWords(settingsWords);
  const review = useWords(reviewWords);
  const [name, setName] = useState(workspace.name);
  const [timeZone, setTimeZone] = useState(workspace.timeZone);
  const [locale, setLocale] = useState(workspace.locale);
  const [currency, setCurrency] = useState(workspace.currency);
  const [settings, setSettings] = useState(workspace.settings);
  const change = useChange(changeWorkspace);
  const may = workspace.role === "admin";
  const set = (part: Partial<typeof settings>): void => setSettings({ ...settings, ...part });
  const setSender = (part: Partial<typeof settings.sender>): void => set({ sender: { ...settings.sender, ...part } });
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate({ body: { name, locale, timeZone, currency, settings } });
      }}
    >
      <DemoNote />
      {!may && (
        <div className="call" data-kind="info">
          {say.adminOnly}
        </div>
      )}
      <div className="two">
        <TextInput label={say.name} required maxLength={100} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <Select
          label={say.timeZone}
          searchable
          data={ZONES.includes(timeZone) ? ZONES : [timeZone, ...ZONES]}
          value={timeZone}
          onChange={(value) => value !== null && setTimeZone(value)}
          allowDeselect={false}
          limit={60}
        />
        <Select
          label={say.language}
          description={say.languageHelp}
          data={[
            { value: "fr", label: "Français" },
            { value: "en", label: "English" },
          ]}
          value={locale}
          onChange={(value) => value !== null && setLocale(value as typeof locale)}
          allowDeselect={false}
        />
        <Select
          label={say.currency}
          description={say.currencyHelp}
          searchable
          data={CURRENCIES.includes(currency) ? CURRENCIES : [currency, ...CURRENCIES]}
          value={currency}
          onChange={(value) => value !== null && setCurrency(value)}
          allowDeselect={false}
          limit={60}
        />
      </div>
      <h2>{say.sender}</h2>
      <div className="two">
        <TextInput
          label={say.senderName}
          value={settings.sender.name}
          onChange={(event) => setSender({ name: event.currentTarget.value })}
        />
        <TextInput
          label={say.senderEmail}
          type="email"
          value={settings.sender.email}
          onChange={(event) => setSender({ email: event.currentTarget.value })}
        />
      </div>
      <TextInput
        label={say.replyTo}
        type="email"
        value={settings.sender.replyTo}
        onChange={(event) => setSender({ replyTo: event.currentTarget.value })}
      />
      <Textarea
        label={say.postal}
        description={say.postalHelp}
        rows={2}
        value={settings.sender.postalAddress}
        onChange={(event) => setSender({ postalAddress: event.currentTarget.value })}
      />
      <TextInput
        label={say.website}
        description={say.websiteHelp}
        placeholder="https://"
        value={settings.website}
        onChange={(event) => set({ website: event.currentTarget.value })}
      />
      <h2>{review.setting}</h2>
      <Checkbox
        label={review.settingLabel}
        description={review.settingHelp}
        checked={settings.fourEyes}
        onChange={(event) => set({ fourEyes: event.currentTarget.checked })}
      />
      <Limits settings={settings} set={set} />
      {workspace.kind === "regular" && (
        <Checkbox
          label={say.firstSteps}
          checked={settings.firstSteps}
          onChange={(event) => set({ firstSteps: event.currentTarget.checked })}
        />
      )}
      <RefusalNote error={change.error} />
      {change.isSuccess && (
        <div className="call" data-kind="good" role="status">
          {say.saved}
        </div>
      )}
      <div>
        <Button type="submit" disabled={!may} loading={change.isPending}>
          {say.save}
        </Button>
      </div>
    </form>
  );
}

type Settings = Workspace["settings"];

function Limits({ settings, set }: { readonly settings: Settings; readonly set: (part: Partial<Settings>) => void }) {
  const say = useWords(settingsWords);
  return (
    <>
      <h2>{say.limits}</h2>
      <Checkbox
        label={say.consent}
        checked={settings.requireConsent}
        onChange={(event) => set({ requireConsent: event.currentTarget.checked })}
      />
      <Checkbox label={say.clicks} checked={settings.trackClicks} onChange={(event) => set({ trackClicks: event.currentTarget.checked })} />
      <Select
        label={say.pixel}
        allowDeselect={false}
        value={settings.pixel}
        onChange={(value) => value !== null && set({ pixel: value as Settings["pixel"] })}
        data={(["off", "with_consent", "unless_refused"] as const).map((one) => ({ value: one, label: say.pixels[one] }))}
      />
    </>
  );
}
