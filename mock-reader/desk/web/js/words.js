// @ts-check
/** The page's words that change, in both languages; those of the markup stand there. */

/** @typedef {{vi: string, en: string}} Words */
/** @typedef {"vi"|"en"} Language */

/** @type {Record<string, Words>} */
const words = {
  empty: { vi: "Không có thẻ", en: "No card" },
  foreign: { vi: "Thẻ khác (token ký số)", en: "A foreign card (signing token)" },
  insert: { vi: "Đặt lên đầu đọc", en: "Put on the reader" },
  copyNumber: { vi: "Chép 12 số", en: "Copy the 12 digits" },
  copyQR: { vi: "Chép mã QR", en: "Copy the QR text" },
  copyMRZ: { vi: "Chép MRZ", en: "Copy the MRZ" },
  copied: { vi: "Đã chép. Dán vào ô số định danh của trang cần thử.", en: "Copied. Paste it into the number box of the page under test." },
  failed: { vi: "Đầu đọc thử nghiệm không trả lời.", en: "The test reader does not answer." },
  noToken: {
    vi: "Trang này thiếu mã mở. Hãy mở bằng địa chỉ đầy đủ mà chương trình in ra, có phần sau dấu #.",
    en: "This page lacks its token. Open the whole address that the program printed, with what stands behind the #.",
  },
  lost: { vi: "Mất liên lạc với chương trình. Đang thử lại…", en: "The program does not answer. Trying again…" },
  switchTo: { vi: "English", en: "Tiếng Việt" },
  title: { vi: "Đầu đọc thử nghiệm", en: "Test reader" },
  exit0: { vi: "Phần mềm tốt kết luận: thẻ thật.", en: "A good reader finds: genuine." },
  exit3: { vi: "Phần mềm tốt phải báo động: có mục không đạt.", en: "A good reader raises an alarm: a check failed." },
  exit4: { vi: "Phần mềm tốt kết luận: chưa đủ căn cứ.", en: "A good reader finds: not provable." },
  exit5: { vi: "Phần mềm tốt báo trục trặc: ", en: "A good reader reports trouble: " },
  tearAt: { vi: "Thẻ sẽ rời đầu đọc tại: ", en: "The card will leave the reader at: " },
  lines: { vi: "dòng", en: "lines" },
  shown: { vi: "hiện", en: "shown" },
  waiting: { vi: "dòng mới đang chờ", en: "new lines wait" },
  noAnswer: { vi: "không trả lời", en: "no answer" },
  broke: { vi: "Đầu đọc phạm: ", en: "The reader broke: " },
  fault: { vi: "Lỗi cố ý của thẻ: ", en: "Fault of the card, on purpose: " },
  ended: { vi: "Kênh bảo mật kết thúc tại đây.", en: "Secure messaging ended here." },
  notATrace: { vi: "Tệp này không phải bản lưu của đầu đọc thử nghiệm.", en: "This file is not a saved trace." },
  replaying: { vi: "Đang xem bản đã lưu: ", en: "Looking at a saved trace: " },
  meaning: { vi: "Ý nghĩa", en: "Meaning" },
  clause: { vi: "Điều khoản", en: "Clause" },
  status: { vi: "Trạng thái", en: "Status" },
  when: { vi: "Lúc", en: "Time" },
  took: { vi: "Thời gian theo mô hình", en: "Modelled time" },
  readerName: { vi: "Đầu đọc, thẻ", en: "Reader, card" },
  plainCommand: { vi: "Lệnh, bản rõ", en: "Command, plain" },
  plainResponse: { vi: "Trả lời, bản rõ", en: "Answer, plain" },
  readable: { vi: "Chữ đọc được", en: "Readable text" },
  command: { vi: "Lệnh trên đường truyền", en: "Command on the wire" },
  response: { vi: "Trả lời trên đường truyền", en: "Answer on the wire" },
  secured: { vi: "trong kênh bảo mật", en: "under secure messaging" },
  parts: { vi: "Các đối tượng dữ liệu", en: "Data objects" },
  from: { vi: "Ở", en: "In" },
  tag: { vi: "Thẻ TLV", en: "Tag" },
  name: { vi: "Tên", en: "Name" },
  value: { vi: "Giá trị", en: "Value" },
  fromCommand: { vi: "lệnh", en: "command" },
  fromResponse: { vi: "trả lời", en: "answer" },
  fromWireCommand: { vi: "lệnh, kênh bảo mật", en: "command, secure messaging" },
  fromWireResponse: { vi: "trả lời, kênh bảo mật", en: "answer, secure messaging" },
  cutOff: { vi: "byte nữa", en: "more bytes" },
};

/** @type {Language} */
let language = "vi";

/** @type {(() => void)[]} */
const listeners = [];

/** @returns {Language} */
export const current = () => language;

/**
 * Is called after each change of the language.
 * @param {() => void} act
 */
export const onLanguage = (act) => { listeners.push(act); };

/** @param {string} name */
export const say = (name) => words[name][language];

/**
 * A text that comes in both languages.
 * @param {Words|undefined} text
 */
export const pick = (text) => String(text?.[language] ?? "");

/** Puts the markup into the language shown, and tells the others. */
function apply() {
  document.documentElement.lang = language;
  document.title = say("title");
  for (const e of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-en]"))) {
    e.dataset.vi ??= e.textContent ?? "";
    e.textContent = (language === "en" ? e.dataset.en : e.dataset.vi) ?? "";
  }
  const button = /** @type {HTMLElement} */ (document.getElementById("language"));
  button.textContent = say("switchTo");
  button.lang = language === "vi" ? "en" : "vi";
  for (const act of listeners) act();
}

export function switchLanguage() {
  language = language === "vi" ? "en" : "vi";
  apply();
}
