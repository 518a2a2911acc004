import asc from "assemblyscript/asc";

export const KERNELS_WASM = "lib/sae/train/simd/kernels.wasm";
const SOURCE = "lib/sae/train/simd/assembly/kernels.ts";

/** The SIMD kernels as WebAssembly: no runtime, no exceptions, the memory comes from outside and is shared. */
export async function compileKernels(): Promise<Uint8Array> {
  const options = [
    "-O3",
    "--noAssert",
    "--runtime",
    "stub",
    "--use",
    "abort=",
    "--enable",
    "simd",
    "--enable",
    "threads",
  ];
  const memory = ["--importMemory", "--sharedMemory", "--initialMemory", "1", "--maximumMemory", String(2 ** 16)];
  let out: Uint8Array | undefined;
  const { error, stderr } = await asc.main([SOURCE, "-o", "kernels.wasm", ...options, ...memory], {
    writeFile: (_name, contents) => {
      out = contents as Uint8Array;
    },
  });
  if (error || !out) throw new Error(`the kernels do not compile: ${stderr.toString()}`);
  return out;
}
