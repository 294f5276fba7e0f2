// Brings the pictures to touch to life on a page without a kernel: each module gets a small model to ask.
// The modules come as text, since a page that lies in a folder may not import files.
(() => {
  const bytesOf = (text) => new DataView(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);

  /** The part of a widget's model that the pictures use; nobody is at the other end. */
  const modelOf = ({ spec = {}, weights = "", pictures = "" } = {}) => {
    const held = { spec, weights: bytesOf(weights), pictures: bytesOf(pictures) };
    return { get: (name) => held[name], set: (name, value) => { held[name] = value; }, save_changes() {}, on() {}, off() {}, send() {} };
  };

  const { modules, style, states } = window.cnnTouch;
  document.head.append(Object.assign(document.createElement("style"), { textContent: style }));
  for (const place of document.querySelectorAll("[data-touch]")) {
    const name = place.dataset.touch;
    const address = URL.createObjectURL(new Blob([modules[name]], { type: "text/javascript" }));
    import(address).then((module) => module.default.render({ model: modelOf(states[name]), el: place })).finally(() => URL.revokeObjectURL(address));
  }
})();
