// @ts-check
/** The officer's page: what the agent tells is shown, what the officer wants is said. */
import { Agent } from "./agent.js";
import { at, make } from "./dom.js";
import * as panels from "./panels.js";
import * as questions from "./questions.js";
import { current, say, setLanguage, word } from "./texts.js";

const ticket = location.hash.slice(1);
// The address is good once: it need not stand in the history.
history.replaceState(null, "", location.pathname);
const agent = new Agent(ticket);

/** @type {any} the last state that was told */
let state = null;
/** @type {"connecting"|"open"|"lost"|"away"} */
let line = "connecting";
/** The agent's language as it was told last. */
let told = "";
/** Why there is no line any more. @type {"used"|"ended"} */
let why = "used";

/** @param {string} text */
const announce = (text) => { at("said").textContent = text; };

/**
 * Has something done and says what came of it.
 * @param {Record<string, any>} action
 * @param {string} [done]  what is said if it went well
 */
async function act(action, done = "") {
  announce("");
  const { failure, lost } = await agent.do(action);
  announce(failure ? `${say(failure.messages)} ${word("remedy")} ${say(failure.remedy)}` : lost ? word("lost") : done);
  return !failure && !lost;
}

/** What doctor found last, and when. @type {{ checks: any[]|null, at: string }|null} */
let examined = null;

async function examine() {
  const button = /** @type {HTMLButtonElement} */ (at("examine"));
  button.disabled = true;
  examined = { checks: null, at: "" };
  draw();
  const { result, failure } = await agent.do({ what: "examine" });
  button.disabled = false;
  examined = { checks: result ?? [], at: new Date().toISOString() };
  if (failure) announce(say(failure.messages));
  draw();
}

/** Saves what the support asks for where the browser puts downloads. */
async function support() {
  const button = /** @type {HTMLButtonElement} */ (at("support"));
  button.disabled = true;
  announce(word("looking"));
  const { result, failure, lost } = await agent.do({ what: "support" });
  button.disabled = false;
  button.focus();
  announce(failure ? `${say(failure.messages)} ${word("remedy")} ${say(failure.remedy)}` : lost ? word("lost") : word("saved", { name: result.name }));
  if (!result) return;
  const bytes = Uint8Array.from(atob(result.data), (c) => c.charCodeAt(0));
  const address = URL.createObjectURL(new Blob([bytes], { type: "application/zip" }));
  make("a", { href: address, download: result.name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Draws what there is. */
function draw() {
  const status = at("link");
  status.dataset.state = line;
  if (status.textContent !== word(line)) status.textContent = word(line);
  at("main").hidden = !state || line === "away";
  at("main").inert = line === "lost"; // what it shows may be out of date
  at("away").hidden = line !== "away";
  at("awayUsed").hidden = why !== "used";
  at("awayEnded").hidden = why !== "ended";
  at("language").textContent = word("toLanguage");
  at("language").lang = current() === "en" ? "vi" : "en";
  const waiting = state?.questions.length ?? 0;
  document.title = (line === "away" ? `${word("away")} · ` : waiting ? `(${waiting}) ` : "") + word("title");
  if (!state || line === "away") return;
  questions.show(state.questions, current(), (id, decision) => act({ what: "answer", id, decision }, word("answered")));
  panels.show(state, act);
  if (examined) panels.doctor(examined.checks, examined.at);
}

agent.addEventListener("words", (e) => questions.setFields(/** @type {CustomEvent} */ (e).detail.fields));
agent.addEventListener("state", (e) => {
  const before = (state?.questions ?? []).map((/** @type {any} */ q) => q.id);
  state = /** @type {CustomEvent} */ (e).detail;
  if (line === "lost") announce("");
  line = "open";
  if (state.language !== told) setLanguage(told = state.language);
  draw();
  const next = state.questions.find((/** @type {any} */ q) => !before.includes(q.id));
  const words = /** @type {const} */ (["pairAsks", "againAsks", "codeWrong"]).map((w) => word(w));
  if (next) announce(words[next.kind !== "pair" ? 1 : questions.askedAgain(next) ? 2 : 0]);
  else if (before.length && !state.questions.length && words.includes(at("said").textContent ?? "")) announce("");
});
agent.addEventListener("lost", () => {
  line = "lost";
  announce(word("stale"));
  draw();
});
agent.addEventListener("away", (e) => {
  line = "away";
  why = /** @type {CustomEvent} */ (e).detail;
  announce("");
  draw();
  at("awayTitle").focus();
});

at("language").addEventListener("click", async () => {
  setLanguage(current() === "vi" ? "en" : "vi");
  announce("");
  draw();
  if (line !== "open") return;
  // Windows, the icon and the next start speak it too, unless something stronger says another.
  const { result, failure } = await agent.do({ what: "speak", language: current() });
  if (failure) announce(`${say(failure.messages)} ${word("remedy")} ${say(failure.remedy)}`);
  else if (result === false) announce(word("languageHere"));
});
at("examine").addEventListener("click", examine);
at("support").addEventListener("click", support);
at("pair").addEventListener("click", () => act({ what: "openPairing" }));
at("unpair").addEventListener("click", () => act({ what: "closePairing" }));
setLanguage("vi");
draw();
