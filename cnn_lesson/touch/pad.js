// The drawing pad: mouse, finger or keys leave strokes; what is drawn comes out centred as MNIST's digits were.

const WHY = "MNIST's digits were scaled into a box of 20 × 20 and moved until their centre of mass lay in the middle.";
const AS_DRAWN = `As drawn. ${WHY} The network has seen no others: after Flatten each weight belongs to one place, so a small digit in a corner meets weights that learned something else.`;

/** A pad of so many pixels a side; `changed(since)` is called after each change, with the time of its cause. */
function drawingPad({ side, signal, say, changed }) {
  const canvas = make("canvas", {
    class: "ct-pad ct-touch", tabindex: 0, role: "application", width: 560, height: 560,
    "aria-label": "Drawing pad. Arrow keys move the pen, the space bar sets it down and lifts it, Delete clears.",
  });
  const box = make("input", { type: "checkbox", checked: true });
  const toggle = make("label", {}, box, "Centre and scale it as MNIST was");
  let strokes = [];
  let picture = null;
  let pen = { x: side / 2, y: side / 2, down: false, keys: false };
  let waiting = 0;
  let cause = 0;

  const it = {
    element: make("div", {}, canvas, make("p", { class: "ct-note", text: "Draw here. With keys: arrows, space bar for pen down and up, Delete." })),
    toggle,
    ended: true,
    onDraw: () => {},
    isEmpty: () => !picture && !strokes.some((stroke) => stroke.length),
    picture: () => picture ?? rasterize(box.checked ? centred(strokes, side) : strokes, side),
    advice: (isSample) => (isSample ? "A test picture, as it is in MNIST." : box.checked ? `${WHY} So is yours: this is what the network sees.` : AS_DRAWN),
    clear() {
      strokes = [];
      picture = null;
      pen = { ...pen, x: side / 2, y: side / 2, down: false };
      it.onDraw();
      it.ended = true;
      refresh();
    },
    showPicture(values) {
      strokes = [];
      picture = values;
      pen.down = false;
      it.ended = true;
      refresh();
    },
  };

  /** Draw now, and tell once for each frame of the screen. */
  function refresh(since = performance.now()) {
    draw();
    if (waiting) return;
    cause = since;
    waiting = requestAnimationFrame(() => {
      waiting = 0;
      changed(cause);
    });
  }

  function draw() {
    const context = canvas.getContext("2d");
    const unit = canvas.width / side;
    context.fillStyle = "#0d0f12";
    context.fillRect(0, 0, canvas.width, canvas.height);
    if (picture) drawPicture(context, unit);
    if (it.isEmpty() && !pen.keys) invite(context);
    context.strokeStyle = context.fillStyle = "#fff";
    context.lineCap = context.lineJoin = "round";
    context.lineWidth = 2.6 * unit;
    for (const stroke of strokes.filter((one) => one.length)) {
      context.beginPath();
      context.moveTo(stroke[0][0] * unit, stroke[0][1] * unit);
      for (const [x, y] of [...stroke.slice(1), stroke.at(-1)]) context.lineTo(x * unit, y * unit);
      context.stroke();
    }
    if (pen.keys && document.activeElement === canvas) drawPen(context, unit);
  }

  /** What an empty pad says. */
  function invite(context) {
    const middle = canvas.width / 2;
    context.fillStyle = "#c3cad1";
    context.textAlign = "center";
    context.font = "600 44px system-ui, sans-serif";
    context.fillText("Draw a digit", middle, middle - 8);
    context.font = "30px system-ui, sans-serif";
    context.fillText("with mouse, finger or keys", middle, middle + 42);
  }

  function drawPicture(context, unit) {
    picture.forEach((value, i) => {
      const grey = Math.round(255 * value);
      context.fillStyle = `rgb(${grey},${grey},${grey})`;
      context.fillRect((i % side) * unit, Math.floor(i / side) * unit, unit + 0.5, unit + 0.5);
    });
  }

  function drawPen(context, unit) {
    context.lineWidth = 4;
    context.strokeStyle = "#ffab5e";
    context.beginPath();
    context.arc(pen.x * unit, pen.y * unit, 1.7 * unit, 0, 2 * Math.PI);
    if (pen.down) {
      context.fillStyle = "#c24e00";
      context.fill();
    }
    context.stroke();
  }

  const placeOn = (event) => {
    const { left, top, width } = canvas.getBoundingClientRect();
    return [((event.clientX - left) / width) * side, ((event.clientY - top) / width) * side];
  };

  function begin(point) {
    if (picture) strokes = [];
    picture = null;
    it.onDraw();
    strokes.push([point]);
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    canvas.focus({ preventScroll: true });
    pen = { ...pen, keys: false, down: false, drawing: true };
    it.ended = false;
    begin(placeOn(event));
    refresh(event.timeStamp);
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!pen.drawing) return;
    const passed = event.getCoalescedEvents?.() ?? [];
    for (const each of passed.length ? passed : [event]) strokes.at(-1).push(placeOn(each));
    refresh(event.timeStamp);
  });
  for (const kind of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(kind, (event) => {
      if (!pen.drawing) return;
      pen.drawing = false;
      it.ended = true;
      refresh(event.timeStamp);
    });
  }

  canvas.addEventListener("keydown", (event) => {
    const by = STEPS[event.key];
    const clears = event.key === "Delete" || event.key === "Backspace";
    if (!by && !clears && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    pen.keys = true;
    if (clears) return it.clear();
    if (by) [pen.x, pen.y] = [within(pen.x + by[1], 1, side - 1), within(pen.y + by[0], 1, side - 1)];
    else {
      pen.down = !pen.down;
      if (pen.down) begin([pen.x, pen.y]);
    }
    if (pen.down && by) strokes.at(-1).push([pen.x, pen.y]);
    it.ended = !pen.down;
    say(`Pen ${pen.down ? "down" : "up"}, row ${Math.round(pen.y)}, column ${Math.round(pen.x)}.`);
    if (pen.down || event.key === " ") return refresh(event.timeStamp);
    return draw();
  });
  canvas.addEventListener("focus", () => {
    pen.keys = pen.keys || canvas.matches(":focus-visible");
    draw();
  });
  canvas.addEventListener("blur", draw);
  box.addEventListener("change", () => refresh());
  signal?.addEventListener("abort", () => cancelAnimationFrame(waiting));
  return it;
}
