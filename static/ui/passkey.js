/* Passkeys. A form with data-passkey="create" or "get" shows itself where the browser knows passkeys; its button asks
   the device, puts the answer into the field `credential` and sends the form. The question comes from the page
   (data-options, the id of a json_script) or from the form's own address. */
(() => {
  "use strict";
  if (!window.PublicKeyCredential) return;

  const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const withBytes = (keys) => (keys || []).map((key) => ({ ...key, id: toBytes(key.id) }));

  const question = async (form) => {
    if (form.dataset.options) return JSON.parse(document.getElementById(form.dataset.options).textContent);
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return answer.json();
  };

  const create = async (form) => {
    const asked = (await question(form)).creation_options.publicKey;
    return navigator.credentials.create({ publicKey: {
      ...asked,
      challenge: toBytes(asked.challenge),
      user: { ...asked.user, id: toBytes(asked.user.id) },
      excludeCredentials: withBytes(asked.excludeCredentials),
      // A passkey also logs in alone, so it must know its owner and ask for a finger, a face or a PIN.
      authenticatorSelection: { ...asked.authenticatorSelection, residentKey: "required", requireResidentKey: true, userVerification: "required" },
    } });
  };

  const get = async (form) => {
    const asked = (await question(form)).request_options.publicKey;
    return navigator.credentials.get({ publicKey: { ...asked, challenge: toBytes(asked.challenge), allowCredentials: withBytes(asked.allowCredentials) } });
  };

  const asJson = (credential) => {
    const response = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[part]) response[part] = toText(credential.response[part]);
    }
    if (credential.response.getTransports) response.transports = credential.response.getTransports();
    return JSON.stringify({
      id: credential.id,
      rawId: toText(credential.rawId),
      type: credential.type,
      response,
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  };

  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    form.hidden = false;
    const button = form.querySelector("button");
    const note = form.querySelector("[data-passkey-note]");
    button.addEventListener("click", async (e) => {
      e.preventDefault();
      if (button.getAttribute("aria-disabled")) return;
      button.setAttribute("aria-disabled", "true");
      note.hidden = true;
      try {
        form.elements.credential.value = asJson(await (form.dataset.passkey === "create" ? create : get)(form));
        form.submit();
      } catch {
        note.hidden = false;
        button.removeAttribute("aria-disabled");
      }
    });
  });
})();
