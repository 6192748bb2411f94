package files

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"chipid/cardlib/apdu"
	"chipid/cardlib/lds"
	"chipid/cardlib/tlv"
)

func TestTracker(t *testing.T) {
	ok := func(data ...byte) apdu.Response { return apdu.Response{Data: data, SW: apdu.SWSuccess} }
	refused := apdu.Response{SW: apdu.SWFileNotFound}
	selectFile := func(id lds.FileID) apdu.Command {
		return apdu.Command{INS: apdu.InsSelect, P1: 2, P2: 0x0C, Data: id.Bytes()}
	}
	read := func(p1, p2 byte) apdu.Command { return apdu.Command{INS: apdu.InsReadBinary, P1: p1, P2: p2, Le: 8} }
	application := apdu.Command{INS: apdu.InsSelect, P1: 4, P2: 0x0C, Data: lds.AID()}
	odd := apdu.Command{INS: apdu.InsReadBinaryOdd, Data: tlv.Encode(0x54, []byte{1, 2, 3}), Le: 8}
	var tracker Tracker
	for n, step := range []struct {
		cmd  apdu.Command
		resp apdu.Response
		want Place
	}{
		{read(0, 0), refused, Place{}},
		{selectFile(lds.EFCardAccess), ok(), Place{File: lds.EFCardAccess}},
		{read(1, 2), ok(1), Place{File: lds.EFCardAccess, Read: true, Offset: 0x102}},
		{read(0x81, 0), ok(1), Place{File: lds.EFATRInfo, Read: true}},
		{read(0x9E, 4), ok(1), Place{File: lds.EFDIR, Read: true, Offset: 4}},
		{read(0x9D, 0), ok(1), Place{File: lds.EFCardSecurity, Read: true}},
		{application, refused, Place{}},
		{application, ok(), Place{Application: true}},
		{read(0, 0), refused, Place{Application: true}},
		{read(0x81, 0), ok(1), Place{Application: true, File: lds.DG1.FileID(), Read: true}},
		{read(0x82, 0), refused, Place{Application: true, File: lds.DG2.FileID()}},
		{read(0, 9), ok(1), Place{Application: true, File: lds.DG1.FileID(), Read: true, Offset: 9}},
		{selectFile(lds.DG2.FileID()), refused, Place{Application: true, File: lds.DG2.FileID()}},
		{odd, ok(0x53, 1, 7), Place{Application: true, File: lds.DG1.FileID(), Read: true, Offset: 0x10203, Header: 2}},
		{odd, ok(7), Place{Application: true, File: lds.DG1.FileID(), Offset: 0x10203}},
		{odd, refused, Place{Application: true, File: lds.DG1.FileID()}},
		{apdu.Command{INS: apdu.InsGetChallenge}, ok(1), Place{Application: true}},
		{apdu.Command{INS: apdu.InsSelect, P2: 0x0C}, ok(), Place{}},
	} {
		assert.Equal(t, step.want, tracker.Follow(step.cmd, step.resp), "step %d", n)
	}
	tracker.Follow(application, ok())
	tracker.Reset()
	assert.Equal(t, Place{}, tracker.Follow(read(0, 0), refused))
}
