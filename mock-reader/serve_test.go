package main

import (
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestServeRefuses(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	for _, c := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"no way in", []string{"--persona", "mau"}, exitUsage, "--vpcd"},
		{"a page alone", []string{"--web", "0"}, exitUsage, "--vpcd"},
		{"more cards than readers", []string{"--persona", "mau", "--persona", "mau", "--listen", "0"}, exitUsage, "2 --persona"},
		{"open to the network", []string{"--persona", "mau", "--listen", "0.0.0.0:0"}, exitUsage, "--open-to-network"},
		{"page open to the network", []string{"--persona", "mau", "--listen", "0", "--web", "192.0.2.1:80"}, exitUsage, "--open-to-network"},
		{"no port", []string{"--persona", "mau", "--listen", "x"}, exitUsage, "--listen"},
		{"no link", []string{"--persona", "mau", "--listen", "0", "--link", "56k"}, exitUsage, "--link"},
		{"one reader twice", []string{"--web", "0", "--vpcd", "127.0.0.1:1", "--vpcd", "127.0.0.1:1"}, exitUsage, "two readers"},
		{"a taken port", []string{"--persona", "mau", "--listen", taken.Addr().String()}, exitTrouble, "Another program uses port"},
		{"a taken port for the page", []string{"--persona", "mau", "--listen", "0", "--web", taken.Addr().String()}, exitTrouble, "Another program uses port"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out, errs := start(t, append([]string{"serve"}, c.args...)...)
			assert.Equal(t, c.code, code)
			assert.Contains(t, errs, c.want)
			assert.Empty(t, out)
		})
	}
}

// Two slots at once, each obeying by its number.
func TestServeSeveralReaders(t *testing.T) {
	_, first, say := serving(t, "--listen", "0", "--persona", "tre-em", "--persona", "mau")
	require.NoError(t, talk(t, first, selectEMRTD))
	say("pull 1")
	say("dance 2")
	assert.Eventually(t, func() bool { return talk(t, first, selectEMRTD) != nil }, 10e9, 20e6)
	say("put 1")
	assert.Eventually(t, func() bool { return talk(t, first, selectEMRTD) == nil }, 10e9, 20e6)
}

func TestTheTokenCanBeSet(t *testing.T) {
	t.Setenv(tokenVariable, "chosen-by-the-script")
	page, _, _ := serving(t, "--persona", "tre-em")
	assert.True(t, strings.HasSuffix(page, "/#chosen-by-the-script"), page)
}
