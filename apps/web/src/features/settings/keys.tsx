import { Button, MultiSelect, SegmentedControl, TextInput } from "@mantine/core";
import { SCOPES, type Scope } from "@relance/contract";
import { createKey, listKeys, revokeKey } from "@relance/contract/team";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { useWords } from "../../i18n/words.ts";
import { Status } from "../../ui/status.tsx";
import { Secret } from "./secret.tsx";
import { settingsWords } from "./words.ts";

export function Keys() {
  const say = useWords(settingsWords);
  const { workspace } = useSession();
  const may = workspace?.role === "admin";
  const { data, error } = useQuery({ ...ask(listKeys, {}), enabled: may });
  const revoke = useChange(revokeKey);
  if (!may)
    return (
      <div className="call" data-kind="info">
        {say.adminOnly}
      </div>
    );
  return (
    <div className="stack" style={{ maxWidth: 760, gap: 24 }}>
      <RefusalNote error={error ?? revoke.error} />
      {data?.items.length === 0 && <p className="soft">{say.noKeys}</p>}
      {data && data.items.length > 0 && (
        <table className="plain">
          <tbody>
            {data.items.map((one) => (
              <tr key={one.id}>
                <td>
                  <b>{one.name}</b>
                  <div className="small soft">
                    {one.kind === "write"
                      ? say.write
                      : `${say.api} · ${one.scopes.length === SCOPES.length ? say.allScopes : one.scopes.join(", ")}`}
                  </div>
                </td>
                <td className="wide mono">{one.prefix}…</td>
                <td>
                  <Status kind={one.revokedAt === null ? "live" : "done"} word={one.revokedAt === null ? say.active : say.revoked} />
                </td>
                <td className="right">
                  {one.revokedAt === null && (
                    <Button variant="subtle" color="garance" onClick={() => revoke.mutate({ params: { id: one.id } })}>
                      {say.revoke}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <NewKey />
    </div>
  );
}

function NewKey() {
  const say = useWords(settingsWords);
  const [name, setName] = useState("");
  const [kind, setKind] = useState<"write" | "api">("write");
  const [scopes, setScopes] = useState<Scope[]>([]);
  const create = useChange(createKey);
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate({ body: { kind, name, scopes: kind === "api" ? scopes : [] } }, { onSuccess: () => setName("") });
      }}
    >
      <h2>{say.newKey}</h2>
      <div>
        <SegmentedControl
          aria-label={say.kind}
          value={kind}
          onChange={(value) => setKind(value as "write" | "api")}
          data={[
            { value: "write", label: say.write },
            { value: "api", label: say.api },
          ]}
        />
      </div>
      <p className="small soft">{kind === "write" ? say.writeHelp : say.apiHelp}</p>
      <TextInput label={say.keyName} required maxLength={100} value={name} onChange={(event) => setName(event.currentTarget.value)} />
      {kind === "api" && (
        <MultiSelect label={say.scopes} data={[...SCOPES]} value={scopes} onChange={(value) => setScopes(value as Scope[])} />
      )}
      <RefusalNote error={create.error} />
      {create.data && (
        <div className="stack">
          <div className="call" data-kind="review">
            {say.once}
          </div>
          <Secret value={create.data.key} />
        </div>
      )}
      <div>
        <Button type="submit" loading={create.isPending}>
          {say.createKey}
        </Button>
      </div>
    </form>
  );
}
