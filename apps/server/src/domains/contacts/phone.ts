import { isSupportedCountry, parsePhoneNumberFromString, type CountryCode } from "libphonenumber-js/max";
import type { PhoneReader } from "@relance/model/events";

/** Homes of phone numbers written without a country: that of the workspace's time zone. */
const HOME_OF_ZONE: Readonly<Record<string, string>> = {
  "Europe/Paris": "FR",
  "Europe/London": "GB",
  "Europe/Brussels": "BE",
  "Europe/Zurich": "CH",
  "Europe/Luxembourg": "LU",
  "Europe/Berlin": "DE",
  "Europe/Madrid": "ES",
  "Europe/Rome": "IT",
  "America/Toronto": "CA",
  "America/Montreal": "CA",
  "America/New_York": "US",
  "America/Chicago": "US",
  "America/Los_Angeles": "US",
};

/** A reader of phone numbers that takes one without a country prefix for the contact's country's, or else for one of where the workspace is. */
export function phoneReader(timeZone: string): PhoneReader {
  const home = HOME_OF_ZONE[timeZone] ?? null;
  return (text, country) => {
    if (text.length > 50) return null;
    const code = [country, home].find((one): one is CountryCode => one !== null && isSupportedCountry(one));
    const number = parsePhoneNumberFromString(text, code);
    return number?.isValid() ? number.number : null;
  };
}
