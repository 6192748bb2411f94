// @ts-check
/** Small ways to make and find elements; text is always text, never markup. */

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export const at = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/**
 * Makes an element. Properties are the element's own; class and attributes with
 * a hyphen are attributes.
 * @param {string} tag
 * @param {Record<string, any>} [properties]
 * @param {...(Node|string|null|false|undefined)} inside
 * @returns {HTMLElement}
 */
export function make(tag, properties = {}, ...inside) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class" || name.includes("-") || name === "role") e.setAttribute(name, value);
    else /** @type {any} */ (e)[name] = value;
  }
  e.append(.../** @type {(Node|string)[]} */ (inside.filter(Boolean)));
  return e;
}

/** @type {Map<string, string>} what each part of the page was made of last */
const drawn = new Map();

/**
 * Draws a part anew if what it shows has changed. What has the keyboard keeps it; if it
 * is gone, as a button that has done its work, the keyboard goes to the part's heading.
 * @param {string} id
 * @param {any} of  what is shown, the language included
 * @param {() => (Node|null|false)[]} draw
 */
export function part(id, of, draw) {
  const key = JSON.stringify(of);
  if (drawn.get(id) === key) return;
  drawn.set(id, key);
  const had = at(id).contains(document.activeElement);
  const focused = had ? document.activeElement?.getAttribute("data-key") : null;
  at(id).replaceChildren(.../** @type {Node[]} */ (draw().filter(Boolean)));
  if (had) (focused && /** @type {HTMLElement|null} */ (at(id).querySelector(`[data-key="${CSS.escape(focused)}"]`)) || heading(at(id)))?.focus();
}

/**
 * The heading of a part, made one that can have the keyboard.
 * @param {HTMLElement} part
 * @returns {HTMLElement|null}
 */
function heading(part) {
  const h = part.closest("section")?.querySelector("h2") ?? null;
  if (h) h.tabIndex = -1;
  return h;
}
