package copying

import (
	"os"
	"syscall"
)

// device is the number of the file system that something is on.
func device(info os.FileInfo) uint64 {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(s.Dev) // #nosec G115 -- compared only; other systems have it signed
	}
	return 0
}
