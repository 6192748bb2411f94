package issuer

import (
	"fmt"

	"chipid/mock-reader/persona"
)

// CardSecurity makes EF.CardSecurity of a persona's card anew, for a chip whose
// file another signer wrote than its EF.SOD: o.Signer signs it.
func (i *Issuer) CardSecurity(p persona.Persona, o Options) ([]byte, error) {
	keys, err := i.keys(p, o)
	if err != nil {
		return nil, err
	}
	signed := signingTime(p)
	signer, err := i.documentSigner(o.Signer, signed)
	if err != nil {
		return nil, err
	}
	file, err := cardSecurity(signer, keys, o, signed)
	if err != nil {
		return nil, fmt.Errorf("EF.CardSecurity of %s: %w", p.Name, err)
	}
	return file, nil
}

// ChipKeySecurity makes EF.CardSecurity with the keys of chip authentication, for
// a chip that has them there instead of in DG14 (Doc 9303-11 §9.2.11).
func (i *Issuer) ChipKeySecurity(p persona.Persona, o Options) ([]byte, error) {
	keys, err := i.keys(p, o)
	if err != nil {
		return nil, err
	}
	signed := signingTime(p)
	signer, err := i.documentSigner(o.Signer, signed)
	if err != nil {
		return nil, err
	}
	var infos [][]byte
	for _, k := range o.pace() {
		infos = append(infos, k.info())
	}
	for n, k := range o.chipAuth() {
		infos = append(infos, k.infos(keys.chipAuth[n], o.Signer.NamedCurve)...)
	}
	return signedData{contentType: oidSecurityObject, content: setOf(infos...), signed: signed}.encode(signer)
}
