package apdu

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bare is a T=0 transport that gives its answers in turn.
type bare struct {
	answers []string
	seen    []string
}

func (b *bare) LinkInfo() LinkInfo { return LinkInfo{Protocol: ProtocolT0} }

func (b *bare) Transmit(_ context.Context, cmd Command) (Response, error) {
	raw, err := cmd.Bytes()
	if err != nil {
		return Response{}, err
	}
	b.seen = append(b.seen, hex.EncodeToString(raw))
	if len(b.answers) == 0 {
		return Response{}, ErrRemoved
	}
	answer, err := hex.DecodeString(b.answers[0])
	if err != nil {
		return Response{}, err
	}
	b.answers = b.answers[1:]
	return ParseResponse(answer)
}

// TestEnvelope sends 300 bytes over T=0, which takes 255 at a time.
func TestEnvelope(t *testing.T) {
	data := bytes.Repeat([]byte{0xAB}, 300)
	inside := "0c2a00be00012c" + hex.EncodeToString(data)
	first, second := "10c20000ff"+inside[:510], "00c2000034"+inside[510:]
	for name, tc := range map[string]struct {
		answers []string
		sent    []string
		want    Response
		err     error
	}{
		"answer announced":          {[]string{"9000", "6104", "01029000" + "9000"}, []string{first, second, "00c0000004"}, Response{Data: []byte{1, 2}, SW: 0x9000}, nil},
		"answer not announced":      {[]string{"9000", "9000", "6982" + "9000"}, []string{first, second, "00c0000000"}, Response{SW: 0x6982}, nil},
		"in pieces":                 {[]string{"9000", "6100", "016101", "026102", "90009000"}, []string{first, second, "00c0000000", "00c0000001", "00c0000002"}, Response{Data: []byte{1, 2}, SW: 0x9000}, nil},
		"unknown to the chip":       {[]string{"6d00"}, []string{first}, Response{SW: 0x6D00}, nil},
		"refused at the end":        {[]string{"9000", "6700"}, []string{first, second}, Response{SW: 0x6700}, nil},
		"an answer of one byte":     {[]string{"9000", "6101", "909000"}, []string{first, second, "00c0000001"}, Response{}, ErrLink},
		"removed":                   {[]string{"9000"}, []string{first, second}, Response{}, ErrRemoved},
		"removed before the answer": {[]string{"9000", "6104"}, []string{first, second, "00c0000004"}, Response{}, ErrRemoved},
	} {
		t.Run(name, func(t *testing.T) {
			card := &bare{answers: tc.answers}
			resp, err := NewLink(card).Transmit(t.Context(), Command{CLA: 0x0C, INS: InsPSO, P2: 0xBE, Data: data})
			require.True(t, errors.Is(err, tc.err), "%v", err)
			assert.Equal(t, tc.sent, card.seen)
			if tc.err == nil {
				assert.Equal(t, tc.want.SW, resp.SW)
				assert.True(t, bytes.Equal(tc.want.Data, resp.Data), "%X", resp.Data)
			}
		})
	}
}
