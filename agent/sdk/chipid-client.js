// @ts-check
/**
 * The client of the chipid agent for web pages: one ES module, nothing else needed.
 *
 *   import { ChipidClient } from "./chipid-client.js";
 *
 *   const agent = await ChipidClient.connect();          // the ports 9590 to 9597
 *   agent.addEventListener("readers", () => console.log(agent.readers));
 *   const result = await agent.readCard({
 *     fields: ["personalNumber", "fullName", "dateOfBirth"],
 *     purpose: "CT01: thay đổi thông tin cư trú",
 *     key: { id: officerInput },                // or { qr }, { can }, { mrz }
 *     citizenConsent: agreed.checked,           // a box for the citizen, never ticked beforehand
 *   }, { onProgress: (p) => { bar.value = p.percent; }, signal: abort.signal });
 *
 * It speaks JSON-RPC 2.0 in the WebSocket sub-protocol "chipid.v1" (docs/protocol.md);
 * the types of its messages are generated from the same JSON Schemas that the agent
 * validates with. Every failure is a {@link ChipidError}: a stable code, a sentence
 * and a remedy in Vietnamese and English. The agent tells a page nothing before it has
 * accepted the page's origin, so an agent that cannot be reached is explained here,
 * as far as a page can tell causes apart ({@link diagnose}).
 *
 * What may not live here: anything of one form or of one page's layout.
 */

/** @typedef {import("./chipid-types.js").Calls} Calls */
/** @typedef {import("./chipid-types.js").Text} Text */
/** @typedef {import("./chipid-types.js").Failure} Failure */
/** @typedef {import("./chipid-types.js").Reader} Reader */
/** @typedef {import("./chipid-types.js").Citizen} Citizen */
/** @typedef {import("./chipid-types.js").Check} Check */
/** @typedef {import("./chipid-types.js").Report} Report */
/** @typedef {import("./chipid-types.js").ProgressParams} Progress */
/** @typedef {import("./chipid-types.js").CardReadParams} ReadRequest */
/** @typedef {import("./chipid-types.js").CardReadResult} ReadResult */
/** @typedef {import("./chipid-types.js").CardProofStartParams} ProofRequest */
/** @typedef {import("./chipid-types.js").InitializeResult} Agent */
/** @typedef {import("./chipid-types.js").PairingFinishResult} Granted */
/**
 * @typedef {{onProgress?: (p: Progress) => void, onFields?: (c: Citizen) => void, signal?: AbortSignal}} ReadHooks
 * @typedef {{message: string, ended: boolean} & Record<string, any>} ProofAnswer  Of the back end: its message for the
 *   agent, which is there at the end too, and whatever it tells the page beside.
 * @typedef {{name: string, purpose: string, fields: string[], presence?: boolean}} PairRequest
 * @typedef {{onCode?: (code: string) => void, signal?: AbortSignal}} PairHooks  onCode gets the seven digits to show.
 * @typedef {{name?: string, version?: string, timeout?: number, key?: string, onPrompt?: (why: ChipidError) => void}} Who
 *   timeout in ms for each address; key is the agent's that the page knows, without it the one that {@link ChipidClient.pair}
 *   has kept: another program is refused; "" takes whoever answers, to pair anew after the computer was set up again;
 *   onPrompt is told, to show it, when the browser asks the user whether the page may connect: the answer is waited for.
 */

/** The WebSocket sub-protocol. */
export const SUBPROTOCOL = "chipid.v1";

/** The ports of agents, tried in order: several users of one computer have one each. */
export const PORTS = Object.freeze([9590, 9591, 9592, 9593, 9594, 9595, 9596, 9597]);
/** The ports of wss://, for Safari; it is served where it was set up. */
export const SECURE_PORTS = Object.freeze([9690, 9691, 9692, 9693, 9694, 9695, 9696, 9697]);

/** Close codes of the agent. */
const NOT_PAIRED = 4403, OTHER_SESSION = 4409;

/** Safari lets a page by https open nothing but wss://. */
const needsSecure = () => location.protocol === "https:" && navigator.vendor.startsWith("Apple");

/**
 * The addresses where an agent may be.
 * @param {"ws"|"wss"} [scheme]  without it what this browser can open: wss in Safari, where
 *   it must be set up, ws in every other
 */
export const addresses = (scheme = needsSecure() ? "wss" : "ws") => scheme === "ws"
  ? PORTS.map((port) => `ws://127.0.0.1:${port}/v1`)
  : SECURE_PORTS.map((port) => `wss://localhost:${port}/v1`);

/** A failure with a stable code and a remedy, of the agent or of the way to it. */
export class ChipidError extends Error {
  /**
   * @param {string} code
   * @param {Text} text
   * @param {Text} remedy
   * @param {{retryable?: boolean, sw?: string}} [more]
   */
  constructor(code, text, remedy, more = {}) {
    super(`${code}: ${text.en}`);
    this.name = "ChipidError";
    this.code = code;
    this.text = text;
    this.remedy = remedy;
    this.retryable = more.retryable ?? false;
    /** The chip's status word, four hex digits, if one was the cause. */
    this.sw = more.sw;
    /**
     * With AGENT_LOST: the token by which {@link ChipidClient.resume} takes the result,
     * within 30 s of the end of the read. @type {string|undefined}
     */
    this.resume = undefined;
  }
}

/** Failures that only the page can see: the agent is not there to explain them. */
const PAGE_FAILURES = {
  AGENT_NOT_RUNNING: [
    { vi: "Không thấy chương trình đọc thẻ trên máy này.", en: "The card program was not found on this computer." },
    { vi: "Chọn «Đọc thẻ căn cước (chipid)» trong menu của máy (hoặc khởi động lại máy), rồi bấm «Thử lại».",
      en: "Choose the card reader (chipid) in the computer’s menu (or restart the computer), then press “Try again”." }],
  AGENT_REFUSED_PAGE: [
    { vi: "Chương trình đọc thẻ đang chạy nhưng không nhận trang này.", en: "The card program runs but does not accept this page." },
    { vi: "Trang này chưa được phép đọc thẻ trên máy. Bấm biểu tượng đọc thẻ cạnh đồng hồ, chọn «Cho trang mới xin phép (hai phút)», rồi bấm nút ghép trên trang này. Không được thì nhờ quản trị viên cho phép đúng địa chỉ của trang.",
      en: "This site may not read cards on this computer yet. Press the card reader’s icon beside the clock, choose “Let a new page ask (two minutes)”, then use this page’s pairing button. Else ask the administrator to allow exactly this site’s address." }],
  OTHER_SESSION: [
    { vi: "Chương trình đọc thẻ trên máy này thuộc phiên làm việc của người khác.", en: "The card program on this computer belongs to another person’s session." },
    { vi: "Chọn «Đọc thẻ căn cước (chipid)» trong menu của máy ở phiên của mình, rồi bấm «Thử lại».", en: "Choose the card reader (chipid) in the computer’s menu in your own session, then press “Try again”." }],
  AGENT_KEY_CHANGED: [
    { vi: "Chương trình đang trả lời không phải chương trình đã ghép với trang này.", en: "The program that answers is not the one that was paired with this page." },
    { vi: "Không đọc thẻ. Nếu máy vừa cài lại, ghép trang lần nữa; nếu không, báo bộ phận hỗ trợ.",
      en: "Do not read cards. If the computer was just set up anew, pair the page again; else call support." }],
  AGENT_KEY_UNCHECKED: [
    { vi: "Trình duyệt này không kiểm tra được khóa của chương trình đọc thẻ.", en: "This browser cannot check the card program’s key." },
    { vi: "Cập nhật trình duyệt và mở trang bằng https.", en: "Update the browser, and open the page by https." }],
  AGENT_LOST: [
    { vi: "Mất kết nối với chương trình đọc thẻ.", en: "The connection to the card program was lost." },
    { vi: "Chờ vài giây để trang tự kết nối lại, rồi đọc thẻ lại từ đầu.", en: "Wait a few seconds for the page to connect again, then read the card again." }],
  AGENT_SILENT: [
    { vi: "Chương trình đọc thẻ không trả lời.", en: "The card program does not answer." },
    { vi: "Tắt chương trình đọc thẻ từ biểu tượng cạnh đồng hồ, chọn «Đọc thẻ căn cước (chipid)» trong menu của máy, rồi bấm «Thử lại».", en: "End the card reader from its icon beside the clock, choose the card reader (chipid) in the computer’s menu, then press “Try again”." }],
  CERT_UNTRUSTED: [
    { vi: "Chương trình đọc thẻ đang chạy nhưng trình duyệt không tin chứng thư của nó.", en: "The card program runs, but the browser does not trust its certificate." },
    { vi: "Chạy «chipid-agent doctor» và làm theo mục chứng thư; sau đó đóng hẳn trình duyệt rồi mở lại.",
      en: "Run “chipid-agent doctor” and follow its advice on certificates; then close the browser wholly and open it again." }],
  AGENT_NOT_REACHED: [
    { vi: "Chưa kết nối được với chương trình đọc thẻ.", en: "The card program was not reached." },
    { vi: "Chọn «Đọc thẻ căn cước (chipid)» trong menu của máy, rồi bấm «Thử lại». Nếu trình duyệt hỏi, chọn «Cho phép» ở góc trên bên trái.",
      en: "Choose the card reader (chipid) in the computer’s menu, then press “Try again”. If the browser asks, choose “Allow” at the top left." }],
  LNA_PROMPT_PENDING: [
    { vi: "Trình duyệt đang hỏi có cho trang này truy cập ứng dụng và dịch vụ trên máy này không.", en: "The browser is asking whether this page may reach apps and services on this computer." },
    { vi: "Chọn «Cho phép» ở góc trên bên trái của trình duyệt.", en: "Choose “Allow” at the top left of the browser." }],
  LNA_DENIED: [
    { vi: "Trình duyệt đã chặn trang này kết nối với chương trình đọc thẻ.", en: "The browser has blocked this page from reaching the card program." },
    { vi: "Bấm biểu tượng cạnh địa chỉ trang, mở «Cài đặt trang web», cho phép «Ứng dụng trên thiết bị» (mạng nội bộ), rồi tải lại trang.",
      en: "Click the icon beside the address, open “Site settings”, allow “Apps on device” (local network), then reload." }],
  LNA_INSECURE_PAGE: [
    { vi: "Trang này không dùng https nên trình duyệt không cho kết nối với chương trình đọc thẻ.", en: "This page is not https, so the browser does not let it reach the card program." },
    { vi: "Mở trang bằng địa chỉ bắt đầu bằng https://.", en: "Open the page at an address that begins with https://." }],
  LNA_IFRAME_NOT_DELEGATED: [
    { vi: "Trang này nằm trong khung của một trang khác và chưa được trao quyền kết nối.", en: "This page is in another page’s frame and was not given the right to connect." },
    { vi: "Mở trang trong thẻ riêng; người làm trang ngoài cần ghi allow=\"loopback-network\" cho khung.",
      en: "Open the page in its own tab; the outer page must write allow=\"loopback-network\" on the frame." }],
};

/** Failures that stay as long as page, browser or computer stay as they are. */
const LASTING = new Set(["AGENT_KEY_CHANGED", "AGENT_KEY_UNCHECKED", "LNA_INSECURE_PAGE", "LNA_IFRAME_NOT_DELEGATED"]);

/**
 * Makes one of the failures that a page sees by itself.
 * @param {keyof typeof PAGE_FAILURES} code
 */
function pageFailure(code) {
  const [text, remedy] = PAGE_FAILURES[code];
  return new ChipidError(code, text, remedy, { retryable: !LASTING.has(code) });
}

/**
 * Makes an error of what the agent says of a failure; a program that is no agent
 * may leave parts out.
 * @param {Partial<Failure>} said
 * @param {string} [message]  the JSON-RPC error's own sentence
 */
function failure(said, message = "") {
  return new ChipidError(said.code ?? "UNKNOWN", said.messages ?? { vi: message, en: message },
    said.remedy ?? { vi: "", en: "" }, said);
}

/**
 * Says why a connection did not come about, as far as a page can tell: browsers
 * hide the reason of a failed WebSocket, so this looks at the permission and asks
 * GET /health, whose answer need not be readable to show that someone is there.
 * @param {string} url  the WebSocket address that failed
 * @returns {Promise<ChipidError>}
 */
export async function diagnose(url) {
  const state = await loopbackPermission();
  if (state === "denied") {
    if (!window.isSecureContext) return pageFailure("LNA_INSECURE_PAGE");
    return pageFailure(mayAsk() ? "LNA_DENIED" : "LNA_IFRAME_NOT_DELEGATED");
  }
  // The browser asks only if somebody is there, and a question that was closed leaves
  // no trace: nobody, or no answer yet. Looking would make it ask again.
  if (state === "prompt") return pageFailure("AGENT_NOT_REACHED");
  const answer = await someoneAt(url);
  if (answer === "answers") return pageFailure("AGENT_REFUSED_PAGE");
  if (answer === "silent") return pageFailure("AGENT_SILENT");
  // An agent that answers without TLS, and not with it, is one whose certificate is
  // not trusted, or has none yet. Safari does not let a page find out.
  if (url.startsWith("wss:")) {
    const plain = await Promise.all(addresses().map(someoneAt));
    if (plain.includes("answers")) return pageFailure("CERT_UNTRUSTED");
  }
  return pageFailure("AGENT_NOT_RUNNING");
}

/**
 * Whether anybody answers GET /health at the address of a WebSocket.
 * @param {string} url
 * @returns {Promise<"answers"|"silent"|"nobody">}
 */
async function someoneAt(url) {
  const health = url.replace(/^ws/, "http").replace(/\/v1$/, "/health");
  try {
    await fetch(health, { mode: "no-cors", cache: "no-store", signal: AbortSignal.timeout(3000) });
    return "answers";
  } catch (e) {
    return e instanceof DOMException && e.name === "TimeoutError" ? "silent" : "nobody";
  }
}

/** The names of the permission to reach this computer, the newer first. */
const LOOPBACK = ["loopback-network", "local-network-access"];

/**
 * Whether this frame may ask for the permission: the outer page must hand that on.
 * Where the browser does not tell, only a page in its own tab may.
 */
function mayAsk() {
  const policy = /** @type {any} */ (document).featurePolicy;
  const name = LOOPBACK.find((n) => policy?.features().includes(n));
  return name ? policy.allowsFeature(name) : window.top === window.self;
}

/**
 * The browser's permission to reach this computer; "granted" where the page is on
 * it already or the browser knows no such permission.
 * @returns {Promise<string>}
 */
async function loopbackPermission() {
  if (/^(localhost|127\.0\.0\.1|\[::1\])$/.test(location.hostname)) return "granted";
  for (const name of LOOPBACK) {
    try {
      return (await navigator.permissions.query({ name: /** @type {any} */ (name) })).state;
    } catch { /* the browser does not know this name */ }
  }
  return "granted";
}

/** @param {Uint8Array} bytes */
const base64url = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

/** @param {string} text */
const bytesOf = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

/** @param {number} n */
const random = (n) => crypto.getRandomValues(new Uint8Array(n));

/**
 * H(use, a, b, …) of docs/protocol.md: SHA-256 over the parts, each after its length.
 * @param {...(string|Uint8Array)} parts
 */
async function hash(...parts) {
  const all = [];
  for (const part of parts) {
    const bytes = typeof part === "string" ? new TextEncoder().encode(part) : part;
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, bytes.length);
    all.push(...length, ...bytes);
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(all)));
}

/** Where the agent's key is kept from pairing. */
const KEY = "chipid.key";

/** The key that was kept; undefined where there is none, or the page may keep nothing. */
function keptKey() {
  try {
    return localStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} key */
function keepKey(key) {
  try {
    localStorage.setItem(KEY, key);
  } catch { /* the page gets it, too, and may keep it elsewhere */ }
}

/**
 * Verifies that the agent holds the key that was kept from pairing, and that it was
 * dialled at the port that it sees: a program in between would be on another one.
 * @param {Agent} said
 * @param {string} key
 * @param {string} challenge
 * @param {string} url
 */
async function verifyIdentity(said, key, challenge, url) {
  const id = said.identity;
  if (!id || id.key !== key || id.port !== Number(new URL(url).port)) throw pageFailure("AGENT_KEY_CHANGED");
  let holds = false;
  try {
    const imported = await crypto.subtle.importKey("raw", bytesOf(key), "Ed25519", false, ["verify"]);
    const statement = `chipid identity 1\n${location.origin}\n${id.port}\n${challenge}\n`;
    holds = await crypto.subtle.verify("Ed25519", imported, bytesOf(id.signature), new TextEncoder().encode(statement));
  } catch {
    throw pageFailure("AGENT_KEY_UNCHECKED");
  }
  if (!holds) throw pageFailure("AGENT_KEY_CHANGED");
}

/**
 * A connection to the agent. Events: "readers" when {@link readers} changed,
 * "closed" when the connection is gone; a client is then of no more use.
 */
export class ChipidClient extends EventTarget {
  /** @type {Reader[]} the readers as last told; empty without the scope presence */
  readers = [];
  /** @type {ChipidError|null} why there is no smart-card service, if there is none */
  service = null;
  /** @type {Agent} what the agent said of itself in initialize */
  agent = /** @type {any} */ ({});
  #socket;
  /** @type {keyof typeof PAGE_FAILURES} what calls end with once the connection is gone */
  #lost = "AGENT_LOST";
  #next = 1;
  /** @type {Map<number, {resolve: (v: any) => void, reject: (e: Error) => void, hooks: ReadHooks, token: string|number}>} */
  #waiting = new Map();

  /** @param {WebSocket} socket  open; use {@link ChipidClient.connect} */
  constructor(socket) {
    super();
    this.#socket = socket;
    socket.addEventListener("message", (e) => this.#receive(e.data));
    socket.addEventListener("close", (e) => this.#closed(e.code));
  }

  /**
   * Connects to the first agent of this user's session and says who asks. Throws a
   * {@link ChipidError}; with several addresses that of the most telling failure.
   * @param {string|string[]} [urls]  tried in order; without them {@link addresses}
   * @param {Who} [who]
   * @returns {Promise<ChipidClient>}
   */
  static async connect(urls = addresses(), who = {}) {
    const all = [urls].flat();
    let told = false;
    const once = { ...who, onPrompt: (/** @type {ChipidError} */ why) => { if (!told) who.onPrompt?.(why); told = true; } };
    const { found, failed } = await firstOf(all.length, (i, signal) => ChipidClient.#at(all[i], once, signal));
    if (found) return found;
    const last = failed.find((e) => !(e instanceof ChipidError) || !TRY_NEXT.has(e.code)) ?? failed.find((e) => e.code !== "UNREACHED");
    throw last ?? await diagnose(all[0]);
  }

  /**
   * @param {string} url
   * @param {Who} who
   * @param {AbortSignal} signal
   */
  static async #at(url, who, signal) {
    const self = new ChipidClient(await open(url, who, signal));
    try {
      const challenge = base64url(random(32));
      self.agent = await inTime(who.timeout, self.call("initialize", {
        protocolVersion: "1.0",
        client: { name: who.name || document.title.slice(0, 60) || location.host, version: who.version ?? "1" },
        challenge,
      }));
      if (self.agent.state) self.#setReaders(self.agent.state); // before any event that follows
      const key = who.key ?? keptKey();
      if (key) await verifyIdentity(self.agent, key, challenge, url);
      return self;
    } catch (e) {
      self.close();
      throw e;
    }
  }

  /** Whether the page has a grant; without one it can only {@link pair}. */
  get paired() {
    return this.agent.grant !== undefined;
  }

  /** Asks for the readers anew; needs the scope presence. */
  async refresh() {
    this.#setReaders(await this.call("readers.list", {}));
  }

  /**
   * Reads the card. Resolves with the asked fields and the report, also if checks
   * failed: look at report.outcome. Rejects with a {@link ChipidError}; code
   * CANCELLED after the signal was aborted. Before the portrait has come the text
   * fields are handed to hooks.onFields: they are as they were signed, and not yet
   * judged. Take them back if the report fails, and if this rejects, whatever the code.
   * @param {ReadRequest} request
   * @param {ReadHooks} [hooks]
   * @returns {Promise<ReadResult>}
   */
  async readCard(request, hooks = {}) {
    const resume = request.resume ?? base64url(random(16));
    try {
      return await this.call("card.read", { ...request, resume }, hooks);
    } catch (e) {
      if (e instanceof ChipidError && e.code === "AGENT_LOST") e.resume = resume;
      throw e;
    }
  }

  /**
   * Takes the result of a read whose connection was lost, over a new connection and
   * without another read.
   * @param {string} token  the resume of the AGENT_LOST error
   * @returns {Promise<ReadResult>}
   */
  resume(token) {
    return this.call("card.resume", { resume: token });
  }

  /**
   * Lets the page's back end prove the chip itself (docs/server-driven-ca.md): this
   * carries messages between agent and back end, which neither the page nor anybody
   * between can read or forge. Resolves with the back end's last answer; rejects with
   * a {@link ChipidError}, or with what exchange threw. Either way the chip is reset.
   * @param {ProofRequest} request  nonce, purpose and groups as the back end issued them
   * @param {(message: string) => Promise<ProofAnswer>} exchange  hands a message to the
   *   page's own back end and resolves with its answer
   * @param {ReadHooks} [hooks]  signal cancels
   * @returns {Promise<ProofAnswer>}
   */
  async proveCard(request, exchange, hooks = {}) {
    const pause = 1000 / this.agent.limits.messagesPerSecond;
    const { proof, message: first } = await this.call("card.proof.start", request, hooks);
    try {
      for (let message = first; ;) {
        const answer = await exchange(message);
        const wait = new Promise((resolve) => setTimeout(resolve, pause)); // no faster than the agent allows
        const relayed = await this.call("card.proof.relay", { proof, message: answer.message }, hooks);
        if (relayed.message === undefined) return answer;
        message = relayed.message;
        await wait;
      }
    } catch (e) {
      await this.call("card.proof.end", { proof }).catch(() => { /* it is over already */ });
      throw e;
    }
  }

  /**
   * Asks the officer, who must have opened pairing, for a grant. hooks.onCode gets the
   * digits that the page shows and the officer enters. Resolves once the officer has
   * decided, with what was granted and the agent's key; connect anew then. The key is
   * kept in the origin's localStorage, and checked at each {@link ChipidClient.connect}.
   * A page that came to its grant without this has no key, and checks none. After
   * AGENT_KEY_CHANGED, and only where the computer was set up anew, pair over
   * connect(undefined, { key: "" }).
   * @param {PairRequest} request
   * @param {PairHooks} [hooks]
   * @returns {Promise<Granted & {key: string}>}
   */
  async pair(request, hooks = {}) {
    const nonce = random(32);
    const commitment = base64url(await hash("chipid pairing commitment page", nonce));
    const opened = await this.call("pairing.request", { ...request, commitment });
    const shown = await this.call("pairing.reveal", { pairing: opened.pairing, nonce: base64url(nonce) });
    const theirs = bytesOf(shown.nonce);
    if (base64url(await hash("chipid pairing commitment agent", theirs)) !== opened.commitment) {
      this.close();
      throw pageFailure("AGENT_KEY_CHANGED");
    }
    const digest = await hash("chipid pairing code", nonce, theirs, bytesOf(opened.key), location.origin);
    const code = new DataView(digest.buffer).getBigUint64(0) % 10_000_000n;
    hooks.onCode?.(code.toString().padStart(7, "0"));
    const granted = await this.call("pairing.finish", { pairing: opened.pairing }, { signal: hooks.signal });
    keepKey(opened.key);
    return { ...granted, key: opened.key };
  }

  /** Ends the connection; a read under way ends with AGENT_LOST. */
  close() {
    this.#socket.close(1000);
  }

  /**
   * Calls any method of the protocol (docs/reference.md), as card.proof.start.
   * @template {keyof Calls} M
   * @param {M} method
   * @param {Calls[M]["params"]} params
   * @param {ReadHooks} [hooks]
   * @returns {Promise<Calls[M]["result"]>}
   */
  call(method, params, hooks = {}) {
    if (this.#socket.readyState !== WebSocket.OPEN) return Promise.reject(pageFailure(this.#lost));
    const id = this.#next++;
    const send = (/** @type {object} */ m) => this.#socket.send(JSON.stringify({ jsonrpc: "2.0", ...m }));
    const token = /** @type {{progressToken?: string|number}} */ (params).progressToken ?? id;
    const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject, hooks, token }));
    send({ id, method, params });
    const cancel = () => { if (this.#waiting.has(id)) send({ method: "$/cancelRequest", params: { id } }); };
    if (hooks.signal?.aborted) cancel();
    hooks.signal?.addEventListener("abort", cancel, { once: true });
    return answer.finally(() => hooks.signal?.removeEventListener("abort", cancel));
  }

  /** @param {string} text */
  #receive(text) {
    let m;
    try {
      m = JSON.parse(text);
    } catch {
      return this.#socket.close(4000, "not JSON"); // whoever listens there is no agent
    }
    if (m.method) return this.#notified(m.method, m.params ?? {});
    const call = this.#waiting.get(m.id);
    if (!call) return;
    this.#waiting.delete(m.id);
    if (m.error) call.reject(failure(m.error.data ?? {}, m.error.message));
    else call.resolve(m.result);
  }

  /**
   * @param {string} method
   * @param {any} params
   */
  #notified(method, params) {
    if (method === "$/progress") {
      const hooks = [...this.#waiting.values()].find((call) => call.token === params.token)?.hooks;
      hooks?.onProgress?.(params);
      if (params.citizen) hooks?.onFields?.(params.citizen);
    } else if (/^(reader|card|service)\./.test(method)) {
      this.#setReaders(params); // every event tells the whole state
    }
  }

  /** @param {{readers: Reader[], service: Failure|null}} told */
  #setReaders(told) {
    this.readers = told.readers;
    this.service = told.service ? failure(told.service) : null;
    this.dispatchEvent(new Event("readers"));
  }

  /** @param {number} code */
  #closed(code) {
    if (code === NOT_PAIRED) this.#lost = "AGENT_REFUSED_PAGE";
    if (code === OTHER_SESSION) this.#lost = "OTHER_SESSION";
    for (const call of this.#waiting.values()) call.reject(pageFailure(this.#lost));
    this.#waiting.clear();
    this.dispatchEvent(new Event("closed"));
  }
}

/** Failures after which another port may have this user's agent; UNKNOWN is another program's. */
const TRY_NEXT = new Set(["UNREACHED", "OTHER_SESSION", "AGENT_LOST", "AGENT_SILENT", "AGENT_KEY_CHANGED", "UNKNOWN"]);

/** ms after which the next address is tried beside one that is quiet. */
const NEXT_STARTS = 400;
/** ms after which nobody answers any more. */
const TIMEOUT = 8000;
/** ms after which it is looked up whether the browser asks its user; s that the user has to answer. */
const PROMPT_SHOWS = 2500, PROMPT_LASTS = 120;

/**
 * Makes attempts in order, each once the one before has failed or been quiet for a
 * moment, so that a silent program on one port holds nobody up. Ends with the first
 * that succeeds, or with a failure after which no other can; the rest is aborted.
 * @template T
 * @param {number} count
 * @param {(i: number, signal: AbortSignal) => Promise<T>} attempt
 * @returns {Promise<{found?: T, failed: any[]}>}  failures in the order of the attempts
 */
function firstOf(count, attempt) {
  return new Promise((resolve) => {
    const stops = Array.from({ length: count }, () => new AbortController());
    /** @type {any[]} */
    const failed = [];
    let begun = 0, ended = 0, over = false;
    const end = (/** @type {T|undefined} */ found, /** @type {number} */ of) => {
      over = true;
      stops.forEach((stop, i) => { if (i !== of || !found) stop.abort(); });
      resolve({ found, failed: failed.filter(Boolean) });
    };
    const next = () => {
      if (over || begun === count) return;
      const i = begun++;
      let quiet = false;
      const timer = setTimeout(() => { quiet = true; next(); }, NEXT_STARTS);
      attempt(i, stops[i].signal).then((found) => {
        clearTimeout(timer);
        if (!over) end(found, i);
      }, (e) => {
        clearTimeout(timer);
        if (over) return;
        failed[i] = e;
        if (++ended === count || !TRY_NEXT.has(e.code)) end(undefined, i);
        else if (!quiet) next();
      });
    };
    next();
  });
}

/**
 * Waits for an answer, and no longer than ms.
 * @template T
 * @param {number|undefined} ms
 * @param {Promise<T>} answer
 * @returns {Promise<T>}
 */
function inTime(ms, answer) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(pageFailure("AGENT_SILENT")), ms ?? TIMEOUT);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/**
 * Opens the socket or throws UNREACHED, which {@link diagnose} explains; or
 * LNA_PROMPT_PENDING if the user does not answer the browser's question.
 * @param {string} url
 * @param {Who} who
 * @param {AbortSignal} signal  closes the socket, whenever
 * @returns {Promise<WebSocket>}
 */
async function open(url, { timeout = TIMEOUT, onPrompt }, signal) {
  const socket = dial(url);
  signal.addEventListener("abort", () => socket?.close());
  /** @type {Promise<boolean>} */
  const settled = new Promise((resolve) => {
    socket?.addEventListener("open", () => resolve(true), { once: true });
    socket?.addEventListener("close", () => resolve(false), { once: true });
    if (!socket) resolve(false);
  });
  const within = (/** @type {number} */ ms) => new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), ms);
    settled.then((ok) => { clearTimeout(timer); resolve(ok); });
  });
  let opened = await within(Math.min(PROMPT_SHOWS, timeout));
  const asking = async () => opened === undefined && await loopbackPermission() === "prompt";
  if (await asking()) {
    onPrompt?.(pageFailure("LNA_PROMPT_PENDING"));
    for (let s = 0; s < PROMPT_LASTS && await asking(); s++) opened = await within(1000);
    if (await asking()) {
      socket?.close();
      throw pageFailure("LNA_PROMPT_PENDING");
    }
  }
  opened ??= await within(Math.max(0, timeout - PROMPT_SHOWS));
  if (socket && opened) return socket;
  socket?.close();
  throw new ChipidError("UNREACHED", { vi: "", en: "" }, { vi: "", en: "" });
}

/**
 * Begins to connect; null where the browser refuses at once, as some do for ws:// on
 * a page by https.
 * @param {string} url
 */
function dial(url) {
  try {
    return new WebSocket(url, SUBPROTOCOL);
  } catch {
    return null;
  }
}
