//go:build unix

package child

import (
	"bufio"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestAChildEndsWithItsParent: a parent that is killed leaves no child behind, not
// even one that is busy and does not read.
func TestAChildEndsWithItsParent(t *testing.T) {
	link, err := process0("parent").Start()
	require.NoError(t, err)
	line, err := bufio.NewReader(link).ReadString('\n')
	require.NoError(t, err)
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	require.NoError(t, err)
	require.NoError(t, syscall.Kill(pid, 0), "it runs")
	link.End() // kills the parent
	require.Eventually(t, func() bool { return gone(pid) }, 20*time.Second, 10*time.Millisecond)
}
