// The arithmetic of a walk: kernels, small pictures, where windows start, and what is under them.

const PRESETS = {
  average: { words: "average", at: (n) => Array(n * n).fill(1 / (n * n)) },
  horizontal: {
    words: "bottom minus top",
    at: (n) => Array.from({ length: n * n }, (_, i) => Math.sign(Math.floor(i / n) - (n - 1) / 2)),
  },
  diagonal: {
    words: "one diagonal",
    at: (n) => Array.from({ length: n * n }, (_, i) => (Math.floor(i / n) === i % n ? 1 : n > 1 ? -1 / (n - 1) : 0)),
  },
  sharpen: {
    words: "sharpen",
    at: (n) => Array.from({ length: n * n }, (_, i) => (i === (n * n - 1) / 2 ? 2 - 1 / (n * n) : -1 / (n * n))),
  },
  same: { words: "change nothing", at: (n) => Array.from({ length: n * n }, (_, i) => Number(i === Math.floor((n * n) / 2))) },
  random: { words: "random", at: (n) => Array.from({ length: n * n }, () => Math.round(20 * Math.random() - 10) / 10) },
};

const lines = (points) => (x, y) => {
  const far = points.slice(1).map((point, index) => away(x, y, points[index], point));
  return 1 - 14 * Math.max(Math.min(...far) - 0.055, 0);
};
const PICTURES = {
  seven: { words: "a seven", at: lines([[0.167, 0.167], [0.833, 0.167], [0.42, 0.84]]) },
  square: { words: "a square", at: (x, y) => Number(Math.max(Math.abs(x - 0.5), Math.abs(y - 0.5)) < 0.28) },
  disc: { words: "a disc", at: (x, y) => 1 - 9 * Math.max(Math.hypot(x - 0.5, y - 0.5) - 0.28, 0) },
  slope: { words: "dark to bright", at: (x) => x },
  level: { words: "bright below dark", at: (x, y) => Number(y > 0.5) },
};

/** The picture as n rows of n numbers between 0 and 1, in hundredths. */
const pictureOf = (name, n) =>
  Array.from({ length: n * n }, (_, i) => {
    const value = PICTURES[name].at(((i % n) + 0.5) / n, (Math.floor(i / n) + 0.5) / n);
    return Math.round(100 * within(value, 0, 1)) / 100;
  });

/** Where windows start along one side, and what is padded and left over. Keras pads one side more where it must. */
export function stops(n, { size, stride, padding, dilation }) {
  const reach = (size - 1) * dilation + 1;
  const wanted = Math.max((Math.ceil(n / stride) - 1) * stride + reach - n, 0);
  const before = padding === "same" ? Math.floor(wanted / 2) : padding === "valid" ? 0 : Number(padding);
  const after = padding === "same" ? wanted - before : before;
  const count = Math.max(Math.floor((n + before + after - reach) / stride) + 1, 0);
  const left = count ? n + before + after - ((count - 1) * stride + reach) : 0;
  return { reach, before, after, count, left, starts: Array.from({ length: count }, (_, i) => i * stride - before) };
}

/** The products under a window that starts there; outside the picture stands 0. */
export function products(picture, n, kernel, size, dilation, row, column) {
  return kernel.map((weight, i) => {
    const r = row + Math.floor(i / size) * dilation;
    const c = column + (i % size) * dilation;
    const value = r >= 0 && c >= 0 && r < n && c < n ? picture[r * n + c] : 0;
    return { value, weight, product: value * weight };
  });
}

const total = (parts) => parts.reduce((sum, part) => sum + part.product, 0);

