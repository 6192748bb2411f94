package passiveauth_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"chipid/cardlib/lds"
	"chipid/cardlib/passiveauth"
	"chipid/cardlib/verdict"
)

// TestUnreadGroup: a listed group that did not arrive whole is compared with
// nothing, so that the hashes cannot pass; what is worse is still said.
func TestUnreadGroup(t *testing.T) {
	for name, tc := range map[string]struct {
		dg1  string
		want verdict.Check
	}{
		"garbled":                            {"one", verdict.NoVerdict(verdict.Hashes, verdict.GroupUnread, "DG2")},
		"garbled, and another group changed": {"won", verdict.Fail(verdict.Hashes, verdict.HashMismatch, "DG1")},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			w.in.Groups[lds.DG1] = []byte(tc.dg1)
			w.in.Unread = []lds.Group{lds.DG2}
			got := passiveauth.Verify(w.input(t)).Checks[0]
			got.Remarks = nil
			assert.Equal(t, tc.want, got)
		})
	}
}
