/** Where the browser tests serve the product; a port nobody is likely to use by hand. */
export const E2E_PORT = 43_127;
