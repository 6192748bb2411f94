// @ts-check
/**
 * The card panel: progress, the holder as the chip tells them, the verdicts in
 * words, and troubles with their remedies. It shows; it decides nothing.
 */
import { cardDate } from "./form.js";
import { onLanguage, say, word } from "./texts.js";

/** @typedef {import("./chipid-client.js").Citizen} Citizen */
/** @typedef {import("./chipid-client.js").Report} Report */
/** @typedef {import("./chipid-client.js").Text} Text */
/** @typedef {import("./chipid-client.js").Check} Check */
/** @typedef {import("./chipid-client.js").ChipidError} ChipidError */

/** @param {string} id */
const at = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @type {Citizen} */
let citizen = {};
/** What this generation of cards calls its fields. @type {Record<string, Text>} */
let labels = {};
/** @type {Report|null} */
let report = null;
/** @type {ChipidError|null} */
let trouble = null;
let troubleOf = "";
/** @type {{percent: number, text?: Text}|null} */
let progress = null;
/** @type {string} an object URL of the portrait, to be released */
let portraitURL = "";

/** Shows that a read has begun: nothing of the former card stays. */
export function begin() {
  clear();
  progress = { percent: 0 };
  show();
}

/** Empties the panel. */
export function clear() {
  citizen = {};
  labels = {};
  report = trouble = progress = null;
  if (portraitURL) URL.revokeObjectURL(portraitURL);
  portraitURL = "";
  show();
}

/** @param {import("./chipid-client.js").Progress} p */
export function showProgress(p) {
  progress = p;
  showBar();
}

/**
 * Shows fields that have arrived, not yet judged.
 * @param {Citizen} fields
 */
export function showFields(fields) {
  citizen = { ...citizen, ...fields };
  show();
}

/**
 * Shows the end of a read.
 * @param {import("./chipid-client.js").ReadResult} result
 */
export function showResult(result) {
  progress = null;
  citizen = result.citizen;
  report = result.report;
  labels = result.document.labels;
  show();
  at("checks").toggleAttribute("open", report.outcome !== "genuine");
  at("outcome").focus({ preventScroll: true });
  at("outcome").scrollIntoView({ block: "nearest" });
}

/**
 * Shows a trouble and its remedy. One of the connection leaves what was read before.
 * @param {ChipidError} error
 * @param {"read"|"connection"} of
 */
export function showTrouble(error, of) {
  trouble = error;
  troubleOf = of;
  showTroubleBox();
}

/**
 * Takes away a trouble of that kind.
 * @param {"read"|"connection"} of
 */
export function endTrouble(of) {
  if (troubleOf === of) trouble = null;
  showTroubleBox();
}

/** What the panel holds of the card, for copying into the form. */
export const holder = () => citizen;

/** Shows everything anew; what is gone is also gone from the page's elements. */
function show() {
  showBar();
  showTroubleBox();
  at("result").hidden = report === null && Object.keys(citizen).length === 0;
  showOutcome();
  showHolder();
  showPortrait();
  showChecks();
}

function showBar() {
  at("progress").hidden = progress === null;
  if (!progress) return;
  const stage = say(progress.text) || word("reading");
  // Said only when it changes, or a screen reader would never come to an end.
  if (at("stage").textContent !== stage) at("stage").textContent = stage;
  at("percent").textContent = `${Math.round(progress.percent)} %`;
  /** @type {HTMLProgressElement} */ (at("bar")).value = progress.percent;
}

function showTroubleBox() {
  at("trouble").hidden = trouble === null;
  if (!trouble) return;
  at("troubleTitle").textContent = say(trouble.text);
  at("troubleRemedy").textContent = say(trouble.remedy);
  at("troubleCode").textContent = trouble.sw ? `${trouble.code} (${trouble.sw})` : trouble.code;
}

function showOutcome() {
  const box = at("outcome");
  box.dataset.outcome = report ? report.outcome : "pending";
  box.setAttribute("role", report?.outcome === "failed" ? "alert" : "status");
  at("outcomeTitle").textContent = report ? say(report.text) : word("pendingTitle");
  at("outcomeText").textContent = report ? mainReason(report) : word("pendingText");
  at("outcomeText").hidden = at("outcomeText").textContent === "";
  at("outcomeRemedy").textContent = report ? say(report.remedy) : "";
  at("outcomeRemedyLine").hidden = !report?.remedy;
}

/**
 * Why the outcome is not "genuine": the first check that decides it.
 * @param {Report} r
 */
function mainReason(r) {
  /** @type {string[]} */
  const wanted = { failed: ["failed"], unproven: ["unavailable", "skipped"], genuine: [] }[r.outcome];
  const deciding = ["hashes", "signature", "anchor", "activeAuth", "chipAuth", "validity", "revocation", "consistency"];
  const first = deciding.map((id) => r.checks.find((c) => c.id === id)).find((c) => c && wanted.includes(c.status));
  return first ? say(first.text) : "";
}

/**
 * Shows a line of what the card says, or hides it if that was not asked or is not there.
 * @param {string} id
 * @param {string|null|undefined} said
 */
function fact(id, said) {
  at(id).textContent = said ?? "";
  /** @type {HTMLElement} */ (at(id).parentElement).hidden = !said;
}

function showHolder() {
  fact("factName", citizen.fullName);
  fact("factNumber", citizen.personalNumber);
  fact("factIssued", cardDate(citizen, "dateOfIssue"));
  fact("factExpires", citizen.noExpiry ? word("noExpiry") : cardDate(citizen, "dateOfExpiry"));
  fact("factPlace", citizen.placeOfIssue);
  fact("factAddress", citizen.placeOfResidence);
  at("factAddressLabel").textContent = word("asOnCard", { label: say(labels.placeOfResidence) || word("residence") });
  at("useAddress").hidden = !citizen.placeOfResidence || report?.outcome === "failed" || !report;
}

function showPortrait() {
  const image = /** @type {HTMLImageElement} */ (at("portrait"));
  const there = citizen.portrait;
  at("portraitBox").hidden = report !== null && !("portrait" in citizen);
  image.hidden = !there;
  image.alt = there ? word("portraitOf", { name: citizen.fullName ?? "" }) : "";
  at("noPortrait").hidden = Boolean(there);
  at("noPortrait").textContent = word(report ? "noPortrait" : "portraitComing");
  if (!there) {
    image.removeAttribute("src");
  } else if (!portraitURL) {
    portraitURL = URL.createObjectURL(new Blob([bytes(there.data)], { type: there.mime }));
    image.src = portraitURL;
  }
}

/** @param {string} base64 */
function bytes(base64) {
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}

function showChecks() {
  at("checks").hidden = !report;
  at("checkList").replaceChildren(...(report?.checks ?? []).map(checkLine));
  if (!report) return;
  const count = (/** @type {string[]} */ ...s) => report?.checks.filter((c) => s.includes(c.status)).length ?? 0;
  at("tally").textContent = word("tally", { passed: count("passed"), failed: count("failed"), open: count("unavailable", "skipped") });
}

/** @param {Check} check */
function checkLine(check) {
  const line = document.createElement("li");
  line.dataset.check = check.id;
  line.dataset.status = check.status;
  line.dataset.tone = check.tone ?? "";
  const part = (/** @type {string} */ name, /** @type {string} */ text) => {
    if (!text) return;
    const p = document.createElement("span");
    p.className = name;
    p.textContent = text;
    line.append(p);
  };
  part("check-name", `${say(check.title)}: ${say(check.statusText)}`);
  part("check-text", say(check.text));
  const remarks = (check.remarks ?? []).map((r) => say(r.text)).join(" ");
  part("check-why", [say(check.remedy), remarks].filter(Boolean).join(" "));
  return line;
}

// JPEG 2000 stands on some chips; few browsers show it.
at("portrait").addEventListener("error", () => {
  at("portrait").hidden = true;
  at("noPortrait").hidden = false;
  at("noPortrait").textContent = word("portraitUnshown");
});

onLanguage(show);
