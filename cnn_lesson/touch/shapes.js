// Shapes: stack layers, and see shape and parameters change, and the error when nothing is left.

const START = [
  { kind: "Conv2D", filters: 8, size: 5, stride: 1, padding: "valid" },
  { kind: "MaxPooling2D", size: 2, stride: 2, padding: "valid" },
  { kind: "Flatten" },
  { kind: "Dense", units: 10 },
];
const FIELDS = {
  filters: ["Filters", 1, 512], size: ["Window", 1, 11], stride: ["Stride", 1, 8], units: ["Units", 1, 4096], rate: ["Masked, in %", 0, 90],
};

function render({ model, el, signal }) {
  const spec = model?.get("spec") ?? {};
  let input = [...(spec.input ?? [28, 28, 1])];
  const limit = spec.limit ?? null;
  let layers = (spec.layers ?? START).map((layer) => ({ ...layer }));
  const { root, say, live } = frame(el, "Shapes: stack layers", signal);
  const list = make("ol", { class: "ct-stack" });
  const totals = make("p", { class: "ct-totals" });
  let rows = [];

  const tools = (layer, index) => {
    const move = (by) => () => {
      [layers[index], layers[index + by]] = [layers[index + by], layers[index]];
      rebuild(index + by, by < 0 ? "up" : "down");
    };
    const name = `layer ${index + 1}, ${layer.kind}`;
    return make("div", { class: "ct-moves" },
      button("↑", move(-1), { "aria-label": `Move ${name} up`, disabled: index === 0, "data-tool": "up" }),
      button("↓", move(1), { "aria-label": `Move ${name} down`, disabled: index === layers.length - 1, "data-tool": "down" }),
      button("Remove", () => {
        layers.splice(index, 1);
        rebuild(Math.min(index, layers.length - 1), "remove");
      }, { "aria-label": `Remove ${name}`, "data-tool": "remove" }));
  };

  const fieldsOf = (layer) => Object.keys(KINDS[layer.kind]).map((name) => {
    const change = (value) => {
      layer[name] = value;
      update();
    };
    if (name === "padding") return choice("Padding", [["valid", "valid"], ["same", "same"]], layer.padding, change);
    return counter(FIELDS[name][0], layer[name], FIELDS[name][1], FIELDS[name][2], change);
  });

  function rowOf(layer, index) {
    const out = make("p", { class: "ct-out" });
    const share = make("i");
    const item = make("li", { "aria-label": `Layer ${index + 1}, ${layer.kind}` },
      make("div", { class: "ct-row" }, make("span", { class: "ct-kind", text: `${index + 1}  ${layer.kind}` }), fieldsOf(layer), tools(layer, index)),
      out, make("div", { class: "ct-share" }, share));
    return { item, out, share };
  }

  /** Make all rows anew, and put the focus where it was. */
  function rebuild(index = -1, tool = "") {
    rows = layers.map(rowOf);
    list.replaceChildren(...rows.map(({ item }) => item));
    update();
    const tools_ = rows[index]?.item.querySelectorAll("[data-tool]:not(:disabled)") ?? [];
    const wanted = [...tools_].find((one) => one.dataset.tool === tool) ?? tools_[0];
    if (tool) (wanted ?? adds.firstElementChild).focus();
  }

  function update() {
    const made = stacked(input, layers);
    const all = made.reduce((sum, one) => sum + (one.parameters ?? 0), 0);
    made.forEach((one, index) => write(rows[index], one, all));
    const fault = made.find((one) => one.fault);
    const last = made.at(-1)?.shape ?? input;
    const room = limit && !fault ? (all <= limit ? `, within ${thousands(limit)}` : `, ${thousands(all - limit)} more than ${thousands(limit)}`) : "";
    totals.replaceChildren(...(fault ? [make("strong", { text: "This network cannot be built." })]
      : ["Out comes ", make("strong", { text: shape(last) }), ". Parameters in all: ", make("strong", { text: thousands(all) }), `${room}.`]));
    say(fault ? `Layer ${made.indexOf(fault) + 1}: ${fault.fault}` : totals.textContent);
  }

  function write({ item, out, share }, { shape: sides, parameters, how, fault, note, idle }, all) {
    item.classList.toggle("ct-fault", Boolean(fault));
    item.classList.toggle("ct-idle", Boolean(idle));
    share.style.width = all && parameters ? `${(100 * parameters) / all}%` : "0";
    share.parentNode.hidden = !parameters;
    if (fault) return out.replaceChildren(make("span", {}, make("b", { text: "Error. " }), fault));
    if (idle) return out.replaceChildren(make("span", { text: "Nothing comes in." }));
    return out.replaceChildren(
      make("span", {}, "→ ", make("b", { text: shape(sides.map(thousands)) })),
      make("span", {}, make("b", { text: many(parameters, "parameter") }), `: ${how}`),
      ...(note ? [make("span", { class: "ct-warn", text: note })] : []));
  }

  const adds = make("div", { class: "ct-row", style: "margin-top:.8rem" }, Object.keys(KINDS).map((kind) =>
    button(`+ ${kind}`, () => {
      layers.push({ kind, ...KINDS[kind] });
      rebuild();
      list.lastElementChild.scrollIntoView({ block: "nearest" });
    })));
  const sideField = (words, axis, most) => counter(words, input[axis], 1, most, (value) => {
    input[axis] = value;
    update();
  });
  root.append(
    make("div", { class: "ct-row" }, sideField("Input rows", 0, 512), sideField("Columns", 1, 512), sideField("Channels", 2, 64),
      button("Start again", () => {
        layers = (spec.layers ?? START).map((layer) => ({ ...layer }));
        rebuild();
      })),
    list, adds, totals, live);
  rebuild();
}

export default { render };
