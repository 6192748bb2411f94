/**
 * Says why a connection did not come about, as far as a page can tell: browsers
 * hide the reason of a failed WebSocket, so this looks at the permission and asks
 * GET /health, whose answer need not be readable to show that someone is there.
 * @param {string} url  the WebSocket address that failed
 * @returns {Promise<ChipidError>}
 */
export function diagnose(url: string): Promise<ChipidError>;
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
export const SUBPROTOCOL: "chipid.v1";
/** The ports of agents, tried in order: several users of one computer have one each. */
export const PORTS: readonly number[];
/** The ports of wss://, for Safari; it is served where it was set up. */
export const SECURE_PORTS: readonly number[];
export function addresses(scheme?: "ws" | "wss"): string[];
/** A failure with a stable code and a remedy, of the agent or of the way to it. */
export class ChipidError extends Error {
    /**
     * @param {string} code
     * @param {Text} text
     * @param {Text} remedy
     * @param {{retryable?: boolean, sw?: string}} [more]
     */
    constructor(code: string, text: Text, remedy: Text, more?: {
        retryable?: boolean;
        sw?: string;
    });
    code: string;
    text: import("./chipid-types.js").Text;
    remedy: import("./chipid-types.js").Text;
    retryable: boolean;
    /** The chip's status word, four hex digits, if one was the cause. */
    sw: string | undefined;
    /**
     * With AGENT_LOST: the token by which {@link ChipidClient.resume} takes the result,
     * within 30 s of the end of the read. @type {string|undefined}
     */
    resume: string | undefined;
}
/**
 * A connection to the agent. Events: "readers" when {@link readers} changed,
 * "closed" when the connection is gone; a client is then of no more use.
 */
export class ChipidClient extends EventTarget {
    /**
     * Connects to the first agent of this user's session and says who asks. Throws a
     * {@link ChipidError}; with several addresses that of the most telling failure.
     * @param {string|string[]} [urls]  tried in order; without them {@link addresses}
     * @param {Who} [who]
     * @returns {Promise<ChipidClient>}
     */
    static connect(urls?: string | string[], who?: Who): Promise<ChipidClient>;
    /**
     * @param {string} url
     * @param {Who} who
     * @param {AbortSignal} signal
     */
    static "__#private@#at"(url: string, who: Who, signal: AbortSignal): Promise<ChipidClient>;
    /** @param {WebSocket} socket  open; use {@link ChipidClient.connect} */
    constructor(socket: WebSocket);
    /** @type {Reader[]} the readers as last told; empty without the scope presence */
    readers: Reader[];
    /** @type {ChipidError|null} why there is no smart-card service, if there is none */
    service: ChipidError | null;
    /** @type {Agent} what the agent said of itself in initialize */
    agent: Agent;
    /** Whether the page has a grant; without one it can only {@link pair}. */
    get paired(): boolean;
    /** Asks for the readers anew; needs the scope presence. */
    refresh(): Promise<void>;
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
    readCard(request: ReadRequest, hooks?: ReadHooks): Promise<ReadResult>;
    /**
     * Takes the result of a read whose connection was lost, over a new connection and
     * without another read.
     * @param {string} token  the resume of the AGENT_LOST error
     * @returns {Promise<ReadResult>}
     */
    resume(token: string): Promise<ReadResult>;
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
    proveCard(request: ProofRequest, exchange: (message: string) => Promise<ProofAnswer>, hooks?: ReadHooks): Promise<ProofAnswer>;
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
    pair(request: PairRequest, hooks?: PairHooks): Promise<Granted & {
        key: string;
    }>;
    /** Ends the connection; a read under way ends with AGENT_LOST. */
    close(): void;
    /**
     * Calls any method of the protocol (docs/reference.md), as card.proof.start.
     * @template {keyof Calls} M
     * @param {M} method
     * @param {Calls[M]["params"]} params
     * @param {ReadHooks} [hooks]
     * @returns {Promise<Calls[M]["result"]>}
     */
    call<M extends keyof Calls>(method: M, params: Calls[M]["params"], hooks?: ReadHooks): Promise<Calls[M]["result"]>;
    #private;
}
export type Calls = import("./chipid-types.js").Calls;
export type Text = import("./chipid-types.js").Text;
export type Failure = import("./chipid-types.js").Failure;
export type Reader = import("./chipid-types.js").Reader;
export type Citizen = import("./chipid-types.js").Citizen;
export type Check = import("./chipid-types.js").Check;
export type Report = import("./chipid-types.js").Report;
export type Progress = import("./chipid-types.js").ProgressParams;
export type ReadRequest = import("./chipid-types.js").CardReadParams;
export type ReadResult = import("./chipid-types.js").CardReadResult;
export type ProofRequest = import("./chipid-types.js").CardProofStartParams;
export type Agent = import("./chipid-types.js").InitializeResult;
export type Granted = import("./chipid-types.js").PairingFinishResult;
export type ReadHooks = {
    onProgress?: (p: Progress) => void;
    onFields?: (c: Citizen) => void;
    signal?: AbortSignal;
};
/**
 * Of the back end: its message for the
 *  agent, which is there at the end too, and whatever it tells the page beside.
 */
export type ProofAnswer = {
    message: string;
    ended: boolean;
} & Record<string, any>;
export type PairRequest = {
    name: string;
    purpose: string;
    fields: string[];
    presence?: boolean;
};
/**
 * onCode gets the seven digits to show.
 */
export type PairHooks = {
    onCode?: (code: string) => void;
    signal?: AbortSignal;
};
/**
 * timeout in ms for each address; key is the agent's that the page knows, without it the one that {@link ChipidClient.pair}has kept: another program is refused; "" takes whoever answers, to pair anew after the computer was set up again;
 * onPrompt is told, to show it, when the browser asks the user whether the page may connect: the answer is waited for.
 */
export type Who = {
    name?: string;
    version?: string;
    timeout?: number;
    key?: string;
    onPrompt?: (why: ChipidError) => void;
};
