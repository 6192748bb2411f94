package schema

import (
	"slices"

	"chipid/agent/catalogue"
)

// Direction is who sends a message.
type Direction string

// The directions.
const (
	Call       Direction = "call"       // from the client, answered
	FromClient Direction = "fromClient" // a notification from the client
	FromAgent  Direction = "fromAgent"  // a notification from the agent
)

// Method is one method or notification of the protocol.
type Method struct {
	Name string
	Direction
	What catalogue.Text
	// Params and Result are the names of the schemas; Result is empty for a
	// notification.
	Params, Result string
	// Unpaired: a client without a grant may call it while pairing is open.
	Unpaired bool
	// Errors are the codes that it can end with, beside those of every call.
	Errors []catalogue.Code
}

// Always are the errors that every call can end with.
var Always = []catalogue.Code{catalogue.ParseError, catalogue.InvalidRequest, catalogue.MethodNotFound, catalogue.InvalidParams, catalogue.Internal,
	catalogue.NotInitialized, catalogue.TooManyRequests, catalogue.PairingOnly}

// ofPairing are the errors of the three calls of a pairing.
var ofPairing = []catalogue.Code{catalogue.PairingClosed, catalogue.PairingBusy, catalogue.PairingUnknown, catalogue.PairingCommitment,
	catalogue.PairingDenied, catalogue.PairingCode, catalogue.PairingExpired}

// Methods returns every method and notification, in the order of the reference.
func Methods() []Method { return slices.Clone(methods) }

// Find returns the method of that name.
func Find(name string) (Method, bool) {
	i := slices.IndexFunc(methods, func(m Method) bool { return m.Name == name })
	if i < 0 {
		return Method{}, false
	}
	return methods[i], true
}

var methods = []Method{
	{"initialize", Call, catalogue.Text{Vi: "Bắt đầu: phiên bản, khả năng, giới hạn và quyền của trang. Gọi đầu tiên, một lần.",
		En: "Begins: version, capabilities, limits and what the client may. First, and once."},
		"initialize.params", "initialize.result", true, []catalogue.Code{catalogue.Unsupported}},
	{"rpc.discover", Call, catalogue.Text{Vi: "Tài liệu OpenRPC của chính giao thức này.", En: "The OpenRPC document of this very protocol."},
		"rpc.discover.params", "rpc.discover.result", false, nil},
	{"readers.list", Call, catalogue.Text{Vi: "Các đầu đọc và thẻ hiện có; cần quyền presence.", En: "Readers and cards as they are now; needs the scope presence."},
		"readers.list.params", "readers.list.result", false, []catalogue.Code{catalogue.PresenceMissing}},
	{"card.read", Call, catalogue.Text{Vi: "Đọc và kiểm tra thẻ: các trường đã xin và được cấp, kết quả từng mục kiểm tra, thời gian.",
		En: "Reads and checks the card: the asked and granted fields, every verdict, the times."},
		"card.read.params", "card.read.result", false, append(ofEvidence(), ofRead()...)},
	{"card.resume", Call, catalogue.Text{Vi: "Lấy lại kết quả chưa giao được, không đọc thẻ lần nữa.", En: "Takes a result that was not delivered, without another read."},
		"card.resume.params", "card.resume.result", false, append(append([]catalogue.Code{catalogue.ResumeUnknown}, ofEvidence()...), ofRead()...)},
	{"card.proof.start", Call, catalogue.Text{Vi: "Mở chip cho máy chủ kiểm tra; từ đó trang chỉ chuyển thông điệp.", En: "Opens the chip for a back end; from then on the page carries messages."},
		"card.proof.start.params", "card.proof.start.result", false, append(ofProof(), ofRead()...)},
	{"card.proof.relay", Call, catalogue.Text{Vi: "Chuyển một thông điệp của máy chủ tới chip và nhận câu trả lời.", En: "Carries a message of the back end to the chip, and the answer back."},
		"card.proof.relay.params", "card.proof.relay.result", false, append(ofProof(), ofRead()...)},
	{"card.proof.end", Call, catalogue.Text{Vi: "Bỏ lần kiểm tra; trả lời khi chip đã được đặt lại.", En: "Gives the proof up; answers when the chip was reset."},
		"card.proof.end.params", "card.proof.end.result", false, []catalogue.Code{catalogue.ProofUnknown}},
	{"pairing.request", Call, catalogue.Text{Vi: "Xin cán bộ cho ghép trang.", En: "Asks the officer to pair the page."},
		"pairing.request.params", "pairing.request.result", true, append([]catalogue.Code{catalogue.FieldUnknown}, ofPairing...)},
	{"pairing.reveal", Call, catalogue.Text{Vi: "Đưa số ngẫu nhiên của trang, nhận số của chương trình.", En: "Shows the page's nonce and gets the agent's."},
		"pairing.reveal.params", "pairing.reveal.result", true, ofPairing},
	{"pairing.finish", Call, catalogue.Text{Vi: "Chờ cán bộ so mã và quyết định.", En: "Waits for the officer to compare the code and decide."},
		"pairing.finish.params", "pairing.finish.result", true, append([]catalogue.Code{catalogue.Cancelled}, ofPairing...)},
	{"$/cancelRequest", FromClient, catalogue.Text{Vi: "Dừng một yêu cầu đang chạy; yêu cầu đó kết thúc bằng CANCELLED.", En: "Ends a request under way, which ends with CANCELLED."},
		"cancelRequest.params", "", false, nil},
	{"$/progress", FromAgent, catalogue.Text{Vi: "Một lần đọc đang tiến triển.", En: "A read goes on."}, "progress.params", "", false, nil},
	{"reader.attached", FromAgent, catalogue.Text{Vi: "Đầu đọc được cắm vào.", En: "A reader is plugged in."}, "event.params", "", false, nil},
	{"reader.detached", FromAgent, catalogue.Text{Vi: "Đầu đọc bị rút hoặc không trả lời nữa.", En: "A reader is unplugged, or stops answering."}, "event.params", "", false, nil},
	{"card.inserted", FromAgent, catalogue.Text{Vi: "Có thẻ công dân trên đầu đọc.", En: "A citizen's card is in."}, "event.params", "", false, nil},
	{"card.removed", FromAgent, catalogue.Text{Vi: "Thẻ đã báo không còn nữa.", En: "The card that was told is gone."}, "event.params", "", false, nil},
	{"card.unknown", FromAgent, catalogue.Text{Vi: "Có thẻ loại khác, thẻ đang bị chương trình khác giữ, hoặc thẻ không trả lời; thẻ được để yên.",
		En: "A card is in that is none of a citizen, is held by another program, or does not answer; it is left alone."}, "event.params", "", false, nil},
	{"service.changed", FromAgent, catalogue.Text{Vi: "Dịch vụ thẻ của máy đã dừng hoặc chạy lại.", En: "The computer's smart-card service has stopped, or runs again."}, "service.params", "", false, nil},
}

// ofRead are the errors of a read: those of readers, cards, keys and of what a
// page may; their integers are 1001 to 1399.
func ofRead() []catalogue.Code {
	not := append([]catalogue.Code{catalogue.Unsupported, catalogue.PresenceMissing, catalogue.ResumeUnknown}, Always...)
	return append([]catalogue.Code{catalogue.Cancelled}, slices.DeleteFunc(between(1001, 1399), func(c catalogue.Code) bool { return slices.Contains(not, c) })...)
}

// ofEvidence are the errors of a read whose page asks for evidence.
func ofEvidence() []catalogue.Code {
	return []catalogue.Code{catalogue.GroupNotGranted, catalogue.EvidenceRequest, catalogue.EvidenceWithoutOrigin}
}

// ofProof are the errors of a proof that a back end drives.
func ofProof() []catalogue.Code { return between(1601, 1699) }

// between are the codes with integers of that range.
func between(from, to int) []catalogue.Code {
	var codes []catalogue.Code
	for _, e := range catalogue.Errors() {
		if e.Number >= from && e.Number <= to {
			codes = append(codes, e.Code)
		}
	}
	return codes
}
