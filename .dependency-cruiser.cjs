// Who may import whom (docs/architecture.md). Every rule is an error, and its comment says what to do instead.
const NUMERIC = "^lib/(tensor|onnx|formats|media|world|model|sae|activations)/";
// Every folder of lib that is neither core, numeric, storage, db, jobs nor api is a capability.
const BELOW = "core|tensor|onnx|formats|media|world|storage|db|model|sae|activations|jobs";
const CAPABILITY = `^lib/(?!(?:${BELOW}|api)/)([^/]+)/`;
const ABOVE_NUMERIC = `^lib/(?!(?:core|tensor|onnx|formats|media|world|storage|model|sae|activations)/)`;
const TEST = "\\.test\\.tsx?$|^tests/";
const CLI = "^(scripts|tests|prisma|models)/|\\.config\\.(ts|mjs)$";
const rule = (name, from, to, comment) => ({ name, severity: "error", comment, from, to });

module.exports = {
  forbidden: [
    rule("no-cycles", {}, { circular: true }, "Break the cycle: move the shared part one rank down."),
    rule(
      "core-is-the-floor",
      { path: "^lib/core/" },
      { path: "^lib/", pathNot: "^lib/core/" },
      "lib/core imports nothing else in lib: move what you need into lib/core, or the caller up.",
    ),
    rule(
      "lib-stays-below-app",
      { path: "^lib/", pathNot: TEST },
      { path: "^(app|components|workers|tests|scripts)/" },
      "lib never looks up: pass what you need as an argument.",
    ),
    rule(
      "numbers-are-pure",
      { path: NUMERIC, pathNot: TEST },
      { path: ABOVE_NUMERIC },
      "Numbers in, numbers out: no database, queue or capability. Let data.ts or a worker handler read the rows and pass values.",
    ),
    rule(
      "rank-1-stays-low",
      { path: "^lib/(tensor|onnx|formats|media|storage|db|world)/", pathNot: TEST },
      { path: "^lib/(model|sae|activations|jobs)/" },
      "Rank 1 does not know models or jobs: move the code up one rank.",
    ),
    rule(
      "model-below-sae",
      { path: "^lib/model/", pathNot: TEST },
      { path: "^lib/(sae|activations)/" },
      "lib/model is below lib/sae and lib/activations: pass the delta or the callback in.",
    ),
    rule(
      "sae-below-activations",
      { path: "^lib/sae/", pathNot: TEST },
      { path: "^lib/activations/" },
      "lib/sae sees typed arrays: pass rows in, or move the code up to lib/activations or a capability.",
    ),
    rule(
      "storage-and-db-stand-alone",
      { path: "^lib/(storage|db)/", pathNot: TEST },
      { path: "^lib/(?!core/|storage/|db/)" },
      "lib/storage and lib/db import lib/core only.",
    ),
    rule(
      "jobs-know-no-capability",
      { path: "^lib/jobs/", pathNot: TEST },
      { path: "^lib/(?!core/|db/|storage/|jobs/)" },
      "lib/jobs is general: put the contract in lib/<capability>/job.ts.",
    ),
    rule(
      "nobody-below-imports-api",
      { path: "^lib/(?!api/)", pathNot: TEST },
      { path: "^lib/api/" },
      "lib/api is the top of lib: contracts live in schema.ts, cursors in lib/core.",
    ),
    rule(
      "db-only-in-data-and-mutations",
      { path: "^(app|components|lib|workers)/", pathNot: ["(^|/)(data|mutations)\\.ts$", "^lib/(db|jobs)/", TEST] },
      { path: "^lib/db/" },
      "Put the query in data.ts or mutations.ts and call that.",
    ),
    rule(
      "pages-read-through-loaders",
      { path: "^app/.*(page|layout)\\.tsx$" },
      { path: "^lib/.*/(data|mutations)\\.ts$" },
      "Pages call loaders.ts (cache, notFound).",
    ),
    rule(
      "routes-and-workers-skip-loaders",
      { path: "^(app/api|workers)/" },
      { path: "/loaders\\.ts$" },
      "Loaders carry page semantics (notFound, cache): call data.ts.",
    ),
    rule(
      "components-get-props",
      { path: "^components/", pathNot: TEST },
      { path: "^lib/", pathNot: "/(schema|types|format|actions)\\.ts$|^lib/api/client\\.ts$" },
      "Components take props and import schema.ts, types.ts, format.ts or lib/api/client.ts.",
    ),
    rule(
      "ui-is-domain-free",
      { path: "^components/ui/" },
      { path: "^(components/(?!ui/)|lib/(?!core/))" },
      "components/ui could ship in another product: pass words and numbers as props.",
    ),
    rule(
      "app-and-workers-are-strangers",
      { path: "^(app|components)/" },
      { path: "^workers/" },
      "They meet in lib/jobs and lib/<capability>/job.ts.",
    ),
    rule(
      "workers-use-lib-only",
      { path: "^workers/", pathNot: TEST },
      { path: "^(app|components)/" },
      "Workers import lib.",
    ),
    rule(
      "capabilities-meet-at-the-front-door",
      { path: CAPABILITY, pathNot: TEST },
      { path: CAPABILITY, pathNot: ["^lib/$1/", "/(schema|types|format|data|mutations|job)\\.ts$"] },
      "Use the other capability's schema, types, format, data, mutations or job file.",
    ),
    rule(
      "nothing-imports-tests",
      { path: "^(app|components|lib|workers|scripts)/", pathNot: TEST },
      { path: TEST },
      "Tests are leaves: move the shared part into lib.",
    ),
    rule(
      "onnxruntime-has-one-door",
      { pathNot: ["^lib/model/session\\.ts$", "^scripts/spike"] },
      { path: "(^|node_modules/)onnxruntime-(node|common)" },
      "Only lib/model/session.ts talks to ONNX Runtime: use its functions.",
    ),
    rule(
      "sharp-has-one-door",
      { pathNot: "^lib/media/" },
      { path: "(^|node_modules/)sharp(/|$)" },
      "Only lib/media talks to sharp: decodeImage, resizeImage, encodeWebp.",
    ),
    rule(
      "queue-has-one-door",
      { pathNot: "^(lib/jobs/|workers/main\\.ts$)" },
      { path: "(^|node_modules/)graphile-worker" },
      "Only lib/jobs and workers/main.ts talk to the queue: defineJob and startRun.",
    ),
    rule(
      "prisma-and-pg-have-one-door",
      { path: "^(app|components|lib|workers)/", pathNot: ["^lib/db/", "^lib/jobs/"] },
      { path: "(^|node_modules/)(pg|pg-copy-streams|@prisma)(/|$)" },
      "Only lib/db and lib/jobs open connections: import db() from @/lib/db/client in data.ts or mutations.ts.",
    ),
    rule(
      "no-dev-dependency-in-product",
      { path: "^(app|components|lib|workers)/", pathNot: TEST },
      { dependencyTypes: ["npm-dev"], pathNot: "@types/" },
      "The product must run after `npm ci --omit=dev`: move the package to dependencies or the code to tests.",
    ),
    rule(
      "resolvable",
      { pathNot: CLI },
      { couldNotResolve: true, pathNot: "^(@/)?.*generated" },
      "The import does not resolve: install the package or fix the path (Prisma's client: `npm run prisma:generate`).",
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(lib/db/generated|\\.next|\\.fovea)" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["react-server", "import", "require", "node", "default", "types"],
    },
    cache: { folder: ".cache/dependency-cruiser", strategy: "content" },
  },
};
