package counter

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/agent/consent"
)

// TestTwentyCitizensCostNoActionInTheAgent: under a standing grant, of the
// administrator or of the officer for today, the officer is asked nothing for twenty
// citizens one after the other. What is left for each is the card, the key and one
// click in the page.
func TestTwentyCitizensCostNoActionInTheAgent(t *testing.T) {
	for name, p := range map[string]consent.Permission{
		"the administrator's": {All: true, StateBody: true, Mock: true, By: consent.ByAdmin},
		"the officer's":       {Fields: []string{"fullName", "portrait"}, Mock: true, By: consent.ByOfficer},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, "mau")
			s.book.mu.Lock()
			s.book.all[pageA] = p
			s.book.mu.Unlock()
			for i := range 20 {
				who := []string{"mau", "cao-tuoi"}[i%2]
				s.put("mock:mau", who)
				require.NoError(t, s.take(s.ask(pageA, who, "fullName", "portrait")))
			}
			assert.Empty(t, s.officer.asked, "decisions of the officer")
			assert.Len(t, s.audit.events(), 20)
		})
	}
}
