// A worker thread starts as plain Node, whatever loader its parent has: register the TypeScript loader, then the body.
import { register } from "tsx/esm/api";

register();
await import("./worker.ts");
