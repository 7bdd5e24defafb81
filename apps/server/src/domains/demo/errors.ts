import { coded } from "../../platform/errors.ts";

export const notDemo = coded("workspace.not_demo", 409, () => "Only a demo workspace can be removed this way; this one is not.");
