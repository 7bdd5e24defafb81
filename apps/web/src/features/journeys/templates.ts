import { getTemplate, listTemplates } from "@relance/contract/messages";
import { useQuery } from "@tanstack/react-query";
import { ask } from "../../api/client.ts";

/** A template that may be chosen. */
export interface Choosable {
  readonly id: string;
  readonly name: string;
  readonly channel: string;
  readonly liveVersion: number | null;
}

/** Templates of a channel, with the one that is chosen even where there are too many to list. */
export function useTemplates({ channel, chosen }: { readonly channel?: string; readonly chosen: string | null }): readonly Choosable[] {
  const listed = useQuery(ask(listTemplates, { query: { limit: 200 } })).data;
  // Where all are listed, what is not there is not there: nobody is asked in vain.
  const known = chosen === null || listed === undefined || listed.next === null || listed.items.some((one) => one.id === chosen);
  const own = useQuery({ ...ask(getTemplate, { params: { id: chosen ?? "" } }), enabled: !known, retry: false }).data;
  return [...(own && !known ? [own] : []), ...(listed?.items ?? [])].filter(
    (one) => channel === undefined || one.channel === channel || one.id === chosen,
  );
}
