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
// store. Document signers (userCertificate) are no anchors and are passed over.
var ldifAttributes = map[string]bool{
	"cacertificate": true, "pkdmasterlistcontent": true, "cscamasterlistdata": true, "certificaterevocationlist": true,
}

// ldif reads the base64 values ("name;binary:: …") of the known attributes; a
// line that begins with a space continues the one before (RFC 2849 §2).
func (l *loader) ldif(source string, data []byte) {
	n := 0
	for len(data) > 0 {
		var line []byte
		line, data = ldifLine(data)
		name, value, ok := strings.Cut(string(line), "::")
		name, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(name)), ";")
		if !ok || !ldifAttributes[name] {
			continue
		}
		n++
		der, err := base64.StdEncoding.DecodeString(strings.TrimSpace(value))
		if err != nil {
			l.problem(numbered(source, n), fmt.Errorf("LDIF: %w", err))
			continue
		}
		l.der(numbered(source, n), der)
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
