import { listSends, SEND_STATES, sendLedger } from "@relance/contract/delivery";
import { EXIT, type Command } from "../command.ts";
import { choice, LIMIT, limitOf, pages, showList } from "../lists.ts";

const list: Command = {
  name: "sends",
  takes: [],
  needs: 0,
  help: {
    en: "sends, newest first, each with its state and the reason",
    fr: "les envois, du plus récent au plus ancien, avec leur état et sa raison",
  },
  options: [
    LIMIT,
    {
      name: "state",
      value: { en: "STATE", fr: "ÉTAT" },
      help: { en: `only this state: ${SEND_STATES.join(", ")}`, fr: `cet état seulement : ${SEND_STATES.join(", ")}` },
    },
    { name: "journey", value: { en: "ID", fr: "IDENTIFIANT" }, help: { en: "only this journey", fr: "ce scénario seulement" } },
    { name: "contact", value: { en: "ID", fr: "IDENTIFIANT" }, help: { en: "only to this contact", fr: "à ce contact seulement" } },
  ],
  async run(call) {
    const [state, journey, contact] = [choice(call, "state", SEND_STATES), call.value("journey"), call.value("contact")];
    const found = await pages(limitOf(call), (page) =>
      call.client.call(listSends, {
        query: { ...page, ...(state && { state }), ...(journey && { journey }), ...(contact && { contact }) },
      }),
    );
    const { head } = call.words;
    showList(call, found, [head.id, head.state, head.channel, head.address, head.reason, head.at], (send) => [
      send.id,
      send.delivery ?? send.state,
      send.channel,
      send.address,
      send.reason,
      call.output.moment(send.endedAt ?? send.dueAt),
    ]);
    return EXIT.done;
  },
};

const ledger: Command = {
  name: "sends ledger",
  takes: [],
  needs: 0,
  help: {
    en: "how many sends are in each state, and why; the sum is what was planned",
    fr: "combien d’envois sont dans chaque état, et pourquoi ; leur somme est ce qui était prévu",
  },
  options: [
    { name: "journey", value: { en: "ID", fr: "IDENTIFIANT" }, help: { en: "only of this journey", fr: "de ce scénario seulement" } },
  ],
  async run(call) {
    const journey = call.value("journey");
    const found = await call.client.call(sendLedger, { query: journey === undefined ? {} : { journey } });
    call.output.answer(found, () => {
      call.output.line(call.words.planned(call.output.number(found.planned)));
      const rows = found.states.flatMap(({ state, n, reasons }) => [
        [state, n, null],
        ...reasons.filter((one) => one.reason !== "").map((one) => [null, one.n, one.reason]),
      ]);
      if (rows.length > 0) call.output.table([call.words.head.state, call.words.head.n, call.words.head.reason], rows);
    });
    return EXIT.done;
  },
};

export const sendCommands: readonly Command[] = [list, ledger];
