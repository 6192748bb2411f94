package chip_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/mock-reader/chip"
	"chipid/mock-reader/issuer"
)

// inEnvelopes cuts a command into pieces.
func inEnvelopes(t *testing.T, cmd apdu.Command, size int) [][]byte {
	t.Helper()
	cmd.Extended = true
	raw, err := cmd.Bytes()
	require.NoError(t, err)
	var pieces [][]byte
	for len(raw) > 0 {
		n := min(size, len(raw))
		pieces, raw = append(pieces, raw[:n]), raw[n:]
	}
	return pieces
}

func sendEnvelope(t *testing.T, c *chip.Chip, piece []byte) apdu.Response {
	t.Helper()
	resp, err := c.Transmit(t.Context(), apdu.Command{INS: apdu.InsEnvelope, Data: piece})
	require.NoError(t, err)
	return resp
}

// overT0 is a chip with TPDUs only.
func overT0(t *testing.T) *chip.Chip {
	t.Helper()
	p := profile(t, cvca(t, issuer.CVECDSAP256))
	p.Protocol, p.Extended = apdu.ProtocolT0, false
	c, err := chip.New(p)
	require.NoError(t, err)
	return c
}

// TestEnvelope brings a command in one piece; its answer is fetched by GET RESPONSE.
func TestEnvelope(t *testing.T) {
	c := overT0(t)
	pieces := inEnvelopes(t, apdu.Command{INS: apdu.InsSelect, P1: 4, Data: chip.DefaultAID, Le: apdu.MaxExtendedLe}, 255)
	resp := sendEnvelope(t, c, pieces[0])
	n, more := resp.SW.MoreData()
	require.True(t, more, "%v", resp.SW)
	rest, err := c.Transmit(t.Context(), apdu.Command{INS: apdu.InsGetResponse, Le: n})
	require.NoError(t, err)
	assert.Equal(t, byte(0x6F), rest.Data[0], "file control information")
}

// TestEnvelopeCutOff: a piece below 255 bytes ends the command.
func TestEnvelopeCutOff(t *testing.T) {
	pieces := inEnvelopes(t, apdu.Command{INS: apdu.InsMSE, P1: 0x41, P2: 0xA4, Data: make([]byte, 300)}, 200)
	assert.Equal(t, apdu.SWWrongLength, sendEnvelope(t, overT0(t), pieces[0]).SW)
}

// TestLongEnvelope: a command of more than 255 bytes reaches the chip whole.
func TestLongEnvelope(t *testing.T) {
	long := apdu.Command{INS: apdu.InsMSE, P1: 0x41, P2: 0xA4, Data: bytes.Repeat([]byte{0xFF}, 600)}
	for name, le := range map[string]int{"with Le": apdu.MaxExtendedLe, "without Le": 0} {
		t.Run(name, func(t *testing.T) {
			c := overT0(t)
			long.Le = le
			pieces := inEnvelopes(t, long, 255)
			for _, piece := range pieces[:len(pieces)-1] {
				require.Equal(t, apdu.SWSuccess, sendEnvelope(t, c, piece).SW)
			}
			assert.Equal(t, apdu.SWWrongData, sendEnvelope(t, c, pieces[len(pieces)-1]).SW, "MSE found malformed objects: it saw them")
		})
	}
}

func TestEnvelopeRefusals(t *testing.T) {
	inside := func(cmd apdu.Command) []byte {
		raw, err := cmd.Bytes()
		require.NoError(t, err)
		return raw
	}
	for name, tc := range map[string]struct {
		cmd  apdu.Command
		want apdu.SW
	}{
		"P1-P2":                {apdu.Command{INS: apdu.InsEnvelope, P1: 1, Data: []byte{0, 0xB0, 0, 0, 4}}, apdu.SWWrongParametersP1P2},
		"class":                {apdu.Command{CLA: 0x0C, INS: apdu.InsEnvelope, Data: []byte{0, 0xB0, 0, 0, 4}}, apdu.SWClassNotSupported},
		"end of nothing":       {apdu.Command{INS: apdu.InsEnvelope}, apdu.SWConditionsOfUse},
		"no command":           {apdu.Command{INS: apdu.InsEnvelope, Data: []byte{0, 0xB0}}, apdu.SWWrongLength},
		"envelope in envelope": {apdu.Command{INS: apdu.InsEnvelope, Data: inside(apdu.Command{INS: apdu.InsEnvelope, Data: []byte{1}})}, apdu.SWInsNotSupported},
		"GET RESPONSE inside":  {apdu.Command{INS: apdu.InsEnvelope, Data: inside(apdu.Command{INS: apdu.InsGetResponse, Le: 1})}, apdu.SWInsNotSupported},
	} {
		t.Run(name, func(t *testing.T) {
			resp, err := overT0(t).Transmit(t.Context(), tc.cmd)
			require.NoError(t, err)
			assert.Equal(t, tc.want, resp.SW)
		})
	}
	t.Run("another command in between", func(t *testing.T) {
		c := overT0(t)
		pieces := inEnvelopes(t, apdu.Command{INS: apdu.InsMSE, P1: 0x41, P2: 0xA4, Data: make([]byte, 300)}, 255)
		require.Equal(t, apdu.SWSuccess, sendEnvelope(t, c, pieces[0]).SW)
		_, err := c.Transmit(t.Context(), apdu.Command{INS: apdu.InsSelect, P1: 4, P2: 0x0C, Data: chip.DefaultAID})
		require.NoError(t, err)
		assert.Equal(t, apdu.SWWrongLength, sendEnvelope(t, c, pieces[1]).SW, "the first piece is forgotten")
	})
	t.Run("longer than any command", func(t *testing.T) {
		c := overT0(t)
		piece := bytes.Repeat([]byte{1}, 255)
		var sw apdu.SW
		for range 300 {
			if sw = sendEnvelope(t, c, piece).SW; !sw.OK() {
				break
			}
		}
		assert.Equal(t, apdu.SWWrongLength, sw)
	})
	t.Run("not under T=1", func(t *testing.T) {
		p := profile(t, cvca(t, issuer.CVECDSAP256))
		p.Protocol = apdu.ProtocolT1
		c, err := chip.New(p)
		require.NoError(t, err)
		assert.Equal(t, apdu.SWInsNotSupported, sendEnvelope(t, c, []byte{0, 0xB0, 0, 0, 4}).SW)
	})
}
