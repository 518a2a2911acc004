/** Where a device remembers the language of labels: a code such as zh; nothing for English. */
export const LABELS_IN = "fovea-labels-in";
