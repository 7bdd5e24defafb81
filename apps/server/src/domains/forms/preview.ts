import type { Id } from "@relance/model/base";
import type { FormContent } from "@relance/model/forms";
import type { Deps } from "../../deps.ts";
import { findWorkspace } from "../team/index.ts";
import { confirmPage, sentPage, thanksPage, wordingsOf } from "./page-after.ts";
import { formPage } from "./page-form.ts";
import type { Look } from "./page.ts";

const SAMPLE = "camille.moreau@example.com";

/** A page as people would see it: nothing in it can be sent. */
export async function previewPage(
  deps: Deps,
  input: { workspace: Id; content: FormContent; language: string; page: "form" | "sent" | "confirm" | "thanks" },
): Promise<string> {
  const { content, language } = input;
  const own = await findWorkspace(deps.ports.sql, { id: input.workspace });
  const { sender, colours } = own.settings;
  const look: Look = {
    language,
    sender: sender.name || own.name,
    postalAddress: sender.postalAddress,
    colour: colours.main,
    privacyUrl: content.privacyUrl,
    embedded: false,
    nonce: "",
  };
  switch (input.page) {
    case "form":
      return formPage(look, { content, token: "", action: "", given: () => null, faults: new Map(), note: null });
    case "sent":
      return sentPage(look, { address: SAMPLE, action: "", again: "" });
    case "confirm":
      return confirmPage(look, {
        address: SAMPLE,
        wordings: wordingsOf(
          content,
          content.consents.map((_, index) => index),
          language,
        ),
      });
    case "thanks":
      return thanksPage(look, content);
  }
}
