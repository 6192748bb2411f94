package chip

import (
	"crypto"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
)

func t0Profile() Profile {
	p := testProfile()
	p.Protocol = apdu.ProtocolT0
	return p
}

func TestT0TakesTPDUsOnly(t *testing.T) {
	c, err := New(t0Profile())
	require.NoError(t, err)
	play(t, c, "case 4 has no Le", "00A4040C07A000000247100100", "6700")
	play(t, c, "extended length", "00A4040C000007A0000002471001", "6700")
	play(t, c, "case 3", "00A4000C023F00", "9000")
	play(t, c, "case 3", "00A4020C02011C", "9000")
	play(t, c, "case 2, too much asked", "00B0000030", "6C16")
	play(t, c, "case 2, whatever there is", "00B0000000", "6C16")
	play(t, c, "case 2, right length", "00B0000016", "31143012060A04007F0007020204020202010202010D 9000")
	play(t, c, "case 2, less", "00B0000002", "3114 9000")
	play(t, c, "nothing waits", "00C0000010", "6985")
	play(t, c, "case 4: the answer waits", "00A4020402011C", "610A")
	play(t, c, "too much asked", "00C0000020", "6C0A")
	play(t, c, "in parts", "00C0000004", "62088002 6106")
	play(t, c, "the rest", "00C0000006", "00168302011C 9000")
	play(t, c, "and no more", "00C0000001", "6985")
	assert.False(t, c.Profile().Extended, "T=0 has no extended length whatever the profile says")
}

// TestT0Read opens and reads over T=0: protected commands are case 4, their
// answers come by GET RESPONSE in plain.
func TestT0Read(t *testing.T) {
	for name, open := range map[string]func(tm *terminal) apdu.SW{
		"BAC": func(tm *terminal) apdu.SW {
			tm.selectApp()
			return tm.bac(mrzOfG)
		},
		"PACE": func(tm *terminal) apdu.SW {
			sw := tm.pace(canTry(aesPACE, testCAN))
			tm.selectApp()
			return sw
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := t0Profile()
			tm := newTerminal(t, p)
			require.Equal(t, apdu.SWSuccess, open(tm))
			require.Equal(t, apdu.SWSuccess, tm.selectFile(FileDG(2)))
			assert.Equal(t, p.LDS[FileDG(2)][:256], tm.read(0, 256).Data, "over 256 protected bytes: two GET RESPONSEs")
			assert.Equal(t, apdu.SWEndOfFile, tm.do(apdu.Command{INS: apdu.InsReadBinaryOdd, Data: unhex("5402 9C00"), Le: 200}).SW,
				"a warning under secure messaging survives 61xx")
		})
	}
}

// TestLinkOverChips: the reader's lowest room gets along with each protocol.
func TestLinkOverChips(t *testing.T) {
	for _, protocol := range []apdu.Protocol{apdu.ProtocolT0, apdu.ProtocolT1, apdu.ProtocolContactless} {
		p := openChip()
		p.Protocol, p.Quirks.EndOfFile = protocol, EndCorrect
		c, err := New(p)
		require.NoError(t, err)
		link := apdu.NewLink(c)
		for _, cmd := range []apdu.Command{
			{INS: apdu.InsSelect, P1: 4, Data: DefaultAID, Le: 256},
			{INS: apdu.InsSelect, P1: 2, P2: 0x0C, Data: []byte{1, 1}},
		} {
			resp, err := link.Transmit(t.Context(), cmd)
			require.NoError(t, err)
			require.Equal(t, apdu.SWSuccess, resp.SW)
		}
		resp, err := link.Transmit(t.Context(), apdu.Command{INS: apdu.InsReadBinary, Le: 100})
		require.NoError(t, err)
		assert.Equal(t, apdu.Response{Data: []byte{0x61, 2, 1, 2}, SW: apdu.SWSuccess}, resp)
	}
}

func TestGetResponseRefusals(t *testing.T) {
	p := openChip()
	p.AA = &AAKey{Hash: crypto.SHA256, Curve: mustCurve(t, 13), D: scalar(3)}
	c, err := New(p)
	require.NoError(t, err)
	play(t, c, "SELECT without Le has no answer", "00A4040007A0000002471001", "9000")
	play(t, c, "another answer without Le waits", "0088000008F173589974BF40C6", "6140")
	play(t, c, "P1-P2", "00C0010002", "6A86")
	play(t, c, "too much", "00C0000050", "6C40")
	play(t, c, "another command drops it", "00A4020C020101", "9000")
	play(t, c, "gone", "00C0000009", "6985")
}

// TestGetResponseInTheClassOfTheCommand: javax.smartcardio fetches what waits in
// the class of the protected command. The channel holds; where nothing waits the
// same bytes are a protected command without a MAC, which ends it.
func TestGetResponseInTheClassOfTheCommand(t *testing.T) {
	p := testProfile()
	tm := opened(t, p)
	require.Equal(t, apdu.SWSuccess, tm.selectFile(FileDG(2)))
	const block = 224 // with padding, status and MAC two bytes more than a short answer holds
	first := tm.send(tm.protect(apdu.Command{INS: apdu.InsReadBinary, Le: block}))
	n, more := first.SW.MoreData()
	require.True(t, more, "%v", first.SW)
	rest := tm.send(apdu.Command{CLA: claSecure, INS: apdu.InsGetResponse, Le: n})
	resp := tm.open(apdu.Response{Data: append(first.Data, rest.Data...), SW: rest.SW})
	assert.Equal(t, apdu.Response{Data: p.LDS[FileDG(2)][:block], SW: apdu.SWSuccess}, resp)

	assert.Equal(t, apdu.SWSMObjectsMissing, tm.send(apdu.Command{CLA: claSecure, INS: apdu.InsGetResponse, Le: n}).SW)
	assert.Equal(t, apdu.SWSMNotSupported, tm.send(tm.protect(apdu.Command{INS: apdu.InsReadBinary, Le: 1})).SW, "the channel is gone")
}
