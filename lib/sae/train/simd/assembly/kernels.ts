/**
 * The kernels of ../../kernels.ts in AssemblyScript, four float32 at a time; what they compute is said there. Compiled to
 * ../kernels.wasm by `npm run kernels`. Every array is given by its address in the shared memory; an address of 0 means that
 * the architecture has no such array. Sums over rows and latents are float64, as there; along a row they are float32.
 */
export { adamValues, unitRows } from "./adam";
export { decodeRows } from "./decode";
export { latentGradients } from "./gradient";
