package probe

import (
	"time"

	"chipid/cardlib"
	"chipid/cardlib/apdu"
	"chipid/cardlib/files"
	"chipid/cardlib/lds"
)

// Sizes of the blocks that are tried, in bytes: those that other readers were
// seen to use, the largest that fits a short answer, and extended ones.
var (
	shortBlocks    = []int{0x60, 0xA0, 0xDF, 0xE0, 0xE7, 0x100}
	extendedBlocks = []int{0x200, 0x400, 0x800, 0x1000, 0x2000, 0x4000}
)

// inside opens the chip once more and tries what a read does not.
func (p *prober) inside() error {
	plan := p.plan
	plan.Observe, plan.Progress = nil, nil
	chip, err := cardlib.Open(p.ctx, p.card, p.keys, plan)
	if err != nil {
		return err
	}
	defer chip.Close()
	in := &insider{prober: p, chip: chip}
	for _, g := range p.otherGroups() {
		if err := in.other(files.Group(g)); err != nil {
			return err
		}
	}
	return in.blocks()
}

// otherGroups are DG3, DG11 and DG12, and what EF.SOD lists of those that are
// not read.
func (p *prober) otherGroups() []lds.Group {
	want := map[lds.Group]bool{lds.DG3: true, lds.DG11: true, lds.DG12: true}
	if p.report.SOD != nil {
		for _, name := range p.report.SOD.Groups {
			if g, ok := lds.ByName(name); ok {
				want[g] = true
			}
		}
	}
	for _, read := range []lds.Group{lds.DG1, lds.DG2, lds.DG13, lds.DG14, lds.DG15} {
		delete(want, read)
	}
	var groups []lds.Group
	for _, g := range lds.Groups() {
		if want[g] {
			groups = append(groups, g)
		}
	}
	return groups
}

// insider is a prober in a channel.
type insider struct {
	*prober
	chip *cardlib.Opened
	// spent: the channel was lost and could not be opened again.
	spent bool
}

// mend opens the channel again after it was lost. Only the end of the probe is an error.
func (in *insider) mend(what string, err error) error {
	if gone(err) {
		return err
	}
	in.problem(what, err)
	if err := in.chip.Restore(); err != nil {
		if gone(err) {
			return err
		}
		in.problem("restore", err)
		in.spent = true
	}
	return nil
}

// other asks for a group that is not read.
func (in *insider) other(ref files.Ref) error {
	if in.spent {
		return nil
	}
	status, err := in.status(in.chip.Channel(), ref)
	if sw, lost := apdu.StatusOf(err); lost && status.Select == "" {
		status.Select = sw.String() + " (plain)"
	} else if lost {
		status.Read = sw.String() + " (plain)"
	}
	in.report.Others = append(in.report.Others, status)
	if err != nil {
		return in.mend(ref.Name, err)
	}
	return nil
}

// blocks reads the beginning of DG2, the largest file, in blocks of all sizes.
func (in *insider) blocks() error {
	if in.report.DG2 == nil {
		return nil
	}
	sizes := shortBlocks
	if apdu.Info(in.card).Protocol != apdu.ProtocolT0 {
		sizes = append(append([]int(nil), shortBlocks...), extendedBlocks...)
	}
	selected := false
	for _, size := range sizes {
		if in.spent || size > in.report.DG2.Bytes {
			return nil
		}
		if !selected {
			if err := in.selectDG2(); err != nil {
				return err
			}
			selected = !in.spent
		}
		block, err := in.block(size)
		in.report.Blocks = append(in.report.Blocks, block)
		if err != nil {
			if err := in.mend("READ BINARY", err); err != nil {
				return err
			}
			selected = false
			if block.Form == "extended" {
				return nil // larger ones would fare no better, and a channel costs seconds
			}
		}
	}
	return nil
}

func (in *insider) selectDG2() error {
	cmd := apdu.Command{INS: apdu.InsSelect, P1: 0x02, P2: 0x0C, Data: lds.DG2.FileID().Bytes()}
	if _, err := in.chip.Channel().Transmit(in.ctx, cmd); err != nil {
		return in.mend("SELECT DG2", err)
	}
	return nil
}

// block reads one block and forgets what was in it.
func (in *insider) block(size int) (Block, error) {
	b := Block{Asked: size, Form: "short"}
	cmd := apdu.Command{INS: apdu.InsReadBinary, Le: size}
	if size > apdu.MaxShortLe {
		b.Form = "extended"
	}
	started := time.Now()
	resp, err := in.chip.Channel().Transmit(in.ctx, cmd)
	b.Ms = time.Since(started).Milliseconds()
	if err != nil {
		b.Lost = true
		if sw, ok := apdu.StatusOf(err); ok {
			b.SW = sw.String()
		}
		return b, err
	}
	b.Got, b.SW = len(resp.Data), resp.SW.String()
	clear(resp.Data)
	return b, nil
}
