//go:build e2e

package e2e

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/cardlib/apdu"
	"chipid/cardlib/remoteca"
	"chipid/internal/evidencetest"
	"chipid/mock-reader/persona"
)

// TestProofThroughTheWholeChain: the service reads the card past page, agent and
// PC, with a chip that has chip authentication and cannot sign.
func TestProofThroughTheWholeChain(t *testing.T) {
	w := newTown(t)
	who := persona.All()[0]
	w.insert(who.Name + "/ca-only")
	p := w.open()
	call := fmt.Sprintf("prove(%q)", who.Number)

	assert.Equal(t, "accepted", prove(p, call))
	state, code := w.outcome(p)
	assert.Equal(t, "accepted", state)
	assert.Empty(t, code)
	w.audited(`"event":"proof"`, `"DG14 DG1 DG13"`, w.portal.URL)
}

// TestProofsThatAreRefusedThroughTheWholeChain: what a page does to the messages
// meets the agent, what an agent invents meets the service.
func TestProofsThatAreRefusedThroughTheWholeChain(t *testing.T) {
	w := newTown(t)
	who := persona.All()[0]
	w.insert(who.Name)
	p := w.open()
	call := fmt.Sprintf("prove(%q)", who.Number)
	down := func(change func(*remoteca.Down)) func([]byte) []byte {
		return func(b []byte) []byte {
			d, err := remoteca.ParseDown(b)
			if err != nil {
				return b
			}
			change(d)
			b, _ = d.Encode()
			return b
		}
	}

	w.tamper = down(func(d *remoteca.Down) {
		if d.Order != nil {
			d.Order.Key[len(d.Order.Key)-1] ^= 1
		}
	})
	assert.Equal(t, "PROOF_ORDER_UNSIGNED", prove(p, call), "the server's ephemeral key is swapped")
	w.audited(`"event":"denied"`, `"PROOF_ORDER_UNSIGNED"`)

	w.tamper = down(func(d *remoteca.Down) {
		if cmd, err := apdu.ParseCommand(d.Command); err == nil && cmd.Secured() {
			cmd.INS, cmd.P1, cmd.P2 = apdu.InsSelect, 0x02, 0x0C
			d.Command, _ = cmd.Bytes()
		}
	})
	assert.Equal(t, "PROOF_COMMAND_REFUSED", prove(p, call), "a SELECT on the server's channel")
	w.audited(`"event":"denied"`, `"PROOF_COMMAND_REFUSED"`, "0CA4020C")

	w.tamper = nil
	assert.Equal(t, "PROOF_REQUEST_MISMATCH", prove(p, fmt.Sprintf(`prove(%q, (r) => ({ ...r, purpose: "CT02" }))`, who.Number)), "another purpose than the server's")
	assert.Equal(t, "PROOF_REQUEST_MISMATCH", prove(p, fmt.Sprintf(`prove(%q, (r) => ({ ...r, groups: ["dg1"] }))`, who.Number)), "other groups")

	// None of these tries has spent the insertion.
	assert.Equal(t, "accepted", prove(p, call))
}

// TestLostServiceThroughTheWholeChain: the process that held the session is
// killed; the request is over with a stable code, and the reader is free.
func TestLostServiceThroughTheWholeChain(t *testing.T) {
	w := newTown(t)
	who := persona.All()[0]
	w.insert(who.Name)
	p := w.open()
	killed := false
	w.tamper = func(b []byte) []byte {
		if d, err := remoteca.ParseDown(b); err == nil && d.Seq == 2 && !killed {
			killed = true
			w.verifier.kill()
			w.startVerifier(evidencetest.TrustFolder(t))
		}
		return b
	}
	assert.Equal(t, "PROOF_LOST", prove(p, fmt.Sprintf("prove(%q)", who.Number)))
	require.True(t, killed)
	state, code := w.outcome(p)
	assert.Equal(t, "refused", state)
	assert.Equal(t, "PROOF_LOST", code)
	w.tamper = nil
	assert.Equal(t, "accepted", prove(p, fmt.Sprintf("prove(%q)", who.Number)), "a new request")
}
