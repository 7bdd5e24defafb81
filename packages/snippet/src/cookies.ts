const read = (name: string): string | null => {
  const found = `; ${document.cookie}`.split(`; ${name}=`)[1];
  return found === undefined ? null : found.split(";")[0]!;
};

/** From the widest domain a browser may allow (it refuses `co.uk`) to this host alone, so that sub-domains of a shop share a visitor. */
function domains(): string[] {
  const labels = location.hostname.split(".");
  const wide = /[a-z]/i.test(labels.at(-1)!)
    ? labels.map((_label, i) => `;domain=${labels.slice(labels.length - 2 - i).join(".")}`).slice(0, labels.length - 1)
    : [];
  return [...wide, ""];
}

const put = (name: string, value: string, seconds: number, domain: string): void => {
  document.cookie = `${name}=${value};path=/;max-age=${seconds};samesite=lax${location.protocol === "https:" ? ";secure" : ""}${domain}`;
};

export const cookies = {
  read,
  /** First-party, for so many days from now. Nothing happens where cookies are blocked. */
  write(name: string, value: string, days: number): void {
    domains().find((domain) => {
      put(name, value, days * 86_400, domain);
      return read(name) === value;
    });
  },
  remove(name: string): void {
    for (const domain of domains()) put(name, "", 0, domain);
  },
};
