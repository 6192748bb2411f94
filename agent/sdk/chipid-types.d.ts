// Generated from agent/rpc/schema by `go generate ./agent/rpc/schema`: the messages of chipid.v1, version 1.0.

/** One sentence in both languages. · Một câu bằng hai thứ tiếng. */
export interface Text {
  /** In Vietnamese. · Tiếng Việt. */
  vi: string;
  /** In English. · Tiếng Anh. */
  en: string;
}

/** A stable name in capitals. · Tên cố định, viết hoa. */
export type Code = string;

/** Names a request or a read. · Tên của một yêu cầu hoặc một lần đọc. */
export type Token = string | number;

/** The stable name of a field. · Tên cố định của một trường. */
export type FieldId = string;

/** A failure with its words (docs/errors.md). · Một lỗi kèm lời giải thích (docs/errors.md). */
export interface Failure {
  /** The stable name that programs look at. · Tên cố định cho chương trình. */
  code: Code;
  /** What happened. · Điều đã xảy ra. */
  messages: Text;
  /** What to do. · Cách xử lý. */
  remedy: Text;
  /** The same request may succeed later as it is. · Gửi lại y nguyên có thể thành công. */
  retryable: boolean;
  /** The chip's status word, if a command failed. · Mã trạng thái của chip, nếu một lệnh thất bại. */
  sw?: string;
  /** The ways into the chip that were tried. · Các cách mở chip đã thử. */
  tried?: string[];
  /** For developers, in English. · Cho lập trình viên, bằng tiếng Anh. */
  detail?: string;
}

/** One reader and the card in it. · Một đầu đọc và thẻ trong đó. */
export interface Reader {
  /** The name by which the system knows it. · Tên đầu đọc trong hệ thống. */
  name: string;
  /** A card is in, of whatever kind. · Có thẻ, bất kể loại nào. */
  card: boolean;
  /** Only a citizen's card can be read. · Chỉ thẻ công dân (citizen) mới đọc được. */
  state: "none" | "checking" | "citizen" | "unknown" | "busy" | "mute" | "stuck";
  /** Another number is another insertion. · Số khác nghĩa là lần đặt thẻ khác. */
  insertion: number;
  /** A mock reader: its cards are never real. · Đầu đọc mô phỏng: thẻ không bao giờ là thật. */
  synthetic: boolean;
  /** A read runs on it. · Đang có một lần đọc trên đầu đọc này. */
  busy: boolean;
}

/** All readers. · Tất cả đầu đọc. */
export type Readers = Reader[];

/** Why there is no smart-card service; null while it runs. · Vì sao không có dịch vụ thẻ; null khi dịch vụ chạy. */
export type Service = Failure | null;

/** How a verdict is shown; only alarm may use a warning colour. · Cách thể hiện kết quả; chỉ alarm được dùng màu cảnh báo. */
export type Tone = "good" | "alarm" | "note" | "neutral";

/** One verdict. · Một mục kiểm tra. */
export interface Check {
  /** Which check. · Mục kiểm tra nào. */
  id: "hashes" | "signature" | "anchor" | "validity" | "revocation" | "activeAuth" | "chipAuth" | "consistency" | "expiry";
  /** Its verdict; never merged with another. · Kết quả của mục, không gộp với mục khác. */
  status: "passed" | "failed" | "unavailable" | "skipped";
  /** Why it did not pass; empty if it did. · Vì sao không đạt; rỗng nếu đạt. */
  reason: "" | Code;
  /** The data groups that it is about. · Các nhóm dữ liệu liên quan. */
  groups?: string[];
  /** What is checked. · Kiểm tra điều gì. */
  title: Text;
  /** The verdict in words. · Kết quả bằng lời. */
  statusText: Text;
  /** How it is shown. · Cách thể hiện. */
  tone: Tone;
  /** A fault of this computer, never of the card. · Lỗi của máy này, không bao giờ là lỗi của thẻ. */
  setup: boolean;
  /** What it says. · Giải thích. */
  text: Text;
  /** What to do; null if it passed. · Cách xử lý; null nếu đạt. */
  remedy: Text | null;
  /** What is odd beside a verdict. · Điểm lạ bên cạnh kết quả. */
  remarks?: Array<{
    /** The stable name of the remark. · Tên cố định của điểm lạ. */
    reason: Code;
    /** What it says. · Giải thích. */
    text: Text;
  }>;
}

/** The verdicts and what they mean together. · Các kết quả và ý nghĩa chung. */
export interface Report {
  /** genuine, failed (the alarm) or unproven (nothing failed, not provable). · genuine (chip thật), failed (báo động), unproven (chưa đủ căn cứ). */
  outcome: "genuine" | "failed" | "unproven";
  /** The outcome is genuine. · Kết luận là chip thật. */
  genuine: boolean;
  /** A test card. · Thẻ thử nghiệm. */
  synthetic: boolean;
  /** How the outcome is shown. · Cách thể hiện kết luận. */
  tone: Tone;
  /** The outcome in words. · Kết luận bằng lời. */
  text: Text;
  /** What to do. · Cách xử lý. */
  remedy: Text;
  /** Every check, each for itself. · Từng mục kiểm tra riêng. */
  checks: Check[];
}

/** The asked fields and no other; null where the card says nothing. Dates are yyyy-mm-dd. · Đúng các trường đã xin; null nếu thẻ không ghi. Ngày dạng yyyy-mm-dd. */
export interface Citizen {
  /** The 12-digit number. · Số định danh cá nhân. */
  personalNumber?: string | null;
  /** Full name, with diacritics. · Họ, chữ đệm và tên. */
  fullName?: string | null;
  /** Date of birth. · Ngày sinh. */
  dateOfBirth?: string | null;
  /** Sex. · Giới tính. */
  sex?: "male" | "female" | null;
  /** Nationality. · Quốc tịch. */
  nationality?: string | null;
  /** Ethnicity (sensitive). · Dân tộc (nhạy cảm). */
  ethnicity?: string | null;
  /** Religion (sensitive). · Tôn giáo (nhạy cảm). */
  religion?: string | null;
  /** Place of origin, or of birth registration, as the card calls it. · Quê quán, hoặc nơi đăng ký khai sinh, theo loại thẻ. */
  placeOfOrigin?: string | null;
  /** Residence as on the day of issue. · Nơi thường trú hoặc cư trú, tại ngày cấp. */
  placeOfResidence?: string | null;
  /** Identifying marks (sensitive). · Đặc điểm nhận dạng (nhạy cảm). */
  identifyingMarks?: string | null;
  /** Date of issue. · Ngày cấp. */
  dateOfIssue?: string | null;
  /** Date of expiry; null with noExpiry. · Ngày hết hạn; null khi không thời hạn. */
  dateOfExpiry?: string | null;
  /** The card does not expire. · Thẻ không thời hạn. */
  noExpiry?: boolean;
  /** Who issued it: not on the chip, from the date of issue. · Nơi cấp: không có trên chip, suy từ ngày cấp. */
  placeOfIssue?: string | null;
  /** Father's name (sensitive). · Họ tên cha (nhạy cảm). */
  father?: string | null;
  /** Mother's name (sensitive). · Họ tên mẹ (nhạy cảm). */
  mother?: string | null;
  /** Spouse's name (sensitive). · Họ tên vợ/chồng (nhạy cảm). */
  spouse?: string | null;
  /** The former 9-digit number. · Số CMND cũ. */
  oldNumber?: string | null;
  /** An identifier on the chip, opaque. · Mã trên chip, chưa rõ nghĩa. */
  chipSerial?: string | null;
  /** The portrait (sensitive). · Ảnh chân dung (nhạy cảm). */
  portrait?: {
    /** The kind of picture. · Loại ảnh. */
    mime: "image/jpeg" | "image/png";
    /** The picture in base64. · Ảnh, dạng base64. */
    data: string;
    /** Pixels. · Điểm ảnh, chiều ngang. */
    width: number;
    /** Pixels. · Điểm ảnh, chiều dọc. */
    height: number;
  } | null;
  /** Numbered fields of DG13 that have no name yet. · Các trường DG13 chưa có tên, theo số. */
  extra?: Record<string, string[]> | null;
  /** As it stands on the chip. · Như ghi trên chip. */
  sexText?: string;
  /** As it stands on the chip. · Như ghi trên chip. */
  dateOfBirthText?: string;
  /** As it stands on the chip. · Như ghi trên chip. */
  dateOfIssueText?: string;
  /** As it stands on the chip. · Như ghi trên chip. */
  dateOfExpiryText?: string;
}

/** Random, chosen by the page: takes a result that was not delivered. · Ngẫu nhiên, do trang chọn: để lấy lại kết quả chưa giao được. */
export type Resume = string;

/** 32 bytes in base64url. · 32 byte dạng base64url. */
export type Nonce = string;

/** Names a proof on this connection. · Tên của một lần kiểm tra trên kết nối này. */
export type Proof = string;

/** A message between the back end and the agent. The page carries it unchanged and need not understand it. · Thông điệp giữa máy chủ và chương trình. Trang chuyển nguyên văn, không cần hiểu. */
export type Relayed = string;

/** $/cancelRequest: which request */
export interface CancelRequestParams {
  /** The id of the request that is to end. · id của yêu cầu cần dừng. */
  id: Token;
}

/** card.proof.end: give up */
export interface CardProofEndParams {
  /** The proof. · Lần kiểm tra. */
  proof: Proof;
}

/** card.proof.end: the chip was reset */
export type CardProofEndResult = Record<string, unknown>;

/** card.proof.relay: a message of the back end */
export interface CardProofRelayParams {
  /** The proof. · Lần kiểm tra. */
  proof: Proof;
  /** What the back end sent. · Thông điệp của máy chủ. */
  message: Relayed;
}

/** card.proof.relay: the answer for the back end */
export interface CardProofRelayResult {
  /** Absent at the end. · Câu trả lời cho máy chủ; không có khi đã xong. */
  message?: Relayed;
  /** The back end wants no more; the chip was reset. · Máy chủ không cần gì nữa; chip đã được đặt lại. */
  ended: boolean;
}

/** The agent opens the chip and reads EF.SOD and DG14; from then on it relays between the chip and the back end. */
export interface CardProofStartParams {
  /** The nonce that the back end issued, 32 to 64 bytes in base64url. · Số ngẫu nhiên do máy chủ cấp, 32 đến 64 byte dạng base64url. */
  nonce: string;
  /** The purpose that the back end fixed with the nonce; the officer sees it. · Mục đích mà máy chủ ấn định cùng số ngẫu nhiên; cán bộ thấy được. */
  purpose: string;
  /** The data groups that the back end asks for, ascending. The grant must cover every field of each, and always those of DG1. · Các nhóm dữ liệu máy chủ xin, tăng dần. Quyền phải bao gồm mọi trường của từng nhóm, và luôn gồm mọi trường của DG1. */
  groups: Array<"dg1" | "dg2" | "dg3" | "dg4" | "dg5" | "dg6" | "dg7" | "dg8" | "dg9" | "dg10" | "dg11" | "dg12" | "dg13" | "dg16">;
  /** What opens the chip; exactly one. · Khóa mở chip; đúng một loại. */
  key: {
    /** The 12-digit number. · Số định danh 12 chữ số. */
    id?: string;
    /** The last 6 digits of the number, as PACE takes them. · 6 chữ số cuối của số định danh, dùng cho PACE. */
    can?: string;
    /** The lines of the MRZ, or number,birth,expiry with dates yymmdd. · Các dòng MRZ, hoặc số,ngày sinh,ngày hết hạn dạng yymmdd. */
    mrz?: string;
    /** The text of the card's QR code. · Nội dung mã QR trên thẻ. */
    qr?: string;
  };
  /** The reader; without it the card that came last is taken. · Tên đầu đọc; bỏ trống thì dùng đầu đọc vừa có thẻ. */
  reader?: string;
  /** Wait for a card to be put in, a minute at most. · Chờ công dân đặt thẻ, lâu nhất một phút. */
  wait?: boolean;
  /** True: the page states that the citizen agreed, by a box that is never ticked beforehand; needed unless the administrator marked the origin as a state body. · True: trang nêu rằng công dân đã đồng ý, bằng ô không bao giờ đánh dấu sẵn; cần có trừ khi quản trị viên đánh dấu trang là cơ quan nhà nước. */
  citizenConsent?: boolean;
  /** Who works at the page, opaque; kept in the audit as claimed. · Người đang làm việc trên trang, do trang tự nêu; chỉ ghi vào nhật ký. */
  operator?: string;
  /** The file that the read belongs to, opaque; kept in the audit as claimed. · Hồ sơ của lần đọc, do trang tự nêu; chỉ ghi vào nhật ký. */
  case?: string;
}

/** card.proof.start: the proof has begun */
export interface CardProofStartResult {
  /** Names the proof. · Tên của lần kiểm tra. */
  proof: Proof;
  /** The reader's name. · Tên đầu đọc. */
  reader: string;
  /** The card is a test card. · Thẻ là thẻ thử nghiệm. */
  synthetic: boolean;
  /** The first message for the back end. · Thông điệp đầu tiên cho máy chủ. */
  message: Relayed;
}

/** card.read: what is wanted */
export interface CardReadParams {
  /** The fields wanted; initialize lists them. · Các trường cần đọc; initialize liệt kê các trường có thể xin. */
  fields: FieldId[];
  /** Why, in words for the officer. · Mục đích, bằng lời cho cán bộ đọc. */
  purpose: string;
  /** What opens the chip; exactly one. · Khóa mở chip; đúng một loại. */
  key: {
    /** The 12-digit number. · Số định danh 12 chữ số. */
    id?: string;
    /** The last 6 digits of the number, as PACE takes them. · 6 chữ số cuối của số định danh, dùng cho PACE. */
    can?: string;
    /** The lines of the MRZ, or number,birth,expiry with dates yymmdd. · Các dòng MRZ, hoặc số,ngày sinh,ngày hết hạn dạng yymmdd. */
    mrz?: string;
    /** The text of the card's QR code. · Nội dung mã QR trên thẻ. */
    qr?: string;
  };
  /** The reader; without it the card that came last is taken. · Tên đầu đọc; bỏ trống thì dùng đầu đọc vừa có thẻ. */
  reader?: string;
  /** Names the read in $/progress; the request's id if left out. · Tên của lần đọc trong $/progress; bỏ trống thì là id của yêu cầu. */
  progressToken?: Token;
  /** Wait for a card to be put in, a minute at most. · Chờ công dân đặt thẻ, lâu nhất một phút. */
  wait?: boolean;
  /** With it a result that was not delivered can be taken later (card.resume). · Dùng để lấy lại kết quả chưa giao được (card.resume). */
  resume?: Resume;
  /** True: the page states that the citizen agreed, by a box that is never ticked beforehand; needed unless the administrator marked the origin as a state body. · True: trang nêu rằng công dân đã đồng ý, bằng ô không bao giờ đánh dấu sẵn; cần có trừ khi quản trị viên đánh dấu trang là cơ quan nhà nước. */
  citizenConsent?: boolean;
  /** Ask for evidence that a back end verifies for itself: nonce and groups as it issued them; its purpose is the one above, and its origin the connection's own. · Xin bằng chứng để máy chủ tự kiểm tra: nonce và các nhóm như máy chủ đã phát; mục đích là «purpose» ở trên, nguồn là của chính kết nối này. */
  evidence?: {
    /** 32 to 64 bytes in hex. · 32 đến 64 byte, viết dạng hex. */
    nonce: string;
    /** Data groups wanted raw, ascending; DG14 and DG15 always come along. Each needs a grant for every field that it can hold, and whatever is asked for that of DG1. · Các nhóm dữ liệu muốn lấy nguyên bản, tăng dần; DG14 và DG15 luôn đi kèm. Mỗi nhóm cần quyền cho mọi trường mà nó có thể chứa; luôn cần quyền cho mọi trường của DG1. */
    groups: string[];
    /** cbor if left out. · Mặc định là cbor. */
    format?: "cbor" | "json";
  };
  /** Who works at the page, opaque; kept in the audit as claimed. · Người đang làm việc trên trang, do trang tự nêu; chỉ ghi vào nhật ký. */
  operator?: string;
  /** The file that the read belongs to, opaque; kept in the audit as claimed. · Hồ sơ của lần đọc, do trang tự nêu; chỉ ghi vào nhật ký. */
  case?: string;
}

/** card.read: what the card says, and whether to believe it */
export interface CardReadResult {
  /** The reader's name. · Tên đầu đọc. */
  reader: string;
  /** The card is a test card. · Thẻ là thẻ thử nghiệm. */
  synthetic: boolean;
  /** The asked and granted fields. · Các trường đã xin và được cấp. */
  citizen: Citizen;
  /** What is known of the card itself. · Thông tin về chính tấm thẻ. */
  document: {
    /** The number in the MRZ, if asked for. · Số trên MRZ, nếu được xin. */
    documentNumber?: string;
    /** The lines of the MRZ, if asked for. · Các dòng MRZ, nếu được xin. */
    mrz?: string;
    /** The format of the MRZ. · Khuôn dạng MRZ. */
    type?: "TD1" | "TD2" | "TD3";
    /** The document code of the MRZ. · Mã loại giấy tờ trên MRZ. */
    documentCode?: string;
    /** The issuing State of the MRZ. · Nước cấp trên MRZ. */
    issuingState?: string;
    /** Which card it is: CCCD (to June 2024) or thẻ căn cước. · Loại thẻ: CCCD (đến 6/2024) hay thẻ căn cước. */
    generation?: "cccd" | "canCuoc";
    /** The way into the chip. · Cách mở chip. */
    access: "PACE-CAN" | "PACE-MRZ" | "BAC";
    /** The data groups that were read. · Các nhóm dữ liệu đã đọc. */
    groups: string[];
    /** Files that could not be read or parsed. · Các tệp không đọc hoặc không hiểu được. */
    broken: string[];
    /** Who signed the data. · Bên ký dữ liệu. */
    signer?: {
      /** The signer's name. · Tên bên ký. */
      subject: string;
      /** Who certified the signer. · Nơi cấp chứng thư cho bên ký. */
      issuer: string;
      /** When it signed, as it says; only if dateOfIssue was asked for and granted, which it tells. · Thời điểm ký, theo lời bên ký; chỉ khi dateOfIssue được xin và được phép, vì thời điểm này cho biết ngày cấp. */
      signingTime?: string;
      /** The trusted root that the signer leads to. · Chứng thư gốc mà bên ký dẫn tới. */
      anchor?: string;
    };
    /** The words for the fields as this kind of card has them. · Tên các trường theo đúng loại thẻ này. */
    labels: Record<string, Text>;
  };
  /** The verdicts. · Kết quả kiểm tra thẻ. */
  report: Report;
  /** Times from the start of the read, in ms, and what went over the link. · Thời gian từ lúc bắt đầu, tính bằng ms, và lượng dữ liệu trao đổi với chip. */
  timing: {
    /** Until the chip was open. · Đến khi mở được chip. */
    accessMs: number;
    /** Until the text was there. · Đến khi có phần chữ. */
    textMs: number;
    /** Until the portrait was there. · Đến khi có ảnh. */
    portraitMs?: number;
    /** The whole read. · Cả lần đọc. */
    totalMs: number;
    /** Commands sent. · Số lệnh đã gửi. */
    apdus: number;
    /** Bytes sent. · Số byte đã gửi. */
    bytesSent: number;
    /** Bytes received. · Số byte đã nhận. */
    bytesReceived: number;
  };
  /** Fields that were asked for and are not granted. · Các trường đã xin mà không được cấp. */
  withheld?: FieldId[];
  /** {format, bundle}, if it was asked for; null if the chip gave no signature or lacks a group asked for: the report says why. · {format, bundle}, có khi đã xin; null nếu chip không ký hoặc thiếu nhóm dữ liệu được xin: báo cáo cho biết lý do. */
  evidence?: unknown;
}

/** card.resume: which result */
export interface CardResumeParams {
  /** The token of the read whose result was not delivered. · Mã của lần đọc có kết quả chưa giao được. */
  resume: Resume;
}

/** card.resume: the result as card.read would have given it */
export type CardResumeResult = CardReadResult;

/** An error object */
export interface Error {
  /** The integer of docs/errors.md. · Số của lỗi trong docs/errors.md. */
  code: number;
  /** The English sentence. · Câu tiếng Anh. */
  message: string;
  /** What programs and people look at. · Phần cho chương trình và cho người. */
  data: Failure;
}

/** Every event carries the whole state, so that one that was missed does no harm. */
export interface EventParams {
  /** The reader that changed, as it was then. · Đầu đọc đã thay đổi, như lúc đó. */
  reader: Reader;
  /** All readers as they are now. · Tất cả đầu đọc như hiện giờ. */
  readers: Readers;
  /** Why there is no smart-card service; null while it runs. · Vì sao không có dịch vụ thẻ; null khi dịch vụ chạy. */
  service: Service;
  /** The reader is a mock reader. · Đầu đọc là đầu đọc mô phỏng. */
  synthetic: boolean;
}

/** initialize: what the client says */
export interface InitializeParams {
  /** The version that the client speaks, "1.0". · Phiên bản mà trang dùng, "1.0". */
  protocolVersion: string;
  /** Who asks. · Ai hỏi. */
  client: {
    /** The page's or program's name. · Tên trang hoặc chương trình. */
    name: string;
    /** Its version. · Phiên bản của nó. */
    version?: string;
  };
  /** Reserved: what the client can do. · Dành sẵn: khả năng của trang. */
  capabilities?: Record<string, unknown>;
  /** Random bytes in base64url, at least 16; the agent signs them with its identity. · Byte ngẫu nhiên dạng base64url, ít nhất 16; chương trình ký bằng khóa định danh của nó. */
  challenge?: string;
}

/** initialize: what the agent says */
export interface InitializeResult {
  /** The version that the agent speaks. · Phiên bản mà chương trình dùng. */
  protocolVersion: string;
  /** The program. · Chương trình. */
  agent: {
    /** Its name. · Tên. */
    name: string;
    /** Its version. · Phiên bản. */
    version: string;
  };
  /** What this client can call and hear. · Những gì trang này gọi và nghe được. */
  capabilities: {
    /** Methods that can be called. · Các phương thức gọi được. */
    methods: string[];
    /** Notifications in both directions. · Các thông báo, cả hai chiều. */
    notifications: string[];
    /** Kinds of keys that card.read takes. · Các loại khóa mà card.read nhận. */
    keys: string[];
    /** Every field that can be asked for, in the order of forms. · Mọi trường có thể xin, theo thứ tự trên tờ khai. */
    fields: Array<{
      /** The field. · Trường. */
      id: FieldId;
      /** Its words. · Tên gọi. */
      label: Text;
      /** Sensitive by law: granted one by one. · Nhạy cảm theo luật: cấp từng trường một. */
      sensitive: boolean;
    }>;
    /** The agent offers mock readers. · Chương trình có đầu đọc mô phỏng. */
    mock: boolean;
  };
  /** Beyond these the agent refuses or closes. · Vượt các giới hạn này thì bị từ chối hoặc ngắt. */
  limits: {
    /** Longest message of a client. · Thông điệp dài nhất của trang. */
    messageBytes: number;
    /** Messages of a client. · Số thông điệp mỗi giây của trang. */
    messagesPerSecond: number;
    /** Requests under way. · Số yêu cầu đang chạy. */
    requestsInFlight: number;
    /** Connections of one origin. · Số kết nối của một trang. */
    connectionsPerOrigin: number;
    /** Longest read. · Thời gian đọc lâu nhất. */
    readSeconds: number;
    /** Silence after which a client counts as gone. · Im lặng bao lâu thì coi như đã ngắt. */
    idleSeconds: number;
  };
  /** There if a challenge was sent: the agent's key, and its signature over challenge, origin and port. · Có nếu trang gửi challenge: khóa của chương trình và chữ ký trên challenge, trang và cổng. */
  identity?: {
    /** Ed25519 key, base64url. · Khóa Ed25519, dạng base64url. */
    key: string;
    /** Over the four lines of docs/protocol.md. · Trên bốn dòng nêu trong docs/protocol.md. */
    signature: string;
    /** The port that the agent sees. · Cổng mà chương trình thấy. */
    port: number;
  };
  /** What this client may; absent while it has no grant. · Trang này được làm gì; không có nếu chưa được cấp quyền. */
  grant?: {
    /** The granted fields. · Các trường được cấp. */
    fields: FieldId[];
    /** Readers and cards are told. · Được biết về đầu đọc và thẻ. */
    presence: boolean;
    /** card.read must state that the citizen agreed. · card.read phải nêu rằng công dân đã đồng ý. */
    citizenConsent: boolean;
    /** Who granted it. · Ai cấp. */
    by: "run" | "operator" | "officer" | "admin";
    /** Until when; null until revoked. · Đến khi nào; null là đến khi thu hồi. */
    until: string | null;
    /** card.proof.start is possible: the key of a service is pinned. · Gọi được card.proof.start: khóa của máy chủ đã được ghi. */
    proof?: boolean;
  };
  /** Readers and cards as they are now; there with the scope presence. · Đầu đọc và thẻ như hiện giờ; có khi được quyền presence. */
  state?: ReadersListResult;
}

/** pairing.finish: wait for the officer */
export interface PairingFinishParams {
  /** The pairing. · Lần ghép. */
  pairing: string;
}

/** pairing.finish: what the officer granted */
export interface PairingFinishResult {
  /** The granted fields. · Các trường được cấp. */
  fields: FieldId[];
  /** Readers and cards are told. · Được biết về đầu đọc và thẻ. */
  presence: boolean;
  /** For one result, for today, or until revoked. · Một lần, hôm nay, hoặc đến khi thu hồi. */
  for: "once" | "day" | "always";
}

/** pairing.request: what a page asks the officer for */
export interface PairingRequestParams {
  /** The site's name, for the officer. · Tên trang, cho cán bộ đọc. */
  name: string;
  /** Why, for the officer. · Mục đích, cho cán bộ đọc. */
  purpose: string;
  /** The fields wanted. · Các trường muốn xin. */
  fields: FieldId[];
  /** Readers and cards are to be told. · Muốn được biết về đầu đọc và thẻ. */
  presence?: boolean;
  /** SHA-256 of the page's nonce (docs/protocol.md), in base64url. · SHA-256 của số ngẫu nhiên của trang (docs/protocol.md), dạng base64url. */
  commitment: Nonce;
}

/** pairing.request: the agent's key and commitment */
export interface PairingRequestResult {
  /** Names the pairing. · Tên của lần ghép. */
  pairing: string;
  /** The agent's Ed25519 key: keep it. · Khóa Ed25519 của chương trình: trang giữ lại. */
  key: Nonce;
  /** The agent's commitment. · Cam kết của chương trình. */
  commitment: Nonce;
}

/** pairing.reveal: the page's nonce */
export interface PairingRevealParams {
  /** The pairing. · Lần ghép. */
  pairing: string;
  /** The page's nonce. · Số ngẫu nhiên của trang. */
  nonce: Nonce;
}

/** pairing.reveal: the agent's nonce */
export interface PairingRevealResult {
  /** The agent's nonce. · Số ngẫu nhiên của chương trình. */
  nonce: Nonce;
}

/** $/progress: how far a read has come */
export interface ProgressParams {
  /** The read: progressToken, or the request's id. · Lần đọc: progressToken, hoặc id của yêu cầu. */
  token: Token;
  /** The stage (docs/errors.md). · Bước đọc (docs/errors.md). */
  stage: string;
  /** Never falls. · Không bao giờ giảm. */
  percent: number;
  /** The stage in words. · Bước đọc bằng lời. */
  text: Text;
  /** A test card. · Thẻ thử nghiệm. */
  synthetic: boolean;
  /** Once: the asked text fields, compared with the signed list and not yet judged. A report that fails takes them back. · Một lần: các trường chữ đã xin, khớp bản được ký nhưng chưa kết luận. Kết quả thất bại thì rút lại. */
  citizen?: Citizen;
}

/** readers.list: no parameters */
export type ReadersListParams = Record<string, unknown>;

/** readers.list: all readers */
export interface ReadersListResult {
  /** All readers. · Tất cả đầu đọc. */
  readers: Readers;
  /** Why there is no smart-card service; null while it runs. · Vì sao không có dịch vụ thẻ; null khi dịch vụ chạy. */
  service: Service;
}

/** rpc.discover: no parameters */
export type RpcDiscoverParams = Record<string, unknown>;

/** rpc.discover: the OpenRPC document of this protocol */
export interface RpcDiscoverResult {
  /** The version of OpenRPC. · Phiên bản OpenRPC. */
  openrpc: string;
  /** Name and version of the protocol. · Tên và phiên bản của giao thức. */
  info: Record<string, unknown>;
  /** Every method. · Mọi phương thức. */
  methods: Array<Record<string, unknown>>;
}

/** The smart-card service came or went, with or without readers. */
export interface ServiceParams {
  /** All readers as they are now. · Tất cả đầu đọc như hiện giờ. */
  readers: Readers;
  /** Why there is no smart-card service; null while it runs. · Vì sao không có dịch vụ thẻ; null khi dịch vụ chạy. */
  service: Service;
}

/** What each call takes and gives. */
export interface Calls {
  /** Begins: version, capabilities, limits and what the client may. First, and once. · Bắt đầu: phiên bản, khả năng, giới hạn và quyền của trang. Gọi đầu tiên, một lần. */
  "initialize": { params: InitializeParams; result: InitializeResult };
  /** The OpenRPC document of this very protocol. · Tài liệu OpenRPC của chính giao thức này. */
  "rpc.discover": { params: RpcDiscoverParams; result: RpcDiscoverResult };
  /** Readers and cards as they are now; needs the scope presence. · Các đầu đọc và thẻ hiện có; cần quyền presence. */
  "readers.list": { params: ReadersListParams; result: ReadersListResult };
  /** Reads and checks the card: the asked and granted fields, every verdict, the times. · Đọc và kiểm tra thẻ: các trường đã xin và được cấp, kết quả từng mục kiểm tra, thời gian. */
  "card.read": { params: CardReadParams; result: CardReadResult };
  /** Takes a result that was not delivered, without another read. · Lấy lại kết quả chưa giao được, không đọc thẻ lần nữa. */
  "card.resume": { params: CardResumeParams; result: CardResumeResult };
  /** Opens the chip for a back end; from then on the page carries messages. · Mở chip cho máy chủ kiểm tra; từ đó trang chỉ chuyển thông điệp. */
  "card.proof.start": { params: CardProofStartParams; result: CardProofStartResult };
  /** Carries a message of the back end to the chip, and the answer back. · Chuyển một thông điệp của máy chủ tới chip và nhận câu trả lời. */
  "card.proof.relay": { params: CardProofRelayParams; result: CardProofRelayResult };
  /** Gives the proof up; answers when the chip was reset. · Bỏ lần kiểm tra; trả lời khi chip đã được đặt lại. */
  "card.proof.end": { params: CardProofEndParams; result: CardProofEndResult };
  /** Asks the officer to pair the page. · Xin cán bộ cho ghép trang. */
  "pairing.request": { params: PairingRequestParams; result: PairingRequestResult };
  /** Shows the page's nonce and gets the agent's. · Đưa số ngẫu nhiên của trang, nhận số của chương trình. */
  "pairing.reveal": { params: PairingRevealParams; result: PairingRevealResult };
  /** Waits for the officer to compare the code and decide. · Chờ cán bộ so mã và quyết định. */
  "pairing.finish": { params: PairingFinishParams; result: PairingFinishResult };
}

/** What the agent tells unasked. */
export interface Notifications {
  /** A read goes on. · Một lần đọc đang tiến triển. */
  "$/progress": ProgressParams;
  /** A reader is plugged in. · Đầu đọc được cắm vào. */
  "reader.attached": EventParams;
  /** A reader is unplugged, or stops answering. · Đầu đọc bị rút hoặc không trả lời nữa. */
  "reader.detached": EventParams;
  /** A citizen's card is in. · Có thẻ công dân trên đầu đọc. */
  "card.inserted": EventParams;
  /** The card that was told is gone. · Thẻ đã báo không còn nữa. */
  "card.removed": EventParams;
  /** A card is in that is none of a citizen, is held by another program, or does not answer; it is left alone. · Có thẻ loại khác, thẻ đang bị chương trình khác giữ, hoặc thẻ không trả lời; thẻ được để yên. */
  "card.unknown": EventParams;
  /** The computer's smart-card service has stopped, or runs again. · Dịch vụ thẻ của máy đã dừng hoặc chạy lại. */
  "service.changed": ServiceParams;
}

/** The codes that a call can end with (docs/errors.md); later versions may add some. */
export type ErrorCode =
  | "ACCESS_DENIED"
  | "ACCESS_NEEDS_QR_OR_MRZ"
  | "ACCESS_TRIES_SPENT"
  | "ANOTHER_PAGE_CHOSEN"
  | "AUDIT_UNWRITABLE"
  | "BUSY"
  | "CANCELLED"
  | "CAN_INVALID"
  | "CARD_BUSY"
  | "CARD_MUTE"
  | "CARD_PROTOCOL"
  | "CARD_REMOVED"
  | "CARD_RESET"
  | "CARD_TIMEOUT"
  | "CARD_UNKNOWN"
  | "CHANNEL_LOST"
  | "CITIZEN_CONSENT_MISSING"
  | "EVIDENCE_REQUEST_MALFORMED"
  | "EVIDENCE_WITHOUT_ORIGIN"
  | "FIELDS_MISSING"
  | "FIELDS_NOT_GRANTED"
  | "FIELD_UNKNOWN"
  | "GRANT_ENDED"
  | "GROUP_NOT_GRANTED"
  | "INTERNAL"
  | "INVALID_PARAMS"
  | "INVALID_REQUEST"
  | "KEY_MISSING"
  | "LINK_FAILED"
  | "METHOD_NOT_FOUND"
  | "MRZ_INVALID"
  | "NOT_INITIALIZED"
  | "NO_CARD"
  | "NO_READER"
  | "NUMBER_INVALID"
  | "OFFICER_ABSENT"
  | "OFFICER_REFUSED"
  | "OTHER_CARD"
  | "PAIRING_BUSY"
  | "PAIRING_CLOSED"
  | "PAIRING_CODE_WRONG"
  | "PAIRING_COMMITMENT"
  | "PAIRING_DENIED"
  | "PAIRING_EXPIRED"
  | "PAIRING_ONLY"
  | "PAIRING_UNKNOWN"
  | "PARSE_ERROR"
  | "PCSC_NOT_BUILT"
  | "PCSC_UNAVAILABLE"
  | "PRESENCE_NOT_GRANTED"
  | "PROOF_ANSWER_WRONG"
  | "PROOF_CARD_REJECTED"
  | "PROOF_CHIP_REFUSED"
  | "PROOF_COMMAND_REFUSED"
  | "PROOF_ENDED"
  | "PROOF_IDLE"
  | "PROOF_KEY_SWAPPED"
  | "PROOF_LOST"
  | "PROOF_MESSAGE_MALFORMED"
  | "PROOF_NOT_GRANTED"
  | "PROOF_NO_CHIP_KEY"
  | "PROOF_ORDER_EXPIRED"
  | "PROOF_ORDER_UNSIGNED"
  | "PROOF_ORIGIN_MISMATCH"
  | "PROOF_OUT_OF_SEQUENCE"
  | "PROOF_READ_FAILED"
  | "PROOF_REQUEST_MISMATCH"
  | "PROOF_TOO_MANY_COMMANDS"
  | "PROOF_UNKNOWN"
  | "PROTOCOL_UNSUPPORTED"
  | "PURPOSE_MISSING"
  | "QR_INVALID"
  | "READER_AMBIGUOUS"
  | "READER_NOT_FOUND"
  | "READER_STUCK"
  | "READ_CRASHED"
  | "RESUME_UNKNOWN"
  | "SYNTHETIC_READER"
  | "TOO_MANY_REQUESTS"
  ;
