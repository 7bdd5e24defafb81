/** The basic alphabet of GSM 03.38 (3GPP TS 23.038, table 6.2.1), and its second table, whose signs count twice. */
const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const SECOND = new Set("\f^{}\\[~]|€");

/** What a text costs to send: how it is coded, how many signs of that code it takes, and in how many messages it leaves. */
export interface SmsSize {
  readonly encoding: "gsm7" | "ucs2";
  readonly units: number;
  readonly segments: number;
  /** What made it UCS-2, each once, in order; empty for GSM-7. */
  readonly odd: readonly string[];
}

/**
 * 160 signs of GSM-7 make one message, else 153 each; of UCS-2 70, else 67: what is joined carries a header of 6 octets. A sign of the
 * second table, and in UCS-2 a pair of surrogates, is never cut in two.
 */
export function smsSize(text: string): SmsSize {
  const signs = Array.from(text);
  const odd = [...new Set(signs.filter((sign) => !BASIC.has(sign) && !SECOND.has(sign)))];
  const gsm = odd.length === 0;
  const weights = signs.map((sign) => (gsm ? (SECOND.has(sign) ? 2 : 1) : sign.length));
  const units = weights.reduce((sum, weight) => sum + weight, 0);
  const [alone, joined] = gsm ? [160, 153] : [70, 67];
  return { encoding: gsm ? "gsm7" : "ucs2", units, segments: units <= alone ? 1 : filled(weights, joined), odd };
}

function filled(weights: readonly number[], most: number): number {
  let segments = 1;
  let used = 0;
  for (const weight of weights) {
    if (used + weight > most) {
      segments += 1;
      used = 0;
    }
    used += weight;
  }
  return segments;
}
