package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"chipid/agent/catalogue"
	"chipid/agent/consent"
	"chipid/cardlib/cms"
	"chipid/cardlib/trust"
)

// shownCertificate is a certificate in JSON.
type shownCertificate struct {
	// Fingerprint is the SHA-256 of the certificate, in hexadecimal digits.
	Fingerprint string    `json:"fingerprint"`
	KeyID       string    `json:"keyId"`
	Country     string    `json:"country"`
	Subject     string    `json:"subject"`
	Issuer      string    `json:"issuer"`
	Serial      string    `json:"serial"`
	NotBefore   time.Time `json:"notBefore"`
	NotAfter    time.Time `json:"notAfter"`
	Expired     bool      `json:"expired"`
	Key         string    `json:"key"`
	Algorithm   string    `json:"algorithm"`
	CA          bool      `json:"ca"`
	Synthetic   bool      `json:"synthetic"`
	// DocumentTypes are those of the certificate itself.
	DocumentTypes []string `json:"documentTypes,omitempty"`
}

// shownAnchor is an anchor in JSON.
type shownAnchor struct {
	shownCertificate
	Kind   trust.Kind `json:"kind"`
	Use    trust.Use  `json:"use"`
	Types  []string   `json:"types,omitempty"`
	Origin string     `json:"origin,omitempty"`
	Added  *time.Time `json:"added,omitempty"`
	Source string     `json:"source"`
	// Voucher is the fingerprint of the anchor that vouches for this one.
	Voucher string `json:"voucher,omitempty"`
}

// shownList is a revocation list in JSON.
type shownList struct {
	Issuer     string     `json:"issuer"`
	Source     string     `json:"source"`
	ThisUpdate time.Time  `json:"thisUpdate"`
	NextUpdate *time.Time `json:"nextUpdate"`
	Revoked    int        `json:"revoked"`
	Stale      bool       `json:"stale"`
	// SignedBy is the fingerprint of the anchor that signed it; without one the list
	// counts for nothing, and Why says why.
	SignedBy string `json:"signedBy,omitempty"`
	Why      string `json:"why,omitempty"`
}

// shownProblem is something that cannot be used.
type shownProblem struct {
	Source string `json:"source"`
	Why    string `json:"why"`
}

func fingerprint(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func showCertificate(c *cms.Certificate, now time.Time) shownCertificate {
	out := shownCertificate{
		Fingerprint: fingerprint(c.Raw), KeyID: hex.EncodeToString(c.KeyID()), Country: c.Subject.Country(),
		Subject: c.Subject.String(), Issuer: c.Issuer.String(), Serial: hex.EncodeToString(c.Serial),
		NotBefore: c.NotBefore, NotAfter: c.NotAfter, Expired: now.After(c.NotAfter),
		Key: c.PublicKey.String(), CA: c.IsCA(), Synthetic: trust.IsSynthetic(c), DocumentTypes: c.Extensions.DocumentTypes,
	}
	if alg, err := c.SignatureAlgorithm(); err == nil {
		out.Algorithm = alg.String()
	}
	return out
}

func showAnchor(a *trust.Anchor, now time.Time) shownAnchor {
	out := shownAnchor{
		shownCertificate: showCertificate(a.Certificate, now), Kind: a.Kind, Use: a.Note.Use, Types: a.Note.Types,
		Origin: a.Note.Origin, Source: a.Source,
	}
	out.Synthetic = a.Synthetic
	if out.Use == "" {
		out.Use = trust.ForAll
	}
	if !a.Note.Added.IsZero() {
		out.Added = &a.Note.Added
	}
	if a.Voucher != nil {
		out.Voucher = fingerprint(a.Voucher.Certificate.Raw)
	}
	return out
}

func showAnchors(all []*trust.Anchor, now time.Time) []shownAnchor {
	out := []shownAnchor{}
	for _, a := range all {
		out = append(out, showAnchor(a, now))
	}
	return out
}

func showList(l trust.List, now time.Time) shownList {
	out := shownList{
		Issuer: l.CRL.Issuer.String(), Source: l.Source, ThisUpdate: l.CRL.ThisUpdate, Revoked: l.CRL.Len(), Stale: !l.CRL.FreshAt(now),
	}
	if next := l.CRL.NextUpdate; !next.IsZero() {
		out.NextUpdate = &next
	}
	if l.Signer != nil {
		out.SignedBy = fingerprint(l.Signer.Certificate.Raw)
	} else {
		out.Why = l.Err.Error()
	}
	return out
}

func showLists(all []trust.List, now time.Time) []shownList {
	out := []shownList{}
	for _, l := range all {
		out = append(out, showList(l, now))
	}
	return out
}

func showProblems(all []trust.Problem) []shownProblem {
	out := []shownProblem{}
	for _, p := range all {
		out = append(out, shownProblem{p.Source, p.Err.Error()})
	}
	return out
}

var trustWords = map[string]catalogue.Text{
	"none":           {Vi: "Chưa cài chứng thư gốc nào: không thẻ nào được kết luận là thật.", En: "No root certificate is installed: no card is found genuine."},
	"installed":      {Vi: "đã cài", En: "installed"},
	"master list":    {Vi: "theo danh sách CSCA", En: "from a master list"},
	"link":           {Vi: "theo chứng thư liên kết", En: "by a link certificate"},
	"pinned signer":  {Vi: "người ký được ghim", En: "pinned signer"},
	"all":            {Vi: "cho giấy tờ và danh sách CSCA", En: "for documents and master lists"},
	"documents":      {Vi: "chỉ cho giấy tờ", En: "for documents only"},
	"lists":          {Vi: "chỉ cho danh sách CSCA", En: "for master lists only"},
	"signer":         {Vi: "chính chứng thư này", En: "this very certificate"},
	"types":          {Vi: "loại", En: "types"},
	"origin":         {Vi: "nguồn", En: "origin"},
	"expired":        {Vi: "đã hết hạn", En: "expired"},
	"synthetic":      {Vi: "MÔ PHỎNG", En: "SYNTHETIC"},
	"revocation":     {Vi: "Danh sách thu hồi", En: "Revocation lists"},
	"stale":          {Vi: "ĐÃ CŨ", En: "STALE"},
	"revoked":        {Vi: "chứng thư bị thu hồi", En: "certificates revoked"},
	"unsigned":       {Vi: "KHÔNG TÍNH", En: "NOT COUNTED"},
	"unusable":       {Vi: "Không dùng được", En: "Not usable"},
	"added":          {Vi: "Đã thêm", En: "Added"},
	"removed":        {Vi: "Đã bỏ", En: "Removed"},
	"would":          {Vi: "Sẽ thêm", En: "Would add"},
	"file":           {Vi: "Cả tệp", En: "The whole file"},
	"there":          {Vi: "đã có sẵn", En: "already there"},
	"listed":         {Vi: "chứng thư nằm trong một danh sách CSCA; hãy bỏ cả tệp của danh sách", En: "the certificate is in a master list; remove the list's file"},
	"elsewhere":      {Vi: "không do «trust add» thêm; hãy tự xóa ở", En: "not put there by \"trust add\"; delete it yourself at"},
	"certificate":    {Vi: "chứng thư", En: "certificate"},
	"revocationList": {Vi: "danh sách thu hồi", En: "revocation list"},
	"masterList":     {Vi: "danh sách CSCA", En: "master list"},
	"card":           {Vi: "tệp đọc từ thẻ", En: "a file of a card"},
	"unknown":        {Vi: "không rõ là gì", En: "not known what it is"},
}

func (r *request) word(key string) string { return trustWords[key].In(r.lang) }

// writeAnchor writes an anchor for people.
func (r *request) writeAnchor(a shownAnchor) {
	fmt.Fprintf(r.out, "%s\n", a.Subject)
	r.writeCertificate(a.shownCertificate)
	about := []string{r.word(string(a.Kind)), r.word(string(a.Use))}
	if len(a.Types) > 0 {
		about = append(about, r.word("types")+": "+strings.Join(a.Types, ", "))
	}
	if a.Origin != "" {
		about = append(about, r.word("origin")+": "+a.Origin)
	}
	fmt.Fprintf(r.out, "    %s\n    %s\n", strings.Join(about, "; "), a.Source)
}

// writeCertificate writes what a certificate says of itself, but for its subject.
func (r *request) writeCertificate(c shownCertificate) {
	marks := ""
	if c.Synthetic {
		marks += "  [" + r.word("synthetic") + "]"
	}
	if c.Expired {
		marks += "  [" + r.word("expired") + "]"
	}
	fmt.Fprintf(r.out, "    SHA-256 %s\n    %s, %s – %s%s\n", spaced(c.Fingerprint), c.Key,
		c.NotBefore.Format(time.DateOnly), c.NotAfter.Format(time.DateOnly), marks)
}

// spaced groups hexadecimal digits, so that people can compare them.
func spaced(digits string) string {
	var b bytes.Buffer
	for i, d := range []byte(digits) {
		if i > 0 && i%8 == 0 {
			b.WriteByte(' ')
		}
		b.WriteByte(d)
	}
	return b.String()
}

func (r *request) writeList(l shownList) {
	fmt.Fprintf(r.out, "%s\n    %s – ", l.Issuer, l.ThisUpdate.Format(time.DateOnly))
	if l.NextUpdate != nil {
		fmt.Fprint(r.out, l.NextUpdate.Format(time.DateOnly))
	}
	fmt.Fprintf(r.out, ", %d %s", l.Revoked, r.word("revoked"))
	if l.Stale {
		fmt.Fprintf(r.out, "  [%s]", r.word("stale"))
	}
	if l.Why != "" {
		fmt.Fprintf(r.out, "  [%s: %s]", r.word("unsigned"), consent.Printable(l.Why))
	}
	fmt.Fprintf(r.out, "\n    %s\n", l.Source)
}

func (r *request) writeProblems(all []shownProblem) {
	if len(all) > 0 {
		fmt.Fprintf(r.out, "\n%s:\n", r.word("unusable"))
	}
	for _, p := range all {
		fmt.Fprintf(r.out, "    %s: %s\n", p.Source, consent.Printable(p.Why))
	}
}
