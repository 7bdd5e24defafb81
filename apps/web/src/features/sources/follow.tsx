import { Button, Checkbox, NumberInput, Select } from "@mantine/core";
import { CONSENT_SIGNALS, type Workspace } from "@relance/contract/team";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useWords } from "../../i18n/words.ts";
import { useSettings } from "../settings/use-settings.ts";
import { sourceWords } from "./words.ts";

const MOST_DAYS = 395;

/** What visitors must have agreed to before they are followed, for how long, and who says so. For all websites of the workspace. */
export function FollowForm({ workspace }: { readonly workspace: Workspace }) {
  const say = useWords(sourceWords);
  const { settings, change, may, set, save } = useSettings(workspace);
  const { snippet } = settings;
  const put = (part: Partial<typeof snippet>): void => set({ snippet: { ...snippet, ...part } });
  return (
    <form
      className="follow"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <fieldset disabled={!may}>
        <Select
          label={say.follow}
          description={say.followHelp}
          allowDeselect={false}
          value={snippet.follow}
          onChange={(value) => value !== null && put({ follow: value as typeof snippet.follow })}
          data={[
            { value: "with_consent", label: say.follows.with_consent },
            { value: "unless_refused", label: say.follows.unless_refused },
          ]}
        />
        <Select
          label={say.signal}
          description={say.signalHelp}
          allowDeselect={false}
          value={snippet.signal ?? ""}
          onChange={(value) => put({ signal: CONSENT_SIGNALS.find((one) => one === value) ?? null })}
          data={[{ value: "", label: say.noSignal }, ...CONSENT_SIGNALS.map((one) => ({ value: one, label: `${say.consentMode} ${one}` }))]}
        />
        <NumberInput
          label={say.cookie}
          description={say.cookieHelp}
          suffix={` ${say.days}`}
          min={1}
          max={MOST_DAYS}
          allowDecimal={false}
          value={snippet.cookieDays}
          onChange={(value) => typeof value === "number" && put({ cookieDays: value })}
        />
        <Checkbox
          label={say.pages}
          description={say.pagesHelp}
          checked={snippet.pages}
          onChange={(event) => put({ pages: event.currentTarget.checked })}
        />
      </fieldset>
      <RefusalNote error={change.error} />
      {change.isSuccess && (
        <div className="call" data-kind="good" role="status">
          {say.saved}
        </div>
      )}
      {may && (
        <div>
          <Button type="submit" variant="default" loading={change.isPending}>
            {say.save}
          </Button>
        </div>
      )}
    </form>
  );
}
