// A public device: asks whether somebody is still there, and leaves nothing behind. Without it the pages ask by themselves.
(() => {
  const dialog = document.querySelector("#still");
  if (!dialog || document.querySelector("[data-quiet]")) return;
  const QUESTION = 90000, END = 120000, SIGN = 20000;
  const left = dialog.querySelector("b");
  let touched = Date.now(), told = touched;
  const leave = () => {
    document.body.classList.add("gone");
    location.replace(dialog.dataset.end);
  };
  // The server counts too: it hears of typing now and then, and says when the visit is over.
  const tell = () => {
    told = Date.now();
    fetch(dialog.dataset.here, { method: "POST", redirect: "manual" }).then((answer) => answer.ok || leave(), () => {});
  };
  const touch = () => {
    touched = Date.now();
    if (dialog.open) {
      dialog.close();
      tell();
    }
  };
  for (const deed of ["pointerdown", "keydown", "wheel", "input", "touchmove"]) {
    addEventListener(deed, () => dialog.open || touch(), { passive: true });
  }
  dialog.querySelector("button").addEventListener("click", touch);
  dialog.addEventListener("cancel", touch);
  setInterval(() => {
    const idle = Date.now() - touched;
    if (idle >= END) return leave();
    if (touched > told && Date.now() - told > SIGN) tell();
    if (idle < QUESTION) return;
    left.textContent = Math.ceil((END - idle) / 1000);
    if (!dialog.open) dialog.showModal();
  }, 500);
  // Whatever a browser keeps of a page that is left, it keeps without what was typed.
  addEventListener("pagehide", () => {
    for (const form of document.forms) form.reset();
    for (const field of document.querySelectorAll("input:not([type=hidden]),textarea")) {
      if (field.type === "radio" || field.type === "checkbox") field.checked = false;
      else field.value = "";
    }
    document.body.classList.add("gone");
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
})();
