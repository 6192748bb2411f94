package issuer

import (
	"fmt"
	"time"

	"chipid/cardlib/tlv"
)

// CVRole is what the holder of a card-verifiable certificate is (TR-03110-3 C.4.1).
type CVRole byte

// The roles, as the two top bits of the authorisation.
const (
	InspectionSystem CVRole = 0x00
	ForeignVerifier  CVRole = 0x40
	DomesticVerifier CVRole = 0x80
	CVCA             CVRole = 0xC0
)

// Rights of an inspection system.
const (
	RightDG3 = 0x01
	RightDG4 = 0x02
)

// CVSubject is what a card-verifiable certificate says of its holder.
type CVSubject struct {
	// Reference is country, mnemonic and sequence number, 16 characters at most.
	Reference          string
	Role               CVRole
	Rights             byte
	Effective, Expires time.Time
	Algorithm          CVAlgorithm
	// NoDomain leaves the domain parameters out where a CVCA's certificate may have them.
	NoDomain bool
}

// CVHolder is a holder with its certificate and its key.
type CVHolder struct {
	CVSubject
	// Certificate is tag 7F21 with body and signature.
	Certificate []byte
	key         cvKey
}

// CVHolder certifies a subject by an authority; by nil is self-signed. The key
// follows from the seed, the reference and the algorithm.
func (i *Issuer) CVHolder(subject CVSubject, by *CVHolder) (*CVHolder, error) {
	key, err := i.cvKey(subject.Reference, subject.Algorithm)
	if err != nil {
		return nil, err
	}
	h := &CVHolder{CVSubject: subject, key: key}
	if by == nil {
		by = h
	}
	body := h.body(by.Reference)
	signature, err := by.Sign(body)
	if err != nil {
		return nil, fmt.Errorf("issuer: certificate of %s: %w", subject.Reference, err)
	}
	h.Certificate = tlv.Encode(0x7F21, body, tlv.Encode(0x5F37, signature))
	return h, nil
}

// body is the certificate's body (TR-03110-3 C.1).
func (h *CVHolder) body(authority string) []byte {
	role := []byte{byte(h.Role) | h.Rights}
	return tlv.Encode(0x7F4E,
		tlv.Encode(0x5F29, []byte{0}),
		tlv.Encode(0x42, []byte(authority)),
		h.key.encode(h.Role == CVCA && !h.NoDomain),
		tlv.Encode(0x5F20, []byte(h.Reference)),
		tlv.Encode(0x7F4C, oid(oidRoleInspection), tlv.Encode(0x53, role)),
		tlv.Encode(0x5F25, cvDate(h.Effective)),
		tlv.Encode(0x5F24, cvDate(h.Expires)),
	)
}

// cvDate is YYMMDD, a digit a byte (TR-03110-3 D.2.1.3).
func cvDate(t time.Time) []byte {
	digits := []byte(t.UTC().Format("060102"))
	for i := range digits {
		digits[i] -= '0'
	}
	return digits
}

// oidRoleInspection is id-IS (TR-03110-3 C.4.1).
var oidRoleInspection = objectID{0, 4, 0, 127, 0, 7, 3, 1, 2, 1}

// TerminalPKI is a chain for terminal authentication: what a chip trusts, and what
// a terminal needs to be let in.
type TerminalPKI struct {
	CVCA, Verifier, Terminal *CVHolder
}

// TerminalPKI is the published chain of the test cards: the terminal may read
// DG3 and DG4. Its keys are as public as the rest of the seed.
func (i *Issuer) TerminalPKI() (*TerminalPKI, error) {
	return i.TerminalChain(CVECDSAP256, RightDG3|RightDG4)
}

// TerminalChain is a chain with an algorithm and the terminal's rights, valid from 2020 to 2044.
func (i *Issuer) TerminalChain(algorithm CVAlgorithm, rights byte) (*TerminalPKI, error) {
	subject := func(reference string, role CVRole, rights byte) CVSubject {
		return CVSubject{
			Reference: reference, Role: role, Rights: rights, Algorithm: algorithm,
			Effective: date(2020, 1, 1), Expires: date(2044, 12, 31),
		}
	}
	var p TerminalPKI
	var err error
	if p.CVCA, err = i.CVHolder(subject("VNSYNTHCVCA00001", CVCA, RightDG3|RightDG4), nil); err != nil {
		return nil, err
	}
	if p.Verifier, err = i.CVHolder(subject("VNSYNTHDV00001", DomesticVerifier, RightDG3|RightDG4), p.CVCA); err != nil {
		return nil, err
	}
	p.Terminal, err = i.CVHolder(subject("VNSYNTHIS00001", InspectionSystem, rights), p.Verifier)
	return &p, err
}
