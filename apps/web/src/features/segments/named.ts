import { listStores } from "@relance/contract/catalog";
import { listJourneys } from "@relance/contract/journeys";
import { listTemplates } from "@relance/contract/messages";
import { useQuery } from "@tanstack/react-query";
import { ask } from "../../api/client.ts";

const NOTHING: readonly { readonly id: string; readonly name: string }[] = [];

/** Stores, journeys and templates a rule may mention; null while they are read. */
export function useNamed() {
  const stores = useQuery(ask(listStores, {})).data?.items;
  const journeys = useQuery(ask(listJourneys, {})).data?.items;
  const templates = useQuery(ask(listTemplates, { query: { limit: 200 } })).data?.items;
  return {
    stores: stores ?? NOTHING,
    journeys: journeys ?? NOTHING,
    templates: templates ?? NOTHING,
    read: stores !== undefined && journeys !== undefined && templates !== undefined,
  };
}
