//go:build installer

package installer_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"chipid/internal/pcsctest"
	"chipid/internal/version"
)

// root is the top of the project.
const root = ".."

func TestMain(m *testing.M) {
	if os.Getuid() != 0 {
		fmt.Fprintln(os.Stderr, "the installer tests install packages: they must run as root")
		os.Exit(1)
	}
	build := exec.Command("installer/build.sh")
	build.Dir = root
	build.Env = append(os.Environ(), "GOFLAGS="+os.Getenv("GOFLAGS"))
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "installer/build.sh: %v\n%s", err, out)
		os.Exit(1)
	}
	code := m.Run()
	pcsctest.Clean()
	os.Exit(code)
}

// built is the absolute path of a file that build.sh made; %s stands for the version.
func built(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(root, "build", strings.ReplaceAll(name, "%s", version.String())))
	require.NoError(t, err)
	require.FileExists(t, path)
	return path
}

func debian(t *testing.T, pkg string) string {
	t.Helper()
	return built(t, pkg+"_%s_"+runtime.GOARCH+".deb")
}

// run runs a program that must succeed and returns what it printed.
func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s %v:\n%s", name, args, out)
	return string(out)
}

// result is what the tests look at in the answer of `chipid-agent read --json`.
type result struct {
	Citizen struct {
		PersonalNumber string `json:"personalNumber"`
		FullName       string `json:"fullName"`
	} `json:"citizen"`
	Report struct {
		Outcome   string `json:"outcome"`
		Genuine   bool   `json:"genuine"`
		Synthetic bool   `json:"synthetic"`
	} `json:"report"`
}

// sample is a persona of the mock reader.
const (
	samplePersona = "mau"
	sampleNumber  = "000190000018"
	sampleName    = "Nguyễn Thị Mẫu"
)

// checkSample fails unless answer is a genuine read of the sample persona.
func checkSample(t *testing.T, answer []byte) {
	t.Helper()
	var r result
	require.NoError(t, json.Unmarshal(answer, &r), "%s", answer)
	require.Equal(t, sampleNumber, r.Citizen.PersonalNumber)
	require.Equal(t, sampleName, r.Citizen.FullName)
	require.True(t, r.Report.Genuine, "%s", answer)
	require.True(t, r.Report.Synthetic)
}
