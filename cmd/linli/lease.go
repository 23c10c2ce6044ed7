//go:build !crashtest

package main

import "time"

// leaseLength is how long a killed copy of the program keeps a job from the others. It is renewed at every third of it.
const leaseLength = 30 * time.Second
