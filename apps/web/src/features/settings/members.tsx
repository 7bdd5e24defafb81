import { Button, Select } from "@mantine/core";
import { ROLES, type Role } from "@relance/contract";
import { changeMember, inviteMember, listMembers, removeMember } from "@relance/contract/team";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Waiting } from "../../ui/page.tsx";
import { Secret } from "./secret.tsx";
import { settingsWords } from "./words.ts";

export function Members() {
  const say = useWords(settingsWords);
  const { me, workspace } = useSession();
  const { data, error } = useQuery(ask(listMembers, {}));
  const change = useChange(changeMember);
  const remove = useChange(removeMember);
  const may = workspace?.role === "admin";
  const roles = ROLES.map((one) => ({ value: one, label: say.roles[one] }));
  return (
    <div className="stack" style={{ maxWidth: 760, gap: 24 }}>
      <RefusalNote error={error ?? change.error ?? remove.error} />
      {!data && !error && <Waiting />}
      <table className="plain">
        <tbody>
          {data?.items.map((one) => (
            <tr key={one.userId}>
              <td>
                <b>{one.name}</b>
                {one.userId === me.id && <span className="faint"> ({say.you})</span>}
                <div className="small soft">{one.email}</div>
              </td>
              <td style={{ width: 150 }}>
                {may && one.userId !== me.id ? (
                  <Select
                    aria-label={say.role}
                    data={roles}
                    allowDeselect={false}
                    value={one.role}
                    onChange={(role) => role !== null && change.mutate({ params: { userId: one.userId }, body: { role: role as Role } })}
                  />
                ) : (
                  say.roles[one.role]
                )}
              </td>
              <td className="right">
                {may && one.userId !== me.id && (
                  <Button variant="subtle" color="garance" onClick={() => remove.mutate({ params: { userId: one.userId } })}>
                    {say.remove}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {may && <Invite roles={roles} />}
    </div>
  );
}

function Invite({ roles }: { readonly roles: readonly { readonly value: Role; readonly label: string }[] }) {
  const say = useWords(settingsWords);
  const { day } = useFormats();
  const [role, setRole] = useState<Role>("editor");
  const invite = useChange(inviteMember);
  return (
    <section className="stack form">
      <h2>{say.invite}</h2>
      <p className="small soft">{say.inviteHelp}</p>
      <div className="row" style={{ alignItems: "flex-end" }}>
        <Select
          label={say.role}
          data={[...roles]}
          allowDeselect={false}
          value={role}
          onChange={(value) => value !== null && setRole(value)}
        />
        <Button loading={invite.isPending} onClick={() => invite.mutate({ body: { role } })}>
          {say.makeLink}
        </Button>
      </div>
      <RefusalNote error={invite.error} />
      {invite.data && (
        <>
          <Secret value={invite.data.url} />
          <p className="small soft">{say.until(day(invite.data.expiresAt))}</p>
        </>
      )}
    </section>
  );
}
