// @ts-check
/** The details of the line that is chosen. */
import { at, element } from "./dom.js";
import { current, pick, say } from "./words.js";

/** @typedef {import("./trace.js").Line} Line */

/** How many bytes of one value are shown. */
const shownBytes = 2048;

/** @param {string|undefined} hex */
function grouped(hex) {
  const text = (hex ?? "").slice(0, 2 * shownBytes).replace(/(.{2})/g, "$1 ").trim();
  const more = (hex ?? "").length / 2 - shownBytes;
  return more > 0 ? `${text} … ${more} ${say("cutOff")}` : text;
}

/**
 * @param {HTMLElement} list
 * @param {string} name
 * @param {string} value
 * @param {string} [style]
 */
function fact(list, name, value, style = "") {
  if (value) list.append(element("dt", "", say(name)), element("dd", style, value));
}

const places = /** @type {Record<string, string>} */ ({
  command: "fromCommand", response: "fromResponse", "wire command": "fromWireCommand", "wire response": "fromWireResponse",
});

/** @param {Line} l */
function parts(l) {
  const table = element("table");
  table.append(element("caption", "", say("parts")));
  const head = element("tr");
  for (const name of ["from", "tag", "name", "value"]) {
    const th = element("th", "", say(name));
    th.setAttribute("scope", "col");
    head.append(th);
  }
  const top = element("thead");
  top.append(head);
  const body = element("tbody");
  for (const p of l.parts ?? []) {
    const row = element("tr");
    const value = element("td");
    const says = pick(p.says);
    if (says) value.append(element("div", "", says));
    value.append(element("div", "hex", grouped(p.value)));
    row.append(element("td", "", say(places[p.from] ?? "from")), element("td", "hex", "· ".repeat(Math.min(p.depth ?? 0, 8)) + p.tag),
      element("td", "", pick(p.name)), value);
    body.append(row);
  }
  table.append(top, body);
  return table;
}

/** @param {Line|undefined} l */
export function detail(l) {
  const title = at("detailTitle");
  if (!l) return;
  delete title.dataset.en;
  title.textContent = l.number ? `${l.number} · ${l.name}` : pick(l.meaning);
  const list = element("dl");
  fact(list, "meaning", pick(l.meaning));
  fact(list, "clause", l.clause ?? "");
  if (l.kind === "apdu") {
    fact(list, "status", l.sw ? `${l.sw} ${pick(l.swMeaning)}` : say("noAnswer"));
    for (const b of l.broken ?? []) list.append(element("dt"), element("dd", "bad", say("broke") + b));
    for (const f of l.faults ?? []) list.append(element("dt"), element("dd", "odd", say("fault") + f));
    if (l.channelEnded) list.append(element("dt"), element("dd", "bad", say("ended")));
    fact(list, "readable", l.plainText ?? "");
    if (l.secured) {
      fact(list, "plainCommand", grouped(l.plainCommand), "hex");
      fact(list, "plainResponse", grouped(l.plainResponse), "hex");
    }
    fact(list, "command", grouped(l.command), "hex");
    fact(list, "response", grouped(l.response), "hex");
    if (l.micros) fact(list, "took", `${(l.micros / 1000).toFixed(1)} ms`);
  }
  fact(list, "when", new Date(l.time).toLocaleString(current() === "vi" ? "vi-VN" : "en-GB"));
  fact(list, "readerName", [l.reader, l.card].filter(Boolean).join(", "));
  const all = [list];
  if (l.parts?.length) all.push(parts(l));
  at("detailBody").replaceChildren(...all);
}
