// @ts-check
/**
 * The page's own words in both languages. What the agent says (errors, verdicts,
 * stages) comes from the agent; only what the page says by itself stands here.
 * Vietnamese texts of the markup stand in index.html and are kept on first use.
 */

/** @typedef {"vi"|"en"} Language */
/** @typedef {import("./chipid-client.js").Text} Text */

/** English of the markup: data-t -> text. @type {Record<string, string>} */
const markupEnglish = {
  pageTitle: "CT01 – Declaration of change of residence information",
  skipToCard: "Skip to reading the card",
  skipToForm: "Skip to the form",
  org: "One-stop-shop desk · Thử Nghiệm commune",
  portal: "Reception of files and return of results",
  openDesk: "Open the test reader",
  syntheticTitle: "TEST CARD",
  syntheticText: "Invented data for trying things out; nobody’s document. Not to be used for any real file.",
  cardTitle: "Read the identity card",
  keyLabel: "Personal number (12 digits) or the card’s QR code",
  keyHint: "Type the 12 digits printed on the card, or scan its QR code; press Enter to read.",
  targetLabel: "Fill in",
  targetApplicant: "Applicant (items 1–4)",
  targetHead: "Head of household (items 7, 9)",
  targetMember: "Member (item 11)",
  readerLabel: "Reader",
  read: "Read the card and fill the form",
  consent: "The citizen has agreed to the card being read",
  serial: "Connect a scanner on a COM port",
  cancel: "Cancel",
  remedyLabel: "What to do:",
  retry: "Try again",
  codeLabel: "Error code",
  factName: "Full name",
  factNumber: "Personal number",
  factIssued: "Date of issue",
  factExpires: "Valid until",
  factPlace: "Issued by",
  useAddress: "Copy the address into item 10",
  checksTitle: "The nine card checks",
  checksNote: "A check of the card on this computer; it does not replace a look-up in the authority’s database.",
  formRef: "Form CT01 issued with Circular 66/2023/TT-BCA",
  formTitle: "DECLARATION OF CHANGE OF RESIDENCE INFORMATION",
  fAuthority: "To (authority)",
  gApplicant: "Applicant",
  fFullName: "Full name",
  fDateOfBirth: "Date of birth",
  fSex: "Sex",
  male: "Male",
  female: "Female",
  fPersonalNumber: "Personal identification number",
  fPhone: "Telephone",
  fEmail: "Email",
  gHead: "Head of household",
  fHeadName: "Full name of the head of household",
  fRelation: "Relation to the head",
  fHeadNumber: "Personal number of the head of household",
  gRequest: "Request",
  fRequest: "What is requested",
  gMembers: "Household members who change together",
  mNo: "No.",
  mName: "Full name",
  mBirth: "Date of birth",
  mSex: "Sex",
  mNumber: "Personal number",
  mRelation: "Relation to the head",
  mRemove: "Remove row",
  addMember: "Add a member",
  submit: "Hand the form in",
  print: "Print the form for signing",
  clear: "New form (clear all)",
  footer: "A demonstration page of chipid. Handing in sends the number and the chip’s evidence to the sample server on this computer alone; nothing is stored, and closing the page forgets everything.",
};

/** Words that change with what happens. @type {Record<string, Text>} */
const words = {
  connecting: { vi: "Đang kết nối với chương trình đọc thẻ…", en: "Connecting to the card program…" },
  away: { vi: "Chưa kết nối được với chương trình đọc thẻ", en: "Not connected to the card program" },
  noReader: { vi: "Chưa thấy đầu đọc thẻ; hãy cắm đầu đọc", en: "No card reader; plug one in" },
  noCard: { vi: "Đầu đọc sẵn sàng – đặt thẻ lên đầu đọc", en: "Reader ready – put the card on it" },
  cardChecking: { vi: "Đang nhận thẻ…", en: "Recognising the card…" },
  cardUnknown: { vi: "Thẻ trên đầu đọc không phải thẻ căn cước gắn chip", en: "The card on the reader is not a chip identity card" },
  cardBusy: { vi: "Một chương trình khác đang giữ thẻ", en: "Another program holds the card" },
  cardMute: { vi: "Chip không trả lời – đặt lại thẻ cho đúng mặt", en: "The chip does not answer – put the card in the right way round" },
  readerStuck: { vi: "Đầu đọc không trả lời – rút ra và cắm lại", en: "The reader does not answer – unplug it and plug it in again" },
  cardIn: { vi: "Đã có thẻ trên đầu đọc", en: "A card is on the reader" },
  cardsIn: { vi: "Có {n} thẻ trên các đầu đọc – chọn đầu đọc", en: "{n} cards are on the readers – choose one" },
  newestReader: { vi: "Thẻ vừa đặt sau cùng", en: "The card put in last" },
  fromChip: { vi: "từ chip", en: "from the chip" },
  checking: { vi: "đang kiểm tra", en: "being checked" },
  reading: { vi: "Đang đọc thẻ, giữ yên thẻ…", en: "Reading; leave the card in place…" },
  cleared: { vi: "Đã xóa hết thông tin trên tờ khai.", en: "The form has been cleared." },
  filledApplicant: { vi: "Đã điền mục 1–4 từ chip. Mục còn lại: cán bộ hoặc công dân khai tiếp.", en: "Items 1–4 were filled from the chip. The other items remain to be filled in." },
  filledHead: { vi: "Đã điền mục 7 và 9 từ chip.", en: "Items 7 and 9 were filled from the chip." },
  filledMember: { vi: "Đã thêm một thành viên vào mục 11 từ chip.", en: "A member was added to item 11 from the chip." },
  submitting: { vi: "Đang nộp tờ khai…", en: "Handing the form in…" },
  accepted: { vi: "Máy chủ đã kiểm tra bằng chứng từ chip và nhận tờ khai. Mã: {receipt}", en: "The server verified the chip's evidence and accepted the form. Receipt: {receipt}" },
  notAccepted: { vi: "Máy chủ không nhận tờ khai ({reason}). Đọc lại thẻ rồi nộp lại.", en: "The server did not accept the form ({reason}). Read the card again, then hand it in." },
  noEvidence: { vi: "Chưa có bằng chứng từ chip: đọc thẻ của người khai (mục 1–4) rồi nộp.", en: "There is no evidence of a chip: read the applicant's card (items 1–4), then hand it in." },
  officeAway: { vi: "Không liên lạc được với máy chủ. Đọc lại thẻ rồi nộp lại.", en: "The server does not answer. Read the card again, then hand the form in." },
  withdrawn: { vi: "Không điền tờ khai: thẻ không đạt kiểm tra.", en: "The form was not filled: the card failed the checks." },
  notRead: { vi: "Tờ khai không thay đổi: chưa đọc xong thẻ.", en: "The form is unchanged: the card was not read to the end." },
  consentFirst: { vi: "Hỏi công dân, đánh dấu ô đồng ý, rồi đọc thẻ.", en: "Ask the citizen, tick that they agreed, then read the card." },
  noSerial: { vi: "Không mở được máy quét: chọn lại cổng, hoặc để máy quét gõ như bàn phím.", en: "The scanner cannot be opened: choose its port again, or let it type like a keyboard." },
  addressCopied: { vi: "Đã chép địa chỉ theo thẻ vào mục 10.", en: "The address on the card was copied into item 10." },
  noExpiry: { vi: "Không thời hạn", en: "No expiry" },
  portraitOf: { vi: "Ảnh trên chip của {name}", en: "Photo on the chip of {name}" },
  portraitComing: { vi: "Ảnh đang được đọc", en: "The photo is being read" },
  portraitUnshown: { vi: "Trình duyệt không xem được dạng ảnh này", en: "This browser cannot show this kind of photo" },
  noPortrait: { vi: "Không có ảnh", en: "No photo" },
  pendingTitle: { vi: "Đang kiểm tra thẻ", en: "Checking the card" },
  pendingText: { vi: "Thông tin dưới đây chưa được kiểm tra xong.", en: "The information below has not been fully checked yet." },
  tally: { vi: "{passed} đạt · {failed} không đạt · {open} chưa biết", en: "{passed} passed · {failed} failed · {open} not known" },
  residence: { vi: "Nơi thường trú", en: "Permanent residence" },
  asOnCard: { vi: "{label} – theo thẻ, tại ngày cấp", en: "{label} – as on the card, at its date of issue" },
  memberLabel: { vi: "{label}, dòng {n}", en: "{label}, row {n}" },
  remove: { vi: "Xóa", en: "Remove" },
  switchTo: { vi: "English", en: "Tiếng Việt" },
};

/** @type {Language} */
let current = "vi";
/** @type {Map<Element, string>} the Vietnamese of the markup, kept when first replaced */
const markupVietnamese = new Map();
/** @type {Set<() => void>} */
const listeners = new Set();

/** Returns the language shown now. */
export const language = () => current;

/**
 * Returns a sentence in the language shown now.
 * @param {Text|null|undefined} text
 */
export const say = (text) => (text ? text[current] || text.vi : "");

/**
 * Returns one of the page's own words, with {names} replaced.
 * @param {keyof typeof words} name
 * @param {Record<string, string|number>} [values]
 */
export function word(name, values = {}) {
  return say(words[name]).replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));
}

/**
 * Runs now and at every change of the language.
 * @param {() => void} show
 */
export function onLanguage(show) {
  listeners.add(show);
  show();
}

/**
 * Returns a markup word in the language shown now, for cells made by script.
 * @param {string} name  a data-t name
 */
export function markup(name) {
  if (current === "en") return markupEnglish[name] ?? "";
  const source = document.querySelector(`[data-t="${name}"]`);
  return (source && (markupVietnamese.get(source) ?? source.textContent)) ?? "";
}

/** @param {Language} to */
export function setLanguage(to) {
  current = to;
  document.documentElement.lang = to;
  for (const element of document.querySelectorAll("[data-t]")) {
    if (!markupVietnamese.has(element)) markupVietnamese.set(element, element.textContent ?? "");
    const name = /** @type {HTMLElement} */ (element).dataset.t ?? "";
    element.textContent = to === "en" ? markupEnglish[name] : markupVietnamese.get(element) ?? "";
  }
  for (const show of listeners) show();
}
