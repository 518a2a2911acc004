// The one list of all pages, with addresses at which each is shown. tests/e2e/access.spec.ts fails when a page is missing.
import { readdirSync } from "node:fs";
import { expect, type Page } from "@playwright/test";
import { findFeature, findSae } from "./pages";

/** What the addresses of pages are made of. */
export interface Known {
  model: string;
  /** model/sae */
  sae: string;
  /** model/sae/index of an explained feature with images, and of the next best one. */
  feature: string;
  other: string;
  image: string;
  list: string;
  steer: string;
  /** Ids of runs that are done, one of each kind that there is; those of the desks among them. */
  runs: string[];
}

/** Kinds of runs whose pages differ. */
const KINDS = ["train", "demo", "score", "steer", "trace", "inspect", "search", "study"];

/** Each page.tsx under app/ with one or more addresses; an address with its own shape of content is worth a line. */
export const PAGES: Record<string, (known: Known) => string[]> = {
  "(explorer)/page.tsx": () => ["/", "/?story=tour.1"],
  "(explorer)/[model]/page.tsx": ({ model }) => [`/${model}`],
  "(explorer)/[model]/[sae]/page.tsx": ({ sae }) => [`/${sae}`, `/${sae}?layout=table`, `/${sae}?sort=-disagreement`],
  "(explorer)/[model]/[sae]/[feature]/page.tsx": ({ feature }) => [
    `/${feature}`,
    `/${feature}?band=miss&overlay=heat&story=tour.2`,
    `/${feature}?beside=1`,
  ],
  "(explorer)/blind/page.tsx": () => ["/blind"],
  "(explorer)/compare/page.tsx": ({ feature, other }) => ["/compare", `/compare?f=${feature}&f=${other}`],
  "(explorer)/images/[id]/page.tsx": ({ image, sae }) => [`/images/${image}?in=${sae}`],
  "(explorer)/lists/page.tsx": () => ["/lists"],
  "(explorer)/lists/[id]/page.tsx": ({ list }) => [`/lists/${list}`],
  "(explorer)/lists/adhoc/page.tsx": ({ feature, other }) => [`/lists/adhoc?name=Two&f=${feature},${other}`],
  "(explorer)/map/page.tsx": ({ sae }) => [`/map?in=${sae}`],
  "(explorer)/saes/page.tsx": ({ sae }) => ["/saes", `/saes?in=${sae}&of=image&against=mean`],
  "(explorer)/search/page.tsx": () => ["/search?q=fries", "/search?q=zzzzzz"],
  "(explorer)/settings/page.tsx": () => ["/settings"],
  "(embed)/embed/[model]/[sae]/[feature]/page.tsx": ({ feature }) => [
    `/embed/${feature}?show=label,scores,numbers,images,text,test,steer,link`,
  ],
  "(embed)/embed/lists/[id]/page.tsx": ({ list }) => [`/embed/lists/${list}`],
  "(embed)/embed/run/[id]/page.tsx": ({ steer, runs }) => [`/embed/run/${steer}`, `/embed/run/${runs[0]}`],
  "(embed)/embed/search/page.tsx": () => ["/embed/search?q=fries"],
  "(lab)/inspect/page.tsx": ({ sae, image }) => [
    "/inspect",
    `/inspect?in=${sae}&image=${image}`,
    `/inspect?in=${sae}&text=some+french+fries`,
  ],
  "(lab)/inspect/word/page.tsx": ({ feature, image }) => [`/inspect/word?f=${feature}&image=${image}&word=fries`],
  "(lab)/steer/page.tsx": ({ feature }) => ["/steer", `/steer?f=${feature.split("/").slice(1).join("/")}:2:add`],
  "(lab)/steer/search/page.tsx": () => ["/steer/search?questions=country"],
  "(lab)/studies/page.tsx": () => ["/studies"],
  "(lab)/trace/page.tsx": () => ["/trace"],
  "(ops)/run/[id]/page.tsx": ({ runs }) => runs.map((id) => `/run/${id}`),
  "(ops)/runs/page.tsx": () => ["/runs"],
};

/** Every page.tsx under app/, named as in PAGES. */
export function pageFiles(): string[] {
  const files = readdirSync("app", { recursive: true, encoding: "utf8" });
  return files.filter((file) => /(^|\/)page\.tsx$/.test(file)).sort();
}

let known: Promise<Known> | undefined;

/** Finds, and where need be makes, what the addresses are made of; once for all tests of a worker. */
export function knownThings(page: Page): Promise<Known> {
  known ??= find(page);
  return known;
}

async function find(page: Page): Promise<Known> {
  const get = async (path: string) => (await page.request.get(`/api/v1/${path}`)).json();
  const post = async (path: string, data: object) => {
    const answer = await page.request.post(`/api/v1/${path}`, { data });
    expect(answer.ok(), `${path}: ${await answer.text()}`).toBe(true);
    return answer.json();
  };
  const done = async (run: { id: string }) => {
    await expect.poll(async () => (await get(`runs/${run.id}`)).state, { timeout: 60_000 }).toBe("done");
    return run.id;
  };
  const sae = await findSae(page);
  const model = sae.split("/")[0] as string;
  const { ref: feature } = await findFeature(page, sae);
  const rows = await get(`features/${sae}?sort=-detection&status=explained&modality=image&limit=2`);
  const other: string = rows.items[1].ref;
  const exemplars = await get(`features/${feature}/exemplars?modality=image`);
  const image: string = exemplars.items[0].image.sha;
  const listed = await post("lists", {
    name: "Two that are shown",
    description: "Made by the browser tests.",
    refs: [feature, other],
  });
  const messages = [{ role: "user", content: "what is in the picture?" }];
  const asked = { model, messages, image };
  const steering = [{ feature, method: "add", strength: 2 }];
  const [steer] = await Promise.all([
    post("steer", { ...asked, steering, maxTokens: 8, doses: [-1, 0, 1], controls: ["random", "sae"] }).then(done),
    post("trace", { ...asked, in: [sae], verifyTop: 10 }).then(done),
    post("inspect", { in: [sae], image }).then(done),
  ]);
  const runs: string[] = [];
  for (const kind of KINDS) {
    const { items } = await get(`runs?kind=${kind}&state=done&limit=1`);
    if (items[0]) runs.push(items[0].id);
  }
  return { model, sae, feature, other, image, list: listed.id, steer, runs };
}

/** Until the page has come to rest: no section is busy, its pictures are there, nothing moves. */
export async function atRest(page: Page): Promise<void> {
  await expect(page.getByRole("heading").first()).toBeAttached();
  // Pages that follow a run keep a connection open: this is no fault of theirs.
  await page.waitForLoadState("networkidle", { timeout: 3000 }).catch(() => {});
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0, { timeout: 20_000 });
}

/** How many px the page scrolls sideways. */
export function tooWide(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}
