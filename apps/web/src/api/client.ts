import type { Endpoint } from "@relance/contract";
import { addressOf, ApiError, createClient, refusalOf, type Input, type Output, type Schema } from "@relance/contract/client";
import { keepPreviousData, useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query";
import { chosenWorkspace } from "./workspace.ts";

/** Calls of this page: the session cookie, and the workspace that is chosen. */
export const api = createClient({
  baseUrl: "",
  fetch: (...given) => fetch(...given),
  headers: workspaceHeaders,
});

const LIVE_MS = 5_000;

/** Options of `useQuery` for one endpoint; the key is its path and what is asked. `live`: asked again every five seconds. */
export function ask<P extends Schema, Q extends Schema, B extends Schema, R extends Schema>(
  endpoint: Endpoint<P, Q, B, R>,
  input: Input<P, Q, B>,
  live = false,
) {
  return {
    queryKey: [endpoint.path, input] as const,
    queryFn: ({ signal }: { signal: AbortSignal }): Promise<Output<R>> => api.call(endpoint, input, signal),
    ...(live && { refetchInterval: LIVE_MS }),
    placeholderData: keepPreviousData,
  };
}

interface Page {
  readonly next: string | null;
}

/** Options of `useInfiniteQuery` for a list that pages by key; `input` gives what to ask after a page's `next`. */
export function askPages<P extends Schema, Q extends Schema, B extends Schema, R extends Schema<Page>>(
  endpoint: Endpoint<P, Q, B, R>,
  input: (after: string | undefined) => Input<P, Q, B>,
) {
  return {
    queryKey: [endpoint.path, "pages", input(undefined)] as const,
    queryFn: ({ pageParam, signal }: { pageParam: string | undefined; signal: AbortSignal }): Promise<Output<R>> =>
      api.call(endpoint, input(pageParam), signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: Output<R>): string | undefined => last.next ?? undefined,
    placeholderData: keepPreviousData,
  };
}

/** A change through one endpoint; everything shown is asked again afterwards. */
export function useChange<P extends Schema, Q extends Schema, B extends Schema, R extends Schema>(
  endpoint: Endpoint<P, Q, B, R>,
): UseMutationResult<Output<R>, Error, Input<P, Q, B>> {
  const queries = useQueryClient();
  return useMutation({ mutationFn: (input: Input<P, Q, B>) => api.call(endpoint, input), onSuccess: () => queries.invalidateQueries() });
}

export const isRefused = (error: unknown, status: number): boolean => error instanceof ApiError && error.status === status;

/** Sends a file as it is. @returns the answer, once the server has all of it */
export async function upload<R extends Schema>(
  endpoint: Endpoint<Schema, Schema, Schema, R>,
  query: Readonly<Record<string, string>>,
  file: File,
  params: Readonly<Record<string, string>> = {},
): Promise<Output<R>> {
  const response = await fetch(addressOf(endpoint.path, params, query), {
    method: "POST",
    body: file,
    headers: { "content-type": "application/octet-stream", ...workspaceHeaders() },
  });
  if (!response.ok) throw refusalOf(response.status, await response.text());
  return (await response.json()) as Output<R>;
}

function workspaceHeaders(): Readonly<Record<string, string>> {
  const workspace = chosenWorkspace();
  if (workspace === null) return {};
  return { "relance-workspace": workspace };
}
