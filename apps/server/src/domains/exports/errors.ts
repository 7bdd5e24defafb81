import { coded } from "../../platform/errors.ts";

export const linkEnded = coded("export.link_ended", 410, () => "This link has ended. Open the export again for a new one.");
export const segmentUnused = coded(
  "export.segment_unused",
  422,
  (input: { kind: string }) => `${input.kind} cannot be kept to the members of a segment; leave the segment out.`,
);
export const notUnderWay = coded(
  "export.not_under_way",
  409,
  (input: { state: string }) => `This export is ${input.state}; there is nothing to stop or delete.`,
);
