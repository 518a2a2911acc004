/**
 * Versions that a writer allows to be changed (header If-Match); undefined when it does not care. ETags of versioned answers
 * are `"<version>.<hash>"`, of which the version counts.
 */
export function versionsAllowed(request: Request): number[] | undefined {
  const header = request.headers.get("if-match");
  if (header === null || header.trim() === "*") return undefined;
  return header.split(",").flatMap((tag) => {
    const version = /^(?:W\/)?"(\d+)(?:\.[0-9a-f]*)?"$/.exec(tag.trim())?.[1];
    return version === undefined ? [] : [Number(version)];
  });
}
