import { Button, Group, Modal } from "@mantine/core";
import { removeDemo } from "@relance/contract/demo";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../api/client.ts";
import { useWords } from "../i18n/words.ts";
import { useEnter } from "./enter.ts";
import { RefusalNote } from "./refusal-note.tsx";
import { useSession } from "./session.tsx";
import { shellWords } from "./words.ts";

/** In a demo workspace: says that it is one, leads to one's own and, for its administrators, takes it away. Elsewhere nothing. */
export function DemoNote() {
  const say = useWords(shellWords);
  const { me, workspace } = useSession();
  const enter = useEnter();
  const [asking, setAsking] = useState(false);
  if (workspace?.kind !== "demo") return null;
  const own = me.workspaces.find((one) => one.kind === "regular");
  return (
    <div className="call" data-kind="info" style={{ marginBottom: 20 }}>
      <b>{say.demo}</b> {say.demoText}
      <Group gap={8} mt={10}>
        {own && (
          <Button size="xs" variant="default" onClick={() => void enter(own.id)}>
            {say.demoOwn}
          </Button>
        )}
        {workspace.role === "admin" && (
          <Button size="xs" variant="subtle" onClick={() => setAsking(true)}>
            {say.demoRemove}
          </Button>
        )}
      </Group>
      <Removal opened={asking} close={() => setAsking(false)} />
    </div>
  );
}

function Removal({ opened, close }: { readonly opened: boolean; readonly close: () => void }) {
  const say = useWords(shellWords);
  const enter = useEnter();
  // Nothing of this workspace is asked again after it: it is no more.
  const remove = useMutation({ mutationFn: () => api.call(removeDemo, {}), onSuccess: () => enter(null) });
  return (
    <Modal opened={opened} onClose={close} title={say.demoAsk}>
      <div className="stack">
        <p className="small soft">{say.demoAskText}</p>
        <RefusalNote error={remove.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus>
            {say.cancel}
          </Button>
          <Button color="garance" loading={remove.isPending} onClick={() => remove.mutate()}>
            {say.demoRemove}
          </Button>
        </Group>
      </div>
    </Modal>
  );
}
