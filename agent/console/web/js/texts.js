// @ts-check
/** The page's words: Vietnamese first, English beside. */

/** @typedef {{ vi: string, en: string }} Text */

/** @satisfies {Record<string, Text>} */
export const WORDS = {
  connecting: { vi: "Đang kết nối…", en: "Connecting…" },
  open: { vi: "Đang chạy trên máy này", en: "Running on this computer" },
  lost: { vi: "Mất kết nối, đang thử lại…", en: "The connection is lost; trying again…" },
  away: { vi: "Không kết nối", en: "Not connected" },
  title: { vi: "Chương trình đọc thẻ", en: "Card reader" },
  toLanguage: { vi: "English", en: "Tiếng Việt" },
  done: { vi: "Đã làm xong.", en: "Done." },
  remedy: { vi: "Cách xử lý:", en: "What to do:" },

  none: { vi: "trống, đặt thẻ lên", en: "empty: put a card on" },
  checking: { vi: "đang xem là thẻ gì…", en: "finding out what the card is…" },
  citizen: { vi: "có thẻ căn cước", en: "an identity card is on" },
  unknown: { vi: "thẻ khác, không đụng tới", en: "another kind of card, left alone" },
  busy: { vi: "chương trình khác đang giữ thẻ", en: "another program holds the card" },
  mute: { vi: "thẻ không trả lời, đặt lại thẻ", en: "the card does not answer: put it on again" },
  stuck: { vi: "đầu đọc không trả lời, rút ra cắm lại", en: "the reader does not answer: unplug it and plug it in again" },
  inUse: { vi: "đang đọc", en: "reading" },
  noReader: { vi: "Không thấy đầu đọc nào. Cắm đầu đọc vào máy.", en: "No reader is connected. Plug one in." },
  test: { vi: "thẻ thử", en: "test card" },
  anyReader: { vi: "đầu đọc bất kỳ", en: "any reader" },

  readFor: { vi: "Đọc cho", en: "Reading for" },
  waitsForCard: { vi: "Chờ đặt thẻ lên đầu đọc", en: "Waiting for a card" },
  endRead: { vi: "Dừng đọc", en: "Stop reading" },
  choose: { vi: "Cho trang này đọc", en: "Let this page read" },

  pairAsks: { vi: "Một trang xin phép đọc thẻ", en: "A page asks to read cards" },
  againAsks: { vi: "Trang xin đọc thêm một lần thẻ đang đặt", en: "A page asks to read the card that is on once more" },
  callsItself: { vi: "Tự xưng là", en: "Calls itself" },
  purpose: { vi: "Mục đích nêu ra", en: "Stated purpose" },
  ordinary: { vi: "Sẽ được đọc", en: "It will be able to read" },
  sensitive: { vi: "Dữ liệu nhạy cảm: chỉ đánh dấu mục thật cần", en: "Sensitive data: tick only what is needed" },
  presence: { vi: "Cho trang biết khi có thẻ đặt lên hay nhấc ra", en: "Tell the page when a card is put on or taken away" },
  code: { vi: "Nhập mã 7 số đang hiện trên trang đó", en: "Enter the 7-digit code that the page shows" },
  codeWhy: { vi: "Không nhập mã nhận qua điện thoại hay tin nhắn.", en: "Never enter a code that came by telephone or message." },
  triesLeft: { vi: "Số lần thử còn lại: {n}", en: "Tries left: {n}" },
  codeWrong: { vi: "Mã vừa nhập không đúng. Xem lại mã trên trang.", en: "That code was wrong. Look at the page again." },
  term: { vi: "Cho phép bao lâu", en: "For how long" },
  once: { vi: "Một lần đọc", en: "One read" },
  day: { vi: "Hôm nay", en: "Today" },
  always: { vi: "Đến khi thu hồi", en: "Until taken back" },
  allow: { vi: "Cho phép", en: "Allow" },
  deny: { vi: "Từ chối", en: "Refuse" },
  nothing: { vi: "không có", en: "none" },

  pairingOpen: { vi: "Đang mở đến {at}. Mở trang cần ghép rồi bấm nút ghép trên trang đó.", en: "Open until {at}. Go to the page and use its pairing button." },
  pairingShut: { vi: "Đang đóng: trang lạ không xin phép được.", en: "Closed: unknown pages cannot ask." },
  pairingForbidden: { vi: "Quản trị viên không cho ghép trang mới trên máy này.", en: "The administrator does not allow new pages here." },

  by: { vi: "Người cấp", en: "Granted by" },
  admin: { vi: "quản trị viên", en: "the administrator" },
  officer: { vi: "cán bộ", en: "the officer" },
  operator: { vi: "dòng lệnh", en: "the command line" },
  run: { vi: "lần khởi động này", en: "this start" },
  until: { vi: "đến {at}", en: "until {at}" },
  everyField: { vi: "mọi trường", en: "every field" },
  follows: { vi: "biết khi có thẻ", en: "is told of cards" },
  revoke: { vi: "Thu hồi", en: "Take back" },
  revokeSure: { vi: "Bấm lần nữa để thu hồi", en: "Press again to take back" },
  revoked: { vi: "Đã thu hồi quyền của {who}.", en: "The grant of {who} was taken back." },

  noAnchor: { vi: "Chưa có chứng thư gốc nào: thẻ chỉ đọc được, chưa thể kết luận thật hay giả.", en: "There is no root certificate: cards can be read, but not proven genuine." },
  anchors: { vi: "{n} chứng thư.", en: "{n} certificates." },
  moreAnchors: { vi: "Liệt kê {n} chứng thư đầu.", en: "The first {n} are listed." },
  valid: { vi: "Giá trị từ {from} đến {to}", en: "Valid from {from} to {to}" },
  overdue: { vi: "hết hạn", en: "out of date" },
  fingerprint: { vi: "Vân tay SHA-256", en: "SHA-256 fingerprint" },

  looking: { vi: "Đang kiểm tra…", en: "Looking…" },
  looked: { vi: "Kiểm tra lúc {at}: {n} mục cần xem.", en: "Looked at {at}: {n} to see to." },
  statusOk: { vi: "tốt", en: "good" },
  statusWarning: { vi: "nên xem", en: "see to it" },
  statusError: { vi: "LỖI", en: "WRONG" },
  statusOff: { vi: "không dùng", en: "not used" },
  statusUnknown: { vi: "chưa rõ", en: "not known" },

  version: { vi: "Phiên bản", en: "Version" },
  started: { vi: "Chạy từ", en: "Running since" },
  addresses: { vi: "Địa chỉ", en: "Addresses" },
  folder: { vi: "Thư mục dữ liệu", en: "Data folder" },
  key: { vi: "Khóa công khai", en: "Public key" },
  mock: { vi: "Đang bật đầu đọc mô phỏng", en: "Mock readers are on" },
  yes: { vi: "có", en: "yes" },
};

/** @type {"vi" | "en"} */
let language = "vi";

/** @returns {"vi" | "en"} */
export const current = () => language;

/** @param {"vi" | "en"} chosen */
export function setLanguage(chosen) {
  language = chosen;
  document.documentElement.lang = chosen;
  for (const e of document.querySelectorAll("[data-en]")) {
    const element = /** @type {HTMLElement} */ (e);
    element.dataset.vi ??= element.textContent ?? "";
    element.textContent = (chosen === "en" ? element.dataset.en : element.dataset.vi) ?? "";
  }
}

/**
 * Says a text of the agent.
 * @param {Text} text
 */
export const say = (text) => text[language];

/**
 * Says a word of the page.
 * @param {keyof typeof WORDS} name
 * @param {Record<string, string|number>} [values]
 */
export function word(name, values = {}) {
  return say(WORDS[name]).replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));
}

const locale = () => (language === "en" ? "en-GB" : "vi-VN");

/** @param {string} iso */
export const clock = (iso) => new Date(iso).toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** @param {string} iso */
export const day = (iso) => new Date(iso).toLocaleDateString(locale(), { day: "2-digit", month: "2-digit", year: "numeric" });

/** @param {string} iso */
export const moment = (iso) => `${clock(iso)} ${day(iso)}`;
