import { z } from "zod";
import type { Contract } from "@/lib/core/contract";
import { problemSchema } from "@/lib/core/problem";

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 document of these contracts. Schemas with a `meta({ id })` become named components. */
export function buildOpenApi(contracts: readonly Contract[], version: string): Json {
  const components: Json = {};
  const schemaOf = (schema: z.ZodType, io: "input" | "output") => hoist(toJson(schema, io), components);
  const problem = schemaOf(problemSchema, "output");
  const paths: Record<string, Json> = {};
  for (const contract of [...contracts].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))) {
    paths[contract.path] = {
      ...paths[contract.path],
      [contract.method.toLowerCase()]: operation(contract, schemaOf, problem),
    };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Fovea",
      version,
      description: "A neuron explorer for vision-language models. Within v1, fields are only added.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/api/v1" }],
    paths,
    components: {
      schemas: components,
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "FOVEA_TOKEN, when the server sets one" },
      },
    },
  };
}

function operation(contract: Contract, schemaOf: (s: z.ZodType, io: "input" | "output") => Json, problem: Json): Json {
  const parameters = [...parametersOf(contract.params, "path"), ...parametersOf(contract.query, "query")];
  const content = contract.response
    ? { "application/json": { schema: schemaOf(contract.response, "output") } }
    : { [contract.produces]: {} };
  const named = contract.errors.length > 0 ? `Problem; among others ${contract.errors.join(", ")}` : "Problem";
  return {
    operationId: operationId(contract),
    summary: contract.summary,
    tags: [contract.tag],
    "x-scope": contract.scope,
    ...(contract.scope === "read" ? {} : { security: [{ token: [] }, {}] }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(contract.body
      ? {
          requestBody: {
            required: true,
            content: { "application/json": { schema: schemaOf(contract.body, "input") } },
          },
        }
      : {}),
    responses: {
      [String(contract.status)]: { description: "OK", content },
      default: { description: named, content: { "application/problem+json": { schema: problem } } },
    },
  };
}

/** `GET /runs/{id}/events` -> `getRunsByIdEvents`. */
function operationId({ method, path }: Contract): string {
  const words = path
    .split("/")
    .filter(Boolean)
    .map((part) => part.replace(/^\{(\w+)\}$/, "by-$1").replace(/\.\w+$/, ""));
  const camel = words
    .join("-")
    .replace(/-(\w)/g, (_, c: string) => c.toUpperCase())
    .replace(/^\w/, (c) => c.toUpperCase());
  return method.toLowerCase() + (camel || "Service");
}

function parametersOf(schema: z.ZodType | undefined, place: "path" | "query"): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = toJson(schema, "input") as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: rest,
  }));
}

function toJson(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override: dropSafeIntegerBounds,
  }) as Json;
  return json;
}

/** zod bounds every integer by what a double holds exactly; that goes without saying. */
function dropSafeIntegerBounds({ jsonSchema }: { jsonSchema: Json }): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}

/** Moves named definitions into `components` and points the references there. */
function hoist(schema: Json, components: Json): Json {
  const { $defs, ...own } = schema as { $defs?: Record<string, Json> } & Json;
  for (const [name, definition] of Object.entries($defs ?? {})) {
    const { id: _, ...rest } = definition;
    components[name] = repoint(rest);
  }
  const { id, ...rest } = own;
  if (typeof id !== "string") return repoint(rest) as Json;
  components[id] = repoint(rest);
  return { $ref: `#/components/schemas/${id}` };
}

function repoint(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(repoint);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, v]) =>
      key === "$ref" && typeof v === "string"
        ? [key, v.replace("#/$defs/", "#/components/schemas/")]
        : [key, repoint(v)],
    ),
  );
}
