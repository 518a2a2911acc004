// Reads the parts of schema.prisma that decide what the database looks like. Covers the syntax that file uses, no more.

export interface Table {
  name: string;
  columns: { name: string; type: string; nullable: boolean; hasDefault: boolean }[];
  indexes: { kind: "primary" | "unique" | "index"; columns: string }[];
  foreignKeys: { columns: string; table: string }[];
}

const TYPES: Record<string, string> = {
  String: "text",
  Int: "integer",
  Float: "double precision",
  Boolean: "boolean",
  DateTime: "timestamp(3) without time zone",
  Json: "jsonb",
  Bytes: "bytea",
};
const NATIVE: Record<string, string> = { Real: "real", "Timestamptz(3)": "timestamp(3) with time zone" };

/** Tables as Postgres should have them, with snake_case column names. @throws on a field it does not understand. */
export function parseSchema(text: string): Table[] {
  const models = [...text.matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm)].map(([, model, body]) => ({
    model: model!,
    body: body!,
  }));
  const tableOf = new Map(models.map(({ model, body }) => [model, /@@map\("(\w+)"\)/.exec(body)?.[1] ?? model]));
  return models.map(({ model, body }) => parseModel(tableOf.get(model)!, body, tableOf));
}

function parseModel(name: string, body: string, tableOf: Map<string, string>): Table {
  const table: Table = { name, columns: [], indexes: [], foreignKeys: [] };
  const columnOf = new Map<string, string>();
  const columns = (list: string) =>
    list
      .split(",")
      .map((field) => columnOf.get(field.trim()) ?? field.trim())
      .join(",");
  const lines = body
    .split("\n")
    .map((line) => line.replace(/\/\/.*$/, "").trim())
    .filter(Boolean);
  for (const line of lines.filter((l) => !l.startsWith("@@"))) {
    const [, field, base, mark] = /^(\w+)\s+(\w+)(\[\]|\?)?/.exec(line) ?? [];
    if (field === undefined || base === undefined) throw new Error(`schema.prisma: cannot read "${line}"`);
    if (tableOf.has(base)) continue;
    const native = /@db\.(\w+(?:\(\d+\))?)/.exec(line)?.[1];
    const type = native ? NATIVE[native] : TYPES[base];
    if (type === undefined) throw new Error(`schema.prisma: no SQL type known for "${line}"`);
    const column = /@map\("(\w+)"\)/.exec(line)?.[1] ?? field;
    columnOf.set(field, column);
    table.columns.push({
      name: column,
      type: mark === "[]" ? `${type}[]` : type,
      nullable: mark === "?",
      hasDefault: line.includes("@default("),
    });
    if (/@id\b/.test(line)) table.indexes.push({ kind: "primary", columns: column });
    if (/@unique\b/.test(line)) table.indexes.push({ kind: "unique", columns: column });
  }
  for (const line of lines) {
    const block = /^@@(id|unique|index)\(\[([^\]]+)\]/.exec(line.replace(/\(sort: \w+\)/g, ""));
    if (block)
      table.indexes.push({
        kind: block[1] === "id" ? "primary" : (block[1] as "unique" | "index"),
        columns: columns(block[2]!),
      });
    const relation = /^\w+\s+(\w+)\??\s+@relation\(fields: \[([^\]]+)\]/.exec(line);
    if (relation) table.foreignKeys.push({ columns: columns(relation[2]!), table: tableOf.get(relation[1]!)! });
  }
  return table;
}
