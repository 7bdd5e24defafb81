import { listSyncs, type Sync } from "@relance/contract/syncs";
import { useQuery } from "@tanstack/react-query";
import { ask } from "../../api/client.ts";

const PREFIX = "sync:";

/** The source read on a schedule that something says it came from; null when it is another sort of source, or was removed. */
export function useSyncOf(): (source: string) => Sync | null {
  const { data } = useQuery(ask(listSyncs, {}));
  return (source) => (source.startsWith(PREFIX) ? (data?.items.find((one) => one.id === source.slice(PREFIX.length)) ?? null) : null);
}

/** What sort of source it is: `sync`, `api`, `events`… */
export const sortOf = (source: string): string => source.split(":")[0]!;
