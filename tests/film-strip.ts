/**
 * Takes the picture of the README from a Fovea that runs:
 *
 *     npx tsx --conditions=react-server tests/film-strip.ts http://localhost:3000 tiny-llava-emoji/4-res-4k/2136
 */
import { chromium, type Page } from "playwright";
import sharp from "sharp";
import { findBrowser } from "./helpers/browser";

const OUT = "docs/images/film-strip.webp";
const VIEW = { width: 1180, height: 760 };
const FRAME = { width: 560, height: 361 };
const GAP = 12;
const COLUMNS = 3;
const [base = "http://localhost:3000", feature = "tiny-llava-emoji/4-res-4k/2136"] = process.argv.slice(2);
const [model, sae, index] = feature.split("/");

interface Exemplar {
  image: { sha: string } | null;
  peakAt: [number, number];
}

async function strongest(page: Page): Promise<Exemplar> {
  const answer = await page.request.get(`${base}/api/v1/features/${feature}/exemplars?modality=image`);
  const { items } = (await answer.json()) as { items: Exemplar[] };
  return items[0] as Exemplar;
}

const browser = await chromium.launch({ ...(await findBrowser(chromium.executablePath())) });
try {
  const page = await browser.newPage({ viewport: VIEW, colorScheme: "light", deviceScaleFactor: 1 });
  await page.addInitScript("localStorage.setItem('fovea-toured', '1')");
  const { image } = await strongest(page);
  const question = encodeURIComponent("what is in the picture?");
  const paths = [
    `/${feature}`,
    `/${feature}?band=miss`,
    `/images/${image?.sha}?in=${model}/${sae}&f=${index}`,
    `/inspect/word?f=${feature}&image=${image?.sha}&word=fries`,
    `/steer?in=${model}&f=${sae}/${index}:0.6:add&image=${image?.sha}&q=${question}`,
    `/map?in=${model}/${sae}`,
  ];
  const frames: Buffer[] = [];
  for (const path of paths) {
    await page.goto(`${base}${path}`);
    await page.waitForLoadState("networkidle", { timeout: 8000 }).catch(() => {}); // a run is followed
    const run = page.getByRole("button", { name: /^Run/ });
    if (path.startsWith("/steer") && (await run.count()) > 0) await run.first().click();
    await page.waitForTimeout(4000);
    frames.push(
      await sharp(await page.screenshot())
        .resize(FRAME)
        .png()
        .toBuffer(),
    );
  }
  const rows = Math.ceil(frames.length / COLUMNS);
  await sharp({
    create: {
      width: COLUMNS * (FRAME.width + GAP) + GAP,
      height: rows * (FRAME.height + GAP) + GAP,
      channels: 3,
      background: "#8b9099",
    },
  })
    .composite(
      frames.map((input, i) => ({
        input,
        left: GAP + (i % COLUMNS) * (FRAME.width + GAP),
        top: GAP + Math.floor(i / COLUMNS) * (FRAME.height + GAP),
      })),
    )
    .webp({ quality: 82 })
    .toFile(OUT);
} finally {
  await browser.close();
}
