import { isSupportedCountry, parsePhoneNumberFromString, type CountryCode } from "libphonenumber-js/max";
import type { PhoneReader } from "@relance/model/events";

/** A reader of phone numbers that takes numbers without a country prefix for those of `home` unless the contact has a country. */
export function phoneReader(home: string | null): PhoneReader {
  return (text, country) => {
    if (text.length > 50) return null;
    const code = [country, home].find((one): one is CountryCode => one !== null && isSupportedCountry(one));
    const number = parsePhoneNumberFromString(text, code);
    return number?.isValid() ? number.number : null;
  };
}
