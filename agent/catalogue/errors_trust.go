package catalogue

// Codes of the commands about trusted certificates.
const (
	TrustFingerprint Code = "TRUST_FINGERPRINT"
	TrustNothing     Code = "TRUST_NOTHING"
	TrustFixed       Code = "TRUST_FIXED"
	TrustUnknown     Code = "TRUST_UNKNOWN"
	TrustSynthetic   Code = "TRUST_SYNTHETIC"
)

var trustErrors = []Error{
	{TrustFingerprint, 1451,
		Text{"Chưa xác nhận dấu vân tay của chứng thư: máy sẽ tin mọi thẻ do chứng thư này ký.", "The certificate's fingerprint is not confirmed: every card that it vouches for would be trusted."},
		Text{"So dấu vân tay SHA-256 với bản công bố nhận được bằng đường khác, rồi chạy lại với --fingerprint.",
			"Compare the SHA-256 fingerprint with one that came to you another way, then run again with --fingerprint."},
		false, ExitUsage},
	{TrustNothing, 1452,
		Text{"Trong tệp không có gì dùng được và chưa có sẵn.", "The file holds nothing that can be used and is not there already."},
		Text{"Xem lý do ở trên; tệp đọc từ thẻ không bao giờ là chứng thư gốc.", "See the reasons above; what was read from a card is never a root."},
		false, ExitUsage},
	{TrustFixed, 1453,
		Text{"Quản trị viên đã quy định nơi lấy chứng thư gốc.", "The administrator has laid down where root certificates come from."},
		Text{"Nhờ quản trị viên đổi mục trust trong chính sách.", "Ask the administrator to change trust in the policy."},
		false, ExitUsage},
	{TrustUnknown, 1454,
		Text{"Không có chứng thư hoặc tệp nào như vậy.", "There is no such certificate or file."},
		Text{"Xem dấu vân tay bằng «chipid-agent trust list».", "See the fingerprints with \"chipid-agent trust list\"."},
		false, ExitUsage},
	{TrustSynthetic, 1455,
		Text{"Đây là chứng thư gốc thử nghiệm, ai cũng có thể ký thẻ bằng khóa của nó.", "This is a test root, with whose key anybody can sign cards."},
		Text{"Chỉ trên máy thử: chạy lại với --synthetic. Thẻ của nó luôn được ghi là mô phỏng.", "On test computers only: run again with --synthetic. Its cards are always marked as synthetic."},
		false, ExitUsage},
}
