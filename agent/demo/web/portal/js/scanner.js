// @ts-check
/**
 * What comes out of a QR scanner, as it comes: typed like a keyboard with whatever
 * key it ends with, through a Vietnamese keyboard that turns letters into others, or
 * over a serial port (Web Serial). Only the digits and their dividers count; the
 * agent judges them.
 */

/** A card's QR text: an optional scanner's prefix, twelve digits, a divider that is no digit, and more. */
const QR = /^(\][A-Za-z]\d)?\d{12}[^\d\s.-]/;

/** At how many characters a QR text is whole enough to be sent by a Tab. */
const WHOLE = 30;

/** Serial scanners' usual speed, in baud. */
const BAUD = 9600;

/** The longest text that is kept of a serial scanner that never ends a line. */
const LONGEST = 1000;

/**
 * Says what the officer's input is by its look; the agent judges it.
 * @param {string} input
 * @returns {import("./chipid-client.js").AccessKey}
 */
export function accessKey(input) {
  const text = input.trim();
  if (text.includes("|") || QR.test(text)) return { qr: text };
  if (text.includes("<")) return { mrz: text };
  const digits = text.replace(/[\s.-]/g, "");
  return /^\d{6}$/.test(digits) ? { can: digits } : { id: digits };
}

/**
 * Takes the Tab that some scanners end with for the Enter that it stands for. A
 * person's Tab goes on to the next control: only after a whole QR text is it one
 * of a scanner.
 * @param {HTMLInputElement} field
 * @param {() => void} done
 */
export function endsWithTab(field, done) {
  field.addEventListener("keydown", (e) => {
    if (e.key !== "Tab" || e.shiftKey || field.value.length < WHOLE || !QR.test(field.value.trim())) return;
    e.preventDefault();
    done();
  });
}

/** Whether this browser reaches serial ports. */
export const hasSerial = () => "serial" in navigator;

/**
 * Asks the officer for the scanner's port and reads line by line until it is
 * unplugged. Lines end with CR, LF or Tab. Throws if no port was chosen or it
 * cannot be opened.
 * @param {(line: string) => void} scanned
 * @returns {Promise<void>} settled when the scanner has gone
 */
export async function readSerial(scanned) {
  const port = await /** @type {any} */ (navigator).serial.requestPort();
  await port.open({ baudRate: BAUD });
  const decoder = new TextDecoder();
  const reader = port.readable.getReader();
  let line = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const parts = (line + decoder.decode(value, { stream: true })).split(/[\r\n\t]+/);
      line = (parts.pop() ?? "").slice(-LONGEST);
      for (const part of parts) if (part.trim()) scanned(part);
    }
  } finally {
    reader.releaseLock();
    await port.close().catch(() => {});
  }
}
