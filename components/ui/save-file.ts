/** Hands bytes or a text to the browser as a file; a slash in its name becomes a hyphen. */
export function saveFile(name: string, content: Blob | string, type = "text/plain"): void {
  const url = URL.createObjectURL(
    typeof content === "string" ? new Blob([content], { type: `${type};charset=utf-8` }) : content,
  );
  const link = document.createElement("a");
  link.href = url;
  link.download = name.replace(/[/\\]/g, "-");
  link.click();
  // The download has its own reference by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
