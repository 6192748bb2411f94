package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"chipid/verifier/service"
)

// Codes of the interface itself, beside those of service.
const (
	unauthorized service.Code = "UNAUTHORIZED"
	notFound     service.Code = "NOT_FOUND"
	bodyTooLong  service.Code = "BODY_TOO_LONG"
)

// retryAfter is how many seconds a caller is asked to wait for a database that
// is away, or for a token of its rate.
const retryAfter = 2

// Words are a sentence in both languages.
type Words struct {
	Vi string `json:"vi"`
	En string `json:"en"`
}

// about is how a code is told.
type about struct {
	status       int
	text, remedy Words
}

// problems is the catalogue of the service's errors.
var problems = map[service.Code]about{
	unauthorized: {401, Words{"Khóa API không đúng.", "The API key is not known."},
		Words{"Gửi Authorization: Bearer với khóa do «chipid-verifier tenant add» in ra.", "Send Authorization: Bearer with the key that “chipid-verifier tenant add” printed."}},
	notFound: {404, Words{"Không có địa chỉ này.", "There is no such address."},
		Words{"Xem /openapi.yaml.", "See /openapi.yaml."}},
	bodyTooLong: {413, Words{"Nội dung gửi quá dài.", "The body is too long."},
		Words{"Gửi đúng một gói bằng chứng, tối đa 1 MiB.", "Send one bundle of evidence, 1 MiB at most."}},
	service.RequestMalformed: {400, Words{"Yêu cầu không đúng dạng.", "The request is malformed."},
		Words{"Sửa theo /openapi.yaml.", "Mend it by /openapi.yaml."}},
	service.KindUnknown: {400, Words{"Máy chủ này không có cách kiểm tra đó.", "This service does not answer requests of that kind."},
		Words{"Bỏ «kind», hoặc dùng một loại trong /openapi.yaml.", "Leave “kind” out, or use one of /openapi.yaml."}},
	service.OriginNotAllowed: {403, Words{"Trang web này không thuộc đơn vị của khóa API.", "The origin is not one of this tenant's."},
		Words{"Quản trị viên thêm origin khi tạo tenant.", "The administrator names origins when adding the tenant."}},
	service.PurposeNotAllowed: {403, Words{"Mục đích này chưa được cho phép.", "The purpose is not one of this tenant's."},
		Words{"Quản trị viên thêm mục đích khi tạo tenant.", "The administrator names purposes when adding the tenant."}},
	service.RateLimited: {429, Words{"Tạo yêu cầu quá nhanh.", "Requests are issued too fast."},
		Words{"Đợi rồi thử lại.", "Wait, then try again."}},
	service.RequestUnknown: {404, Words{"Không có yêu cầu này.", "There is no such request."},
		Words{"Tạo yêu cầu mới bằng POST /v1/requests.", "Make a new one with POST /v1/requests."}},
	service.KindMismatch: {409, Words{"Yêu cầu này được trả lời theo cách khác.", "The request is to be answered in another way."},
		Words{"Dùng đúng cách đã chọn khi tạo yêu cầu.", "Answer it in the way that it was issued for."}},
	service.SessionMismatch: {409, Words{"Yêu cầu này của một phiên khác.", "The request was issued for another session."},
		Words{"Chỉ nộp bằng chứng trong phiên đã tạo yêu cầu.", "Hand evidence in only within the session that asked for it."}},
	service.NonceUsed: {409, Words{"Yêu cầu này đã có kết quả.", "The request has been decided already."},
		Words{"Xem kết quả bằng GET /v1/requests/{id}; cần kiểm tra lại thì tạo yêu cầu mới.", "See the outcome with GET /v1/requests/{id}; for another check make a new request."}},
	service.NonceExpired: {409, Words{"Yêu cầu đã hết hạn.", "The request's time is over."},
		Words{"Tạo yêu cầu mới và đọc lại thẻ.", "Make a new request and read the card again."}},
	service.IdempotencyMismatch: {422, Words{"Khóa Idempotency-Key này đã dùng cho nội dung khác.", "This Idempotency-Key was used for other evidence."},
		Words{"Mỗi lần nộp dùng một khóa mới.", "Use a new key for each submission."}},
	service.EvidenceMalformed: {400, Words{"Gói bằng chứng không đúng dạng.", "The bundle of evidence is malformed."},
		Words{"Gửi nguyên gói mà chương trình đọc thẻ trả về.", "Send the bundle as the agent returned it."}},
	service.ProofMessage: {400, Words{"Thông điệp của chương trình đọc thẻ không đúng dạng.", "The agent's message is malformed."},
		Words{"Chuyển nguyên thông điệp mà chương trình đọc thẻ trả về.", "Hand the agent's message on unchanged."}},
	service.ProofSequence: {409, Words{"Thông điệp này không phải thông điệp đang chờ.", "This is not the message that is waited for."},
		Words{"Gửi các thông điệp lần lượt, mỗi lần một; gửi lại nguyên văn nếu mất kết nối.", "Send messages one after the other; send the very same again after a lost connection."}},
	service.ProofElsewhere: {421, Words{"Phiên này do một máy chủ khác giữ.", "Another replica holds this session."},
		Words{"Định tuyến theo tiêu đề Chipid-Replica.", "Route by the header Chipid-Replica."}},
	service.ProofLost: {410, Words{"Máy chủ giữ phiên này không còn nữa; yêu cầu đã kết thúc.", "The replica that held this session is gone; the request is over."},
		Words{"Tạo yêu cầu mới và đặt lại thẻ.", "Make a new request and begin again."}},
	service.ProofEnded: {409, Words{"Phiên kiểm tra thẻ đã kết thúc.", "The session is over."},
		Words{"Xem kết quả bằng GET /v1/requests/{id}.", "See the outcome with GET /v1/requests/{id}."}},
	service.Unavailable: {503, Words{"Máy chủ tạm thời không phục vụ được; chưa có kết quả nào được ghi nhận là chắc chắn.", "The service is not available for now; nothing can be said to be recorded."},
		Words{"Đợi rồi gửi lại với cùng Idempotency-Key, hoặc xem GET /v1/requests/{id}.", "Wait, then send again with the same Idempotency-Key, or see GET /v1/requests/{id}."}},
	service.Internal: {500, Words{"Lỗi bên trong máy chủ.", "An error inside the service."},
		Words{"Xem nhật ký của máy chủ.", "See the service's log."}},
}

// problemJSON is a problem detail (RFC 9457), its type the code.
type problemJSON struct {
	Type   string       `json:"type"`
	Status int          `json:"status"`
	Code   service.Code `json:"code"`
	Title  string       `json:"title"`
	Detail string       `json:"detail,omitempty"`
	Text   Words        `json:"text"`
	Remedy Words        `json:"remedy"`
}

// fail tells an error of a route.
func (a *API) fail(w http.ResponseWriter, r *http.Request, err error) {
	var refusal *service.Refusal
	var tooLong *http.MaxBytesError
	switch {
	case errors.As(err, &tooLong):
		a.problem(w, r, bodyTooLong)
	case errors.As(err, &refusal):
		if refusal.Code == service.Unavailable || refusal.Code == service.Internal {
			a.config.Log.ErrorContext(r.Context(), "failed", "code", string(refusal.Code), "why", refusal.Err)
		}
		a.explain(w, refusal)
	default:
		a.config.Log.ErrorContext(r.Context(), "failed", "why", err)
		a.problem(w, r, service.Internal)
	}
}

func (a *API) problem(w http.ResponseWriter, _ *http.Request, code service.Code) {
	a.explain(w, &service.Refusal{Code: code})
}

func (a *API) explain(w http.ResponseWriter, refusal *service.Refusal) {
	known, ok := problems[refusal.Code]
	if !ok {
		known = problems[service.Internal]
	}
	p := problemJSON{"https://chipid.invalid/problems/" + string(refusal.Code), known.status, refusal.Code, known.text.En, "", known.text, known.remedy}
	if refusal.Code == service.RequestMalformed && refusal.Err != nil {
		p.Detail = refusal.Err.Error()
	}
	if known.status == http.StatusServiceUnavailable || known.status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", strconv.Itoa(retryAfter))
	}
	if known.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	write(w, known.status, "application/problem+json", p)
}

// WriteJSON answers with a JSON document.
func WriteJSON(w http.ResponseWriter, status int, v any) { write(w, status, "application/json", v) }

func write(w http.ResponseWriter, status int, kind string, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	_, _ = w.Write(append(b, '\n'))
}
