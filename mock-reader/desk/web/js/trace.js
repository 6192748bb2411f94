// @ts-check
/** The list of lines: live or replayed, filtered, and walked through by keys. */
import { detail } from "./detail.js";
import { at, element, input } from "./dom.js";
import { cardInWords } from "./readers.js";
import { onLanguage, pick, say } from "./words.js";

/** @typedef {import("./words.js").Words} Words */
/** @typedef {{from: string, depth?: number, tag: string, name: Words, value?: string, says?: Words}} Part */
/**
 * @typedef {{seq: number, time: string, kind: string, reader: string, card?: string, name: string, meaning: Words,
 *   number?: number, clause?: string, command?: string, response?: string, secured?: boolean, plainCommand?: string,
 *   plainResponse?: string, parts?: Part[], plainText?: string, sw?: string, swMeaning?: Words, file?: string,
 *   broken?: string[], faults?: string[], channelEnded?: boolean, micros?: number}} Line
 */

/** As many lines as the program keeps. */
const mostLines = 5000;

/** @type {Line[]} */
let live = [];

/** What is looked at: the live lines, or those of a file. */
const view = {
  lines: live,
  /** how many of them are shown; a replay grows it */ upTo: 0,
  /** @type {Line|undefined} */ chosen: undefined,
};

let replayed = false;
let held = false;
let heldBack = 0;

const list = at("lines");

/** @param {string|undefined} sw */
const fine = (sw) => sw === "9000" || sw === "6282" || Boolean(sw?.startsWith("61")) || Boolean(sw?.startsWith("6C"));

/** @param {Line} l */
const trouble = (l) => l.kind === "apdu"
  ? Boolean(l.broken?.length || l.faults?.length || l.channelEnded) || !fine(l.sw)
  : l.kind === "torn";

/** @param {Line} l */
function takes(l) {
  if (input("trouble").checked && !trouble(l)) return false;
  if (input("noReads").checked && l.kind === "apdu" && !trouble(l) && l.name.startsWith("READ BINARY")) return false;
  const wanted = input("text").value.trim().toLowerCase();
  if (!wanted) return true;
  return [l.name, l.meaning?.vi, l.meaning?.en, l.kind, l.card, l.clause, l.file, l.sw, l.swMeaning?.vi, l.swMeaning?.en,
    l.plainText, ...(l.broken ?? []), ...(l.faults ?? [])].some((t) => String(t ?? "").toLowerCase().includes(wanted));
}

/** @param {Line} l */
function row(l) {
  const r = element("li");
  r.id = `line${l.seq}`;
  r.setAttribute("role", "option");
  r.setAttribute("aria-selected", String(l === view.chosen));
  if (l.kind !== "apdu") {
    r.className = l.kind === "torn" ? "event bad" : "event";
    r.append(element("span", "n"), element("span", "sm"), element("span", "means", `${pick(l.meaning)}${l.card ? `: ${cardInWords(l.card)}` : ""}`));
    return r;
  }
  if (trouble(l)) r.className = "bad";
  r.append(element("span", "n", String(l.number ?? "")), element("span", "sm", l.secured ? "SM" : ""), element("span", "what", l.name),
    element("span", "sw", l.sw ?? `✗ ${say("noAnswer")}`),
    element("span", "means", `${pick(l.meaning)} → ${l.sw ? pick(l.swMeaning) : say("noAnswer")}`));
  for (const b of l.broken ?? []) r.append(element("span", "why", `✗ ${say("broke")}${b}`));
  for (const f of l.faults ?? []) r.append(element("span", "why odd", `⚠ ${say("fault")}${f}`));
  return r;
}

/** Whether the list is at its end, so that it should stay there. */
const atEnd = () => list.scrollHeight - list.scrollTop - list.clientHeight < 40;

function count() {
  const shown = list.childElementCount;
  const parts = [`${view.upTo} ${say("lines")}`];
  if (shown !== view.upTo) parts.push(`${shown} ${say("shown")}`);
  if (heldBack > 0) parts.push(`${heldBack} ${say("waiting")}`);
  at("count").textContent = parts.join(" · ");
}

/** Shows the lines anew. */
export function rebuild() {
  const fragment = document.createDocumentFragment();
  for (const l of view.lines.slice(0, view.upTo)) if (takes(l)) fragment.append(row(l));
  list.replaceChildren(fragment);
  mark();
  count();
}

/** Marks the chosen line for the eye and the screen reader. */
function mark() {
  for (const e of list.querySelectorAll("[aria-selected=true]")) e.setAttribute("aria-selected", "false");
  const e = view.chosen ? document.getElementById(`line${view.chosen.seq}`) : null;
  if (e) {
    e.setAttribute("aria-selected", "true");
    list.setAttribute("aria-activedescendant", e.id);
  } else {
    list.removeAttribute("aria-activedescendant");
  }
  return e;
}

/** @param {Line|undefined} l */
export function choose(l) {
  view.chosen = l;
  mark()?.scrollIntoView({ block: "nearest" });
  detail(l);
}

/** @param {Element|null|undefined} e  a row */
const lineOf = (e) => view.lines.find((l) => `line${l.seq}` === e?.id);

/**
 * Grows the shown part of the view.
 * @param {number} upTo
 */
export function showUpTo(upTo) {
  const follow = atEnd();
  if (upTo < view.upTo) {
    view.upTo = upTo;
    rebuild();
  } else {
    const fragment = document.createDocumentFragment();
    for (const l of view.lines.slice(view.upTo, upTo)) if (takes(l)) fragment.append(row(l));
    list.append(fragment);
    view.upTo = upTo;
    count();
  }
  if (follow) list.scrollTop = list.scrollHeight;
}

/**
 * Takes lines as they pass.
 * @param {Line[]} lines
 */
export function add(lines) {
  live.push(...lines);
  const over = live.length - mostLines;
  if (over > 0) live = live.slice(over);
  if (replayed) return;
  if (held) {
    heldBack += lines.length;
    count();
  } else if (over > 0) {
    showLive();
  } else {
    showUpTo(live.length);
  }
}

/** @returns {number} the number of the last line that came */
export const last = () => live.at(-1)?.seq ?? 0;

/** Goes (back) to what passes now. */
export function showLive() {
  replayed = false;
  heldBack = 0;
  Object.assign(view, { lines: live, upTo: live.length, chosen: live.includes(/** @type {Line} */ (view.chosen)) ? view.chosen : undefined });
  rebuild();
  list.scrollTop = list.scrollHeight;
}

/**
 * Looks at the lines of a file instead.
 * @param {Line[]} lines
 */
export function showSaved(lines) {
  replayed = true;
  Object.assign(view, { lines, upTo: lines.length, chosen: undefined });
  rebuild();
}

/** Forgets the live lines. */
export function forget() {
  live = [];
  showLive();
}

/** @returns {Line[]} what is looked at */
export const lines = () => view.lines;

export const shownUpTo = () => view.upTo;

/** @param {KeyboardEvent} e */
function keys(e) {
  const rows = [...list.children];
  if (rows.length === 0) return;
  const now = rows.findIndex((r) => r.id === (view.chosen ? `line${view.chosen.seq}` : ""));
  const page = Math.max(1, Math.floor(list.clientHeight / 44));
  const to = { ArrowDown: now + 1, ArrowUp: now < 0 ? rows.length - 1 : now - 1, Home: 0, End: rows.length - 1,
    PageDown: now + page, PageUp: now - page }[e.key];
  if (to === undefined) return;
  e.preventDefault();
  choose(lineOf(rows[Math.min(Math.max(to, 0), rows.length - 1)]));
}

list.addEventListener("keydown", keys);
list.addEventListener("click", (e) => choose(lineOf(/** @type {Element} */ (e.target).closest("li"))));
for (const id of ["trouble", "noReads"]) input(id).addEventListener("change", rebuild);
input("text").addEventListener("input", rebuild);
at("pause").addEventListener("click", () => {
  held = !held;
  at("pause").setAttribute("aria-pressed", String(held));
  if (!held && !replayed) showLive();
});
onLanguage(() => { rebuild(); detail(view.chosen); });
