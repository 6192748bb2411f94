package catalogue

// Codes of grants, of pairing and of the agent's files.
const (
	// Grants, and reads under them.
	NotPaired        Code = "ORIGIN_NOT_PAIRED"
	OtherSession     Code = "OTHER_SESSION"
	FieldsNotGranted Code = "FIELDS_NOT_GRANTED"
	PresenceMissing  Code = "PRESENCE_NOT_GRANTED"
	GrantEnded       Code = "GRANT_ENDED"
	OfficerRefused   Code = "OFFICER_REFUSED"
	OfficerAbsent    Code = "OFFICER_ABSENT"
	AnotherChosen    Code = "ANOTHER_PAGE_CHOSEN"
	ConsentMissing   Code = "CITIZEN_CONSENT_MISSING"
	ResumeUnknown    Code = "RESUME_UNKNOWN"
	AuditUnwritable  Code = "AUDIT_UNWRITABLE"
	OtherCard        Code = "OTHER_CARD"
	SyntheticReader  Code = "SYNTHETIC_READER"

	// Pairing.
	PairingClosed     Code = "PAIRING_CLOSED"
	PairingBusy       Code = "PAIRING_BUSY"
	PairingUnknown    Code = "PAIRING_UNKNOWN"
	PairingCommitment Code = "PAIRING_COMMITMENT"
	PairingDenied     Code = "PAIRING_DENIED"
	PairingCode       Code = "PAIRING_CODE_WRONG"
	PairingExpired    Code = "PAIRING_EXPIRED"
	PairingOnly       Code = "PAIRING_ONLY"
	PairingMismatch   Code = "PAIRING_CODE_MISMATCH"

	// Commands.
	ConfigInvalid     Code = "CONFIG_INVALID"
	StateUnusable     Code = "STATE_UNUSABLE"
	AgentNotRunning   Code = "AGENT_NOT_RUNNING"
	GrantUnknown      Code = "GRANT_UNKNOWN"
	GrantInvalid      Code = "GRANT_INVALID"
	GrantsFileInvalid Code = "GRANTS_FILE_INVALID"
	QuestionUnknown   Code = "QUESTION_UNKNOWN"
	AuditBroken       Code = "AUDIT_BROKEN"
	WSSNoStore        Code = "WSS_NO_STORE"
	WSSFailed         Code = "WSS_FAILED"
	AgentStuck        Code = "AGENT_STUCK"
	PoliciesRights    Code = "POLICIES_RIGHTS"
	PoliciesSystem    Code = "POLICIES_SYSTEM"
	PoliciesFailed    Code = "POLICIES_FAILED"
)

// The first two are also close codes of a WebSocket: a page hears nothing else.
var grantErrors = []Error{
	{NotPaired, 4403,
		Text{"Trang này chưa được phép đọc thẻ trên máy này.", "This page may not read cards on this computer."},
		Text{"Bấm biểu tượng đọc thẻ cạnh đồng hồ, chọn «Cho trang mới xin phép (hai phút)», rồi bấm nút ghép trên trang này. Không được thì nhờ quản trị viên cấp quyền cho đúng địa chỉ của trang.",
			"Press the card reader's icon beside the clock, choose «Let a new page ask (two minutes)», then use this page's pairing button. Else ask the administrator to grant exactly this page's address."},
		false, ExitTrouble},
	{OtherSession, 4409,
		Text{"Chương trình đọc thẻ này thuộc phiên làm việc của người khác.", "This agent belongs to another person's session."},
		Text{"Trang thử cổng tiếp theo; nếu không có, mở chương trình trong phiên của mình.", "The page tries the next port; if there is none, start the agent in your own session."},
		false, ExitTrouble},
	{FieldsNotGranted, 1308,
		Text{"Trang không được phép xem trường thông tin nào trong số đã yêu cầu.", "The page may see none of the fields that it asks for."},
		Text{"Thu hồi quyền của trang rồi ghép lại với các trường cần thiết, hoặc nhờ quản trị viên cấp quyền.", "Take the page's grant back and pair it again with the fields that are needed, or ask the administrator."},
		false, ExitTrouble},
	{PresenceMissing, 1309,
		Text{"Trang không được phép biết về đầu đọc và thẻ.", "The page may not know of readers and cards."},
		Text{"Trang vẫn gọi card.read được; để theo dõi thẻ, cần quyền presence.", "The page can still call card.read; to follow cards it needs the scope presence."},
		false, ExitTrouble},
	{GrantEnded, 1310,
		Text{"Quyền của trang đã hết hạn hoặc đã bị thu hồi.", "The page's grant has ended or was taken back."},
		Text{"Ghép lại trang nếu vẫn cần (biểu tượng đọc thẻ cạnh đồng hồ), hoặc nhờ quản trị viên cấp lại quyền.", "Pair the page again if it is still needed (the card reader's icon beside the clock), or ask the administrator."},
		false, ExitTrouble},
	{OfficerRefused, 1311,
		Text{"Cán bộ đã từ chối hoặc dừng lần đọc này.", "The officer refused or stopped this read."},
		Text{"Nếu vẫn cần, đọc lại và chọn «Cho phép» khi được hỏi; hoặc nhấc thẻ ra, đặt lại rồi đọc.", "If it is needed, read again and choose «Allow» when asked; or take the card away, put it back and read."},
		false, ExitTrouble},
	{OfficerAbsent, 1312,
		Text{"Thẻ này đã đọc một lần; đọc lại cần cán bộ đồng ý, nhưng chưa có trả lời.", "This card was read once; reading it again needs the officer, who has not answered."},
		Text{"Trả lời câu hỏi đang chờ trên màn hình hoặc trên trang của cán bộ; hoặc nhấc thẻ ra rồi đặt lại.", "Answer the question that waits on the screen or on the officer's page; or take the card away and put it back."},
		true, ExitTrouble},
	{AnotherChosen, 1313,
		Text{"Cán bộ đã chọn trang khác.", "The officer has chosen another page."},
		Text{"Đợi trang kia xong rồi đọc lại.", "Wait until the other page has finished and read again."},
		true, ExitTrouble},
	{ConsentMissing, 1314,
		Text{"Trang chưa nêu rằng công dân đồng ý cho đọc thẻ.", "The page does not state that the citizen agreed to the read."},
		Text{"Hỏi công dân; trang gửi citizenConsent: true sau khi công dân đồng ý (không đánh dấu sẵn).",
			"Ask the citizen; the page sends citizenConsent: true once the citizen has agreed (never pre-ticked)."},
		false, ExitUsage},
	{ResumeUnknown, 1315,
		Text{"Không còn kết quả nào chờ trang này lấy.", "No result is waiting for this page."},
		Text{"Đọc lại thẻ.", "Read the card again."},
		false, ExitTrouble},
	{AuditUnwritable, 1316,
		Text{"Không ghi được nhật ký kiểm toán nên không đọc thẻ.", "The audit log cannot be written, so no card is read."},
		Text{"Kiểm tra dung lượng đĩa và quyền ghi thư mục dữ liệu của chương trình.", "Check the disk's free space and the right to write the agent's state folder."},
		true, ExitTrouble},
}

var pairingErrors = []Error{
	{PairingClosed, 1501,
		Text{"Cán bộ chưa mở ghép trang.", "The officer has not opened pairing."},
		Text{"Bấm biểu tượng đọc thẻ cạnh đồng hồ, chọn «Cho trang mới xin phép (hai phút)», rồi thử lại.", "Press the card reader's icon beside the clock, choose «Let a new page ask (two minutes)», and try again."},
		true, ExitTrouble},
	{PairingBusy, 1502,
		Text{"Đang có một trang khác chờ ghép.", "Another page is waiting to be paired."},
		Text{"Trả lời câu hỏi của trang kia (trên màn hình hoặc trên trang của cán bộ), rồi thử lại.", "Answer the other page's question (on the screen or on the officer's page), then try again."},
		true, ExitTrouble},
	{PairingUnknown, 1503,
		Text{"Không có yêu cầu ghép này.", "There is no such pairing."},
		Text{"Bắt đầu lại bằng pairing.request.", "Begin again with pairing.request."},
		false, ExitUsage},
	{PairingCommitment, 1504,
		Text{"Số ngẫu nhiên của trang không khớp với cam kết.", "The page's nonce does not fit its commitment."},
		Text{"Bắt đầu lại; nếu lặp lại, có thể có kẻ đứng giữa.", "Begin again; if it happens again, somebody may stand in between."},
		false, ExitTrouble},
	{PairingDenied, 1505,
		Text{"Cán bộ không cho ghép trang này.", "The officer did not pair this page."},
		Text{"Nếu từ chối nhầm, mở lại việc ghép trang rồi ghép lại.", "If that was a mistake, open pairing anew and begin again."},
		false, ExitTrouble},
	{PairingCode, 1506,
		Text{"Mã so sánh sai ba lần.", "The code was wrong three times."},
		Text{"Mở lại việc ghép trang rồi ghép lại; nếu mã vẫn khác nhau, không ghép và báo bộ phận hỗ trợ.", "Open pairing anew and begin again; if the codes still differ, do not pair and call support."},
		false, ExitTrouble},
	{PairingExpired, 1507,
		Text{"Hết thời gian ghép trang.", "The time for pairing is over."},
		Text{"Mở lại ghép trang từ biểu tượng đọc thẻ cạnh đồng hồ, rồi thử lại.", "Open pairing again from the card reader's icon beside the clock, and try again."},
		true, ExitTrouble},
	{PairingOnly, 1508,
		Text{"Kết nối này chỉ dùng để ghép trang.", "This connection is for pairing only."},
		Text{"Ghép trang xong, kết nối lại rồi đọc thẻ.", "Pair the page, connect again, then read."},
		false, ExitUsage},
	{PairingMismatch, 1509,
		Text{"Mã vừa nhập không phải mã đang hiện trên trang.", "The code entered is not the one that the page shows."},
		Text{"Xem số mới của câu hỏi bằng «origins pending» rồi nhập lại mã; sai ba lần thì phải mở lại việc ghép trang.", "See the question's new number with «origins pending» and enter the code again; three wrong ones end the pairing."},
		false, ExitTrouble},
}

var stateErrors = []Error{
	{ConfigInvalid, 1406,
		Text{"Cấu hình không hợp lệ.", "The configuration is not valid."},
		Text{"Sửa chỗ được nêu; xem docs/configuration.md.", "Mend what is named; see docs/configuration.md."},
		false, ExitUsage},
	{StateUnusable, 1407,
		Text{"Không dùng được thư mục dữ liệu của chương trình.", "The agent's state folder cannot be used."},
		Text{"Kiểm tra đường dẫn --state, quyền ghi và tệp được nêu.", "Check the path of --state, the right to write, and the file that is named."},
		false, ExitTrouble},
	{AgentNotRunning, 1408,
		Text{"Chương trình đọc thẻ không chạy với thư mục dữ liệu này.", "No agent is running with this state folder."},
		Text{"Chọn «Đọc thẻ căn cước (chipid)» trong menu của máy, hoặc chạy «chipid-agent serve», rồi thử lại.", "Choose the card reader (chipid) in the computer's menu, or run «chipid-agent serve», and try again."},
		true, ExitTrouble},
	{GrantUnknown, 1409,
		Text{"Không có quyền nào như vậy.", "There is no such grant."},
		Text{"Xem danh sách trên trang của cán bộ, hoặc bằng «origins list», «clients list».", "See the list on the officer's page, or by «origins list» or «clients list»."},
		false, ExitTrouble},
	{GrantInvalid, 1410,
		Text{"Quyền nêu ra không hợp lệ.", "The grant is not valid."},
		Text{"Xem cách dùng bằng --help.", "See the usage with --help."},
		false, ExitUsage},
	{GrantsFileInvalid, 1414,
		Text{"Tệp quyền của quản trị viên, chữ ký hoặc khóa không dùng được.", "The administrator's file of grants, its signature or the key cannot be used."},
		Text{"Sửa chỗ được nêu rồi ký lại; xem docs/deployment.md.", "Mend what is named and sign it again; see docs/deployment.md."},
		false, ExitUsage},
	{QuestionUnknown, 1411,
		Text{"Câu hỏi hoặc lần đọc này không còn chờ nữa.", "This question or read does not wait any more."},
		Text{"Xem những gì đang chờ trên trang của cán bộ, hoặc bằng «origins pending».", "See what waits on the officer's page, or by «origins pending»."},
		false, ExitTrouble},
	{WSSNoStore, 1421,
		Text{"Không đưa được chứng thư của wss vào kho tin cậy nào của người dùng này; ws vẫn dùng được.",
			"The certificate of wss could be put into no trust store of this user's; plain ws goes on."},
		Text{"Linux: nhờ quản trị viên cài gói libnss3-tools. Windows, macOS: đồng ý khi hệ thống hỏi.",
			"Linux: ask the administrator to install libnss3-tools. Windows, macOS: agree when the system asks."},
		true, ExitTrouble},
	{WSSFailed, 1422,
		Text{"Chưa làm xong việc với chứng thư của wss.", "What was to be done with the certificates of wss was not finished."},
		Text{"Đóng trình duyệt rồi chạy lại lệnh; việc dở dang sẽ được làm nốt.", "Close the browsers and run the command again; it goes on where it stopped."},
		true, ExitTrouble},
	{PoliciesRights, 1423,
		Text{"Chỉ quản trị viên mới đổi được chính sách trình duyệt của máy này.", "Only an administrator may change the browsers' policies of this computer."},
		Text{"Nhờ quản trị viên chạy lệnh này (Linux: bằng sudo; Windows: cửa sổ lệnh «Run as administrator»).",
			"Ask the administrator to run the command (Linux: with sudo; Windows: in a window «Run as administrator»)."},
		false, ExitTrouble},
	{PoliciesSystem, 1424,
		Text{"Trên hệ thống này chính sách trình duyệt do máy chủ quản lý thiết bị đặt.", "On this system the browsers' policies come from a management server."},
		Text{"Đặt LoopbackNetworkAllowedForUrls trong cấu hình của máy chủ quản lý; nếu không, chọn «Cho phép» khi trình duyệt hỏi.",
			"Set LoopbackNetworkAllowedForUrls in the management server's profile; else choose «Allow» when the browser asks."},
		false, ExitTrouble},
	{PoliciesFailed, 1425,
		Text{"Chưa ghi được chính sách trình duyệt.", "The browsers' policies could not be written."},
		Text{"Sửa chỗ được nêu rồi chạy lại; những gì đã ghi vẫn gỡ được bằng «browsers policies remove».",
			"Mend what is named and run it again; what was written is taken out by «browsers policies remove»."},
		true, ExitTrouble},
	{AuditBroken, 1412,
		Text{"Nhật ký kiểm toán đã bị sửa hoặc thiếu dòng.", "The audit log was changed, or lines are missing."},
		Text{"Giữ nguyên các tệp và báo người phụ trách an toàn thông tin.", "Leave the files as they are and tell whoever is in charge of security."},
		false, ExitTrouble},
	{AgentStuck, 1413,
		Text{"Chương trình đọc thẻ đang chạy với thư mục dữ liệu này nhưng không trả lời.", "An agent runs with this state folder but does not answer."},
		Text{"Kết thúc tiến trình chipid-agent của mình (hoặc đăng xuất rồi đăng nhập lại), rồi khởi động lại.", "End your process chipid-agent (or sign out and in again), then start it anew."},
		true, ExitTrouble},
}
