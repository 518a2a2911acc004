import { AppError } from "@/lib/core/errors";

/** The name before `.png`. @throws AppError NOT_FOUND when the file is not named so. */
export function idOfFile(file: string, name: RegExp): string {
  const [, id] = /^(.+)\.png$/.exec(file) ?? [];
  if (id === undefined || !name.test(id)) throw new AppError("NOT_FOUND", "No card has this name.");
  return id;
}
