package pcsc

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"chipid/cardlib/apdu"
)

func TestLinkProtocol(t *testing.T) {
	contactless := []byte{0x3B, 0x80, 0x80, 0x01, 0x01}
	assert.Equal(t, apdu.ProtocolContactless, linkProtocol(contactless, false, true))
	assert.Equal(t, apdu.ProtocolT0, linkProtocol([]byte{0x3B, 0x00}, true, false))
	assert.Equal(t, apdu.ProtocolT1, linkProtocol(nil, false, true))
	assert.Equal(t, apdu.ProtocolUnknown, linkProtocol(nil, false, false))
}

func TestSynthetic(t *testing.T) {
	assert.True(t, synthetic("Virtual PCD 00 00"))
	assert.False(t, synthetic("Identive CLOUD 4700 F 00 00"))
}
