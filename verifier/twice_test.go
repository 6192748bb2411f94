package main

import (
	"encoding/hex"
	"encoding/json"
	"net/http"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/internal/evidencetest"
	"chipid/verifier/api"
)

// hexBytes are bytes in hex in JSON.
type hexBytes []byte

func (h *hexBytes) UnmarshalText(text []byte) (err error) {
	*h, err = hex.DecodeString(string(text))
	return err
}

// nonces is how many are sent twice at once: few unless CHIPID_NONCES says more.
func nonces(t testing.TB) int {
	t.Helper()
	text := os.Getenv("CHIPID_NONCES")
	if text == "" {
		return 100
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err)
	return n
}

// workers is how many submissions are under way at the same time, each of them twice.
const workers = 8

// each calls work for every number below n, several at a time.
func each(n int, work func(i int)) {
	next := make(chan int)
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for i := range next {
				work(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	all.Wait()
}

// prepared are requests and the card's answers to them.
func prepared(t testing.TB, b backEnd, at []string, n int) ([]api.RequestJSON, []map[string]any) {
	t.Helper()
	card := evidencetest.NewCard(t, "mau")
	requests, answers := make([]api.RequestJSON, n), make([]map[string]any, n)
	start := time.Now()
	each(n, func(i int) { requests[i] = b.issue(t, at[i%len(at)]) })
	perSecond(t, "issued", n, start)
	for i, r := range requests {
		answers[i] = submission(t, card, r)
	}
	return requests, answers
}

func perSecond(t testing.TB, what string, n int, start time.Time) {
	took := time.Since(start)
	t.Logf("%s: %d in %v, %.0f a second", what, n, took.Round(time.Millisecond), float64(n)/took.Seconds())
}

// sentTwice sends every answer twice at the same time, to the two addresses, and
// expects that exactly one is accepted.
func sentTwice(t *testing.T, b backEnd, first, second string) {
	n := nonces(t)
	requests, answers := prepared(t, b, []string{first, second}, n)
	accepted, used := make([]int, n), make([]int, n)
	start := time.Now()
	each(n, func(i int) {
		var both sync.WaitGroup
		var mu sync.Mutex
		for _, at := range []string{first, second} {
			both.Go(func() {
				status, answer := b.post(at+"/v1/evidence", answers[i], "")
				mu.Lock()
				defer mu.Unlock()
				switch {
				case status == http.StatusOK && accepts(answer):
					accepted[i]++
				case status == http.StatusConflict:
					used[i]++
				}
			})
		}
		both.Wait()
	})
	perSecond(t, "submitted", 2*n, start)
	for i := range n {
		require.Equal(t, 1, accepted[i], "nonce %d", i)
		require.Equal(t, 1, used[i], "nonce %d", i)
	}
	recorded(t, b, first, requests)
}

func accepts(answer []byte) bool {
	var a struct{ Accepted bool }
	return json.Unmarshal(answer, &a) == nil && a.Accepted
}

// recorded expects that every request stands as accepted.
func recorded(t *testing.T, b backEnd, at string, requests []api.RequestJSON) {
	t.Helper()
	each(len(requests), func(i int) {
		_, answer := b.get(at + "/v1/requests/" + requests[i].ID)
		var r api.RequestJSON
		assert.NoError(t, json.Unmarshal(answer, &r))
		assert.Equal(t, "accepted", string(r.State))
	})
}

func TestEachNonceTwiceAtOnce(t *testing.T) {
	database := sqliteAddress(t)
	b := addTenant(t, database)
	service := startReplica(t, database, evidencetest.TrustFolder(t)).ready()
	sentTwice(t, b, service.address, service.address)
	service.stop()
}

// Two processes on one machine may share the file.
func TestEachNonceTwiceAtOnceToTwoProcesses(t *testing.T) {
	database, trust := sqliteAddress(t), evidencetest.TrustFolder(t)
	b := addTenant(t, database)
	first, second := startReplica(t, database, trust).ready(), startReplica(t, database, trust).ready()
	sentTwice(t, b, first.address, second.address)
	first.stop()
	second.stop()
}
