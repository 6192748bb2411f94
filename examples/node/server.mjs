// A portal's back end in Node: a card check, then a second factor. No packages.
import { createServer } from "node:http";
import { createHmac, randomBytes } from "node:crypto";

const { VERIFIER, VERIFIER_KEY, ORIGIN, PORT } = process.env;
const accounts = new Map(Object.entries(JSON.parse(process.env.ACCOUNTS ?? "{}")));
/** @type {Map<string, {account: string, request: string, card: boolean, tries: number}>} */
const sessions = new Map();

/** Asks the verification service; null for anything but success. */
async function verifier(path, body) {
  try {
    const answer = await fetch(VERIFIER + path, {
      method: "POST",
      headers: { authorization: `Bearer ${VERIFIER_KEY}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** RFC 6238 with six digits and thirty seconds. */
function totp(secret, at) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((c) => letters.indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const count = Buffer.alloc(8);
  count.writeBigUInt64BE(BigInt(Math.floor(at / 30)));
  const sum = createHmac("sha1", key).update(count).digest();
  const n = sum.readUInt32BE(sum[19] & 15) & 0x7fffffff;
  return String(n % 1_000_000).padStart(6, "0");
}

/** The steps; each gives what is answered, or null for 403. */
const steps = {
  "/start": async (id, _, { account }) => {
    if (!accounts.has(account)) return null;
    const r = await verifier("/v1/requests", { origin: ORIGIN, purpose: "Kiểm tra thẻ", groups: ["dg1"], session: id });
    if (!r) return null;
    sessions.set(id, { account, request: r.id, card: false, tries: 0 });
    return { nonce: r.nonce, purpose: r.purpose, groups: r.groups };
  },
  "/evidence": async (id, s, { evidence }) => {
    const judged = s && (await verifier("/v1/evidence", { request: s.request, session: id, evidence }));
    if (!judged) return null;
    s.card = judged.accepted && judged.citizen?.personalNumber === accounts.get(s.account).number;
    return s.card ? { accepted: true, next: "code" } : null;
  },
  "/code": async (_, s, { code }) => {
    if (!s?.card || s.tries++ >= 3) return null;
    const now = Date.now() / 1000;
    if (![now, now - 30].some((at) => code === totp(accounts.get(s.account).totp, at))) return null;
    s.card = false; // once
    return { signedIn: true };
  },
};

async function bodyOf(request) {
  let text = "";
  for await (const part of request) if ((text += part).length > 2 << 20) return {};
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

createServer(async (request, response) => {
  const body = await bodyOf(request);
  const step = request.method === "POST" && Object.hasOwn(steps, request.url) ? steps[request.url] : null;
  const sent = /(?:^|; )sid=([^;]+)/.exec(request.headers.cookie ?? "")?.[1];
  const id = sent && request.url !== "/start" ? sent : randomBytes(16).toString("hex");
  const answer = step && (await step(id, sessions.get(id), body));
  if (answer) response.setHeader("set-cookie", `sid=${id}; HttpOnly; SameSite=Strict; Path=/`);
  response.writeHead(answer ? 200 : 403, { "content-type": "application/json" });
  response.end(JSON.stringify(answer ?? { accepted: false }));
}).listen(Number(PORT), "127.0.0.1");
