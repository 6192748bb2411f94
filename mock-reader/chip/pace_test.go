package chip

import (
	"crypto/rand"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/cardlib/curves"
	"chipid/cardlib/tlv"
)

// TestPACEOverEveryVariant runs each mapping over each group, with ciphers in turn.
func TestPACEOverEveryVariant(t *testing.T) {
	ids := []int{0, 1, 2}
	for _, c := range curves.All() {
		ids = append(ids, c.ID)
	}
	for _, mapping := range []Mapping{GenericMapping, IntegratedMapping, ChipAuthMapping} {
		for i, id := range ids {
			p := PACEParams{OID: []byte{4, 0, 0x7F, byte(mapping)}, Mapping: mapping, Cipher: Cipher(i%4) + TDES, ParameterID: id}
			if mapping == ChipAuthMapping {
				p.ChipKey, p.Cipher = scalar(77), Cipher(i%3)+AES128
			}
			if p.check() != nil {
				continue
			}
			t.Run(fmt.Sprintf("mapping %d, id %d, cipher %d", mapping, id, p.Cipher), func(t *testing.T) {
				profile := testProfile()
				profile.PACE = []PACEParams{p}
				tm := opened(t, profile)
				assert.Equal(t, apdu.SWSuccess, tm.selectFile(FileDG(1)))
			})
		}
	}
}

func TestPACEPasswords(t *testing.T) {
	tests := []struct {
		name   string
		quirks Quirks
		try    paceTry
		want   apdu.SW
	}{
		{"CAN", Quirks{}, canTry(aesPACE, testCAN), apdu.SWSuccess},
		{"MRZ", Quirks{}, mrzTry(aesPACE, mrzOfG), apdu.SWSuccess},
		{"wrong CAN", Quirks{}, canTry(aesPACE, "123456"), apdu.SWWarning},
		{"wrong MRZ", Quirks{}, mrzTry(aesPACE, mrzOfI), apdu.SWWarning},
		{"wrong CAN, tries counted", Quirks{PACETries: 3}, canTry(aesPACE, "123456"), 0x63C2},
		{"wrong CAN, own status", Quirks{WrongPassword: apdu.SWSecurityStatus}, canTry(aesPACE, "123456"), apdu.SWSecurityStatus},
		{"PIN", Quirks{}, paceTry{params: aesPACE, reference: 3}, apdu.SWReferencedDataUnknown},
		{"protocol not offered", Quirks{}, canTry(PACEParams{OID: []byte{1, 2, 3}}, testCAN), apdu.SWWrongData},
		{"tag 84 given", Quirks{}, with84(canTry(aesPACE, testCAN), 13), apdu.SWSuccess},
		{"tag 84 unknown", Quirks{}, with84(canTry(aesPACE, testCAN), 12), apdu.SWReferencedDataUnknown},
		{"tag 84 empty", Quirks{}, with84(canTry(aesPACE, testCAN)), apdu.SWReferencedDataUnknown},
		{"tag 84 required, missing", Quirks{ParameterTag: TagRequired}, canTry(aesPACE, testCAN), 0x6A87},
		{"tag 84 required, given", Quirks{ParameterTag: TagRequired}, with84(canTry(aesPACE, testCAN), 13), apdu.SWSuccess},
		{"tag 84 refused, given", Quirks{ParameterTag: TagRefused}, with84(canTry(aesPACE, testCAN), 13), apdu.SWWrongData},
		{"tag 84 refused, missing", Quirks{ParameterTag: TagRefused}, canTry(aesPACE, testCAN), apdu.SWSuccess},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := testProfile()
			p.Quirks = tt.quirks
			assert.Equal(t, tt.want, newTerminal(t, p).pace(tt.try))
		})
	}
}

func with84(try paceTry, reference ...byte) paceTry {
	try.tag84 = append([]byte{}, reference...)
	return try
}

func TestPACEAmbiguousParameters(t *testing.T) {
	p := testProfile()
	other := aesPACE
	other.ParameterID = 12
	p.PACE = append(p.PACE, other)
	assert.Equal(t, apdu.SWReferencedDataUnknown, newTerminal(t, p).pace(canTry(aesPACE, testCAN)), "tag 84 is required now")
	assert.Equal(t, apdu.SWSuccess, newTerminal(t, p).pace(with84(canTry(other, testCAN), 12)))
}

// TestPACERefusals: a step that is not as it must be is refused and ends the protocol.
func TestPACERefusals(t *testing.T) {
	curve := mustCurve(t, 13)
	offCurve := curve.Encode(curve.Generator())
	offCurve[64] ^= 1
	replace := func(at int, data []byte) func(int, *apdu.Command) {
		return func(step int, cmd *apdu.Command) {
			if step == at {
				cmd.Data = data
			}
		}
	}
	point := func(tag tlv.Tag, value []byte) []byte { return tlv.Encode(tagDynamic, tlv.Encode(tag, value)) }
	class := func(at int, cla byte) func(int, *apdu.Command) {
		return func(step int, cmd *apdu.Command) {
			if step == at {
				cmd.CLA = cla
			}
		}
	}
	tests := []struct {
		name   string
		meddle func(int, *apdu.Command)
		want   apdu.SW
	}{
		{"first step not empty", replace(1, point(tagMapIFD, nil)), apdu.SWWrongData},
		{"first step not chained", class(1, 0), swLastOfChainExpected},
		{"third step not chained", class(3, 0), swLastOfChainExpected},
		{"last step chained", class(4, claChaining), swLastOfChainExpected},
		{"step left out", replace(2, point(tagKeyIFD, curve.Encode(curve.Generator()))), apdu.SWWrongData},
		{"mapping point off the curve", replace(2, point(tagMapIFD, offCurve)), apdu.SWWrongData},
		{"mapping point is the identity", replace(2, point(tagMapIFD, []byte{0})), apdu.SWWrongData},
		{"mapping point compressed", replace(2, point(tagMapIFD, append([]byte{2}, offCurve[1:33]...))), apdu.SWWrongData},
		{"ephemeral point off the curve", replace(3, point(tagKeyIFD, offCurve)), apdu.SWWrongData},
		{"ephemeral point is the identity", replace(3, point(tagKeyIFD, []byte{0})), apdu.SWWrongData},
		{"ephemeral point empty", replace(3, point(tagKeyIFD, nil)), apdu.SWWrongData},
		{"token cut", replace(4, point(tagTokenIFD, make([]byte, 7))), apdu.SWWarning},
		{"token empty", replace(4, point(tagTokenIFD, nil)), apdu.SWWarning},
		{"no 7C", replace(2, tlv.Encode(tagMapIFD, offCurve)), apdu.SWWrongData},
		{"malformed in 7C", replace(2, tlv.Encode(tagDynamic, []byte{0x81, 0x41})), apdu.SWWrongData},
		{"two objects", replace(2, tlv.Encode(tagDynamic, tlv.Encode(tagMapIFD, offCurve), tlv.Encode(tagMapIFD, offCurve))), apdu.SWWrongData},
		{"P1", func(_ int, cmd *apdu.Command) { cmd.P1 = 1 }, apdu.SWWrongParametersP1P2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			try := canTry(aesPACE, testCAN)
			try.meddle = tt.meddle
			tm := newTerminal(t, testProfile())
			assert.Equal(t, tt.want, tm.pace(try))
			assert.Nil(t, tm.chip.s.pace, "the protocol is over")
			assert.Equal(t, accessNone, tm.chip.s.access)
			assert.Equal(t, apdu.SWSuccess, tm.pace(canTry(aesPACE, testCAN)), "it can be begun anew")
		})
	}
}

// TestPACEReflectedKey: the terminal sends the chip's own mapping key back.
func TestPACEReflectedKey(t *testing.T) {
	tm := newTerminal(t, testProfile())
	try := canTry(aesPACE, testCAN)
	require.Equal(t, apdu.SWSuccess, tm.mse(try))
	_, sw := tm.general(try, 1, 0, tagNonce, nil)
	require.Equal(t, apdu.SWSuccess, sw)
	_, public, err := agreementOf(13).generate(rand.Reader)
	require.NoError(t, err)
	own, sw := tm.general(try, 2, tagMapIFD, tagMapIC, public)
	require.Equal(t, apdu.SWSuccess, sw)
	_, sw = tm.general(try, 3, tagKeyIFD, tagKeyIC, own)
	assert.Equal(t, apdu.SWWrongData, sw)
}

// TestPACESmallSubgroup: values of DH outside the subgroup of order q are refused.
func TestPACESmallSubgroup(t *testing.T) {
	p := testProfile()
	p.PACE = []PACEParams{{OID: unhex("04007F00070202040102"), Mapping: GenericMapping, Cipher: AES128, ParameterID: 0}}
	group, _ := StandardGroup(0)
	minusOne := group.P.Bytes()
	minusOne[len(minusOne)-1]--
	for name, value := range map[string][]byte{"0": {0}, "1": {1}, "p-1": minusOne, "p": group.P.Bytes(), "outside": {2}, "empty": {},
		"too long": make([]byte, 200)} {
		try := canTry(p.PACE[0], testCAN)
		try.meddle = func(step int, cmd *apdu.Command) {
			if step == 2 {
				cmd.Data = tlv.Encode(tagDynamic, tlv.Encode(tagMapIFD, value))
			}
		}
		assert.Equal(t, apdu.SWWrongData, newTerminal(t, p).pace(try), name)
	}
}

func TestPACETriesRunOut(t *testing.T) {
	p := testProfile()
	p.Quirks.PACETries = 2
	tm := newTerminal(t, p)
	assert.Equal(t, apdu.SW(0x63C1), tm.pace(canTry(aesPACE, "111111")))
	require.NoError(t, tm.chip.Reset(t.Context()))
	assert.Equal(t, apdu.SWSuccess, tm.pace(canTry(aesPACE, testCAN)), "a right try clears the counter")
	require.NoError(t, tm.chip.Reset(t.Context()))
	assert.Equal(t, apdu.SW(0x63C1), tm.pace(canTry(aesPACE, "111111")))
	assert.Equal(t, apdu.SW(0x63C0), tm.pace(canTry(aesPACE, "222222")))
	require.NoError(t, tm.chip.Reset(t.Context()))
	assert.Equal(t, apdu.SWAuthBlocked, tm.pace(canTry(aesPACE, testCAN)), "blocked for good")
}

func TestResetAfterFailedPACE(t *testing.T) {
	p := testProfile()
	p.Quirks.ResetAfterPACE = true
	tm := newTerminal(t, p)
	require.Equal(t, apdu.SWWarning, tm.pace(canTry(aesPACE, "111111")))
	assert.Equal(t, apdu.SWConditionsOfUse, tm.pace(canTry(aesPACE, testCAN)))
	tm.selectApp()
	assert.Equal(t, apdu.SWConditionsOfUse, tm.bac(mrzOfG))
	require.NoError(t, tm.chip.Reset(t.Context()))
	tm.selectApp()
	assert.Equal(t, apdu.SWSuccess, tm.bac(mrzOfG))
}

func TestPACEPlace(t *testing.T) {
	tm := newTerminal(t, testProfile())
	tm.selectApp()
	assert.Equal(t, apdu.SWConditionsOfUse, tm.pace(canTry(aesPACE, testCAN)), "not in the application")

	tm = opened(t, testProfile())
	data := tlv.Append(tlv.Encode(tagMechanism, aesPACE.OID), tagPassword, []byte{2})
	assert.Equal(t, apdu.SWConditionsOfUse, tm.do(apdu.Command{INS: apdu.InsMSE, P1: 0xC1, P2: 0xA4, Data: data}).SW, "not twice")

	p := testProfile()
	p.PACE = nil
	assert.Equal(t, apdu.SWFunctionNotSupported, newTerminal(t, p).pace(canTry(aesPACE, testCAN)), "a chip without PACE")

	tm = newTerminal(t, testProfile())
	assert.Equal(t, apdu.SWConditionsOfUse, tm.send(apdu.Command{CLA: 0x10, INS: apdu.InsGeneralAuth, Data: []byte{0x7C, 0}, Le: 256}).SW, "no MSE before")
}
