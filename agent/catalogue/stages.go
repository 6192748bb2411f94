package catalogue

// Stage is one part of a read as progress tells of it.
type Stage struct {
	// ID is the stable name of the stage in $/progress.
	ID   string
	What Text
}

// Stages returns the stages in the order in which a read passes them.
func Stages() []Stage { return append([]Stage(nil), stages...) }

// StageOf returns the words of a stage; one without words is called by its id.
func StageOf(id string) Stage {
	for _, s := range stages {
		if s.ID == id {
			return s
		}
	}
	return Stage{id, Text{"Đang đọc thẻ…", "Reading the card…"}}
}

var stages = []Stage{
	{"connect", Text{"Kết nối với thẻ", "Connecting to the card"}},
	{"access", Text{"Mở chip bằng khóa đã nhập", "Opening the chip with the key given"}},
	{"sod", Text{"Đọc bản ký dữ liệu", "Reading the signed list of the data"}},
	{"dg1", Text{"Đọc thông tin MRZ", "Reading the MRZ"}},
	{"dg13", Text{"Đọc thông tin công dân", "Reading the citizen's data"}},
	{"dg14", Text{"Đọc khóa kiểm tra chip (DG14)", "Reading the chip's key (DG14)"}},
	{"chipAuth", Text{"Kiểm tra chip gốc (CA)", "Checking that the chip is the original (CA)"}},
	{"dg15", Text{"Đọc khóa kiểm tra chip (DG15)", "Reading the chip's key (DG15)"}},
	{"activeAuth", Text{"Kiểm tra chip gốc (AA)", "Checking that the chip is the original (AA)"}},
	{"terminalAuth", Text{"Trình chứng thư của đầu đọc (TA)", "Showing the terminal's certificates (TA)"}},
	{"com", Text{"Đọc mục lục của chip", "Reading the chip's index"}},
	{"group", Text{"Đọc nhóm dữ liệu khác", "Reading another group of data"}},
	{"dg2", Text{"Đọc ảnh chân dung", "Reading the portrait"}},
	{"verify", Text{"Kiểm tra chữ ký và chứng thư", "Checking signatures and certificates"}},
	{"done", Text{"Đã đọc xong", "The read has ended"}},
}
