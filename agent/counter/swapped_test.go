package counter

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/catalogue"
	"chipid/agent/reading"
)

// quickHand is a desk where a card is changed for another one in the moment between
// the end of a request's wait and its taking the reader.
type quickHand struct {
	Desk
	change func()
}

func (q quickHand) Read(ctx context.Context, r reading.Request) (*reading.Outcome, error) {
	q.change()
	return q.Desk.Read(ctx, r)
}

// TestACardChangedAfterTheWait: what a page waited for is the card that was put in
// then. The key of the first person is not tried on the second one's card.
func TestACardChangedAfterTheWait(t *testing.T) {
	s := open(t, "mau")
	s.config.Desk = quickHand{s.config.Desk, func() { s.put("mock:mau", "ket-hon") }}
	r := s.ask(pageA, "ket-hon", "fullName") // it would open
	r.Wait = true
	started := false
	r.Started = func(reading.Reader) { started = true }
	_, err := s.Read(t.Context(), r)
	s.refused(catalogue.CardRemoved, err)
	assert.False(t, started, "nothing was sent to the card")
	s.config.Desk = s.config.Desk.(quickHand).Desk
	require.NoError(t, s.take(s.ask(pageA, "ket-hon", "fullName")))
}
