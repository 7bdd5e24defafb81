/** A page as a reader's device in the light or in the dark would style it, whatever the device of who writes it prefers. */
export const inScheme = (html: string, dark: boolean): string =>
  html.replace(/\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)/gi, (_whole, scheme: string) =>
    (scheme.toLowerCase() === "dark") === dark ? "(min-width: 0px)" : "(max-width: 0px)",
  );
