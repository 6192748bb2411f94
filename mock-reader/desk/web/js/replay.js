// @ts-check
/** Saving what is looked at, and looking at a saved trace again. */
import { announce, at, input, select } from "./dom.js";
import { choose, lines, showLive, showSaved, shownUpTo, showUpTo } from "./trace.js";
import { onLanguage, say } from "./words.js";

/** @typedef {import("./trace.js").Line} Line */

const format = "chipid-trace";
/** The longest pause of a replay, in milliseconds at pace 1. */
const longestPause = 2000;
/** No more lines than this are loaded from a file. */
const mostLines = 20000;

let name = "";
/** @type {number|undefined} */
let timer;

function save() {
  const blob = new Blob([JSON.stringify({ format, version: 1, lines: lines() }, null, 1)], { type: "application/json" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `trace-${new Date().toISOString().slice(0, 19).replaceAll(":", "")}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/**
 * A line as the page trusts it: a file may hold anything.
 * @param {any} l
 * @param {number} i
 * @returns {Line}
 */
function checked(l, i) {
  const text = (/** @type {any} */ v) => (typeof v === "string" ? v : "");
  const words = (/** @type {any} */ v) => ({ vi: text(v?.vi), en: text(v?.en) });
  const list = (/** @type {any} */ v) => (Array.isArray(v) ? v.map(text) : []);
  const number = (/** @type {any} */ v) => (Number.isFinite(v) ? v : 0);
  return {
    seq: i + 1, time: Number.isNaN(Date.parse(l.time)) ? new Date(0).toISOString() : l.time, kind: text(l.kind), reader: text(l.reader),
    card: text(l.card), name: text(l.name), meaning: words(l.meaning), number: number(l.number), clause: text(l.clause),
    command: text(l.command), response: text(l.response), secured: l.secured === true, plainCommand: text(l.plainCommand),
    plainResponse: text(l.plainResponse), plainText: text(l.plainText), sw: text(l.sw) || undefined, swMeaning: words(l.swMeaning),
    file: text(l.file), broken: list(l.broken), faults: list(l.faults), channelEnded: l.channelEnded === true, micros: number(l.micros),
    parts: (Array.isArray(l.parts) ? l.parts : []).map((/** @type {any} */ p) => ({
      from: text(p?.from), depth: number(p?.depth), tag: text(p?.tag), name: words(p?.name), value: text(p?.value), says: words(p?.says),
    })),
  };
}

/** @param {File} file */
async function load(file) {
  try {
    const saved = JSON.parse(await file.text());
    if (saved?.format !== format || saved.version !== 1 || !Array.isArray(saved.lines) || saved.lines.length > mostLines) throw new Error(format);
    showSaved(saved.lines.map(checked));
  } catch {
    announce(say("notATrace"));
    return;
  }
  announce("");
  name = file.name;
  at("replay").hidden = false;
  label();
  position();
  at("play").focus();
}

function label() { at("replayName").textContent = say("replaying") + name; }

function position() {
  input("position").max = String(lines().length);
  input("position").value = String(shownUpTo());
}

function stop() {
  clearTimeout(timer);
  timer = undefined;
  at("play").setAttribute("aria-pressed", "false");
}

/** Shows one line more and chooses it. */
function step() {
  const upTo = Math.min(shownUpTo() + 1, lines().length);
  showUpTo(upTo);
  choose(lines()[upTo - 1]);
  position();
  return upTo < lines().length;
}

function next() {
  if (!step()) {
    stop();
    return;
  }
  const i = shownUpTo();
  const pause = Date.parse(lines()[i].time) - Date.parse(lines()[i - 1].time);
  timer = setTimeout(next, Math.min(Math.max(pause, 0), longestPause) / Number(select("pace").value));
}

function play() {
  if (timer !== undefined) {
    stop();
    return;
  }
  if (shownUpTo() === lines().length) showUpTo(0);
  at("play").setAttribute("aria-pressed", "true");
  timer = setTimeout(next);
}

at("save").addEventListener("click", save);
at("open").addEventListener("click", () => input("file").click());
input("file").addEventListener("change", () => {
  const file = input("file").files?.[0];
  if (file) load(file);
  input("file").value = "";
});
at("play").addEventListener("click", play);
at("step").addEventListener("click", () => { stop(); if (shownUpTo() === lines().length) showUpTo(0); step(); });
input("position").addEventListener("input", () => { stop(); showUpTo(Number(input("position").value)); });
at("live").addEventListener("click", () => { stop(); at("replay").hidden = true; showLive(); at("open").focus(); });
onLanguage(label);
