package trust

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
)

// looksLikeLDIF tells whether the file is an export of a directory (RFC 2849),
// as the ICAO PKD publishes them.
func looksLikeLDIF(data []byte) bool {
	head := bytes.ToLower(bytes.TrimSpace(data[:min(len(data), 4096)]))
	return bytes.HasPrefix(head, []byte("version:")) || bytes.HasPrefix(head, []byte("dn:")) ||
		bytes.HasPrefix(head, []byte("#")) && bytes.Contains(head, []byte("\ndn:"))
}

// ldifAttributes are the attributes of the ICAO PKD that hold objects for the
// store.
var ldifAttributes = map[string]bool{
	"cacertificate": true, "pkdmasterlistcontent": true, "cscamasterlistdata": true, "certificaterevocationlist": true,
}

// ldifSigner is the attribute of document signers. They are no anchors: a signer
// is trusted through its CSCA, or because the operator pins that very one.
const ldifSigner = "usercertificate"

// inLDIF finds the base64 values ("name;binary:: …") of the known attributes; a
// line that begins with a space continues the one before (RFC 2849 §2).
func inLDIF(source string, data []byte, add func(string, []byte, Note), problem func(string, error)) {
	n, signers := 0, 0
	for len(data) > 0 {
		var line []byte
		line, data = ldifLine(data)
		name, value, ok := bytes.Cut(line, []byte("::"))
		attribute, _, _ := strings.Cut(strings.ToLower(string(bytes.TrimSpace(name[:min(len(name), 64)]))), ";")
		if ok && attribute == ldifSigner {
			signers++
		}
		if !ok || !ldifAttributes[attribute] {
			continue
		}
		if n++; n > maxObjects {
			problem(source, ErrTooMany)
			return
		}
		value = bytes.TrimSpace(value)
		der := make([]byte, base64.StdEncoding.DecodedLen(len(value)))
		size, err := base64.StdEncoding.Decode(der, value)
		if err != nil {
			problem(numbered(source, n), fmt.Errorf("LDIF: %w", err))
			continue
		}
		add(numbered(source, n), der[:size], Note{})
	}
	if signers > 0 {
		problem(source, fmt.Errorf("%w: %d of them", ErrSigners, signers))
	}
}

// ldifLine returns the first logical line and what follows it.
func ldifLine(data []byte) (line, rest []byte) {
	for {
		var part []byte
		part, data, _ = bytes.Cut(data, []byte("\n"))
		part = bytes.TrimSuffix(part, []byte("\r"))
		if line == nil {
			line = part[:len(part):len(part)]
		} else {
			line = append(line, part[1:]...)
		}
		if len(data) == 0 || data[0] != ' ' {
			return line, data
		}
	}
}
