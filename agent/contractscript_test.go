package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/rogpeppe/go-internal/testscript"
)

// TestContract runs the lines that scripts outside call, while no agent runs and
// while one does.
func TestContract(t *testing.T) {
	for name, running := range map[string]bool{"no agent runs": false, "an agent runs": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testscript.Run(t, testscript.Params{
				Dir:       filepath.Join("testdata", "contract"),
				Setup:     scriptPlaces,
				Condition: func(string) (bool, error) { return running, nil },
				Cmds: map[string]func(*testscript.TestScript, bool, []string){
					"json": checkJSON, "exits": checkExit, "serve": serveInScript, "connects": connectsInScript, "doctor": doctorInScript,
					"tear": tearFile, "spoil": spoilFile,
				},
			})
		})
	}
}

// serveInScript is the script command `serve [ARG …]`: an agent runs until the
// script ends; its address is in $ADDRESS.
func serveInScript(ts *testscript.TestScript, _ bool, args []string) {
	self, err := os.Executable()
	ts.Check(err)
	cmd := exec.Command(self, append([]string{"serve"}, args...)...)
	cmd.Env = append(os.Environ(), asProgram+"=1", "XDG_CONFIG_HOME="+ts.Getenv("XDG_CONFIG_HOME"), "XDG_STATE_HOME="+ts.Getenv("XDG_STATE_HOME"))
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	ts.Defer(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	ts.Check(err)
	ts.Setenv("ADDRESS", regexp.MustCompile(`ws://\S+`).FindString(line))
}

// connectsInScript is the script command `connects ORIGIN granted|4403`: what a page
// of that origin comes to within a while.
func connectsInScript(ts *testscript.TestScript, _ bool, args []string) {
	got := ""
	for end := time.Now().Add(20 * time.Second); got != args[1] && time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		got = standingOf(ts, args[0])
	}
	if got != args[1] {
		ts.Fatalf("%s is %s", args[0], got)
	}
}

func standingOf(ts *testscript.TestScript, origin string) string {
	ws, _, err := websocket.DefaultDialer.Dial(ts.Getenv("ADDRESS"), http.Header{"Origin": {origin}, "Sec-WebSocket-Protocol": {"chipid.v1"}})
	ts.Check(err)
	defer ws.Close()
	_ = ws.WriteMessage(websocket.TextMessage, []byte(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":`+hello+`}`))
	_, b, err := ws.ReadMessage()
	switch {
	case websocket.IsCloseError(err, 4403):
		return "4403"
	case err == nil && bytes.Contains(b, []byte(`"grant"`)):
		return "granted"
	}
	return "neither"
}

// doctorInScript is the script command `doctor`: whatever is wrong with this
// computer, `doctor --json` says it in the agreed form.
func doctorInScript(ts *testscript.TestScript, _ bool, _ []string) {
	_ = ts.Exec("chipid-agent", "doctor", "--json") // its exit code is about the computer
	var said struct{ Checks []map[string]any }
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &said))
	if len(said.Checks) == 0 {
		ts.Fatalf("no checks")
	}
	for _, check := range said.Checks {
		for _, member := range []string{"id", "status", "title", "remedy"} {
			if _, there := check[member]; !there {
				ts.Fatalf("%v has no %s", check["id"], member)
			}
		}
	}
}

// tearFile is the script command `tear FILE`: a line that was begun.
func tearFile(ts *testscript.TestScript, _ bool, args []string) {
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_APPEND|os.O_WRONLY, 0)
	ts.Check(err)
	_, err = f.WriteString(`{"seq":`)
	ts.Check(err)
	ts.Check(f.Close())
}

// spoilFile is the script command `spoil FILE`: one letter of the first line changes.
func spoilFile(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[0])
	b, err := os.ReadFile(path)
	ts.Check(err)
	b[bytes.IndexByte(b, 'g')] = 'h'
	ts.Check(os.WriteFile(path, b, 0o600))
}
