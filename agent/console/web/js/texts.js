// @ts-check
/** The page's words: Vietnamese first, English beside. */

/** @typedef {{ vi: string, en: string }} Text */

/** @satisfies {Record<string, Text>} */
export const WORDS = {
  connecting: { vi: "Đang kết nối…", en: "Connecting…" },
  open: { vi: "Đang chạy trên máy này", en: "Running on this computer" },
  lost: { vi: "Mất kết nối, đang thử lại…", en: "The connection is lost; trying again…" },
  away: { vi: "Không kết nối", en: "Not connected" },
  stale: { vi: "Mất kết nối với chương trình đọc thẻ. Nội dung bên dưới có thể đã cũ; đang thử kết nối lại…", en: "The connection to the card reader program is lost. What is shown below may be out of date; trying again…" },
  languageHere: { vi: "Ngôn ngữ chung do quản trị viên hoặc lệnh khởi động đặt; chỉ trang này đổi ngôn ngữ.", en: "The common language is set by the administrator or at the start; only this page has changed." },
  title: { vi: "Chương trình đọc thẻ", en: "Card reader" },
  toLanguage: { vi: "English", en: "Tiếng Việt" },
  answered: { vi: "Đã gửi trả lời.", en: "The answer was given." },
  remedy: { vi: "Cách xử lý:", en: "What to do:" },

  readyReader: { vi: "Đã có đầu đọc.", en: "A reader is connected." },
  noReady: { vi: "Cắm đầu đọc thẻ vào máy. Nếu vẫn không thấy, bấm «Kiểm tra ngay» ở mục «Kiểm tra máy này».", en: "Plug a card reader in. If it is still not seen, press “Look now” under “This computer”." },
  readyTrust: { vi: "Đã có chứng thư gốc.", en: "Root certificates are installed." },
  noReadyTrust: { vi: "Nhờ quản trị viên cài chứng thư gốc. Chưa có thì vẫn đọc được thẻ, nhưng chưa kết luận được thẻ thật hay giả.", en: "Ask the administrator to install root certificates. Without them cards can be read, but not proven genuine." },
  readyPage: { vi: "Đã có trang được đọc thẻ.", en: "A page may read cards." },
  noReadyPage: { vi: "Bấm «Cho trang xin phép trong hai phút», mở trang của cơ quan, bấm nút ghép trên trang đó, rồi nhập mã vào câu hỏi hiện ra.", en: "Press “Let a page ask, for two minutes”, open your office’s page, use its pairing button, then enter the code in the question that comes up." },
  noReadyPageAdmin: { vi: "Nhờ quản trị viên cấp quyền cho trang của cơ quan.", en: "Ask the administrator to grant your office’s page." },
  ready: { vi: "Xong", en: "Done" },
  toDo: { vi: "Cần làm", en: "To do" },

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
  testRoot: { vi: "chỉ để thử", en: "for tests alone" },
  anyReader: { vi: "đầu đọc bất kỳ", en: "any reader" },

  readFor: { vi: "Đọc cho", en: "Reading for" },
  waitsForCard: { vi: "Chờ đặt thẻ lên đầu đọc", en: "Waiting for a card" },
  waitsForOfficer: { vi: "Chờ cán bộ trả lời câu hỏi", en: "Waiting for your answer" },
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
  codeShort: { vi: "Mã có đúng 7 chữ số.", en: "The code has exactly 7 digits." },
  caution: { vi: "Cẩn thận: tên miền này có chữ đặc biệt (xn--…), dễ bị nhìn nhầm thành trang khác. Chỉ cho phép khi quản trị viên đã xác nhận.", en: "Careful: this name holds special letters (xn--…) and is easily mistaken for another. Allow it only if the administrator has confirmed it." },
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
  trustUpdated: { vi: "Cập nhật lần cuối: {at}, {days} ngày trước.", en: "Last updated: {at}, {days} days ago." },
  trustToday: { vi: "Cập nhật lần cuối: hôm nay.", en: "Last updated: today." },
  trustOld: { vi: "Đã lâu chưa cập nhật: nhờ quản trị viên lấy chứng thư và danh sách thu hồi mới.", en: "Not updated for long: ask the administrator for new certificates and revocation lists." },
  origin: { vi: "Nguồn: {of}", en: "Origin: {of}" },
  added: { vi: "cài ngày {at}", en: "installed on {at}" },
  moreAnchors: { vi: "Liệt kê {n} chứng thư đầu.", en: "The first {n} are listed." },
  valid: { vi: "Giá trị từ {from} đến {to}", en: "Valid from {from} to {to}" },
  overdue: { vi: "hết hạn", en: "out of date" },
  fingerprint: { vi: "Mã băm SHA-256 để đối chiếu", en: "SHA-256 fingerprint, to compare" },

  looking: { vi: "Đang kiểm tra…", en: "Looking…" },
  looked: { vi: "Kiểm tra lúc {at}: {n} mục cần xem.", en: "Looked at {at}: {n} to see to." },
  saved: { vi: "Đã lưu tệp {name} vào thư mục tải về của trình duyệt.", en: "The file {name} is in the browser's downloads." },
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
  licence: { vi: "Giấy phép", en: "Licence" },
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
