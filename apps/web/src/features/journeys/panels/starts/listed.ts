/** Choices of things by name. What was chosen and is gone stays visible as "…": the problem under the field says it. */
export const listed = (
  items: readonly { readonly id: string; readonly name: string }[],
  chosen: string,
): { value: string; label: string }[] => [
  ...(items.some((one) => one.id === chosen) ? [] : [{ value: chosen, label: "…" }]),
  ...items.map((one) => ({ value: one.id, label: one.name })),
];
