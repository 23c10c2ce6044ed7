//go:build crashtest

package storage

import (
	"os"
	"strings"
)

// For the control runs of the power-cut trial: LINLI_TEST_LEAVE_OUT names what this program does not do. Each of these
// must lose something, or the trial proves nothing.
var (
	syncsFiles        = !leftOut("file-sync")
	syncsFolders      = !leftOut("folder-sync")
	sqliteSynchronous = map[bool]string{false: "FULL", true: "NORMAL"}[leftOut("synchronous-full")]
)

func leftOut(name string) bool {
	return strings.Contains(os.Getenv("LINLI_TEST_LEAVE_OUT"), name)
}
