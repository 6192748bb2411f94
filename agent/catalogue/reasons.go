package catalogue

import "chipid/cardlib/verdict"

// Remedies that several reasons share.
var (
	suspect = Text{"Không dùng dữ liệu; đọc lại một lần, nếu vẫn vậy thì báo người phụ trách.", "Do not rely on the data; read once more, and if it stays so tell the person in charge."}
	retry   = Text{"Đặt lại thẻ và đọc lại.", "Put the card on again and read once more."}
	nothing = Text{"Không cần làm gì.", "Nothing needs to be done."}
	support = Text{"Ghi lại mã này và báo bộ phận hỗ trợ.", "Note this code and tell support."}
	install = Text{"Đây là việc cài đặt trên máy này, không phải lỗi của công dân: báo quản trị viên cài chứng thư gốc.",
		"This concerns the set-up of this computer, not the citizen: ask the administrator to install the root certificates."}
	crls  = Text{"Không phải lỗi của công dân: quản trị viên cần cài danh sách thu hồi mới.", "Not a fault of the citizen: the administrator needs to install a fresh revocation list."}
	clock = Text{"Không phải lỗi của công dân: chỉnh lại ngày giờ của máy rồi đọc lại.", "Not a fault of the citizen: set this computer's date and time, then read again."}
)

var reasons = append(append(append([]Reason(nil), dataReasons...), signerReasons...), chipReasons...)

var dataReasons = []Reason{
	{verdict.HashMismatch, Text{"Một nhóm dữ liệu đã bị thay đổi so với bản được ký.", "A group of data is not the one that was signed."}, suspect, false},
	{verdict.Stripped, Text{"Chip từ chối một nhóm dữ liệu mà bản ký ghi là có.", "The chip denies a group of data that the signed list contains."}, suspect, false},
	{verdict.SODMissing, Text{"Chip không có bản ký dữ liệu (EF.SOD).", "The chip has no signed list of its data (EF.SOD)."}, suspect, false},
	{verdict.SODMalformed, Text{"Bản ký dữ liệu (EF.SOD) bị hỏng, không đọc hiểu được.", "The signed list of the data (EF.SOD) is broken and cannot be parsed."}, suspect, false},
	{verdict.GroupUnread, Text{"Một nhóm dữ liệu cần cho việc kiểm tra không đọc được.", "A group of data that the check needs could not be read."}, retry, false},
	{verdict.NotListed, Text{"Chip có một nhóm dữ liệu không nằm trong bản ký.", "The chip has a group of data that the signed list does not contain."}, suspect, false},
	{verdict.HashAlgorithm, Text{"Thuật toán băm của bản ký không được hỗ trợ hoặc không được phép.", "The hash algorithm of the signed list is not supported or not allowed."}, support, false},
	{verdict.DG1Missing, Text{"Bản ký không có nhóm DG1 (thông tin MRZ).", "The signed list does not contain DG1 (the MRZ)."}, suspect, false},
	{verdict.GroupRefused, Text{"Chip chỉ mở nhóm này cho đầu đọc được cấp quyền riêng.", "The chip opens this group only to specially authorised readers."}, nothing, false},
	{verdict.DG1DG13Mismatch, Text{"Hai phần dữ liệu trên chip nói về hai người khác nhau.", "Two parts of the chip's data speak of two persons."}, suspect, false},
	{verdict.KeyMismatch, Text{"Thẻ này không phải thẻ của số đã nhập.", "This card is not that of the number given."},
		Text{"Đối chiếu số trên thẻ với số đã nhập, và thẻ với người đến làm thủ tục.", "Compare the number on the card with the one given, and the card with the person present."}, false},
	{verdict.CheckDigit, Text{"Số kiểm tra trong MRZ trên chip sai.", "A check digit of the chip's MRZ is wrong."}, suspect, false},
	{verdict.DG13Missing, Text{"Thẻ không có nhóm DG13 để đối chiếu với MRZ.", "The card has no DG13 to compare the MRZ with."},
		Text{"Đối chiếu dữ liệu với thông tin in trên thẻ.", "Compare the data with what is printed on the card."}, false},
	{verdict.DG13Malformed, Text{"Nhóm DG13 (thông tin công dân) bị hỏng.", "DG13 (the citizen's data) is broken."}, support, false},
	{verdict.DG1Malformed, Text{"Nhóm DG1 (MRZ) bị hỏng.", "DG1 (the MRZ) is broken."}, support, false},
	{verdict.COMMismatch, Text{"Mục lục của chip (EF.COM) ghi khác với bản ký.", "The chip's index (EF.COM) differs from the signed list."}, nothing, false},
	{verdict.CardExpired, Text{"Thẻ đã hết hạn.", "The card has expired."},
		Text{"Hướng dẫn công dân làm thủ tục đổi thẻ.", "Tell the citizen how to have the card renewed."}, false},
	{verdict.ExpiryUnknown, Text{"Không đọc được hạn dùng của thẻ.", "The card's expiry date could not be read."},
		Text{"Xem hạn dùng in trên thẻ.", "See the date printed on the card."}, false},
	{verdict.NonceUnknown, Text{"Mã yêu cầu này không do hệ thống cấp.", "This system did not issue this nonce."}, retry, false},
	{verdict.NonceMismatch, Text{"Bằng chứng này thuộc về một yêu cầu khác.", "This evidence belongs to another request."}, retry, false},
	{verdict.NonceUsed, Text{"Mã yêu cầu đã được dùng.", "The nonce has been used."}, retry, false},
	{verdict.NonceExpired, Text{"Mã yêu cầu đã quá hạn.", "The nonce has expired."}, retry, false},
	{verdict.VersionUnknown, Text{"Không hiểu phiên bản của bằng chứng.", "The version of the evidence is not known."},
		Text{"Cập nhật hệ thống kiểm tra hoặc chương trình đọc thẻ.", "Update the verifier or the agent."}, true},
	{verdict.PurposeMismatch, Text{"Mục đích khác với yêu cầu đã cấp.", "The purpose differs from the request."}, retry, false},
	{verdict.GroupsMismatch, Text{"Các nhóm dữ liệu khác với yêu cầu đã cấp.", "The data groups differ from the request."}, retry, false},
	{verdict.OriginMismatch, Text{"Bằng chứng được tạo cho một trang khác.", "The evidence was made for another site."},
		Text{"Không nhận; kiểm tra địa chỉ trang mà cán bộ đã mở.", "Refuse it; check the address of the page that was open."}, false},
	{verdict.OriginManual, Text{"Địa chỉ trang được nhập bằng tay, không do trình duyệt nói.", "The site was given by hand, not by a browser."},
		Text{"Chỉ dùng để thử.", "For trials only."}, false},
	{verdict.AgentUnsigned, Text{"Không có chữ ký của chương trình đọc thẻ.", "No agent signed the evidence."}, nothing, true},
	{verdict.AgentUnknown, Text{"Khóa của chương trình đọc thẻ chưa được đăng ký.", "The agent's key is not enrolled."},
		Text{"Quản trị viên đăng ký khóa nếu muốn biết máy nào đã đọc.", "An administrator may enrol the key to know which computer it was."}, true},
	{verdict.AgentRevoked, Text{"Khóa của chương trình đọc thẻ đã bị thu hồi.", "The agent's key has been revoked."},
		Text{"Kiểm tra máy đã đọc thẻ này.", "Look into the computer that read this card."}, false},
	{verdict.NotAsked, Text{"Mục này không được yêu cầu.", "This check was not asked for."}, nothing, false},
	{verdict.NotRead, Text{"Chưa có dữ liệu cho mục này.", "There is no data for this check."}, retry, false},
	{verdict.Masked, Text{"Đây là bản ghi đã che dữ liệu: không có gì để kiểm tra.", "This is a recording with its data masked: there is nothing to check."},
		Text{"Muốn kiểm tra thì đọc thẻ trên đầu đọc.", "To check a card, read it on a reader."}, false},
}

var signerReasons = []Reason{
	{verdict.SignatureInvalid, Text{"Chữ ký trên dữ liệu sai.", "The signature over the data is wrong."}, suspect, false},
	{verdict.DigestMismatch, Text{"Chữ ký không thuộc về danh sách dữ liệu này.", "The signature belongs to another list of data."}, suspect, false},
	{verdict.AlgorithmUnknown, Text{"Thuật toán ký không được hỗ trợ.", "The signature algorithm is not supported."}, support, false},
	{verdict.SignerMissing, Text{"Bản ký không kèm chứng thư người ký.", "The signed list carries no certificate of its signer."}, suspect, false},
	{verdict.CertificateInvalid, Text{"Chứng thư người ký bị hỏng.", "The signer's certificate is broken."}, suspect, false},
	{verdict.NoTrustStore, Text{"Máy này chưa cài chứng thư gốc nào để đối chiếu.", "No root certificates are installed on this computer to compare with."}, install, true},
	{verdict.NoAnchor, Text{"Trong các chứng thư gốc đã cài, không có chứng thư nào cấp cho người ký này.", "None of the installed root certificates issued this signer."},
		Text{"Quản trị viên kiểm tra bộ chứng thư gốc có đủ và mới; chưa có căn cứ kết luận về thẻ.", "The administrator should check that the set of root certificates is complete and fresh; this alone says nothing about the card."}, true},
	{verdict.AnchorSignature, Text{"Chứng thư người ký mạo danh một chứng thư gốc đã cài.", "The signer's certificate names an installed root that did not sign it."}, suspect, false},
	{verdict.CountryMismatch, Text{"Người ký, chứng thư gốc và thẻ ghi các nước khác nhau.", "Signer, root certificate and card name different States."}, suspect, false},
	{verdict.SignerUsage, Text{"Chứng thư người ký không dùng để ký giấy tờ.", "The signer's certificate is not for signing documents."}, suspect, false},
	{verdict.AnchorUnprovable, Text{"Chưa biết nước cấp thẻ nên không đối chiếu được chứng thư gốc.", "The issuing State is not known, so there is no root to compare with."}, retry, false},
	{verdict.AnchorScope, Text{"Chứng thư gốc của người ký đã cài nhưng không được tin cho loại giấy tờ này.", "The signer's root certificate is installed, but not trusted for this kind of document."},
		Text{"Quản trị viên xem phạm vi của chứng thư bằng «chipid-agent trust list»; chưa có căn cứ kết luận về thẻ.", "The administrator should look at the certificate's scope with \"chipid-agent trust list\"; this alone says nothing about the card."}, true},
	{verdict.SignerPinned, Text{"Tin theo chính chứng thư người ký đã cài trên máy, không qua chứng thư gốc.", "Trusted by the signer's own certificate installed here, not through a root."}, nothing, false},
	{verdict.NotValidAtSigning, Text{"Chứng thư chưa hoặc không còn hiệu lực vào lúc ký.", "A certificate was not valid at the time of signing."}, suspect, false},
	{verdict.SigningTimeUnknown, Text{"Không rõ dữ liệu được ký khi nào.", "It is not known when the data was signed."}, nothing, false},
	{verdict.ClockImplausible, Text{"Ngày giờ của máy này sai nên chưa xét được hiệu lực.", "This computer's date and time are wrong, so validity cannot be judged."}, clock, true},
	{verdict.SignerExpired, Text{"Chứng thư người ký hết hạn sau khi ký; thẻ vẫn có giá trị.", "The signer's certificate has expired since; the card stays good."}, nothing, false},
	{verdict.NoCRL, Text{"Máy này chưa có danh sách thu hồi chứng thư.", "No revocation list is installed on this computer."}, crls, true},
	{verdict.CRLStale, Text{"Danh sách thu hồi trên máy này đã cũ.", "The revocation list on this computer is out of date."}, crls, true},
	{verdict.Revoked, Text{"Chứng thư người ký đã bị thu hồi.", "The signer's certificate has been revoked."}, suspect, false},
	{verdict.NoChain, Text{"Chưa có chuỗi chứng thư đáng tin để xét.", "There is no trusted chain of certificates to judge."},
		Text{"Xem mục «Chứng thư gốc quốc gia».", "See the check «National root certificate»."}, false},
}

var chipReasons = []Reason{
	{verdict.NoKey, Text{"Thẻ không có khóa cho cách kiểm tra này.", "The card has no key for this check."}, nothing, false},
	{verdict.WrongAnswer, Text{"Chip không có khóa riêng của thẻ: có thể là bản sao.", "The chip does not hold the card's private key: it may be a copy."}, suspect, false},
	{verdict.Refused, Text{"Chip từ chối chứng minh khóa mà dữ liệu được ký ghi là có: có thể là bản sao.", "The chip refuses to prove the key that its signed data announces: it may be a copy."}, suspect, false},
	{verdict.KeyNotCovered, Text{"Khóa của chip không nằm trong dữ liệu được ký nên không chứng minh được gì.", "The chip's key is not covered by the signed data and so proves nothing."}, retry, false},
	{verdict.KeyMalformed, Text{"Khóa của chip bị hỏng.", "The chip's key is broken."}, support, false},
	{verdict.CAV2, Text{"Chip chỉ dùng cách kiểm tra phiên bản 2, chưa được hỗ trợ.", "The chip offers only version 2 of this check, which is not supported."}, nothing, false},
	{verdict.CardSecurityUnread, Text{"Không đọc được tệp khóa của chip (EF.CardSecurity) nên chưa kiểm tra được chip.", "The file with the chip's key (EF.CardSecurity) could not be read, so the chip is not proven."}, retry, false},
	{verdict.CardSecurityUntrusted, Text{"Không có chứng thư gốc nào đã cài cấp cho người ký khóa của chip (EF.CardSecurity).", "None of the installed root certificates issued the signer of the chip's key (EF.CardSecurity)."},
		Text{"Quản trị viên kiểm tra bộ chứng thư gốc có đủ và mới; chưa có căn cứ kết luận về thẻ.", "The administrator should check that the set of root certificates is complete and fresh; this alone says nothing about the card."}, true},
	{verdict.CardSecurityInvalid, Text{"Chữ ký hoặc người ký khóa của chip (EF.CardSecurity) sai.", "The signature over the chip's key (EF.CardSecurity), or its signer, is wrong."}, suspect, false},
	{verdict.CardSecurityMismatch, Text{"Hai tệp được ký của chip (EF.CardSecurity và DG14) ghi khác nhau.", "Two signed files of the chip (EF.CardSecurity and DG14) differ."}, suspect, false},
	{verdict.NeedsTerminalAuth, Text{"Chip chỉ mở nhóm này cho đầu đọc có chứng thư đọc vân tay, mống mắt.", "The chip opens this group only to terminals certified for fingerprints and irises."}, nothing, false},
	{verdict.TerminalAuthFailed, Text{"Chip không chấp nhận chứng thư của đầu đọc này.", "The chip did not accept this terminal's certificates."},
		Text{"Quản trị viên kiểm tra chứng thư và khóa của đầu đọc còn hạn và đúng nước cấp thẻ.", "The administrator should check that the terminal's certificates and key are current and of the issuing State."}, true},
	{verdict.TerminalAuthNotAllowed, Text{"Chưa cho phép dùng chứng thư của đầu đọc với thẻ thật.", "Using the terminal's certificates with real cards has not been allowed."},
		Text{"Chip thật giữ lại những gì chứng thư cho nó biết; chỉ người có trách nhiệm mới được bật.", "A real chip keeps what it learns from certificates; only those responsible may switch this on."}, true},
	{verdict.CardAccessMismatch, Text{"Thông tin truy cập của chip khác với bản được ký.", "The chip's access data differs from the signed one."}, suspect, false},
	{verdict.CardAccessNotSigned, Text{"Thông tin truy cập của chip không có trong bản ký (nhiều thẻ thật như vậy).", "The chip's access data is not in the signed list (true of many real cards)."}, nothing, false},
	{verdict.BACThoughPACE, Text{"Đã dùng cách mở chip cũ (BAC) dù chip có cách mới (PACE).", "The old way in (BAC) was used though the chip offers the new one (PACE)."}, nothing, false},
	{verdict.CardAccessAssumed, Text{"Không đọc được thông tin truy cập của chip, đã dùng mẫu thường gặp.", "The chip's access data could not be read; the usual one was assumed."}, nothing, false},
}
