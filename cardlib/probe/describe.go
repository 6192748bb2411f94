package probe

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"chipid/cardlib/activeauth"
	"chipid/cardlib/cms"
	"chipid/cardlib/dh"
	"chipid/cardlib/lds"
	"chipid/cardlib/passiveauth"
	"chipid/cardlib/securityinfo"
	"chipid/cardlib/tlv"
)

// What is said of a file that cannot be parsed; its errors could repeat bytes of it.
const (
	malformed   = "malformed"
	unsupported = "unsupported"
)

// maxName is the longest name of a signer's issuer that is told, in letters.
const maxName = 256

func describeCOM(file []byte) *COM {
	if file == nil {
		return nil
	}
	out := &COM{Bytes: len(file), Groups: []string{}}
	com, err := lds.ParseCOM(file)
	if err != nil {
		out.Problem = malformed
		return out
	}
	out.LDSVersion, out.UnicodeVersion = com.LDSVersion, com.UnicodeVersion
	for _, g := range com.Groups {
		out.Groups = append(out.Groups, g.String())
	}
	for _, t := range com.UnknownTags {
		out.UnknownTags = append(out.UnknownTags, t.String())
	}
	return out
}

func describeSOD(file []byte) *SOD {
	if file == nil {
		return nil
	}
	out := &SOD{Bytes: len(file), Groups: []string{}, Signers: []Signer{}}
	sod, err := passiveauth.ParseSOD(file)
	if err != nil {
		out.Problem = malformed
		return out
	}
	out.Version, out.LDSVersion, out.UnicodeVersion = sod.Version, version(sod.LDSVersion), version(sod.UnicodeVersion)
	out.Hash = hashAlgorithm(sod.HashAlgorithm)
	for _, g := range sod.Groups() {
		out.Groups = append(out.Groups, g.String())
	}
	sd := sod.SignedData
	out.Certificates, out.Unreadable = len(sd.Certificates), len(sd.BadCertificates)
	for _, s := range sd.Signers {
		out.Signers = append(out.Signers, describeSigner(sd, s))
	}
	return out
}

// version lets only digits through: it comes from a text field of the file.
func version(text string) string {
	for _, r := range text {
		if r < '0' || r > '9' {
			return ""
		}
	}
	return text[:min(len(text), 6)]
}

func hashAlgorithm(a cms.Algorithm) Algorithm {
	out := Algorithm{OID: a.OID.String()}
	if h, err := a.Hash(); err == nil {
		out.Name = h.String()
	}
	return out
}

func describeSigner(sd *cms.SignedData, s *cms.SignerInfo) Signer {
	out := Signer{
		NamedBy: "issuerAndSerialNumber", Digest: hashAlgorithm(s.Digest), Signature: Algorithm{OID: s.Signature.OID.String()},
		Attributes: s.HasAttributes, SigningTime: !s.SigningTime.IsZero(),
	}
	if s.KeyID != nil {
		out.NamedBy = "subjectKeyIdentifier"
	}
	if digest, err := s.DigestHash(); err == nil {
		if a, err := s.Signature.Signature(digest); err == nil {
			out.Signature.Name = a.String()
		}
	}
	for _, cert := range sd.Candidates(s) {
		sum := sha256.Sum256(cert.PublicKey.Raw)
		out.Issuer = cut(cert.Issuer.String())
		out.Key, out.KeyHash, out.CertificateBytes = cert.PublicKey.String(), hex.EncodeToString(sum[:]), len(cert.Raw)
		break
	}
	return out
}

func cut(text string) string {
	letters := []rune(text)
	return string(letters[:min(len(letters), maxName)])
}

// describeInfos describes EF.CardAccess, or DG14 by its own parser.
func describeInfos(file []byte, parse func([]byte) (securityinfo.Infos, error)) *Infos {
	if file == nil {
		return nil
	}
	out := &Infos{Bytes: len(file), Infos: []Info{}, Shape: shapeOf(file, false)}
	infos, err := parse(file)
	if err != nil {
		out.Problem = malformed
		return out
	}
	for _, p := range infos.PACE {
		out.Infos = append(out.Infos, Info{OID: p.OID.String(), Name: p.Name(), Version: p.Version, Parameter: id(p.Parameter), Domain: domainOf(p)})
	}
	for _, d := range infos.PACEDomain {
		out.Infos = append(out.Infos, Info{OID: d.OID.String(), Name: "PACEDomainParameterInfo", Parameter: id(d.Parameter)})
	}
	for _, c := range infos.ChipAuth {
		out.Infos = append(out.Infos, Info{OID: c.OID.String(), Name: c.Name(), Version: c.Version})
	}
	for _, t := range infos.TerminalAuth {
		out.Infos = append(out.Infos, Info{Name: "TerminalAuthenticationInfo", Version: t.Version})
	}
	if a := infos.ActiveAuth; a != nil {
		out.Infos = append(out.Infos, Info{OID: a.Algorithm.String(), Name: "ActiveAuthenticationInfo", Version: a.Version})
	}
	if infos.EFDIR != nil {
		out.Infos = append(out.Infos, Info{Name: "EFDIRInfo"})
	}
	for _, raw := range infos.Unknown {
		out.Infos = append(out.Infos, Info{OID: firstOID(raw), Problem: unsupported})
	}
	for _, p := range infos.Problems {
		out.Infos = append(out.Infos, Info{OID: p.OID.String(), Problem: malformed})
	}
	for _, k := range infos.ChipAuthKeys {
		key := describeKey(k.Key, k.Err)
		key.HasID = k.KeyID.Present
		out.Keys = append(out.Keys, key)
	}
	return out
}

// id writes a parameter id if it is of the standard's, which are below 32.
func id(i securityinfo.ID) string {
	if !i.Present {
		return ""
	}
	if i.Value < 0 || i.Value > 255 {
		return "own"
	}
	return i.String()
}

func domainOf(p securityinfo.PACEInfo) string {
	switch {
	case p.Curve != nil:
		return p.Curve.Name
	case p.Group != nil:
		return groupName(p.Group)
	}
	return ""
}

// groupName names a standardised group by its id, another one not at all.
func groupName(g *dh.Group) string {
	if g.ID < 0 {
		return ""
	}
	return fmt.Sprintf("group %d", g.ID)
}

func firstOID(raw []byte) string {
	outer, err := tlv.ReadOnly(raw)
	if err != nil {
		return ""
	}
	first, _, err := tlv.Read(outer.Value)
	if err != nil || first.Tag != tagOID {
		return ""
	}
	return oidText(first)
}

func describeKey(k securityinfo.PublicKey, err error) Key {
	switch {
	case err != nil:
		return Key{Problem: unsupported}
	case k.Curve != nil:
		return Key{Kind: "EC", Bits: k.Curve.P.BitLen(), Domain: k.Curve.Name}
	case k.Group != nil:
		return Key{Kind: "DH", Bits: k.Group.P.BitLen(), Domain: groupName(k.Group)}
	case k.N != nil:
		return Key{Kind: "RSA", Bits: k.N.BitLen()}
	}
	return Key{Problem: unsupported}
}

func describeDG15(file []byte) *Key {
	if file == nil {
		return nil
	}
	key := describeKey(activeauth.ParseDG15(file))
	key.Bytes = len(file)
	return &key
}

func describeShape(file []byte, fields bool) *Shape {
	if file == nil {
		return nil
	}
	s := shapeOf(file, fields)
	return &s
}

func describeDG2(file []byte) *Faces {
	if file == nil {
		return nil
	}
	out := &Faces{Bytes: len(file), Records: []string{}, Faces: []Face{}, Shape: shapeOf(file, false)}
	templates, err := lds.ParseTemplates(file, lds.DG2)
	for _, t := range templates {
		out.Records = append(out.Records, recordKind(t))
	}
	faces, faceErr := lds.ParseDG2(file)
	if err != nil || faceErr != nil {
		out.Problem = malformed
	}
	for _, f := range faces {
		out.Faces = append(out.Faces, Face{Format: string(f.Format), Bytes: len(f.Image), Width: f.Width, Height: f.Height})
	}
	return out
}

// recordKind names the standard of a biometric data block by how it begins.
func recordKind(t lds.Template) string {
	switch {
	case bytes.HasPrefix(t.Data, []byte("FAC\x00")):
		return "ISO/IEC 19794-5"
	case lds.FormatOf(t.Data) != "":
		return "bare image"
	case t.Tag.String() == "7F2E":
		return "ISO/IEC 39794-5"
	}
	return "unknown"
}
