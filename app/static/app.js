// Nothing here is needed: every page works without it.
(() => {
  const find = (selector) => document.querySelector(selector);
  // The drawing in the tab: here it weighs once, in the pages each time.
  find("[rel=icon]").href =
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'><path fill='teal' d='M4 0 0 4v4h3V5h2v3h3V4z'/></svg>";
  // Most browsers have done this by autofocus before the first frame.
  requestAnimationFrame(() => {
    const summary = find("#errors");
    if (summary && document.activeElement !== summary) summary.focus();
  });
  // A link of the error summary leads to its field, also where the browser would only scroll.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#errors a");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.focus({ preventScroll: true });
    (field.closest(".q") || field).scrollIntoView({ block: "start" });
  });
  // A second click while the first is on its way does nothing.
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "1";
    setTimeout(() => delete event.target.dataset.sent, 8000);
  });
  addEventListener("pageshow", () => {
    document.querySelectorAll("[data-sent]").forEach((form) => delete form.dataset.sent);
  });
  // After a swap of the whole content the heading says where one is.
  document.addEventListener("htmx:after:swap", (event) => {
    const target = event.detail?.ctx?.target || event.target;
    if (target && target.id === "main") (find("#errors") || find("#title"))?.focus();
  });
  // A hidden tab or a desk that somebody left asks nothing: asking would keep its session alive.
  let touched = Date.now();
  for (const deed of ["pointerdown", "keydown", "wheel"]) {
    addEventListener(deed, () => (touched = Date.now()), { passive: true });
  }
  setInterval(() => {
    const here = !document.hidden && Date.now() - touched < 600000;
    if (here) document.body.dispatchEvent(new CustomEvent("seen"));
  }, 25000);
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => print());
  });
  // Reading aloud: only with a voice of this device, so that no word leaves it.
  const main = find("#main[data-listen]");
  const speech = window.speechSynthesis;
  if (!main || !speech) return;
  const voice = (code) => speech.getVoices().find((one) => one.localService && one.lang.slice(0, 2) === code);
  const own = document.documentElement.lang;
  const button = document.createElement("button");
  let said = [];
  const hush = () => {
    said = [];
    speech.cancel();
    button.textContent = main.dataset.listen;
  };
  const read = () => {
    let last;
    const words = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) {
      const text = words.currentNode.data.trim();
      const by = words.currentNode.parentElement;
      // Not what somebody typed, nor the long list of a select.
      if (!text || !by.getClientRects().length || by.closest("textarea,select,[aria-hidden],.listen")) continue;
      const block = by.closest("h1,h2,h3,p,li,label,legend,small,summary,dt,dd,th,td,a,button,div");
      if (block === last) said.at(-1).text += " " + text;
      else {
        const one = new SpeechSynthesisUtterance(text);
        one.voice = voice(by.closest("[lang]").lang) || voice(own);
        one.lang = one.voice.lang;
        said.push(one);
      }
      last = block;
    }
    said.at(-1).onend = hush;
    said.forEach((one) => speech.speak(one));
    button.textContent = main.dataset.hush;
  };
  const offer = () => {
    if (button.isConnected || !voice(own)) return;
    button.type = "button";
    button.className = "listen";
    button.addEventListener("click", () => (said.length ? hush() : read()));
    const title = find("#title");
    (title.closest(".done") || title).after(button);
    hush();
  };
  offer();
  speech.addEventListener("voiceschanged", offer);
  addEventListener("pagehide", hush);
})();
