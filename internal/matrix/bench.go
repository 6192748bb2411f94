package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"chipid/cardlib/apdu"
	"chipid/cardlib/bac"
	"chipid/cardlib/files"
	"chipid/cardlib/lds"
	"chipid/cardlib/mrz"
	"chipid/cardlib/pace"
	"chipid/cardlib/securemsg"
	"chipid/cardlib/securityinfo"
	"chipid/mock-reader/chip"
)

// The passwords of the chips that single rooms are run against, and wrong ones.
const (
	rightCAN = "000018"
	wrongCAN = "000019"
	rightPIN = "284715"
	rightPUK = "9051837264"
)

var (
	rightMRZ = mrz.Key{DocumentNumber: "190000018", DateOfBirth: "900115", DateOfExpiry: "300115"}
	wrongMRZ = mrz.Key{DocumentNumber: "190000018", DateOfBirth: "900115", DateOfExpiry: "310115"}
)

// sample is the content of DG1 on those chips: a TLV object, as the file reader wants it.
var sample = append([]byte{0x61, 0x81, 0xC8}, bytes.Repeat([]byte{0xA5, 0x00, 0x80, 0x3C}, 50)...)

// bench is a mock chip in a reader, with the channel to it.
type bench struct {
	chip    *chip.Chip
	link    *apdu.Link
	session *securemsg.Session
}

// put makes a chip of a profile with passwords and the sample file in it.
func put(p chip.Profile, options ...chip.Option) (*bench, error) {
	p.CAN, p.MRZInfo, p.PIN, p.PUK = rightCAN, rightMRZ.Information(), rightPIN, rightPUK
	if p.LDS == nil {
		p.LDS = map[uint16][]byte{}
	}
	p.LDS[chip.FileDG(1)] = sample
	c, err := chip.New(p, options...)
	if err != nil {
		return nil, err
	}
	return &bench{chip: c, link: apdu.NewLink(c)}, nil
}

// openBAC goes in by BAC: the quickest channel where access is not the point.
func (b *bench) openBAC(ctx context.Context, key mrz.Key) (err error) {
	if err := selectApplication(ctx, b.link); err != nil {
		return err
	}
	b.session, err = bac.Authenticate(ctx, b.link, key, nil)
	return err
}

// openPACE reads EF.CardAccess, goes in by the first PACEInfo and stays in the master file.
func (b *bench) openPACE(ctx context.Context, password pace.Password) (*pace.Result, error) {
	info, err := b.paceInfo(ctx, 0)
	if err != nil {
		return nil, err
	}
	return b.openPACEWith(ctx, info, password)
}

func (b *bench) openPACEWith(ctx context.Context, info securityinfo.PACEInfo, password pace.Password) (*pace.Result, error) {
	result, err := pace.Authenticate(ctx, b.link, info, password, nil)
	if err != nil {
		return nil, err
	}
	b.session = result.Session
	return result, nil
}

// paceInfo reads EF.CardAccess and returns the PACEInfo at the index.
func (b *bench) paceInfo(ctx context.Context, index int) (securityinfo.PACEInfo, error) {
	raw, err := files.NewReader(files.Plain{Card: b.link}, false).Read(ctx, files.CardAccess, nil, nil)
	if err != nil {
		return securityinfo.PACEInfo{}, err
	}
	infos, err := securityinfo.Parse(raw)
	if err != nil {
		return securityinfo.PACEInfo{}, err
	}
	if index >= len(infos.PACE) {
		return securityinfo.PACEInfo{}, fmt.Errorf("EF.CardAccess offers %d ways of PACE", len(infos.PACE))
	}
	return infos.PACE[index], nil
}

// selectApplication selects the eMRTD application.
func selectApplication(ctx context.Context, card apdu.Card) error {
	resp, err := card.Transmit(ctx, apdu.Command{INS: apdu.InsSelect, P1: 0x04, P2: 0x0C, Data: lds.AID()})
	if err == nil && !resp.SW.OK() {
		err = &apdu.StatusError{Command: "SELECT application", SW: resp.SW}
	}
	return err
}

// read reads a file over the channel.
func (b *bench) read(ctx context.Context, ref files.Ref) ([]byte, error) {
	info := b.link.LinkInfo()
	extended := info.Protocol != apdu.ProtocolT0 && apdu.ExtendedAnnounced(info.ATR)
	return files.NewReader(b.session, extended).Read(ctx, ref, nil, nil)
}

// readSample selects the application, reads the sample file and compares it.
func (b *bench) readSample(ctx context.Context) error {
	if err := selectApplication(ctx, b.session); err != nil {
		return err
	}
	got, err := b.read(ctx, files.Group(lds.DG1))
	if err == nil && !bytes.Equal(got, sample) {
		err = errors.New("DG1 was not read as it is")
	}
	return err
}

// mustBe is nil if err is the one that is due.
func mustBe(err, want error) error {
	if errors.Is(err, want) {
		return nil
	}
	if err == nil {
		return fmt.Errorf("not noticed; due was %q", want)
	}
	return fmt.Errorf("%w; due was %q", err, want)
}

// channelMustEnd is nil if err says that the channel is over because of what the chip answered.
func channelMustEnd(err error) error {
	if errors.Is(err, securemsg.ErrChannelLost) || errors.Is(err, securemsg.ErrMAC) || errors.Is(err, securemsg.ErrMalformed) {
		return nil
	}
	return mustBe(err, securemsg.ErrMAC)
}
