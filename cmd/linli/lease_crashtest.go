//go:build crashtest

package main

import (
	"os"
	"time"
)

// leaseLength is shorter where a trial kills the program many times: LINLI_TEST_LEASE, for example 1s.
var leaseLength = func() time.Duration {
	if d, err := time.ParseDuration(os.Getenv("LINLI_TEST_LEASE")); err == nil && d > 0 {
		return d
	}
	return 30 * time.Second
}()
