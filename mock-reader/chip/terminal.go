package chip

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"chipid/cardlib/tlv"
)

// TAParams is terminal authentication version 1 (TR-03110-1 §3.5, TR-03110-3 B.3).
type TAParams struct {
	// TrustPoints are the certificates of one or two CVCAs with their domain
	// parameters, the most recent first, as personalisation leaves them.
	TrustPoints [][]byte
	// Date is the chip's date of personalisation, from which its date moves forward only.
	Date time.Time
	// File is the identifier of EF.CVCA in the application, 011C if 0.
	File uint16
}

// Sizes of terminal authentication.
const (
	maxTrustPoints = 2  // TR-03110-3 §2.5
	cvcaFileSize   = 36 // bytes, TR-03110-3 table 13
	fileCVCA       = 0x011C
)

// holder is a public key that the chip has imported, with what was certified of it.
type holder struct {
	name       string
	key        *cvKey
	role       role
	rights     byte // effective: its own and those of the chain before it
	domestic   bool // certified by a domestic document verifier
	expiration cvDate
}

// memory is what a chip keeps of terminal authentication over resets.
type memory struct {
	trust []*holder // the most recent first
	date  cvDate
}

// terminalRun is terminal authentication within one session.
type terminalRun struct {
	identity  []byte  // ID_PICC
	ephemeral []byte  // the terminal's compressed key of chip authentication, nil before it
	selected  *holder // by MSE:Set DST
	absent    bool    // MSE:Set DST named a key that is not there (a quirk lets it pass)
	imported  *holder // the most recent temporary import
	at        *holder // by MSE:Set AT
	done      bool
	rights    byte
}

// errTrustPoint is a trust point that no chip could have been given.
var errTrustPoint = errors.New("chip: bad trust point")

// remember makes the memory of a fresh chip.
func (p *TAParams) remember() (*memory, error) {
	if len(p.TrustPoints) == 0 || len(p.TrustPoints) > maxTrustPoints {
		return nil, fmt.Errorf("%w: %d of them", errTrustPoint, len(p.TrustPoints))
	}
	m := &memory{date: cvDate(p.Date.UTC().Format("060102"))}
	for _, raw := range p.TrustPoints {
		whole, err := tlv.ReadTag(raw, tagCVCertificate)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errTrustPoint, err)
		}
		c, err := parseCertificate(whole.Value)
		if err != nil {
			return nil, err
		}
		key, own, err := publicKey(c.key, nil)
		if err != nil {
			return nil, err
		}
		if c.role != roleCVCA || (key.scheme.ecdsa && !own) {
			return nil, fmt.Errorf("%w: %s is no CVCA with domain parameters", errTrustPoint, c.holder)
		}
		m.trust = append(m.trust, &holder{name: c.holder, key: key, role: roleCVCA, rights: c.rights, expiration: c.expiration})
	}
	return m, nil
}

// file is EF.CVCA (TR-03110-3 A.6.2.4).
func (m *memory) file() []byte {
	var b []byte
	for _, h := range m.trust {
		b = tlv.Append(b, tagCVAuthority, []byte(h.name))
	}
	return append(b, make([]byte, max(0, cvcaFileSize-len(b)))...)
}

func (m *memory) find(name string) *holder {
	for _, h := range m.trust {
		if h.name == name {
			return h
		}
	}
	return nil
}

// forward moves the chip's date, never back.
func (m *memory) forward(d cvDate) { m.date = max(m.date, d) }

// expired tells whether a date lies before the chip's.
func (m *memory) expired(d cvDate) bool { return d < m.date }

// trustNew adds a trust point; the oldest makes room for it.
func (m *memory) trustNew(h *holder) {
	m.trust = slices.Insert(m.trust, 0, h)
	m.trust = m.trust[:min(len(m.trust), maxTrustPoints)]
}

// fileCVCA is the identifier of EF.CVCA, 0 for a chip without.
func (p *Profile) fileCVCA() uint16 {
	switch {
	case p.TA == nil:
		return 0
	case p.TA.File != 0:
		return p.TA.File
	}
	return fileCVCA
}

// documentNumber is ID_PICC under BAC: the document number with its check digit,
// which in the MRZ information stands before date of birth and date of expiry
// with theirs.
func (p *Profile) documentNumber() []byte {
	const dates = 14
	return []byte(p.MRZInfo[:max(0, len(p.MRZInfo)-dates)])
}

// mayRead tells whether terminal authentication opened a group.
func (c *Chip) mayRead(id uint16) bool {
	switch id {
	case FileDG(3):
		return c.s.terminal.rights&rightDG3 != 0
	case FileDG(4):
		return c.s.terminal.rights&rightDG4 != 0
	}
	return false
}
