// Small helps of the pages. Every page works without them, save opening a dialog.

// Copy a code without the gaps that are drawn between its groups.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    copyBySelection(button.dataset.copy); // the clipboard is closed to pages served without TLS
  }
  button.dataset.done = "";
  say(button.dataset.said);
  setTimeout(() => delete button.dataset.done, 2000);
});

function copyBySelection(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "sr";
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

// Toasts stay for eight seconds.
function say(text) {
  const place = document.querySelector(".toasts");
  if (!place) return;
  const toast = document.createElement("p");
  toast.className = "toast";
  toast.textContent = text;
  place.append(toast);
  setTimeout(() => toast.remove(), 8000);
}

for (const toast of document.querySelectorAll("[data-toast]")) {
  setTimeout(() => toast.remove(), 8000);
}

// Dialogs.
for (const dialog of document.querySelectorAll("[data-open-now]")) dialog.showModal();

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens).showModal();
  const closer = event.target.closest("[data-closes]");
  if (closer) closer.closest("dialog").close();
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Show or hide the password.
document.addEventListener("click", (event) => {
  const eye = event.target.closest("[data-eye]");
  if (!eye) return;
  const field = document.getElementById(eye.dataset.eye);
  const shown = field.type === "password";
  field.type = shown ? "text" : "password";
  eye.setAttribute("aria-pressed", String(shown));
});

// A photo is sent as soon as it was taken.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-sends]") && event.target.files.length) event.target.form.requestSubmit();
});

// Recall clocks: the page was drawn with the time left; every ten seconds it is drawn again.
const clocks = document.querySelectorAll("[data-clock]");

function draw(clock) {
  const left = (Date.parse(clock.dataset.due) - Date.now()) / 1000;
  const state = left < 0 ? "over" : left * 4 > Number(clock.dataset.limit) ? "running" : "short";
  const minutes = Math.ceil(Math.abs(left) / 60);
  const figure = [Math.floor(minutes / 60), minutes % 60].map((n) => String(n).padStart(2, "0")).join(":");
  for (const name of ["running", "short", "over"]) {
    clock.classList.toggle(`clock-${name}`, name === state);
    clock.querySelector(`[data-sign="${name}"]`).hidden = name !== state;
  }
  clock.querySelector("[data-word]").textContent = state === "over" ? clock.dataset.over : clock.dataset.left;
  clock.querySelector("[data-figure]").textContent = figure;
}

if (clocks.length) setInterval(() => clocks.forEach(draw), 10_000);

// The list of names is what the reader asked for: go there.
const names = document.getElementById("names");
if (names) names.scrollIntoView();

// Print this page.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});
