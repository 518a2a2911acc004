import { expect, it } from "vitest";
import { z } from "zod";
import { AppError } from "./errors";
import { problemSchema, toProblem } from "./problem";

it("keeps the words of an AppError and hides those of anything else", () => {
  const known = toProblem(new AppError("SAE_NOT_READY", "Collect first.", { cause: new Error("secret") }), "q1");
  expect(problemSchema.parse(known)).toEqual({
    type: "/docs/errors#SAE_NOT_READY",
    title: "The SAE is not ready",
    status: 409,
    detail: "Collect first.",
    code: "SAE_NOT_READY",
    requestId: "q1",
  });
  for (const thrown of [new Error("secret"), "secret", undefined, null]) {
    const problem = toProblem(thrown);
    expect(problem).toMatchObject({ code: "INTERNAL", status: 500 });
    expect(JSON.stringify(problem)).not.toContain("secret");
  }
});

it("turns a zod error into one line per field, and an unlisted code into 422", () => {
  const failed = z.object({ a: z.object({ b: z.number() }) }).safeParse({ a: { b: "x" } });
  expect(toProblem(failed.error)).toMatchObject({ status: 400, code: "INVALID_INPUT", errors: [{ path: "a.b" }] });
  expect(toProblem(new AppError("SAFETENSORS_INVALID", "x"))).toMatchObject({
    status: 422,
    code: "SAFETENSORS_INVALID",
  });
});
