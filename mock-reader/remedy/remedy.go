// Package remedy says what to do, on the system at hand, when the mock cannot
// reach a virtual reader or open a port.
//
// What may not live here: doing it. Nothing is installed or started.
package remedy

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"chipid/mock-reader/trace"
)

// Text is said in both languages.
type Text = trace.Text

// System is what a remedy depends on.
type System struct {
	// OS is the name of the system as Go says it.
	OS string
	// Families are the distribution and what it descends from (ID and ID_LIKE of os-release).
	Families []string
	// Has tells whether a file that fits a pattern exists.
	Has func(pattern string) bool
}

// This is the system at hand.
func This() System {
	return System{OS: runtime.GOOS, Families: families("/etc/os-release"), Has: func(pattern string) bool {
		found, err := filepath.Glob(pattern)
		return err == nil && len(found) > 0
	}}
}

// families reads ID and ID_LIKE.
func families(path string) []string {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	var all []string
	for line := range strings.Lines(string(content)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		if name == "ID" || name == "ID_LIKE" {
			all = append(all, strings.Fields(strings.Trim(value, `"'`))...)
		}
	}
	return all
}

func (s System) is(family string) bool {
	for _, f := range s.Families {
		if f == family {
			return true
		}
	}
	return false
}

// NoVirtualReader is for vpcd that does not listen where it should.
func (s System) NoVirtualReader() Text {
	switch {
	case s.OS != "linux":
		return Text{
			Vi: "vpcd chỉ có sẵn trên Linux. Ở đây hãy dùng «mock-reader serve --listen 7000» với «chipid-agent read --mock --reader tcp:7000», " +
				"hoặc «chipid-agent serve --mock --desk 8602»: không cần pcscd.",
			En: "vpcd is packaged for Linux only. Here use «mock-reader serve --listen 7000» with «chipid-agent read --mock --reader tcp:7000», " +
				"or «chipid-agent serve --mock --desk 8602»: neither needs pcscd.",
		}
	case !s.Has("/usr/lib*/pcsc/drivers/serial/libifdvpcd.so*") && !s.Has("/usr/lib/*/pcsc/drivers/serial/libifdvpcd.so*"):
		return s.install()
	case !s.Has("/run/pcscd/pcscd.comm"):
		return Text{
			Vi: "Đã cài vpcd nhưng pcscd chưa chạy: «sudo systemctl start pcscd», hoặc «sudo pcscd --foreground» nơi không có systemd.",
			En: "vpcd is installed but pcscd does not run: «sudo systemctl start pcscd», or «sudo pcscd --foreground» where there is no systemd.",
		}
	}
	return Text{
		Vi: "vpcd đã cài, nhưng không nghe ở cổng này. pcscd chạy theo socket chỉ nạp vpcd khi có chương trình dùng nó: «sudo systemctl restart pcscd». " +
			"Cổng nằm ở CHANNELID trong /etc/reader.conf.d/vpcd (0x8C7B là 35963; khe thứ hai là cổng kế tiếp).",
		En: "vpcd is installed but does not listen on this port. A pcscd started by its socket loads vpcd only when a program uses it: " +
			"«sudo systemctl restart pcscd». The port is CHANNELID in /etc/reader.conf.d/vpcd (0x8C7B is 35963; the second slot is the next port).",
	}
}

// install says how vpcd comes onto the system.
func (s System) install() Text {
	if s.is("debian") || s.is("ubuntu") {
		return Text{
			Vi: "Chưa cài đầu đọc ảo: «sudo apt-get install pcscd vsmartcard-vpcd», rồi «sudo systemctl restart pcscd».",
			En: "The virtual reader is not installed: «sudo apt-get install pcscd vsmartcard-vpcd», then «sudo systemctl restart pcscd».",
		}
	}
	return Text{
		Vi: "Chưa có đầu đọc ảo vpcd: cài gói vsmartcard-vpcd, hoặc dịch thư mục virtualsmartcard của dự án vsmartcard, rồi khởi động lại pcscd. " +
			"Không muốn cài: dùng --listen thay cho --vpcd.",
		En: "The virtual reader vpcd is missing: install the package vsmartcard-vpcd, or build the folder virtualsmartcard of the project vsmartcard, " +
			"then restart pcscd. Without installing anything: --listen instead of --vpcd.",
	}
}

// Errors of Winsock, which Go gives by number.
const (
	wsaAccess       = syscall.Errno(10013)
	wsaInUse        = syscall.Errno(10048)
	wsaNotAvailable = syscall.Errno(10049)
)

// NoPort is for an address HOST:PORT that could not be opened.
func (s System) NoPort(address string, cause error) Text {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		port = address
	}
	is := func(unix, windows syscall.Errno) bool {
		return errors.Is(cause, unix) || s.OS == "windows" && errors.Is(cause, windows)
	}
	switch {
	case is(syscall.EADDRINUSE, wsaInUse):
		who := s.whoListens(port)
		return Text{
			Vi: "Cổng " + port + " đang có chương trình khác dùng. Xem là ai: «" + who + "»; hoặc chọn cổng khác (0 là cổng trống bất kỳ).",
			En: "Another program uses port " + port + ". See which: «" + who + "»; or choose another port (0 takes any free one).",
		}
	case is(syscall.EACCES, wsaAccess) && s.OS == "windows":
		return Text{
			Vi: "Windows giữ cổng " + port + ": «netsh interface ipv4 show excludedportrange protocol=tcp» cho biết các khoảng bị giữ. Chọn cổng khác.",
			En: "Windows reserves port " + port + ": «netsh interface ipv4 show excludedportrange protocol=tcp» lists what is reserved. Choose another port.",
		}
	case is(syscall.EACCES, wsaAccess):
		return Text{
			Vi: "Không được phép mở cổng " + port + ": cổng dưới 1024 cần quyền quản trị. Chọn cổng lớn hơn.",
			En: "Port " + port + " may not be opened: ports below 1024 need privileges. Choose a higher one.",
		}
	case is(syscall.EADDRNOTAVAIL, wsaNotAvailable):
		return Text{
			Vi: "Máy này không có địa chỉ đó. Dùng 127.0.0.1, hoặc 0.0.0.0 cùng --open-to-network.",
			En: "This computer does not have that address. Use 127.0.0.1, or 0.0.0.0 with --open-to-network.",
		}
	}
	return Text{Vi: "Chọn địa chỉ hoặc cổng khác.", En: "Choose another address or port."}
}

// whoListens is the command that tells who holds a port.
func (s System) whoListens(port string) string {
	switch s.OS {
	case "windows":
		return "netstat -ano | findstr :" + port
	case "linux":
		return "ss -ltnp sport = :" + port
	}
	return "lsof -nP -iTCP:" + port + " -sTCP:LISTEN"
}
