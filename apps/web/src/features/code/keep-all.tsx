import { Button } from "@mantine/core";
import { exportCode } from "@relance/contract/code";
import type { CodeKind } from "@relance/model/code";
import { useMutation } from "@tanstack/react-query";
import { api } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useWords } from "../../i18n/words.ts";
import { keepFile } from "../../ui/keep-file.ts";
import { codeWords } from "./words.ts";
import { zipOf } from "./zip.ts";

export const exportOf = (query: { kind?: CodeKind; id?: string }) => api.call(exportCode, { query });

/** The whole workspace as one ZIP file to keep. */
export function KeepAll() {
  const say = useWords(codeWords);
  const keep = useMutation({
    mutationFn: () => exportOf({}),
    onSuccess: ({ files }) => keepFile("relance.zip", [zipOf(files)], "application/zip"),
  });
  return (
    <>
      <Button variant="subtle" loading={keep.isPending} onClick={() => keep.mutate()}>
        {say.keepAll}
      </Button>
      <RefusalNote error={keep.error} />
    </>
  );
}
