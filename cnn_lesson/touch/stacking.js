// The arithmetic of a stack of layers: the shape that leaves each, its parameters, and the error where one cannot stand.

export const KINDS = {
  Conv2D: { filters: 8, size: 3, stride: 1, padding: "valid" },
  MaxPooling2D: { size: 2, stride: 2, padding: "valid" },
  Flatten: {},
  Dropout: { rate: 25 },
  Dense: { units: 32 },
};

const sideAfter = (n, { size, stride, padding }) => (padding === "same" ? Math.ceil(n / stride) : Math.floor((n - size) / stride) + 1);

/** What one layer makes of a shape: { shape, parameters, how } or { fault }; `note` where it is allowed and odd. */
export function layerOn(input, layer) {
  if (layer.kind === "Flatten") {
    const length = input.reduce((product, side) => product * side, 1);
    return { shape: [length], parameters: 0, how: input.length > 1 ? `${shape(input)} = ${thousands(length)} in a row` : "already a row" };
  }
  if (layer.kind === "Dropout") return { shape: input, parameters: 0, how: `${layer.rate} % masked, in training only` };
  if (layer.kind === "Dense") return denseOn(input, layer.units);
  return windowedOn(input, layer);
}

function denseOn(input, units) {
  const last = input.at(-1);
  const made = { shape: [...input.slice(0, -1), units], parameters: last * units + units, how: `${thousands(last)} × ${units} weights + ${many(units, "bias", "biases")}` };
  if (input.length > 1) made.note = "Keras allows it, and treats each pixel alone. To look at the whole picture, Flatten first.";
  return made;
}

function windowedOn(input, layer) {
  if (input.length !== 3) return { fault: `${layer.kind} wants rows × columns × channels, and here comes a row of ${thousands(input[0])}. In Keras' words: expected min_ndim=4, found ndim=2.` };
  const [rows, columns, channels] = input;
  const out = [sideAfter(rows, layer), sideAfter(columns, layer)];
  if (Math.min(...out) < 1) {
    return { fault: `Nothing is left: a window of ${layer.size} × ${layer.size} does not fit into ${rows} × ${columns}. In Keras' words: computed output size would be zero or negative.` };
  }
  if (layer.kind === "MaxPooling2D") return { shape: [...out, channels], parameters: 0, how: "nothing to learn" };
  const { size, filters } = layer;
  const weights = `${size} × ${size} × ${channels} × ${filters} weights + ${many(filters, "bias", "biases")}`;
  return { shape: [...out, filters], parameters: size * size * channels * filters + filters, how: weights };
}

/** What every layer of a stack makes, in order; after a fault nothing comes in. */
export function stacked(input, layers) {
  let comes = input;
  return layers.map((layer) => {
    if (!comes) return { idle: true };
    const made = layerOn(comes, layer);
    comes = made.shape;
    return made;
  });
}
