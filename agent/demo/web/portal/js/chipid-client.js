// @ts-check
/**
 * A small client of the chipid agent for web pages: one ES module, nothing else needed.
 *
 *   import { ChipidClient } from "./chipid-client.js";
 *
 *   const agent = await ChipidClient.connect("ws://127.0.0.1:PORT/v1");
 *   agent.addEventListener("readers", () => console.log(agent.readers));
 *   const result = await agent.readCard({
 *     fields: ["personalNumber", "fullName", "dateOfBirth"],
 *     purpose: "CT01: thay đổi thông tin cư trú",
 *     key: { id: officerInput },                // or { qr }, { can }, { mrz }
 *   }, { onProgress: (p) => { bar.value = p.percent; }, signal: abort.signal });
 *
 * It speaks JSON-RPC 2.0 in the WebSocket sub-protocol "chipid.v1" (docs/protocol.md).
 * Every failure is a {@link ChipidError}: a stable code, a sentence and a remedy in
 * Vietnamese and English. The agent never tells a page anything before it has
 * accepted the page's origin, so an agent that cannot be reached is explained here,
 * as far as a page can tell causes apart ({@link diagnose}).
 *
 * What may not live here: anything of one form or of one page's layout.
 */

/** The WebSocket sub-protocol. */
export const SUBPROTOCOL = "chipid.v1";

/**
 * @typedef {{vi: string, en: string}} Text  A sentence in both languages.
 * @typedef {{id?: string, qr?: string, can?: string, mrz?: string}} AccessKey
 *   What opens the chip; exactly one of them. id is the 12-digit number.
 * @typedef {{name: string, card: boolean, insertion: number, synthetic: boolean, busy: boolean,
 *   state: "none"|"checking"|"citizen"|"unknown"|"busy"|"mute"|"stuck"}} Reader
 *   Only a card in state "citizen" can be read.
 * @typedef {{stage: string, percent: number, text: Text, synthetic: boolean, citizen?: Citizen}} Progress
 * @typedef {"good"|"alarm"|"note"|"neutral"} Tone  How a verdict is shown; only "alarm" may use a warning colour.
 * @typedef {{id: string, status: "passed"|"failed"|"unavailable"|"skipped", reason: string, groups?: string[],
 *   title: Text, statusText: Text, tone: Tone, setup: boolean, text: Text, remedy: Text|null,
 *   remarks?: {reason: string, text: Text}[]}} Check
 * @typedef {{outcome: "genuine"|"failed"|"unproven", genuine: boolean, synthetic: boolean, tone: Tone,
 *   text: Text, remedy: Text, checks: Check[]}} Report
 * @typedef {Record<string, any>} Citizen  The asked fields; dates are yyyy-mm-dd, what the card lacks is null.
 * @typedef {{reader: string, synthetic: boolean, citizen: Citizen, report: Report,
 *   document: {access: string, labels: Record<string, Text>} & Record<string, any>,
 *   timing: Record<string, number>}} ReadResult
 * @typedef {{fields: string[], purpose: string, key: AccessKey, reader?: string}} ReadRequest
 * @typedef {{onProgress?: (p: Progress) => void, onFields?: (c: Citizen) => void, signal?: AbortSignal}} ReadHooks
 */

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
  }
}

/** Failures that only the page can see: the agent is not there to explain them. */
const PAGE_FAILURES = {
  AGENT_NOT_RUNNING: [
    { vi: "Không thấy chương trình đọc thẻ trên máy này.", en: "The card program was not found on this computer." },
    { vi: "Mở chương trình chipid-agent (hoặc khởi động lại máy), rồi bấm «Thử lại».",
      en: "Start chipid-agent (or restart the computer), then press “Try again”." }],
  AGENT_REFUSED_PAGE: [
    { vi: "Chương trình đọc thẻ đang chạy nhưng không nhận trang này.", en: "The card program runs but does not accept this page." },
    { vi: "Trang này chưa được phép đọc thẻ trên máy, hoặc chương trình đã cũ. Nhờ quản trị viên cho phép đúng địa chỉ của trang.",
      en: "This site is not allowed to read cards on this computer, or the program is too old. Ask the administrator to allow exactly this site’s address." }],
  AGENT_LOST: [
    { vi: "Mất kết nối với chương trình đọc thẻ.", en: "The connection to the card program was lost." },
    { vi: "Chờ vài giây để trang tự kết nối lại, rồi đọc thẻ lại từ đầu.", en: "Wait a few seconds for the page to connect again, then read the card again." }],
  AGENT_SILENT: [
    { vi: "Chương trình đọc thẻ không trả lời.", en: "The card program does not answer." },
    { vi: "Đóng rồi mở lại chương trình chipid-agent, sau đó bấm «Thử lại».", en: "Close and start chipid-agent again, then press “Try again”." }],
  LNA_PROMPT_PENDING: [
    { vi: "Trình duyệt đang hỏi có cho trang này kết nối với thiết bị trên máy không.", en: "The browser is asking whether this page may reach devices on this computer." },
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

/**
 * Makes one of the failures that a page sees by itself.
 * @param {keyof typeof PAGE_FAILURES} code
 */
function pageFailure(code) {
  const [text, remedy] = PAGE_FAILURES[code];
  return new ChipidError(code, text, remedy, { retryable: true });
}

/**
 * Makes an error of what the agent says of a failure; a program that is no agent
 * may leave parts out.
 * @param {{code?: string, messages?: Text, remedy?: Text, retryable?: boolean, sw?: string}} said
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
    return pageFailure(window.top === window.self ? "LNA_DENIED" : "LNA_IFRAME_NOT_DELEGATED");
  }
  const health = url.replace(/^ws/, "http").replace(/\/v1$/, "/health");
  try {
    await fetch(health, { mode: "no-cors", cache: "no-store", signal: AbortSignal.timeout(3000) });
    return pageFailure("AGENT_REFUSED_PAGE");
  } catch (e) {
    const waited = e instanceof DOMException && e.name === "TimeoutError";
    if (!waited) return pageFailure("AGENT_NOT_RUNNING");
    return pageFailure(state === "prompt" ? "LNA_PROMPT_PENDING" : "AGENT_SILENT");
  }
}

/**
 * The browser's permission to reach this computer; "granted" where the page is on
 * it already or the browser knows no such permission.
 * @returns {Promise<string>}
 */
async function loopbackPermission() {
  if (/^(localhost|127\.0\.0\.1|\[::1\])$/.test(location.hostname)) return "granted";
  for (const name of ["loopback-network", "local-network-access"]) {
    try {
      return (await navigator.permissions.query({ name: /** @type {any} */ (name) })).state;
    } catch { /* the browser does not know this name */ }
  }
  return "granted";
}

/**
 * A connection to the agent. Events: "readers" when {@link readers} changed,
 * "closed" when the connection is gone; a client is then of no more use.
 */
export class ChipidClient extends EventTarget {
  /** @type {Reader[]} the readers as last told */
  readers = [];
  /** @type {ChipidError|null} why there is no smart-card service, if there is none */
  service = null;
  /** @type {Record<string, any>} what the agent said of itself in initialize */
  agent = {};
  #socket;
  /** @type {keyof typeof PAGE_FAILURES} what calls end with once the connection is gone */
  #lost = "AGENT_LOST";
  #next = 1;
  /** @type {Map<number, {resolve: (v: any) => void, reject: (e: Error) => void, hooks: ReadHooks}>} */
  #waiting = new Map();

  /** @param {WebSocket} socket  open; use {@link ChipidClient.connect} */
  constructor(socket) {
    super();
    this.#socket = socket;
    socket.addEventListener("message", (e) => this.#receive(e.data));
    socket.addEventListener("close", (e) => this.#closed(e.code));
  }

  /**
   * Connects and says who asks. Throws a {@link ChipidError}.
   * @param {string} url  for example ws://127.0.0.1:PORT/v1
   * @param {{name?: string, version?: string, timeout?: number}} [client]  timeout in ms
   * @returns {Promise<ChipidClient>}
   */
  static async connect(url, client = {}) {
    const socket = await open(url, client.timeout ?? 8000);
    const self = new ChipidClient(socket);
    self.agent = await self.#call("initialize", {
      protocolVersion: "1.0",
      client: { name: client.name ?? document.title.slice(0, 60), version: client.version ?? "1" },
    });
    await self.refresh();
    return self;
  }

  /** Asks for the readers anew. */
  async refresh() {
    this.#setReaders(await this.#call("readers.list", {}));
  }

  /**
   * Reads the card. Resolves with the asked fields and the report, also if checks
   * failed: look at report.outcome. Rejects with a {@link ChipidError}; code
   * CANCELLED after the signal was aborted. Before the portrait has come the text
   * fields are handed to hooks.onFields: they are as they were signed, and not yet
   * judged; a report that fails takes them back.
   * @param {ReadRequest} request
   * @param {ReadHooks} [hooks]
   * @returns {Promise<ReadResult>}
   */
  readCard(request, hooks = {}) {
    return this.#call("card.read", request, hooks);
  }

  /** Ends the connection; a read under way ends with AGENT_LOST. */
  close() {
    this.#socket.close(1000);
  }

  /**
   * @param {string} method
   * @param {object} params
   * @param {ReadHooks} [hooks]
   * @returns {Promise<any>}
   */
  #call(method, params, hooks = {}) {
    if (this.#socket.readyState !== WebSocket.OPEN) return Promise.reject(pageFailure(this.#lost));
    const id = this.#next++;
    const send = (/** @type {object} */ m) => this.#socket.send(JSON.stringify({ jsonrpc: "2.0", ...m }));
    const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject, hooks }));
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
      const hooks = this.#waiting.get(params.token)?.hooks;
      hooks?.onProgress?.(params);
      if (params.citizen) hooks?.onFields?.(params.citizen);
    } else if (/^(reader|card)\./.test(method)) {
      this.#setReaders(params); // every event tells the whole state
    }
  }

  /** @param {{readers: Reader[], service: any}} told */
  #setReaders(told) {
    this.readers = told.readers;
    this.service = told.service ? failure(told.service) : null;
    this.dispatchEvent(new Event("readers"));
  }

  /** @param {number} code  4403: this page has no grant (docs/protocol.md) */
  #closed(code) {
    if (code === 4403) this.#lost = "AGENT_REFUSED_PAGE";
    for (const call of this.#waiting.values()) call.reject(pageFailure(this.#lost));
    this.#waiting.clear();
    this.dispatchEvent(new Event("closed"));
  }
}

/**
 * Opens the socket or throws what {@link diagnose} makes of it.
 * @param {string} url
 * @param {number} timeout  ms
 * @returns {Promise<WebSocket>}
 */
async function open(url, timeout) {
  const socket = new WebSocket(url, SUBPROTOCOL);
  const opened = await new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), timeout);
    const end = (/** @type {boolean} */ ok) => { clearTimeout(timer); resolve(ok); };
    socket.addEventListener("open", () => end(true), { once: true });
    socket.addEventListener("close", () => end(false), { once: true });
  });
  if (opened) return socket;
  socket.close();
  throw await diagnose(url);
}
