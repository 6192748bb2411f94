package torture

import (
	"context"
	"fmt"

	"chipid/cardlib"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/chip"
)

// step is one APDU of an undisturbed read.
type step struct {
	name    string
	secured bool
	bytes   int // of plain data in the answer
}

// survey reads a class undisturbed and notes its APDUs. A class that is not
// genuine then is no measure for anything.
func (c *class) survey(ctx context.Context, w *world) error {
	var steps []step
	card, err := chip.New(c.profile, chip.WithLog(func(e chip.Entry) {
		steps = append(steps, step{e.Name, e.Secured, len(e.PlainResponse.Data)})
	}))
	if err != nil {
		return err
	}
	result, err := cardlib.Read(ctx, card, c.keys, cardlib.Plan{Trust: w.store})
	if err != nil {
		return fmt.Errorf("torture: %s undisturbed: %w", c.name, err)
	}
	if result.Report.Outcome != verdict.Genuine {
		return fmt.Errorf("torture: %s undisturbed is %s: %v", c.name, result.Report.Outcome, result.Report.Checks)
	}
	c.steps = steps
	return nil
}
