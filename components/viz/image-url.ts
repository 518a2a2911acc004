/** Address of a stored image at card size. */
export function imageUrl(sha: string, size: 96 | 256 | 512 = 256): string {
  return `/i/${sha}/${size}.webp`;
}
