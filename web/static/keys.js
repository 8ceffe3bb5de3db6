// Keys of the desk. Letters belong to the scanner, so a place in the rail is Alt and its number, and
// F1 is the help. In a table the arrows go from row to row.

document.addEventListener("keydown", (event) => {
  if (event.altKey && !event.ctrlKey && !event.metaKey && /^Digit[1-9]$/.test(event.code)) {
    const item = document.querySelector(`[aria-keyshortcuts="Alt+${event.code.slice(5)}"]`);
    if (item) {
      event.preventDefault();
      item.click();
    }
  } else if (event.key === "F1") {
    const help = document.querySelector("[data-help]");
    if (help) {
      event.preventDefault();
      help.click();
    }
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    step(event);
  }
});

function step(event) {
  const row = event.target instanceof Element && event.target.closest(".listing-table tbody tr");
  if (!row || event.target.matches("input, select, textarea")) return;
  const next = event.key === "ArrowDown" ? row.nextElementSibling : row.previousElementSibling;
  const link = next && next.querySelector("a, button");
  if (link) {
    event.preventDefault();
    link.focus();
  }
}
