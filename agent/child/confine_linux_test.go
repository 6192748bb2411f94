package child

import (
	"encoding/json"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// confinement is how a process is confined: the longest core dump in bytes, and
// whether others of its user may read its memory (prctl(2), PR_GET_DUMPABLE).
type confinement struct {
	Core     uint64
	Dumpable int
}

func confinementOf() (c confinement) {
	var core syscall.Rlimit
	_ = syscall.Getrlimit(syscall.RLIMIT_CORE, &core)
	const getDumpable = 3
	dumpable, _, _ := syscall.RawSyscall(syscall.SYS_PRCTL, getDumpable, 0, 0)
	return confinement{core.Cur, int(dumpable)}
}

func init() {
	parts["is confined"] = func() int {
		before := confinementOf()
		confine()
		return tell([]confinement{before, confinementOf()})
	}
}

func TestChildrenAreConfined(t *testing.T) {
	link, err := process0("is confined").Start()
	require.NoError(t, err)
	defer link.End()
	var said []confinement
	require.NoError(t, json.NewDecoder(link).Decode(&said))
	require.Len(t, said, 2)
	assert.Equal(t, 1, said[0].Dumpable, "as programs are")
	assert.Equal(t, confinement{}, said[1])
}
