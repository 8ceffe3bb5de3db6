// A wedge scanner is a keyboard that types fast and ends with Enter. Its keystrokes go to the scan
// box wherever the focus is, and its Enter never presses a button or sends a half-filled form.

const box = document.querySelector("[data-scan-box]");
const GROUP_SEPARATOR = "\u001d";
const SAME_SCAN = 60; // ms between two keys; a scanner needs 1 to 30, a person 90 and more

let lastKey = 0;

function writes(element) {
  if (element.isContentEditable || element.tagName === "TEXTAREA" || element.tagName === "SELECT") return true;
  return element.tagName === "INPUT" && !["radio", "checkbox", "button", "submit", "hidden"].includes(element.type);
}

// GS (ASCII 29) parts the fields of a GS1 symbol. Keyboards have no key for it: readers send Ctrl+].
function separates(event) {
  return event.key === GROUP_SEPARATOR || (event.ctrlKey && event.code === "BracketRight");
}

function type(text) {
  box.focus();
  box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
}

function toBox(event) {
  const fresh = event.timeStamp - lastKey > SAME_SCAN;
  box.focus();
  if (fresh) box.select();
}

function onEnter(event, target) {
  const form = target.closest("form");
  if (target.tagName === "BUTTON" || target.tagName === "SUMMARY") {
    event.preventDefault(); // Space presses; Enter belongs to the scanner
  } else if (target.tagName === "INPUT" && form && !("enter" in form.dataset)) {
    event.preventDefault();
  }
}

document.addEventListener("keydown", (event) => {
  const target = event.target instanceof Element ? event.target : document.body;
  if (event.isComposing) return;
  if (event.key === "Enter") {
    onEnter(event, target);
  } else if (separates(event) && (target === box || (box && !writes(target)))) {
    event.preventDefault();
    type(GROUP_SEPARATOR);
  } else if (event.key === "Escape" && target === box) {
    box.value = "";
  } else if (event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey) {
    if (box && !writes(target) && event.key !== " " && !document.querySelector("dialog[open]")) {
      if (event.key === "/" && event.timeStamp - lastKey > SAME_SCAN) event.preventDefault();
      toBox(event);
    }
    lastKey = event.timeStamp;
  }
});
