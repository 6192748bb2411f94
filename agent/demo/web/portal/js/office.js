// @ts-check
/**
 * The page's own server: it issues the nonce that the chip answers, and accepts
 * the form only with evidence that it verifies for itself.
 */

/** @typedef {{nonce: string, purpose: string, groups: string[]}} Request */
/** @typedef {{accepted: boolean, receipt?: string, reason?: string}} Decision */

/**
 * @param {string} path
 * @param {object} body
 * @returns {Promise<any>} null if the server did not answer
 */
async function post(path, body) {
  try {
    const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    return await answer.json();
  } catch {
    return null;
  }
}

/** @returns {Promise<Request|null>} */
export async function request() {
  const asked = await post("/request", {});
  return asked?.nonce ? asked : null;
}

/**
 * @param {string} personalNumber  as it stands in the form
 * @param {string} evidence  the bundle in CBOR and base64
 * @returns {Promise<Decision|null>}
 */
export const submit = (personalNumber, evidence) => post("/submit", { personalNumber, evidence });
