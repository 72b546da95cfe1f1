// A passkey in place of a code. Without this file, or without a passkey, the code does.
(() => {
  const form = document.querySelector("form[data-passkey]");
  if (!form) return;
  if (!window.PublicKeyCredential) {
    const without = document.querySelector("[data-without]");
    if (without) without.hidden = false;
    return;
  }
  const failed = form.querySelector("[data-failed]");
  const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const toText = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");
  const ask = async () => {
    const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
    const reply = await fetch(form.dataset.passkey, { method: "POST", body });
    if (!reply.ok) throw new Error(reply.status);
    const publicKey = await reply.json();
    publicKey.challenge = toBytes(publicKey.challenge);
    for (const one of publicKey.allowCredentials || publicKey.excludeCredentials || []) one.id = toBytes(one.id);
    if (!publicKey.user) return navigator.credentials.get({ publicKey });
    publicKey.user.id = toBytes(publicKey.user.id);
    return navigator.credentials.create({ publicKey });
  };
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failed.hidden = true;
    try {
      const made = await ask();
      const response = {};
      for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature"]) {
        if (made.response[part]) response[part] = toText(made.response[part]);
      }
      form.elements.answer.value = JSON.stringify({ id: made.id, rawId: toText(made.rawId), type: made.type, response });
      form.submit();
    } catch {
      failed.hidden = false;
    }
  });
})();
