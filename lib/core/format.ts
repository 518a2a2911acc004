/** A query for an address that people read: commas, slashes and colons stay as they are; browser safe. */
export const printQuery = (query: URLSearchParams): string =>
  query.toString().replaceAll("%2C", ",").replaceAll("%2F", "/").replaceAll("%3A", ":");
