//go:build !race

package persona

import (
	"bytes"
	"image/jpeg"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPortraits draws everybody. It is left to the run without the race detector.
func TestPortraits(t *testing.T) {
	seen := map[string]string{}
	for _, p := range All() {
		t.Run(p.Name, func(t *testing.T) {
			portrait, err := p.Portrait()
			require.NoError(t, err)
			assert.GreaterOrEqual(t, len(portrait.JPEG), portraitMin)
			assert.LessOrEqual(t, len(portrait.JPEG), portraitMax)
			config, err := jpeg.DecodeConfig(bytes.NewReader(portrait.JPEG))
			require.NoError(t, err)
			assert.Equal(t, [2]int{portrait.Width, portrait.Height}, [2]int{config.Width, config.Height})
			assert.Empty(t, seen[string(portrait.JPEG)], "same picture as another")
			seen[string(portrait.JPEG)] = p.Name
		})
	}
}
