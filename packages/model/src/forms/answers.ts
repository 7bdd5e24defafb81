import { readColumn, readEmail, type PhoneReader } from "../events/index.ts";
import type { LocalDate } from "../base/index.ts";
import { contactField, inputName, type FormConsent, type FormContent, type FormField } from "./form.ts";

/** Why an answer was not taken. */
export type AnswerFault = "required" | "email" | "phone" | "date" | "choice" | "too_long" | "too_young" | "age" | "consent";

export interface Answers {
  readonly email: string;
  /** E.164; null when it was not given. */
  readonly phone: string | null;
  /** By field of the contact, the address and empty ones left out. */
  readonly values: Readonly<Record<string, string>>;
  /** The boxes that were ticked, at least one. */
  readonly consents: readonly FormConsent[];
}

export type AnswersRead =
  | { readonly ok: true; readonly answers: Answers }
  | { readonly ok: false; readonly faults: ReadonlyMap<string, AnswerFault> };

const MOST = 500;

/** Names of the inputs that are no questions. */
export const AGE_INPUT = "age_ok";
export const consentInput = (index: number): string => `c_${index}`;

/**
 * What a person answered, judged.
 * @param given the value of an input by its name; null when it was not sent
 * @param today the person's day, for their age
 */
export function readAnswers(
  content: FormContent,
  given: (name: string) => string | null,
  { phone, today }: { readonly phone: PhoneReader; readonly today: LocalDate },
): AnswersRead {
  const faults = new Map<string, AnswerFault>();
  const values = new Map<string, string>();
  const country = given("country");
  for (const field of content.fields) {
    const text = (given(inputName(field)) ?? "").trim();
    if (text === "") {
      if (field.required) faults.set(inputName(field), "required");
      continue;
    }
    const read = readAnswer(field, text, (number) =>
      phone(number, country !== null && country.length === 2 ? country.toUpperCase() : null),
    );
    if (typeof read === "string") values.set(contactField(field), read);
    else faults.set(inputName(field), read.fault);
  }
  checkAge(content, given, values, today, faults);
  const consents = content.consents.filter((_, index) => given(consentInput(index)) !== null);
  if (consents.length === 0) faults.set(consentInput(0), "consent");
  if (consents.some((one) => one.channel === "sms") && !values.has("phone") && !faults.has("phone")) faults.set("phone", "required");
  const email = values.get("email");
  if (faults.size > 0 || email === undefined) return { ok: false, faults };
  values.delete("email");
  return { ok: true, answers: { email, phone: values.get("phone") ?? null, values: Object.fromEntries(values), consents } };
}

function readAnswer(
  { kind, options }: FormField,
  text: string,
  phone: (text: string) => string | null,
): string | { readonly fault: AnswerFault } {
  if (text.length > MOST) return { fault: "too_long" };
  if (options.length > 0) return options.some((one) => one.value === text) ? text : { fault: "choice" };
  switch (kind) {
    case "email":
      return readEmail(text) ?? { fault: "email" };
    case "phone":
      return phone(text) ?? { fault: "phone" };
    case "birth_date":
      return (readColumn("birth_date", text, phone) as string | undefined) ?? { fault: "date" };
    case "language":
      return (readColumn("locale", text, phone) as string | undefined) ?? { fault: "choice" };
    default:
      return text;
  }
}

/** A birth date tells the age by itself; without one the box is asked. */
function checkAge(
  { minimumAge, fields }: FormContent,
  given: (name: string) => string | null,
  values: ReadonlyMap<string, string>,
  today: LocalDate,
  faults: Map<string, AnswerFault>,
): void {
  if (minimumAge === null) return;
  const born = values.get("birth_date");
  if (born !== undefined) {
    if (Temporal.PlainDate.compare(Temporal.PlainDate.from(born).add({ years: minimumAge }), Temporal.PlainDate.from(today)) > 0)
      faults.set(inputName(fields.find((one) => one.kind === "birth_date")!), "too_young");
  } else if (given(AGE_INPUT) === null) faults.set(AGE_INPUT, "age");
}
