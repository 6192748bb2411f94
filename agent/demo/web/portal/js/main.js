// @ts-check
/**
 * The CT01 page: connects to the agent, takes the officer's key, reads the card
 * and fills the sheet. The page knows nothing of the card but what the officer
 * typed or scanned.
 */
import { ChipidClient, ChipidError } from "./chipid-client.js";
import * as form from "./form.js";
import * as office from "./office.js";
import * as panel from "./panel.js";
import { accessKey, endsWithTab, hasSerial, readSerial } from "./scanner.js";
import { language, onLanguage, say, setLanguage, word } from "./texts.js";

/** The fields that each part of the form needs, and no more. @type {Record<form.Target, string[]>} */
const FIELDS = {
  applicant: ["personalNumber", "fullName", "dateOfBirth", "sex", "placeOfResidence",
    "dateOfIssue", "dateOfExpiry", "noExpiry", "placeOfIssue", "portrait"],
  head: ["personalNumber", "fullName"],
  member: ["personalNumber", "fullName", "dateOfBirth", "sex"],
};
const PURPOSE = "CT01: tiếp nhận tờ khai thay đổi thông tin cư trú";
const AGENT = document.querySelector("meta[name=chipid-agent]")?.getAttribute("content") ?? "";
/** How long to wait before connecting again, in ms; the last one repeats. */
const RECONNECT = [1000, 2000, 4000, 8000];

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @returns {T}
 */
const at = (id) => /** @type {T} */ (document.getElementById(id));

/** @type {ChipidClient|null} */
let agent = null;
/** @type {AbortController|null} the read under way */
let underWay = null;
let lost = 0;
let reconnect = 0;

/** Connects, and goes on trying until it is done. */
async function connect() {
  clearTimeout(reconnect);
  try {
    agent = await ChipidClient.connect(AGENT, { name: "CT01", onPrompt: (why) => panel.showTrouble(why, "connection") });
  } catch (e) {
    away(/** @type {ChipidError} */ (e));
    return;
  }
  lost = 0;
  panel.endTrouble("connection");
  agent.addEventListener("readers", showReaders);
  agent.addEventListener("closed", () => { agent = null; away(null); });
  showReaders();
}

/**
 * Shows that the agent is not there, and tries again after a while.
 * @param {ChipidError|null} why  null if the connection was there before
 */
function away(why) {
  if (why) panel.showTrouble(why, "connection");
  reconnect = window.setTimeout(connect, RECONNECT[Math.min(lost++, RECONNECT.length - 1)]);
  showReaders();
}

/** Says which reader has a card, and offers a choice if several have. */
function showReaders() {
  const readable = (agent?.readers ?? []).filter((r) => r.state === "citizen");
  const [state, text] = readerState(readable.length);
  at("reader").dataset.state = state;
  if (at("readerText").textContent !== text) at("readerText").textContent = text;
  showSynthetic(readable.some((r) => r.synthetic));

  const choice = /** @type {HTMLSelectElement} */ (at("readerName"));
  const chosen = choice.value;
  choice.replaceChildren(new Option(word("newestReader"), ""), ...readable.map((r) => new Option(r.name, r.name)));
  choice.value = readable.some((r) => r.name === chosen) ? chosen : "";
  at("readerChoice").hidden = readable.length < 2;
  showButtons();
}

/** What a reader without a readable card says, the most telling first. */
const CARD_WORDS = { checking: "cardChecking", unknown: "cardUnknown", busy: "cardBusy", mute: "cardMute", stuck: "readerStuck", none: "noCard" };

/**
 * @param {number} readable  how many cards can be read
 * @returns {[string, string]}
 */
function readerState(readable) {
  if (!agent) return lost ? ["away", word("away")] : ["connecting", word("connecting")];
  if (readable > 0) return ["card", readable === 1 ? word("cardIn") : word("cardsIn", { n: readable })];
  const states = agent.readers.map((r) => r.state);
  for (const [state, text] of Object.entries(CARD_WORDS)) {
    if (states.includes(/** @type {any} */ (state))) return ["empty", word(/** @type {any} */ (text))];
  }
  return ["empty", agent.service ? say(agent.service.text) : word("noReader")];
}

/** The banner stays while anything on the page came from a test card. */
let syntheticShown = false;

/** @param {boolean} cardIsSynthetic */
function showSynthetic(cardIsSynthetic) {
  at("synthetic").hidden = !(cardIsSynthetic || syntheticShown);
}

function showButtons() {
  at("cancel").hidden = underWay === null;
  at("consentLine").hidden = !wantsConsent();
  /** @type {HTMLButtonElement} */ (at("read")).disabled = underWay !== null || agent === null;
}

/**
 * Reads the card with the officer's key and fills the chosen part of the sheet.
 * @param {string} input
 */
async function read(input) {
  if (!agent || underWay) return;
  const consent = /** @type {HTMLInputElement} */ (at("consent"));
  if (wantsConsent() && !consent.checked) {
    sayOfCard("consentFirst");
    consent.focus();
    return;
  }
  sayOfCard(null);
  const target = /** @type {form.Target} */ (/** @type {HTMLSelectElement} */ (at("target")).value);
  const abort = new AbortController();
  underWay = abort;
  panel.begin();
  sayOfForm(null);
  showButtons();
  try {
    const reader = /** @type {HTMLSelectElement} */ (at("readerName")).value;
    // Only the applicant's card is what the office wants proven.
    const wanted = target === "applicant" ? await office.request() : null;
    if (wanted) proof = "";
    const request = {
      fields: FIELDS[target], purpose: wanted?.purpose ?? PURPOSE, key: accessKey(input), ...(reader && { reader }),
      ...(wantsConsent() && { citizenConsent: true }),
      ...(wanted && { evidence: { nonce: wanted.nonce, groups: wanted.groups } }),
    };
    const result = await agent.readCard(request, {
      signal: abort.signal,
      onProgress: panel.showProgress,
      onFields: (c) => { panel.showFields(c); form.preview(target, c); },
    });
    if (wanted) proof = result.evidence?.bundle ?? "";
    finish(target, result);
  } catch (e) {
    fail(/** @type {Error} */ (e));
  } finally {
    underWay = null;
    consent.checked = false; // the next citizen is asked anew
    showButtons();
  }
}

/** The evidence of the applicant's card, in base64; empty for none. */
let proof = "";

/** Whether the agent wants to hear that the citizen agreed. */
const wantsConsent = () => agent?.agent.grant?.citizenConsent === true;

/** What was said beside the key last. @type {any} */
let saidOfCard = null;

/** @param {string|null} name  a word of the page */
function sayOfCard(name) {
  saidOfCard = name;
  at("askStatus").textContent = name ? word(/** @type {any} */ (name)) : "";
}

/** Hands the form in; the server judges the evidence for itself. */
async function submit() {
  if (!proof) return sayOfForm("noEvidence");
  sayOfForm("submitting");
  const evidence = proof;
  proof = ""; // the nonce serves once
  const number = /** @type {HTMLInputElement} */ (at("personalNumber")).value;
  const decision = await office.submit(number, evidence);
  if (!decision) return sayOfForm("officeAway");
  if (decision.accepted) return sayOfForm("accepted", { receipt: decision.receipt ?? "" });
  sayOfForm("notAccepted", { reason: decision.reason ?? "" });
}

/** What became of the form last, and said so. @type {[any, Record<string, string>]} */
let said = [null, {}];

/**
 * @param {string|null} name  a word of the page
 * @param {Record<string, string>} values  what stands in it
 */
function sayOfForm(name, values = {}) {
  said = [name, values];
  at("formStatus").textContent = name ? word(/** @type {any} */ (name), values) : "";
}

/**
 * @param {form.Target} target
 * @param {import("./chipid-client.js").ReadResult} result
 */
function finish(target, result) {
  const { citizen, report } = result;
  syntheticShown ||= report.synthetic;
  showSynthetic(report.synthetic);
  /** @type {HTMLInputElement} */ (at("key")).value = "";
  if (report.outcome === "failed") {
    form.takeBack();
  } else {
    form.preview(target, citizen);
    form.keep();
  }
  const filled = { applicant: "filledApplicant", head: "filledHead", member: "filledMember" }[target];
  sayOfForm(report.outcome === "failed" ? "withdrawn" : filled);
  panel.showResult(result);
}

/** @param {Error} e */
function fail(e) {
  form.takeBack();
  sayOfForm("notRead");
  if (!(e instanceof ChipidError)) throw e;
  panel.clear();
  panel.showTrouble(e, "read");
  const key = /** @type {HTMLInputElement} */ (at("key"));
  key.focus();
  key.select();
}

at("ask").addEventListener("submit", (e) => {
  e.preventDefault();
  read(/** @type {HTMLInputElement} */ (at("key")).value);
});
endsWithTab(/** @type {HTMLInputElement} */ (at("key")), () => read(/** @type {HTMLInputElement} */ (at("key")).value));
at("serial").hidden = !hasSerial();
at("serial").addEventListener("click", async () => {
  try {
    at("serial").hidden = true;
    await readSerial((line) => {
      /** @type {HTMLInputElement} */ (at("key")).value = line;
      read(line);
    });
  } catch {
    sayOfCard("noSerial");
  } finally {
    at("serial").hidden = false;
  }
});
at("cancel").addEventListener("click", () => underWay?.abort());
at("retry").addEventListener("click", () => (agent ? read(/** @type {HTMLInputElement} */ (at("key")).value) : connect()));
document.addEventListener("keydown", (e) => { if (e.key === "Escape") underWay?.abort(); });

at("addMember").addEventListener("click", () => form.addMember().querySelector("input")?.focus());
at("submit").addEventListener("click", submit);
at("print").addEventListener("click", () => window.print());
at("clear").addEventListener("click", () => {
  form.clear();
  panel.clear();
  proof = "";
  syntheticShown = false;
  showReaders();
  sayOfForm("cleared");
  at("key").focus();
});
at("useAddress").addEventListener("click", () => {
  form.addToRequest(panel.holder().placeOfResidence ?? "");
  sayOfForm("addressCopied");
});

at("language").addEventListener("click", () => setLanguage(language() === "vi" ? "en" : "vi"));
onLanguage(() => {
  const button = at("language");
  button.textContent = word("switchTo");
  button.lang = language() === "vi" ? "en" : "vi";
  showReaders();
  sayOfForm(...said);
  sayOfCard(saidOfCard);
});
// An officer can type or scan at once, unless they are already somewhere else.
if (document.activeElement === document.body) at("key").focus();
connect();
