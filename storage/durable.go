//go:build !crashtest

package storage

// What makes an acknowledged write last. Only a program built with the tag crashtest can be told to leave one of these
// out, so that a trial can show that something is lost without it; this one has no way to ask.
const (
	syncsFiles        = true
	syncsFolders      = true
	sqliteSynchronous = "FULL"
)
