/** Address of an image at card size, for views that are drawn on the server. */
export function stillUrl(sha: string): string {
  return `/i/${sha}/256.webp`;
}
