// @ts-check
/** The few helpers with which the page is built; nothing is ever parsed as HTML. */

/** @param {string} id */
export const at = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {string} id */
export const input = (id) => /** @type {HTMLInputElement} */ (at(id));

/** @param {string} id */
export const select = (id) => /** @type {HTMLSelectElement} */ (at(id));

/**
 * @param {string} tag
 * @param {string} [name]  its class
 * @param {string} [text]
 */
export function element(tag, name = "", text = "") {
  const e = document.createElement(tag);
  if (name) e.className = name;
  e.textContent = text;
  return e;
}

/** @param {string} text */
export const announce = (text) => { at("said").textContent = text; };
