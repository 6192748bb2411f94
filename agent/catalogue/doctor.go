package catalogue

// Finding is one thing that doctor can say of one of its checks.
type Finding struct {
	// Check is the id of the check, Name tells its findings apart.
	Check, Name string
	// Title says what was found.
	Title Text
	// Remedy is what an ordinary user can do about it, Admin what somebody can who
	// administers this computer. Both are empty where there is nothing to do; an
	// empty Admin is the same as Remedy.
	Remedy, Admin Text
}

// RemedyFor returns what this user can do.
func (f Finding) RemedyFor(administrator bool) Text {
	if administrator && f.Admin != (Text{}) {
		return f.Admin
	}
	return f.Remedy
}

// FindingOf returns the words for what a check found, and false if there are none.
func FindingOf(check, name string) (Finding, bool) {
	for _, f := range findings {
		if f.Check == check && f.Name == name {
			return f, true
		}
	}
	return Finding{}, false
}

// Findings returns everything that doctor can say.
func Findings() []Finding { return append([]Finding(nil), findings...) }

var findings = []Finding{
	{Check: "agent", Name: "running", Title: Text{"Chương trình đọc thẻ đang chạy.", "The card agent is running."}},
	{Check: "agent", Name: "stopped", Title: Text{"Chương trình đọc thẻ chưa chạy.", "The card agent is not running."},
		Remedy: Text{"Đăng xuất rồi đăng nhập lại, hoặc chạy «chipid-agent serve».", "Log out and in again, or run «chipid-agent serve»."}},

	{Check: "service", Name: "ok", Title: Text{"Dịch vụ thẻ thông minh đang chạy.", "The smart-card service is running."}},
	{Check: "service", Name: "down", Title: Text{"Dịch vụ thẻ thông minh không chạy.", "The smart-card service is not running."},
		Remedy: Text{"Cắm đầu đọc vào và đợi 10 giây; nếu vẫn vậy, nhờ quản trị viên bật dịch vụ (Windows: «Smart Card»; Linux: pcscd).",
			"Plug the reader in and wait ten seconds; if it stays so, ask the administrator to start the service (Windows: «Smart Card», Linux: pcscd)."},
		Admin: Text{"Bật dịch vụ: Linux «systemctl enable --now pcscd.socket»; Windows «sc config SCardSvr start= auto» rồi «net start SCardSvr».",
			"Start the service: Linux «systemctl enable --now pcscd.socket»; Windows «sc config SCardSvr start= auto», then «net start SCardSvr»."}},
	{Check: "service", Name: "notBuilt", Title: Text{"Bản chương trình này không nói chuyện được với đầu đọc thật.", "This build cannot speak to real readers."},
		Remedy: Text{"Cài gói chipid-agent thay cho tệp này.", "Install the package chipid-agent instead of this file."}},

	{Check: "permissions", Name: "ok", Title: Text{"Người dùng này được dùng đầu đọc.", "This user may use the reader."}},
	{Check: "permissions", Name: "denied", Title: Text{"Hệ thống không cho người dùng này dùng đầu đọc.", "The system does not let this user use the reader."},
		Remedy: Text{"Đăng nhập ngay tại máy (không qua màn hình từ xa); nếu phải làm từ xa, nhờ quản trị viên thêm bạn vào nhóm «chipid».",
			"Log in at the computer itself, not over a remote screen; if you must work remotely, ask the administrator to add you to the group «chipid»."},
		Admin: Text{"Thêm người dùng vào nhóm: «groupadd --system chipid; usermod -aG chipid NGƯỜI_DÙNG»; luật polkit của gói chipid-agent cho nhóm này quyền.",
			"Add the user to the group: «groupadd --system chipid; usermod -aG chipid USER»; the polkit rule of the package chipid-agent admits that group."}},
	{Check: "permissions", Name: "unknown", Title: Text{"Chưa biết người dùng này có được dùng đầu đọc không: dịch vụ không chạy.", "Whether this user may use the reader is not known: the service is not running."}},

	{Check: "reader", Name: "ok", Title: Text{"Đã thấy đầu đọc.", "A reader is connected."}},
	{Check: "reader", Name: "none", Title: Text{"Không thấy đầu đọc nào.", "No reader is connected."},
		Remedy: Text{"Cắm đầu đọc vào cổng USB khác, tránh bộ chia không có nguồn; đợi đèn sáng.", "Plug the reader into another USB port, not into a hub without power, and wait for its light."}},
	{Check: "reader", Name: "stuck", Title: Text{"Đầu đọc không trả lời.", "A reader does not answer."},
		Remedy: Text{"Rút đầu đọc ra, đợi 5 giây rồi cắm lại.", "Unplug the reader, wait five seconds, plug it in again."}},
	{Check: "reader", Name: "unknown", Title: Text{"Chưa biết có đầu đọc không: dịch vụ không chạy.", "Whether there is a reader is not known: the service is not running."}},

	{Check: "driver", Name: "ok", Title: Text{"Mọi đầu đọc USB đều có trình điều khiển.", "Every USB reader has its driver."}},
	{Check: "driver", Name: "missing", Title: Text{"Có đầu đọc USB mà hệ thống không nhận làm đầu đọc thẻ.", "A USB reader is plugged in that the system does not offer as a card reader."},
		Remedy: Text{"Rút ra cắm lại; nếu vẫn vậy, nhờ quản trị viên cài trình điều khiển của hãng (Linux: gói libccid).", "Unplug it and plug it in again; if it stays so, ask the administrator to install its maker's driver (Linux: the package libccid)."},
		Admin:  Text{"Cài trình điều khiển: Linux «apt install libccid» rồi «systemctl restart pcscd»; Windows: bản của hãng hoặc Windows Update.", "Install the driver: Linux «apt install libccid», then «systemctl restart pcscd»; Windows: the maker's, or by Windows Update."}},
	{Check: "driver", Name: "none", Title: Text{"Không có đầu đọc USB nào để xét.", "There is no USB reader to look at."}},

	{Check: "card", Name: "in", Title: Text{"Có thẻ trong đầu đọc.", "A card is in the reader."}},
	{Check: "card", Name: "empty", Title: Text{"Chưa có thẻ trong đầu đọc.", "No card is in the reader."},
		Remedy: Text{"Đặt thẻ lên đầu đọc khi cần đọc.", "Put a card on the reader when one is to be read."}},
	{Check: "card", Name: "mute", Title: Text{"Thẻ trong đầu đọc không trả lời.", "The card in the reader does not answer."},
		Remedy: Text{"Lật mặt thẻ, đặt ngay ngắn, lau sạch; thử một thẻ khác.", "Turn the card, lay it straight, wipe it; try another card."}},
	{Check: "card", Name: "noReader", Title: Text{"Chưa có đầu đọc để xem thẻ.", "There is no reader to look for a card in."}},

	{Check: "port", Name: "ours", Title: Text{"Cổng trên máy này do chương trình đọc thẻ giữ.", "The port on this computer is the agent's."}},
	{Check: "port", Name: "free", Title: Text{"Cổng trên máy này còn trống.", "The port on this computer is free."}},
	{Check: "port", Name: "taken", Title: Text{"Cổng trên máy này do chương trình khác giữ.", "The port on this computer is another program's."},
		Remedy: Text{"Đóng chương trình đang giữ cổng (hỏi bộ phận hỗ trợ nếu không biết là gì), rồi đăng nhập lại.", "Close the program that holds the port (ask support if you do not know which), then log in again."}},

	{Check: "certificates", Name: "ok", Title: Text{"Chứng thư cho wss còn hạn và được tin cậy.", "The certificates for wss are valid and trusted."}},
	{Check: "certificates", Name: "off", Title: Text{"Chưa bật wss; mọi trình duyệt trừ Safari vẫn dùng được ws.", "wss is not set up; every browser but Safari works with plain ws."},
		Remedy: Text{"Chỉ cần khi trang yêu cầu: chạy «chipid-agent wss install».", "Only where a page needs it: run «chipid-agent wss install»."}},
	{Check: "certificates", Name: "noRights", Title: Text{"Không cài được chứng thư cho wss vào kho nào của người dùng này.", "There is no trust store of this user's into which the certificates for wss can be put."},
		Remedy: Text{"Linux: nhờ quản trị viên cài gói libnss3-tools. Trong lúc đó ws vẫn dùng được.", "Linux: ask the administrator to install the package libnss3-tools. Plain ws works meanwhile."},
		Admin:  Text{"Linux: «apt install libnss3-tools», rồi người dùng chạy «chipid-agent wss install».", "Linux: «apt install libnss3-tools», then the user runs «chipid-agent wss install»."}},
	{Check: "certificates", Name: "untrusted", Title: Text{"Có trình duyệt chưa tin chứng thư cho wss.", "A browser does not trust the certificates for wss."},
		Remedy: Text{"Đóng trình duyệt, chạy «chipid-agent wss install», mở lại.", "Close the browser, run «chipid-agent wss install», open it again."}},
	{Check: "certificates", Name: "due", Title: Text{"Chứng thư cho wss sắp hết hạn.", "The certificates for wss will end soon."},
		Remedy: Text{"Chạy «chipid-agent wss renew».", "Run «chipid-agent wss renew»."}},
	{Check: "certificates", Name: "ended", Title: Text{"Chứng thư cho wss đã hết hạn, hoặc đồng hồ máy sai.", "The certificates for wss have ended, or the clock is wrong."},
		Remedy: Text{"Xem mục đồng hồ trước; nếu đồng hồ đúng, chạy «chipid-agent wss renew».", "See the clock first; if it is right, run «chipid-agent wss renew»."}},
	{Check: "certificates", Name: "broken", Title: Text{"Không đọc được tệp chứng thư cho wss.", "The file of the certificates for wss cannot be read."},
		Remedy: Text{"Chạy «chipid-agent wss remove» rồi «chipid-agent wss install».", "Run «chipid-agent wss remove», then «chipid-agent wss install»."}},

	{Check: "browsers", Name: "ok", Title: Text{"Các trình duyệt cho những trang đã cấu hình nối tới chương trình đọc thẻ.", "The browsers let the configured pages reach the card agent."}},
	{Check: "browsers", Name: "noOrigins", Title: Text{"Chưa cấu hình trang nào cho chính sách trình duyệt; trình duyệt sẽ hỏi cán bộ.", "No page is configured for the browsers' policies; the browser will ask the officer."},
		Remedy: Text{"Khi trình duyệt hỏi, chọn «Cho phép».", "When the browser asks, choose «Allow»."}},
	{Check: "browsers", Name: "missing", Title: Text{"Có trình duyệt chưa có chính sách cho những trang đã cấu hình; trình duyệt sẽ hỏi cán bộ.", "A browser lacks the policy for the configured pages; it will ask the officer."},
		Remedy: Text{"Khi trình duyệt hỏi, chọn «Cho phép»; hoặc nhờ quản trị viên chạy «chipid-agent browsers policies install».", "When the browser asks, choose «Allow»; or ask the administrator to run «chipid-agent browsers policies install»."},
		Admin:  Text{"Chạy «chipid-agent browsers policies install».", "Run «chipid-agent browsers policies install»."}},
	{Check: "browsers", Name: "overruled", Title: Text{"Một chính sách khác trên máy này chặn hoặc thay chính sách của chương trình đọc thẻ.", "Another policy on this computer blocks or replaces that of the card agent."},
		Remedy: Text{"Nhờ quản trị viên xem «chipid-agent browsers policies show».", "Ask the administrator to look at «chipid-agent browsers policies show»."},
		Admin:  Text{"Xem «chipid-agent browsers policies show» và gộp hai chính sách.", "See «chipid-agent browsers policies show» and merge the two policies."}},
	{Check: "browsers", Name: "unknown", Title: Text{"Không xem được chính sách trình duyệt trên máy này.", "The browsers' policies cannot be looked at on this computer."},
		Remedy: Text{"Khi trình duyệt hỏi, chọn «Cho phép».", "When the browser asks, choose «Allow»."}},

	{Check: "clock", Name: "ok", Title: Text{"Đồng hồ máy có vẻ đúng.", "The clock seems right."}},
	{Check: "clock", Name: "behind", Title: Text{"Đồng hồ máy chậm: trước cả ngày chương trình này được làm ra.", "The clock is behind: before the day on which this program was made."},
		Remedy: Text{"Nhờ quản trị viên chỉnh ngày giờ; trên Windows bấm giờ ở góc màn hình, chọn đồng bộ ngay.", "Ask the administrator to set date and time; on Windows choose to synchronise in the clock's settings."},
		Admin:  Text{"Chỉnh ngày giờ và bật đồng bộ: Linux «timedatectl set-ntp true»; Windows «w32tm /resync».", "Set date and time and let them be synchronised: Linux «timedatectl set-ntp true»; Windows «w32tm /resync»."}},
	{Check: "clock", Name: "jumped", Title: Text{"Đồng hồ máy chậm hơn lần ghi gần nhất của chương trình, hoặc đã từng chạy nhanh.", "The clock is behind what the agent wrote last, or was ahead once."},
		Remedy: Text{"So với giờ trên điện thoại; nếu sai, nhờ quản trị viên chỉnh ngày giờ.", "Compare it with a telephone; if it is wrong, ask the administrator to set date and time."},
		Admin:  Text{"So với giờ trên điện thoại; nếu sai, chỉnh ngày giờ và bật đồng bộ.", "Compare it with a telephone; if it is wrong, set date and time and let them be synchronised."}},

	{Check: "trust", Name: "ok", Title: Text{"Kho chứng thư gốc (CSCA) dùng được.", "The store of root certificates (CSCA) can be used."}},
	{Check: "trust", Name: "none", Title: Text{"Chưa cài chứng thư gốc (CSCA): đọc được thẻ nhưng chưa kết luận được thật giả.", "No root certificate (CSCA) is installed: cards can be read, but not judged."},
		Remedy: Text{"Chạy «chipid-agent trust add TỆP» với chứng thư gốc do cơ quan có thẩm quyền cấp, hoặc nhờ quản trị viên đặt mục «trust».",
			"Run «chipid-agent trust add FILE» with the root certificates that the authority hands out, or ask the administrator to set «trust»."},
		Admin: Text{"Đặt chứng thư gốc vào một thư mục và nêu thư mục đó ở mục «trust» trong policy.toml.", "Put the root certificates into a folder and name it by «trust» in policy.toml."}},
	{Check: "trust", Name: "unreadable", Title: Text{"Không đọc được kho chứng thư gốc.", "The store of root certificates cannot be read."},
		Remedy: Text{"Chạy «chipid-agent trust list» để biết đường dẫn nào và vì sao, rồi nhờ quản trị viên sửa mục «trust» hoặc quyền đọc.", "Run «chipid-agent trust list» to see which path and why, then ask the administrator to mend «trust» or the right to read it."},
		Admin:  Text{"Chạy «chipid-agent trust list» để biết đường dẫn nào và vì sao, rồi sửa mục «trust» hoặc quyền đọc.", "Run «chipid-agent trust list» to see which path and why, then mend «trust» or the right to read it."}},
	{Check: "trust", Name: "old", Title: Text{"Kho chứng thư gốc đã lâu không cập nhật.", "The store of root certificates has not been updated for long."},
		Remedy: Text{"Chạy «chipid-agent trust add TỆP» với chứng thư gốc và danh sách thu hồi mới, hoặc nhờ quản trị viên cập nhật thư mục «trust».",
			"Run «chipid-agent trust add FILE» with newer root certificates and revocation lists, or ask the administrator to update the folder of «trust»."},
		Admin: Text{"Cập nhật chứng thư gốc và danh sách thu hồi (CRL) trong thư mục «trust».", "Update the root certificates and revocation lists (CRLs) in the folder of «trust»."}},
	{Check: "trust", Name: "ended", Title: Text{"Mọi chứng thư gốc trong kho đã hết hạn.", "Every root certificate in the store has ended."},
		Remedy: Text{"Xem mục đồng hồ; nếu đồng hồ đúng, nhờ quản trị viên cập nhật chứng thư gốc.", "See the clock; if it is right, ask the administrator to update the root certificates."},
		Admin:  Text{"Xem mục đồng hồ; nếu đồng hồ đúng, cập nhật chứng thư gốc trong thư mục «trust».", "See the clock; if it is right, update the root certificates in the folder of «trust»."}},
	{Check: "trust", Name: "synthetic", Title: Text{"Kho chứng thư gốc có chứng thư dùng để thử.", "The store of root certificates holds a test certificate."},
		Remedy: Text{"Trên máy làm việc thật, nhờ quản trị viên bỏ chứng thư SYNTHETIC ra.", "On a computer of a real counter, ask the administrator to take the SYNTHETIC certificates out."},
		Admin:  Text{"Trên máy làm việc thật, bỏ chứng thư SYNTHETIC ra khỏi thư mục «trust».", "On a computer of a real counter, take the SYNTHETIC certificates out of the folder of «trust»."}},

	{Check: "settings", Name: "ok", Title: Text{"Cấu hình và chính sách dùng được.", "Configuration and policy can be used."}},
	{Check: "settings", Name: "file", Title: Text{"Cấu hình có chỗ sai nên không được dùng.", "The configuration has a mistake and is not used."},
		Remedy: Text{"Sửa chỗ nêu trong ngoặc, trong tệp config.toml của bạn hoặc biến môi trường CHIPID_…; nếu không phải bạn đặt, gửi dòng này cho bộ phận hỗ trợ.",
			"Mend what the brackets name, in your config.toml or the variable CHIPID_…; if it is not of your making, send this line to support."}},
	{Check: "settings", Name: "policy", Title: Text{"Chính sách hoặc quyền do quản trị viên đặt không dùng được.", "The administrator's policy or grants cannot be used."},
		Remedy: Text{"Báo quản trị viên, kèm phần trong ngoặc: tệp chính sách sai hoặc người khác ghi được, hoặc quyền đã ký sai hay hết hạn.", "Tell the administrator what the brackets say: the policy is wrong or others can write it, or the signed grants are wrong or have ended."},
		Admin:  Text{"Xem «chipid-agent config show --sources»; tệp chính sách phải thuộc root và chỉ root ghi được. Quyền hết hạn hoặc sai chữ ký: ký lại bằng «chipid-agent admin sign».", "See «chipid-agent config show --sources»; the policy must be root's, and only root may write it. Grants that ended or are wrongly signed: sign anew with «chipid-agent admin sign»."}},

	{Check: "state", Name: "ok", Title: Text{"Thư mục dữ liệu của chương trình dùng được.", "The agent's state folder can be used."}},
	{Check: "state", Name: "unusable", Title: Text{"Chương trình không ghi được vào thư mục dữ liệu của nó.", "The agent cannot write into its state folder."},
		Remedy: Text{"Kiểm tra dung lượng đĩa còn trống và quyền của thư mục dữ liệu (0700, thuộc về bạn).", "See that the disk is not full and that the state folder is yours (0700)."}},

	{Check: "versions", Name: "ok", Title: Text{"Phiên bản của chương trình.", "The program's version."}},
	{Check: "versions", Name: "differs", Title: Text{"Chương trình đang chạy cũ hơn hoặc khác bản đã cài.", "The running agent is another version than the installed one."},
		Remedy: Text{"Đăng xuất rồi đăng nhập lại để chạy bản mới.", "Log out and in again so that the new version runs."}},
}
