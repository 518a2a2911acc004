type Fields = Record<string, unknown>;

/** One line of JSON per event on stderr: time, level, scope, event, fields. Nothing secret, nothing multi-line. */
export interface Log {
  info(event: string, fields?: Fields): void;
  warn(event: string, fields?: Fields): void;
  error(event: string, fields?: Fields): void;
  /** A log whose lines also carry `fields`. */
  with(fields: Fields): Log;
}

function plain(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  return { name: value.name, message: value.message, stack: value.stack, cause: value.cause && plain(value.cause) };
}

let write = (line: string): void => void process.stderr.write(`${line}\n`);

/** Sends finished lines elsewhere: tests keep them to themselves. */
export function setLogWriter(writer: (line: string) => void): void {
  write = writer;
}

/** @param scope part of the program that speaks: `worker`, `api`. */
export function createLog(scope: string): Log {
  const make = (base: Fields): Log => {
    const at =
      (level: string) =>
      (event: string, fields: Fields = {}) => {
        const entries = Object.entries({ ...base, ...fields }).map(([key, value]) => [key, plain(value)]);
        write(JSON.stringify({ time: new Date().toISOString(), level, scope, event, ...Object.fromEntries(entries) }));
      };
    return { info: at("info"), warn: at("warn"), error: at("error"), with: (more) => make({ ...base, ...more }) };
  };
  return make({});
}
