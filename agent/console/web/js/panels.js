// @ts-check
/** Everything on the page but the questions. */
import { at, make, part } from "./dom.js";
import { labels } from "./questions.js";
import { clock, current, day, moment, say, word } from "./texts.js";

/** @typedef {(action: Record<string, any>, done?: string) => Promise<boolean>} Do */

/**
 * @param {any} state
 * @param {Do} act
 */
export function show(state, act) {
  ready(state);
  readers(state);
  reads(state, act);
  asking(state, act);
  verdicts(state);
  pairing(state);
  grants(state, act);
  trust(state);
  about(state);
}

/**
 * What went wrong, and what to do.
 * @param {string} id
 * @param {import("./agent.js").Failure|null} failure
 */
function trouble(id, failure) {
  at(id).hidden = !failure;
  part(id, [failure, current()], () => failure
    ? [make("p", {}, say(failure.messages)), make("p", {}, make("strong", {}, word("remedy")), " ", say(failure.remedy))] : []);
}

/**
 * What is still to be done before cards can be read and judged for a page; nothing is
 * shown once all of it is.
 * @param {any} state
 */
function ready({ readers: all, allAnchors, grants: granted, pairingAllowed }) {
  /** @type {[boolean, string][]} */
  const steps = [
    [all.length > 0, word(all.length ? "readyReader" : "noReady")],
    [allAnchors > 0, word(allAnchors ? "readyTrust" : "noReadyTrust")],
    [granted.length > 0, word(granted.length ? "readyPage" : pairingAllowed ? "noReadyPage" : "noReadyPageAdmin")],
  ];
  at("readyPart").hidden = steps.every(([done]) => done);
  part("ready", steps, () => steps.map(([done, text]) => make("li", { "data-done": String(done) },
    make("span", { class: done ? "good" : "todo" }, word(done ? "ready" : "toDo")), ` · ${text}`)));
}

/**
 * @param {boolean} synthetic
 * @param {"test"|"testRoot"} [text]
 */
const tag = (synthetic, text = "test") => synthetic && make("span", { class: "tag" }, word(text));

/** @param {any} state */
function readers({ readers: all, service }) {
  trouble("service", service);
  part("readers", [all, service, current()], () => {
    if (!all.length) return [service ? null : make("li", {}, word("noReader"))];
    return all.map((/** @type {any} */ r) => make("li", { "data-state": r.state }, make("p", { class: "site" }, r.name, " ", tag(r.synthetic)),
      make("p", { class: r.state === "citizen" ? "good" : "" }, word(r.busy ? "inUse" : r.state))));
  });
}

/**
 * @param {any} state
 * @param {Do} act
 */
function reads({ reads: all, questions }, act) {
  at("noReads").hidden = all.length > 0;
  const shape = all.map((/** @type {any} */ r) => [r.id, r.caller, r.reader, r.waiting]);
  part("reads", [shape, current()], () => all.map((/** @type {any} */ r) => {
    const end = make("button", { type: "button", class: "harm", "data-key": r.id }, word("endRead"));
    end.addEventListener("click", () => act({ what: "endRead", id: r.id }));
    return make("div", { class: "spread" }, make("div", {}, make("p", {}, `${word("readFor")} `, make("span", { class: "site" }, r.caller)),
      make("p", { id: `stage${r.id}` }), make("progress", { id: `bar${r.id}`, max: 100, "aria-labelledby": `stage${r.id}` })), end);
  }));
  for (const r of all) {
    const asked = questions.some((/** @type {any} */ q) => q.kind === "again" && q.origin === r.caller);
    const text = asked ? word("waitsForOfficer") : r.waiting ? `${word("waitsForCard")} (${r.reader || word("anyReader")})` : say(r.stage);
    if (at(`stage${r.id}`).textContent !== text) at(`stage${r.id}`).textContent = text;
    const bar = /** @type {HTMLProgressElement} */ (at(`bar${r.id}`));
    if (r.waiting || asked) bar.removeAttribute("value");
    else bar.value = r.percent;
  }
}

/**
 * @param {any} state
 * @param {Do} act
 */
function asking({ asking: all }, act) {
  at("askingPart").hidden = !all.length;
  part("asking", [all, current()], () => all.map((/** @type {string} */ caller) => {
    const choose = make("button", { type: "button", "data-key": caller, "aria-label": `${word("choose")}: ${caller}` }, word("choose"));
    choose.addEventListener("click", () => act({ what: "choose", caller }));
    return make("li", { class: "spread" }, make("div", { class: "site" }, caller), choose);
  }));
}

/** @param {any} state */
function verdicts({ verdicts: all }) {
  at("noVerdicts").hidden = all.length > 0;
  part("verdicts", [all, current()], () => all.map((/** @type {any} */ v) => make("li", { "data-code": v.code },
    make("p", { class: v.tone }, say(v.what), " ", tag(v.synthetic)),
    make("p", {}, `${clock(v.at)} · `, make("span", { class: "site" }, v.caller)),
    v.tone !== "good" && make("p", { class: "note" }, say(v.remedy)))));
}

/** @param {any} state */
function pairing({ pairing: until, pairingAllowed }) {
  const text = !pairingAllowed ? word("pairingForbidden") : until ? word("pairingOpen", { at: clock(until) }) : word("pairingShut");
  if (at("pairingState").textContent !== text) at("pairingState").textContent = text;
  /** @type {HTMLButtonElement} */ (at("pair")).disabled = !pairingAllowed;
  at("unpair").hidden = !until;
}

/**
 * @param {any} state
 * @param {Do} act
 */
function grants({ grants: all, grantsProblem }, act) {
  trouble("grantsProblem", grantsProblem);
  at("noGrants").hidden = all.length > 0;
  part("grants", [all, current()], () => all.map((/** @type {any} */ g) => make("li", { class: "spread" },
    make("div", {}, make("p", {}, make("span", { class: "site" }, g.caller), g.name && ` «${g.name}»`),
      make("p", {}, labels(g.fields), g.presence && ` · ${word("follows")}`),
      make("p", { class: "note" }, `${word(g.for)}${g.until ? ` (${word("until", { at: moment(g.until) })})` : ""} · ${word("by")}: ${word(g.by)}`)),
    !g.fixed && revoke(g.caller, act))));
}

/**
 * A grant is taken back by two presses, so that none is by a slip of the hand.
 * @param {string} caller
 * @param {Do} act
 */
function revoke(caller, act) {
  const button = make("button", { type: "button", class: "harm", "data-key": caller });
  const name = (/** @type {"revoke"|"revokeSure"} */ w) => {
    button.textContent = word(w);
    button.setAttribute("aria-label", `${word(w)}: ${caller}`);
  };
  name("revoke");
  let sure = false;
  button.addEventListener("blur", () => { sure = false; name("revoke"); });
  button.addEventListener("click", () => {
    if (sure) act({ what: "revoke", caller }, word("revoked", { who: caller }));
    else name("revokeSure");
    sure = true;
  });
  return button;
}

/** @param {any} state */
function trust({ trust: all, allAnchors, trustUpdated, trustOld }) {
  const text = [allAnchors ? word("anchors", { n: allAnchors }) : word("noAnchor"), all.length < allAnchors && word("moreAnchors", { n: all.length }),
    trustUpdated && age(trustUpdated), trustOld && word("trustOld")].filter(Boolean).join(" ");
  if (at("trustState").textContent !== text) at("trustState").textContent = text;
  at("noTrust").hidden = allAnchors > 0;
  part("trust", [all, current()], () => all.map((/** @type {any} */ a) => make("li", {},
    make("p", {}, a.subject, " ", tag(a.synthetic, "testRoot")),
    make("p", { class: "note" }, word("valid", { from: day(a.notBefore), to: day(a.notAfter) }), " ",
      new Date(a.notAfter) < new Date() && make("strong", { class: "alarm" }, word("overdue"))),
    (a.origin || a.added) && make("p", { class: "note" },
      [a.origin && word("origin", { of: a.origin }), a.added && word("added", { at: day(a.added) })].filter(Boolean).join("; ")),
    make("details", {}, make("summary", {}, word("fingerprint")), make("code", {}, a.fingerprint)))));
}

/**
 * When the certificates were written last.
 * @param {string} at_
 */
function age(at_) {
  const days = Math.floor((Date.now() - Date.parse(at_)) / 86_400_000);
  return days > 0 ? word("trustUpdated", { at: day(at_), days }) : word("trustToday");
}

/** @param {any} state */
function about({ about: a }) {
  part("about", [a, current()], () => {
    const rows = [["version", a.version], ["started", moment(a.started)], ["addresses", a.addresses.join(", ")], ["folder", a.folder], ["key", a.key], ["licence", "Apache License 2.0"]];
    if (a.mock) rows.push(["mock", word("yes")]);
    return rows.flatMap(([name, value]) => [make("dt", {}, word(/** @type {any} */ (name))), make("dd", {}, value)]);
  });
}

/** How a status is called, and shown. @type {Record<string, [string, string]>} */
const STATUS = { ok: ["statusOk", "good"], warning: ["statusWarning", "note"], error: ["statusError", "alarm"], off: ["statusOff", "neutral"], unknown: ["statusUnknown", "neutral"] };

/**
 * What doctor found.
 * @param {any[]|null} checks  null while it looks
 * @param {string} at_  when it looked
 */
export function doctor(checks, at_) {
  const wrong = (checks ?? []).filter((c) => c.status === "error" || c.status === "warning").length;
  const text = checks ? word("looked", { at: clock(at_), n: wrong }) : word("looking");
  if (at("examined").textContent !== text) at("examined").textContent = text;
  part("checks", [checks, current()], () => (checks ?? []).map((c) => {
    const [name, look] = STATUS[c.status] ?? STATUS.unknown;
    return make("li", { "data-status": c.status },
      make("p", {}, make("span", { class: look }, word(/** @type {any} */ (name))), ` · ${say(c.title)}`, c.detail && ` (${c.detail})`),
      say(c.remedy) && make("p", { class: "note" }, make("strong", {}, word("remedy")), " ", say(c.remedy)));
  }));
}
