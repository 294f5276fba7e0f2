// The forward pass of a network, layer by layer, as Keras computes it; and what made one of its values.
// A tensor is { data: Float32Array, shape }, with shape [rows, columns, channels] or [length].

const size = (sides) => sides.reduce((product, side) => product * side, 1);

const ACTIVATIONS = {
  linear: (x) => x,
  relu: (x) => Math.max(x, 0),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  silu: (x) => x / (1 + Math.exp(-x)),
  leaky_relu: (x) => (x > 0 ? x : 0.2 * x),
};

/** Apply an activation in place; softmax runs over the last axis. */
function activate(tensor, name) {
  const { data, shape: sides } = tensor;
  if (name === "softmax") return softmax(data, sides.at(-1)) ?? tensor;
  const apply = ACTIVATIONS[name];
  if (name !== "linear") for (let i = 0; i < data.length; i += 1) data[i] = apply(data[i]);
  return tensor;
}

function softmax(data, length) {
  for (let start = 0; start < data.length; start += length) {
    const part = data.subarray(start, start + length);
    const top = part.reduce((most, value) => Math.max(most, value), -Infinity);
    let sum = 0;
    for (let i = 0; i < length; i += 1) sum += part[i] = Math.exp(part[i] - top);
    for (let i = 0; i < length; i += 1) part[i] /= sum;
  }
}

/** Where a window starts, how long it is, and the sizes that belong to it, in both directions. */
function windowOf(layer, input) {
  const both = [0, 1].map((axis) => {
    const [n, k, s] = [input.shape[axis], layer.window[axis], layer.strides[axis]];
    const reach = (k - 1) * layer.dilation[axis] + 1;
    const out = layer.padding === "same" ? Math.ceil(n / s) : Math.floor((n - reach) / s) + 1;
    const pad = layer.padding === "same" ? Math.max((out - 1) * s + reach - n, 0) : 0;
    return { out, before: Math.floor(pad / 2) };
  });
  return { out: both.map((one) => one.out), before: both.map((one) => one.before) };
}

function convolve(layer, input, [kernel, bias]) {
  const [rows, columns, channels] = input.shape;
  const { out, before } = windowOf(layer, input);
  const { window: [high, wide], strides, dilation, filters } = layer;
  const data = new Float32Array(out[0] * out[1] * filters);
  const sums = new Float64Array(filters);
  for (let r = 0, at = 0; r < out[0]; r += 1) {
    for (let c = 0; c < out[1]; c += 1, at += filters) {
      for (let f = 0; f < filters; f += 1) sums[f] = bias ? bias[f] : 0;
      for (let i = 0; i < high; i += 1) {
        const y = r * strides[0] - before[0] + i * dilation[0];
        if (y < 0 || y >= rows) continue;
        for (let j = 0; j < wide; j += 1) {
          const x = c * strides[1] - before[1] + j * dilation[1];
          if (x < 0 || x >= columns) continue;
          addPixel(sums, input.data, (y * columns + x) * channels, kernel, (i * wide + j) * channels * filters, channels);
        }
      }
      data.set(sums, at);
    }
  }
  return activate({ data, shape: [...out, filters] }, layer.activation);
}

/** Add one pixel's part to the sums of all filters; most pixels after a ReLU are 0 and add nothing. */
function addPixel(sums, from, pixel, kernel, weights, channels) {
  const filters = sums.length;
  for (let k = 0; k < channels; k += 1) {
    const value = from[pixel + k];
    if (value === 0) continue;
    const row = weights + k * filters;
    for (let f = 0; f < filters; f += 1) sums[f] += value * kernel[row + f];
  }
}

function pool(layer, input) {
  const { out } = windowOf(layer, input);
  const channels = input.shape[2];
  const data = new Float32Array(out[0] * out[1] * channels);
  for (let at = 0; at < data.length; at += 1) {
    const values = windowValues(layer, input, placeOf(at, out[1], channels)).map((one) => one.value);
    data[at] = layer.kind === "MaxPooling2D" ? Math.max(...values) : values.reduce((a, b) => a + b, 0) / values.length;
  }
  return { data, shape: [...out, channels] };
}

/** Row, column and channel of a place in a tensor's data. */
const placeOf = (at, columns, channels) => [
  Math.floor(at / (columns * channels)), Math.floor(at / channels) % columns, at % channels,
];

/** The values under a window in one channel of its input; those outside a padded picture are left out. */
function windowValues(layer, input, [row, column, channel]) {
  const { before } = windowOf(layer, input);
  const [rows, columns, channels] = input.shape;
  const found = [];
  for (let i = 0; i < layer.window[0]; i += 1) {
    for (let j = 0; j < layer.window[1]; j += 1) {
      const y = row * layer.strides[0] - before[0] + i * layer.dilation[0];
      const x = column * layer.strides[1] - before[1] + j * layer.dilation[1];
      const inside = y >= 0 && x >= 0 && y < rows && x < columns;
      if (inside) found.push({ i, j, y, x, value: input.data[(y * columns + x) * channels + channel] });
    }
  }
  return found;
}

function dense(layer, input, [kernel, bias]) {
  const inputs = input.shape.at(-1);
  const { units } = layer;
  const data = new Float32Array((input.data.length / inputs) * units);
  const sums = new Float64Array(units);
  for (let start = 0, at = 0; start < input.data.length; start += inputs, at += units) {
    for (let u = 0; u < units; u += 1) sums[u] = bias ? bias[u] : 0;
    addPixel(sums, input.data, start, kernel, 0, inputs);
    data.set(sums, at);
  }
  return activate({ data, shape: [...input.shape.slice(0, -1), units] }, layer.activation);
}

function normalize(layer, input, [factor, offset]) {
  const channels = factor.length;
  return { data: input.data.map((value, i) => value * factor[i % channels] + offset[i % channels]), shape: input.shape };
}

function overall(layer, input) {
  const channels = input.shape[2];
  const data = new Float32Array(channels);
  for (let channel = 0; channel < channels; channel += 1) {
    const values = input.data.filter((_, i) => i % channels === channel);
    data[channel] = layer.kind === "GlobalMaxPooling2D" ? Math.max(...values) : values.reduce((a, b) => a + b, 0) / values.length;
  }
  return { data, shape: [channels] };
}

const FORWARD = {
  Conv2D: convolve,
  Dense: dense,
  MaxPooling2D: pool,
  AveragePooling2D: pool,
  GlobalMaxPooling2D: overall,
  GlobalAveragePooling2D: overall,
  BatchNormalization: normalize,
  Flatten: (layer, input) => ({ data: input.data, shape: [input.data.length] }),
  Reshape: (layer, input) => ({ data: input.data, shape: layer.shape }),
  Dropout: (layer, input) => input,
  Activation: (layer, input) => activate({ data: input.data.slice(), shape: input.shape }, layer.activation),
};

/** What every layer makes of a picture, in order; `weights` are all of the network's, one after the other. */
export function forward(layers, weights, picture) {
  let tensor = picture;
  return layers.map((layer) => {
    tensor = FORWARD[layer.kind](layer, tensor, weightsOf(layer, weights));
    return tensor;
  });
}

/** The parts of all weights that belong to a layer. */
const weightsOf = (layer, weights) => (layer.weights ?? []).map(({ at, shape: sides }) => weights.subarray(at, at + size(sides)));

/** What made one value of a Conv2D layer: for each input channel its products and their sum, and the bias. */
export function partsOfConv(layer, input, weights, [row, column, filter]) {
  const [kernel, bias] = weightsOf(layer, weights);
  const channels = input.shape[2];
  const parts = Array.from({ length: channels }, (_, channel) => {
    const cells = windowValues(layer, input, [row, column, channel]).map((cell) => {
      const weight = kernel[((cell.i * layer.window[1] + cell.j) * channels + channel) * layer.filters + filter];
      return { ...cell, weight, product: cell.value * weight };
    });
    return { channel, cells, sum: cells.reduce((sum, cell) => sum + cell.product, 0) };
  });
  const sum = parts.reduce((all, part) => all + part.sum, bias ? bias[filter] : 0);
  return { parts, bias: bias ? bias[filter] : null, sum };
}

/** What made one value of a Dense layer on a row of numbers: every input's product, the largest first, and the bias. */
export function partsOfDense(layer, input, weights, unit) {
  const [kernel, bias] = weightsOf(layer, weights);
  const cells = Array.from(input.data, (value, from) => {
    const weight = kernel[from * layer.units + unit];
    return { from, value, weight, product: value * weight };
  });
  const sum = cells.reduce((all, cell) => all + cell.product, bias ? bias[unit] : 0);
  return { cells: cells.sort((a, b) => Math.abs(b.product) - Math.abs(a.product)), bias: bias ? bias[unit] : null, sum };
}
