import { Button, Group, Modal } from "@mantine/core";
import { removeDemo } from "@relance/contract/demo";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useChange } from "../api/client.ts";
import { chooseWorkspace } from "../api/workspace.ts";
import { useWords } from "../i18n/words.ts";
import { queries } from "./queries.ts";
import { RefusalNote } from "./refusal-note.tsx";
import { useSession } from "./session.tsx";
import { shellWords } from "./words.ts";

/** In a demo workspace: says that it is one and, to its administrators, takes it away. Elsewhere nothing. */
export function DemoNote() {
  const say = useWords(shellWords);
  const { workspace } = useSession();
  const [asking, setAsking] = useState(false);
  if (workspace?.kind !== "demo") return null;
  return (
    <div className="call row between wrap" data-kind="info" style={{ marginBottom: 20 }}>
      <div className="grow" style={{ minWidth: 200 }}><b>{say.demo}</b><div>{say.demoText}</div></div>
      {workspace.role === "admin" && <Button variant="default" onClick={() => setAsking(true)}>{say.demoRemove}</Button>}
      <Removal opened={asking} close={() => setAsking(false)} />
    </div>
  );
}

function Removal({ opened, close }: { readonly opened: boolean; readonly close: () => void }) {
  const say = useWords(shellWords);
  const navigate = useNavigate();
  const remove = useChange(removeDemo);
  const send = async (): Promise<void> => {
    await remove.mutateAsync({});
    chooseWorkspace(null);
    await navigate({ to: "/home" });
    await queries.resetQueries();
  };
  return (
    <Modal opened={opened} onClose={close} title={say.demoAsk}>
      <div className="stack">
        <p className="small soft">{say.demoAskText}</p>
        <RefusalNote error={remove.error} />
        <Group justify="flex-end"><Button variant="default" onClick={close} data-autofocus>{say.cancel}</Button><Button color="garance" loading={remove.isPending} onClick={() => void send().catch(() => undefined)}>{say.demoRemove}</Button></Group>
      </div>
    </Modal>
  );
}
