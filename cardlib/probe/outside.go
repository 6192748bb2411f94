package probe

import (
	"fmt"

	"chipid/cardlib/apdu"
	"chipid/cardlib/files"
	"chipid/cardlib/lds"
	"chipid/cardlib/securityinfo"
	"chipid/cardlib/tlv"
)

// outsideFiles are the files under the MF, in the order in which they are tried.
// EF.CardAccess is first: some chips let it be read right after the reset alone.
var outsideFiles = []files.Ref{
	files.CardAccess,
	{Name: "EF.ATR/INFO", ID: lds.EFATRInfo},
	{Name: "EF.DIR", ID: lds.EFDIR},
	{Name: "EF.CardSecurity", ID: lds.EFCardSecurity},
}

// outside looks at what the chip shows without a key.
func (p *prober) outside() error {
	link := apdu.NewLink(p.card)
	if err := p.reset(); err != nil {
		return err
	}
	for _, ref := range outsideFiles {
		status, err := p.status(link, ref)
		if err != nil {
			return err
		}
		p.report.Outside = append(p.report.Outside, status)
		if status.Bytes > 0 {
			if err := p.describeOutside(link, ref); err != nil {
				return err
			}
		}
	}
	resp, err := link.Transmit(p.ctx, apdu.Command{INS: apdu.InsSelect, P1: 0x04, P2: 0x0C, Data: lds.AID()})
	if err != nil {
		return fmt.Errorf("SELECT eMRTD application: %w", err)
	}
	p.report.Application = resp.SW.String()
	for _, ref := range []files.Ref{files.COM, files.SOD, files.Group(lds.DG1)} {
		status, err := p.status(link, ref)
		if err != nil {
			return err
		}
		p.report.Unopened = append(p.report.Unopened, status)
	}
	return p.reset()
}

// reset begins anew; a card that cannot be reset is read as it is.
func (p *prober) reset() error {
	if _, err := apdu.Reset(p.ctx, p.card); err != nil {
		return fmt.Errorf("reset: %w", err)
	}
	return nil
}

// headerBytes is how much of a file is read to learn its length.
const headerBytes = 8

// status asks for a file by SELECT and reads its first bytes. They are not kept.
func (p *prober) status(card apdu.Card, ref files.Ref) (FileStatus, error) {
	status := FileStatus{File: ref.Name}
	resp, err := card.Transmit(p.ctx, apdu.Command{INS: apdu.InsSelect, P1: 0x02, P2: 0x0C, Data: ref.ID.Bytes()})
	if err != nil {
		return status, fmt.Errorf("SELECT %s: %w", ref.Name, err)
	}
	status.Select = resp.SW.String()
	if !resp.SW.OK() && resp.SW.SW1() != 0x62 {
		return status, nil
	}
	resp, err = card.Transmit(p.ctx, apdu.Command{INS: apdu.InsReadBinary, Le: headerBytes})
	if err != nil {
		return status, fmt.Errorf("READ BINARY %s: %w", ref.Name, err)
	}
	status.Read = resp.SW.String()
	if _, header, value, err := tlv.Header(resp.Data); err == nil && len(resp.Data) > 0 {
		status.Bytes = header + value
	}
	clear(resp.Data)
	return status, nil
}

// describeOutside reads EF.CardAccess and EF.ATR/INFO; the others are not read.
func (p *prober) describeOutside(link apdu.Card, ref files.Ref) error {
	switch ref.ID {
	case lds.EFCardAccess:
		file, err := files.NewReader(files.Plain{Card: link}, false).Read(p.ctx, ref, nil, nil)
		if err != nil && gone(err) {
			return err
		}
		if err != nil {
			p.problem(ref.Name, err)
			return nil
		}
		p.report.CardAccess = describeInfos(file, securityinfo.Parse)
	case lds.EFATRInfo: // a row of objects, which one answer holds
		resp, err := link.Transmit(p.ctx, apdu.Command{INS: apdu.InsReadBinary, Le: apdu.MaxShortLe})
		if err != nil {
			return fmt.Errorf("READ BINARY %s: %w", ref.Name, err)
		}
		if info, err := lds.ParseATRInfo(resp.Data); err == nil {
			p.report.ATRInfo = &ATRInfo{info.Chaining, info.ExtendedLength, info.MaxCommand, info.MaxResponse}
		}
	}
	return nil
}
