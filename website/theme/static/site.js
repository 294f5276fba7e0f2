// What is too wide for its place can be scrolled with the keyboard, too; on phones the menu starts shut;
// code can be copied.
(() => {
  const WIDE = matchMedia("(min-width: 62rem)");
  const menu = document.querySelector("details.menu");
  const shut = () => { menu.open = WIDE.matches; };
  const reach = () => {
    for (const box of document.querySelectorAll("pre, .wide")) {
      const cut = box.scrollWidth > box.clientWidth;
      if (cut) box.setAttribute("tabindex", "0");
      else box.removeAttribute("tabindex");
    }
  };
  // A page that is opened from a folder may have no clipboard of its own: its text is selected then.
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const field = document.createElement("textarea");
      field.value = text;
      document.body.append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      return done;
    }
  };
  shut();
  WIDE.addEventListener("change", shut);
  reach();
  addEventListener("resize", reach);
  for (const fold of document.querySelectorAll("details")) fold.addEventListener("toggle", reach);
  for (const code of document.querySelectorAll(".cell_input pre, main > section div.highlight pre")) {
    const button = document.createElement("button");
    Object.assign(button, { className: "copy", type: "button", textContent: "Copy" });
    button.addEventListener("click", async () => {
      const done = await copy(code.textContent);
      button.textContent = done ? "Copied" : "Press Ctrl+C";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    code.parentElement.classList.add("copied");
    code.after(button);
  }
  const asked = new URLSearchParams(location.search).get("q");
  const field = document.querySelector("header input[name=q]");
  if (asked && field) field.value = asked;
})();
