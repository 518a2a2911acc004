/** Where the cells of a model's view lie on an image: `affine` maps the unit square of the view to image pixels. */
interface View {
  id: string;
  affine: [number, number, number, number, number, number];
  resize: "squash" | "crop" | "pad" | "tile";
}

/**
 * A model's base view placed on an image of another size. Squash stretches the view over the whole image; crop takes
 * the centred square (or the view's aspect ratio); pad sets the image into it, so the view reaches beyond the image.
 * Tiles depend on the image in ways only the model knows and stay as they were stored.
 */
export function placeGeometry<V extends View>(view: V, width: number, height: number): V {
  const id = `${view.id}-${width}x${height}`;
  if (view.resize === "tile") return view;
  if (view.resize === "squash") return { ...view, id, affine: [width, 0, 0, height, 0, 0] };
  const aspect = view.affine[0] / view.affine[3];
  const wider = width / height > aspect;
  // Crop: the largest box of the view's aspect inside the image. Pad: the smallest one around it.
  const byHeight = view.resize === "crop" ? wider : !wider;
  const w = byHeight ? height * aspect : width;
  const h = byHeight ? height : width / aspect;
  return { ...view, id, affine: [w, 0, 0, h, (width - w) / 2, (height - h) / 2] };
}
