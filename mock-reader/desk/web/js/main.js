// @ts-check
/**
 * The test reader's page: puts cards into mock readers and shows what readers say
 * to them. It belongs to the mock side and knows nothing of any form.
 */
import { clear, follow, onToken, Refusal } from "./api.js";
import { announce, at } from "./dom.js";
import "./replay.js";
import { load, update } from "./readers.js";
import { add, forget, last } from "./trace.js";
import { pick, say, switchLanguage } from "./words.js";

/** How long to wait before the program is asked again, in milliseconds. */
const retry = 1000;

/** @param {unknown} e */
function complain(e) {
  if (e instanceof Refusal) announce(e.code === "noToken" ? say("noToken") : pick(e.words));
  else announce(say("lost"));
}

/** @param {string} name @param {any} data */
function take(name, data) {
  if (name === "readers") update(data.readers);
  if (name === "lines") add(data.lines);
}

/** Loads the catalogue, follows the events, and begins anew when the program went away. */
async function run() {
  for (;;) {
    try {
      await load();
      announce("");
      await follow(last(), take);
      announce(say("lost"));
    } catch (e) {
      complain(e);
      if (e instanceof Refusal && e.code === "noToken") return;
    }
    await new Promise((done) => { setTimeout(done, retry); });
  }
}

at("language").addEventListener("click", switchLanguage);
at("clear").addEventListener("click", async () => {
  try {
    await clear();
    forget();
  } catch (e) {
    complain(e);
  }
});
onToken(() => location.reload());
run();
