const VERSION = Symbol.for("fovea.content-version");

/**
 * Counts the changes of what pages show, as far as this process heard of them (scripts/web-process.mjs listens); undefined
 * while it does not hear of them.
 */
export function contentVersion(): number | undefined {
  return (globalThis as { [VERSION]?: number })[VERSION];
}
