package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/mock-reader/roster"
)

// answer runs the tool with lines on its standard input.
func answer(t *testing.T, lines string, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), args, streams{strings.NewReader(lines), &o, &e})
	return code, o.String(), e.String()
}

func TestNewByFlags(t *testing.T) {
	file := filepath.Join(t.TempDir(), "p.yaml")
	args := []string{"new", "--out", file, "--name", "an", "--full-name", "Lê Văn Mẫu", "--sex", "nam", "--birth", "01/02/2001",
		"--issued", "2022-05-06", "--residence", "Xã Mẫu", "--mother", "Trần Thị Thử", "--old-number", "000000001", "--parents", "joined"}
	code, out, errs := answer(t, "", args...)
	require.Equal(t, exitOK, code, errs)
	assert.Contains(t, out, "mock-reader list --personas")
	assert.Empty(t, errs, "nothing was to be asked")
	all, err := roster.Load(file)
	require.NoError(t, err)
	require.Len(t, all, 1)
	assert.Equal(t, [3]string{"Lê Văn Mẫu", "Xã Mẫu", "Trần Thị Thử"}, [3]string{all[0].FullName, all[0].Residence, all[0].Mother})
	assert.True(t, strings.HasPrefix(all[0].Number, "000201"), all[0].Number)

	code, _, errs = answer(t, "", args...)
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, errs, "--force overwrites it")
	code, _, _ = answer(t, "", append(args, "--force")...)
	assert.Equal(t, exitOK, code)
}

func TestNewAsks(t *testing.T) {
	file := filepath.Join(t.TempDir(), "p.yaml")
	// A wrong date is asked for again; an empty answer takes what is usual.
	code, _, errs := answer(t, "binh\nPhạm Thị Mẫu\nnữ\n30/02/1999\n\n\n28/02/1999\n", "new", "--out", file)
	require.Equal(t, exitOK, code, errs)
	assert.Contains(t, errs, "ngày sinh (dd/mm/yyyy) / date of birth (yyyy-mm-dd): ")
	assert.Contains(t, errs, "dateOfBirth: không có ngày 30/02/1999 trong lịch")
	all, err := roster.Load(file)
	require.NoError(t, err)
	assert.Equal(t, "1999-02-28 2025-01-15", all[0].Birth.ISO()+" "+all[0].Issued.ISO())
}

func TestNewRefuses(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "p.yaml")
	full := []string{"new", "--out", file, "--name", "an", "--full-name", "Lê Văn Mẫu", "--sex", "nam", "--birth", "2001-02-01", "--issued", "2022-05-06", "--residence", "Xã"}
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"nothing to read answers from", []string{"new", "--out", file}, "missing --name"},
		{"another sex than the number's", append(full, "--number", "000301000001"), "--number: chữ số thứ tư (3) là của giới tính kia"},
		{"an impossible date", append(full, "--issued", "2022-13-06"), "--issued: không có ngày 06/13/2022"},
		{"a photo that is not there", append(full, "--portrait", "x.jpg"), "--portrait.file: không mở được tệp ảnh"},
		{"too many", []string{"new", "--count", "20001"}, "--count"},
		{"fewer than none", []string{"new", "--count", "-1"}, "--count"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out, errs := answer(t, "", c.args...)
			assert.Equal(t, exitUsage, code)
			assert.Contains(t, errs, c.want)
			assert.Empty(t, out)
			left, err := os.ReadDir(dir)
			require.NoError(t, err)
			assert.Empty(t, left, "nothing half-written")
		})
	}
	code, _, _ := answer(t, "", "new", "--count", "3", "--out", filepath.Join(dir, "no", "such", "folder.yaml"))
	assert.Equal(t, exitTrouble, code)
}

// TestNewCount makes many, the same for the same seed, and lists them.
func TestNewCount(t *testing.T) {
	dir := t.TempDir()
	one, two := filepath.Join(dir, "1.yaml"), filepath.Join(dir, "2.yaml")
	for _, file := range []string{one, two} {
		code, _, errs := answer(t, "", "new", "--count", "300", "--seed", "42", "--out", file)
		require.Equal(t, exitOK, code, errs)
	}
	a, err := os.ReadFile(one)
	require.NoError(t, err)
	b, err := os.ReadFile(two)
	require.NoError(t, err)
	assert.True(t, bytes.Equal(a, b))
	code, out, errs := answer(t, "", "list", "--json", "--personas", one)
	require.Equal(t, exitOK, code, errs)
	var l struct {
		Personas []struct{ Name, Portrait string }
	}
	require.NoError(t, json.Unmarshal([]byte(out), &l))
	assert.Equal(t, "mau", l.Personas[0].Name)
	assert.Equal(t, "nguoi-00300", l.Personas[len(l.Personas)-1].Name)
	code, _, errs = answer(t, "", "list", "--personas", one, "--personas", two)
	assert.Equal(t, exitUsage, code)
	assert.Contains(t, errs, "2.yaml:4: name: trùng với "+one)
	code, out, _ = answer(t, "", "new", "--count", "1")
	assert.Equal(t, exitOK, code)
	assert.Contains(t, out, "name: nguoi-00001")
}
