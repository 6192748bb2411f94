package cardlib

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/access"
	"chipid/cardlib/cms/cmstest"
	"chipid/cardlib/mrz"
	"chipid/cardlib/securityinfo"
	"chipid/cardlib/trust"
)

// offer is PACEInfo with the arcs behind id-PACE and the parameter id.
func offer(kind, cipher, parameter int) []byte {
	return cmstest.Seq(cmstest.OID(0, 4, 0, 127, 0, 7, 2, 2, 4, kind, cipher), cmstest.Small(2), cmstest.Small(int64(parameter)))
}

// Kinds of PACE (the arc behind id-PACE) and ciphers (the arc behind that).
const (
	dhGM, ecdhGM, ecdhIM, ecdhCAM = 1, 2, 4, 6
	tdes, aes128, aes256          = 1, 2, 4
)

func reading(t *testing.T, plan Plan, keys access.Keys, offers ...[]byte) *read {
	t.Helper()
	infos, err := securityinfo.Parse(cmstest.Set(offers...))
	require.NoError(t, err)
	require.Empty(t, infos.Problems)
	return &read{plan: plan, keys: keys, access: cardAccess{infos: infos}}
}

// trusting is a store with an anchor.
func trusting(t *testing.T) *trust.Store {
	t.Helper()
	key, name := cmstest.NewKey("P-256"), cmstest.DN("VN", "SYNTHETIC", "csca")
	store := &trust.Store{}
	cert := cmstest.Certificate{Subject: name, Issuer: name, Serial: 1, Key: key,
		Extensions: [][]byte{cmstest.BasicConstraints(true), cmstest.KeyUsage(cmstest.KeyCertSign)}}
	require.NoError(t, store.AddCertificate("csca", cert.Sign(key)))
	require.Empty(t, store.Resolve())
	return store
}

func TestOrderOfOffers(t *testing.T) {
	cam, gm, im := offer(ecdhCAM, aes128, 13), offer(ecdhGM, aes128, 13), offer(ecdhIM, aes128, 13)
	for name, tc := range map[string]struct {
		plan   Plan
		offers [][]byte
		want   []string
	}{
		"the mapping that proves the chip": {Plan{Trust: trusting(t)}, [][]byte{im, gm, cam},
			[]string{"PACE-ECDH-CAM-AES-128/13", "PACE-ECDH-GM-AES-128/13", "PACE-ECDH-IM-AES-128/13"}},
		"where nothing can be proven": {Plan{}, [][]byte{cam, im, gm},
			[]string{"PACE-ECDH-GM-AES-128/13", "PACE-ECDH-IM-AES-128/13", "PACE-ECDH-CAM-AES-128/13"}},
		"where nobody wants a proof": {Plan{Trust: trusting(t), SkipChipAuth: true}, [][]byte{cam, gm},
			[]string{"PACE-ECDH-GM-AES-128/13", "PACE-ECDH-CAM-AES-128/13"}},
		"weak ones last": {Plan{}, [][]byte{offer(ecdhGM, tdes, 13), offer(ecdhGM, aes128, 8), offer(dhGM, aes128, 0), im},
			[]string{"PACE-ECDH-IM-AES-128/13", "PACE-ECDH-GM-AES-128/8", "PACE-ECDH-GM-3DES/13", "PACE-DH-GM-AES-128/0"}},
		"the faster of strong ones": {Plan{}, [][]byte{offer(dhGM, aes128, 2), offer(ecdhGM, aes256, 17), offer(ecdhGM, aes256, 13), gm},
			[]string{"PACE-ECDH-GM-AES-128/13", "PACE-ECDH-GM-AES-256/13", "PACE-ECDH-GM-AES-256/17", "PACE-DH-GM-AES-128/2"}},
		"what is forbidden is left out": {Plan{}, [][]byte{offer(ecdhIM, aes128, 10), gm}, []string{"PACE-ECDH-GM-AES-128/13"}},
		"no more than a few": {Plan{}, [][]byte{gm, offer(ecdhGM, aes128, 12), offer(ecdhGM, aes128, 14), offer(ecdhGM, aes128, 15), offer(ecdhGM, aes128, 16)},
			[]string{"PACE-ECDH-GM-AES-128/13", "PACE-ECDH-GM-AES-128/12", "PACE-ECDH-GM-AES-128/14", "PACE-ECDH-GM-AES-128/15"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := reading(t, tc.plan, access.Keys{CAN: "000018"}, tc.offers...)
			var got []string
			for _, w := range r.ways() {
				got = append(got, w.protocol())
			}
			assert.Equal(t, tc.want, got)
		})
	}
}

func TestOrderOfPasswords(t *testing.T) {
	key := mrz.Key{DocumentNumber: "190000018", DateOfBirth: "900115", DateOfExpiry: "300115"}
	r := reading(t, Plan{}, access.Keys{CAN: "000018", MRZ: []mrz.Key{key}, PIN: "123456", PUK: "0123456789"}, offer(ecdhGM, aes128, 13))
	var names, kinds []string
	for _, w := range r.ways() {
		names = append(names, w.name)
		if w.pace != nil {
			kinds = append(kinds, w.forPACE().String())
		}
	}
	assert.Equal(t, []string{AccessPACECAN, AccessPACEMRZ, AccessPACEPIN, AccessPACEPUK, AccessBAC}, names)
	assert.Equal(t, []string{"CAN", "MRZ", "PIN", "PUK"}, kinds)
	assert.Empty(t, reading(t, Plan{}, access.Keys{CAN: "000018"}).ways(), "BAC takes no CAN")
}
