import { NumberInput, Select } from "@mantine/core";
import type { IdentityRules, Workspace } from "@relance/contract/team";
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
  const choice = (name: "email" | "phone" | "roleAddresses") => ({ data, allowDeselect: false, value: identity[name], onChange: (value: string | null) => { if (value !== null) put({ [name]: value }); } });
  return (
    <form className="form" onSubmit={(event) => { event.preventDefault(); save(); }}>
      {!may && <div className="call" data-kind="info">{adminOnly}</div>}
      <p className="small soft">{say.intro} <Link to="/conflicts">{say.toQueue}</Link></p>
      <Select label={say.email} {...choice("email")} />
      <Select label={say.roles} disabled={identity.email === "shared"} {...choice("roleAddresses")} />
      <Select label={say.phone} description={say.phoneHelp} {...choice("phone")} />
      <NumberInput label={say.guard} description={say.guardHelp} min={2} max={1000} allowDecimal={false} value={identity.guard} onChange={(guard) => { if (typeof guard === "number") put({ guard }); }} />
      <p className="small soft">{say.later}</p>
      <Saving may={may} change={change} />
    </form>
  );
}
