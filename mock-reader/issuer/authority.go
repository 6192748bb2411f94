package issuer

import "time"

// Authority names one of the test CSCAs.
type Authority int

// The authorities there are. Genuine and Foreign are in the trust directory
// that the mock reader writes; the others are in no store.
const (
	Genuine Authority = iota // the CSCA of the synthetic cards, C=VN
	Foreign                  // a CSCA of another State, C=UT
	Unknown                  // a CSCA of C=VN that nobody knows
	Forged                   // bears the name and key identifier of Genuine, with another key
)

// authorityNames are what the certificates say, authorityLabels what keys are derived from.
var (
	authorityNames = map[Authority]Name{
		Genuine: {"VN", "VNM", "VN TEST CSCA"},
		Foreign: {"UT", "UTO", "UT TEST CSCA"},
		Unknown: {"VN", "VNM", "VN UNKNOWN TEST CSCA"},
		Forged:  {"VN", "VNM", "VN TEST CSCA"},
	}
	authorityLabels = map[Authority]string{
		Genuine: "csca", Foreign: "csca-foreign", Unknown: "csca-unknown", Forged: "csca-forged",
	}
)

func (a Authority) label() string { return authorityLabels[a] }

func date(year, month, day int) time.Time {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

// cscaPeriod holds all dates at which the personas' cards were signed.
var cscaPeriod = validity{date(2020, 1, 1), date(2045, 1, 1)}

func (i *Issuer) authoritySigner(a Authority) (*signer, error) {
	return i.signer(a.label(), cscaECDSA, false)
}

// CSCA returns the self-signed certificate of an authority.
func (i *Issuer) CSCA(a Authority) (Certificate, error) {
	self, err := i.authoritySigner(a)
	if err != nil {
		return nil, err
	}
	name := authorityNames[a]
	return i.certify(template{
		label: a.label(), issuer: name, subject: name, authority: true,
		valid: cscaPeriod, keyUse: validity{cscaPeriod.from, date(2030, 1, 1)},
	}, self, self)
}
