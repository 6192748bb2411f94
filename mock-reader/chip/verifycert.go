package chip

import (
	"chipid/cardlib/apdu"
	"chipid/cardlib/curves"
	"chipid/cardlib/tlv"
)

// P1-P2 of the commands of terminal authentication, TR-03110-3 B.11.
const (
	mseSetDST        = 0x81B6
	mseSetATExternal = 0x81A4
	psoVerify        = 0x00BE
	tagKeyReference  = tagPassword // DO 83 names a public key here
)

// mayAuthenticate refuses what comes before chip authentication in this session,
// or after terminal authentication.
func (c *Chip) mayAuthenticate() answer {
	switch {
	case c.profile.TA == nil:
		return refuse(apdu.SWFunctionNotSupported, "")
	case c.s.channel == nil || c.s.terminal.ephemeral == nil:
		return refuse(apdu.SWSecurityStatus, "TR-03110-1 §3.5: chip authentication comes first, in the same session")
	case c.s.terminal.done:
		return refuse(apdu.SWSecurityStatus, "TR-03110-1 §3.5.2: terminal authentication runs once in a session")
	}
	return answer{}
}

// setVerification is MSE:Set DST (TR-03110-3 B.11.4).
func (c *Chip) setVerification(els tlv.Elements) answer {
	t := &c.s.terminal
	t.selected, t.absent, t.at = nil, false, nil
	if a := c.mayAuthenticate(); a.sw != 0 {
		return a
	}
	e, ok := els.Find(tagKeyReference)
	if !ok || len(els) != 1 {
		return refuse(apdu.SWWrongData, "TR-03110-3 B.11.4: the data is DO 83")
	}
	name := string(e.Value)
	if t.selected = c.memory.find(name); t.selected == nil && t.imported != nil && t.imported.name == name {
		t.selected = t.imported
	}
	switch {
	case t.selected != nil:
		return done(nil)
	case c.profile.Quirks.TA.LateReference:
		t.absent = true
		return done(nil)
	}
	return refuse(apdu.SWReferencedDataUnknown, "TR-03110-3 B.11.4: the chip has no key of this name")
}

// verifyCertificate is PSO:Verify Certificate (TR-03110-3 B.11.5, §2.5).
func (c *Chip) verifyCertificate(cmd apdu.Command) answer {
	t := &c.s.terminal
	issuer, absent := t.selected, t.absent
	t.selected, t.absent, t.at = nil, false, nil
	if a := c.mayAuthenticate(); a.sw != 0 {
		return a
	}
	switch {
	case uint16(cmd.P1)<<8|uint16(cmd.P2) != psoVerify:
		return refuse(apdu.SWWrongParametersP1P2, "TR-03110-3 B.11.5: P1-P2 is 00BE")
	case absent:
		return refuse(apdu.SWReferencedDataUnknown, "TR-03110-3 B.11.5: the key that MSE:Set DST named is not there")
	case issuer == nil:
		return refuse(apdu.SWConditionsOfUse, "TR-03110-3 B.3: PSO:Verify Certificate follows MSE:Set DST")
	}
	cert, err := parseCertificate(cmd.Data)
	if err != nil {
		return refuse(apdu.SWWrongData, "TR-03110-3 C.1: "+err.Error())
	}
	imported, clause := c.examine(cert, issuer)
	if clause != "" {
		return refuse(apdu.SWWarning, clause)
	}
	c.admit(cert, imported)
	return done(nil)
}

// examine is certificate verification (TR-03110-3 §2.5.1 step 1): it returns
// what is to be imported, or the clause that the certificate breaks.
func (c *Chip) examine(cert *cvCertificate, issuer *holder) (*holder, string) {
	link := cert.role == roleCVCA
	if cert.authority != issuer.name {
		return nil, "TR-03110-3 C.1.2: the authority's reference is not the name of the selected key"
	}
	var inherited *curves.Curve
	if issuer.key.scheme.ecdsa {
		inherited = issuer.key.curve
	}
	key, ownDomain, err := publicKey(cert.key, inherited)
	switch {
	case err != nil:
		return nil, "TR-03110-3 D.3: " + err.Error()
	case !issuer.key.verify(cert.raw, cert.signature):
		return nil, "TR-03110-3 §2.5.1: the signature of the certificate is wrong"
	case !mayCertify(issuer.role, cert.role):
		return nil, "TR-03110-3 §2.6.2: a CVCA certifies CVCAs and document verifiers, a document verifier inspection systems"
	case !link && c.memory.expired(cert.expiration):
		return nil, "TR-03110-3 §2.5.1: the certificate has expired"
	case issuer.role == roleCVCA && !link && c.memory.expired(issuer.expiration):
		return nil, "TR-03110-3 §2.5.1: an expired trust point verifies link certificates only"
	case !link && ownDomain:
		return nil, "TR-03110-3 D.3.3: only certificates of a CVCA contain domain parameters"
	case !link && !key.sameKind(issuer.key):
		return nil, "TR-03110-3 §2.3: a chain has one algorithm, domain and key size"
	case c.memory.find(cert.holder) != nil:
		return nil, "TR-03110-3 A.6.2: a key of this name is known already"
	}
	rights := cert.rights
	if !link {
		rights &= issuer.rights
	}
	return &holder{
		name: cert.holder, key: key, role: cert.role, rights: rights,
		domestic: issuer.role == roleDomesticDV, expiration: cert.expiration,
	}, ""
}

func mayCertify(issuer, subject role) bool {
	if issuer == roleCVCA {
		return subject == roleCVCA || subject.verifier()
	}
	return issuer.verifier() && subject == roleInspection
}

// admit is the internal status update (TR-03110-3 §2.5.1 step 2). An inspection
// system's certificate tells the date if a domestic document verifier issued it.
func (c *Chip) admit(cert *cvCertificate, h *holder) {
	if h.role != roleInspection || h.domestic {
		c.memory.forward(cert.effective)
	}
	if h.role == roleCVCA {
		c.memory.trustNew(h)
		return
	}
	c.s.terminal.imported = h
}
