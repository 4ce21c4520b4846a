// Elements without strings of HTML: nothing here needs a Trusted Types policy.

/** An element with properties (`class`, `data-*`, `on*` listeners, attributes) and children (elements or text). */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

let fading;

/** Says something in the status line, to eyes and screen readers, for a few seconds. */
export function announce(text) {
  const status = document.querySelector("[data-status]");
  if (!status) return;
  status.textContent = text;
  clearTimeout(fading);
  fading = setTimeout(() => { status.textContent = ""; }, 6000);
}

/** Whether the page sees a click on the backdrop of this dialog, and not on what is in it. */
export function isBackdrop(event, dialog) {
  if (event.target !== dialog) return false;
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return event.clientX < left || event.clientX > right || event.clientY < top || event.clientY > bottom;
}
