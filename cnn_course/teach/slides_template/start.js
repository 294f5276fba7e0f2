// A wide window shows slides; a narrow one, such as a phone's, shows a page to scroll and read.
(function () {
  var wide = window.matchMedia("(min-width: 700px)");
  var forced = window !== window.parent || /receiver|print-pdf/.test(window.location.search);
  wide.addEventListener("change", function () {
    if (!forced) window.location.reload();
  });
  if (!wide.matches && !forced) return;

  function tooFull(box) {
    return box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1;
  }

  function fits(box, size, wrapped) {
    box.style.setProperty("--type", size + "px");
    box.classList.toggle("wrapped", wrapped);
    return !tooFull(box);
  }

  function largest(box, from, to, wrapped) {
    for (var size = from; size >= to; size -= 1) if (fits(box, size, wrapped)) return true;
    return false;
  }

  // The largest type that fits; lines of code are broken only where that spares small type.
  // A slide is hidden until it is near, so each is set when it is shown.
  function setType(slide) {
    var box = slide && slide.querySelector(".prose, .cell");
    if (!box || slide.dataset.fitted) return;
    var most = box.matches(".prose") ? 44 : 40;
    largest(box, most, 30, false) || largest(box, most, 24, true);
    slide.dataset.fitted = "yes";
  }

  document.getElementById("deck").media = "all";
  var printing = /print-pdf/.test(window.location.search);
  Reveal.on("slidechanged", function (event) { setType(event.currentSlide); });
  Reveal.on("ready", function (event) { setType(event.currentSlide); });
  Reveal.initialize({
    width: 1280, height: 720, margin: 0, center: false, minScale: 0.1, maxScale: 4,
    transition: "none", backgroundTransition: "none", scrollActivationWidth: null,
    hash: !printing, navigationMode: "linear", slideNumber: "c/t", showSlideNumber: "all",
    controls: true, progress: true, keyboard: true, pdfSeparateFragments: false,
    plugins: [RevealNotes]
  });
})();
