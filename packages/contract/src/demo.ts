import { z } from "zod";
import { endpoint } from "./endpoint.ts";

export const removeDemo = endpoint({
  method: "DELETE",
  path: "/api/demo",
  tag: "Team",
  access: { role: "admin", scope: "settings:write" },
  summary: "Remove the demo workspace of this call, with everything in it: at once for people and keys, within minutes for its data",
  response: z.object({ ok: z.literal(true) }),
});
