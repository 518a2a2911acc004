import "server-only";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { AppError } from "./errors";

export const LANES = ["interactive", "batch"] as const;
export type Lane = (typeof LANES)[number];

const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;

const price = (name: string) =>
  z.coerce.number(`${name} must be a number, such as 0.15.`).min(0, `${name} must not be negative.`).optional();

const url = (name: string) => z.url(`${name} must be a web address such as http://127.0.0.1:8000/v1.`).optional();

/** Every environment variable that Fovea reads, with one message per variable. `.env.example` lists the same. */
export const envSchema = z.object({
  PORT: z.coerce
    .number("PORT must be a number from 0 to 65535, such as 3000.")
    .int("PORT must be a whole number.")
    .min(0, "PORT must be a number from 0 to 65535.")
    .max(65535, "PORT must be a number from 0 to 65535.")
    .default(3000),
  WEB_PROCESSES: z.coerce
    .number("WEB_PROCESSES must be a number of processes, such as 2.")
    .int("WEB_PROCESSES must be a whole number.")
    .min(1, "WEB_PROCESSES must be at least 1.")
    .max(64, "WEB_PROCESSES must be at most 64.")
    .optional(),
  FOVEA_HOME: z
    .string()
    .default(".fovea")
    .transform((folder) => resolve(folder)),
  DATABASE_URL: z
    .string()
    .regex(
      /^postgres(ql)?:\/\//,
      "DATABASE_URL must start with postgresql://; leave it unset for the embedded database.",
    )
    .optional(),
  STORAGE_URL: z
    .string()
    .refine(
      (value) => /^s3:\/\/[^/]+/.test(value) || !/^[a-z0-9+.-]+:\/\//i.test(value),
      "STORAGE_URL must be s3://bucket/prefix or a folder; leave it unset for FOVEA_HOME/blobs.",
    )
    .optional(),
  WORKER_LANES: z
    .string()
    .default("interactive,batch")
    .transform((value) =>
      value
        .split(",")
        .map((lane) => lane.trim())
        .filter(Boolean),
    )
    .pipe(
      z
        .array(z.enum(LANES, "WORKER_LANES must list interactive, batch, or both, separated by a comma."))
        .min(1, "WORKER_LANES must name at least one lane."),
    ),
  EXPLAINER_BASE_URL: url("EXPLAINER_BASE_URL"),
  EXPLAINER_MODEL: z.string().optional(),
  EXPLAINER_API_KEY: z.string().optional(),
  EXPLAINER_CONCURRENCY: z.coerce
    .number("EXPLAINER_CONCURRENCY must be a number of requests, such as 4.")
    .int("EXPLAINER_CONCURRENCY must be a whole number.")
    .min(1, "EXPLAINER_CONCURRENCY must be at least 1.")
    .max(256, "EXPLAINER_CONCURRENCY must be at most 256.")
    .default(4),
  EXPLAINER_RPM: z.coerce
    .number("EXPLAINER_RPM must be a number of requests a minute, such as 500.")
    .positive("EXPLAINER_RPM must be more than 0.")
    .optional(),
  EXPLAINER_TIMEOUT_MS: z.coerce
    .number("EXPLAINER_TIMEOUT_MS must be a number of milliseconds, such as 60000.")
    .int("EXPLAINER_TIMEOUT_MS must be a whole number.")
    .min(1, "EXPLAINER_TIMEOUT_MS must be at least 1.")
    .max(3_600_000, "EXPLAINER_TIMEOUT_MS must be at most an hour.")
    .default(60_000),
  EXPLAINER_PRICE_IN: price("EXPLAINER_PRICE_IN"),
  EXPLAINER_PRICE_OUT: price("EXPLAINER_PRICE_OUT"),
  EXPLAINER_LANGUAGES: z
    .string()
    .default("en,zh")
    .transform((value) => [
      ...new Set(
        value
          .split(",")
          .map((code) => code.trim())
          .filter(Boolean),
      ),
    ])
    .refine(
      (codes) => codes.every((code) => LANGUAGE.test(code)),
      "EXPLAINER_LANGUAGES must list language codes, such as en,zh.",
    ),
  EMBEDDER_BASE_URL: url("EMBEDDER_BASE_URL"),
  EMBEDDER_MODEL: z.string().optional(),
  EMBEDDER_API_KEY: z.string().optional(),
  IMAGE_FETCH_HOSTS: z
    .string()
    .default("")
    .transform((value) =>
      value
        .split(",")
        .map((host) => host.trim().toLowerCase())
        .filter(Boolean),
    ),
  FOVEA_TOKEN: z.string().min(8, "FOVEA_TOKEN must have at least 8 characters.").optional(),
  HF_ENDPOINT: z
    .url("HF_ENDPOINT must be a web address such as https://huggingface.co.")
    .default("https://huggingface.co")
    .transform((address) => address.replace(/\/+$/, "")),
  HF_TOKEN: z.string().optional(),
  CHROMIUM_PATH: z.string().optional(),
  NODE_ENV: z.enum(["development", "production", "test"]).catch("development").default("development"),
});

export type Env = z.infer<typeof envSchema>;

const TOGETHER = [
  ["EXPLAINER_BASE_URL", "EXPLAINER_MODEL"],
  ["EMBEDDER_BASE_URL", "EMBEDDER_MODEL"],
] as const;

/**
 * Validates environment variables; an empty string counts as unset.
 * @throws AppError ENVIRONMENT with one line per variable that is wrong.
 */
export function parseEnv(source: Record<string, string | undefined>): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = envSchema.safeParse(given);
  if (!parsed.success) {
    throw new AppError("ENVIRONMENT", parsed.error.issues.map((i) => `${i.path.join(".")}: ${i.message}`).join("\n"));
  }
  for (const [address, model] of TOGETHER) {
    if ((parsed.data[address] === undefined) !== (parsed.data[model] === undefined)) {
      throw new AppError("ENVIRONMENT", `${address} and ${model} go together: set both, or neither.`);
    }
  }
  return parsed.data;
}

let cached: Env | undefined;

/** The validated environment, read on first use and then kept. A `.env` file in the project is read too. */
export function env(): Env {
  if (cached === undefined) {
    if (process.env.NODE_ENV !== "test" && existsSync(".env")) process.loadEnvFile(".env");
    cached = parseEnv(process.env);
  }
  return cached;
}

/** Environment for a child process: this process's own plus `changes`. */
export function childEnv(changes: Record<string, string>): NodeJS.ProcessEnv {
  return { ...process.env, ...changes } as NodeJS.ProcessEnv;
}

/** Tests: forgets what was read, so that the next env() reads again. */
export function resetEnv(): void {
  cached = undefined;
}
