import type { Command } from "../command.ts";
import { codeCommands } from "./code.ts";
import { contactCommands } from "./contacts.ts";
import { exportData } from "./export-data.ts";
import { importFile } from "./import.ts";
import { importFlowCommand } from "./import-flow.ts";
import { importCommands } from "./imports.ts";
import { journeyCommands } from "./journeys.ts";
import { readiness } from "./readiness.ts";
import { rehearse } from "./rehearse.ts";
import { segmentCommands } from "./segments.ts";
import { sendCommands } from "./sends.ts";
import { syncCommands } from "./sync.ts";
import { status } from "./status.ts";

/** Everything `relance` can do, in the order the help shows it. */
export const COMMANDS: readonly Command[] = [
  importFile,
  ...importCommands,
  ...syncCommands,
  exportData,
  ...contactCommands,
  ...segmentCommands,
  ...journeyCommands,
  rehearse,
  readiness,
  ...sendCommands,
  ...codeCommands,
  importFlowCommand,
  status,
];
