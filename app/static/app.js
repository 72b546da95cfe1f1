// Nothing here is needed: every page works without it.
(() => {
  const find = (selector) => document.querySelector(selector);
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
  // A second click while the first is on its way does nothing; the server would not count it either.
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "1";
    setTimeout(() => delete event.target.dataset.sent, 8000);
  });
  addEventListener("pageshow", () => {
    document.querySelectorAll("[data-sent]").forEach((form) => delete form.dataset.sent);
  });
  // After a swap of the whole content the heading says where one is; small swaps leave the focus alone.
  document.addEventListener("htmx:after:swap", (event) => {
    const target = event.detail?.ctx?.target || event.target;
    if (target && target.id === "main") (find("#errors") || find("#title"))?.focus();
  });
  // A hidden tab asks nothing, nor does a desk that somebody left: asking would keep its session alive.
  let touched = Date.now();
  for (const deed of ["pointerdown", "keydown", "wheel"]) {
    addEventListener(deed, () => (touched = Date.now()), { passive: true });
  }
  setInterval(() => {
    const here = !document.hidden && Date.now() - touched < 600000;
    if (here) document.body.dispatchEvent(new CustomEvent("seen"));
  }, 25000);
})();
