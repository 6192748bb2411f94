package tray

import "chipid/agent/catalogue"

// Standing is how things stand.
type Standing int

// The standings, the most important last.
const (
	Empty    Standing = iota // no card is on
	NoReader                 // no reader, or no smart-card service
	Card                     // an identity card is on
	Reading                  // a card is being read
	Waiting                  // a question waits for the officer
)

// Config is what a tray needs. The functions are called from the tray's own
// goroutine and should be quick.
type Config struct {
	// Language is "vi" or "en"; it is asked for with every standing.
	Language func() string
	// Open opens the officer's page, Pair lets a new page ask, Quit ends the program.
	Open, Pair, Quit func()
	// Standings tells how things stand, and each change of it.
	Standings <-chan Standing
	// Folder is where the picture is put for systems that want it as a file.
	Folder string
}

// words are those of the menu and of the line that stands at the picture.
var words = map[string]catalogue.Text{
	"open": {Vi: "Mở trang của cán bộ", En: "Open the officer's page"},
	"pair": {Vi: "Cho trang mới xin phép (hai phút)", En: "Let a new page ask (two minutes)"},
	"quit": {Vi: "Tắt chương trình đọc thẻ", En: "End the card reader"},
}

// standings are the lines.
var standings = map[Standing]catalogue.Text{
	Empty:    {Vi: "Đọc thẻ: sẵn sàng, chưa có thẻ", En: "Card reader: ready, no card"},
	NoReader: {Vi: "Đọc thẻ: không thấy đầu đọc", En: "Card reader: no reader"},
	Card:     {Vi: "Đọc thẻ: có thẻ căn cước", En: "Card reader: an identity card is on"},
	Reading:  {Vi: "Đọc thẻ: đang đọc", En: "Card reader: reading"},
	Waiting:  {Vi: "Đọc thẻ: có câu hỏi chờ cán bộ", En: "Card reader: a question waits"},
}
