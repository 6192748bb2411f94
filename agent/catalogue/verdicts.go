package catalogue

import "chipid/cardlib/verdict"

// Tone says how a verdict is shown; only Alarm may use a warning colour.
type Tone string

// Good: it holds. Alarm: the card or its data is not what it claims to be.
// Note: worth saying, and no judgement of the card. Neutral: not decided, for
// a cause that lies in the set-up or in what the card offers; shown in grey.
const (
	Good    Tone = "good"
	Alarm   Tone = "alarm"
	Note    Tone = "note"
	Neutral Tone = "neutral"
)

// ToneOf returns the tone of a check. The card's own expiry date is a note: it
// says nothing against the chip.
func ToneOf(c verdict.Check) Tone {
	switch {
	case c.Status == verdict.Passed:
		return Good
	case c.Status == verdict.Failed && c.ID == verdict.Expiry:
		return Note
	case c.Status == verdict.Failed:
		return Alarm
	}
	return Neutral
}

// Outcome is what a report as a whole says to a person.
type Outcome struct {
	Outcome      verdict.Outcome
	Tone         Tone
	What, Remedy Text
}

// Check is the title of one check and what its passing means.
type Check struct {
	ID     verdict.ID
	Title  Text
	Passed Text
}

// Reason is a cause beside a verdict, or a remark.
type Reason struct {
	Reason       verdict.Reason
	What, Remedy Text
	// Setup marks a fault of this computer's set-up, never of the card.
	Setup bool
}

// Outcomes returns the entries of the outcomes, the best first.
func Outcomes() []Outcome { return append([]Outcome(nil), outcomes...) }

// Checks returns the entries of the checks in their order.
func Checks() []Check { return append([]Check(nil), checks...) }

// Reasons returns the entries of the reasons.
func Reasons() []Reason { return append([]Reason(nil), reasons...) }

// OutcomeOf returns the words of an outcome; an unknown one is unproven.
func OutcomeOf(o verdict.Outcome) Outcome {
	for _, e := range outcomes {
		if e.Outcome == o {
			return e
		}
	}
	return OutcomeOf(verdict.Unproven)
}

// CheckOf returns the words of a check; one without words is called by its id.
func CheckOf(id verdict.ID) Check {
	for _, e := range checks {
		if e.ID == id {
			return e
		}
	}
	return Check{ID: id, Title: Text{string(id), string(id)}, Passed: Text{"Đạt.", "Passed."}}
}

// ReasonOf returns the words of a reason; one without words is called by its code.
func ReasonOf(r verdict.Reason) Reason {
	if e, ok := byReason[r]; ok {
		return e
	}
	return Reason{Reason: r, What: Text{string(r), string(r)}, Remedy: byReason[verdict.NotRead].Remedy}
}

// Says returns what a check says to a person, and what to do about it; there
// is nothing to do about one that passed.
func Says(c verdict.Check) (what, remedy Text) {
	if c.Status == verdict.Passed {
		return CheckOf(c.ID).Passed, Text{}
	}
	r := ReasonOf(c.Reason)
	return r.What, r.Remedy
}

// StatusOf returns the word for a status.
func StatusOf(s verdict.Status) Text { return statuses[s] }

var byReason = func() map[verdict.Reason]Reason {
	m := make(map[verdict.Reason]Reason, len(reasons))
	for _, r := range reasons {
		m[r.Reason] = r
	}
	return m
}()

var statuses = map[verdict.Status]Text{
	verdict.Passed:      {"đạt", "passed"},
	verdict.Failed:      {"KHÔNG ĐẠT", "FAILED"},
	verdict.Unavailable: {"chưa xác định", "not decided"},
	verdict.Skipped:     {"bỏ qua", "skipped"},
}

var outcomes = []Outcome{
	{verdict.Genuine, Good,
		Text{"Kiểm tra thẻ: chip thật, dữ liệu nguyên vẹn.", "Card check: the chip is genuine and its data intact."},
		Text{"Đối chiếu ảnh với người đến làm thủ tục.", "Compare the portrait with the person present."}},
	{verdict.Unproven, Neutral,
		Text{"Kiểm tra thẻ: đọc được dữ liệu, chưa đủ căn cứ kết luận chip thật.", "Card check: the data was read, but there is not enough to prove the chip genuine."},
		Text{"Xem các mục chưa xác định bên dưới; làm thủ tục như với giấy tờ chưa kiểm tra.", "See the checks not decided below; proceed as with a document that was not checked."}},
	{verdict.Failure, Alarm,
		Text{"Kiểm tra thẻ: KHÔNG ĐẠT. Không dùng dữ liệu này.", "Card check: FAILED. Do not rely on this data."},
		Text{"Giữ bình tĩnh, đọc lại một lần; nếu vẫn vậy, báo người phụ trách theo quy định.", "Read the card once more; if it stays so, tell the person in charge as the rules say."}},
}

var checks = []Check{
	{verdict.Hashes, Text{"Dữ liệu nguyên vẹn", "Data intact"},
		Text{"Mọi nhóm dữ liệu đã đọc khớp với bản được ký.", "Every group of data read is the one that was signed."}},
	{verdict.Signature, Text{"Chữ ký của nơi cấp", "Issuer's signature"},
		Text{"Chữ ký trên dữ liệu đúng.", "The signature over the data is right."}},
	{verdict.Anchor, Text{"Chứng thư gốc quốc gia", "National root certificate"},
		Text{"Người ký được chứng thư gốc đáng tin của nước cấp chứng nhận.", "The signer is certified by a trusted root of the issuing State."}},
	{verdict.Validity, Text{"Hiệu lực khi ký", "Valid when signed"},
		Text{"Chứng thư còn hiệu lực vào lúc ký.", "The certificates were valid at the time of signing."}},
	{verdict.Revocation, Text{"Thu hồi chứng thư", "Revocation"},
		Text{"Chứng thư không nằm trong danh sách thu hồi.", "No certificate is on the revocation list."}},
	{verdict.ActiveAuth, Text{"Chip gốc, cách 1 (AA)", "Original chip, way 1 (AA)"},
		Text{"Chip giữ đúng khóa riêng của thẻ này: không phải bản sao.", "The chip holds this card's private key: it is not a copy."}},
	{verdict.ChipAuth, Text{"Chip gốc, cách 2 (CA)", "Original chip, way 2 (CA)"},
		Text{"Chip giữ đúng khóa riêng của thẻ này: không phải bản sao.", "The chip holds this card's private key: it is not a copy."}},
	{verdict.Consistency, Text{"Thông tin thống nhất", "Consistent data"},
		Text{"Các phần trên chip và khóa đã nhập nói về cùng một người.", "The parts of the chip and the key given speak of one person."}},
	{verdict.Expiry, Text{"Hạn dùng của thẻ", "The card's expiry date"},
		Text{"Thẻ còn hạn.", "The card has not expired."}},
	{verdict.Freshness, Text{"Đúng yêu cầu, chưa dùng", "For this request, unused"},
		Text{"Chip đã trả lời cho chính yêu cầu này.", "The chip answered for this very request."}},
	{verdict.Origin, Text{"Đúng trang web", "The right site"},
		Text{"Chương trình đọc thẻ thấy đúng trang đã xin mã yêu cầu.", "The agent saw the site that the nonce was issued to."}},
	{verdict.Agent, Text{"Chương trình đọc thẻ", "The agent"},
		Text{"Do một chương trình đọc thẻ đã đăng ký ký.", "Signed by an enrolled agent."}},
}
