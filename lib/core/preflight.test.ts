import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { expect, it } from "vitest";
import { assertDiskSpace, assertNode, assertPortFree } from "./preflight";

it("refuses a Node that is too old in one line", () => {
  for (const good of ["20.19.0", "20.20.2", "22.0.0"]) expect(() => assertNode(good)).not.toThrow();
  for (const old of ["18.20.0", "20.18.3"]) expect(() => assertNode(old)).toThrow(/needs Node 20\.19 or newer/);
});

it("refuses a port in use and names another", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as { port: number };
  await expect(assertPortFree(port)).rejects.toThrow(`Port ${port} is in use`);
  await new Promise((resolve) => server.close(resolve));
  await expect(assertPortFree(port)).resolves.toBeUndefined();
});

it("refuses a disk that is nearly full", () => {
  expect(() => assertDiskSpace(tmpdir(), 10e9)).not.toThrow();
  expect(() => assertDiskSpace(tmpdir(), 5 * 1024 ** 2)).toThrow("Only 5 MB are left");
  expect(() => assertDiskSpace("/dev/null/x")).toThrow("FOVEA_HOME");
});
