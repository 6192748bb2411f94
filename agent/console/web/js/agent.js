// @ts-check
/** The page's line to the agent. The token lives here and nowhere else. */

/** How long to wait before trying again, in ms; the last one repeats. */
const RECONNECT = [500, 1000, 2000, 4000];
/** How often a lost line is tried before the page gives up. */
const MOST = 8;
const STRANGER = 4401;
/** The agent ends. */
const GOING = 1001;

/**
 * @typedef {{ result?: any, failure?: Failure, lost?: boolean }} End  how an action ended; lost: nobody knows
 * @typedef {{ code: string, messages: import("./texts.js").Text, remedy: import("./texts.js").Text, detail?: string }} Failure
 */

export class Agent extends EventTarget {
  #ticket;
  #token = "";
  /** @type {WebSocket|null} */
  #socket = null;
  #tries = 0;
  #last = 0;
  /** @type {Map<number, (end: End) => void>} */
  #waiting = new Map();

  /** @param {string} ticket */
  constructor(ticket) {
    super();
    this.#ticket = ticket;
    this.#connect();
  }

  #connect() {
    const socket = new WebSocket(`ws://${location.host}/socket`, "chipid.console.1");
    this.#socket = socket;
    socket.addEventListener("open", () => {
      socket.send(JSON.stringify(this.#token ? { token: this.#token } : { ticket: this.#ticket }));
    });
    socket.addEventListener("message", (e) => this.#told(JSON.parse(e.data)));
    socket.addEventListener("close", (e) => this.#closed(e.code));
  }

  /** @param {any} m */
  #told(m) {
    if (m.token) {
      this.#token = m.token;
      this.#ticket = "";
      this.#tries = 0;
    }
    if (m.words) this.dispatchEvent(new CustomEvent("words", { detail: m.words }));
    if (m.state) this.dispatchEvent(new CustomEvent("state", { detail: m.state }));
    if (m.n) {
      this.#waiting.get(m.n)?.(m);
      this.#waiting.delete(m.n);
    }
  }

  /** @param {number} code */
  #closed(code) {
    for (const end of this.#waiting.values()) end({ lost: true });
    this.#waiting.clear();
    if (code === STRANGER || code === GOING || !this.#token || this.#tries >= MOST) {
      this.dispatchEvent(new CustomEvent("away", { detail: this.#token ? "ended" : "used" }));
      return;
    }
    this.dispatchEvent(new Event("lost"));
    setTimeout(() => this.#connect(), RECONNECT[Math.min(this.#tries++, RECONNECT.length - 1)]);
  }

  /**
   * Has something done and returns what came of it.
   * @param {Record<string, any>} action
   * @returns {Promise<End>}
   */
  do(action) {
    const n = ++this.#last;
    return new Promise((resolve) => {
      if (this.#socket?.readyState !== WebSocket.OPEN) {
        resolve({ lost: true });
        return;
      }
      this.#waiting.set(n, resolve);
      this.#socket.send(JSON.stringify({ ...action, n }));
    });
  }
}
