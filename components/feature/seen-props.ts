/** What a part of the page that comes late is told. */
export interface SeenProps {
  feature: { ref: string; aRef: number };
  query: Record<string, string>;
}
