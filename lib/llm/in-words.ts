interface Described {
  description?: string;
}

const propertiesOf = (schema: object) =>
  Object.entries((schema as { properties?: Record<string, Described> }).properties ?? {});

/**
 * The shape of an answer in words, at the end of a question. It is said as well where the server holds the model to a schema:
 * most servers do not show the schema to the model.
 * @param form `json` for one object, `lines` for a line with a marker for each property
 */
export function shapeInWords(schema: object, form: "json" | "lines"): string {
  const properties = propertiesOf(schema);
  const lines = properties.map(([name, { description = "" }]) =>
    form === "json" ? `- "${name}": ${description}` : `${name.toUpperCase()}: <${description}>`,
  );
  const lead =
    form === "json"
      ? "Answer with one JSON object that has these fields, and nothing else:"
      : "Answer with these lines, each with its marker and what is asked for in its place, and nothing else:";
  return [lead, ...lines].join("\n");
}
