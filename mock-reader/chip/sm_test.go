package chip

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/cardlib/tlv"
)

// TestBrokenSecureMessaging: each break is answered in plain and ends the channel and the access.
func TestBrokenSecureMessaging(t *testing.T) {
	tests := []struct {
		name   string
		meddle func(tm *terminal, cmd *apdu.Command)
		want   apdu.SW
	}{
		{"MAC changed", func(_ *terminal, cmd *apdu.Command) { cmd.Data[len(cmd.Data)-1] ^= 1 }, apdu.SWSMObjectsIncorrect},
		{"header changed", func(_ *terminal, cmd *apdu.Command) { cmd.P2 ^= 1 }, apdu.SWSMObjectsIncorrect},
		{"Le changed", func(_ *terminal, cmd *apdu.Command) { cmd.Data[2] ^= 1 }, apdu.SWSMObjectsIncorrect},
		{"MAC missing", func(_ *terminal, cmd *apdu.Command) { cmd.Data = cmd.Data[:3] }, apdu.SWSMObjectsMissing},
		{"no objects", func(_ *terminal, cmd *apdu.Command) { cmd.Data = nil }, apdu.SWSMObjectsMissing},
		{"MAC cut", func(_ *terminal, cmd *apdu.Command) {
			cmd.Data = tlv.Append(cmd.Data[:3:3], tagMAC, cmd.Data[5:9])
		}, apdu.SWSMObjectsIncorrect},
		{"malformed objects", func(_ *terminal, cmd *apdu.Command) { cmd.Data = append(cmd.Data, 0x97, 0x05) }, apdu.SWSMObjectsIncorrect},
		{"order changed", func(_ *terminal, cmd *apdu.Command) {
			cmd.Data = append(append([]byte(nil), cmd.Data[3:]...), cmd.Data[:3]...)
		}, apdu.SWSMObjectsIncorrect},
		{"object unknown", func(_ *terminal, cmd *apdu.Command) {
			cmd.Data = append([]byte{0x99, 0x02, 0x90, 0x00}, cmd.Data...)
		}, apdu.SWSMObjectsIncorrect},
		{"header not authenticated", func(_ *terminal, cmd *apdu.Command) { cmd.CLA = 0x08 }, apdu.SWSMNotSupported},
		{"no Le", func(_ *terminal, cmd *apdu.Command) { cmd.Le = 0 }, apdu.SWWrongLength},
		{"counter skipped", func(tm *terminal, cmd *apdu.Command) {
			*cmd = tm.protect(apdu.Command{INS: apdu.InsReadBinary, Le: 4})
		}, apdu.SWSMObjectsIncorrect},
		{"DO 87 with an odd instruction", func(tm *terminal, cmd *apdu.Command) {
			ch := tm.ch
			sealed := ch.cipher.seal(ch.enc, ch.messageIV(), ch.cipher.pad([]byte{0x54, 1, 0}))
			*cmd = remac(ch, apdu.Command{CLA: 0x0C, INS: 0xB1, Le: 256}, tlv.Encode(tagCryptogram, []byte{1}, sealed))
		}, apdu.SWSMObjectsIncorrect},
		{"padding indicator", func(tm *terminal, cmd *apdu.Command) {
			*cmd = remac(tm.ch, apdu.Command{CLA: 0x0C, INS: 0xA4, P1: 2, P2: 0x0C, Le: 256},
				tlv.Encode(tagCryptogram, []byte{2}, make([]byte, 16)))
		}, apdu.SWSMObjectsIncorrect},
		{"padding", func(tm *terminal, cmd *apdu.Command) {
			ch := tm.ch
			sealed := ch.cipher.seal(ch.enc, ch.messageIV(), make([]byte, 16))
			*cmd = remac(ch, apdu.Command{CLA: 0x0C, INS: 0xA4, P1: 2, P2: 0x0C, Le: 256}, tlv.Encode(tagCryptogram, []byte{1}, sealed))
		}, apdu.SWSMObjectsIncorrect},
		{"half a block", func(tm *terminal, cmd *apdu.Command) {
			*cmd = remac(tm.ch, apdu.Command{CLA: 0x0C, INS: 0xA4, P1: 2, P2: 0x0C, Le: 256},
				tlv.Encode(tagCryptogram, []byte{1}, make([]byte, 7)))
		}, apdu.SWSMObjectsIncorrect},
		{"empty DO 97", func(tm *terminal, cmd *apdu.Command) {
			*cmd = remac(tm.ch, apdu.Command{CLA: 0x0C, INS: 0xB0, Le: 256}, tlv.Encode(tagLe))
		}, apdu.SWSMObjectsIncorrect},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var log []Entry
			tm := opened(t, testProfile(), WithLog(func(e Entry) { log = append(log, e) }))
			require.Equal(t, apdu.SWSuccess, tm.selectFile(FileDG(1)))
			cmd := tm.protect(apdu.Command{INS: apdu.InsReadBinary, Le: 4})
			tt.meddle(tm, &cmd)
			assert.Equal(t, apdu.Response{Data: []byte{}, SW: tt.want}, tm.send(cmd))
			last := log[len(log)-1]
			assert.True(t, last.ChannelEnded)
			assert.NotEmpty(t, last.Broken, "the log names the clause")

			after := tm.send(tm.protect(apdu.Command{INS: apdu.InsReadBinary, Le: 4}))
			assert.Equal(t, apdu.SWSMNotSupported, after.SW, "the channel is gone")
			tm.ch = nil
			assert.Equal(t, apdu.SWSecurityStatus, tm.selectFile(FileDG(1)), "and so is the access")
		})
	}
}

// remac makes a protected command with a right MAC over an odd body.
func remac(ch *channel, cmd apdu.Command, body []byte) apdu.Command {
	signed := append(append([]byte(nil), ch.ssc...), ch.cipher.pad([]byte{cmd.CLA, cmd.INS, cmd.P1, cmd.P2})...)
	signed = ch.cipher.pad(append(signed, body...))
	cmd.Data = tlv.Append(body, tagMAC, ch.cipher.mac(ch.mac, signed))
	return cmd
}

func TestReplayedCommand(t *testing.T) {
	tm := opened(t, testProfile())
	require.Equal(t, apdu.SWSuccess, tm.selectFile(FileDG(1)))
	cmd := tm.protect(apdu.Command{INS: apdu.InsReadBinary, Le: 4})
	tm.open(tm.send(cmd))
	assert.Equal(t, apdu.SWSMObjectsIncorrect, tm.send(cmd).SW)
}

func TestPlainCommandEndsTheChannel(t *testing.T) {
	for _, cmd := range []apdu.Command{
		{INS: apdu.InsSelect, P1: 4, P2: 0x0C, Data: DefaultAID},
		{INS: apdu.InsReadBinary, Le: 4},
		{INS: apdu.InsGetResponse, Le: 4},
		{INS: 0x77},
	} {
		t.Run(fmt.Sprintf("%02X", cmd.INS), func(t *testing.T) {
			tm := opened(t, testProfile())
			require.Equal(t, apdu.SWSuccess, tm.selectFile(FileDG(1)))
			assert.Empty(t, tm.send(cmd).Data, "no data in plain")
			assert.Equal(t, apdu.SWSMNotSupported, tm.send(tm.protect(apdu.Command{INS: apdu.InsReadBinary, Le: 4})).SW)
			assert.Equal(t, accessNone, tm.chip.s.access)
		})
	}
}

// TestGetResponseKeepsTheChannel: the rest of a protected answer that exceeds a
// short Le is collected in plain.
func TestGetResponseKeepsTheChannel(t *testing.T) {
	p := testProfile()
	tm := opened(t, p)
	require.Equal(t, apdu.SWSuccess, tm.selectFile(FileDG(2)))
	first := tm.send(tm.protect(apdu.Command{INS: apdu.InsReadBinary, Le: 256}))
	assert.Len(t, first.Data, 256)
	n, more := first.SW.MoreData()
	require.True(t, more)
	rest := tm.send(apdu.Command{INS: apdu.InsGetResponse, Le: n})
	assert.Len(t, rest.Data, n)
	got := tm.open(apdu.Response{Data: append(append([]byte(nil), first.Data...), rest.Data...), SW: rest.SW})
	assert.Equal(t, p.LDS[FileDG(2)][:256], got.Data)
	assert.Equal(t, p.LDS[FileDG(2)][256:300], tm.read(256, 44).Data, "the channel lives on")
}

func TestSecureMessagingOverEveryCipher(t *testing.T) {
	for i, c := range []Cipher{TDES, AES128, AES192, AES256} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			p := testProfile()
			p.PACE = []PACEParams{{OID: unhex(fmt.Sprintf("04007F0007020204020%d", i+1)), Mapping: GenericMapping, Cipher: c, ParameterID: 12}}
			tm := opened(t, p)
			require.Equal(t, apdu.SWSuccess, tm.selectFile(FileDG(2)))
			assert.Equal(t, p.LDS[FileDG(2)][:223], tm.read(0, 223).Data)
			odd := tm.do(apdu.Command{INS: apdu.InsReadBinaryOdd, Data: unhex("54029000"), Le: 100})
			assert.Equal(t, append([]byte{0x53, 98}, p.LDS[FileDG(2)][0x9000:0x9000+98]...), odd.Data, "DO 85 both ways")
			assert.Equal(t, p.LDS[FileDG(2)], tm.read(0, apdu.MaxExtendedLe).Data, "extended length")
		})
	}
}

func TestDroppedChannelOnRefusedSelect(t *testing.T) {
	p := testProfile()
	p.Quirks.DropOnRefusedSelect = true
	tm := opened(t, p)
	bare := tm.send(tm.protect(apdu.Command{INS: apdu.InsSelect, P1: 2, P2: 0x0C, Data: []byte{1, 0x0B}}))
	assert.Equal(t, apdu.Response{Data: []byte{}, SW: apdu.SWFileNotFound}, bare)
	assert.Nil(t, tm.chip.s.channel)
}

func TestProtectedCommandWithoutChannel(t *testing.T) {
	tm := newTerminal(t, testProfile())
	assert.Equal(t, apdu.SWSMNotSupported, tm.send(apdu.Command{CLA: 0x0C, INS: apdu.InsReadBinary, Data: []byte{0x8E, 0}, Le: 256}).SW)
}
