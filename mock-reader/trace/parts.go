package trace

import (
	"fmt"
	"strings"

	"chipid/cardlib/apdu"
	"chipid/cardlib/tlv"
	"chipid/mock-reader/chip"
)

// partLimit bounds the parts of one line.
const partLimit = 40

// tagWords names data objects by the command that carries them.
type tagWords map[tlv.Tag]Text

var (
	wireTags = tagWords{ // Doc 9303-11 §9.8.4
		0x85: {"dữ liệu mã hóa (lệnh lẻ)", "cryptogram (odd instruction)"},
		0x87: {"dữ liệu mã hóa", "cryptogram"},
		0x97: {"độ dài muốn nhận", "length wanted"},
		0x99: {"mã trạng thái", "status word"},
		0x8E: {"mã xác thực (MAC)", "authentication code (MAC)"},
	}
	paceTags = tagWords{ // Doc 9303-11 §4.4.4.1
		0x80:   {"thuật toán", "algorithm"},
		0x83:   {"mật khẩu", "password"},
		0x84:   {"tham số miền", "domain parameters"},
		0x7F4C: {"quyền của thiết bị đọc", "rights of the terminal"},
	}
	caTags = tagWords{ // Doc 9303-11 §6.2.4
		0x80: {"thuật toán", "algorithm"},
		0x84: {"khóa của chip", "key of the chip"},
		0x91: {"khóa công khai tạm của đầu đọc", "ephemeral public key of the reader"},
	}
	generalTags = tagWords{ // Doc 9303-11 §4.4.4.2, §6.2.4.2
		0x7C: {"dữ liệu xác thực động", "dynamic authentication data"},
		0x80: {"số ngẫu nhiên mã hóa, hoặc khóa tạm của đầu đọc", "encrypted nonce, or ephemeral key of the reader"},
		0x81: {"dữ liệu ánh xạ của đầu đọc", "mapping data of the reader"},
		0x82: {"dữ liệu ánh xạ của chip", "mapping data of the chip"},
		0x83: {"khóa tạm của đầu đọc", "ephemeral key of the reader"},
		0x84: {"khóa tạm của chip", "ephemeral key of the chip"},
		0x85: {"bằng chứng của đầu đọc", "token of the reader"},
		0x86: {"bằng chứng của chip", "token of the chip"},
		0x87: {"tên chứng thư gốc", "name of the certification authority"},
		0x88: {"tên chứng thư gốc trước đó", "name of the previous certification authority"},
		0x8A: {"dữ liệu xác thực chip đã mã hóa", "encrypted chip authentication data"},
	}
	readTags = tagWords{ // ISO/IEC 7816-4 §11.3.3
		0x54: {"vị trí", "offset"},
		0x53: {"nội dung tệp", "contents of the file"},
	}
)

// parts lists the data objects of an exchange.
func parts(e chip.Entry) []Part {
	var all []Part
	if words := objects(e.Plain); words != nil {
		all = appendParts(all, "command", words, e.Plain.Data)
		all = appendParts(all, "response", words, e.PlainResponse.Data)
	}
	if !e.Secured {
		return all
	}
	if cmd, err := apdu.ParseCommand(e.Command); err == nil {
		all = appendParts(all, "wire command", wireTags, cmd.Data)
	}
	if len(e.Response) > 2 {
		all = appendParts(all, "wire response", wireTags, e.Response[:len(e.Response)-2])
	}
	return all
}

// objects gives the words for what a command carries, nil if it carries no data objects.
func objects(cmd apdu.Command) tagWords {
	switch {
	case cmd.INS == apdu.InsMSE && cmd.P1 == 0xC1:
		return paceTags
	case cmd.INS == apdu.InsMSE:
		return caTags
	case cmd.INS == apdu.InsGeneralAuth:
		return generalTags
	case cmd.INS == apdu.InsReadBinaryOdd:
		return readTags
	}
	return nil
}

// appendParts walks b; what is no TLV adds what could be read before it.
func appendParts(all []Part, from string, words tagWords, b []byte) []Part {
	if len(b) == 0 {
		return all
	}
	_ = tlv.Walk(b, func(depth int, e tlv.Element) bool {
		if len(all) >= partLimit {
			return false
		}
		p := Part{From: from, Depth: depth, Tag: e.Tag.String(), Name: words[e.Tag]}
		if _, known := words[e.Tag]; !known {
			p.Name = Text{"không rõ", "unknown"}
		}
		if !e.Tag.Constructed() {
			p.Value = Hex(e.Value)
			p.Says = says(e, p.Name.En)
		}
		all = append(all, p)
		return e.Tag.Constructed()
	})
	return all
}

// says explains a value.
func says(e tlv.Element, name string) Text {
	same := func(s string) Text { return Text{s, s} }
	switch name {
	case "algorithm":
		return same(algorithm(e.Value))
	case "password":
		if len(e.Value) == 1 && int(e.Value[0]) < len(passwords) {
			return same(passwords[e.Value[0]])
		}
	case "status word":
		if len(e.Value) == 2 {
			return statusMeaning(apdu.Command{}, apdu.SW(e.Value[0])<<8|apdu.SW(e.Value[1]))
		}
	case "domain parameters":
		if len(e.Value) == 1 && int(e.Value[0]) < len(domains) {
			return same(domains[e.Value[0]])
		}
	}
	return Text{}
}

var passwords = []string{"", "MRZ", "CAN", "PIN", "PUK"}

// domains are the standardised parameters of Doc 9303-11 table 8.
var domains = []string{"MODP 1024/160", "MODP 2048/224", "MODP 2048/256", "", "", "", "", "", "P-192", "brainpoolP192r1", "P-224",
	"brainpoolP224r1", "P-256", "brainpoolP256r1", "brainpoolP320r1", "P-384", "brainpoolP384r1", "brainpoolP512r1", "P-521"}

// Arcs of id-PACE and id-CA under 0.4.0.127.0.7.2.2, Doc 9303-11 §9.2.
var (
	mappings = []string{"", "DH-GM", "ECDH-GM", "DH-IM", "ECDH-IM", "", "ECDH-CAM"}
	methods  = []string{"", "DH", "ECDH"}
	ciphers  = []string{"", "3DES-CBC-CBC", "AES-CBC-CMAC-128", "AES-CBC-CMAC-192", "AES-CBC-CMAC-256"}
)

// bsi is 0.4.0.127.0.7.2.2.
const bsi = "\x04\x00\x7F\x00\x07\x02\x02"

// algorithm names the object identifiers of PACE and chip authentication.
func algorithm(oid []byte) string {
	rest, ok := strings.CutPrefix(string(oid), bsi)
	if !ok || len(rest) != 3 {
		return ""
	}
	kind, names := "id-PACE", mappings
	switch rest[0] {
	case 4:
	case 3:
		kind, names = "id-CA", methods
	default:
		return ""
	}
	if int(rest[1]) >= len(names) || int(rest[2]) >= len(ciphers) || names[rest[1]] == "" {
		return ""
	}
	return fmt.Sprintf("%s-%s-%s", kind, names[rest[1]], ciphers[rest[2]])
}
