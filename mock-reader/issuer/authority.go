package issuer

import (
	"crypto"
	"time"
)

// Authority is a test CSCA: a name and a key.
type Authority struct {
	// Label is what the key is derived from, and the stem of file names.
	Label string
	// Country is the two-letter code as certificates have it, State that of the MRZ.
	Country, State, CommonName string
	// Algorithm is how it signs.
	Algorithm Algorithm
	// FromYear and ToYear bound its certificate, 1 January of each.
	FromYear, ToYear int
	// claims names the authority whose key identifier it pretends to have.
	claims string
}

// The authorities there are. Genuine, Foreign, Successor and Predecessor are in
// the trust directory that the mock reader writes; the others are in no store.
var (
	// Genuine is the CSCA of the synthetic cards, C=VN.
	Genuine = vietnamese("csca", "VN TEST CSCA")
	// Foreign is a CSCA of another State, C=UT.
	Foreign = Authority{Label: "csca-foreign", Country: "UT", State: "UTO", CommonName: "UT TEST CSCA",
		Algorithm: cscaECDSA, FromYear: 2020, ToYear: 2045}
	// Unknown is a CSCA of C=VN that nobody knows.
	Unknown = vietnamese("csca-unknown", "VN UNKNOWN TEST CSCA")
	// Forged bears the name and key identifier of Genuine, with another key.
	Forged = Authority{Label: "csca-forged", Country: "VN", State: "VNM", CommonName: "VN TEST CSCA",
		Algorithm: cscaECDSA, FromYear: 2020, ToYear: 2045, claims: "csca"}
	// Successor is the next CSCA of C=VN, which a link certificate of Genuine
	// vouches for. It revokes signers, and its list is fresh.
	Successor = Authority{Label: "csca-2", Country: "VN", State: "VNM", CommonName: "VN TEST CSCA 2",
		Algorithm: Algorithm{Hash: crypto.SHA512, Curve: brainpoolP512r1}, FromYear: 2020, ToYear: 2045}
	// Predecessor is a CSCA of C=VN whose revocation lists are no longer written.
	Predecessor = vietnamese("csca-0", "VN TEST CSCA 0")
)

func vietnamese(label, commonName string) Authority {
	return Authority{Label: label, Country: "VN", State: "VNM", CommonName: commonName,
		Algorithm: cscaECDSA, FromYear: 2020, ToYear: 2045}
}

// Authorities returns all of them, those in the trust directory first.
func Authorities() []Authority {
	return []Authority{Genuine, Foreign, Successor, Predecessor, Unknown, Forged}
}

// AuthorityByLabel finds one of [Authorities].
func AuthorityByLabel(label string) (Authority, bool) {
	for _, a := range Authorities() {
		if a.Label == label {
			return a, true
		}
	}
	return Authority{}, false
}

// Name is the distinguished name, but for O=SYNTHETIC, which is always in it.
func (a Authority) Name() Name { return Name{a.Country, a.State, a.CommonName} }

func (a Authority) period() validity {
	return validity{date(a.FromYear, 1, 1), date(a.ToYear, 1, 1)}
}

func date(year, month, day int) time.Time {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

func (i *Issuer) authoritySigner(a Authority) (*signer, error) {
	return i.signer(a.Label, a.Algorithm)
}

// CSCA returns the self-signed certificate of an authority.
func (i *Issuer) CSCA(a Authority) (Certificate, error) {
	self, err := i.authoritySigner(a)
	if err != nil {
		return nil, err
	}
	return i.certify(a.template(a.Name()), self, self)
}

// template is what a CSCA certificate for the authority says.
func (a Authority) template(issuer Name) template {
	period := a.period()
	return template{
		label: a.Label, issuer: issuer, subject: a.Name(), duty: signsCertificates,
		valid: period, keyUse: validity{period.from, period.from.AddDate(10, 0, 0)},
	}
}

// Link returns the link certificate in which one authority vouches for the next:
// the next one's name and key, signed by the former (Doc 9303-12 §4.1.3).
func (i *Issuer) Link(from, to Authority) (Certificate, error) {
	former, err := i.authoritySigner(from)
	if err != nil {
		return nil, err
	}
	next, err := i.authoritySigner(to)
	if err != nil {
		return nil, err
	}
	t := to.template(from.Name())
	t.label = from.Label + "/link/" + to.Label
	return i.certify(t, next, former)
}
