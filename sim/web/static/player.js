// Plays a run in its page. What is due when counts from the last change of tempo (start, speed, seek), never from the
// moment before: so what is late once makes nothing after it late.
"use strict";

(() => {
  const player = document.querySelector("[data-player]");
  if (!player) return;
  const button = player.querySelector("[data-play]");
  const speeds = document.getElementById("player-speed");
  const told = player.querySelector("[data-drift]");
  const slider = document.getElementById("at");
  const SEEN = 20; // so many of the first and of the last moments tell the drift
  const AGAIN_MS = 100; // no moment is asked for sooner after the one before
  const LOST_MS = 3000; // an answer that did not come by then does not come
  const state = { playing: false, anchor_s: 0, anchor_ms: 0, asked_ms: null, asked_s: 0, late: [], count: 0, sum: 0, worst: 0, timer: 0 };

  const clock_s = () => performance.now() / 1000;
  const shown = () => document.querySelector("#live-clock [data-at]").dataset;
  const shown_ms = () => Number(shown().at);
  const end_ms = () => Number(shown().end);
  const speed = () => Number(speeds.value);
  const due_ms = () => state.anchor_ms + (clock_s() - state.anchor_s) * speed() * 1000;

  function anchor(at_ms) {
    state.anchor_s = clock_s();
    state.anchor_ms = at_ms;
    state.asked_ms = null;
  }

  function ask(at_ms, playing) {
    const changes = { at: String(Math.round(at_ms)) };
    document.dispatchEvent(new CustomEvent("beeld:ask", { detail: { changes, playing } }));
  }

  function tell(number, text) {
    return number.toLocaleString(document.documentElement.lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 }) + (text || "");
  }

  const mean = (numbers) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

  // How late (s of the clock) what is shown now was, against when it was due.
  function note(at_ms) {
    const late = Math.max(0, clock_s() - state.anchor_s - (at_ms - state.anchor_ms) / 1000 / speed());
    state.count += 1;
    state.sum += late;
    state.worst = Math.max(state.worst, late);
    if (state.late.length < SEEN * 2) state.late.push(late);
    else state.late = [...state.late.slice(0, SEEN), ...state.late.slice(SEEN + 1), late];
    const first = state.late.slice(0, SEEN), last = state.late.slice(-SEEN);
    const figures = { mean: state.sum / state.count, worst: state.worst, drift: mean(last) - mean(first) };
    told.dataset.moments = String(state.count);
    told.dataset.driftS = figures.drift.toFixed(3);
    told.textContent = told.dataset.told.replace(/\[(\w+)\]/g, (_, name) => tell(figures[name]));
  }

  function show() {
    button.textContent = state.playing ? button.dataset.plays : button.dataset.stands;
    player.dataset.playing = state.playing ? "yes" : "no";
  }

  function tick() {
    clearTimeout(state.timer);
    if (!state.playing) return;
    const waits = state.asked_ms !== null && clock_s() - state.asked_s < LOST_MS / 1000;
    if (!waits) {
      const at_ms = Math.min(due_ms(), end_ms());
      if (Math.round(at_ms) > shown_ms()) {
        state.asked_ms = Math.round(at_ms);
        state.asked_s = clock_s();
        slider.value = String(state.asked_ms);
        ask(at_ms, true);
      } else if (at_ms >= end_ms()) {
        pause();
        return;
      }
    }
    state.timer = setTimeout(tick, AGAIN_MS);
  }

  function play() {
    const from_ms = shown_ms() >= end_ms() ? 0 : shown_ms();
    if (from_ms === 0) ask(0, false);
    Object.assign(state, { playing: true, late: [], count: 0, sum: 0, worst: 0 });
    anchor(from_ms);
    show();
    tick();
  }

  function pause() {
    if (!state.playing) return;
    state.playing = false;
    clearTimeout(state.timer);
    ask(shown_ms(), false);
    show();
  }

  const toggle = () => (state.playing ? pause() : play());

  function change(by) {
    const next = Math.min(speeds.options.length - 1, Math.max(0, speeds.selectedIndex + by));
    if (next === speeds.selectedIndex) return;
    const now_ms = due_ms();
    speeds.selectedIndex = next;
    if (state.playing) anchor(now_ms);
  }

  // What comes by hand: a step stands still, a jump or the slider goes on from there.
  function press(selector, stands) {
    const found = document.querySelector(selector);
    if (stands) pause();
    if (found) found.click();
  }

  const KEYS = {
    " ": toggle,
    "+": () => change(1),
    "-": () => change(-1),
    ".": () => press('[data-step="record-after"]', true),
    ",": () => press('[data-step="record-before"]', true),
    ArrowRight: () => press('[data-step="record-after"]', true),
    ArrowLeft: () => press('[data-step="record-before"]', true),
    ArrowDown: () => press('[data-step="moment-after"]', true),
    ArrowUp: () => press('[data-step="moment-before"]', true),
    f: () => press('[data-jump="fault-after"]'),
    i: () => press('[data-jump="inject-after"]'),
    d: () => press('[data-jump="denied-after"]'),
    b: () => press('[data-jump="decision-after"]'),
    o: () => press('[data-jump="finding-after"]'),
  };

  player.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !(event.key in KEYS)) return;
    if (event.target === speeds || (event.target === button && event.key === " ")) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  button.addEventListener("click", toggle);
  speeds.addEventListener("focus", () => { speeds.dataset.before = String(speeds.selectedIndex); });
  speeds.addEventListener("change", () => { if (state.playing) anchor(shown_ms()); });
  document.addEventListener("beeld:asked", (event) => {
    const { at, seq } = event.detail;
    if (seq !== undefined || at === "") pause();
    else if (at !== undefined && state.playing) anchor(Number(at));
  });
  document.addEventListener("beeld:put", () => {
    if (!state.playing || state.asked_ms === null || shown_ms() < state.asked_ms) return;
    note(state.asked_ms);
    state.asked_ms = null;
  });
  player.hidden = false;
  show();
})();
