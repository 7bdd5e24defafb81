import { Button, CopyButton } from "@mantine/core";
import { useWords } from "../../i18n/words.ts";
import { settingsWords } from "./words.ts";

/** Something shown once, to copy. */
export function Secret({ value }: { readonly value: string }) {
  const say = useWords(settingsWords);
  return (
    <div className="row">
      <code className="secret mono grow">{value}</code>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Button variant="default" onClick={copy}>
            {copied ? say.copied : say.copy}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}
