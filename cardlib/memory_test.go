package cardlib

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"chipid/cardlib/files"
)

func TestShortMemory(t *testing.T) {
	var m ShortMemory
	kind := Kind{ATR: "a"}
	assert.Zero(t, m.Recall(kind))
	m.Learn(kind, Knowledge{Files: files.Learnt{Block: 0xA0}})
	m.Learn(kind, Knowledge{Files: files.Learnt{Block: 0xE0}})
	assert.Equal(t, 0xE0, m.Recall(kind).Files.Block)
	assert.Zero(t, m.Recall(Kind{ATR: "a", CardAccess: [32]byte{1}}), "another issue of the same chip")

	var wait sync.WaitGroup
	for i := range 2 * maxKinds {
		wait.Go(func() { m.Learn(Kind{CardAccess: [32]byte{byte(i), 1}}, Knowledge{ActiveAuthFirst: true}) })
	}
	wait.Wait()
	assert.Len(t, m.known, maxKinds)
	assert.Len(t, m.order, maxKinds)
}
