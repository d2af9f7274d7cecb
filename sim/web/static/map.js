// Moves and enlarges the map: buttons, keys on the focused map, wheel and drag. All its layers share one view.
"use strict";

(() => {
  const STEP = 0.15;
  const kept = { view: null, whole: null, drag: null };

  const layers = () => document.querySelectorAll("svg[data-map]");
  const box = (text) => text.split(" ").map(Number);

  function show(view) {
    kept.view = view;
    for (const layer of layers()) layer.setAttribute("viewBox", view.join(" "));
    const sign = 100 * (view[2] / kept.whole[2]);
    for (const layer of layers()) layer.style.setProperty("--scale", (sign / 100).toFixed(3));
  }

  function zoom(by, x, y) {
    const [left, top, width, height] = kept.view;
    const wide = Math.min(Math.max(width * by, kept.whole[2] / 40), kept.whole[2] * 1.5);
    const high = (height / width) * wide;
    const atX = x ?? left + width / 2;
    const atY = y ?? top + height / 2;
    show([atX - ((atX - left) / width) * wide, atY - ((atY - top) / height) * high, wide, high]);
  }

  function move(dx, dy) {
    const [left, top, width, height] = kept.view;
    show([left + dx * width, top + dy * height, width, height]);
  }

  const DO = {
    in: () => zoom(0.7),
    out: () => zoom(1 / 0.7),
    whole: () => show(kept.whole),
    left: () => move(-STEP, 0),
    right: () => move(STEP, 0),
    up: () => move(0, -STEP),
    down: () => move(0, STEP),
  };
  const KEYS = { "+": "in", "=": "in", "-": "out", 0: "whole", ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };

  function begin() {
    const first = document.querySelector("svg[data-map]");
    if (!first) return;
    if (!kept.whole) {
      kept.whole = box(first.getAttribute("viewBox"));
      kept.view = kept.whole;
    }
    show(kept.view);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-map-do]");
    if (button) DO[button.dataset.mapDo]();
  });

  document.addEventListener("keydown", (event) => {
    const map = event.target.closest("[data-map-keys]");
    const what = KEYS[event.key];
    if (!map || !what || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    DO[what]();
  });

  function place(map, event) {
    const area = map.getBoundingClientRect();
    const [left, top, width, height] = kept.view;
    return [left + ((event.clientX - area.left) / area.width) * width, top + ((event.clientY - area.top) / area.height) * height];
  }

  document.addEventListener(
    "wheel",
    (event) => {
      const map = event.target.closest("[data-map-keys]");
      if (!map || !event.ctrlKey) return; // a page must scroll on; with Ctrl the map is enlarged
      event.preventDefault();
      zoom(event.deltaY < 0 ? 0.85 : 1 / 0.85, ...place(map, event));
    },
    { passive: false },
  );

  document.addEventListener("pointerdown", (event) => {
    const map = event.target.closest("[data-map-keys]");
    if (map && event.button === 0) kept.drag = { x: event.clientX, y: event.clientY, map };
  });
  document.addEventListener("pointermove", (event) => {
    if (!kept.drag) return;
    const area = kept.drag.map.getBoundingClientRect();
    move(-(event.clientX - kept.drag.x) / area.width, -(event.clientY - kept.drag.y) / area.height);
    Object.assign(kept.drag, { x: event.clientX, y: event.clientY });
  });
  document.addEventListener("pointerup", () => { kept.drag = null; });

  document.addEventListener("beeld:put", begin);
  begin();
})();
