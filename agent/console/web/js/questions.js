// @ts-check
/** The questions that wait for the officer. A question is drawn once and then left
 * alone, so that nothing that was typed or ticked is lost when others come. */
import { at, make } from "./dom.js";
import { say, word } from "./texts.js";

/**
 * @typedef {{ id: string, kind: "pair"|"again", origin: string, name?: string, purpose: string, fields: string[],
 *   presence: boolean, reader?: string, triesLeft?: number }} Question
 * @typedef {{ id: string, label: import("./texts.js").Text, sensitive: boolean }} Field
 */

/** The tries that a pairing begins with. */
const ALL_TRIES = 3;

/**
 * Whether a page's question comes again because a code was wrong.
 * @param {Question} q
 */
export const askedAgain = (q) => (q.triesLeft ?? ALL_TRIES) < ALL_TRIES;

/** @type {Field[]} */
let fields = [];

/** @param {Field[]} all */
export const setFields = (all) => { fields = all; };

/**
 * The labels of fields.
 * @param {string[]} ids
 */
export function labels(ids) {
  if (ids.includes("all") || fields.length > 0 && fields.every((f) => ids.includes(f.id))) return word("everyField");
  return fields.filter((f) => ids.includes(f.id)).map((f) => say(f.label)).join("; ") || word("nothing");
}

/**
 * Shows the questions.
 * @param {Question[]} questions
 * @param {string} language
 * @param {(id: string, decision: any) => Promise<boolean>} answer
 */
export function show(questions, language, answer) {
  const place = at("questions");
  let had = place.contains(document.activeElement);
  const wanted = questions.map((q) => `${language} ${q.id}`);
  for (const e of [...place.children]) {
    if (wanted.includes(/** @type {HTMLElement} */ (e).dataset.question ?? "")) continue;
    keep(/** @type {HTMLFormElement} */ (e));
    // Buttons that are off have lost the keyboard already.
    had ||= document.activeElement === document.body && e.matches("[data-sent]");
    e.remove();
  }
  for (const [i, q] of questions.entries()) {
    if ([...place.children].some((e) => /** @type {HTMLElement} */ (e).dataset.question === wanted[i])) continue;
    const e = q.kind === "pair" ? pair(q, answer) : again(q, answer);
    e.dataset.question = wanted[i];
    place.append(e);
  }
  at("noQuestions").hidden = questions.length > 0;
  // Where the keyboard was is gone: it goes on with the next question, or to the heading.
  if (had && !place.contains(document.activeElement)) {
    (/** @type {HTMLElement|null} */ (place.querySelector("input[type=text]")) ?? at("questionsTitle")).focus();
  }
}

/** What was ticked and chosen in a question that is asked again, for a wrong code or in the
 * other language. @type {{ id: string, origin: string, tries: number, ticked: string[], term: string, code: string }|null} */
let kept = null;

/** @param {HTMLFormElement} form */
function keep(form) {
  const term = /** @type {RadioNodeList|null} */ (form.elements.namedItem("term"));
  if (!term) return;
  const boxes = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll("input[type=checkbox]:checked")]);
  const code = /** @type {HTMLInputElement} */ (form.querySelector("input[type=text]")).value;
  kept = { id: form.dataset.id ?? "", origin: form.dataset.origin ?? "", tries: Number(form.dataset.tries), ticked: boxes.map((b) => b.name), term: term.value, code };
}

/**
 * Whether a question is the one of which something was kept. A page that begins anew finds
 * nothing ticked.
 * @param {Question} q
 * @param {number} left
 */
const isKept = (q, left) => kept !== null && (kept.id === q.id || kept.origin === q.origin && left === kept.tries - 1);

/**
 * What is the same in both kinds: who asks, and why.
 * @param {Question} q
 * @param {string} title
 */
function frame(q, title) {
  const form = make("form", { class: "question", "aria-labelledby": `q${q.id}title`, noValidate: true, autocomplete: "off" },
    make("h3", { id: `q${q.id}title` }, title),
    make("p", { class: "site" }, q.origin),
    /(\/\/|\.)xn--/.test(q.origin) && make("p", { class: "caution" }, word("caution")),
    q.name && make("p", {}, `${word("callsItself")}: «${q.name}»`),
    make("p", {}, `${word("purpose")}: «${q.purpose}»`));
  return /** @type {HTMLFormElement} */ (form);
}

/**
 * @param {HTMLFormElement} form
 * @param {Question} q
 * @param {(id: string, decision: any) => Promise<boolean>} answer
 * @param {() => any} decision  null for one that cannot be given yet
 */
function buttons(form, q, answer, decision) {
  const deny = make("button", { type: "button" }, word("deny"));
  form.append(make("div", { class: "row" }, make("button", { type: "submit", class: "primary" }, word("allow")), deny));
  const send = async (/** @type {any} */ d) => {
    form.dataset.sent = "";
    for (const b of form.querySelectorAll("button")) b.disabled = true;
    if (await answer(q.id, d)) return;
    delete form.dataset.sent;
    for (const b of form.querySelectorAll("button")) b.disabled = false;
  };
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    const d = decision();
    if (d) send(d);
  });
  deny.addEventListener("click", () => send({ Granted: false }));
}

/**
 * May the card that is on be read once more?
 * @param {Question} q
 * @param {(id: string, decision: any) => Promise<boolean>} answer
 */
function again(q, answer) {
  const form = frame(q, word("againAsks"));
  form.append(make("p", {}, `${labels(q.fields)} (${q.reader ?? ""})`));
  buttons(form, q, answer, () => ({ Granted: true }));
  return form;
}

/**
 * A box that is not ticked, unless the officer has ticked it for this page before.
 * @param {string} name
 * @param {string} text
 */
const box = (name, text) => make("label", { class: "check" }, make("input", { type: "checkbox", name, checked: kept?.ticked.includes(name) ?? false }), text);

/**
 * May this new page ask for cards?
 * @param {Question} q
 * @param {(id: string, decision: any) => Promise<boolean>} answer
 */
function pair(q, answer) {
  const form = frame(q, word("pairAsks"));
  const left = q.triesLeft ?? ALL_TRIES;
  Object.assign(form.dataset, { id: q.id, origin: q.origin, tries: String(left) });
  if (!isKept(q, left)) kept = null;
  const asked = fields.filter((f) => q.fields.includes(f.id));
  const ordinary = asked.filter((f) => !f.sensitive).map((f) => f.id);
  const sensitive = asked.filter((f) => f.sensitive);
  form.append(make("p", {}, `${word("ordinary")}: ${labels(ordinary)}`));
  if (sensitive.length) {
    form.append(make("fieldset", { class: "sensitive" }, make("legend", {}, word("sensitive")), ...sensitive.map((f) => box(f.id, say(f.label)))));
  }
  if (q.presence) form.append(box("presence", word("presence")));
  form.append(make("fieldset", {}, make("legend", {}, word("term")),
    ...(/** @type {const} */ (["once", "day", "always"])).map((t) => make("label", { class: "check" },
      make("input", { type: "radio", name: "term", value: t, checked: t === (kept?.term ?? "day") }), word(t)))));
  const code = /** @type {HTMLInputElement} */ (make("input", { type: "text", id: `q${q.id}code`, inputMode: "numeric", maxLength: 9, spellcheck: false,
    value: kept?.id === q.id ? kept.code : "", autocomplete: "off", required: true, "aria-describedby": `q${q.id}why` }));
  const short = make("p", { role: "alert", class: "alarm" });
  form.append(make("div", { class: "code" }, make("label", { htmlFor: code.id }, word("code")), code,
    make("p", { id: `q${q.id}why`, class: "note" }, askedAgain(q) && `${word("codeWrong")} `, `${word("codeWhy")} ${word("triesLeft", { n: left })}`), short));
  buttons(form, q, answer, () => {
    if (code.value.replace(/\D/g, "").length !== 7) {
      code.setAttribute("aria-invalid", "true");
      short.textContent = word("codeShort");
      code.focus();
      return null;
    }
    const ticked = (/** @type {string} */ name) => /** @type {HTMLInputElement|null} */ (form.elements.namedItem(name))?.checked ?? false;
    return { Granted: true, Code: code.value, For: /** @type {RadioNodeList} */ (form.elements.namedItem("term")).value,
      Presence: ticked("presence"), Fields: [...ordinary, ...sensitive.map((f) => f.id).filter(ticked)] };
  });
  return form;
}
