export { nameDayOf } from "./name-days.ts";
export { HOLIDAY_PLACES, holidayOn, holidays, type Holiday, type Place } from "./holidays.ts";
export { countryOfPhone, placeOf, placeOfPhone, placeOfZone, zoneOfPlace, type Whereabouts } from "./place.ts";
export { easter, dayText } from "./easter.ts";
