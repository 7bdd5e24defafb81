import { Button, TextInput } from "@mantine/core";
import { createKey } from "@relance/contract/team";
import { useNavigate } from "@tanstack/react-router";
import { useId, useState } from "react";
import { useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useWords } from "../../i18n/words.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { sourceWords } from "./words.ts";

/** Names a website, makes its write key, and leads to what to paste. */
export function Connect({ close }: { readonly close: () => void }) {
  const say = useWords(sourceWords);
  const navigate = useNavigate();
  const form = useId();
  const [name, setName] = useState("");
  const create = useChange(createKey);
  const make = (): void =>
    void create.mutateAsync({ body: { kind: "write", name } }).then(
      ({ id }) => navigate({ to: "/sources/$source", params: { source: id } }),
      () => undefined,
    );
  return (
    <Dialog
      title={say.connect}
      close={close}
      closeWord={say.close}
      foot={
        <>
          <Button variant="default" onClick={close}>
            {say.cancel}
          </Button>
          <Button type="submit" form={form} loading={create.isPending}>
            {say.create}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          make();
        }}
      >
        <p className="small soft">{say.connectText}</p>
        <TextInput
          label={say.siteName}
          placeholder="www.shop.example"
          required
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <RefusalNote error={create.error} />
      </form>
    </Dialog>
  );
}
