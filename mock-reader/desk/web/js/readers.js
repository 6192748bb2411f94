// @ts-check
/** The readers and the cards: what is in, and putting in and out. */
import { ask, Refusal } from "./api.js";
import { announce, at, element, input, select } from "./dom.js";
import { onLanguage, pick, say } from "./words.js";

/** @typedef {import("./words.js").Words} Words */
/** @typedef {{name: string, title: Words, fullName: string, number: string, can: string, mrz: string, qr: string}} Plastic */
/** @typedef {{name: string, title: Words, expect: {exit: number, error?: string}}} Scenario */
/** @typedef {{file?: string, percent?: number, offset?: number, command?: number}} Tear */
/** @typedef {{name: string, way: string, card: string, link: string, tear?: Tear}} Reader */

/** @type {{personas: Plastic[], scenarios: Scenario[], foreign: string, links: {link: string, title: Words}[], files: string[]}} */
let choices = { personas: [], scenarios: [], foreign: "", links: [], files: [] };
/** @type {Reader[]} */
let readers = [];
/** The scenario chosen last, kept while the list is filtered. */
let chosen = "genuine";

/** @returns {Reader|undefined} the reader that the page works on */
const reader = () => readers.find((r) => r.name === select("reader").value) ?? readers[0];

/**
 * Changes the reader and shows what became of it.
 * @param {string} what
 * @param {object} [body]
 */
async function change(what, body = {}) {
  try {
    update((await ask(what, { reader: reader()?.name, ...body })).readers);
    announce("");
  } catch (e) {
    announce(e instanceof Refusal ? pick(e.words) : say("failed"));
    show();
  }
}

/** @param {Plastic} p */
function card(p) {
  const line = element("li");
  line.dataset.persona = p.name;
  const face = element("div", "face");
  const image = document.createElement("img");
  image.src = `api/portrait/${encodeURIComponent(p.name)}`;
  image.alt = "";
  image.loading = "lazy";
  const facts = element("div");
  facts.append(element("p", "title", pick(p.title)), element("p", "name", p.fullName), element("p", "number", p.number));
  face.append(image, facts);
  const buttons = element("div", "buttons");
  const insert = button("insert", () => change("insert", { card: `${p.name}/${chosen}` }));
  insert.className = "insert";
  buttons.append(insert, button("copyNumber", () => copy(p.number)), button("copyQR", () => copy(p.qr)), button("copyMRZ", () => copy(p.mrz)));
  for (const b of buttons.children) b.setAttribute("aria-label", `${b.textContent}: ${p.fullName}`);
  line.append(face, buttons);
  return line;
}

/**
 * @param {string} name
 * @param {() => void} act
 */
function button(name, act) {
  const b = document.createElement("button");
  b.type = "button";
  b.textContent = say(name);
  b.addEventListener("click", act);
  return b;
}

/** @param {string} text */
async function copy(text) {
  await navigator.clipboard.writeText(text);
  announce(say("copied"));
}

/** Lists the scenarios in which all words of the search box stand. */
function listScenarios() {
  const words = input("scenarioFind").value.toLowerCase().split(/\s+/);
  const fit = choices.scenarios.filter((s) => {
    const text = `${s.name} ${s.title.vi} ${s.title.en}`.toLowerCase();
    return words.every((w) => text.includes(w));
  });
  select("scenario").replaceChildren(...fit.map((s) => new Option(pick(s.title), s.name)));
  if (!fit.some((s) => s.name === chosen) && fit.length > 0) chosen = fit[0].name;
  select("scenario").value = chosen;
  showExpected();
}

function showExpected() {
  const s = choices.scenarios.find((x) => x.name === chosen);
  at("expect").textContent = s ? say(`exit${s.expect.exit}`) + (s.expect.exit === 5 ? s.expect.error ?? "" : "") : "";
}

/** Fills the lists anew, in the language shown. */
function build() {
  listScenarios();
  const link = select("link").value;
  select("link").replaceChildren(...choices.links.map((l) => new Option(pick(l.title), l.link)));
  if (link) select("link").value = link;
  if (select("tearFile").options.length === 0) {
    select("tearFile").replaceChildren(...choices.files.map((f) => new Option(f, f)));
    select("tearFile").value = "DG2";
  }
  at("cards").replaceChildren(...choices.personas.map(card));
  show();
}

/** @param {string} name */
function cardInWords(name) {
  const [who, what] = name.split("/");
  const person = choices.personas.find((p) => p.name === who);
  const kind = choices.scenarios.find((s) => s.name === (what ?? "genuine"));
  if (person && kind) return `${person.fullName} – ${pick(kind.title)}`;
  if (name === choices.foreign) return say("foreign");
  return name || say("empty");
}

/** @param {Tear} t */
const tearInWords = (t) => t.command ? `#${t.command}` : `${t.file} ${t.percent ? `${t.percent} %` : t.offset ? `${t.offset} byte` : ""}`;

/** Shows what is in the reader. */
function show() {
  const now = reader();
  at("readerChoice").hidden = readers.length < 2;
  at("now").textContent = cardInWords(now?.card ?? "");
  /** @type {HTMLButtonElement} */ (at("remove")).disabled = !now?.card;
  /** @type {HTMLButtonElement} */ (at("tearNot")).disabled = !now?.tear;
  at("tearState").textContent = now?.tear ? say("tearAt") + tearInWords(now.tear) : "";
  const link = select("link");
  if (now && ![...link.options].some((o) => o.value === now.link)) link.add(new Option(now.link, now.link));
  link.value = now?.link ?? "";
  for (const line of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#cards li"))) {
    line.classList.toggle("in", line.dataset.persona === now?.card.split("/")[0]);
  }
}

/**
 * Takes the state of all readers as the program tells it.
 * @param {Reader[]} all
 */
export function update(all) {
  readers = all;
  const choice = select("reader");
  const before = choice.value;
  choice.replaceChildren(...all.map((r) => new Option(`${r.name}${r.way ? ` (${r.way})` : ""} – ${cardInWords(r.card)}`, r.name)));
  if (all.some((r) => r.name === before)) choice.value = before;
  show();
}

/** Fetches what there is to choose from. */
export async function load() {
  choices = await ask("catalogue");
  build();
}

onLanguage(() => { build(); update(readers); });
select("reader").addEventListener("change", show);
select("scenario").addEventListener("change", () => { chosen = select("scenario").value || chosen; showExpected(); });
input("scenarioFind").addEventListener("input", listScenarios);
at("remove").addEventListener("click", () => change("remove"));
at("foreign").addEventListener("click", () => change("insert", { card: choices.foreign }));
select("link").addEventListener("change", () => change("link", { link: select("link").value }));
at("tear").addEventListener("click", () => {
  change("tear", { file: select("tearFile").value, percent: Math.trunc(Number(input("tearPercent").value)) });
});
at("tearNot").addEventListener("click", () => change("tear"));

export { cardInWords };
