package scenario_test

import (
	"errors"
	"flag"
	"fmt"
	"testing"

	"chipid/cardlib"
	"chipid/cardlib/portrait/codestream"
	"chipid/cardlib/trust"
	"chipid/cardlib/verdict"
	"chipid/mock-reader/issuer"
	"chipid/mock-reader/scenario"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// every makes the matrix whole.
var every = flag.Bool("every", false, "read all personas in all scenarios")

// mockTrust is the trust directory that `mock-reader trust` writes.
func mockTrust(t testing.TB, i *issuer.Issuer) *trust.Store {
	t.Helper()
	anchors, err := i.Anchors()
	require.NoError(t, err)
	store := &trust.Store{}
	for _, a := range anchors {
		require.Empty(t, store.Add(a.File, a.PEM()))
	}
	return store
}

// exitCode is the command line's exit code for the outcome of a read.
func exitCode(r *cardlib.Result, err error) int {
	switch {
	case err != nil:
		return scenario.ExitTrouble
	case r.Report.Outcome == verdict.Failure:
		return scenario.ExitFailed
	case r.Report.Genuine:
		return scenario.ExitGenuine
	}
	return scenario.ExitUnproven
}

// comparePhoto holds the portrait against what the scenario promises. JPEG 2000 is
// not decoded here, but its headers are judged as before decoding.
func comparePhoto(t *testing.T, want scenario.Expect, got *cardlib.Portrait) {
	t.Helper()
	usable := got != nil
	if usable && got.MIME != "image/jpeg" {
		_, err := codestream.Parse(got.Data)
		usable = err == nil
	}
	assert.Equal(t, want.Photo != scenario.PhotoUnavailable, usable, "portrait")
}

// compare holds the report against what the scenario promises.
func compare(t *testing.T, want scenario.Expect, got verdict.Report) {
	t.Helper()
	assert.True(t, got.Synthetic, "synthetic")
	for id, status := range want.Checks {
		check := got.Get(id)
		assert.Equal(t, fmt.Sprint(status, " ", want.Reasons[id]), fmt.Sprint(check.Status, " ", check.Reason), "%s %v", id, check)
	}
	for _, check := range got.Checks {
		assert.ElementsMatch(t, want.Remarks[check.ID], check.Remarks, "remarks of %s", check.ID)
	}
}

// asPromised compares what came of a read with what the scenario says.
func asPromised(t *testing.T, want scenario.Expect, result *cardlib.Result, err error) {
	t.Helper()
	assert.Equal(t, want.Exit, exitCode(result, err), "%v", err)
	if err != nil {
		var e *cardlib.Error
		require.True(t, errors.As(err, &e))
		assert.Equal(t, want.Error, string(e.Code), "%v", err)
		return
	}
	compare(t, want, result.Report)
	comparePhoto(t, want, result.Document.Portrait)
}
