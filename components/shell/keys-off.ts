/** Device setting: single letters do nothing. */
export const KEYS_OFF = "fovea-keys-off";
