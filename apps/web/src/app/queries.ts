import { QueryCache, QueryClient } from "@tanstack/react-query";
import { isRefused } from "../api/client.ts";

/** Answers are asked again when one returns to them; a session that ended leads to the sign-in page, and back. */
export const queries: QueryClient = new QueryClient({
  defaultOptions: { queries: { staleTime: 2_000, retry: (times, error) => times < 2 && isRefused(error, 0) } },
  queryCache: new QueryCache({
    onError: (error) => {
      if (isRefused(error, 401) && !location.pathname.startsWith("/sign-in"))
        location.assign(`/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`);
    },
  }),
});
