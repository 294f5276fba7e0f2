// What is too wide for its place can be scrolled with the keyboard, too; on phones the menu starts shut.
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
  shut();
  WIDE.addEventListener("change", shut);
  reach();
  addEventListener("resize", reach);
  for (const fold of document.querySelectorAll("details")) fold.addEventListener("toggle", reach);
  const asked = new URLSearchParams(location.search).get("q");
  const field = document.querySelector("header input[name=q]");
  if (asked && field) field.value = asked;
})();
