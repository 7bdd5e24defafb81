/** What the server writes in front of the script: the key, and what the workspace decided. */
export interface Config {
  readonly key: string;
  /** Where events go when the script does not know where it came from. */
  readonly host: string;
  /** true: nothing is stored or sent before the visitor agreed. */
  readonly waits: boolean;
  /** The type of Google's consent mode whose update counts as the visitor's answer; null: none does. */
  readonly signal: string | null;
  /** Life of the visitor's cookie, in days from its first visit; it is not prolonged. */
  readonly days: number;
  /** Whether page views are sent by themselves. */
  readonly pages: boolean;
}
