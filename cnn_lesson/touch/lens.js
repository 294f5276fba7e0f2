// What made one value: the window, the weights and the sum, or whatever the layer does instead.

const MOST_PARTS = 8;

/** One channel of a tensor as rows of numbers; a row of numbers is folded into lines of 32. */
function mapOf({ data, shape: sides }, channel = 0) {
  if (sides.length === 3) {
    const [rows, columns, channels] = sides;
    return { rows, columns, values: Array.from({ length: rows * columns }, (_, i) => data[i * channels + channel]) };
  }
  const columns = Math.min(sides.at(-1), sides.length === 2 ? sides[1] : 32);
  return { rows: Math.ceil(data.length / columns), columns, values: Array.from(data) };
}

const inputOf = (state, index) => (index ? state.outputs[index - 1] : state.input);

/** The products of a window, laid out as the window is; the strongest one marked where `best` says so. */
function productTable(cells, columns, best = () => false) {
  const table = make("div", { class: "ct-sum" });
  table.style.gridTemplateColumns = `repeat(${columns}, minmax(2.6rem, 1fr))`;
  table.append(...cells.map((cell) => {
    const [words, result] = cell.words ?? [`${shown(cell.value)} × ${shown(cell.weight)}`, shown(cell.product)];
    return make("span", { text: words, class: best(cell) ? "ct-best" : null }, make("b", { text: result }));
  }));
  return table;
}

/** The sentence that ends a sum: bias, activation, value. */
function ending(layer, sum, bias, value) {
  const words = [bias === null ? "Added up: " : `With the bias of ${shown(bias)}: `, make("b", { text: shown(sum) })];
  if (layer.activation === "softmax") words.push(", and softmax turns the row into probabilities: ", make("b", { text: shown(value, 3) }));
  else if (layer.activation !== "linear") words.push(`, after ${layer.activation}: `, make("b", { text: shown(value) }));
  return make("p", { class: "ct-total" }, words);
}

const widthOf = (cells) => new Set(cells.map(({ x }) => x)).size || 1;

/** The input map with the window on it, and what belongs to the window beside it. */
function beside(input, channel, cells, table) {
  const { rows, columns, values } = mapOf(input, channel);
  const canvas = make("canvas", { role: "img", "aria-label": `The window on what came in, channel ${channel + 1}` });
  const [ys, xs] = [cells.map(({ y }) => y), cells.map(({ x }) => x)];
  const place = [Math.min(...ys), Math.min(...xs)];
  enlarge(canvas, values, rows, columns, 150, [...place, Math.max(...ys) - place[0] + 1, Math.max(...xs) - place[1] + 1]);
  return make("div", { class: "ct-beside" }, cells.length ? canvas : null, table);
}

function explainConv(layer, input, state, picked, again) {
  const { parts, bias, sum } = partsOfConv(layer, input, state.weights, picked.place);
  const ranked = [...parts].sort((a, b) => Math.abs(b.sum) - Math.abs(a.sum));
  const part = parts[picked.part] ?? ranked[0];
  const chosen = (one) => button(`${one.channel + 1}: ${shown(one.sum)}`, () => again({ part: one.channel }), {
    "aria-pressed": String(one === part), "aria-label": `Channel ${one.channel + 1} gives ${shown(one.sum)}`,
  });
  const rest = ranked.slice(MOST_PARTS);
  const others = rest.length ? make("li", { class: "ct-note", text: `${rest.length} more give ${shown(rest.reduce((all, one) => all + one.sum, 0))}` }) : null;
  const choices = parts.length > 1
    ? [make("p", { text: `The sum runs over all ${parts.length} channels that came in. The strongest parts:` }),
      make("ul", { class: "ct-parts" }, ranked.slice(0, MOST_PARTS).map((one) => make("li", {}, chosen(one))), others)]
    : [];
  return [
    ...choices,
    make("p", { class: "ct-head", text: parts.length > 1 ? `Channel ${part.channel + 1}: number × weight` : "Number × weight" }),
    beside(input, part.channel, part.cells, productTable(part.cells, widthOf(part.cells))),
    ending(layer, sum, bias, state.value(picked)),
  ];
}

function explainPool(layer, input, state, picked) {
  const cells = windowValues(layer, input, picked.place);
  const value = state.value(picked);
  const largest = layer.kind === "MaxPooling2D";
  const told = cells.map((cell) => ({ ...cell, words: [largest && cell.value === value ? "largest" : " ", shown(cell.value)] }));
  return [
    make("p", { class: "ct-head", text: largest ? "The largest under the window is kept" : "The mean of the window is kept" }),
    beside(input, picked.place[2], cells, productTable(told, widthOf(cells), (cell) => largest && cell.value === value)),
    make("p", { class: "ct-total" }, "Kept: ", make("b", { text: shown(value) }), ". There is nothing to learn."),
  ];
}

function explainDense(layer, input, state, picked) {
  const unit = picked.at % layer.units;
  const { cells, bias, sum } = partsOfDense(layer, input, state.weights, unit);
  const first = cells.slice(0, MOST_PARTS + 1);
  const others = cells.slice(MOST_PARTS + 1).reduce((all, cell) => all + cell.product, 0);
  return [
    make("p", { class: "ct-head", text: `Unit ${unit + 1}: ${many(cells.length, "number")}, each with a weight of its own` }),
    make("p", { text: "The nine products that say most:" }),
    productTable(first, 3),
    make("p", { text: cells.length > first.length ? `The other ${thousands(cells.length - first.length)} add ${shown(others)}.` : "" }),
    ending(layer, sum, bias, state.value(picked)),
  ];
}

const PLAIN = {
  Flatten: (input, at) => `Number ${thousands(at + 1)} of the row. It stood ${whereIn(input, at)}; nothing was computed.`,
  Reshape: () => "The same numbers in another shape; nothing was computed.",
  Dropout: () => "Dropout masks numbers only while it trains. Here it lets everything through.",
  BatchNormalization: () => "Each channel times a factor plus an offset, from what was seen in training.",
  GlobalMaxPooling2D: () => "The largest value of the whole map.",
  GlobalAveragePooling2D: () => "The mean of the whole map.",
  Activation: () => "An activation, applied to each number.",
};

function whereIn({ shape: sides }, at) {
  if (sides.length !== 3) return "at the same place";
  const [row, column, channel] = placeOf(at, sides[1], sides[2]);
  return `in row ${row + 1}, column ${column + 1} of map ${channel + 1}`;
}

/** The elements that explain a picked value. `again` picks with a change. */
function explain(state, picked, again) {
  const layer = state.layers[picked.layer];
  const input = inputOf(state, picked.layer);
  const value = make("p", { class: "ct-total" }, "Its value: ", make("b", { text: shown(state.value(picked), 3) }));
  if (state.inKernel) return [value, make("p", { text: `${layer.kind} is computed by Keras itself; the picture shows what comes out.` })];
  if (layer.kind === "Conv2D") return explainConv(layer, input, state, picked, again);
  if (layer.kind === "MaxPooling2D" || layer.kind === "AveragePooling2D") return explainPool(layer, input, state, picked);
  if (layer.kind === "Dense" && input.shape.length === 1) return explainDense(layer, input, state, picked);
  const words = PLAIN[layer.kind] ?? (() => "Each pixel is treated alone: the same weights on the last axis.");
  return [make("p", { text: words(input, picked.at) }), value];
}
