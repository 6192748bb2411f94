// @ts-check
/**
 * The sheet CT01: puts what the chip says into its items, marks where a value came
 * from, and takes everything back if the read does not end well.
 */
import { markup, onLanguage, word } from "./texts.js";

/** @typedef {import("./chipid-client.js").Citizen} Citizen */
/** @typedef {"applicant"|"head"|"member"} Target */

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @returns {T}
 */
const at = (id) => /** @type {T} */ (document.getElementById(id));

/** Which field of the card fills which item. @type {Record<"applicant"|"head", Record<string, string>>} */
const items = {
  applicant: { fullName: "fullName", dateOfBirth: "dateOfBirth", sex: "sex", personalNumber: "personalNumber" },
  head: { headName: "fullName", headNumber: "personalNumber" },
};

/** Values as they stood before the read under way. @type {Map<string, string>} */
const before = new Map();
/** The member row of the read under way. @type {HTMLTableRowElement|null} */
let newRow = null;

/**
 * Turns yyyy-mm-dd into dd/mm/yyyy; anything else stays as the card says it.
 * @param {string} date
 */
function vietnameseDate(date) {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date);
  return parts ? `${parts[3]}/${parts[2]}/${parts[1]}` : date;
}

/**
 * A date of the card as forms write it, or the card's own words in its place.
 * @param {Citizen} citizen
 * @param {string} field
 */
export function cardDate(citizen, field) {
  return vietnameseDate(citizen[field] ?? citizen[`${field}Text`] ?? "");
}

/**
 * Shows what the chip says so far; it stays marked as unchecked until {@link keep}.
 * @param {Target} target
 * @param {Citizen} citizen  the fields known so far
 */
export function preview(target, citizen) {
  if (target === "member") return previewMember(citizen);
  for (const [item, field] of Object.entries(items[target])) {
    if (!shown(field, citizen)) continue;
    if (!before.has(item)) before.set(item, value(item));
    setValue(item, shown(field, citizen));
    mark(box(item), "pending");
  }
}

/** Keeps what was shown: the checks allow it. */
export function keep() {
  for (const item of before.keys()) mark(box(item), "from-chip");
  if (newRow) for (const cell of newRow.querySelectorAll("td.pending")) mark(cell, "from-chip");
  before.clear();
  newRow = null;
}

/** Takes back what was shown and puts the former values in again. */
export function takeBack() {
  for (const [item, old] of before) {
    setValue(item, old);
    mark(box(item), "");
  }
  before.clear();
  newRow?.remove();
  newRow = null;
  renumber();
}

/** Empties the sheet. */
export function clear() {
  at("ct01").dispatchEvent(new Event("cleared"));
  /** @type {HTMLFormElement} */ (at("ct01")).reset();
  for (const marked of document.querySelectorAll("#ct01 .from-chip, #ct01 .pending")) mark(marked, "");
  at("members").replaceChildren();
  before.clear();
}

/**
 * Adds a sentence to item 10.
 * @param {string} text
 */
export function addToRequest(text) {
  const request = /** @type {HTMLTextAreaElement} */ (at("request"));
  request.value = request.value ? `${request.value}\n${text}` : text;
}

/**
 * What an item shows of a field of the card.
 * @param {string} field
 * @param {Citizen} citizen
 * @returns {string}
 */
function shown(field, citizen) {
  return field === "dateOfBirth" ? cardDate(citizen, field) : String(citizen[field] ?? "");
}

/** @param {string} item */
function box(item) {
  return item === "sex" ? at("sexField") : /** @type {HTMLElement} */ (at(item).parentElement);
}

/** @param {string} item */
function value(item) {
  if (item !== "sex") return /** @type {HTMLInputElement} */ (at(item)).value;
  return /** @type {HTMLInputElement|null} */ (document.querySelector("[name=sex]:checked"))?.value ?? "";
}

/**
 * @param {string} item
 * @param {string} to
 */
function setValue(item, to) {
  if (item !== "sex") {
    /** @type {HTMLInputElement} */ (at(item)).value = to;
    return;
  }
  for (const radio of document.querySelectorAll("[name=sex]")) {
    const r = /** @type {HTMLInputElement} */ (radio);
    r.checked = r.value === to;
  }
}

/**
 * Marks where a value came from, by colour and in words.
 * @param {Element} place  a field or a table cell
 * @param {""|"pending"|"from-chip"} how
 */
function mark(place, how) {
  place.classList.remove("pending", "from-chip");
  place.querySelector(".tag")?.remove();
  if (!how) return;
  place.classList.add(how);
  if (place instanceof HTMLTableCellElement) return;
  const tag = document.createElement("span");
  tag.className = "tag";
  tag.textContent = word(how === "pending" ? "checking" : "fromChip");
  place.querySelector("label, .label")?.append(tag);
}

/** The cells of a member's row: name, field of the card, header text, column class. */
const memberCells = [
  ["name", "fullName", "mName", "col-name"],
  ["birth", "dateOfBirth", "mBirth", "col-birth"],
  ["sex", "sex", "mSex", "col-sex"],
  ["number", "personalNumber", "mNumber", "col-number"],
  ["relation", "", "mRelation", "col-relation"],
];

/** Adds an empty row to item 11 and returns it. */
export function addMember() {
  const row = document.createElement("tr");
  row.append(document.createElement("td"));
  for (const [name, , , column] of memberCells) {
    const cell = document.createElement("td");
    cell.className = column;
    cell.append(name === "sex" ? sexChoice() : document.createElement("input"));
    if (name === "relation") cell.firstElementChild?.setAttribute("list", "relations");
    row.append(cell);
  }
  const remove = document.createElement("button");
  remove.type = "button";
  remove.className = "plain remove";
  remove.addEventListener("click", () => { row.remove(); renumber(); at("addMember").focus(); });
  const last = document.createElement("td");
  last.className = "col-remove";
  last.append(remove);
  row.append(last);
  at("members").append(row);
  renumber();
  return row;
}

function sexChoice() {
  const select = document.createElement("select");
  for (const v of ["", "male", "female"]) select.append(new Option("", v));
  return select;
}

/** Numbers the rows and names their inputs for a screen reader, in the language shown. */
function renumber() {
  [.../** @type {HTMLTableSectionElement} */ (at("members")).rows].forEach((row, i) => {
    row.cells[0].textContent = String(i + 1);
    memberCells.forEach(([name, , header], c) => {
      const cell = row.cells[c + 1];
      cell.dataset.label = markup(header);
      const input = /** @type {HTMLElement} */ (cell.firstElementChild);
      input.setAttribute("aria-label", word("memberLabel", { label: markup(header), n: i + 1 }));
      if (name === "sex") /** @type {HTMLSelectElement} */ (input).options[1].text = markup("male");
      if (name === "sex") /** @type {HTMLSelectElement} */ (input).options[2].text = markup("female");
    });
    const remove = /** @type {HTMLButtonElement} */ (row.querySelector(".remove"));
    remove.textContent = "✕";
    remove.setAttribute("aria-label", word("memberLabel", { label: markup("mRemove"), n: i + 1 }));
  });
}

/** @param {Citizen} citizen */
function previewMember(citizen) {
  newRow ??= addMember();
  const row = newRow;
  memberCells.forEach(([, field], c) => {
    if (!field || !shown(field, citizen)) return;
    /** @type {HTMLInputElement} */ (row.cells[c + 1].firstElementChild).value = shown(field, citizen);
    mark(row.cells[c + 1], "pending");
  });
}

/** What a person changes by hand is no longer from the chip. */
at("ct01").addEventListener("input", (e) => {
  const place = /** @type {HTMLElement} */ (e.target).closest(".from-chip, .pending");
  if (place) mark(place, "");
});

onLanguage(() => {
  for (const tag of document.querySelectorAll("#ct01 .tag")) {
    tag.textContent = word(tag.closest(".pending") ? "checking" : "fromChip");
  }
  renumber();
});
