package cardlib

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/activeauth"
	"chipid/cardlib/apdu"
	"chipid/cardlib/chipauth"
	"chipid/cardlib/files"
	"chipid/cardlib/lds"
	"chipid/cardlib/tlv"
	"chipid/cardlib/verdict"
)

// oneFile is a channel behind which there is one file, or a refusal.
type oneFile struct {
	plainChip
	content []byte
	sw      apdu.SW
}

func (c *oneFile) Transmit(_ context.Context, cmd apdu.Command) (apdu.Response, error) {
	switch {
	case c.sw != 0:
		return apdu.Response{SW: c.sw}, nil
	case cmd.INS != apdu.InsReadBinary:
		return apdu.Response{SW: apdu.SWSuccess}, nil
	}
	return apdu.Response{Data: c.content[:min(cmd.Le, len(c.content))], SW: apdu.SWSuccess}, nil
}

// TestBindSOD: chip authentication with a key of EF.CardSecurity counts for the
// card whose EF.SOD comes over the proven channel.
func TestBindSOD(t *testing.T) {
	sod := tlv.Encode(lds.TagSOD, []byte("of this card"))
	for name, tc := range map[string]struct {
		chip oneFile
		want error
	}{
		"the same":       {oneFile{content: bytes.Clone(sod)}, nil},
		"another chip's": {oneFile{content: tlv.Encode(lds.TagSOD, []byte("of that card"))}, errOtherSOD},
	} {
		t.Run(name, func(t *testing.T) {
			r := &read{ctx: t.Context(), session: &tc.chip, files: files.NewReader(&tc.chip, false), rawSOD: sod}
			assert.ErrorIs(t, r.bindSOD(), tc.want)
		})
	}
	refusing := &oneFile{sw: apdu.SWSecurityStatus}
	r := &read{ctx: t.Context(), session: refusing, files: files.NewReader(refusing, false), rawSOD: sod}
	err := r.bindSOD()
	sw, ok := apdu.StatusOf(err)
	require.True(t, ok)
	assert.Equal(t, apdu.SWSecurityStatus, sw)
	assert.Equal(t, verdict.WrongAnswer, chipAuthCheck(errOtherSOD).Reason)
}

func TestWithoutCardSecurity(t *testing.T) {
	r := &read{}
	_, ran := r.mapped()
	assert.False(t, ran, "PACE ran with another mapping")
	assert.Equal(t, verdict.NoVerdict(verdict.ChipAuth, verdict.CardSecurityUnread), r.vouched())
	assert.Empty(t, r.signedInfos())
	assert.False(t, r.cardSecurityDiffers())
}

// TestVerdictsOfProofs: what a protocol's room says becomes a verdict.
func TestVerdictsOfProofs(t *testing.T) {
	for err, want := range map[error]verdict.Check{
		chipauth.ErrNoKey:       verdict.NoVerdict(verdict.ChipAuth, verdict.NoKey),
		chipauth.ErrVersion2:    verdict.NoVerdict(verdict.ChipAuth, verdict.CAV2),
		chipauth.ErrUnsupported: verdict.NoVerdict(verdict.ChipAuth, verdict.AlgorithmUnknown),
		chipauth.ErrKey:         verdict.Fail(verdict.ChipAuth, verdict.KeyMalformed, "DG14"),
		chipauth.ErrRefused:     verdict.Fail(verdict.ChipAuth, verdict.Refused),
		errOtherSOD:             verdict.Fail(verdict.ChipAuth, verdict.WrongAnswer),
	} {
		assert.Equal(t, want, chipAuthCheck(err))
	}
	for err, want := range map[error]verdict.Check{
		nil:                       verdict.Pass(verdict.ActiveAuth),
		activeauth.ErrUnsupported: verdict.NoVerdict(verdict.ActiveAuth, verdict.AlgorithmUnknown),
		activeauth.ErrKey:         verdict.Fail(verdict.ActiveAuth, verdict.KeyMalformed, "DG15"),
		activeauth.ErrWrong:       verdict.Fail(verdict.ActiveAuth, verdict.WrongAnswer),
		activeauth.ErrRefused:     verdict.Fail(verdict.ActiveAuth, verdict.Refused),
	} {
		assert.Equal(t, want, activeAuthCheck(err))
	}
}
