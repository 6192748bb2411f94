// @ts-check
/** Speaks with the program behind the page; see openapi.yaml. */

const stored = "mock-reader-token";

/**
 * The token stands behind the # of the address that the program printed. It is
 * kept for this tab and taken out of the address bar.
 */
function takeToken() {
  const given = location.hash.slice(1);
  if (/^[A-Za-z0-9_-]{16,}$/.test(given)) {
    sessionStorage.setItem(stored, given);
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem(stored) ?? "";
}

let token = takeToken();

/** Another address of the same page, with a token, may be opened in this tab. */
export const onToken = (/** @type {() => void} */ act) => addEventListener("hashchange", () => {
  const before = token;
  token = takeToken();
  if (token !== before) act();
});

const headers = () => ({ Authorization: `Bearer ${token}` });

/** A refusal, with the words of the program. */
export class Refusal extends Error {
  /**
   * @param {number} status
   * @param {{code: string, message: import("./words.js").Words, detail?: string}} error
   */
  constructor(status, error) {
    super(error.detail ?? error.code);
    this.status = status;
    this.code = error.code;
    this.words = error.message;
  }
}

/** @param {Response} answer */
async function refusal(answer) {
  try {
    return new Refusal(answer.status, (await answer.json()).error);
  } catch {
    return new Error(String(answer.status));
  }
}

/**
 * @param {string} path
 * @param {object} [body]  sent as a change; without it the path is read
 */
export async function ask(path, body) {
  const how = body
    ? { method: "POST", headers: { ...headers(), "Content-Type": "application/json" }, body: JSON.stringify(body) }
    : { headers: headers() };
  const answer = await fetch(`api/${path}`, how);
  if (!answer.ok) throw await refusal(answer);
  return answer.json();
}

export async function clear() {
  const answer = await fetch("api/trace", { method: "DELETE", headers: headers() });
  if (!answer.ok) throw await refusal(answer);
}

/**
 * Follows the events until the connection ends; an EventSource could not send the token.
 * @param {number} since
 * @param {(name: string, data: any) => void} tell
 */
export async function follow(since, tell) {
  const answer = await fetch(`api/events?since=${since}`, { headers: headers() });
  if (!answer.ok || !answer.body) throw await refusal(answer);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    for (let end; (end = text.indexOf("\n\n")) >= 0; text = text.slice(end + 2)) one(text.slice(0, end), tell);
  }
}

/**
 * @param {string} event
 * @param {(name: string, data: any) => void} tell
 */
function one(event, tell) {
  let name = "";
  for (const line of event.split("\n")) {
    if (line.startsWith("event: ")) name = line.slice(7);
    if (line.startsWith("data: ")) tell(name, JSON.parse(line.slice(6)));
  }
}
