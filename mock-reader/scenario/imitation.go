package scenario

// Imitation is what a card stands for: whom or what a reader meets in it.
type Imitation string

// What the cards of the catalogue imitate.
const (
	Honest     Imitation = "honest"    // a card that a State has issued
	OddChip    Imitation = "odd-chip"  // an honest chip with a habit of its own
	OddLink    Imitation = "odd-link"  // an honest chip reached in another way
	IssuerSlip Imitation = "issuer"    // an issuer's mistake
	Forger     Imitation = "forger"    // somebody who changed data or chip of a real card
	HomeMade   Imitation = "home-made" // somebody who signs cards of his own
	Copier     Imitation = "copier"    // somebody who copied what can be read
	Mixer      Imitation = "mixed"     // the cards of two persons put together
	WrongKey   Imitation = "wrong-key" // a key that does not open this chip
	Broken     Imitation = "broken"    // a chip or a contact that fails
	Attacker   Imitation = "attacker"  // a card made to harm whoever reads it
)

// imitations says it in both languages, Vietnamese first.
var imitations = map[Imitation][2]string{
	Honest:     {"thẻ thật do cơ quan nhà nước cấp", "a card that a State has issued"},
	OddChip:    {"chip thật có thói quen riêng", "an honest chip with a habit of its own"},
	OddLink:    {"chip thật, kết nối theo cách khác", "an honest chip that is reached in another way"},
	IssuerSlip: {"sai sót của cơ quan cấp thẻ", "a mistake of the issuer"},
	Forger:     {"kẻ sửa dữ liệu hoặc chip của thẻ thật", "a forger who changed the data or the chip of a real card"},
	HomeMade:   {"kẻ tự ký thẻ của mình", "a forger who signs cards of his own"},
	Copier:     {"kẻ sao chép những gì đọc được từ thẻ thật", "a copy of what can be read from a real card"},
	Mixer:      {"thẻ của hai người ghép lại", "the cards of two persons put together"},
	WrongKey:   {"khóa không mở được chip này", "a key that does not open this chip"},
	Broken:     {"chip hoặc tiếp xúc bị hỏng", "a chip or a contact that fails"},
	Attacker:   {"thẻ làm ra để phá phần mềm đọc", "a card made to harm whoever reads it"},
}

// Vietnamese and English say what is imitated.
func (i Imitation) Vietnamese() string { return imitations[i][0] }

// English is the same in English.
func (i Imitation) English() string { return imitations[i][1] }
