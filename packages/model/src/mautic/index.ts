export { mautic } from "./import.ts";
