// Your own network: draw a digit, see every layer's maps and the probabilities move, ask a value where it comes from.

const MOST_MAPS = 32;

const floats = (view) => new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
const bytes = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

function render({ model, el, signal }) {
  const spec = model.get("spec");
  if (spec.refused) return el.replaceChildren(make("section", { class: "ct" }, make("p", { class: "ct-warn", text: spec.refused })));
  const side = spec.input[0];
  const state = {
    layers: spec.layers, weights: floats(model.get("weights")), inKernel: spec.in_kernel, outputs: [], input: null,
    value: ({ layer, at }) => state.outputs[layer].data[at],
  };
  const samples = bytes(model.get("pictures"));
  let picked = null;
  let sample = -1;
  const { root, say, live } = frame(el, "Your own network", signal, () => state.input && refreshLens());

  // What goes in
  function asInput(picture) {
    const channels = spec.input[2] ?? 1;
    const data = channels === 1 ? picture : Float32Array.from({ length: picture.length * channels }, (_, i) => picture[Math.floor(i / channels)]);
    return { data, shape: spec.input };
  }

  const preview = make("canvas", { role: "img", "aria-label": "What the network sees" });
  const seen = make("p", { class: "ct-note" });
  const pad = drawingPad({ side, signal, say, changed: (since) => look(pad.picture(), since, pad.ended) });

  function look(picture, since = performance.now(), aloud = true) {
    state.input = asInput(picture);
    paint(preview, picture, side, side, (value) => Array(3).fill(Math.round(255 * value)));
    seen.textContent = !pad.isEmpty() || sample >= 0 ? pad.advice(sample >= 0) : "";
    if (state.inKernel) return ask(picture, since, aloud);
    state.outputs = forward(state.layers, state.weights, state.input);
    return show(since, aloud);
  }

  // A model that JavaScript cannot compute: the kernel does it, one picture at a time.
  let asked = 0;
  let waiting = null;
  function ask(picture, since, aloud) {
    if (asked) return void (waiting = [picture, since, aloud]);
    asked = since || 1;
    return model.send({ kind: "see" }, undefined, [new Float32Array(picture).buffer]);
  }
  model.on("msg:custom", (message, buffers) => {
    if (message.kind !== "seen") return;
    if (message.fault) return void say(message.fault);
    state.outputs = message.shapes.map((sides, i) => ({ data: floats(buffers[i]), shape: sides }));
    const since = asked;
    asked = 0;
    show(since, !waiting || waiting[2]);
    if (waiting) ask(...waiting.splice(0));
    waiting = null;
  });

  // What comes out
  const verdict = make("p", { class: "ct-verdict" });
  const bars = make("ol", { class: "ct-bars", "aria-label": "Probabilities" }, spec.names.map((name) =>
    make("li", {}, make("span", { text: name }), make("div", { class: "ct-track" }, make("i")), make("em", { text: "–" }))));

  function probabilities() {
    const last = state.outputs.at(-1).data.slice();
    if (spec.logits) softmax(last, last.length);
    return last;
  }

  function show(since, aloud) {
    const shares = probabilities();
    const first = shares.indexOf(Math.max(...shares));
    const blank = pad.isEmpty() && sample < 0;
    [...bars.children].forEach((line, i) => {
      line.classList.toggle("ct-first", i === first && !blank);
      line.querySelector("i").style.width = blank ? "0" : `${100 * shares[i]}%`;
      line.querySelector("em").textContent = blank ? "–" : `${(100 * shares[i]).toFixed(1)} %`;
    });
    const words = blank ? "Draw a digit, or take a test picture." : `Read as ${spec.names[first]}, ${(100 * shares[first]).toFixed(0)} %.`;
    verdict.textContent = words;
    root.dataset.blank = blank;
    root.dataset.reading = blank ? "" : spec.names[first];
    if (aloud) say(words);
    layerRows.forEach((row) => row.update());
    refreshLens();
    root.dataset.latency = (performance.now() - since).toFixed(1);
  }

  // Layers: one row each, its maps as buttons among which the arrow keys move
  const lens = make("div", { class: "ct-lens", hidden: true });
  const layerRows = state.layers.map((layer, index) => layerRow(layer, index));

  function layerRow(layer, index) {
    const maps = make("div", { class: "ct-maps", role: "group", "aria-label": `Maps of ${layer.name}` });
    const about = make("p", {}, make("strong", { text: layer.name }), make("span", { text: layer.kind }), make("span", { class: "ct-size" }));
    const row = make("div", { class: "ct-layer" }, about, maps);
    let buttons = [];
    let most = MOST_MAPS;
    const more = button("", () => {
      most = Infinity;
      buttons = [];
      row.update();
    });
    row.update = () => {
      const tensor = state.outputs[index];
      if (!tensor) return;
      const count = tensor.shape.length === 3 ? tensor.shape[2] : 1;
      if (!buttons.length) {
        about.lastChild.textContent = `${shape(tensor.shape)}${layer.parameters ? ` · ${many(layer.parameters, "parameter")}` : ""}`;
        buttons = Array.from({ length: Math.min(count, most) }, (_, channel) => mapButton(tensor, index, channel));
        more.textContent = `and ${count - buttons.length} more`;
        maps.replaceChildren(...buttons, ...(count > buttons.length ? [more] : []));
        roving(buttons, maps);
      }
      buttons.forEach((one, channel) => {
        const { rows, columns, values } = mapOf(tensor, channel);
        paint(one.firstChild, values, rows, columns);
        one.setAttribute("aria-pressed", String(picked?.layer === index && picked.channel === channel));
      });
    };
    return row;
  }

  function mapButton(tensor, index, channel) {
    const flat = tensor.shape.length !== 3;
    const words = flat ? `${state.layers[index].name}: ${many(tensor.data.length, "number")}` : `${state.layers[index].name}, map ${channel + 1} of ${tensor.shape[2]}`;
    const columns = flat ? `--columns:${mapOf(tensor).columns}` : null;
    const open = () => pick({ layer: index, channel, part: null, ...strongest(index, channel) });
    return button("", open, { "aria-label": words, title: words, class: flat ? "ct-flat" : null, style: columns, tabindex: -1 }).appendChild(make("canvas")).parentNode;
  }

  function strongest(index, channel) {
    const { columns, values } = mapOf(state.outputs[index], channel);
    const best = values.indexOf(Math.max(...values));
    return locate(index, channel, Math.floor(best / columns), best % columns);
  }

  function locate(index, channel, row, column) {
    const tensor = state.outputs[index];
    if (tensor.shape.length !== 3) {
      const { columns } = mapOf(tensor);
      const at = within(row * columns + column, 0, tensor.data.length - 1);
      return { row: Math.floor(at / columns), column: at % columns, at, place: [0, at, 0] };
    }
    const [rows, columns, channels] = tensor.shape;
    const [r, c] = [within(row, 0, rows - 1), within(column, 0, columns - 1)];
    return { row: r, column: c, at: (r * columns + c) * channels + channel, place: [r, c, channel] };
  }

  function pick(fresh) {
    const opened = !picked || picked.layer !== fresh.layer || picked.channel !== fresh.channel;
    picked = fresh;
    if (opened) layerRows[picked.layer].append(lens);
    layerRows.forEach((row) => row.update());
    refreshLens();
    say(`${state.layers[picked.layer].name}, row ${picked.row + 1}, column ${picked.column + 1}: ${shown(state.value(picked), 3)}`);
    if (opened) big.focus({ preventScroll: true });
  }

  const big = make("canvas", { class: "ct-touch", tabindex: 0, role: "application" });
  const why = make("div");
  const where = make("p", { class: "ct-head" });
  lens.append(make("div", {}, where, big,
    make("p", { class: "ct-note", text: "Arrow keys or a click choose another value." }),
    button("Close", () => {
      picked = null;
      lens.hidden = true;
      const row = lens.parentNode;
      layerRows.forEach((one) => one.update());
      row?.querySelector("button[tabindex='0']")?.focus();
    })), why);

  function refreshLens() {
    lens.hidden = !picked;
    if (!picked) return;
    const { rows, columns, values } = mapOf(state.outputs[picked.layer], picked.channel);
    enlarge(big, values, rows, columns, 232, [picked.row, picked.column, 1, 1]);
    where.textContent = `${state.layers[picked.layer].name}${state.outputs[picked.layer].shape.length === 3 ? `, map ${picked.channel + 1}` : ""}: row ${picked.row + 1}, column ${picked.column + 1}`;
    big.setAttribute("aria-label", `${where.textContent}, value ${shown(state.value(picked), 3)}. Arrow keys choose another value.`);
    const kept = why.contains(document.activeElement);
    why.replaceChildren(...explain(state, picked, (change) => pick({ ...picked, ...change })).filter(Boolean));
    if (kept) why.querySelector("[aria-pressed='true']")?.focus();
  }

  const pickAt = (row, column) => pick({ ...picked, ...locate(picked.layer, picked.channel, row, column) });
  big.addEventListener("keydown", (event) => {
    const by = STEPS[event.key];
    if (!by || !picked) return;
    event.preventDefault();
    event.stopPropagation();
    pickAt(picked.row + by[0], picked.column + by[1]);
  });
  for (const kind of ["pointerdown", "pointermove"]) {
    big.addEventListener(kind, (event) => {
      if (!event.buttons || !picked) return;
      const box = big.getBoundingClientRect();
      const cell = box.width / mapOf(state.outputs[picked.layer]).columns;
      pickAt(Math.floor((event.clientY - box.top) / cell), Math.floor((event.clientX - box.left) / cell));
    });
  }

  // Test pictures
  function take(by) {
    sample = (sample + by + spec.samples) % spec.samples;
    const from = sample * side * side;
    pad.showPicture(Float32Array.from(samples.subarray(from, from + side * side), (value) => value / 255));
  }
  pad.onDraw = () => {
    sample = -1;
  };

  root.append(
    make("div", { class: "ct-draw" },
      make("div", {}, pad.element,
        make("div", { class: "ct-row", style: "margin-top:.6rem" },
          button("Clear", () => pad.clear(), { class: "ct-main" }),
          spec.samples ? button("Take a test picture", () => take(1)) : null)),
      make("div", {}, verdict, bars, make("div", { class: "ct-seen" }, preview, make("div", {}, pad.toggle, seen)))),
    make("p", { class: "ct-head", text: "Layer by layer: choose a map, then a value, and see what made it" }),
    make("div", { class: "ct-layers" }, layerRows),
    live);
  pad.clear();
}

/** One stop for the Tab key in a row of buttons; the arrow keys move among them. */
function roving(buttons, group) {
  if (buttons[0]) buttons[0].tabIndex = 0;
  group.onkeydown = (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = buttons.indexOf(document.activeElement);
    if (!by || at < 0) return;
    event.preventDefault();
    event.stopPropagation();
    const next = buttons[(at + by + buttons.length) % buttons.length];
    buttons.forEach((one) => {
      one.tabIndex = one === next ? 0 : -1;
    });
    next.focus();
  };
}

export default { render };
