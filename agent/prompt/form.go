package prompt

import (
	"slices"
	"strconv"
	"strings"

	"chipid/agent/answer"
	"chipid/agent/catalogue"
	"chipid/agent/consent"
	"chipid/agent/pairing"
)

// form is a question as a window shows it, in one language.
type form struct {
	title string
	// lines stand above everything; site is who asks, exactly.
	intro, site string
	// caution is said of a name that is easily mistaken, empty for others.
	caution string
	lines   []string
	// sensitive are boxes of their own, never ticked beforehand; presence is one
	// more, empty if it was not asked for.
	sensitive      []box
	sensitiveTitle string
	presence       string
	// terms are the three choices, of which day is chosen beforehand; empty where
	// nothing is granted for longer.
	terms     []box
	termTitle string
	// code asks for the number that the page shows, empty for no code; codeNotes
	// stand below.
	code        string
	codeNotes   []string
	allow, deny string
}

// box is one choice.
type box struct{ id, label string }

// reply is what the officer did in a window.
type reply struct {
	granted  bool
	ticked   []string // ids of sensitive
	presence bool
	term     string
	code     string
}

var words = map[string]catalogue.Text{
	"title":     {Vi: "Chương trình đọc thẻ", En: "Card reader"},
	"pair":      {Vi: "Một trang xin phép đọc thẻ:", En: "A page asks to read cards:"},
	"again":     {Vi: "Trang xin đọc thêm một lần thẻ đang đặt:", En: "A page asks to read the card that is on once more:"},
	"name":      {Vi: "Tự xưng là", En: "Calls itself"},
	"purpose":   {Vi: "Mục đích nêu ra", En: "Stated purpose"},
	"ordinary":  {Vi: "Sẽ được đọc", En: "It will be able to read"},
	"reads":     {Vi: "Sẽ đọc", En: "It will read"},
	"reader":    {Vi: "Đầu đọc", En: "Reader"},
	"sensitive": {Vi: "Dữ liệu nhạy cảm: chỉ đánh dấu mục thật cần", En: "Sensitive data: tick only what is needed"},
	"presence":  {Vi: "Cho trang biết khi có thẻ đặt lên hay nhấc ra", En: "Tell the page when a card is put on or taken away"},
	"term":      {Vi: "Cho phép bao lâu", En: "For how long"},
	"once":      {Vi: "Một lần đọc", En: "One read"},
	"day":       {Vi: "Hôm nay", En: "Today"},
	"always":    {Vi: "Đến khi thu hồi", En: "Until taken back"},
	"code":      {Vi: "Nhập mã 7 số đang hiện trên trang đó", En: "Enter the 7-digit code that the page shows"},
	"wrong":     {Vi: "Mã vừa nhập không đúng. Xem lại mã trên trang.", En: "That code was wrong. Look at the page again."},
	"why":       {Vi: "Không nhập mã nhận qua điện thoại hay tin nhắn.", En: "Never enter a code that came by telephone or message."},
	"tries":     {Vi: "Số lần thử còn lại", En: "Tries left"},
	"caution": {Vi: "Cẩn thận: tên miền này có chữ đặc biệt (xn--…), dễ bị nhìn nhầm thành trang khác. Chỉ cho phép khi quản trị viên đã xác nhận.",
		En: "Careful: this name holds special letters (xn--…) and is easily mistaken for another. Allow it only if the administrator has confirmed it."},
	"allow": {Vi: "Cho phép", En: "Allow"},
	"deny":  {Vi: "Từ chối", En: "Refuse"},
	"none":  {Vi: "không có", En: "none"},
}

// ownWords is how wide what a page says of itself may be: a hundred and fifty usual letters.
const ownWords = 300

// formOf writes a question in a language.
func formOf(q consent.Question, lang string) form {
	word := func(name string) string { return words[name].In(lang) }
	f := form{title: word("title"), intro: word(string(q.Kind)), site: q.Caller.String(), allow: word("allow"), deny: word("deny")}
	if q.Caller.Origin.International() {
		f.caution = word("caution")
	}
	if name := consent.OwnWords(q.Name); name != "" {
		f.lines = append(f.lines, word("name")+": «"+shortened(name, ownWords)+"»")
	}
	f.lines = append(f.lines, word("purpose")+": «"+shortened(consent.OwnWords(q.Purpose), ownWords)+"»")
	var ordinary, all []string
	for _, each := range answer.Fields() {
		if !slices.Contains(q.Fields, string(each.ID)) {
			continue
		}
		all = append(all, each.Label.In(lang))
		if each.Sensitive {
			f.sensitive = append(f.sensitive, box{string(each.ID), each.Label.In(lang)})
		} else {
			ordinary = append(ordinary, each.Label.In(lang))
		}
	}
	if q.Kind == consent.AskAgain {
		f.sensitive = nil
		f.lines = append(f.lines, word("reads")+": "+listed(all, word("none")), word("reader")+": "+shortened(consent.Printable(q.Reader), ownWords))
		return f
	}
	f.lines = append(f.lines, word("ordinary")+": "+listed(ordinary, word("none")))
	f.sensitiveTitle, f.termTitle = word("sensitive"), word("term")
	if q.Presence {
		f.presence = word("presence")
	}
	for _, t := range []consent.Term{consent.Once, consent.ForDay, consent.Always} {
		f.terms = append(f.terms, box{string(t), word(string(t))})
	}
	f.code, f.codeNotes = word("code"), []string{word("why") + " " + word("tries") + ": " + strconv.Itoa(q.TriesLeft)}
	if q.TriesLeft < pairing.MaxTries {
		f.codeNotes = append([]string{word("wrong")}, f.codeNotes...)
	}
	return f
}

// paragraphs are what stands above everything that can be pressed.
func (f form) paragraphs() []string {
	all := append([]string{f.intro, f.site}, f.lines...)
	if f.caution != "" {
		all = slices.Insert(all, 2, f.caution)
	}
	return all
}

// codeDigits is how many digits a code has.
const codeDigits = 7

// complete tells whether a code was entered where one is asked for. A wrong one costs
// a try; one that cannot be right should not.
func (f form) complete(r reply) bool {
	digits := 0
	for _, c := range r.code {
		if c >= '0' && c <= '9' {
			digits++
		}
	}
	return !r.granted || f.code == "" || digits == codeDigits
}

func listed(all []string, none string) string {
	if len(all) == 0 {
		return none
	}
	return strings.Join(all, "; ") // some labels hold commas
}

// decisionOf makes a decision of what the officer did. Sensitive fields are
// granted only if they were ticked, the others are what the question said.
func decisionOf(q consent.Question, r reply) consent.Decision {
	if !r.granted || q.Kind == consent.AskAgain {
		return consent.Decision{Granted: r.granted}
	}
	d := consent.Decision{Granted: true, Code: r.code, Presence: r.presence && q.Presence, For: consent.Term(r.term)}
	for _, each := range answer.Fields() {
		id := string(each.ID)
		if slices.Contains(q.Fields, id) && (!each.Sensitive || slices.Contains(r.ticked, id)) {
			d.Fields = append(d.Fields, id)
		}
	}
	return d
}
