package trace

import (
	"fmt"

	"chipid/cardlib/apdu"
)

// words explains a command.
type words struct {
	meaning Text
	clause  string
}

const insVerify = 0x20

// commandWords explains commands that mean one thing only.
var commandWords = map[byte]words{
	apdu.InsGetChallenge: {Text{"Xin số ngẫu nhiên của chip (BAC)", "Ask for the chip's random number (BAC)"}, "Doc 9303-11 §4.3.4.1"},
	apdu.InsExternalAuth: {Text{"BAC: hai bên chứng minh biết khóa từ MRZ", "BAC: both sides prove the key of the MRZ"}, "Doc 9303-11 §4.3.4.2"},
	apdu.InsInternalAuth: {Text{"Xác thực chủ động: chip ký số ngẫu nhiên của đầu đọc", "Active authentication: the chip signs the reader's challenge"},
		"Doc 9303-11 §6.1"},
	apdu.InsGetResponse: {Text{"Lấy phần còn lại của câu trả lời", "Fetch the rest of an answer"}, "ISO/IEC 7816-4 §11.7.1"},
	apdu.InsEnvelope:    {Text{"Gửi một lệnh dài thành nhiều phần", "Carry a long command in parts"}, "ISO/IEC 7816-4 §11.7.2"},
	apdu.InsPSO:         {Text{"Xác thực thiết bị đọc: kiểm chứng thư", "Terminal authentication: check a certificate"}, "TR-03110-3 §B.11.5"},
	insVerify:           {Text{"Thử một mã PIN", "Try a PIN"}, "ISO/IEC 7816-4 §11.5.6"},
}

// fileWords says what is in a file.
var fileWords = map[string]Text{
	"MF":              {"thư mục gốc", "the master file"},
	"EF.CardAccess":   {"EF.CardAccess (các cách mở chip)", "EF.CardAccess (how the chip is opened)"},
	"EF.CardSecurity": {"EF.CardSecurity (tham số bảo mật có chữ ký)", "EF.CardSecurity (signed security parameters)"},
	"EF.DIR":          {"EF.DIR (các ứng dụng)", "EF.DIR (the applications)"},
	"EF.ATR/INFO":     {"EF.ATR/INFO (khả năng của chip)", "EF.ATR/INFO (abilities of the chip)"},
	"EF.COM":          {"EF.COM (mục lục)", "EF.COM (list of groups)"},
	"EF.SOD":          {"EF.SOD (chữ ký của nơi cấp)", "EF.SOD (the issuer's signature)"},
	"EF.DG1":          {"DG1 (các dòng MRZ)", "DG1 (the MRZ)"},
	"EF.DG2":          {"DG2 (ảnh chân dung)", "DG2 (the portrait)"},
	"EF.DG3":          {"DG3 (vân tay, cần quyền riêng)", "DG3 (fingerprints, access restricted)"},
	"EF.DG13":         {"DG13 (thông tin công dân)", "DG13 (the citizen's data)"},
	"EF.DG14":         {"DG14 (khóa xác thực chip)", "DG14 (keys of chip authentication)"},
	"EF.DG15":         {"DG15 (khóa xác thực chủ động)", "DG15 (key of active authentication)"},
}

// statusWords says what status words mean (ISO/IEC 7816-4 §5.6, table 6 and 7).
var statusWords = map[apdu.SW]Text{
	apdu.SWSuccess:               {"thành công", "success"},
	apdu.SWEndOfFile:             {"hết tệp trước khi đủ số byte", "end of file before all bytes"},
	apdu.SWWrongLength:           {"sai độ dài", "wrong length"},
	apdu.SWSMNotSupported:        {"không hỗ trợ kênh bảo mật", "secure messaging not supported"},
	apdu.SWSecurityStatus:        {"chưa được phép", "security status not satisfied"},
	apdu.SWAuthBlocked:           {"mật khẩu đã bị khóa", "authentication blocked"},
	apdu.SWConditionsOfUse:       {"sai trình tự", "conditions of use not satisfied"},
	apdu.SWNoCurrentEF:           {"chưa chọn tệp", "no file selected"},
	apdu.SWSMObjectsMissing:      {"thiếu phần của kênh bảo mật", "secure messaging objects missing"},
	apdu.SWSMObjectsIncorrect:    {"phần của kênh bảo mật không đúng", "secure messaging objects incorrect"},
	apdu.SWWrongData:             {"dữ liệu không đúng", "wrong data"},
	apdu.SWFunctionNotSupported:  {"không hỗ trợ chức năng", "function not supported"},
	apdu.SWFileNotFound:          {"không có tệp hoặc ứng dụng", "file or application not found"},
	apdu.SWWrongParametersP1P2:   {"sai P1-P2", "wrong P1-P2"},
	0x6A87:                       {"độ dài không hợp với P1-P2", "length inconsistent with P1-P2"},
	apdu.SWReferencedDataUnknown: {"không có khóa hoặc thuật toán đó", "referenced data not found"},
	apdu.SWWrongOffset:           {"vị trí nằm ngoài tệp", "offset beyond the file"},
	apdu.SWInsNotSupported:       {"không có lệnh này", "instruction not supported"},
	apdu.SWClassNotSupported:     {"không có lớp lệnh này", "class not supported"},
	apdu.SWUnspecified:           {"lỗi không nêu rõ", "no precise diagnosis"},
	0x6881:                       {"không có kênh logic", "logical channel not supported"},
	0x6883:                       {"chờ lệnh cuối của chuỗi", "last command of the chain expected"},
	0x6884:                       {"không hỗ trợ chuỗi lệnh", "command chaining not supported"},
	0x6A84:                       {"không đủ bộ nhớ", "not enough memory"},
}

// statusMeaning says what sw means as the answer to cmd.
func statusMeaning(cmd apdu.Command, sw apdu.SW) Text {
	if n, ok := sw.MoreData(); ok {
		return Text{fmt.Sprintf("còn %d byte chờ lấy", n), fmt.Sprintf("%d more bytes wait", n)}
	}
	if n, ok := sw.RightLe(); ok {
		return Text{fmt.Sprintf("độ dài đúng là %d", n), fmt.Sprintf("the right length is %d", n)}
	}
	if n, ok := sw.TriesLeft(); ok {
		return Text{fmt.Sprintf("sai mật khẩu, còn %d lần thử", n), fmt.Sprintf("wrong password, %d tries left", n)}
	}
	if sw == apdu.SWWarning {
		if cmd.INS == apdu.InsGeneralAuth || cmd.INS == apdu.InsExternalAuth {
			return Text{"sai mật khẩu hoặc khóa", "wrong password or key"}
		}
		return Text{"cảnh báo, không nêu rõ", "warning without details"}
	}
	if t, ok := statusWords[sw]; ok {
		return t
	}
	return Text{"mã trạng thái không có trong chuẩn", "a status word of the chip's own"}
}
