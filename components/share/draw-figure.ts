import { formatValue } from "@/lib/features/format";
import type { Exemplar, Exemplars } from "@/lib/features/types";
import type { Geometry } from "@/lib/samples/schema";
import { decodeGrid, maskOf } from "../viz/grid";
import { imageUrl } from "../viz/image-url";
import { type OverlayMode, paintOverlay } from "../viz/paint";
import { type PaletteName, paletteColor } from "../viz/palette";
import { viewBox } from "../viz/placement";
import { outlinePath } from "../viz/region";

interface Figure {
  title: string;
  place: string;
  exemplars: Exemplars;
  overlay: string;
  cut: number;
  opacity: number;
  gamma: number;
  palette: PaletteName;
}

const [COLUMNS, SIDE, GAP, MARGIN, HEAD, FOOT] = [4, 256, 12, 32, 92, 56];
const FONT = "system-ui, sans-serif";

/**
 * A figure for a paper: images of one band with their regions and values, white ground, twice the resolution of the page.
 * @throws Error when an image cannot be loaded.
 */
export async function drawFigure(figure: Figure): Promise<Blob> {
  const { exemplars, title, place, palette } = figure;
  const items = exemplars.items.filter((item) => item.image).slice(0, 12);
  const rows = Math.max(1, Math.ceil(items.length / COLUMNS));
  const width = 2 * MARGIN + COLUMNS * SIDE + (COLUMNS - 1) * GAP;
  const height = HEAD + rows * (SIDE + GAP) + FOOT;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [2 * width, 2 * height];
  const to = canvas.getContext("2d");
  if (!to) throw new Error("This browser draws no canvas.");
  to.scale(2, 2);
  to.fillStyle = "#fff";
  to.fillRect(0, 0, width, height);
  write(to, title, MARGIN, 46, `600 26px ${FONT}`, "#14171c", width - 2 * MARGIN);
  write(to, place, MARGIN, 72, `15px ${FONT}`, "#59616e", width - 2 * MARGIN);
  const images = await Promise.all(items.map((item) => load(imageUrl(item.image?.sha ?? "", 512))));
  for (const [i, item] of items.entries()) {
    const x = MARGIN + (i % COLUMNS) * (SIDE + GAP);
    const y = HEAD + Math.floor(i / COLUMNS) * (SIDE + GAP);
    const geometry = exemplars.geometries.find((g) => g.id === item.geometry);
    drawOne(to, images[i] as HTMLImageElement, item, geometry, figure, x, y);
  }
  if (items.length === 0) write(to, "No image in this band.", MARGIN, HEAD + 40, `16px ${FONT}`, "#59616e", width);
  legend(to, exemplars.aRef, palette, MARGIN, height - 36);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("No picture was made."))), "image/png"),
  );
}

/** One image fitted into its square, its overlay on it, its peak in the corner. */
function drawOne(
  to: CanvasRenderingContext2D,
  image: HTMLImageElement,
  item: Exemplar,
  geometry: Geometry | undefined,
  { exemplars, overlay, cut, opacity, gamma, palette }: Figure,
  x: number,
  y: number,
): void {
  const scale = SIDE / Math.max(image.naturalWidth, image.naturalHeight);
  const [w, h] = [image.naturalWidth * scale, image.naturalHeight * scale];
  const [left, top] = [x + (SIDE - w) / 2, y + (SIDE - h) / 2];
  to.imageSmoothingEnabled = scale < 1;
  to.drawImage(image, left, top, w, h);
  if (geometry && item.image && overlay !== "off") {
    const grid = decodeGrid(item.grid, geometry.rows, geometry.cols, item.scale);
    const view = viewBox(geometry.affine, item.image.width, item.image.height);
    const [vx, vy] = [left + (view.left / 100) * w, top + (view.top / 100) * h];
    const [vw, vh] = [(view.width / 100) * w, (view.height / 100) * h];
    const mask = maskOf(grid, exemplars.aRef, cut);
    to.save();
    to.beginPath();
    to.rect(left, top, w, h);
    to.clip();
    // A crop is shown as an outline here: every image of a figure keeps its frame.
    if (overlay === "line" || overlay === "crop") {
      to.translate(vx, vy);
      to.scale(vw / grid.cols, vh / grid.rows);
      outline(to, outlinePath(mask, grid.rows, grid.cols), grid.cols / vw);
    } else {
      const cells = document.createElement("canvas");
      [cells.width, cells.height] = [grid.cols, grid.rows];
      const options = { mode: overlay as OverlayMode, mask, aRef: exemplars.aRef, gamma, palette };
      cells.getContext("2d")?.putImageData(new ImageData(paintOverlay(grid, options), grid.cols, grid.rows), 0, 0);
      to.imageSmoothingEnabled = false;
      to.globalAlpha = opacity;
      to.drawImage(cells, vx, vy, vw, vh);
    }
    to.restore();
  }
  const text = item.why ? "0" : formatValue(item.peak);
  to.font = `600 13px ${FONT}`;
  to.fillStyle = "rgb(0 0 0 / 0.72)";
  to.beginPath();
  to.roundRect(left + 6, top + 6, to.measureText(text).width + 12, 20, 5);
  to.fill();
  write(to, text, left + 12, top + 20.5, `600 13px ${FONT}`, "#fff", SIDE);
}

function outline(to: CanvasRenderingContext2D, path: string, unit: number): void {
  const line = new Path2D(path);
  for (const [color, thick] of [
    ["rgb(0 0 0 / 0.75)", 4],
    ["#fff", 1.8],
  ] as const) {
    to.strokeStyle = color;
    to.lineWidth = thick * unit;
    to.stroke(line);
  }
}

/** The one scale of the feature, as on the page. */
function legend(to: CanvasRenderingContext2D, aRef: number, palette: PaletteName, x: number, y: number): void {
  const ramp = to.createLinearGradient(x + 18, 0, x + 178, 0);
  for (let i = 0; i <= 8; i++) ramp.addColorStop(i / 8, paletteColor(palette, i / 8));
  write(to, "0", x, y + 10, `13px ${FONT}`, "#59616e", 20);
  to.fillStyle = ramp;
  to.fillRect(x + 18, y, 160, 10);
  const words = `${formatValue(aRef)} = reference strength (99.9th percentile of positive activations)`;
  write(to, words, x + 186, y + 10, `13px ${FONT}`, "#59616e", 700);
}

function write(
  to: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  font: string,
  color: string,
  most: number,
): void {
  to.font = font;
  to.fillStyle = color;
  to.fillText(text, x, y, most);
}

async function load(url: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}
