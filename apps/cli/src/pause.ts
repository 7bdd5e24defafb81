/** Waits between two looks at work that the server does. @param ms how long; shorter for what a person watches moving */
export function pause(ms: 300 | 1_000): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
