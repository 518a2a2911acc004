/** Compiles the SIMD kernels of SAE training: `npm run kernels`. */
import { writeFile } from "node:fs/promises";
import { compileKernels, KERNELS_WASM } from "./compile-kernels";

await writeFile(KERNELS_WASM, await compileKernels());
