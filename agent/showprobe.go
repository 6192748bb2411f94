package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"chipid/cardlib/probe"
)

// showProbe writes a report for people, each line in both languages. It has no
// word of its own about the card but what the report says.
func (c console) showProbe(r *probe.Report) {
	c.heading("Khảo sát chip: chỉ cấu trúc, không có họ tên, số hay ảnh", "Probe of a chip: structure only, no name, number or photo")
	if r.Synthetic {
		fmt.Fprintf(c.out, "%s\n%s\n", words.synthetic.Vi, words.synthetic.En)
	}
	c.both("Đầu đọc", "Reader", r.Reader)
	c.both("ATR", "ATR", r.Link.ATR)
	c.both("Giao thức", "Protocol", r.Link.Protocol+yes(r.Link.ContactlessATR, ", contactless ATR")+yes(r.Link.ExtendedAnnounced, ", extended length"))
	c.showFiles("Tệp ngoài ứng dụng", "Files outside the application", r.Outside)
	c.showInfos("EF.CardAccess", r.CardAccess)
	if a := r.ATRInfo; a != nil {
		c.both("EF.ATR/INFO", "EF.ATR/INFO", fmt.Sprintf("chaining %t, extended length %t, command %d, response %d", a.Chaining, a.ExtendedLength, a.MaxCommand, a.MaxResponse))
	}
	c.both("Ứng dụng eMRTD", "eMRTD application", r.Application)
	c.showFiles("Trước khi mở chip", "Before the chip is opened", r.Unopened)
	c.showProbedRead(r.Read)
	c.showSOD(r)
	c.showGroups(r)
	c.showFiles("Nhóm không đọc", "Groups that are not read", r.Others)
	c.showBlocks(r.Blocks)
	for _, p := range r.Problems {
		c.both("Trục trặc", "Problem", p)
	}
}

func (c console) heading(vi, en string) { fmt.Fprintf(c.out, "\n%s · %s\n", vi, en) }

// both writes one line with its label in both languages, nothing for no value.
func (c console) both(vi, en, value string) {
	if value == "" {
		return
	}
	label := vi
	if en != vi {
		label += " · " + en
	}
	fmt.Fprintf(c.out, "  %s: %s\n", label, value)
}

func yes(is bool, text string) string {
	if is {
		return text
	}
	return ""
}

func (c console) showFiles(vi, en string, list []probe.FileStatus) {
	if len(list) == 0 {
		return
	}
	c.heading(vi, en)
	for _, f := range list {
		text := "SELECT " + f.Select
		if f.Read != "" {
			text += ", READ BINARY " + f.Read
		}
		if f.Bytes > 0 {
			text += fmt.Sprintf(", %d byte", f.Bytes)
		}
		c.both(f.File, f.File, text)
	}
}

func (c console) showInfos(name string, infos *probe.Infos) {
	if infos == nil {
		return
	}
	c.heading(fmt.Sprintf("%s, %d byte", name, infos.Bytes), yes(infos.Problem != "", infos.Problem)+yes(infos.Problem == "", "SecurityInfos"))
	for _, i := range infos.Infos {
		c.both(cmp.Or(i.Name, "SecurityInfo"), cmp.Or(i.Name, "SecurityInfo"),
			strings.Join(nonEmpty(i.OID, yes(i.Version > 0, fmt.Sprintf("version %d", i.Version)), yes(i.Parameter != "", "parameter "+i.Parameter), i.Domain, i.Problem), ", "))
	}
	for _, k := range infos.Keys {
		c.both("Khóa của chip", "Key of the chip", keyText(k))
	}
}

func nonEmpty(texts ...string) []string {
	return slices.DeleteFunc(texts, func(s string) bool { return s == "" })
}

func keyText(k probe.Key) string {
	return strings.Join(nonEmpty(k.Kind, yes(k.Bits > 0, fmt.Sprintf("%d bit", k.Bits)), k.Domain, yes(k.HasID, "with id"), k.Problem), ", ")
}

func (c console) showProbedRead(r probe.Read) {
	c.heading("Một lần đọc", "One read")
	c.both("Cách mở chip", "Way into the chip", r.Access)
	c.both("Kết thúc sớm", "Ended early", strings.Join(nonEmpty(r.Error, yes(r.Stage != "", "at "+r.Stage), r.SW, strings.Join(r.Tried, ", ")), " "))
	if r.TotalMs > 0 {
		c.both("Thời gian", "Time", fmt.Sprintf("access %d ms, text %d ms, portrait %d ms, all %d ms; %d APDU, %d + %d byte",
			r.AccessMs, r.TextMs, r.PortraitMs, r.TotalMs, r.APDUs, r.Sent, r.Received))
	}
	for _, f := range r.Files {
		c.both(f.File, f.File, fmt.Sprintf("%d byte, %d APDU, asked %d, got %d, %d ms", f.Bytes, f.Commands, f.Asked, f.Got, f.Ms))
	}
	for _, name := range slices.Sorted(maps.Keys(r.Answers)) {
		c.both(name, name, fmt.Sprintf("%d ×", r.Answers[name]))
	}
	for _, check := range r.Checks {
		c.both("Mục kiểm tra "+check.ID, "Check", strings.TrimSpace(check.Status+" "+check.Reason))
	}
	c.both("Tệp hỏng", "Broken files", strings.Join(r.Broken, ", "))
}

func (c console) showSOD(r *probe.Report) {
	if com := r.COM; com != nil {
		c.both("EF.COM", "EF.COM", strings.Join(nonEmpty(com.LDSVersion, com.UnicodeVersion, strings.Join(com.Groups, " "), com.Problem), ", "))
	}
	sod := r.SOD
	if sod == nil {
		return
	}
	c.heading(fmt.Sprintf("EF.SOD, %d byte", sod.Bytes), cmp.Or(sod.Problem, "signed list"))
	c.both("Các nhóm", "Groups", strings.Join(sod.Groups, " "))
	c.both("Thuật toán băm", "Hash", sod.Hash.OID+" "+sod.Hash.Name)
	for _, s := range sod.Signers {
		c.both("Thuật toán ký", "Signature", s.Signature.OID+" "+s.Signature.Name)
		c.both("Băm để ký", "Digest", s.Digest.OID+" "+s.Digest.Name)
		c.both("Nơi cấp chứng thư", "Issuer of the certificate", s.Issuer)
		c.both("Khóa ký", "Signer's key", s.Key)
		c.both("Mã khóa ký", "Hash of the signer's key", s.KeyHash)
	}
}

func (c console) showGroups(r *probe.Report) {
	if d := r.DG2; d != nil {
		c.heading(fmt.Sprintf("DG2, %d byte", d.Bytes), strings.Join(append(d.Records, d.Problem), " "))
		for _, f := range d.Faces {
			c.both("Ảnh", "Image", fmt.Sprintf("%s, %d × %d, %d byte", cmp.Or(f.Format, "?"), f.Width, f.Height, f.Bytes))
		}
	}
	c.showInfos("DG14", r.DG14)
	if k := r.DG15; k != nil {
		c.both("DG15", "DG15", fmt.Sprintf("%d byte, %s", k.Bytes, keyText(*k)))
	}
	c.showShape("DG1", r.DG1)
	c.showShape("DG13", r.DG13)
}

// showShape writes a skeleton, an element a line: its depth, tag and length.
func (c console) showShape(name string, s *probe.Shape) {
	if s == nil {
		return
	}
	c.heading(fmt.Sprintf("%s, %d byte", name, s.Bytes), "skeleton"+yes(!s.Whole, ", not whole"))
	for _, n := range s.Nodes {
		line := fmt.Sprintf("%s[%d]", n.Tag, n.Length)
		if n.OID != "" {
			line += " " + n.OID
		}
		if n.Field != nil {
			line += fmt.Sprintf(" #%d", *n.Field)
		}
		fmt.Fprintf(c.out, "  %s%s\n", strings.Repeat("  ", n.Depth), line)
	}
}

func (c console) showBlocks(blocks []probe.Block) {
	if len(blocks) == 0 {
		return
	}
	c.heading("Cỡ khối đọc", "Sizes of READ BINARY")
	for _, b := range blocks {
		c.both(fmt.Sprintf("%d (%s)", b.Asked, b.Form), fmt.Sprintf("%d (%s)", b.Asked, b.Form),
			fmt.Sprintf("%d byte, %s, %d ms%s", b.Got, cmp.Or(b.SW, "-"), b.Ms, yes(b.Lost, ", channel lost")))
	}
}
