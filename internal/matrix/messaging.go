package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"chipid/cardlib/apdu"
	"chipid/cardlib/files"
	"chipid/cardlib/lds"
	"chipid/cardlib/pace"
	"chipid/mock-reader/chip"
)

// longFile is a file that reaches beyond the offset that READ BINARY with the
// even instruction can express (ISO/IEC 7816-4 §11.3.3).
var longFile = append([]byte{0x63, 0x82, 0x9C, 0x40}, bytes.Repeat([]byte{0x80, 0x00, 0xFF, 0x5A}, 10000)...)

// longGroup is where it lies: a group that the chip gives without terminal authentication.
const longGroup = lds.DG16

// messagingCases are runs over a channel of each cipher (Doc 9303-11 §9.8).
func messagingCases() []Case {
	var all []Case
	for _, cipher := range ciphers {
		add := func(what string, right, wrong func(context.Context) error) {
			all = append(all, Case{ID: "sm/" + cipherNames[cipher] + "/" + what, Right: right, Wrong: wrong})
		}
		for _, tr := range transports {
			add("long-file-"+tr.name, longRead(cipher, tr, unchanged), ends(longRead(cipher, tr, flip(apdu.InsReadBinary))))
			add("odd-instruction-"+tr.name, oddRead(cipher, tr, unchanged), ends(oddRead(cipher, tr, flip(apdu.InsReadBinaryOdd))))
		}
		add("refused-commands", refusals(cipher, nil), ends(refusals(cipher, chip.Faults{
			{Ins: apdu.InsReadBinary, File: chip.FileDG(1), Do: chip.Repeat}})))
		add("answer-in-plain", endsForGood(cipher, chip.PlainStatus), refusals(cipher, nil))
		add("channel-forgotten", endsForGood(cipher, chip.Forget), refusals(cipher, nil))
	}
	return append(all, bacCounter())
}

// unchanged is a see that changes nothing.
func unchanged(apdu.Command, *apdu.Response) {}

// channel opens a channel with the cipher by PACE and selects the application.
func channel(ctx context.Context, cipher int, tr transport, faults chip.Faults, see func(apdu.Command, *apdu.Response)) (*bench, error) {
	t := paceTrial{kind: ecdhGM, id: p256, cipher: cipher, protocol: tr.protocol}
	p := t.profile()
	p.Extended, p.Faults = tr.extended, faults
	p.LDS = map[uint16][]byte{chip.FileDG(int(longGroup)): longFile}
	b, err := put(p)
	if err != nil {
		return nil, err
	}
	b.link = apdu.NewLink(&watched{Card: b.chip, see: see})
	if _, err := b.openPACE(ctx, pace.CAN(rightCAN)); err != nil {
		return nil, err
	}
	return b, selectApplication(ctx, b.session)
}

// ends is the twin of a run in which an answer was changed on its way.
func ends(run func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error { return channelMustEnd(run(ctx)) }
}

// longRead reads a file of 40,000 bytes whole.
func longRead(cipher int, tr transport, see func(apdu.Command, *apdu.Response)) func(context.Context) error {
	return func(ctx context.Context) error {
		b, err := channel(ctx, cipher, tr, nil, see)
		if err != nil {
			return err
		}
		ref := files.Group(longGroup)
		ref.Tag = 0 // the sample is no DG16
		got, err := b.read(ctx, ref)
		if err == nil && !bytes.Equal(got, longFile) {
			err = fmt.Errorf("%d bytes read, not those of the file", len(got))
		}
		return err
	}
}

// oddRead reads by the odd instruction, whose data objects are 54, 53 and 85.
func oddRead(cipher int, tr transport, see func(apdu.Command, *apdu.Response)) func(context.Context) error {
	return func(ctx context.Context) error {
		b, err := channel(ctx, cipher, tr, nil, see)
		if err != nil {
			return err
		}
		for _, cmd := range []apdu.Command{
			{INS: apdu.InsSelect, P1: 0x02, P2: 0x0C, Data: longGroup.FileID().Bytes()},
			{INS: apdu.InsReadBinaryOdd, Data: []byte{0x54, 0x02, 0x90, 0x01}, Le: 18},
		} {
			resp, err := b.session.Transmit(ctx, cmd)
			switch {
			case err != nil:
				return err
			case !resp.SW.OK():
				return &apdu.StatusError{Command: "odd READ BINARY", SW: resp.SW}
			case cmd.INS == apdu.InsReadBinaryOdd && !bytes.Equal(resp.Data, append([]byte{0x53, 16}, longFile[0x9001:0x9011]...)):
				return fmt.Errorf("odd READ BINARY gave %X", resp.Data)
			}
		}
		return nil
	}
}

// refusals sends commands that are refused or answered without data: the counter
// goes on all the same, and a file can still be read.
func refusals(cipher int, faults chip.Faults) func(context.Context) error {
	return func(ctx context.Context) error {
		b, err := channel(ctx, cipher, transports[0], faults, unchanged)
		if err != nil {
			return err
		}
		for _, x := range []struct {
			cmd  apdu.Command
			want apdu.SW
		}{
			{apdu.Command{INS: apdu.InsSelect, P1: 0x02, P2: 0x0C, Data: lds.EFCOM.Bytes()}, apdu.SWFileNotFound},
			{apdu.Command{INS: apdu.InsSelect, P1: 0x02, P2: 0x0C, Data: lds.DG1.FileID().Bytes()}, apdu.SWSuccess},
			{apdu.Command{INS: apdu.InsGetChallenge, Le: 8}, apdu.SWInsNotSupported},
			{apdu.Command{INS: 0xEE, Data: []byte{1}, Le: 1}, apdu.SWInsNotSupported},
			{apdu.Command{INS: apdu.InsInternalAuth, Data: make([]byte, 8), Le: 256}, apdu.SWInsNotSupported},
		} {
			resp, err := b.session.Transmit(ctx, x.cmd)
			if err == nil && resp.SW != x.want {
				err = fmt.Errorf("INS %02X was answered %v, due was %v", x.cmd.INS, resp.SW, x.want)
			}
			if err != nil {
				return err
			}
		}
		return b.readSample(ctx)
	}
}

// endsForGood: an answer in plain ends the channel, and whatever comes later says so.
func endsForGood(cipher int, do chip.Action) func(context.Context) error {
	return func(ctx context.Context) error {
		ended, spoken := false, false
		b, err := channel(ctx, cipher, transports[0], chip.Faults{
			{Ins: apdu.InsReadBinary, Times: 1, File: chip.FileDG(1), Do: do, SW: apdu.SWSMObjectsIncorrect},
		}, func(apdu.Command, *apdu.Response) { spoken = ended })
		if err != nil {
			return err
		}
		first := b.readSample(ctx)
		if err := channelMustEnd(first); err != nil {
			return err
		}
		if status, ok := apdu.StatusOf(first); !ok || status != apdu.SWSMObjectsIncorrect {
			return fmt.Errorf("the plain status word is not told: %w", first)
		}
		ended = true
		if err := channelMustEnd(b.readSample(ctx)); err != nil {
			return fmt.Errorf("after the end: %w", err)
		}
		if spoken {
			return errors.New("the session spoke on after its end")
		}
		return nil
	}
}

// bacCounter is the channel of BAC, whose counter begins with the nonces (Doc 9303-11 §9.8.2).
func bacCounter() Case {
	run := func(ctx context.Context, faults chip.Faults) error {
		b, err := put(chip.Profile{BAC: true, Extended: true, Faults: faults})
		if err != nil {
			return err
		}
		if err := b.openBAC(ctx, rightMRZ); err != nil {
			return err
		}
		return b.readSample(ctx)
	}
	return Case{ID: "sm/3DES/counter-of-BAC",
		Right: func(ctx context.Context) error { return run(ctx, nil) },
		Wrong: func(ctx context.Context) error {
			return channelMustEnd(run(ctx, chip.Faults{{Ins: apdu.InsReadBinary, Do: chip.Repeat}}))
		}}
}
