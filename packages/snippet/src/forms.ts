import type { Properties } from "./commands.ts";

/**
 * Tells of each submission of a form marked `data-relance-form="Newsletter"`, and of what the visitor wrote into the fields marked
 * `data-relance="email"`: those alone are read, never a password or a file.
 */
export function watchForms(submitted: (form: string, traits: Properties) => void): void {
  document.addEventListener(
    "submit",
    ({ target }) => {
      const form = target as HTMLFormElement;
      const name = form.dataset["relanceForm"];
      if (name !== undefined) submitted(name, traitsOf(form));
    },
    true,
  );
}

function traitsOf(form: HTMLFormElement): Properties {
  const traits: Record<string, unknown> = {};
  for (const field of Array.from(form.elements) as HTMLInputElement[]) {
    const trait = field.dataset["relance"];
    if (!trait || field.type === "password" || field.type === "file" || (field.type === "radio" && !field.checked)) continue;
    const value = field.type === "checkbox" ? field.checked : field.value;
    if (value !== "") traits[trait] = value;
  }
  return traits;
}
