import { Button, FileButton, TextInput } from "@mantine/core";
import type { CodeProblem } from "@relance/contract/code";
import { useEffect, useRef, useState, type DragEvent, type InputHTMLAttributes } from "react";
import { useWords } from "../../i18n/words.ts";
import { KeepAll } from "./keep-all.tsx";
import type { Files, Held, Place } from "./use-files.ts";
import { codeWords } from "./words.ts";

// Known to every browser, and not to the types of React.
const WHOLE_FOLDER = { webkitdirectory: "" } as InputHTMLAttributes<HTMLInputElement>;

/** Ways to bring files in: chosen, a folder, dropped, or written here. */
export function TakeFiles({ files, load, loading }: { readonly files: Files; readonly load: () => void; readonly loading: boolean }) {
  const say = useWords(codeWords);
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    void files.take([...event.dataTransfer.files]);
  };
  return (
    <div
      className="code-take"
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <FileButton multiple accept=".yaml,.yml,.mjml,.html,.txt,.json" onChange={(given) => void files.take(given)}>
        {(props) => (
          <Button {...props} variant={files.all.length > 0 ? "default" : "filled"}>
            {say.upload}
          </Button>
        )}
      </FileButton>
      <FileButton multiple inputProps={WHOLE_FOLDER} onChange={(given) => void files.take(given)}>
        {(props) => (
          <Button {...props} className="wide" variant="default">
            {say.folder}
          </Button>
        )}
      </FileButton>
      <Button variant="default" onClick={files.blank}>
        {say.paste}
      </Button>
      <Button variant="subtle" loading={loading} onClick={load}>
        {say.load}
      </Button>
      <KeepAll />
      <span className="soft small wide">{say.drop}</span>
    </div>
  );
}

/** The files on the left, the text of the chosen one on the right. */
export function FilesRoom({
  files,
  problems,
  place,
}: {
  readonly files: Files;
  readonly problems: readonly CodeProblem[];
  readonly place: Place | null;
}) {
  const say = useWords(codeWords);
  const { all, chosen } = files;
  return (
    <div className="code-room">
      <div>
        <ul className="code-files" aria-label={say.files}>
          {all.map((one) => (
            <li key={one.key}>
              <button
                type="button"
                className="mono"
                aria-pressed={one.key === chosen?.key}
                data-faulty={problems.some((problem) => problem.file === one.path) || undefined}
                onClick={() => files.choose(one.key)}
              >
                {one.path || say.noPath}
              </button>
            </li>
          ))}
        </ul>
        <button type="button" className="link-button small" onClick={files.clear}>
          {say.clear}
        </button>
      </div>
      {chosen && (
        <Editor
          key={chosen.key}
          file={chosen}
          files={files}
          problems={problems.filter((one) => one.file === chosen.path)}
          place={place?.path === chosen.path ? place : null}
        />
      )}
    </div>
  );
}

function Editor({
  file,
  files,
  problems,
  place,
}: {
  readonly file: Held;
  readonly files: Files;
  readonly problems: readonly CodeProblem[];
  readonly place: Place | null;
}) {
  const say = useWords(codeWords);
  const box = useRef<HTMLTextAreaElement>(null);
  const lines = Math.max(file.text.split("\n").length, 8);
  const faulty = new Set(problems.map((one) => one.line));
  useEffect(() => {
    if (place === null || box.current === null) return;
    const before = file.text
      .split("\n")
      .slice(0, place.line - 1)
      .join("\n").length;
    const from = place.line > 1 ? before + 1 : 0;
    const end = file.text.indexOf("\n", from);
    box.current.focus();
    box.current.setSelectionRange(from, end < 0 ? file.text.length : end);
    const scroller = box.current.closest(".code-write")!;
    scroller.scrollTop = (place.line - 4) * LINE;
    scroller.scrollIntoView({ block: "nearest" });
    // Led there once, not again with each letter typed after it.
  }, [place]); // oxlint-disable-line react-hooks/exhaustive-deps
  return (
    <div className="stack grow">
      <div className="row code-path">
        <TextInput
          className="grow"
          classNames={{ input: "mono" }}
          label={say.path}
          placeholder={say.pathHelp}
          maxLength={200}
          value={file.path}
          onChange={(event) => files.write(file.key, { path: event.currentTarget.value.trim() })}
        />
        <Button variant="subtle" onClick={() => files.remove(file.key)}>
          {say.remove}
        </Button>
      </div>
      <div className="code-write">
        <pre aria-hidden>
          {Array.from({ length: lines }, (_none, at) => (
            <span key={at} data-faulty={faulty.has(at + 1) || undefined}>
              {at + 1}
              {"\n"}
            </span>
          ))}
        </pre>
        <textarea
          ref={box}
          aria-label={say.text}
          wrap="off"
          rows={lines}
          spellCheck={false}
          autoCapitalize="off"
          autoCorrect="off"
          placeholder={say.example}
          value={file.text}
          onChange={(event) => files.write(file.key, { text: event.currentTarget.value })}
        />
      </div>
    </div>
  );
}
/** Height of a line of text in `.code-write`, in pixels. */
const LINE = 18;
