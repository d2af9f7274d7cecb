// What makes a page move: parts that the server sends are put in place, and what is asked is sent to it.
// Without this script a page still shows its moment, and its forms still work.
"use strict";

(() => {
  const page = document.querySelector("[data-live]");
  const sign = document.getElementById("connection");
  const kept = { socket: null, waits_ms: 500, address: new URL(location.href) };

  // A person is at it, or has filled something in that has not been sent yet.
  function isInHand(control) {
    if (control === document.activeElement) return true;
    if (control.type === "hidden") return false;
    if (control.tagName === "SELECT") return [...control.options].some((one) => one.selected !== one.defaultSelected);
    return control.value !== control.defaultValue || control.checked !== control.defaultChecked;
  }

  // What a person is in the middle of must not be taken away: a value being typed, a fold that was opened, a zoomed map.
  const callbacks = {
    beforeAttributeUpdated(name, node) {
      if (name === "open" && node.tagName === "DETAILS") return false;
      if (name === "viewBox" && node.hasAttribute("data-map")) return false;
      return true;
    },
    beforeNodeMorphed(node, fresh) {
      if (fresh instanceof Element && fresh.hasAttribute("data-same")) return false;
      return !(node instanceof Element && node.matches("input, select, textarea") && isInHand(node));
    },
  };

  function put(parts) {
    for (const [name, html] of Object.entries(parts)) {
      const place = document.getElementById(name);
      if (place) Idiomorph.morph(place, html, { morphStyle: "innerHTML", callbacks });
    }
    document.dispatchEvent(new CustomEvent("beeld:put"));
  }

  function connect() {
    const url = new URL(page.dataset.live, location.href);
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    url.search = kept.address.search;
    const socket = new WebSocket(url);
    kept.socket = socket;
    socket.addEventListener("open", () => {
      kept.waits_ms = 500;
      page.dataset.connected = "yes";
      if (sign) sign.textContent = "";
    });
    socket.addEventListener("message", (event) => put(JSON.parse(event.data)));
    socket.addEventListener("close", () => {
      page.dataset.connected = "no";
      if (sign) sign.textContent = sign.dataset.lost;
      setTimeout(connect, kept.waits_ms);
      kept.waits_ms = Math.min(kept.waits_ms * 2, 8000);
    });
  }

  // What is asked stands in the address too, so that a page can be linked to, and is the same when loaded again.
  // While a run is played the address is left alone: a browser lets it be changed a few times a second at the most.
  function ask(changes, playing = false) {
    const address = kept.address;
    if ("at" in changes) address.searchParams.delete("seq");
    for (const [name, value] of Object.entries(changes)) {
      if (value === "") address.searchParams.delete(name);
      else address.searchParams.set(name, value);
    }
    if (!playing) {
      history.replaceState(null, "", address);
      document.dispatchEvent(new CustomEvent("beeld:asked", { detail: changes }));
    }
    if (kept.socket && kept.socket.readyState === WebSocket.OPEN) {
      kept.socket.send(JSON.stringify(Object.fromEntries(address.searchParams)));
    }
  }

  document.addEventListener("beeld:ask", (event) => ask(event.detail.changes, event.detail.playing));

  function asked(control) {
    if (control.type === "checkbox") return { [control.name]: control.checked ? control.value : "" };
    return { [control.name]: control.value };
  }

  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, (event) => {
      const control = event.target.closest("[data-ask]");
      if (control && (kind === "input") === (control.type === "range")) ask(asked(control));
    });
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-set]");
    if (!button) return;
    event.preventDefault();
    const changes = Object.fromEntries(new URLSearchParams(button.dataset.set));
    ask(changes);
    for (const [name, value] of Object.entries(changes)) {
      const control = document.querySelector(`[data-ask][name="${CSS.escape(name)}"]`);
      if (control && control.type !== "checkbox") control.value = value;
    }
  });

  // A command goes without leaving the page; its answer is read out where the form says so.
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-command]");
    if (!form) return;
    event.preventDefault();
    const told = form.querySelector("[data-answer]") || document.getElementById("answer");
    const data = new URLSearchParams(new FormData(form, event.submitter));
    try {
      const response = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" } });
      const answer = await response.json();
      told.textContent = answer.text;
      told.dataset.outcome = answer.done ? "done" : "refused";
      if (answer.done && form.dataset.command === "once") form.reset();
      if (answer.go) location.assign(answer.go);
    } catch {
      told.textContent = sign ? sign.dataset.lost : "";
      told.dataset.outcome = "refused";
    }
  });

  if (page) connect();
})();
