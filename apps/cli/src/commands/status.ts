import { ApiError } from "@relance/contract/client";
import { EXIT, type Command } from "../command.ts";

export const status: Command = {
  name: "status",
  takes: [],
  needs: 0,
  options: [],
  help: { en: "whether the server can do its work now (needs no key)", fr: "dit si le serveur peut travailler (sans clé)" },
  async run({ server, output, words }) {
    const answer = await server.fetch(`${server.url}/readyz`).catch(() => {
      throw new ApiError(0, { code: "network.unreachable", message: "The server did not answer." });
    });
    const state = (await answer.json().catch(() => ({ ready: false, message: `${answer.status}` }))) as {
      ready?: boolean;
      message?: string;
    };
    output.answer(state, () => output.line(state.ready ? words.ready : words.notReady(state.message ?? "")));
    return state.ready ? EXIT.done : EXIT.failed;
  },
};
