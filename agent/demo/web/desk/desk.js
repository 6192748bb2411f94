// @ts-check
/**
 * The test reader's page: shows the personas' cards with what is printed on them,
 * puts them into the reader and takes them out. It belongs to the mock side and
 * knows nothing of the form.
 */
export {};

/** @param {string} id */
const at = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @typedef {{vi: string, en: string}} Words */
/** @typedef {{name: string, title: Words, fullName: string, number: string, can: string, mrz: string, qr: string}} Plastic */
/** @typedef {{card: string, speed: string}} State */

/** @type {"vi"|"en"} */
let language = "vi";
/** @type {State} */
let state = { card: "", speed: "normal" };
/** @type {{personas: Plastic[], scenarios: {name: string, title: Words}[], foreign: string}} */
let choices = { personas: [], scenarios: [], foreign: "" };

/** @type {Record<string, Words>} */
const words = {
  empty: { vi: "Không có thẻ", en: "No card" },
  foreign: { vi: "Thẻ khác (token ký số)", en: "A foreign card (signing token)" },
  insert: { vi: "Đặt lên đầu đọc", en: "Put on the reader" },
  copyNumber: { vi: "Chép 12 số", en: "Copy the 12 digits" },
  copyQR: { vi: "Chép mã QR", en: "Copy the QR text" },
  copyMRZ: { vi: "Chép MRZ", en: "Copy the MRZ" },
  copied: { vi: "Đã chép. Dán vào ô số định danh của trang tờ khai.", en: "Copied. Paste it into the number box of the form’s page." },
  failed: { vi: "Đầu đọc thử nghiệm không trả lời.", en: "The test reader does not answer." },
  switchTo: { vi: "English", en: "Tiếng Việt" },
};

/**
 * @param {string} path
 * @param {object} [body]  sent as a change; without it the path is read
 */
async function ask(path, body) {
  const how = body ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : {};
  const answer = await fetch(path, how);
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

/**
 * Changes the reader and shows what became of it.
 * @param {string} what
 * @param {object} [body]
 */
async function change(what, body = {}) {
  try {
    state = await ask(`api/${what}`, body);
    at("said").textContent = "";
  } catch {
    at("said").textContent = words.failed[language];
  }
  show();
}

/** @param {Plastic} p */
function card(p) {
  const line = document.createElement("li");
  line.dataset.persona = p.name;
  const face = element("div", "face");
  const image = document.createElement("img");
  image.src = `api/portrait/${p.name}`;
  image.alt = "";
  const facts = element("div", "");
  facts.append(element("p", "title", p.title[language]), element("p", "name", p.fullName), element("p", "number", p.number));
  face.append(image, facts);
  const buttons = element("div", "buttons");
  const insert = button("insert", () => change("insert", { card: `${p.name}/${/** @type {HTMLSelectElement} */ (at("scenario")).value}` }));
  insert.className = "insert";
  buttons.append(insert, button("copyNumber", () => copy(p.number)), button("copyQR", () => copy(p.qr)), button("copyMRZ", () => copy(p.mrz)));
  for (const b of buttons.children) b.setAttribute("aria-label", `${b.textContent}: ${p.fullName}`);
  line.append(face, buttons);
  return line;
}

/**
 * @param {string} tag
 * @param {string} name
 * @param {string} [text]
 */
function element(tag, name, text = "") {
  const e = document.createElement(tag);
  if (name) e.className = name;
  e.textContent = text;
  return e;
}

/**
 * @param {string} name
 * @param {() => void} act
 */
function button(name, act) {
  const b = document.createElement("button");
  b.type = "button";
  b.textContent = words[name][language];
  b.addEventListener("click", act);
  return b;
}

/** @param {string} text */
async function copy(text) {
  await navigator.clipboard.writeText(text);
  at("said").textContent = words.copied[language];
}

/** Fills the lists anew, in the language shown. */
function build() {
  document.documentElement.lang = language;
  for (const e of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-en]"))) {
    e.dataset.vi ??= e.textContent ?? "";
    e.textContent = (language === "en" ? e.dataset.en : e.dataset.vi) ?? "";
  }
  at("language").textContent = words.switchTo[language];
  at("language").lang = language === "vi" ? "en" : "vi";
  const select = /** @type {HTMLSelectElement} */ (at("scenario"));
  const chosen = select.value;
  select.replaceChildren(...choices.scenarios.map((s) => new Option(s.title[language], s.name)));
  if (chosen) select.value = chosen;
  at("cards").replaceChildren(...choices.personas.map(card));
  show();
}

/** Shows what is in the reader. */
function show() {
  const [who, what] = state.card.split("/");
  const person = choices.personas.find((p) => p.name === who);
  const kind = choices.scenarios.find((s) => s.name === (what ?? "genuine"));
  let now = words.empty[language];
  if (person && kind) now = `${person.fullName} – ${kind.title[language]}`;
  else if (state.card) now = words.foreign[language];
  at("now").textContent = now;
  /** @type {HTMLButtonElement} */ (at("remove")).disabled = state.card === "";
  /** @type {HTMLSelectElement} */ (at("speed")).value = state.speed;
  for (const line of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#cards li"))) {
    line.classList.toggle("in", line.dataset.persona === who);
  }
}

at("remove").addEventListener("click", () => change("remove"));
at("foreign").addEventListener("click", () => change("insert", { card: choices.foreign }));
at("speed").addEventListener("change", (e) => change("speed", { speed: /** @type {HTMLSelectElement} */ (e.target).value }));
at("language").addEventListener("click", () => { language = language === "vi" ? "en" : "vi"; build(); });

choices = await ask("api/catalogue");
build();
new EventSource("api/events").addEventListener("message", (e) => { state = JSON.parse(e.data); show(); });
