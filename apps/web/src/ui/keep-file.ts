/** Gives the reader a file to keep, made of what the page holds. */
export function keepFile(name: string, content: readonly BlobPart[], type = "text/plain"): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([...content], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
