/** How an enlarged picture lies in its pane: a point p of the pane shows point (p - (x, y)) / zoom of the picture. */
export interface Pan {
  zoom: number;
  x: number;
  y: number;
}

interface Size {
  width: number;
  height: number;
}

export const START: Pan = { zoom: 1, x: 0, y: 0 };
const MOST = 8;

/** The nearest view that shows nothing beyond the picture. */
export function within({ zoom, x, y }: Pan, { width, height }: Size): Pan {
  const free = (at: number, side: number) => Math.min(0, Math.max(side * (1 - zoom), at));
  return { zoom, x: free(x, width), y: free(y, height) };
}

/** Another zoom, between 1 and 8, with the same point of the picture under a point of the pane. */
export function atPoint(now: Pan, wanted: number, point: { x: number; y: number }, size: Size): Pan {
  const zoom = Math.min(MOST, Math.max(1, wanted));
  const grown = zoom / now.zoom;
  return within({ zoom, x: point.x - grown * (point.x - now.x), y: point.y - grown * (point.y - now.y) }, size);
}

/** The next of 1, 2, 4, 8 about the middle; after the last the whole picture again. */
export function stepped(now: Pan, size: Size): Pan {
  const zoom = now.zoom >= MOST - 0.01 ? 1 : 2 ** (Math.floor(Math.log2(now.zoom) + 0.01) + 1);
  return atPoint(now, zoom, { x: size.width / 2, y: size.height / 2 }, size);
}
