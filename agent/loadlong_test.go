//go:build load

package main

import (
	"testing"
	"time"
)

// TestLoad is the load that the agent must stand: 200 clients, 50 of them
// hostile, for a minute, on loopback alone.
func TestLoad(t *testing.T) { underLoad(t, 200, 50, time.Minute) }
