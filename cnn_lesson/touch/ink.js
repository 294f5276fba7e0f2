// From strokes to the picture a network sees: drawn with a soft pen, scaled and centred as MNIST's digits were.
// Points are [x, y] on a pad of 28 by 28, wherever it is shown and however large.

const PAD = 28;
const BOX = 20;
const [CORE, EDGE] = [0.8, 1.9];

/** The distance of a point from a stroke. */
function fromStroke(x, y, stroke) {
  let least = Math.hypot(x - stroke[0][0], y - stroke[0][1]);
  for (let i = 1; i < stroke.length; i += 1) {
    least = Math.min(least, away(x, y, stroke[i - 1], stroke[i]));
  }
  return least;
}

/** Strokes as numbers between 0 and 1, side by side; the pen is always as wide as MNIST's. */
export function rasterize(strokes, side = PAD) {
  const data = new Float32Array(side * side);
  for (const stroke of strokes.filter((one) => one.length)) {
    const xs = stroke.map(([x]) => x);
    const ys = stroke.map(([, y]) => y);
    const [left, right] = [Math.min(...xs) - EDGE - 1, Math.max(...xs) + EDGE];
    const [top, foot] = [Math.min(...ys) - EDGE - 1, Math.max(...ys) + EDGE];
    for (let r = Math.max(Math.floor(top), 0); r <= Math.min(foot, side - 1); r += 1) {
      for (let c = Math.max(Math.floor(left), 0); c <= Math.min(right, side - 1); c += 1) {
        const ink = (EDGE - fromStroke(c + 0.5, r + 0.5, stroke)) / (EDGE - CORE);
        if (ink > data[r * side + c]) data[r * side + c] = Math.min(ink, 1);
      }
    }
  }
  return data;
}

/** The middle of the ink, as a balance would find it: [x, y]; null where there is none. */
export function centreOfMass(data, side) {
  let [all, x, y] = [0, 0, 0];
  for (let i = 0; i < data.length; i += 1) {
    all += data[i];
    x += data[i] * ((i % side) + 0.5);
    y += data[i] * (Math.floor(i / side) + 0.5);
  }
  return all ? [x / all, y / all] : null;
}

const moved = (strokes, factor, [x, y]) => strokes.map((stroke) => stroke.map(([a, b]) => [a * factor + x, b * factor + y]));

/** The strokes scaled into a box of 20 in 28, with their centre of mass in the middle. */
export function centred(strokes, side = PAD) {
  const points = strokes.flat();
  if (!points.length) return strokes;
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const long = Math.max(Math.max(...xs) - left, Math.max(...ys) - top);
  const room = (BOX * side) / PAD - CORE - EDGE; // half of the pen on both sides, where it is half as bright
  const factor = long > 1 ? room / long : 1;
  const boxed = moved(strokes, factor, [(side - room) / 2 - left * factor, (side - room) / 2 - top * factor]);
  const [x, y] = centreOfMass(rasterize(boxed, side), side) ?? [side / 2, side / 2];
  return moved(boxed, 1, [side / 2 - x, side / 2 - y]);
}
