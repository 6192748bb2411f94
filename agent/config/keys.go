package config

import (
	"slices"
	"strings"
)

// Kind is the type of a setting.
type Kind string

// The kinds, in the words of JSON Schema.
const (
	Number Kind = "integer"
	Switch Kind = "boolean"
	Text   Kind = "string"
	List   Kind = "array"
)

// Key is one setting.
type Key struct {
	Name string
	Kind Kind
	// Default has the type of Kind: int64, bool, string, []string.
	Default any
	// Min and Max bound a Number; Words are the only texts of a Text, if there are any.
	Min, Max int64
	Words    []string
	// Live settings take effect when the file changes; others at the next start.
	Live bool
	// Vi and En say what it is for.
	Vi, En string
}

// The names of the settings.
const (
	Port          = "port"
	Mock          = "mock"
	Origins       = "origins"
	Trust         = "trust"
	Language      = "language"
	LogLevel      = "log.level"
	WaitSeconds   = "read.waitSeconds"
	AuditMiB      = "audit.maxMiB"
	PseudonymDays = "audit.pseudonymDays"
	Pairing       = "pairing.allowed"
	AdminGrants   = "admin.grants"
	WSSEnabled    = "wss.enabled"
	WSSPort       = "wss.port"
	Windows       = "desktop.windows"
	Tray          = "desktop.tray"
)

// Keys is every setting, in the order of the document.
func Keys() []Key { return slices.Clone(keys) }

var keys = []Key{
	{Name: Port, Kind: Number, Default: int64(9590), Max: 65535, Vi: "Cổng trên 127.0.0.1 và [::1]; 0 là cổng trống bất kỳ. Không đặt thì lấy cổng trống đầu tiên từ 9590 đến 9597.", En: "Port on 127.0.0.1 and [::1]; 0 takes a free one. If it is not set, the first free one of 9590 to 9597."},
	{Name: Mock, Kind: Switch, Default: false, Vi: "Thêm các thẻ mẫu làm đầu đọc mô phỏng.", En: "Offer the sample cards as mock readers."},
	{Name: Origins, Kind: List, Default: []string{}, Live: true, Vi: "Trang được phép trong lần chạy này: chỉ khi nêu bằng --origin hoặc trong policy.toml của quản trị viên. Trong tệp hay biến môi trường của người dùng thì không cấp quyền gì, chỉ để «browsers policies» dùng.", En: "Origins admitted for this run: only those of --origin or of the administrator's policy.toml. In the user's own file or environment they grant nothing; «browsers policies» uses them."},
	{Name: Trust, Kind: List, Default: []string{}, Live: true, Vi: "Thư mục hoặc tệp chứng thư gốc, bên cạnh những gì «trust add» đã cài.", En: "Folders or files of root certificates, beside what trust add has installed."},
	{Name: Language, Kind: Text, Default: "vi", Words: []string{"vi", "en"}, Live: true, Vi: "Ngôn ngữ của thông báo; nút trên trang của cán bộ cũng đổi mục này.", En: "Language of messages; the button on the officer's page changes it too."},
	{Name: LogLevel, Kind: Text, Default: "warn", Words: []string{"warn", "info"}, Live: true, Vi: "Mức nhật ký kỹ thuật (không có dữ liệu cá nhân).", En: "How much is logged (never personal data)."},
	{Name: WaitSeconds, Kind: Number, Default: int64(60), Min: 1, Max: 60, Live: true, Vi: "Trang được chờ thẻ lâu nhất bao nhiêu giây.", En: "How long a page may wait for a card, in seconds."},
	{Name: AuditMiB, Kind: Number, Default: int64(8), Min: 1, Max: 1024, Live: true, Vi: "Mỗi tệp nhật ký kiểm toán dài nhất bao nhiêu MiB.", En: "Size at which the audit log begins a new file, in MiB."},
	{Name: PseudonymDays, Kind: Number, Default: int64(90), Min: 1, Max: 3650, Live: true, Vi: "Sau bao nhiêu ngày đổi khóa bí danh của số định danh.", En: "Days after which the key of the pseudonyms is replaced."},
	{Name: Pairing, Kind: Switch, Default: true, Live: true, Vi: "Cán bộ được ghép trang mới.", En: "The officer may pair new pages."},
	{Name: Windows, Kind: Switch, Default: true, Live: true, Vi: "Hỏi cán bộ bằng cửa sổ nhỏ trên màn hình; tắt thì hỏi trên trang của cán bộ và dòng lệnh.", En: "Ask the officer in small windows; off: on the officer's page and the command line alone."},
	{Name: Tray, Kind: Switch, Default: true, Vi: "Hiện biểu tượng cạnh đồng hồ.", En: "Show the picture beside the clock."},
	{Name: AdminGrants, Kind: Text, Default: "", Live: true, Vi: "Tệp quyền do quản trị viên ký, chỉ khi nêu trong policy.toml; để trống là tệp cạnh khóa của quản trị viên.", En: "The administrator's signed grants, only if policy.toml names them; empty for the file beside the administrator's key."},
	{Name: WSSEnabled, Kind: Switch, Default: true, Vi: "Phục vụ cả wss:// khi đã chạy «wss install».", En: "Serve wss:// too, once «wss install» was run."},
	{Name: WSSPort, Kind: Number, Default: int64(9690), Max: 65535, Vi: "Cổng đầu tiên của wss; nếu bận thì bảy cổng kế tiếp, theo thứ tự; 0 là cổng trống bất kỳ.", En: "First port of wss; if it is taken, the next seven in turn; 0 takes a free one."},
}

// keyOf returns the key of that name.
func keyOf(name string) (Key, bool) {
	i := slices.IndexFunc(keys, func(k Key) bool { return k.Name == name })
	if i < 0 {
		return Key{}, false
	}
	return keys[i], true
}

// Env is the environment variable of the key: CHIPID_ and the name in capitals.
func (k Key) Env() string {
	var b strings.Builder
	b.WriteString("CHIPID_")
	for _, c := range k.Name {
		switch {
		case c == '.':
			b.WriteByte('_')
		case c >= 'A' && c <= 'Z':
			b.WriteByte('_')
			b.WriteRune(c)
		default:
			b.WriteRune(c - 'a' + 'A')
		}
	}
	return b.String()
}

// isTable tells whether settings' names begin so.
func isTable(name string) bool {
	return slices.ContainsFunc(keys, func(k Key) bool { return strings.HasPrefix(k.Name, name+".") })
}

// nearest returns the name of the key or table that looks most like the one given,
// empty if none is near.
func nearest(name string) string {
	best, distance := "", max(2, len(name)/3)+1
	for _, k := range keys {
		table, _, _ := strings.Cut(k.Name, ".")
		for _, known := range []string{k.Name, table} {
			if d := edits(strings.ToLower(name), strings.ToLower(known)); d < distance {
				best, distance = known, d
			}
		}
	}
	return best
}

// nearestEnv is nearest for variables, and more careful: what is not near is not
// taken for a slip but for another program's.
func nearestEnv(name string) string {
	best, distance := "", max(1, (len(name)-len(envPrefix))/5)+1
	for _, k := range keys {
		if d := edits(name, k.Env()); d < distance {
			best, distance = k.Env(), d
		}
	}
	return best
}

// edits counts the letters to put in, take out, replace or swap with their
// neighbour that make b of a (optimal string alignment).
func edits(a, b string) int {
	before, row := []int(nil), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		next := make([]int, len(b)+1)
		next[0] = i + 1
		for j := range len(b) {
			cost := row[j]
			if a[i] != b[j] {
				cost++
			}
			next[j+1] = min(cost, next[j]+1, row[j+1]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}
