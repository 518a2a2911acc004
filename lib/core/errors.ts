/** One failed check of one input field. */
export interface FieldError {
  path: string;
  message: string;
}

/** Codes with their HTTP status and title. An error's code is part of the public interface: never rename one. */
export const ERROR_CODES = {
  INVALID_INPUT: { status: 400, title: "The request is not valid" },
  CURSOR_MISMATCH: { status: 400, title: "The cursor belongs to another list" },
  UNKNOWN_SORT: { status: 400, title: "There is no such sort order" },
  BAD_REGION: { status: 400, title: "The region does not fit" },
  TOKEN_MISSING: { status: 401, title: "A token is needed" },
  TOKEN_INVALID: { status: 401, title: "The token is not known" },
  SCOPE_TOO_SMALL: { status: 403, title: "The token may not do this" },
  ORIGIN_MISMATCH: { status: 403, title: "The request comes from another site" },
  NOT_FOUND: { status: 404, title: "Not found" },
  METHOD_NOT_ALLOWED: { status: 405, title: "The method is not offered here" },
  SAE_NOT_READY: { status: 409, title: "The SAE is not ready" },
  MODEL_NOT_READY: { status: 409, title: "The model is not ready" },
  RUN_NOT_DONE: { status: 409, title: "The run is not done" },
  RUN_CANCELLED: { status: 409, title: "The run was cancelled" },
  RUN_FINISHED: { status: 409, title: "The run has ended" },
  SLUG_TAKEN: { status: 409, title: "The name is taken" },
  IN_USE: { status: 409, title: "Something still uses this" },
  VERSION_GONE: { status: 410, title: "This version is no longer kept" },
  SAMPLE_REMOVED: { status: 410, title: "The sample was removed" },
  CHANGED_MEANWHILE: { status: 412, title: "It changed meanwhile" },
  TOO_LARGE: { status: 413, title: "Too large" },
  UNSUPPORTED_MEDIA: { status: 415, title: "The media type is not supported" },
  IMAGE_UNREADABLE: { status: 422, title: "The image cannot be read" },
  ANSWERS_EQUAL: { status: 422, title: "The two answers are equal" },
  FEATURE_DEAD: { status: 422, title: "The feature never fires" },
  WRONG_MODALITY: { status: 422, title: "Wrong kind of input" },
  CHECKPOINT_MISMATCH: { status: 422, title: "The checkpoint does not fit" },
  MODEL_UNREADABLE: { status: 422, title: "The model cannot be read" },
  SAE_UNREADABLE: { status: 422, title: "The SAE cannot be read" },
  FORMAT_UNREADABLE: { status: 422, title: "The file cannot be read" },
  TOO_MANY_TOKENS: { status: 422, title: "Too many tokens" },
  RATE_LIMITED: { status: 429, title: "Too many requests" },
  INTERNAL: { status: 500, title: "Something went wrong" },
  ENVIRONMENT: { status: 500, title: "The environment is not set up" },
  EMBEDDER_FAILED: { status: 502, title: "The embedder failed" },
  EXPLAINER_FAILED: { status: 502, title: "The explainer failed" },
  NO_MEMORY: { status: 503, title: "Too little memory" },
  NO_WORKER: { status: 503, title: "No worker is running" },
  DATABASE_DOWN: { status: 503, title: "The database is not running" },
  QUEUE_FULL: { status: 503, title: "The queue is full" },
} as const satisfies Record<string, { status: number; title: string }>;

/** A code of the table, or another UPPER_SNAKE code (status 422 unless given): formats and models have many of their own. */
export type ErrorCode = keyof typeof ERROR_CODES | Uppercase<string>;

/** Status and title of any code. */
export function errorKind(code: ErrorCode): { status: number; title: string } {
  return code in ERROR_CODES
    ? ERROR_CODES[code as keyof typeof ERROR_CODES]
    : { status: 422, title: "This cannot be done" };
}

/**
 * An error whose message was written for the person who reads it: one sentence that says what to do.
 * Anything else that is thrown reaches clients as `INTERNAL`. Jobs do not retry an AppError below status 500.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly errors: FieldError[] | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; status?: number; errors?: FieldError[] } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.status = options.status ?? errorKind(code).status;
    this.errors = options.errors;
  }
}

/** True for an AppError, also one made by another copy of this module (bundles duplicate modules). */
export function isAppError(error: unknown): error is AppError {
  return error instanceof Error && error.name === "AppError" && "code" in error && "status" in error;
}

/** True when an abort signal, and not a fault, ended the work. */
export function isAbortError(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError");
}
