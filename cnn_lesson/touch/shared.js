// What all pictures share: elements, numbers, colours, the theme around them, and a voice for screen readers.
// Python puts this in front of each picture's own file, so that a picture is one ES module without imports.

/** An element; `on` holds its listeners, `text` its words, everything else is an attribute. */
function make(tag, about = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(about)) {
    if (name === "on") for (const [event, listen] of Object.entries(value)) element.addEventListener(event, listen);
    else if (name === "text") element.textContent = value;
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

let counted = 0;
/** A name that no other element of the page has. */
const unique = (stem) => `ct-${stem}-${(counted += 1)}-${Math.random().toString(36).slice(2, 7)}`;

/** A number as a reader wants it: 3, −0.25, 0.011. */
function shown(value, places = 2) {
  if (!Number.isFinite(value)) return String(value);
  const small = value !== 0 && Math.abs(value) < 0.005 && places < 4;
  const text = small ? value.toPrecision(1) : String(Number(value.toFixed(places)));
  return text.replace("-0.", "−0.").replace(/^-/, "−").replace("e-", "e−");
}

const thousands = (value) => value.toLocaleString("en-US");
const many = (count, one, more = `${one}s`) => `${thousands(count)} ${count === 1 ? one : more}`;
const shape = (sides) => sides.join(" × ");
const within = (value, low, high) => Math.min(Math.max(value, low), high);
/** A whole number from a field, between two limits; the old one where there is none. */
function whole(field, low, high, old) {
  const value = Math.round(Number(field.value));
  return field.value.trim() !== "" && Number.isFinite(value) ? within(value, low, high) : old;
}

/** How far a point is from the line between two others. */
function away(x, y, [ax, ay], [bx, by]) {
  const long = (bx - ax) ** 2 + (by - ay) ** 2;
  const t = long ? within(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / long, 0, 1) : 0;
  return Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay));
}

// Colours. Values without a sign run from black to white; signed ones along cividis, zero in its middle.
const CIVIDIS = [
  [0, 34, 78], [18, 53, 112], [59, 73, 108], [87, 93, 109], [112, 113, 115], [138, 134, 120],
  [165, 156, 116], [195, 180, 104], [225, 204, 85], [254, 232, 56],
];

/** The colour of a share between 0 and 1 along cividis. */
function cividis(share) {
  const place = within(share, 0, 1) * (CIVIDIS.length - 1);
  const left = Math.min(Math.floor(place), CIVIDIS.length - 2);
  return CIVIDIS[left].map((part, index) => Math.round(part + (CIVIDIS[left + 1][index] - part) * (place - left)));
}

/** A function from value to colour that suits these values. */
function scaleOf(values) {
  let low = 0;
  let high = 1e-9;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low < 0) {
    const limit = Math.max(-low, high);
    return (value) => cividis((value / limit + 1) / 2);
  }
  const top = high <= 1 && high > 0.5 ? 1 : high;
  return (value) => Array(3).fill(Math.round(255 * within(value / top, 0, 1)));
}

const css = (colour) => `rgb(${colour.join(",")})`;
/** Black or white, whichever reads better on a colour. */
function inkOn(colour) {
  const [red, green, blue] = colour.map((part) => (part / 255) ** 2.2);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 ? "#000" : "#fff";
}

/** Fill a canvas with one pixel for each value. */
function paint(canvas, values, rows, columns, colourOf = scaleOf(values)) {
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext("2d");
  const image = context.createImageData(columns, rows);
  for (let place = 0; place < rows * columns; place += 1) {
    const colour = place < values.length ? colourOf(values[place]) : [128, 128, 128];
    image.data.set([...colour, place < values.length ? 255 : 0], 4 * place);
  }
  context.putImageData(image, 0, 0);
}

/** Whether the page around an element is dark, by the first background that is not transparent. */
function isDark(element) {
  for (let node = element.parentElement; node; node = node.parentElement) {
    const parts = getComputedStyle(node).backgroundColor.match(/[\d.]+/g);
    if (parts && (parts.length < 4 || Number(parts[3]) > 0.5)) {
      return parts[0] * 0.2126 + parts[1] * 0.7152 + parts[2] * 0.0722 < 128;
    }
  }
  return false;
}

/** The frame of a picture: named, in the colours of the page around it, with a line that is read aloud. */
function frame(el, title, signal, redraw = () => {}) {
  const live = make("p", { class: "ct-live", role: "status", "aria-live": "polite" });
  const heading = make("p", { class: "ct-title", id: unique("title"), text: title });
  const root = make("section", { class: "ct", "aria-labelledby": heading.id }, heading);
  el.replaceChildren(root);
  const dress = () => {
    const dark = String(isDark(root));
    if (root.dataset.dark !== dark) {
      root.dataset.dark = dark;
      redraw();
    }
  };
  const watch = new MutationObserver(dress);
  for (const node of [document.documentElement, document.body]) watch.observe(node, { attributes: true });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", dress, { signal });
  const seen = new ResizeObserver(() => {
    dress();
    redraw();
  });
  seen.observe(root);
  signal?.addEventListener("abort", () => {
    watch.disconnect();
    seen.disconnect();
  });
  let waiting = 0;
  const say = (words) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      live.textContent = words;
    }, 300);
  };
  hideStill(el);
  return { root, say, live };
}

/** Hide the still picture that stands for this one where no script runs. */
function hideStill(el) {
  const hide = () => {
    const output = el.closest(".jp-OutputArea, .output, .output_area, .cell-output, .output_container");
    for (const still of (output ?? document.createElement("p")).querySelectorAll(".ct-still")) still.hidden = true;
  };
  hide();
  requestAnimationFrame(hide);
}

const reduced = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
/** The colours that a canvas needs from the style sheet. */
const tint = (root, name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim();

/** A button with words on it. */
const button = (text, click, about = {}) => make("button", { type: "button", text, on: { click }, ...about });

/** A choice with its label. */
function choice(label, options, value, change) {
  const items = options.map(([key, words]) => make("option", { value: key, text: words, selected: key === value }));
  const field = make("select", { on: { change: () => change(field.value) } }, items);
  return make("label", { class: "ct-field" }, make("span", { text: label }), field);
}

/** A whole number with its label. */
function counter(label, value, low, high, change, about = {}) {
  const field = make("input", { type: "number", min: low, max: high, step: 1, value, inputmode: "numeric", ...about });
  const tell = () => {
    if (field.value.trim() !== "") change(whole(field, low, high, value));
  };
  field.addEventListener("input", tell);
  field.addEventListener("change", () => {
    field.value = whole(field, low, high, value);
    tell();
  });
  return make("label", { class: "ct-field" }, make("span", { text: label }), field);
}

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** Draw a frame that is seen on any ground. */
function outline(context, x, y, wide, high = wide, thick = 3) {
  for (const [width, colour] of [[thick + 2.5, "#fff"], [thick, "#c24e00"]]) {
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.strokeRect(x, y, wide, high);
  }
}

/** Draw values as squares as large as the room allows, with a frame around some of them. */
function enlarge(canvas, values, rows, columns, room, [row, column, high, wide] = []) {
  const cell = Math.max(Math.min(room / columns, 34), 1);
  const ratio = Math.max(devicePixelRatio, 1);
  canvas.width = Math.round(cell * columns * ratio);
  canvas.height = Math.round(cell * rows * ratio);
  canvas.style.width = `${cell * columns}px`;
  canvas.dataset.cell = cell;
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const colourOf = scaleOf(values);
  values.forEach((value, i) => {
    context.fillStyle = css(colourOf(value));
    context.fillRect((i % columns) * cell, Math.floor(i / columns) * cell, cell + 0.5, cell + 0.5);
  });
  if (high) outline(context, column * cell, row * cell, wide * cell, high * cell, 2.5);
}
