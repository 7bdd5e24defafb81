import { Button, CopyButton } from "@mantine/core";
import { exportCode } from "@relance/contract/code";
import type { CodeKind } from "@relance/model/code";
import { IconCode } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { ask } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { useWords } from "../../i18n/words.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { keepFile } from "../../ui/keep-file.ts";
import { Waiting } from "../../ui/page.tsx";
import "./code.css";
import { codeWords } from "./words.ts";
import { zipOf } from "./zip.ts";

interface Of {
  readonly kind: Exclude<CodeKind, "settings">;
  readonly id: string;
  readonly name: string;
}

/** One object as the files that an export writes of it: to read, copy and keep. */
export function CodeDialog({ kind, id, name, close }: Of & { readonly close: () => void }) {
  const say = useWords(codeWords);
  const { workspace } = useSession();
  const [chosen, choose] = useState(0);
  const { data, error } = useQuery({ ...ask(exportCode, { query: { kind, id } }), gcTime: 0, placeholderData: undefined });
  const file = data?.files[chosen];
  const keep = (): void => {
    const [own, ...bodies] = data!.files;
    const called = own!.path.split("/").at(-1)!;
    if (bodies.length === 0) keepFile(called, [own!.text], "application/yaml");
    else keepFile(called.replace(/\.yaml$/, ".zip"), [zipOf(data!.files)], "application/zip");
  };
  const foot = file && (
    <>
      {workspace?.role !== "viewer" && (
        <Button
          variant="subtle"
          renderRoot={(props) => <Link to="/settings/$part" params={{ part: "code" }} search={{ kind, id }} {...props} />}
        >
          {say.edit}
        </Button>
      )}
      <Button variant="default" onClick={keep}>
        {data.files.length > 1 ? say.downloadAll : say.download}
      </Button>
      <CopyButton value={file.text}>{({ copied, copy }) => <Button onClick={copy}>{copied ? say.copied : say.copy}</Button>}</CopyButton>
    </>
  );
  return (
    <Dialog title={say.title(name)} close={close} closeWord={say.close} wide foot={foot}>
      <p className="small soft">
        {say.help} {say.saved}
      </p>
      <RefusalNote error={error} />
      {!data && !error && <Waiting lines={6} />}
      {data && data.files.length > 1 && (
        <div className="row wrap" role="group" aria-label={say.files}>
          {data.files.map(({ path }, at) => (
            <Button
              key={path}
              size="xs"
              variant={at === chosen ? "light" : "subtle"}
              aria-pressed={at === chosen}
              onClick={() => choose(at)}
            >
              {path.split("/").at(-1)}
            </Button>
          ))}
        </div>
      )}
      {file && (
        <>
          <div className="mono soft">{file.path}</div>
          <pre className="code-read" tabIndex={0} aria-label={file.path}>
            {file.text}
          </pre>
        </>
      )}
    </Dialog>
  );
}

/** The way to that dialog from a page without a menu. */
export function AsCode(of: Of) {
  const say = useWords(codeWords);
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="link-button row" style={{ gap: 6 }} onClick={() => setOpen(true)}>
        <IconCode size={15} stroke={1.5} aria-hidden />
        {say.asCode}
      </button>
      {open && <CodeDialog {...of} close={() => setOpen(false)} />}
    </>
  );
}
