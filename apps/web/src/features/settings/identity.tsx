import { ActionIcon, NumberInput, Select } from "@mantine/core";
import type { IdentityRules, Workspace } from "@relance/contract/team";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useSession } from "../../app/session.tsx";
import { useWords } from "../../i18n/words.ts";
import { identityWords } from "./identity-words.ts";
import { Saving } from "./pressure.tsx";
import { useSettings } from "./use-settings.ts";
import { settingsWords } from "./words.ts";

/** Which identifiers several people may share, and when a person must confirm that two contacts are one. */
export function Identity() {
  const { workspace } = useSession();
  return workspace && <Form key={workspace.id} workspace={workspace} />;
}

function Form({ workspace }: { readonly workspace: Workspace }) {
  const say = useWords(identityWords);
  const { adminOnly } = useWords(settingsWords);
  const { settings, set, save, change, may } = useSettings(workspace);
  const { identity } = settings;
  const put = (part: Partial<IdentityRules>): void => set({ identity: { ...identity, ...part } });
  const data = (["unique", "shared"] as const).map((value) => ({ value, label: say.kinds[value] }));
  const choice = (name: "email" | "phone" | "roleAddresses") => ({
    data,
    allowDeselect: false,
    value: identity[name],
    onChange: (value: string | null) => {
      if (value !== null) put({ [name]: value });
    },
  });
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      {!may && (
        <div className="call" data-kind="info">
          {adminOnly}
        </div>
      )}
      <p className="small soft">
        {say.intro} <Link to="/conflicts">{say.toQueue}</Link>
      </p>
      <Select label={say.email} {...choice("email")} />
      <Select label={say.roles} disabled={identity.email === "shared"} {...choice("roleAddresses")} />
      <Select label={say.phone} description={say.phoneHelp} {...choice("phone")} />
      <NumberInput
        label={say.guard}
        description={say.guardHelp}
        min={2}
        max={1000}
        allowDecimal={false}
        value={identity.guard}
        onChange={(guard) => {
          if (typeof guard === "number") put({ guard });
        }}
      />
      <Limits limits={identity.limits} put={(limits) => put({ limits })} />
      <Priority priority={identity.priority} put={(priority) => put({ priority })} />
      <p className="small soft">{say.later}</p>
      <Saving may={may} change={change} />
    </form>
  );
}

/** How many identifiers of each kind are kept; a user id is always one. */
function Limits({ limits, put }: { readonly limits: IdentityRules["limits"]; readonly put: (limits: IdentityRules["limits"]) => void }) {
  const say = useWords(identityWords);
  return (
    <fieldset className="identity-rules">
      <legend>{say.limits}</legend>
      <p className="small soft">{say.limitsHelp}</p>
      <div className="identity-limits">
        {(["email", "phone", "anonymous_id", "shop_id"] as const).map((kind) => (
          <NumberInput
            key={kind}
            label={say.ids[kind]}
            placeholder={say.all}
            min={1}
            max={1000}
            allowDecimal={false}
            value={limits[kind] ?? ""}
            onChange={(n) => put({ ...limits, [kind]: typeof n === "number" ? n : null })}
          />
        ))}
      </div>
    </fieldset>
  );
}

/** The kinds in the order they are believed, each moved by its arrows. */
function Priority({
  priority,
  put,
}: {
  readonly priority: IdentityRules["priority"];
  readonly put: (priority: IdentityRules["priority"]) => void;
}) {
  const say = useWords(identityWords);
  const swap = (at: number): void => put(priority.map((kind, i) => (i === at ? priority[at + 1]! : i === at + 1 ? priority[at]! : kind)));
  return (
    <fieldset className="identity-rules">
      <legend>{say.priority}</legend>
      <p className="small soft">{say.priorityHelp}</p>
      <ol className="identity-priority">
        {priority.map((kind, at) => (
          <li key={kind}>
            <span>{say.ids[kind]}</span>
            <ActionIcon variant="subtle" aria-label={say.up(say.ids[kind])} disabled={at === 0} onClick={() => swap(at - 1)}>
              <IconArrowUp size={16} stroke={1.5} />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              aria-label={say.down(say.ids[kind])}
              disabled={at === priority.length - 1}
              onClick={() => swap(at)}
            >
              <IconArrowDown size={16} stroke={1.5} />
            </ActionIcon>
          </li>
        ))}
      </ol>
    </fieldset>
  );
}
