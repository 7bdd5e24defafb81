// A step off the screen is drawn some frames after the view has moved to it; one that was just changed may be drawn anew.
const FRAMES = 30;

/** Puts the focus on a step of the drawing: at once, or within half a second when it is not drawn yet. */
export function focusStep(id: string, within: ParentNode = document, frames = FRAMES): void {
  const button = within.querySelector<HTMLElement>(`[data-step="${id}"]`);
  button?.focus({ preventScroll: true });
  if ((button === null || document.activeElement !== button) && frames > 0) requestAnimationFrame(() => focusStep(id, within, frames - 1));
}
