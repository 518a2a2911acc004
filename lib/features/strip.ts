/** The address of a contact strip. */
export function stripUrl(hash: string | null): string | null {
  return hash ? `/i/strips/${hash}.webp` : null;
}
