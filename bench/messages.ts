import { mailWriter, parseAddress } from "@relance/model/messages";
import { closeRenderPool, compile, renderMessages, sampleData, STARTERS } from "../apps/server/src/domains/messages/index.ts";

// How fast mails are made: rendering (Liquid and slots, in threads, batches of 200) and writing MIME, against nodemailer's composer
// when it is there. Run by hand: node bench/messages.ts
const COUNT = 10_000;
const address = (text: string) => parseAddress(text)!;
const cpu = () => (process.cpuUsage().user + process.cpuUsage().system) / 1000;

async function measure(what: string, n: number, work: () => Promise<unknown> | void): Promise<number> {
  const [start, before] = [performance.now(), cpu()];
  await work();
  const ms = performance.now() - start;
  const each = (cpu() - before) / n;
  console.log(`${what.padEnd(44)} ${String(Math.round((n / ms) * 1000)).padStart(7)}/s  ${each.toFixed(3)} ms CPU each`);
  return each;
}

const cart = STARTERS.find((one) => one.key === "abandoned_cart")!;
const { compiled } = await compile(cart.content, { class: "marketing", postalAddress: "1 rue de la Paix" });
const links = {
  click: "https://t.example/t/c/AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfGhIj.",
  open: null,
  unsubscribe: "https://t.example/u/x",
  view: "https://t.example/v/x",
  confirm: "https://t.example/f/c/x",
  renew: "https://t.shop/r/TOKEN",
};
const shared = {
  ...sampleData(),
  store: { name: "Maison Été", url: "https://shop.example" },
  workspace: { name: "Maison Été", postal_address: "1 rue" },
};
const requests = (n: number) =>
  Array.from({ length: n }, (_, i) => ({
    data: { ...shared, contact: { first_name: `Zoé ${i}` } },
    language: "fr",
    zone: "Europe/Paris",
    currency: "EUR",
    links,
  }));
const render = (n: number) => renderMessages({ key: "bench", compiled, hosts: ["shop.example"], requests: requests(n) });
const [first] = await render(2000);
if (!first?.ok) throw new Error("The design does not render");
await measure(`render, HTML of ${Buffer.byteLength(first.html)} B`, COUNT, () => render(COUNT));
await closeRenderPool();

const { text } = first;
const html = first.html + "<p>Voilà l’été, 20 % sur tout</p>".repeat(Math.max(0, Math.ceil((20_000 - first.html.length) / 33)));
const writer = mailWriter({
  from: { name: "Maison Été", address: address("bonjour@shop.example") },
  replyTo: null,
  feedbackId: "c:s:email:w",
  list: { name: "Soldes", id: "soldes.shop.example" },
  automatic: false,
});
const write = (n: number) => {
  for (let i = 0; i < n; i++)
    writer.write({
      to: address(`c${i}@example.com`),
      subject: "Votre panier vous attend, Zoé",
      date: 1.8e12 + i,
      messageId: `${i}@shop.example`,
      unsubscribeUrl: "https://t.example/u/x",
      unsubscribeMail: null,
      text,
      html,
    });
};
write(2000);
const ours = await measure(`MIME, HTML of ${Buffer.byteLength(html)} B, ours`, COUNT, () => write(COUNT));

type Composer = new (mail: object) => { compile(): { build(): Promise<Buffer> } };
const composer = await import("nodemailer/lib/mail-composer/index.js" as string)
  .then((module: { default: Composer }) => module.default)
  .catch(() => null);
if (composer) {
  const compose = async (n: number) => {
    for (let i = 0; i < n; i++)
      await new composer({
        from: { name: "Maison Été", address: "bonjour@shop.example" },
        to: `c${i}@example.com`,
        subject: "Votre panier vous attend, Zoé",
        text,
        html,
        textEncoding: "quoted-printable",
      })
        .compile()
        .build();
  };
  await compose(100);
  const theirs = await measure("the same, nodemailer's composer", 500, () => compose(500));
  console.log(`ratio of CPU ${(theirs / ours).toFixed(1)}`);
} else console.log("nodemailer is not here: nothing to compare with");
