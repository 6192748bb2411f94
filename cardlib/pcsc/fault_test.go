//go:build cgo || windows

package pcsc

import (
	"errors"
	"testing"

	"github.com/ebfe/scard"
	"github.com/stretchr/testify/assert"

	"chipid/cardlib/apdu"
	"chipid/cardlib/readers"
)

func TestFaults(t *testing.T) {
	for name, tc := range map[string]struct {
		code       error
		connecting error
		speaking   error
	}{
		"no service":         {scard.ErrNoService, readers.ErrNoService, apdu.ErrLink},
		"service stopped":    {scard.ErrServiceStopped, readers.ErrNoService, readers.ErrNoService},
		"pcscd died":         {scard.ErrCommError, readers.ErrNoService, readers.ErrNoService},
		"reader unplugged":   {scard.ErrReaderUnavailable, readers.ErrUnknownReader, apdu.ErrRemoved},
		"no card":            {scard.ErrNoSmartcard, apdu.ErrNoCard, apdu.ErrRemoved},
		"card removed":       {scard.ErrRemovedCard, apdu.ErrNoCard, apdu.ErrRemoved},
		"held by another":    {scard.ErrSharingViolation, apdu.ErrBusy, apdu.ErrBusy},
		"reset by another":   {scard.ErrResetCard, apdu.ErrReset, apdu.ErrReset},
		"powered down":       {scard.ErrUnpoweredCard, ErrMute, apdu.ErrReset},
		"mute":               {scard.ErrUnresponsiveCard, ErrMute, apdu.ErrLink},
		"not transacted":     {scard.ErrNotTransacted, apdu.ErrLink, apdu.ErrLink},
		"a Win32 error":      {scard.Error(1117), apdu.ErrLink, apdu.ErrLink},
		"no code of PC/SC":   {errors.New("other"), apdu.ErrLink, apdu.ErrLink},
		"restarted, Windows": {scard.Error(6), readers.ErrNoService, apdu.ErrLink},
	} {
		t.Run(name, func(t *testing.T) {
			assert.ErrorIs(t, connecting("SCardConnect", tc.code), tc.connecting)
			err := speaking("SCardTransmit", tc.code)
			assert.ErrorIs(t, err, tc.speaking)
			assert.ErrorIs(t, err, tc.code)
			assert.NotEmpty(t, err.Error())
		})
	}
	assert.NoError(t, speaking("SCardTransmit", nil))
}

func TestUnavailable(t *testing.T) {
	for code, want := range map[scard.Error]error{scard.ErrSecurityViolation: readers.ErrDenied, scard.ErrNoAccess: readers.ErrDenied, scard.ErrNoService: readers.ErrNoService} {
		err := unavailable("SCardEstablishContext", code)
		assert.ErrorIs(t, err, want)
		assert.ErrorIs(t, err, readers.ErrNoService, "whatever the cause")
	}
	assert.NotErrorIs(t, unavailable("SCardListReaders", scard.ErrNoService), readers.ErrDenied)
}

func TestUnexplained(t *testing.T) {
	assert.True(t, unexplained(scard.ErrNotTransacted))
	assert.True(t, unexplained(apdu.ErrResponse))
	assert.False(t, unexplained(scard.ErrRemovedCard))
}
