package desk

import "chipid/mock-reader/trace"

// Text is said in both languages.
type Text = trace.Text

// fault is a refusal with its HTTP status and words.
type fault struct {
	status int
	Code   string `json:"code"`
	Text   Text   `json:"message"`
	Detail string `json:"detail,omitempty"`
}

// The refusals, by code.
var (
	wrongHost   = fault{421, "wrongHost", Text{Vi: "Sai địa chỉ máy.", En: "Not the name of this server."}, ""}
	wrongOrigin = fault{403, "wrongOrigin", Text{Vi: "Trang khác không được phép.", En: "Other pages are not allowed."}, ""}
	noToken     = fault{401, "noToken",
		Text{Vi: "Thiếu mã mở trang, hoặc mã sai. Mở lại bằng địa chỉ mà chương trình in ra.",
			En: "The token is missing or wrong. Open the address that the program printed."}, ""}
	notJSON    = fault{415, "notJSON", Text{Vi: "Nội dung phải là application/json.", En: "The body must be application/json."}, ""}
	badRequest = fault{400, "badRequest", Text{Vi: "Yêu cầu không đúng dạng.", En: "The request is malformed."}, ""}
	notFound   = fault{404, "notFound", Text{Vi: "Không có.", En: "There is no such thing."}, ""}
	noReader   = fault{422, "unknownReader", Text{Vi: "Không có đầu đọc đó.", En: "There is no such reader."}, ""}
	noCard     = fault{422, "unknownCard", Text{Vi: "Không có thẻ hoặc tình huống đó.", En: "There is no such card or scenario."}, ""}
	badLink    = fault{422, "badLink", Text{Vi: "Không có đường truyền đó.", En: "There is no such link."}, ""}
	badTear    = fault{422, "badTear", Text{Vi: "Không nhấc thẻ ở chỗ đó được.", En: "The card cannot be torn away there."}, ""}
	tooMany    = fault{503, "tooMany", Text{Vi: "Quá nhiều trang đang mở.", En: "Too many pages are open."}, ""}
	internal   = fault{500, "internal", Text{Vi: "Lỗi bên trong.", En: "Internal error."}, ""}
)

func (f fault) with(detail string) fault {
	f.Detail = detail
	return f
}
