package trace

import (
	"chipid/cardlib/tlv"
	"chipid/mock-reader/chip"
)

// steps explains GENERAL AUTHENTICATE by the tag inside its 7C (Doc 9303-11 table 5).
var steps = map[tlv.Tag]struct {
	meaning Text
	clause  string
}{
	0: {Text{"PACE bước 1: xin số ngẫu nhiên đã mã hóa", "PACE step 1: ask for the encrypted nonce"}, "Doc 9303-11 §4.4.4.2"},
	0x81: {Text{"PACE bước 2: ánh xạ số ngẫu nhiên lên đường cong", "PACE step 2: map the nonce"},
		"Doc 9303-11 §4.4.3.3"},
	0x83: {Text{"PACE bước 3: trao đổi khóa tạm", "PACE step 3: exchange ephemeral keys"}, "Doc 9303-11 §4.4.3.4"},
	0x85: {Text{"PACE bước 4: hai bên chứng minh cùng biết mật khẩu", "PACE step 4: both sides prove the password"},
		"Doc 9303-11 §4.4.3.4"},
	0x80: {Text{"Xác thực chip: gửi khóa tạm của đầu đọc", "Chip authentication: send the reader's ephemeral key"},
		"Doc 9303-11 §6.2.4.2"},
}

func explainGeneral(e chip.Entry) (Text, string) {
	outer, err := tlv.ReadOnly(e.Plain.Data)
	if err == nil && outer.Tag == 0x7C {
		tag := tlv.Tag(0)
		if els, err := tlv.ParseAll(outer.Value); err == nil && len(els) > 0 {
			tag = els[0].Tag
		}
		if s, ok := steps[tag]; ok {
			return s.meaning, s.clause
		}
	}
	return Text{"Một bước xác thực không đúng dạng", "A step of an authentication, malformed"}, "Doc 9303-11 §4.4.4.2"
}
