// Walk a kernel: a window over a picture, its products, their sum, and the feature map that grows.

function render({ model, el, signal }) {
  const state = { n: 9, size: 3, stride: 1, padding: "valid", dilation: 1, picture: "seven", row: 0, column: 0 };
  Object.assign(state, model?.get("spec") ?? {});
  let kernel = PRESETS.horizontal.at(state.size);
  let seen = new Set();
  let playing = 0;
  const { root, say, live } = frame(el, "Walk a kernel", signal, () => root && draw());

  const picture = make("canvas", { class: "ct-touch", tabindex: 0, role: "application" });
  const map = make("canvas", { class: "ct-touch", tabindex: 0, role: "application" });
  const table = make("div", { class: "ct-kernel", role: "group", "aria-label": "The kernel's weights" });
  const sums = make("div", { class: "ct-sum" });
  const result = make("p", { class: "ct-total" });
  const count = make("p");
  const warning = make("p", { class: "ct-warn", role: "alert", hidden: true });
  const caption = make("p", { class: "ct-head" });
  const play = button("Walk", toggle, { class: "ct-main" });

  let plan = stops(state.n, state);
  let pixels = pictureOf(state.picture, state.n);
  const partsAt = (r, c) => products(pixels, state.n, kernel, state.size, state.dilation, plan.starts[r], plan.starts[c]);

  function change(fresh) {
    Object.assign(state, fresh);
    plan = stops(state.n, state);
    pixels = pictureOf(state.picture, state.n);
    halt();
    seen = new Set();
    state.row = state.column = 0;
    draw();
    const { count: side } = plan;
    say(side ? `The feature map is ${side} by ${side}.` : warning.textContent);
  }

  function resize(size) {
    const preset = Object.keys(PRESETS).find((name) => String(PRESETS[name].at(state.size)) === String(kernel));
    kernel = PRESETS[preset ?? "average"].at(size);
    change({ size });
    writeKernel();
  }

  function writeKernel() {
    table.dataset.size = state.size;
    table.style.gridTemplateColumns = `repeat(${state.size}, auto)`;
    const cell = (weight, i) => {
      const label = `Weight in row ${Math.floor(i / state.size) + 1}, column ${(i % state.size) + 1}`;
      const field = make("input", { type: "number", step: "any", value: Number(weight.toFixed(3)), "aria-label": label });
      field.addEventListener("input", () => {
        if (!Number.isFinite(field.valueAsNumber)) return;
        kernel[i] = field.valueAsNumber;
        draw();
        tell();
      });
      return field;
    };
    table.replaceChildren(...kernel.map(cell));
  }

  function go(row, column) {
    const last = plan.count - 1;
    if (last < 0) return;
    state.row = within(row, 0, last);
    state.column = within(column, 0, last);
    draw();
    tell();
  }

  function tell() {
    if (!plan.count) return;
    const sum = shown(total(partsAt(state.row, state.column)));
    say(`Stop in row ${state.row + 1}, column ${state.column + 1}: the sum is ${sum}. ${seen.size} of ${plan.count ** 2} stops done.`);
  }

  function step() {
    const side = plan.count;
    const place = seen.size ? state.row * side + state.column + 1 : 0;
    if (place >= side * side) return halt();
    return go(Math.floor(place / side), place % side);
  }

  function fill() {
    halt();
    const side = plan.count;
    for (let place = 0; place < side * side; place += 1) seen.add(place);
    go(side - 1, side - 1);
  }

  function halt() {
    clearInterval(playing);
    playing = 0;
    play.textContent = "Walk";
  }

  function toggle() {
    if (playing) return halt();
    if (reduced()) return fill();
    const side = plan.count;
    if (seen.size >= side * side || state.row * side + state.column + 1 >= side * side) {
      seen = new Set();
      state.row = state.column = 0;
    }
    playing = setInterval(step, within(4000 / side ** 2, 16, 160));
    play.textContent = "Pause";
    return step();
  }

  function grid(canvas, rows, wide, draws, label) {
    const cell = Math.max(Math.floor(wide / rows), 3);
    const ratio = Math.max(devicePixelRatio, 1);
    canvas.width = canvas.height = Math.round(cell * rows * ratio);
    canvas.style.width = canvas.style.height = `${cell * rows}px`;
    canvas.dataset.cell = cell;
    canvas.setAttribute("aria-label", label);
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.font = `${Math.min(cell * 0.4, 13)}px system-ui, sans-serif`;
    for (let r = 0; r < rows; r += 1) for (let c = 0; c < rows; c += 1) square(context, cell, r, c, draws(r, c));
    return { context, cell };
  }

  function square(context, cell, r, c, { colour, value, hatch }) {
    context.fillStyle = colour ? css(colour) : tint(root, "ground");
    context.fillRect(c * cell, r * cell, cell, cell);
    context.strokeStyle = tint(root, "line");
    context.lineWidth = cell > 10 ? 0.75 : 0.3;
    context.strokeRect(c * cell, r * cell, cell, cell);
    if (hatch && cell > 5) {
      context.strokeStyle = tint(root, "edge");
      context.beginPath();
      context.moveTo(c * cell + 2, (r + 1) * cell - 2);
      context.lineTo((c + 1) * cell - 2, r * cell + 2);
      context.stroke();
    }
    if (value !== undefined && cell >= 24) {
      context.fillStyle = colour ? inkOn(colour) : tint(root, "quiet");
      const long = shown(value);
      const fits = context.measureText(long).width < cell - 4;
      context.fillText(fits ? long : shown(value, 1), (c + 0.5) * cell, (r + 0.5) * cell);
    }
  }

  const room = (canvas, most) => within(canvas.parentNode?.clientWidth || most, 120, most);

  function draw() {
    const { reach, before, after, count: side, left, starts } = plan;
    const { n } = state;
    const all = n + before + after;
    const gray = (value) => Array(3).fill(Math.round(255 * value));
    const cellOf = (r, c) => {
      const y = r - before;
      const x = c - before;
      if (y < 0 || x < 0 || y >= n || x >= n) return { value: 0, hatch: false };
      const value = pixels[y * n + x];
      return { colour: gray(value), value, hatch: side > 0 && (r >= all - left || c >= all - left) };
    };
    const words = `Picture of ${n} by ${n} numbers. The arrow keys move the window.`;
    const { context, cell } = grid(picture, all, room(picture, 336), cellOf, words);
    showFault(side, reach, all);
    if (side) drawWindow(context, cell, reach, starts, before);
    drawMap(side);
    drawSums(side);
    caption.textContent = side ? `Feature map: ${side} × ${side}` : "Feature map: nothing is left";
    count.replaceChildren(...placed(side, starts, left, all, before, after));
  }

  function drawWindow(context, cell, reach, starts, before) {
    seen.add(state.row * starts.length + state.column);
    const y = (starts[state.row] + before) * cell;
    const x = (starts[state.column] + before) * cell;
    outline(context, x, y, reach * cell);
    if (state.dilation === 1) return;
    for (let i = 0; i < kernel.length; i += 1) {
      const r = Math.floor(i / state.size) * state.dilation;
      const c = (i % state.size) * state.dilation;
      outline(context, x + c * cell + 2, y + r * cell + 2, cell - 4, cell - 4, 1.5);
    }
  }

  function drawMap(side) {
    if (!side) return grid(map, 1, 60, () => ({}), "Feature map: nothing is left");
    const flat = Array.from({ length: side * side }, (_, i) => total(partsAt(Math.floor(i / side), i % side)));
    const colourOf = scaleOf(flat);
    const one = (r, c) => {
      const value = flat[r * side + c];
      return seen.has(r * side + c) ? { colour: colourOf(value), value } : {};
    };
    const words = `Feature map of ${side} by ${side} numbers, ${seen.size} of them done. The arrow keys move the window.`;
    const { context, cell } = grid(map, side, room(map, 272), one, words);
    return outline(context, state.column * cell + 1, state.row * cell + 1, cell - 2, cell - 2, 2);
  }

  function drawSums(side) {
    sums.style.gridTemplateColumns = `repeat(${state.size}, minmax(2.6rem, 1fr))`;
    const parts = side ? partsAt(state.row, state.column) : [];
    sums.replaceChildren(
      ...parts.map(({ value, weight, product }) =>
        make("span", { text: `${shown(value)} × ${shown(weight)}` }, make("b", { text: shown(product) })),
      ),
    );
    result.replaceChildren(...(side ? ["Added up: ", make("b", { text: shown(total(parts)) })] : []));
  }

  function showFault(side, reach, all) {
    warning.hidden = side > 0;
    if (side) return;
    const spread = state.dilation > 1 ? ` (${state.size} weights, ${state.dilation} apart)` : "";
    warning.textContent = `A window of ${reach}${spread} does not fit into ${all}: there is no place to stop, and nothing is left.`;
  }

  function placed(side, starts, left, all, before, after) {
    if (!side) return [];
    const few = starts.length > 7 ? [...starts.slice(0, 3), "…", starts.at(-1)] : starts;
    const frameWords = before || after ? ` Zeros around it: ${before} before, ${after} after.` : "";
    const rest = left ? ` ${many(left, "row and column", "rows and columns")} at the end (struck through) are left over.` : "";
    return [
      `Windows start at ${few.map((value) => shown(value)).join(", ")}: `,
      make("strong", { text: `${side} × ${side} = ${many(side * side, "stop")}` }),
      `, ${many(side * side * kernel.length, "product")}, and only ${many(kernel.length, "weight")}.${frameWords}${rest}`,
    ];
  }

  // Mouse, finger, keys
  const nearest = (event, canvas) => {
    const box = canvas.getBoundingClientRect();
    const cell = Number(canvas.dataset.cell);
    return [(event.clientY - box.top) / cell, (event.clientX - box.left) / cell];
  };
  const toStop = (place) => {
    const { starts, reach, before } = plan;
    const far = starts.map((start) => Math.abs(start + before + reach / 2 - place));
    return far.indexOf(Math.min(...far));
  };
  const listen = (canvas, toRow) => {
    const move = (event) => {
      if (event.type === "pointermove" && event.pointerType !== "mouse" && !event.buttons) return;
      if (!plan.count) return;
      if (event.type === "pointerdown") halt();
      if (!playing) go(...nearest(event, canvas).map(toRow));
    };
    canvas.addEventListener("pointerdown", move);
    canvas.addEventListener("pointermove", move);
    canvas.addEventListener("keydown", (event) => {
      const by = STEPS[event.key];
      const ends = { Home: [state.row, 0], End: [state.row, Infinity] }[event.key];
      if (!by && !ends) return;
      event.preventDefault();
      event.stopPropagation();
      halt();
      go(...(ends ?? [state.row + by[0], state.column + by[1]]));
    });
  };
  listen(picture, toStop);
  listen(map, Math.floor);

  const paddings = [["valid", "none (valid)"], ["same", "as Keras' same"], ["1", "1 all around"], ["2", "2 all around"]];
  const list = (table_) => Object.entries(table_).map(([key, { words }]) => [key, words]);
  const preset = choice("Kernel", list(PRESETS), "horizontal", (name) => {
    kernel = PRESETS[name].at(state.size);
    writeKernel();
    draw();
    tell();
  });
  root.append(
    make("div", { class: "ct-row" },
      choice("Picture", list(PICTURES), state.picture, (name) => change({ picture: name })),
      counter("Its side", state.n, 3, 28, (n) => change({ n })),
      preset,
      counter("Kernel size", state.size, 1, 5, resize),
      counter("Stride", state.stride, 1, 5, (stride) => change({ stride })),
      choice("Padding", paddings, state.padding, (padding) => change({ padding })),
      counter("Dilation", state.dilation, 1, 4, (dilation) => change({ dilation })),
    ),
    warning,
    make("div", { class: "ct-walk" },
      make("div", {}, make("p", { class: "ct-head", text: "Picture, and the window on it" }), picture),
      make("div", {}, make("p", { class: "ct-head", text: "Kernel: edit it" }), table,
        make("p", { class: "ct-head ct-gap", text: "Number × weight" }), sums, result),
      make("div", {}, caption, map),
    ),
    make("div", { class: "ct-row ct-gap" }, play, button("One step", () => { halt(); step(); }), button("Whole map", fill),
      button("Start again", () => change({}))),
    count,
    make("p", { class: "ct-note", text: "Move the window with the mouse, a finger or the arrow keys; on the map, too." }),
    live,
  );
  writeKernel();
  draw();
  signal?.addEventListener("abort", halt);
  return halt;
}

export default { render };
