//go:build postgres

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"chipid/internal/evidencetest"
	"chipid/internal/pgtest"
)

func TestEachNonceTwiceAtOnceToTwoReplicas(t *testing.T) {
	database, trust := pgtest.Start(t).Address(), evidencetest.TrustFolder(t)
	b := addTenant(t, database)
	first, second := startReplica(t, database, trust).ready(), startReplica(t, database, trust).ready()
	sentTwice(t, b, first.address, second.address)
	first.stop()
	second.stop()
}

// kills is how often the database is killed in the middle of the work.
const kills = 3

// PostgreSQL is killed and comes back while submissions go on, each sent twice at
// once under two keys and sent again until it is answered. Nothing is accepted
// twice, and what was told to be accepted stands.
func TestTheDatabaseIsKilledUnderLoad(t *testing.T) {
	server, trust := pgtest.Start(t), evidencetest.TrustFolder(t)
	b := addTenant(t, server.Address())
	first, second := startReplica(t, server.Address(), trust).ready(), startReplica(t, server.Address(), trust).ready()
	n := nonces(t)
	requests, answers := prepared(t, b, []string{first.address, second.address}, n)
	var done, later atomic.Int64
	accepted, refused := make([]atomic.Int32, n), make([]atomic.Int32, n)
	var killing sync.WaitGroup
	killing.Go(func() {
		for k := range kills {
			for done.Load() < int64(n*(2*k+1)/(2*kills)) {
				time.Sleep(time.Millisecond)
			}
			server.Kill()
			time.Sleep(300 * time.Millisecond)
			server.Restart()
		}
	})
	each(n, func(i int) {
		var both sync.WaitGroup
		for k, at := range []string{first.address, second.address} {
			both.Go(func() {
				status, answer := untilAnswered(b, at, answers[i], fmt.Sprintf("%d-%d", i, k), &later)
				switch {
				case status == http.StatusOK && accepts(answer):
					accepted[i].Add(1)
				case status == http.StatusConflict:
					refused[i].Add(1)
				default:
					assert.Fail(t, "an answer that was not expected", "%d %s", status, answer)
				}
			})
		}
		both.Wait()
		done.Add(1)
	})
	killing.Wait()
	assert.NotZero(t, later.Load(), "the database was away, and nobody was told")
	t.Logf("%d nonces, database killed %d times, 503 told %d times", n, kills, later.Load())
	for i := range n {
		require.EqualValues(t, 1, accepted[i].Load(), "nonce %d", i)
		require.EqualValues(t, 1, refused[i].Load(), "nonce %d", i)
	}
	recorded(t, b, second.address, requests)
	first.stop()
	second.stop()
}

// untilAnswered sends the same again until it is told more than «later».
func untilAnswered(b backEnd, at string, body any, key string, later *atomic.Int64) (status int, answer []byte) {
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if status, answer = b.post(at+"/v1/evidence", body, key); status != http.StatusServiceUnavailable && status != 0 {
			return status, answer
		}
		later.Add(1)
	}
	return status, answer
}

// A database that is away when the service starts is waited for.
func TestTheServiceStartsBeforeItsDatabase(t *testing.T) {
	server, trust := pgtest.Start(t), evidencetest.TrustFolder(t)
	server.Kill()
	service := startReplica(t, server.Address(), trust)
	resp, err := http.Get(service.address + "/readyz")
	require.NoError(t, err)
	var problem struct{ Code string }
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&problem))
	require.NoError(t, resp.Body.Close())
	assert.Equal(t, http.StatusServiceUnavailable, resp.StatusCode)
	assert.Equal(t, "UNAVAILABLE", problem.Code)
	assert.NotEmpty(t, resp.Header.Get("Retry-After"))
	server.Restart()
	service.ready().stop()
}
