// Passkeys (WebAuthn): asks the browser for one and sends the answer with the form. A form that
// says what it wants (`data-passkey`: create or get) first asks its own `data-begin` what to ask for.

const known = typeof window.PublicKeyCredential === "function" && navigator.credentials;

function bytes(text) {
  const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const raw = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(raw).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// JSON has no bytes: both ways they are base64url (WebAuthn Level 3, 5.1.8 to 5.1.10). Browsers
// before 2025 can't translate by themselves.
function read(options) {
  const ids = (list = []) => list.map((each) => ({ ...each, id: bytes(each.id) }));
  const read = { ...options, challenge: bytes(options.challenge) };
  if (options.user) read.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) read.excludeCredentials = ids(options.excludeCredentials);
  if (options.allowCredentials) read.allowCredentials = ids(options.allowCredentials);
  return read;
}

function written(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
}

async function begun(form) {
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.dataset.begin, { method: "POST", body });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.text, { cause: "told" });
  return read(said);
}

function reason(form, error) {
  if (error.cause === "told") return error.message;
  if (error.name === "InvalidStateError" && form.dataset.known) return form.dataset.known;
  return form.dataset.failed;
}

async function answer(form) {
  const publicKey = await begun(form);
  const credential = await navigator.credentials[form.dataset.passkey]({ publicKey });
  form.elements.credential.value = written(credential);
  const password = form.elements.password;
  if (password) password.disabled = true; // it was shown already
  form.submit();
}

for (const form of document.querySelectorAll("[data-passkey]")) {
  if (!known) continue;
  form.hidden = false;
  form.parentElement.querySelector("[data-passkey-missing]")?.remove();
  const button = form.querySelector("button:not([type=button])");
  const error = form.querySelector("[data-passkey-error]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    error.hidden = true;
    button.disabled = true;
    answer(form).catch((why) => {
      error.textContent = reason(form, why);
      error.hidden = false;
      button.disabled = false;
    });
  });
}
