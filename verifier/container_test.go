package main

import (
	"encoding/json"
	"io"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// What the container starts is a command that the program understands, and the
// compose file speaks of the same port, variable and folder.
func TestTheContainerFilesFitTheProgram(t *testing.T) {
	text, err := os.ReadFile("container/Containerfile")
	require.NoError(t, err)
	found := regexp.MustCompile(`(?m)^CMD (\[.*\])$`).FindSubmatch(text)
	require.NotNil(t, found)
	var args []string
	require.NoError(t, json.Unmarshal(found[1], &args))
	require.Equal(t, "serve", args[0])
	t.Setenv(databaseVariable, "postgres://chipid@database/chipid")
	o, code, done := console{io.Discard, io.Discard}.serveFlags(args[1:])
	require.False(t, done, "exit code %d", code)
	assert.Equal(t, ":8700", o.listen)
	assert.Equal(t, list{"/trust"}, o.trust)
	assert.Contains(t, string(text), "EXPOSE 8700")
	assert.Contains(t, string(text), "./verifier\n")

	text, err = os.ReadFile("container/compose.yaml")
	require.NoError(t, err)
	assert.Contains(t, string(text), databaseVariable+"=postgres://")
	var file struct {
		Services map[string]struct {
			Ports, Volumes []string
			Build          struct{ Context, Dockerfile string }
		}
	}
	require.NoError(t, yaml.Unmarshal(text, &file))
	require.Len(t, file.Services, 3)
	for name, port := range map[string]string{"first": "127.0.0.1:8701:8700", "second": "127.0.0.1:8702:8700"} {
		assert.Equal(t, []string{port}, file.Services[name].Ports, "on loopback alone")
		assert.Equal(t, []string{"./trust:/trust:ro"}, file.Services[name].Volumes)
		assert.FileExists(t, "container/"+file.Services[name].Build.Context+"/"+file.Services[name].Build.Dockerfile)
	}
}
